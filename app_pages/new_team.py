"""A new team: from nothing, from a sample case, from a workbook or a case folder."""

from __future__ import annotations

import streamlit as st

from app_pages.language import marked, say
from app_pages.team_draft import Draft
from app_pages.team_fields import edit_keys, edit_table, paste_rows, show_faults
from app_pages.team_words import SHEETS
from app_pages.visit import Visit, complain
from scheduler.errors import CallboardError
from scheduler.workflows.book import OpenTeam
from scheduler.workflows.new_team import (
    first_sheets,
    sample_names,
    start_sample,
    start_sent,
    start_typed,
    try_first,
)
from scheduler.workflows.setup_versions import read_upload
from scheduler.workflows.team_setup import OpenSetup

TITLE = "New team"
NOTHING, SAMPLE, FILE = marked("From nothing"), marked("From a sample"), marked("From a file")
_DRAFT, _ADDED = "new-team", "new-team-added"
_SEEN = ("case", "queues", "shifts", "contracts", "agents")
_ZONE = "Europe/London"


def show(visit: Visit) -> None:
    """Show the page."""
    st.header(say(TITLE))
    added = st.session_state.pop(_ADDED, None)
    if added:
        st.success(
            say(
                "The team is in the book. Next: the page History brings in its calls, the page "
                "Team holds everything about it, the page Roster makes its week."
            )
        )
    way = st.segmented_control(
        say("How to begin"),
        (NOTHING, SAMPLE, FILE),
        default=NOTHING,
        key="new-team-way",
        required=True,
        format_func=say,
    )
    if way == SAMPLE:
        _from_sample(visit)
    elif way == FILE:
        _from_file(visit)
    else:
        _from_nothing(visit)


def _name(key: str) -> str:
    return (st.text_input(say("Name of the team"), key=key, max_chars=100, width=400) or "").strip()


def _from_sample(visit: Visit) -> None:
    name = _name("new-sample-name")
    samples = sample_names(visit.settings.rosters)
    if not samples:
        st.info(say("There is no sample case on this machine."))
        return
    sample = st.selectbox(say("Sample"), samples, key="new-sample", width=260)
    st.caption(say("It comes with people, shifts, rules and history to try things out."))
    if st.button(say("Add the team"), type="primary", disabled=not name):
        limit = visit.settings.max_upload_mb * 1_000_000
        try:
            team = start_sample(
                visit.user,
                visit.database,
                name,
                visit.settings.rosters,
                sample,
                max_bytes=limit,
                now=visit.now(),
            )
        except CallboardError as error:
            complain(error)
            return
        _welcome(team)


def _from_file(visit: Visit) -> None:
    name = _name("new-file-name")
    sent = st.file_uploader(
        say("A workbook, or a case folder packed as ZIP"), type=["xlsx", "zip"], key="new-file"
    )
    if sent is None:
        st.caption(say("The page Team of any team offers both to take along."))
        return
    limit = visit.settings.max_upload_mb * 1_000_000
    if st.button(say("Add the team"), type="primary", disabled=not name):
        try:
            upload = read_upload(sent.getvalue(), sent.name, max_bytes=limit)
            team = start_sent(visit.user, visit.database, name, upload.files, now=visit.now())
        except CallboardError as error:
            complain(error)
            return
        _welcome(team)


def _from_nothing(visit: Visit) -> None:
    draft = _draft()
    edit_keys(draft, "case", ["name", "timezone", "country", "interval_minutes"])
    _table(draft, "queues", ("name", "channel", "service_level", "answer_within", "aht", "opening"))
    _table(draft, "shifts", ("name", "start", "end", "weekdays"))
    _table(draft, "contracts", ("name", "min_hours_week", "max_hours_week", "max_days_week"))
    st.subheader(say(SHEETS["agents"]))
    people = ("id", "name", "timezone", "country", "contract", "skills")
    options = {
        "contract": draft.names("contracts"),
        "skills": draft.names("queues"),
    }
    edit_table(draft, "agents", options, columns=people)
    paste_rows(draft, "agents")
    draft.check(try_first)
    name = next(row[1] for row in draft.rows("case") if row[0] == "name")
    if name:
        show_faults(draft, _SEEN)
    st.caption(say("Everything can be changed later, and there is more to say then."))
    if st.button(say("Add the team"), type="primary", disabled=not name or bool(draft.faults)):
        try:
            sheets = {**draft.setup.sheets, **draft.edited}
            team = start_typed(visit.user, visit.database, name, sheets, now=visit.now())
        except CallboardError as error:
            complain(error)
            return
        del st.session_state[_DRAFT]
        _welcome(team)


def _table(draft: Draft, sheet: str, columns: tuple[str, ...]) -> None:
    st.subheader(say(SHEETS[sheet]))
    edit_table(draft, sheet, {}, columns=columns)


def _draft() -> Draft:
    kept = st.session_state.get(_DRAFT)
    if isinstance(kept, Draft):
        return kept
    zone = st.context.timezone or _ZONE
    setup = OpenSetup(version=0, sheets=first_sheets(zone), text="", queues_with_history=())
    draft = Draft(team="new", setup=setup, seen=0)
    st.session_state[_DRAFT] = draft
    return draft


def _welcome(team: OpenTeam) -> None:
    st.session_state[_ADDED] = team.name
    # The other pages begin with the team that the address names.
    st.query_params["team"] = team.name
    st.rerun()
