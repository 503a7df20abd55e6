"""How the app looks, light and dark: the browser's choice decides which.

Text and captions, which Streamlit draws at 60 % of the text's colour, keep a contrast of 4.5 to 1
on both backgrounds of either theme, white on the primary colour too (WCAG 2.2, 1.4.3).
"""

THEME: dict[str, str | list[str]] = {
    "theme.paddingTop": "1rem",
    "theme.baseRadius": "0.4rem",
    # Denser than a report: a roster should begin on the first screen.
    "theme.headingFontSizes": ["2rem", "1.75rem", "1.35rem", "1.1rem", "1rem", "0.9rem"],
    "theme.metricValueFontSize": "1.5rem",
    "theme.light.primaryColor": "#1d4ed8",
    "theme.light.linkColor": "#1d4ed8",
    "theme.light.textColor": "#0b1220",
    "theme.light.secondaryBackgroundColor": "#f3f5f9",
    "theme.dark.primaryColor": "#3868e8",
    "theme.dark.linkColor": "#8ab4f8",
    "theme.dark.textColor": "#f4f6fa",
    "theme.dark.backgroundColor": "#0e131b",
    "theme.dark.secondaryBackgroundColor": "#1c2430",
}
