"""People, contracts, shifts, queues and the calendar of a team."""

from __future__ import annotations

from functools import partial

import streamlit as st

from app_pages.language import say
from app_pages.team_draft import Draft
from app_pages.team_fields import edit_fields, edit_table, paste_rows
from app_pages.team_words import FIELDS, SHEETS
from app_pages.visit import Visit
from scheduler.exchange.case_sheets import new_row

CALENDAR = ("time_off", "special_days", "requests", "availability", "assignments", "waits")


def show_people(visit: Visit, draft: Draft) -> None:
    """Show who works, to type or paste into."""
    del visit
    queues, shifts = draft.names("queues"), draft.names("shifts")
    if not draft.rows("agents")[1:]:
        st.info(say("Nobody is in the team yet. Type people into the table, or paste them."))
    edit_table(
        draft,
        "agents",
        {
            "contract": draft.names("contracts"),
            "skills": queues,
            "shifts": shifts,
            "rotation": draft.names("rotations"),
        },
    )
    st.caption(say("New people are typed into the last line. Skills are queues and languages."))
    paste_rows(draft, "agents")


def show_queues(visit: Visit, draft: Draft) -> None:
    """Show the queues, one at a time."""
    del visit
    held = ", ".join(draft.setup.queues_with_history)
    _one_of(draft, "queues")
    if held:
        words = say("The book holds history of these queues, which keep their name: {names}")
        st.caption(words.format(names=held))


def show_contracts(visit: Visit, draft: Draft) -> None:
    """Show the contracts, one at a time."""
    del visit
    _one_of(draft, "contracts")


def show_activities(visit: Visit, draft: Draft) -> None:
    """Show meetings, training and other work away from the queues, one at a time."""
    del visit
    _one_of(draft, "activities")


def show_shifts(visit: Visit, draft: Draft) -> None:
    """Show the shifts, one at a time, and the rotations."""
    del visit
    _one_of(draft, "shifts")
    st.subheader(say(SHEETS["rotations"]))
    edit_table(draft, "rotations", {})


def show_calendar(visit: Visit, draft: Draft) -> None:
    """Show what stands in the calendar: time off, special days, wishes, fixed shifts."""
    del visit
    sheet = st.segmented_control(
        say("Table"),
        CALENDAR,
        default=CALENDAR[0],
        key="team-calendar",
        required=True,
        format_func=lambda name: say(SHEETS[name]),
    )
    people, shifts, queues = (draft.names(name) for name in ("agents", "shifts", "queues"))
    edit_table(draft, str(sheet), {"agent_id": people, "shift": shifts, "queue": queues})


def _one_of(draft: Draft, sheet: str) -> None:
    """Show one of several things as a form; add another, or take it away."""
    rows = draft.rows(sheet)
    key = draft.field_key("which", sheet)
    numbers = list(range(1, len(rows)))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        at = st.selectbox(
            say("Which"),
            numbers,
            key=key,
            format_func=lambda number: rows[number][0] or say("new"),
            width=260,
        )
        st.button(say("Add another"), on_click=partial(_add, draft, sheet))
        st.button(
            say("Remove it"),
            on_click=partial(_remove, draft, sheet, at),
            disabled=not numbers,
        )
    if not numbers:
        st.info(say("There is none yet. Add one."))
        return
    fields = FIELDS[sheet]
    edit_fields(draft, sheet, at, [name for name, words in fields.items() if words.first])
    more = [name for name, words in fields.items() if not words.first]
    with st.expander(say("More")):
        edit_fields(draft, sheet, at, more)


def _add(draft: Draft, sheet: str) -> None:
    rows = draft.rows(sheet)
    draft.keep(sheet, [*rows, new_row(sheet)])
    st.session_state[draft.field_key("which", sheet)] = len(rows)


def _remove(draft: Draft, sheet: str, at: int) -> None:
    rows = draft.rows(sheet)
    draft.keep(sheet, [*rows[:at], *rows[at + 1 :]])
    # The fields of those behind it move up: they begin anew with what is typed.
    draft.round += 1
