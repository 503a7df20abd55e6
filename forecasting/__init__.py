"""From the history of contacts to a forecast of the next weeks."""
