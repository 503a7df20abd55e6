"""What an agent could work on a day: each choice with what it breaks, costs and does to service."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from scheduler.rostering.coverage import expected_level
from scheduler.rostering.moves import Move, Moves, WholeJudge
from scheduler.rostering.problem import Option, Problem
from scheduler.rostering.roster import Assignment, Roster, Worked
from scheduler.rostering.service_price import Minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceStep:
    """A queue's expected service level on the service's dates that a change meets, 0 to 1."""

    queue: str
    before: float
    after: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DayChoice:
    """One thing an agent could do on a day instead of what they do.

    Attributes
    ----------
    move
        The change, with what it breaks and costs by all rules.
    service
        Queues whose service it moves; deferred queues are priced and not listed.
    """

    move: Move
    service: tuple[ServiceStep, ...]


def day_choices(
    problem: Problem, roster: Roster, agent_id: str, day: date
) -> tuple[DayChoice, ...]:
    """List what an agent could work on a day instead, a day off among it, the best first.

    Choices that break no hard rule come first, then the cheapest in the problem's order of
    priorities. A shift is put on the queue where it costs least, breaks as early as may be.

    Parameters
    ----------
    problem, roster
        The week and who works when.
    agent_id, day
        Whose day, by the agent's calendar.
    """
    moves, judge = Moves(problem, roster), WholeJudge(problem, roster)
    found = [judge.judged(move) for move in _moves(moves, agent_id, day)]
    found.sort(key=lambda move: move.rank(problem.order))
    return tuple(DayChoice(move=move, service=tuple(_steps(moves, move))) for move in found)


def _moves(moves: Moves, agent_id: str, day: date) -> Iterator[Move]:
    now = moves.worked(agent_id, day)
    worked = {Worked.of(each.shift) for each in now}
    if now:
        yield moves.move(agent_id, day, None)
    for option in moves.problem.options:
        if (option.agent_id, option.shift.day) != (agent_id, day):
            continue
        if worked != {Worked.of(option.shift)}:
            yield _on_best_queue(moves, option)


def _on_best_queue(moves: Moves, option: Option) -> Move:
    problem, agent_id = moves.problem, option.agent_id
    shift = moves.settled(agent_id, option.shift)
    judged = [
        moves.move(
            agent_id,
            option.shift.day,
            Assignment(agent_id=agent_id, shift=shift, queues=queues),
        )
        for queues in problem.queue_choices(problem.agents[agent_id], shift) or ((),)
    ]
    return min(judged, key=lambda move: move.rank(problem.order))


def _steps(moves: Moves, move: Move) -> Iterator[ServiceStep]:
    """Compare the days that a change meets, queue by queue."""
    problem = moves.problem
    grid = problem.requirement.grid
    spans = [each.shift for each in (*move.before, *([move.after] if move.after else []))]
    met = np.zeros(len(grid), dtype=bool)
    for shift in spans:
        met |= grid.overlap(shift.start, shift.end) > 0
    days = np.isin(grid.local_dates, grid.local_dates[met])
    then = moves.minutes_after(move.before, move.after)
    for queue in problem.queue_names:
        before, after = (_level(problem, queue, m, days) for m in (moves.minutes, then))
        if before is not None and after is not None and before != after:
            yield ServiceStep(queue=queue, before=before, after=after)


def _level(problem: Problem, queue: str, minutes: Minutes, days: NDArray[np.bool_]) -> float | None:
    """Return the expected service level of a queue over some intervals; None for deferred ones."""
    need, row = problem.requirement, problem.requirement.index_of(queue)
    weight = need.offered[row, days]
    if need.queues[row].deferred or not weight.sum():
        return None
    agents = minutes[row, days] * 60 / need.grid.interval_s
    level = expected_level(need.curves[row][days], agents)
    return float(weight @ level / weight.sum())
