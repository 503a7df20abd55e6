"""Every key of a set-up, every role and every scope has words on its page."""

from __future__ import annotations

from app_pages.accounts import ROLES
from app_pages.keys import SCOPE_WORDS
from app_pages.team import PARTS
from app_pages.team_words import FIELDS, SHEETS
from scheduler.access import Role
from scheduler.exchange.case_sheets import EDITED, blank_sheets
from scheduler.workflows.tokens import SCOPES

# These stand in a table of their own, with each rule's sentence beside them.
ORDER = {"order", "waived", "tolerance"}


def test_every_key_of_every_sheet_has_words() -> None:
    for sheet, rows in blank_sheets("x", "UTC").items():
        keys = {row[0] for row in rows[1:]} if rows[0] == ["key", "value"] else set(rows[0])
        assert set(FIELDS[sheet]) == keys - (ORDER if sheet == "rules" else set()), sheet


def test_every_sheet_stands_in_one_part() -> None:
    shown = [sheet for _, sheets in PARTS.values() for sheet in sheets]
    assert sorted(shown) == sorted(EDITED) == sorted(SHEETS)


def test_every_role_and_scope_has_words() -> None:
    assert set(ROLES) == set(Role)
    assert set(SCOPE_WORDS) == set(SCOPES)
