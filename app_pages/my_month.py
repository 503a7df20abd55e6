"""A month of the agent's days, as a calendar sheet."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import streamlit as st

from app_pages.language import month_words, say, words
from app_pages.visit import Visit, complain, plain
from scheduler.errors import CallboardError
from scheduler.people import Agent
from scheduler.workflows.my_time import MyDay, my_month

_DAY = timedelta(days=1)


def show_month(visit: Visit, agent: Agent, today: date) -> None:
    """Show a month to choose, from the last one to half a year ahead."""
    st.subheader(say("Month"))
    months = [_later(today, n) for n in range(-1, 7)]
    month = st.selectbox(
        say("Month to show"),
        months,
        index=1,
        format_func=month_words,
        key="month",
        width=180,
    )
    try:
        days = my_month(visit.user, visit.database, visit.case, agent.agent_id, month=month)
    except CallboardError as error:
        complain(error)
        return
    st.table(month_frame(days), hide_index=True, alt=say("My month"))
    worked = sum(len(day.shifts) for day in days)
    hours = sum(shift.paid_minutes for day in days for shift in day.shifts) / 60
    st.markdown(say("Shifts: {shifts}; paid hours: {hours}.", shifts=worked, hours=f"{hours:g}"))


def month_frame(days: tuple[MyDay, ...]) -> pd.DataFrame:
    """Lay a month's days out, one row a week from Monday on; text in Markdown.

    Parameters
    ----------
    days
        Every date of the month, in order.
    """
    first, last = days[0].day, days[-1].day
    monday = first - first.weekday() * _DAY
    cells = {each.day: _cell(each) for each in days}
    weeks = (last - monday).days // 7 + 1
    names = [words().weekday(monday + n * _DAY) for n in range(7)]
    rows = [
        [cells.get(monday + (7 * week + n) * _DAY, "") for n in range(7)] for week in range(weeks)
    ]
    return pd.DataFrame(rows, columns=names)


def _cell(day: MyDay) -> str:
    """Write a day: its number, and below it when work begins and ends, or what else it is."""
    lines = [str(day.day.day)]
    lines += [f"**{each.start:%H:%M}** {each.end:%H:%M}" for each in day.shifts]
    if day.off and not day.shifts:
        lines.append(plain(day.off))
    return " ".join(lines)


def _later(day: date, months: int) -> date:
    """Return the first of a month so many months later."""
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)
