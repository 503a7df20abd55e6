"""What an export leaves open, asked with the import of a history."""

from __future__ import annotations

from zoneinfo import available_timezones

import streamlit as st

from app_pages.language import marked, say
from forecasting.finding import KINDS
from scheduler.exchange.case import Case
from scheduler.workflows.import_choices import Choices

_REPLACEABLE = [kind for kind in KINDS if kind != "out_of_hours"]
_ORDERS = {
    marked("as the file tells"): None,
    marked("day first"): "dmy",
    marked("month first"): "mdy",
}
_DOUBLED = {
    marked("refuse them"): "refuse",
    marked("the first"): "first",
    marked("the second"): "second",
}


def ask_choices(case: Case | None) -> Choices:
    """Ask what an export may leave open.

    Parameters
    ----------
    case
        Whose history it is to become; None for nobody's.
    """
    with st.container(horizontal=True, vertical_alignment="bottom"):
        zone = st.selectbox(
            say("Zone of its times"),
            sorted(available_timezones()),
            index=None,
            placeholder=say("as the file states"),
            width=220,
        )
        order = st.selectbox(say("03/04/2026 has"), list(_ORDERS), format_func=say, width=170)
        wrap_up = st.number_input(say("After-call work to add, s"), 0, 3600, 0, step=5, width=200)
    with (
        st.expander(say("More choices")),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        column = st.text_input(say("Column that names the queue"), max_chars=200, width=220)
        short = st.number_input(say("Leave out who gave up before, s"), 0, 600, 0, width=230)
        doubled = st.selectbox(
            say("Times that clocks show twice mean"), list(_DOUBLED), format_func=say, width=260
        )
        opening = st.text_input(say("Opening hours"), placeholder="Mon-Fri 07:00-21:00", width=220)
        menu = st.checkbox(say("Count who hung up in the menu"))
        replaced = st.multiselect(
            say("Replace by what is usual, and mark"),
            _REPLACEABLE,
            format_func=lambda kind: kind.replace("_", " "),
            placeholder=say("nothing is replaced"),
            width=320,
        )
    return Choices(
        timezone=zone or "",
        interval=None if case is None else case.interval,
        opening=opening,
        replace=tuple(replaced),
        queue_column=column,
        include_ivr=menu,
        short_abandon_s=float(short),
        wrap_up_s=float(wrap_up),
        date_order=_ORDERS[order],
        doubled_hour=_DOUBLED[doubled],
    )
