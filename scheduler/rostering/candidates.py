"""Who could fill a hole: every agent and shift, with what it would break, cost and mend."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import numpy as np

from scheduler.errors import Fault, InputError
from scheduler.rostering.coverage import expected_level
from scheduler.rostering.moves import Move, Moves, WholeJudge
from scheduler.rostering.problem import Option, Problem
from scheduler.rostering.roster import Assignment, Roster, Worked
from scheduler.rostering.service_price import Minutes
from scheduler.rostering.shifts import Shift

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hole:
    """A stretch of time in which somebody is missing, half-open, in UTC.

    Attributes
    ----------
    start, end
        The stretch.
    queue
        Where; empty for whichever queue a candidate helps most.
    """

    start: datetime
    end: datetime
    queue: str = ""

    def minutes_of(self, shift: Shift) -> int:
        """Minutes of the hole in which somebody on this shift works."""
        shared = (min(self.end, end) - max(self.start, start) for start, end in shift.worked)
        return sum(max(timedelta(0), each) // _MINUTE for each in shared)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One agent on one shift, for a hole.

    Attributes
    ----------
    move
        The change it takes, what it breaks and costs.
    queue
        The queue it would serve.
    minutes
        Minutes of the hole that it covers.
    service_before, service_after
        Expected service level of the queue on the service's dates that the hole meets, 0–1; None
        for deferred queues.
    """

    move: Move
    queue: str
    minutes: int
    service_before: float | None
    service_after: float | None


def hole_for(
    problem: Problem, template: str, day: date, *, queue: str = "", like: str = ""
) -> Hole:
    """Return the hole that a missing shift leaves.

    Parameters
    ----------
    problem
        The problem.
    template, day
        Name of the shift, and the date on which it starts.
    queue
        Where it is missing; empty for whichever queue.
    like
        An agent in whose zone date and shift are meant; empty for the service's own zone.

    Raises
    ------
    InputError
        There is no such shift, agent or queue, or the shift does not start on that date.
    """
    faults = [
        Fault(column=column, expected=f"one of {', '.join(known)}", found=repr(given))
        for column, given, known in (
            ("shift", template, tuple(problem.template_by_name)),
            ("queue", queue or problem.queue_names[0], problem.queue_names),
            ("agent", like or next(iter(problem.agents)), tuple(problem.agents)),
        )
        if given not in known
    ]
    if faults:
        raise InputError(faults)
    zone = problem.requirement.grid.zone
    anybody = next(iter(problem.agents.values()))
    agent = problem.agents[like] if like else replace(anybody, zone=zone)
    shift = problem.shift_on(agent, problem.template_by_name[template], day)
    if shift is None:
        expected = f"a date on which {template} starts"
        raise InputError(Fault(column="date", expected=expected, found=str(day)))
    return Hole(start=shift.start, end=shift.end, queue=queue)


def candidates(
    problem: Problem,
    roster: Roster,
    hole: Hole,
    *,
    without: Collection[str] = (),
    sure: int = 5,
) -> tuple[Candidate, ...]:
    """Rank everybody who could work during a hole, the best first.

    Breaks in windows are put as early as may be.

    Parameters
    ----------
    problem
        The problem; with a published roster in it, changed days have their price.
    roster
        The roster with the hole.
    hole
        The hole.
    without
        Agents who are no candidates, such as the one who is ill.
    sure
        So many at the top are judged against the whole roster. The others are judged by their
        own tour and by service, so rules about several people at once may add to what they
        break or cost.

    Returns
    -------
    tuple of Candidate
        Those who break no hard rule first; then by cost, in the problem's order of priorities.
    """
    moves = Moves(problem, roster)
    service = _Service(moves, hole)
    found = [
        _best_queue(moves, service, option, hole, minutes)
        for option in problem.options
        if option.agent_id not in without
        and (minutes := hole.minutes_of(option.shift)) > 0
        and set(_queues(problem, option, hole))
        and Worked.of(option.shift) not in _worked(moves, option)
    ]
    found.sort(key=lambda each: _rank(problem, each))
    judge = WholeJudge(problem, roster)
    top = [replace(each, move=judge.judged(each.move)) for each in found[:sure]]
    return (*sorted(top, key=lambda each: _rank(problem, each)), *found[sure:])


def _queues(problem: Problem, option: Option, hole: Hole) -> Iterator[str]:
    served = problem.queues_of(problem.agents[option.agent_id])
    return (queue for queue in served if hole.queue in ("", queue))


def _worked(moves: Moves, option: Option) -> set[Worked]:
    return {Worked.of(a.shift) for a in moves.worked(option.agent_id, option.shift.day)}


def _best_queue(
    moves: Moves, service: _Service, option: Option, hole: Hole, minutes: int
) -> Candidate:
    """Judge an option on the queue where it costs least."""
    problem, best = moves.problem, None
    for queue in _queues(problem, option, hole):
        shift = moves.settled(option.agent_id, option.shift)
        after = Assignment(agent_id=option.agent_id, shift=shift, queues=(queue,))
        move = moves.move(option.agent_id, option.shift.day, after)
        if best is None or move.rank(problem.order) < best[0].rank(problem.order):
            best = (move, queue)
    assert best is not None  # noqa: S101 - options without a queue for the hole are left out
    move, queue = best
    then = moves.minutes_after(move.before, move.after)
    return Candidate(
        move=move,
        queue=queue,
        minutes=minutes,
        service_before=service.before[queue],
        service_after=service.level(queue, then),
    )


class _Service:
    """Reads the curves of the queues on the service's dates that a hole meets."""

    def __init__(self, moves: Moves, hole: Hole) -> None:
        need = moves.problem.requirement
        met = need.grid.overlap(hole.start, hole.end) > 0
        self._need = need
        self._days = np.isin(need.grid.local_dates, need.grid.local_dates[met])
        self.before = {q: self.level(q, moves.minutes) for q in moves.problem.queue_names}

    def level(self, queue: str, minutes: Minutes) -> float | None:
        """Return the expected service level of a queue; None for a deferred one."""
        need, row = self._need, self._need.index_of(queue)
        weight = need.offered[row, self._days]
        if need.queues[row].deferred or not weight.sum():
            return None
        agents = minutes[row, self._days] * 60 / need.grid.interval_s
        level = expected_level(need.curves[row][self._days], agents)
        return float(weight @ level / weight.sum())


def _rank(problem: Problem, each: Candidate) -> tuple[object, ...]:
    return (*each.move.rank(problem.order), -each.minutes, each.move.agent_id)
