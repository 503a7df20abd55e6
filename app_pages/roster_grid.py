"""Who works when: agents by days, in each agent's own zone or in the service's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from app_pages.language import day_words, marked, say
from scheduler.exchange.case import Case
from scheduler.rostering.problem import Pin
from scheduler.workflows.rostered import RosteredShift

# Light enough for dark text in either theme; the text says the same as the colour.
TONES = (
    "#bfdbfe", "#fde68a", "#bbf7d0", "#fecdd3", "#ddd6fe", "#fed7aa", "#a5f3fc", "#e5e7eb",
)  # fmt: skip
_TEXT = "#111827"
_LEAVE = "background-color: #d1d5db; color: #374151; font-style: italic"
_OWN = marked("Each agent's own time")
LOCKED = "🔒"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Grid:
    """Cells of text and, of the same shape, how they look; whose rows, and which dates."""

    cells: pd.DataFrame
    looks: pd.DataFrame
    agent_ids: tuple[str, ...]
    days: dict[str, date]


def make_grid(
    case: Case,
    monday: date,
    shifts: Iterable[RosteredShift],
    zone: ZoneInfo | None,
    locks: Iterable[Pin] = (),
    *,
    brief: bool = False,
) -> Grid:
    """Lay out the weeks that are rostered together.

    Parameters
    ----------
    case
        The team, its leave and its shift templates.
    monday
        First day of the week.
    shifts
        The roster.
    zone
        In which zone to write times and dates; None for each agent's own.
    locks
        What the next search must keep; marked in the agents' own time only.
    brief
        Whether to leave out queues, where agents live, and their hours.
    """
    length = 7 * case.weeks
    days = [
        monday + timedelta(days=n) for n in range(-1 if zone else 0, length + 1 if zone else length)
    ]
    locked = set() if zone else {(lock.agent_id, lock.day) for lock in locks}
    tones = {t.name: TONES[n % len(TONES)] for n, t in enumerate(case.templates)}
    found: dict[tuple[str, date], list[RosteredShift]] = {}
    people = {agent.agent_id: (agent.name, agent.zone) for agent in case.team.agents}
    for shift in shifts:
        found.setdefault((shift.agent_id, _day(shift, zone)), []).append(shift)
        people.setdefault(shift.agent_id, (shift.agent, shift.zone))  # since left the case
    cells, looks = [], []
    for agent_id, (name, home) in people.items():
        leave = _leave_days(case, agent_id, zone or home, days)
        week = [(found.get((agent_id, day), []), day in leave) for day in days]
        paid = sum(shift.paid_minutes for day, _ in week for shift in day) / 60
        texts = [_text(day, zone, off, brief=brief) for day, off in week]
        for n, day in enumerate(days):
            if (agent_id, day) in locked:
                texts[n] = f"{LOCKED} {texts[n]}"
        cells.append([name, home.key, *texts, f"{paid:g}"])
        looks.append(["", "", *(_look(day, tones, off) for day, off in week), ""])
    names = {day_words(day): day for day in days}
    columns = ["agent", "lives in", *names, "hours"]
    shown = ["agent", *names] if brief else columns
    return Grid(
        cells=pd.DataFrame(cells, columns=columns)[shown],
        looks=pd.DataFrame(looks, columns=columns)[shown],
        agent_ids=tuple(people),
        days=names,
    )


def without_idle_days(grid: Grid) -> Grid:
    """Drop days on which nobody works."""
    kept = [
        name
        for name in grid.cells
        if any(text not in ("–", say("leave")) for text in grid.cells[name])
    ]
    return replace(grid, cells=grid.cells[kept], looks=grid.looks[kept])


def _day(shift: RosteredShift, zone: ZoneInfo | None) -> date:
    return shift.day if zone is None else shift.start.astimezone(zone).date()


def _text(
    shifts: list[RosteredShift], zone: ZoneInfo | None, on_leave: bool, *, brief: bool
) -> str:
    if not shifts:
        return say("leave") if on_leave else "–"
    return "; ".join(
        f"{shift.shift} {_clock(shift.start, zone)}–{_clock(shift.end, zone)}"
        + ("" if brief or not shift.queues else f" {'+'.join(shift.queues)}")
        for shift in shifts
    )


def _clock(instant: datetime, zone: ZoneInfo | None) -> str:
    return f"{instant.astimezone(zone or instant.tzinfo):%H:%M}"


def _look(shifts: list[RosteredShift], tones: dict[str, str], on_leave: bool) -> str:
    if not shifts:
        return _LEAVE if on_leave else ""
    return f"background-color: {tones.get(shifts[0].shift, TONES[-1])}; color: {_TEXT}"


def _leave_days(case: Case, agent_id: str, zone: ZoneInfo, days: list[date]) -> set[date]:
    return {
        day
        for day in days
        for off in case.team.time_off
        if off.agent_id == agent_id
        and off.start < datetime.combine(day + timedelta(days=1), time(0), tzinfo=zone)
        and off.end > datetime.combine(day, time(0), tzinfo=zone)
    }


def show_grid(
    case: Case, monday: date, shifts: tuple[RosteredShift, ...], locks: Iterable[Pin] = ()
) -> None:
    """Show the week with a switch between the zones."""
    view = st.segmented_control(
        say("Times in"),
        [_OWN, case.zone.key],
        default=_OWN,
        required=True,
        format_func=say,
        key="grid-zone",
    )
    grid = make_grid(case, monday, shifts, None if view == _OWN else case.zone, locks)
    draw_grid(without_idle_days(grid), say("Roster: one agent a row, one day a column"))


def draw_grid(grid: Grid, alt: str, *, most: int = 900, **more: Any) -> Any:
    """Draw a grid, at most so many pixels high; ``more`` goes to ``st.dataframe``."""
    labels = {"agent": say("agent"), "lives in": say("lives in"), "hours": say("hours")}
    return st.dataframe(
        grid.cells.style.apply(lambda _: grid.looks, axis=None),
        hide_index=True,
        column_config={
            name: st.column_config.Column(
                labels.get(name, name), width=_width(name, grid), pinned=name == "agent"
            )
            for name in grid.cells.columns
        },
        height=min(38 + 35 * len(grid.cells), most),
        alt=alt,
        **more,
    )


def _width(column: str, grid: Grid) -> int:
    usual = 155 if "hours" in grid.cells else 122  # with and without queues
    return {"agent": 120, "lives in": 125, "hours": 55}.get(column, usual)
