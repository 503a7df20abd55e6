"""The agent's desk: my shifts, in my own time."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import streamlit as st

from app_pages.visit import Visit, complain, day_words, plain, week_words
from scheduler.errors import CallboardError
from scheduler.workflows.agent import (
    ClockChange,
    MyWeek,
    my_calendar,
    my_details,
    my_shifts,
    weeks_to_show,
)
from scheduler.workflows.rostered import RosteredShift

TITLE = "My shifts"


def show(visit: Visit) -> None:
    """Show the page."""
    st.header(TITLE)
    me = visit.user.agent_id
    try:
        agent = my_details(visit.user, visit.database, visit.case, me)
    except CallboardError as error:
        complain(error)
        return
    today = visit.now().astimezone(agent.zone).date()
    weeks = weeks_to_show(visit.user, visit.database, visit.case, me, today=today)
    st.markdown(f"All times are your own: **{plain(agent.zone.key)}**.")
    if weeks[0] > today or weeks[1] + timedelta(days=7) <= today:
        st.info("Nothing is published for this week or the next; these are the latest weeks.")
    for monday, name in zip(weeks, _names(weeks[0], today), strict=True):
        week = my_shifts(visit.user, visit.database, visit.case, me, monday=monday)
        _show_week(visit, week, name, agent.zone)


def _names(first: date, today: date) -> tuple[str, str]:
    if first <= today < first + timedelta(days=7):
        return "This week", "Next week"
    return "A rostered week", "The week after"


def _show_week(visit: Visit, week: MyWeek, name: str, zone: ZoneInfo) -> None:
    st.subheader(name)
    st.markdown(f"**{week_words(week.monday)}**")
    if week.clock_change is not None:
        st.warning(clock_words(week.clock_change))
    if not week.number:
        st.markdown("No roster has been published for this week yet. Look again later.")
        return
    if not week.shifts:
        st.markdown("You have no shifts in this week.")
        return
    for shift in week.shifts:
        _show_shift(shift)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            "Add to my calendar (ICS)",
            partial(_calendar, visit, week.monday),
            f"my-shifts-{week.monday}.ics",
            mime="text/calendar",
            key=f"ics-{week.monday}",
            on_click="ignore",
        )
        st.markdown(f"{week.paid_hours:g} paid hours, times in {plain(zone.key)}", width="content")


def _calendar(visit: Visit, monday: date) -> bytes:
    me = visit.user.agent_id
    return my_calendar(visit.user, visit.database, visit.case, me, monday=monday) or b""


def _show_shift(shift: RosteredShift) -> None:
    with st.container(border=True, gap=None):
        ends = "" if shift.end.date() == shift.start.date() else f" ({day_words(shift.end.date())})"
        st.markdown(
            f"**{day_words(shift.day)}** &nbsp; **{shift.start:%H:%M} – {shift.end:%H:%M}**{ends} "
            f"&nbsp; {offset_words(shift.start)}"
        )
        blocks = [plain(block.replace("-", "–")) for block in shift.blocks]
        served = ", ".join(blocks) or " and ".join(plain(queue) for queue in shift.queues)
        details = [plain(shift.shift), served]
        details += [plain(each.replace("-", "–", 1)) for each in shift.activities]
        if shift.breaks:
            details.append("break " + ", ".join(rest.replace("-", "–") for rest in shift.breaks))
        st.caption(" · ".join(details))


def offset_words(instant: datetime) -> str:
    """Write the offset of a local time as ``UTC+13:00``."""
    return f"UTC{instant.isoformat()[-6:]}"


def clock_words(change: ClockChange) -> str:
    """Say when clocks change, and how: ``go forward 1 h on Sun 29 Mar at 01:00``."""
    old = change.at.replace(tzinfo=None) - change.by
    way = "forward" if change.by > timedelta(0) else "back"
    minutes = abs(change.by) // timedelta(minutes=1)
    length = f"{minutes / 60:g} h" if minutes % 60 == 0 else f"{minutes} minutes"
    return (
        f"Clocks go {way} {length} on {day_words(old.date())} at {old:%H:%M}, "
        f"to {change.at:%H:%M}. Shifts that day are shown in the new time from then on."
    )
