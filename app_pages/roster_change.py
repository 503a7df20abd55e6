"""A roster changed by hand: pick a cell or a hole, see what each choice does, take one."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import streamlit as st

from app_pages.language import (
    day_words,
    marked,
    moment_words,
    number_words,
    say,
    say_count,
    share,
)
from app_pages.roster_grid import LOCKED, draw_grid, make_grid
from app_pages.visit import Visit, complain, plain
from app_pages.week_choice import Choice
from scheduler.errors import CallboardError
from scheduler.rostering.day_choices import DayChoice
from scheduler.rostering.moves import Move
from scheduler.rostering.roster import Assignment
from scheduler.rostering.shortage import Shortage
from scheduler.workflows.editing import (
    candidates_for,
    change_day,
    choices_for,
    holes_of,
    lock_day,
)
from scheduler.workflows.stored_roster import StoredRoster

_OFF = marked("a day off")
_GRID_HEIGHT = 600


def show_change(visit: Visit, choice: Choice, stored: StoredRoster, version_key: str) -> None:
    """Show the grid to pick from, and what the picked day could be."""
    edit = (stored.booked.origin.result or {}).get("edit")
    with st.container(horizontal=True, vertical_alignment="center"):
        based_on = stored.booked.origin.based_on
        st.button(
            say("Undo"),
            disabled=stored.booked.state != "draft" or based_on is None,
            help=say("Goes back to the version that this one was made from; nothing is lost."),
            on_click=_go_back,
            args=(version_key, based_on),
        )
        if edit:
            st.markdown(say("Changed last: {words}", words=plain(edit)))
    left, right = st.columns([3, 2])
    with left:
        st.caption(say("Pick a day of an agent; times are each agent's own."))
        grid = make_grid(choice.case, choice.monday, stored.shifts, None, stored.locks, brief=True)
        picked = draw_grid(
            grid,
            say("Roster to change: one agent a row, one day a column"),
            most=_GRID_HEIGHT,
            on_select="rerun",
            selection_mode="single-cell",
            key=f"change-{stored.booked.roster_id}",
        )
    with right:
        agent_id, day = _cell(stored, grid.agent_ids, grid.days, picked.selection.cells)
        _show_day(visit, stored, agent_id, day)
    _show_holes(visit, choice, stored)


def _go_back(version_key: str, roster_id: int) -> None:
    st.session_state[version_key] = roster_id


def _cell(
    stored: StoredRoster,
    agent_ids: tuple[str, ...],
    days: dict[str, date],
    cells: list[tuple[int, str]],
) -> tuple[str, date]:
    """Let the user say whose day it is; a picked cell says it for them."""
    names = {each.agent_id: each.name for each in stored.plan.problem.team.agents}
    known = [each for each in agent_ids if each in names]
    suffix = ""
    if cells and cells[0][1] in days and agent_ids[cells[0][0]] in names:
        at, column = cells[0]
        suffix = f"-{at}-{column}"
        agent_at, day_at = known.index(agent_ids[at]), list(days).index(column)
    else:
        agent_at, day_at = _remembered(known, list(days.values()))
    with st.container(horizontal=True):
        # A new pick makes new fields, so that they begin with it.
        agent_id = st.selectbox(
            say("Agent"),
            known,
            index=agent_at,
            format_func=names.__getitem__,
            key=f"change-agent-{stored.booked.roster_id}{suffix}",
            width=260,
        )
        day = st.selectbox(
            say("Day"),
            list(days.values()),
            index=day_at,
            format_func=day_words,
            key=f"change-day-{stored.booked.roster_id}{suffix}",
            width=180,
        )
    st.session_state["changed-cell"] = (agent_id, day)
    return agent_id, day


def _remembered(agent_ids: list[str], days: list[date]) -> tuple[int, int]:
    """Stay with the cell that was changed last: every change makes a new draft, and a new grid."""
    agent_id, day = st.session_state.get("changed-cell", ("", None))
    return (
        agent_ids.index(agent_id) if agent_id in agent_ids else 0,
        days.index(day) if day in days else 0,
    )


def _show_day(visit: Visit, stored: StoredRoster, agent_id: str, day: date) -> None:
    roster_id = stored.booked.roster_id
    try:
        choices = choices_for(visit.user, visit.database, roster_id, agent_id, day)
    except CallboardError as error:
        complain(error)
        return
    agent = stored.plan.problem.agents[agent_id]
    locked = any((each.agent_id, each.day) == (agent_id, day) for each in stored.locks)
    now = [a for a in stored.booked.roster.tour(agent_id) if a.shift.day == day]
    worked = ", ".join(_shift_words(each, agent.zone) for each in now) or say(_OFF)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            say(
                "**{agent}, {day}**: {worked}",
                agent=plain(agent.name),
                day=day_words(day),
                worked=plain(worked),
            ),
            width="content",
        )
        st.button(
            say("Unlock") if locked else f"{LOCKED} {say('Lock')}",
            help=say("The next search keeps what is locked."),
            on_click=_lock,
            args=(visit, roster_id, agent_id, day, not locked),
        )
    if not choices:
        st.markdown(say("There is no other shift that this agent could work on that day."))
    for number, each in enumerate(choices):
        _offer(visit, roster_id, each.move, _effects(each), f"day-{number}", agent.zone)


def _offer(
    visit: Visit, roster_id: int, move: Move, effects: list[str], key: str, zone: ZoneInfo
) -> None:
    """Show one change with what it does, and a button that makes it."""
    what = say(_OFF) if move.after is None else _shift_words(move.after, zone)
    with st.container(horizontal=True, vertical_alignment="center", border=True):
        mark = ":red-badge[{}]" if move.broken else ":green-badge[{}]"
        verdict = (
            say_count("breaks a rule", "breaks {n} rules", len(move.broken))
            if move.broken
            else say("allowed")
        )
        told = " · ".join(plain(line) for line in effects)
        st.markdown(f"**{plain(what)}** {mark.format(verdict)} {told}", width="stretch")
        st.button(
            say("Take"),
            key=f"take-{key}-{roster_id}",
            on_click=_take,
            args=(visit, roster_id, move.agent_id, move.day, move.after),
        )


def _effects(choice: DayChoice) -> list[str]:
    lines = [
        say(
            "{queue} {before} → {after}",
            queue=step.queue,
            before=share(step.before),
            after=share(step.after),
        )
        for step in choice.service
    ]
    return lines + _price(choice.move)


def _price(move: Move) -> list[str]:
    lines = []
    if move.extra_minutes:
        hours = number_words(abs(move.extra_minutes) / 60, 1)
        more = say("{hours} h more paid", hours=hours)
        lines.append(more if move.extra_minutes > 0 else say("{hours} h less paid", hours=hours))
    dear = [name for name, cost in move.costs.items() if cost > 0]
    if dear:
        lines.append(say("worse by the rules: {names}", names=", ".join(dear)))
    lines += [each.words for each in move.broken]
    return lines


def _shift_words(assignment: Assignment, zone: ZoneInfo) -> str:
    start, end = (at.astimezone(zone) for at in (assignment.shift.start, assignment.shift.end))
    queues = "+".join(assignment.queues)
    return f"{assignment.shift.template} {start:%H:%M}–{end:%H:%M} {queues}".strip()


def _take(visit: Visit, roster_id: int, agent_id: str, day: date, after: Assignment | None) -> None:
    """Make the change; a callback runs whole, whatever the user presses meanwhile."""
    try:
        change_day(visit.user, visit.database, roster_id, agent_id, day, after, now=visit.now())
    except CallboardError as error:
        st.session_state["refused"] = error


def _lock(visit: Visit, roster_id: int, agent_id: str, day: date, locked: bool) -> None:
    try:
        lock_day(
            visit.user, visit.database, roster_id, agent_id, day, locked=locked, now=visit.now()
        )
    except CallboardError as error:
        st.session_state["refused"] = error


def _show_holes(visit: Visit, choice: Choice, stored: StoredRoster) -> None:
    """Let the user pick a stretch with too few agents, and show who could help."""
    st.subheader(say("Who could fill a hole"))
    roster_id, zone = stored.booked.roster_id, choice.case.zone
    holes = holes_of(visit.user, visit.database, roster_id)
    if not holes:
        st.markdown(say("Nowhere: every stretch of the week has the agents its promise needs."))
        return
    at = st.selectbox(
        say("Hole"),
        range(len(holes)),
        index=None,
        placeholder=say("choose a stretch with too few agents"),
        format_func=lambda n: _hole_words(holes[n], zone),
        key=f"hole-{roster_id}",
        width=520,
    )
    if at is None:
        return
    found = candidates_for(visit.user, visit.database, roster_id, holes[at])
    if not found:
        st.markdown(say("Nobody could work then."))
    agents = stored.plan.problem.agents
    for number, each in enumerate(found):
        name = agents[each.move.agent_id].name
        effects = [name, day_words(each.move.day)]
        if each.service_before is not None and each.service_after is not None:
            effects.append(
                say(
                    "{queue} {before} → {after}",
                    queue=each.queue,
                    before=share(each.service_before),
                    after=share(each.service_after),
                )
            )
        effects += _price(each.move)
        zone_there = agents[each.move.agent_id].zone
        _offer(visit, roster_id, each.move, effects, f"hole-{number}", zone_there)


def _hole_words(hole: Shortage, zone: ZoneInfo) -> str:
    return say(
        "{queue}, {start} – {end}: {hours} agent-hours missing",
        queue=hole.queue,
        start=moment_words(hole.start, zone),
        end=f"{hole.end.astimezone(zone):%H:%M}",
        hours=number_words(hole.missing_hours, 1),
    )
