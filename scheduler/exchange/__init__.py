"""Files in and out: case folders and workbooks, rosters, calendars, pages."""
