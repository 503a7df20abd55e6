"""The versions of a week's roster: which there are, which is shown, and its files."""

from __future__ import annotations

from datetime import date
from functools import partial

import streamlit as st

from app_pages.language import marked, moment_words, say
from app_pages.visit import Visit
from app_pages.week_choice import Choice
from scheduler.store.roster_lines import RosterLine
from scheduler.workflows.stored_roster import StoredRoster, file_of

_FILES = {
    "roster.xlsx": marked("Excel"),
    "roster.html": marked("Page (HTML)"),
    "roster.csv": marked("Roster (CSV)"),
    "coverage.csv": marked("Coverage (CSV)"),
    "calendars.zip": marked("Calendars (ICS)"),
}


def version_key(lines: tuple[RosterLine, ...], team: str, monday: date) -> str:
    """Return where the chosen version is kept; a newer roster is shown as soon as there is one."""
    return f"version-{team}-{monday}-{lines[0].roster_id}"


def choose_version(lines: tuple[RosterLine, ...], team: str, monday: date) -> RosterLine:
    """Let the user choose among a week's rosters; the newest until they do."""
    by_id = {line.roster_id: line for line in lines}
    chosen = st.selectbox(
        say("Version"),
        list(by_id),
        format_func=lambda key: version_words(by_id[key]),
        key=version_key(lines, team, monday),
        width=520,
    )
    return by_id[chosen]


def version_words(line: RosterLine) -> str:
    """Name a roster: ``Version 2, published Mon 3 Nov, 09:12 by mia``."""
    if line.published_at is None:
        return say(
            "Draft {id}, made {at} by {who}",
            id=line.roster_id,
            at=moment_words(line.made_at),
            who=line.made_by,
        )
    return say(
        _PUBLISHED if line.state == "published" else _SUPERSEDED,
        n=line.number,
        at=moment_words(line.published_at),
        who=line.published_by,
    )


_PUBLISHED = marked("Version {n}, published {at} by {who}: it holds now")
_SUPERSEDED = marked("Version {n}, published {at} by {who}, since replaced")


def downloads(visit: Visit, choice: Choice, stored: StoredRoster) -> None:
    """Offer a roster's files; each is made when it is asked for."""
    booked = stored.booked
    stem = f"{choice.name}-{choice.monday}"
    with st.container(horizontal=True):
        for name, label in _FILES.items():
            st.download_button(
                say(label),
                partial(file_of, visit.user, visit.database, booked.roster_id, name),
                f"{stem}-{name}",
                key=f"{name}-{booked.roster_id}",
                on_click="ignore",
            )
