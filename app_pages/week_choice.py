"""The choice of team and week that the manager's and the planner's pages begin with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import streamlit as st

from app_pages.language import say
from app_pages.visit import Visit, complain
from scheduler.errors import CallboardError, InputError
from scheduler.exchange.case import Case
from scheduler.workflows.book import OpenTeam, open_team, teams_of
from scheduler.workflows.week import week_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A team and the Monday of one of its weeks."""

    team: OpenTeam
    monday: date

    @property
    def name(self) -> str:
        """The team's name."""
        return self.team.name

    @property
    def case(self) -> Case:
        """The team's case."""
        return self.team.case


def choose_team(visit: Visit) -> OpenTeam | None:
    """Let the user choose a team; None, with words on the page, where none can be opened.

    The choice is kept in the address, so it holds from page to page and in a bookmark.
    """
    names = teams_of(visit.user, visit.database)
    if not names:
        st.info(say("There is no team yet that you may see. Whoever keeps the book can add one."))
        return None
    name = st.selectbox(say("Team"), names, key="team", bind="query-params", width=180)
    try:
        return open_team(visit.user, visit.database, name)
    except CallboardError as error:
        complain(error)
        return None


def choose_week(visit: Visit) -> Choice | None:
    """Let the user choose a team and a week; None as for :func:`choose_team`."""
    team = choose_team(visit)
    if team is None:
        return None
    try:
        usual = week_of(team.case)
    except InputError as error:
        complain(error)
        return None
    day = st.date_input(
        say("Any day of the week"),
        usual,
        min_value=date(1990, 1, 1),
        max_value=date(2100, 1, 1),
        key=f"week-{team.name}",
        bind="query-params",
        format="YYYY-MM-DD",
        width=160,
    )
    return Choice(team=team, monday=week_of(team.case, day))
