"""Every key of a set-up can be reached on the page of the team."""

from __future__ import annotations

from app_pages.team import PARTS
from app_pages.team_words import FIELDS, SHEETS
from scheduler.exchange.case_sheets import EDITED, blank_sheets

# These stand in a table of their own, with each rule's sentence beside them.
ORDER = {"order", "waived", "tolerance"}


def test_every_key_of_every_sheet_has_words() -> None:
    for sheet, rows in blank_sheets("x", "UTC").items():
        keys = {row[0] for row in rows[1:]} if rows[0] == ["key", "value"] else set(rows[0])
        assert set(FIELDS[sheet]) == keys - (ORDER if sheet == "rules" else set()), sheet


def test_every_sheet_stands_in_one_part() -> None:
    shown = [sheet for _, sheets in PARTS.values() for sheet in sheets]
    assert sorted(shown) == sorted(EDITED) == sorted(SHEETS)
