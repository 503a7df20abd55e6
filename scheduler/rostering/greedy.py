"""The quick way to a good repair: take the best single change, again and again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from scheduler.rostering.check import check, penalties
from scheduler.rostering.moves import Move, Moves, cost_by_rule
from scheduler.rostering.neighbourhood import AgentDay
from scheduler.rostering.problem import Option, Problem
from scheduler.rostering.roster import Assignment, Roster
from scheduler.rostering.rules.changes import price_of


def improved(
    problem: Problem,
    roster: Roster,
    options: Iterable[Option],
    free: frozenset[AgentDay],
    *,
    most_touched: int | None = None,
    enough: Callable[[], bool] = lambda: False,
) -> Roster:
    """Change one agent's day after the other, each time the one that helps most.

    Parameters
    ----------
    problem
        The problem, with the published roster.
    roster
        A roster that keeps every hard rule; so does the answer.
    options
        What may be worked.
    free
        The agents' days that may change; all are as published.
    most_touched
        At most so many agents are changed; None for any number.
    enough
        Asked before each change; True ends the search.

    Returns
    -------
    Roster
        Never worse than the one given: by the problem's order, group by group.
    """
    by_day: dict[AgentDay, list[Option]] = {}
    for option in options:
        if (option.agent_id, option.shift.day) in free:
            by_day.setdefault((option.agent_id, option.shift.day), []).append(option)
    moves, touched = Moves(problem, roster), set[AgentDay]()

    def rank(found: Roster) -> tuple[int, ...]:
        costs = cost_by_rule(penalties(problem, found))
        return tuple(sum(costs.get(name, 0) for name in group) for group in problem.order)

    reached = rank(roster)
    while not enough():
        people = {agent_id for agent_id, _ in touched}
        full = most_touched is not None and len(people) >= most_touched
        among = {day: each for day, each in by_day.items() if not full or day[0] in people}
        best = _best(moves, among, touched, enough)
        if best is None:
            break
        then = best.applied(roster)
        if check(problem, then) or not rank(then) < reached:
            # A rule about several people at once stands against it: leave that day alone.
            del by_day[best.agent_id, best.day]
            continue
        touched.add((best.agent_id, best.day))
        roster, moves, reached = then, Moves(problem, then, like=moves), rank(then)
    return roster


def _best(
    moves: Moves,
    by_day: dict[AgentDay, list[Option]],
    touched: set[AgentDay],
    enough: Callable[[], bool],
) -> Move | None:
    """Find the change that helps most; None where none helps.

    Changes are judged in order of what they do for service less the price of touching the day,
    until the next one could not help more; when time is up, the best so far is taken.
    """
    problem = moves.problem
    ways = []
    for day, options in by_day.items():
        price = 0 if day in touched else _price(problem, day)
        for after in _ways(moves, day, options):
            costs = moves.service_cost(*day, after)
            ways.append((price + sum(costs.get(r, 0) for r in problem.order[0]), day, after))
    best, least = None, (0,) * (len(problem.order) + 1)
    for floor, day, after in sorted(ways, key=lambda way: way[0]):
        if floor > least[1] or enough():
            break
        move = moves.move(*day, after)
        if move.rank(problem.order) < least:
            best, least = move, move.rank(problem.order)
    return best


def _price(problem: Problem, day: AgentDay) -> int:
    """Price of touching a day that is as published; 0 where nothing is published."""
    return 0 if problem.published is None else price_of(problem, problem.published, *day)


def _ways(moves: Moves, day: AgentDay, options: Iterable[Option]) -> Iterator[Assignment | None]:
    """Every other way to work a day: off, or any shift, breaks early, on any one queue."""
    agent_id = day[0]
    if moves.worked(*day):
        yield None
    for option in options:
        shift = moves.settled(agent_id, option.shift)
        for queues in moves.problem.queue_choices(moves.problem.agents[agent_id], shift):
            yield Assignment(agent_id=agent_id, shift=shift, queues=queues)
