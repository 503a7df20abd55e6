"""The team's set-up, as forms and tables: who works, when, for which queues, by which rules."""

from __future__ import annotations

from functools import partial

import streamlit as st

from app_pages import team_files, team_rules, team_things, team_versions
from app_pages.language import marked, say, say_count
from app_pages.team_changes import show_changes
from app_pages.team_draft import Draft, Rows, draft_of, start_again
from app_pages.team_fields import show_faults
from app_pages.team_words import sheet_words
from app_pages.visit import Visit, complain, plain
from scheduler.errors import CallboardError, Conflict, InputError
from scheduler.exchange.case_sheets import Change
from scheduler.workflows.team_setup import newest_setup, save_sheets, teams_to_set_up, try_sheets

TITLE = "Team"
PARTS = {
    marked("People"): (team_things.show_people, ("agents",)),
    marked("Contracts"): (team_things.show_contracts, ("contracts",)),
    marked("Shifts"): (team_things.show_shifts, ("shifts", "rotations")),
    marked("Queues"): (team_things.show_queues, ("queues",)),
    marked("Activities"): (team_things.show_activities, ("activities",)),
    marked("Calendar"): (team_things.show_calendar, team_things.CALENDAR),
    marked("Rules"): (team_rules.show_rules, ("rules",)),
    marked("Team"): (team_rules.show_team, ("case", "shrinkage", "capacity")),
}
FILES, VERSIONS = marked("Files"), marked("Versions")
_TOLD = "team-told"


def show(visit: Visit) -> None:
    """Show the page."""
    st.header(say(TITLE))
    team = choose_team(visit)
    if team is None:
        return
    parts = [*PARTS, FILES, VERSIONS]
    part = st.segmented_control(
        say("Part"), parts, default=parts[0], key="team-part", required=True, format_func=say
    )
    try:
        draft = draft_of(visit, team, newest_setup(visit.user, visit.database, team))
    except InputError as error:
        # A set-up that cannot be read can still be mended as text.
        complain(error)
        team_files.mend_text(visit, team)
        return
    told = st.session_state.pop(_TOLD, None)
    if told:
        st.success(told)
    above = st.container()
    if part == FILES:
        team_files.show(visit, draft)
    elif part == VERSIONS:
        team_versions.show(visit, draft)
    else:
        show_part, sheets = PARTS[str(part)]
        show_part(visit, draft)
        draft.check(partial(_try, visit, draft))
        show_faults(draft, sheets)
    with above:
        _offer_saving(visit, draft)


def _try(visit: Visit, draft: Draft, sheets: dict[str, Rows]) -> tuple[Change, ...]:
    return try_sheets(visit.user, visit.database, draft.team, sheets, seen=draft.setup.version)


def choose_team(visit: Visit) -> str | None:
    """Let the user choose a team to set up; None, with words on the page, where there is none."""
    teams = teams_to_set_up(visit.user, visit.database)
    if not teams:
        st.info(say("There is no team yet. An administrator adds one on the page New team."))
        return None
    if len(teams) == 1:
        st.caption(plain(teams[0]))
        return teams[0]
    return str(st.selectbox(say("Team"), teams, key="team", bind="query-params", width=260))


def _offer_saving(visit: Visit, draft: Draft) -> None:
    """Say what is not saved yet, and save it."""
    if not draft.edited:
        return
    with st.container(border=True):
        _say_what_is_open(draft)
        reason = st.text_input(
            say("Why? It stands beside the version."), key=draft.field_key("reason"), max_chars=500
        )
        with st.container(horizontal=True):
            wanted = st.button(say("Save"), type="primary", disabled=bool(draft.faults))
            if st.button(say("Drop what I typed")):
                start_again(visit, draft)
                st.rerun()
        if wanted:
            _save(visit, draft, reason or "")
        if st.session_state.get("team-clash") == draft.seen:
            _offer_to_overrule(visit, draft, reason or "")


def _say_what_is_open(draft: Draft) -> None:
    if draft.faults:
        elsewhere = sorted({sheet_words(fault.file) for fault in draft.faults})
        words = say_count(
            "Not saved. One thing is in the way, in: {where}",
            "Not saved. {n} things are in the way, in: {where}",
            len(draft.faults),
            where=plain(", ".join(elsewhere)),
        )
        st.warning(words)
        return
    count = len(draft.changes)
    with st.expander(
        say_count("One change is not saved yet", "{n} changes are not saved yet", count)
    ):
        show_changes(draft.changes)


def _save(visit: Visit, draft: Draft, reason: str) -> None:
    """Save; what was typed stays where it is when something is in the way."""
    try:
        version = save_sheets(
            visit.user,
            visit.database,
            draft.team,
            draft.edited,
            seen=draft.seen,
            now=visit.now(),
            reason=reason,
        )
    except Conflict as error:
        st.session_state["team-clash"] = draft.seen
        st.session_state["team-clash-words"] = str(error)
        return
    except CallboardError as error:
        complain(error)
        return
    st.session_state[_TOLD] = say("Saved as version {number}.", number=version)
    start_again(visit, draft)
    st.rerun()


def _offer_to_overrule(visit: Visit, draft: Draft, reason: str) -> None:
    """Tell what somebody else saved meanwhile; nothing typed is lost."""
    st.warning(plain(st.session_state["team-clash-words"]))
    if st.button(say("Put mine over theirs")):
        draft.seen = newest_setup(visit.user, visit.database, draft.team)
        _save(visit, draft, reason)
