"""The roster that would be, if what an agent asks for were granted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import NoReturn

from scheduler.errors import Fault, InputError
from scheduler.publishing.requests import (
    Ask,
    ExtraHours,
    GiveAway,
    Leave,
    Preference,
    Swap,
)
from scheduler.rostering.joining import handed, joiner
from scheduler.rostering.problem import Problem, Request
from scheduler.rostering.roster import Assignment, Roster


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Effect:
    """A week as it would be.

    Attributes
    ----------
    problem
        The problem with what has become a fact: time off, a wish.
    roster
        The roster with the shifts moved.
    """

    problem: Problem
    roster: Roster


def effect_of(ask: Ask, problem: Problem, roster: Roster) -> Effect:
    """Grant what is asked for on a copy of the week; rules are not looked at here.

    Leave takes away the shifts that overlap it, also where it reaches beyond the week. A shift
    that changes hands keeps its hours, queues and breaks.

    Parameters
    ----------
    ask
        What is asked for.
    problem, roster
        The week as it stands.

    Raises
    ------
    InputError
        The ask does not fit the week: no such agent, shift or queue, or a shift that has other
        hours for the one who would take it.
    """
    match ask:
        case Leave():
            return _leave(ask, problem, roster)
        case Swap():
            mine = _held(problem, roster, ask.agent_id, ask.day, ask.shift)
            theirs = _held(problem, roster, ask.other_id, ask.other_day, ask.other_shift)
            come = (
                _handed(problem, roster, mine, ask.other_id),
                _handed(problem, roster, theirs, ask.agent_id),
            )
            return Effect(problem=problem, roster=_moved(roster, (mine, theirs), come))
        case GiveAway():
            mine = _held(problem, roster, ask.agent_id, ask.day, ask.shift)
            theirs = _handed(problem, roster, mine, ask.other_id)
            return Effect(problem=problem, roster=_moved(roster, (mine,), (theirs,)))
        case ExtraHours():
            return Effect(
                problem=problem, roster=_moved(roster, (), (_extra(ask, problem, roster),))
            )
        case Preference():
            wish = Request(
                agent_id=ask.agent_id,
                day=ask.day,
                kind=ask.kind,
                shift=ask.shift,
                weight=ask.weight,
            )
            return Effect(
                problem=replace(problem, requests=(*problem.requests, wish)), roster=roster
            )


def _leave(ask: Leave, problem: Problem, roster: Roster) -> Effect:
    off = ask.time_off(problem.agents[_known(problem, ask.agent_id)].zone)
    team = replace(problem.team, time_off=(*problem.team.time_off, off))
    gone = tuple(
        each
        for each in roster.tour(ask.agent_id)
        if each.shift.start < off.end and off.start < each.shift.end
    )
    return Effect(problem=replace(problem, team=team), roster=_moved(roster, gone, ()))


def _extra(ask: ExtraHours, problem: Problem, roster: Roster) -> Assignment:
    agent = problem.agents[_known(problem, ask.agent_id)]
    template = problem.template_by_name.get(ask.shift)
    can = problem.queues_of(agent)
    queue = ask.queue or next(iter(can), "")
    if template is None:
        _refuse("shift", f"one of {', '.join(problem.template_by_name)}", repr(ask.shift))
    if queue not in can:
        _refuse("queue", f"a queue that {agent.name} can serve", repr(queue))
    shift = problem.shift_on(agent, template, ask.day)
    if shift is None or ask.day not in problem.dates:
        _refuse("day", "a date of the week on which the shift starts", str(ask.day))
    settled = joiner(problem, roster)(ask.agent_id, shift)
    return Assignment(
        agent_id=ask.agent_id, shift=settled, queues=() if shift.on_call else (queue,)
    )


def _held(problem: Problem, roster: Roster, agent_id: str, day: date, shift: str) -> Assignment:
    """Return the assignment that is to change hands."""
    _known(problem, agent_id)
    held = {(each.shift.day, each.shift.template): each for each in roster.tour(agent_id)}
    if (day, shift) not in held:
        name = problem.agents[agent_id].name
        _refuse("shift", f"a shift that {name} has", f"{shift!r} on {day}")
    return held[day, shift]


def _handed(problem: Problem, roster: Roster, given: Assignment, to: str) -> Assignment:
    """Give a shift to somebody else, whose local date it may start on another day."""
    agent = problem.agents[_known(problem, to)]
    theirs = replace(given.shift, day=given.shift.start.astimezone(agent.zone).date())
    if problem.planned(agent, theirs) is None:
        expected = f"a shift that has the same hours for {agent.name}"
        _refuse("shift", expected, f"{given.shift.template!r} in {agent.zone.key}")
    return replace(given, agent_id=to, shift=handed(problem, roster, theirs, to))


def _moved(roster: Roster, gone: tuple[Assignment, ...], come: tuple[Assignment, ...]) -> Roster:
    """Take assignments out and put others in; nobody starts two shifts at one moment."""
    kept = [each for each in roster.assignments if each not in gone]
    starts = {(each.agent_id, each.shift.start) for each in kept}
    for each in come:
        if (each.agent_id, each.shift.start) in starts:
            found = f"one of {each.agent_id} that starts at the same moment already"
            _refuse("shift", "a shift beside those there", found)
    return Roster.of((*kept, *come))


def _known(problem: Problem, agent_id: str) -> str:
    if agent_id not in problem.agents:
        _refuse("agent_id", "the id of an agent of the team", repr(agent_id))
    return agent_id


def _refuse(column: str, expected: str, found: str) -> NoReturn:
    raise InputError(Fault(column=column, expected=expected, found=found))
