"""Why an agent works a day as published, and not otherwise."""

from __future__ import annotations

from datetime import date

import streamlit as st

from app_pages.language import say
from app_pages.request_words import sentences
from app_pages.visit import Visit, complain
from scheduler.errors import CallboardError
from scheduler.people import Agent
from scheduler.workflows.before_asking import choices_for
from scheduler.workflows.my_reasons import MyReason, why_my_day

_DAY_OFF = ""


def show_reasons(visit: Visit, agent: Agent, usual: date) -> None:
    """Ask for a day and what it could be instead; answer without searching for other rosters."""
    me = agent.agent_id
    try:
        shifts = choices_for(visit.user, visit.database, visit.case, me, now=visit.now()).shifts
    except CallboardError as error:
        complain(error)
        return
    with st.form("why", border=False):
        day = st.date_input(say("Day"), usual, format="YYYY-MM-DD", width=160, key="why-day")
        wish = st.selectbox(
            say("Why do I not have"),
            [_DAY_OFF, *shifts],
            format_func=lambda each: each or say("a day off"),
            key="why-wish",
            width=240,
        )
        asked = st.form_submit_button(say("Tell me"))
    if not asked or day is None:
        return
    try:
        found = why_my_day(
            visit.user, visit.database, visit.case, me, day=day or usual, shift=wish or _DAY_OFF
        )
    except CallboardError as error:
        complain(error)
        return
    _answer(found)


def _answer(found: MyReason) -> None:
    if found.granted:
        st.success(say("You have it so already."))
    elif not found.starts:
        st.info(say("That shift does not start on that day."))
    elif found.broken:
        st.info(
            say("With everybody else's shifts as they are, it would go against:")
            + "\n"
            + sentences(found.broken)
        )
    elif found.dearer:
        st.info(
            say("It would break no rule, but the roster would be worse for:")
            + "\n"
            + sentences(found.dearer)
        )
    else:
        st.info(say("Nothing speaks against it: ask for it on the page of requests."))
