"""The versions of a week's roster: which there are, which is shown, and its files."""

from __future__ import annotations

from datetime import date
from functools import partial

import pandas as pd
import streamlit as st

from app_pages.language import marked, moment_words, number_words, say, say_count
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
            _MADE if line.based_on is None else _CHANGED,
            id=line.roster_id,
            at=moment_words(line.made_at),
            who=line.made_by,
            before=line.based_on,
        )
    return say(
        _PUBLISHED if line.state == "published" else _SUPERSEDED,
        n=line.number,
        at=moment_words(line.published_at),
        who=line.published_by,
    )


_MADE = marked("Draft {id}, made {at} by {who}")
_CHANGED = marked("Draft {id} from {before}, made {at} by {who}")
_PUBLISHED = marked("Version {n}, published {at} by {who}: it holds now")
_SUPERSEDED = marked("Version {n}, published {at} by {who}, since replaced")


def show_versions(lines: tuple[RosterLine, ...]) -> None:
    """List every draft and version of a week: who, when, what was said, what it gives."""
    with st.expander(say_count("One version", "All {n} versions", len(lines))):
        rows = [
            {
                say("version"): version_words(line),
                say("promise"): _promise((line.result or {}).get("promise_kept")),
                say("paid hours"): _hours((line.result or {}).get("paid_hours")),
                say("note or change"): line.note or (line.result or {}).get("edit", ""),
            }
            for line in lines
        ]
        st.dataframe(
            pd.DataFrame(rows),
            hide_index=True,
            alt=say("Drafts and versions of this week, newest first"),
        )


def _promise(kept: bool | None) -> str:
    if kept is None:
        return "–"
    return say("kept") if kept else say("not kept")


def _hours(value: float | None) -> str:
    return "–" if value is None else number_words(value, 1)


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
