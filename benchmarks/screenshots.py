"""Pictures of the app on the sample team: ``python -m benchmarks.screenshots [FOLDER]``.

Without a folder the six pictures of the docs are taken anew; with one, every page at both sizes
goes there, to be looked at.
"""

from __future__ import annotations

import argparse
import re
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, TimeoutError

from benchmarks.browser import browsing, find_chromium, serving, sign_in, wait_ready
from scheduler.config import Settings

HOME = Path(__file__).resolve().parent.parent
SIZES = {"desk": (1400, 900), "phone": (390, 844)}
AGENT = "demo/n02"
# role, page's address, heading to scroll to, name of the picture
PAGES = (
    ("", "/login", "", "sign-in"),
    ("manager", "/", "", "roster"),
    ("manager", "/", "Service this roster will give", "coverage"),
    ("manager", "/forecast", "", "forecast"),
    ("planner", "/", "", "what-if"),
    ("agent", "/", "", "my-shifts"),
)
IN_DOCS = {
    "coverage-desk",
    "roster-desk",
    "forecast-desk",
    "what-if-desk",
    "roster-phone",
    "my-shifts-phone",
}


def main() -> None:
    """Take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, help="where every picture goes")
    folder = parser.parse_args().folder
    chromium = find_chromium()
    if chromium is None:
        raise SystemExit("No Chromium on this machine (Debian: apt-get install chromium).")
    with tempfile.TemporaryDirectory() as work:
        settings = Settings(rosters=HOME / "rosters", out=Path(work) / "out")
        with (
            serving(settings, Path(work) / "log.txt") as address,
            browsing(chromium) as browser,
        ):
            solve(browser, address)
            take(browser, address, folder)


def solve(browser: Browser, address: str) -> None:
    """Make a roster and a comparison for the pages to show."""
    page = browser.new_context().new_page()
    page.set_default_timeout(120_000)
    sign_in(page, address, "manager")
    _search_for(page, 30)
    page.get_by_role("button", name="Generate").click()
    _await(page, "Who works when")
    sign_in(page, address, "planner")
    _search_for(page, 20)
    page.get_by_role("button", name="Compare").click()
    _await(page, "Side by side")
    page.context.close()


def _await(page: Page, heading: str) -> None:
    try:
        page.get_by_role("heading", name=heading).wait_for()
    except TimeoutError as error:
        raise SystemExit(f"No {heading!r} on the page:\n{page.inner_text('body')}") from error


def _search_for(page: Page, seconds: int) -> None:
    field = page.get_by_label(re.compile("Search at most"))
    field.fill(str(seconds))
    field.press("Tab")
    wait_ready(page)


def take(browser: Browser, address: str, folder: Path | None) -> None:
    """Write the pictures: those of the docs, or all of them into a folder."""
    target = folder or HOME / "docs" / "screenshots"
    target.mkdir(parents=True, exist_ok=True)
    for size, (width, height) in SIZES.items():
        page = browser.new_context(viewport={"width": width, "height": height}).new_page()
        for role, path, heading, name in PAGES:
            if folder is None and f"{name}-{size}" not in IN_DOCS:
                continue
            if role:
                sign_in(page, address, role, AGENT)
            page.goto(f"{address}{path}")
            if role:
                wait_ready(page)
                page.wait_for_timeout(2500)  # charts and grids paint after the script has ended
            if heading:
                page.get_by_role("heading", name=heading).evaluate("e => e.scrollIntoView()")
                page.wait_for_timeout(1500)
            file = target / f"{name}-{size}.png"
            page.screenshot(path=file)
            print(f"{file.name}: {file.stat().st_size / 1000:.0f} kB")
        page.context.close()


if __name__ == "__main__":
    main()
