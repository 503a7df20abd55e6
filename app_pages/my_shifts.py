"""The agent's desk: my next shift first, then the weeks and the month, in my own time."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import streamlit as st

from app_pages.language import day_words, number_words, say, say_count, week_words
from app_pages.my_calendar import show_calendar
from app_pages.my_month import show_month
from app_pages.my_reasons import show_reasons
from app_pages.visit import Visit, complain, plain
from scheduler.errors import CallboardError
from scheduler.people import Agent
from scheduler.workflows.agent import (
    ClockChange,
    MyWeek,
    my_calendar,
    my_details,
    my_shifts,
    weeks_to_show,
)
from scheduler.workflows.my_time import colleagues_on, next_shift
from scheduler.workflows.rostered import RosteredShift

TITLE = "My shifts"


def show(visit: Visit) -> None:
    """Show the page."""
    me = visit.user.agent_id
    try:
        agent = my_details(visit.user, visit.database, visit.case, me)
        coming = next_shift(visit.user, visit.database, visit.case, me, now=visit.now())
    except CallboardError as error:
        complain(error)
        return
    _show_next(visit, coming)
    st.header(say(TITLE))
    today = visit.now().astimezone(agent.zone).date()
    weeks = weeks_to_show(visit.user, visit.database, visit.case, me, today=today)
    st.markdown(say("All times are your own: **{zone}**.", zone=plain(agent.zone.key)))
    if weeks[0] > today or weeks[1] + timedelta(days=7) <= today:
        st.info(say("Nothing is published for this week or the next; these are the latest weeks."))
    for monday, name in zip(weeks, _names(weeks[0], today), strict=True):
        week = my_shifts(visit.user, visit.database, visit.case, me, monday=monday)
        _show_week(visit, week, name, agent.zone)
    show_month(visit, agent, today if weeks[0] <= today else weeks[0])
    _show_why(visit, agent, coming, weeks[0])
    show_calendar(visit)


def _show_why(visit: Visit, agent: Agent, coming: RosteredShift | None, monday: date) -> None:
    st.subheader(say("Why is it so?"))
    show_reasons(visit, agent, coming.day if coming is not None else monday)


def _show_next(visit: Visit, shift: RosteredShift | None) -> None:
    """Show what an agent comes for: when to be there next."""
    now = visit.now()
    if shift is None:
        st.title(say("No shift to come"), anchor=False)
        st.markdown(say("Nothing that is published has a shift for you from now on."))
        return
    on_now = shift.start <= now
    days = (shift.start.date() - now.astimezone(shift.zone).date()).days
    when = {0: say("today"), 1: say("tomorrow")}.get(
        days, say_count("in {n} day", "in {n} days", days)
    )
    head = say("You are on now") if on_now else say("Your next shift, {when}", when=when)
    with st.container(border=True, gap="small"):
        st.markdown(head)
        clock = f"{shift.start:%H:%M} – {shift.end:%H:%M}"
        day = day_words(shift.start.date())
        st.title(say("{day}, {clock}", day=day, clock=clock), anchor=False)
        st.markdown(f"{offset_words(shift.start)} · {details_of(shift)}")
        if st.toggle(say("Who else is on"), key="who-else"):
            _show_colleagues(visit, shift)


def _show_colleagues(visit: Visit, shift: RosteredShift) -> None:
    me = visit.user.agent_id
    others = colleagues_on(
        visit.user, visit.database, visit.case, me, start=shift.start, end=shift.end
    )
    if not others:
        st.markdown(say("Nobody else."))
        return
    lines = []
    for each in others:
        start, end = each.start.astimezone(shift.zone), each.end.astimezone(shift.zone)
        lines.append(f"- {plain(each.name)}: {plain(each.shift)}, {start:%H:%M} – {end:%H:%M}")
    st.markdown("\n".join(lines))


def _names(first: date, today: date) -> tuple[str, str]:
    if first <= today < first + timedelta(days=7):
        return say("This week"), say("Next week")
    return say("A rostered week"), say("The week after")


def _show_week(visit: Visit, week: MyWeek, name: str, zone: ZoneInfo) -> None:
    st.subheader(name)
    st.markdown(f"**{week_words(week.monday)}**")
    if week.clock_change is not None:
        st.warning(clock_words(week.clock_change))
    if not week.number:
        st.markdown(say("No roster has been published for this week yet. Look again later."))
        return
    if not week.shifts:
        st.markdown(say("You have no shifts in this week."))
        return
    for shift in week.shifts:
        _show_shift(shift)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            say("Add to my calendar (ICS)"),
            partial(_calendar, visit, week.monday),
            f"my-shifts-{week.monday}.ics",
            mime="text/calendar",
            key=f"ics-{week.monday}",
            on_click="ignore",
        )
        hours = number_words(week.paid_hours, 0 if week.paid_hours.is_integer() else 2)
        st.markdown(
            say("{hours} paid hours, times in {zone}", hours=hours, zone=plain(zone.key)),
            width="content",
        )


def _calendar(visit: Visit, monday: date) -> bytes:
    me = visit.user.agent_id
    return my_calendar(visit.user, visit.database, visit.case, me, monday=monday) or b""


def _show_shift(shift: RosteredShift) -> None:
    with st.container(border=True, gap=None):
        ends = "" if shift.end.date() == shift.start.date() else f" ({day_words(shift.end.date())})"
        clock = f"{shift.start:%H:%M} – {shift.end:%H:%M}"
        parts = (f"**{day_words(shift.day)}**", f"**{clock}**{ends}", offset_words(shift.start))
        st.markdown(" \u2003 ".join(parts))
        st.caption(details_of(shift))


def details_of(shift: RosteredShift) -> str:
    """Write a shift's name, queues, other work and breaks, in Markdown."""
    blocks = [plain(block.replace("-", "–")) for block in shift.blocks]
    queues = [plain(queue) for queue in shift.queues]
    served = ", ".join(blocks) or say(" and ").join(queues)
    details = [plain(shift.shift), served]
    details += [plain(each.replace("-", "–", 1)) for each in shift.activities]
    if shift.breaks:
        times = ", ".join(rest.replace("-", "–") for rest in shift.breaks)
        details.append(say("break {times}", times=times))
    return " · ".join(filter(None, details))


def offset_words(instant: datetime) -> str:
    """Write the offset of a local time as ``UTC+13:00``."""
    return f"UTC{instant.isoformat()[-6:]}"


def clock_words(change: ClockChange) -> str:
    """Say when clocks change, and how: ``go forward 1 h on Sun 29 Mar at 01:00``."""
    old = change.at.replace(tzinfo=None) - change.by
    minutes = abs(change.by) // timedelta(minutes=1)
    length = say("{n} minutes", n=minutes)
    if minutes % 60 == 0:
        length = say("{n} h", n=f"{minutes / 60:g}")
    values = {
        "length": length,
        "day": day_words(old.date()),
        "old": f"{old:%H:%M}",
        "new": f"{change.at:%H:%M}",
    }
    if change.by > timedelta(0):
        return say(
            "Clocks go forward {length} on {day} at {old}, to {new}. Shifts that day are shown in "
            "the new time from then on.",
            **values,
        )
    return say(
        "Clocks go back {length} on {day} at {old}, to {new}. Shifts that day are shown in the new "
        "time from then on.",
        **values,
    )
