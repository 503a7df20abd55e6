"""Why an interval is short: who could be there and is not, by which rule, and what would help."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from scheduler.people import Agent, Team
from scheduler.rostering.candidates import Hole
from scheduler.rostering.coverage import agent_minutes
from scheduler.rostering.moves import Move, Moves
from scheduler.rostering.params import SolveParams
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Assignment, Roster
from scheduler.rostering.service_price import ServicePrice
from scheduler.rostering.shortage import Shortage, kinds, shortages
from scheduler.rostering.solver import solve

_SERVICE = ("promise", "coverage", "deferred")
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """Where everybody is during a short stretch.

    Attributes
    ----------
    shortage
        The stretch.
    at_work
        Agents with the skill who work during it already, on whichever queue.
    willing
        Agents with the skill who could work during it without breaking a rule; the roster holds
        that dearer than what is short.
    kept_off
        For each hard rule the agents whom it keeps off (an agent may be kept off by several), by
        the way to work during the stretch that breaks least.
    no_shift
        Agents with the skill who have no shift that works during the stretch.
    """

    shortage: Shortage
    at_work: int
    willing: int
    kept_off: tuple[tuple[str, int], ...]
    no_shift: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What one thing more would be worth: a proven least, everybody else's shifts as they are.

    Attributes
    ----------
    what
        In words.
    worth
        By how much the cost of broken promises, floors and due work falls, in minutes of paid
        time. Where others may be rearranged too, it can only be more.
    """

    what: str
    worth: int


def bindings(problem: Problem, roster: Roster) -> tuple[Binding, ...]:
    """Say for each short stretch who could be there and is not, and by which rule."""
    moves = Moves(problem, roster)
    return tuple(_binding(moves, roster, each) for each in shortages(problem, roster))


def _binding(moves: Moves, roster: Roster, shortage: Shortage) -> Binding:
    problem, hole = moves.problem, Hole(start=shortage.start, end=shortage.end)
    at_work = {a.agent_id for a in roster.assignments if hole.minutes_of(a.shift)}
    best = {
        agent_id: move
        for agent_id, move in _best_moves(moves, hole, shortage.queue).items()
        if agent_id not in at_work
    }
    skilled = {a for a in problem.agents if shortage.queue in problem.agents[a].skills}
    rules = Counter(rule for move in best.values() for rule in {b.rule for b in move.broken})
    return Binding(
        shortage=shortage,
        at_work=len(at_work & skilled),
        willing=sum(not move.broken for move in best.values()),
        kept_off=tuple(rules.most_common()),
        no_shift=len(skilled - at_work - set(best)),
    )


def _best_moves(moves: Moves, hole: Hole, queue: str) -> dict[str, Move]:
    """For each agent with a skill: the way to work during a hole that breaks, then costs, least."""
    problem = moves.problem
    best: dict[str, Move] = {}
    for option in problem.options:
        agent_id = option.agent_id
        if queue in problem.agents[agent_id].skills and hole.minutes_of(option.shift):
            shift = moves.settled(agent_id, option.shift)
            after = Assignment(agent_id=agent_id, shift=shift, queues=(queue,))
            move = moves.move(agent_id, option.shift.day, after)
            if agent_id not in best or _rank(move) < _rank(best[agent_id]):
                best[agent_id] = move
    return best


def _rank(move: Move) -> tuple[int, int]:
    return len(move.broken), _service(move)


def _service(move: Move) -> int:
    return sum(move.costs.get(rule, 0) for rule in _SERVICE)


def worth_of_waiving(problem: Problem, roster: Roster) -> tuple[Worth, ...]:
    """Say what one exception from one hard rule for one agent's day is worth, dearest first."""
    moves = Moves(problem, roster)
    best: dict[str, Move] = {}
    for queue in {each.queue for each in shortages(problem, roster)}:
        for option in problem.options:
            if queue not in problem.agents[option.agent_id].skills:
                continue
            shift = moves.settled(option.agent_id, option.shift)
            after = Assignment(agent_id=option.agent_id, shift=shift, queues=(queue,))
            if _total(moves.service_cost(option.agent_id, option.shift.day, after)) >= 0:
                continue
            move = moves.move(option.agent_id, option.shift.day, after)
            rules = {broken.rule for broken in move.broken}
            for rule in rules if len(rules) == 1 else ():
                if rule not in best or _service(move) < _service(best[rule]):
                    best[rule] = move
    found = [
        Worth(what=f"one exception from {rule}: {_named(problem, move)}", worth=-_service(move))
        for rule, move in best.items()
    ]
    return tuple(sorted(found, key=lambda each: -each.worth))


def _named(problem: Problem, move: Move) -> str:
    name = problem.agents[move.agent_id].name
    shift = "a day off" if move.after is None else f"shift {move.after.shift.template}"
    return f"{name} works {shift} on {move.day:%a %d %b}"


def worth_of_an_hour(problem: Problem, roster: Roster) -> Worth | None:
    """Say what one agent-hour more is worth where it helps most; None where nothing is short.

    The hour is whole and placed anywhere on the grid on any queue, as overtime before or after
    somebody's shift could be; nobody is asked whether they may.
    """
    need, price = problem.requirement, ServicePrice(problem)
    minutes = agent_minutes(problem, roster)
    now = _total(price.costs(minutes))
    best: tuple[int, datetime, str] | None = None
    for row, queue in enumerate(problem.queue_names):
        for start in _short_starts(problem, roster, queue):
            more = minutes.copy()
            more[row] += need.grid.overlap(start, start + _HOUR) * need.grid.interval_s / 60
            gain = now - _total(price.costs(more))
            if best is None or gain > best[0]:
                best = (gain, start, queue)
    if best is None:
        return None
    gain, start, queue = best
    local = start.astimezone(need.grid.zone)
    return Worth(what=f"one hour of overtime on {queue}, {local:%a %d %b %H:%M}", worth=gain)


def _short_starts(problem: Problem, roster: Roster, queue: str) -> list[datetime]:
    """Return the starts of the intervals of a queue's short stretches."""
    grid = problem.requirement.grid
    return [
        start
        for each in shortages(problem, roster)
        if each.queue == queue
        for start in grid.starts_utc()
        if each.start <= start < each.end
    ]


def _total(costs: dict[str, int]) -> int:
    return sum(costs[rule] for rule in _SERVICE)


def worth_of_an_agent(
    problem: Problem, roster: Roster, params: SolveParams | None = None
) -> tuple[Worth, ...]:
    """Say what one more agent of each kind in the team is worth, dearest first.

    The best legal tour of the new agent is solved for while everybody else keeps their shifts.

    Parameters
    ----------
    problem, roster
        The problem and its roster.
    params
        How to search, for each kind; 2 seconds if None.
    """
    now = _total(ServicePrice(problem).costs(agent_minutes(problem, roster)))
    found = []
    for like in kinds(problem):
        result = solve(_joined_by(problem, roster, like), params or SolveParams(seconds=2.0))
        if result.roster is not None:
            then = sum(p.cost for p in result.penalties if p.rule in _SERVICE)
            found.append(Worth(what=f"one more agent like {like.name}", worth=max(0, now - then)))
    return tuple(sorted(found, key=lambda each: -each.worth))


def _joined_by(problem: Problem, roster: Roster, like: Agent) -> Problem:
    """Return the problem of one new agent beside a roster that counts as it is."""
    new = replace(like, agent_id="one-more", name="One more")
    return replace(
        problem,
        team=Team(agents=(new,), contracts=problem.team.contracts),
        requests=(),
        pins=(),
        published=None,
        activities=(),
        past=(*problem.past, *roster.assignments),
    )
