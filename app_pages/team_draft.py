"""What somebody has typed into a team's set-up and not saved yet: it lives as long as the visit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import streamlit as st

from app_pages.visit import Visit
from scheduler.errors import Fault, InputError
from scheduler.exchange.case_sheets import Change
from scheduler.workflows.team_setup import OpenSetup, open_setup

Rows = list[list[str]]
_KEY = "team-draft"


@dataclass(slots=True)
class Draft:
    """The set-up of a team with what was typed into it.

    Attributes
    ----------
    team
        Whose.
    setup
        What it was made from.
    seen
        The version it may take the place of.
    edited
        The sheets that differ, each whole.
    changes, faults
        What they change, and what is in the way of saving them.
    round
        Counts how often it was begun anew: fields of another round are other fields.
    """

    team: str
    setup: OpenSetup
    seen: int
    round: int = 0
    edited: dict[str, Rows] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()
    faults: tuple[Fault, ...] = ()
    _first: dict[str, object] = field(default_factory=dict)
    _checked: dict[str, Rows] = field(default_factory=dict)

    def rows(self, sheet: str) -> Rows:
        """Return a sheet as it is typed now, its header first."""
        found = self.edited.get(sheet)
        return [list(row) for row in self.setup.sheets[sheet]] if found is None else found

    def keep(self, sheet: str, rows: Rows) -> None:
        """Keep a sheet as it was typed."""
        if rows == self.setup.sheets[sheet]:
            self.edited.pop(sheet, None)
        else:
            self.edited[sheet] = rows

    def names(self, sheet: str) -> list[str]:
        """Return the names that a sheet gives to its rows."""
        return [row[0] for row in self.rows(sheet)[1:] if row[0]]

    def begin(self, key: str, value: object) -> object:
        """Return what a field began with when it came on the page, for as long as it stays.

        Fields show what is typed into them on top of that; a new beginning would drop it.
        """
        if key not in st.session_state or key not in self._first:
            self._first[key] = value
        return self._first[key]

    def field_key(self, *parts: object) -> str:
        """Return the key of a field, another one in another round."""
        return "-".join(["team", self.team, str(self.round), *map(str, parts)])

    def check(self, attempt: Callable[[dict[str, Rows]], tuple[Change, ...]]) -> None:
        """Find out what the typed sheets change and what is wrong in them."""
        typed = {**self.setup.sheets, **self.edited}
        if typed == self._checked:
            return
        self._checked = {name: [list(row) for row in rows] for name, rows in typed.items()}
        self.changes = self.faults = ()
        try:
            self.changes = attempt(typed)
        except InputError as error:
            self.faults = error.faults

    def faults_in(self, sheets: Sequence[str]) -> list[Fault]:
        """Return the faults of some sheets."""
        return [fault for fault in self.faults if fault.file in sheets]


def draft_of(visit: Visit, team: str, newest: int) -> Draft:
    """Return what is typed for a team; the newest version where nothing is."""
    kept = st.session_state.get(_KEY)
    if isinstance(kept, Draft) and kept.team == team:
        if kept.edited or kept.setup.version == newest:
            return kept
        return start_again(visit, kept)
    return _begun(visit, team, 0)


def start_again(visit: Visit, draft: Draft) -> Draft:
    """Drop what was typed and open the newest version."""
    return _begun(visit, draft.team, draft.round + 1)


def _begun(visit: Visit, team: str, number: int) -> Draft:
    setup = open_setup(visit.user, visit.database, team)
    draft = Draft(team=team, setup=setup, seen=setup.version, round=number)
    st.session_state[_KEY] = draft
    return draft
