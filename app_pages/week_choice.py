"""The choice of case and week that the manager's and the planner's pages begin with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import streamlit as st

from app_pages.visit import Visit, complain
from scheduler.errors import InputError
from scheduler.exchange.case import Case
from scheduler.workflows.desk import cases_of, see_case
from scheduler.workflows.week import week_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A case and the Monday of one of its weeks."""

    name: str
    case: Case
    monday: date


def choose_week(visit: Visit) -> Choice | None:
    """Let the user choose; None, with words on the page, where nothing can be chosen.

    Both choices are kept in the address, so they hold from page to page and in a bookmark.
    """
    names = cases_of(visit.user, visit.settings.rosters)
    if not names:
        st.info("There is no case yet. Put a case folder with a case.toml into rosters/.")
        return None
    name = st.selectbox("Case", names, key="case", bind="query-params", width=180)
    try:
        case = see_case(visit.user, visit.settings, name)
        usual = week_of(case)
    except InputError as error:
        complain(error)
        return None
    day = st.date_input(
        "Any day of the week",
        usual,
        min_value=date(1990, 1, 1),
        max_value=date(2100, 1, 1),
        key=f"week-{name}",
        bind="query-params",
        format="YYYY-MM-DD",
        width=160,
    )
    return Choice(name=name, case=case, monday=week_of(case, day))
