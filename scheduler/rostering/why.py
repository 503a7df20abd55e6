"""Why this shift, why not my wish: what forbids a single decision, or what it would cost.

The question is put to the solver: the same problem with the decision demanded, within a bounded
time. What a roster that grants the wish costs more than the one at hand is what the wish costs;
where no roster can grant it, the smallest clashing set of hard rules says why.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from scheduler.errors import Fault, InputError
from scheduler.rostering.check import check, penalties
from scheduler.rostering.explain import find_clash
from scheduler.rostering.joining import joiner
from scheduler.rostering.moves import Move, WholeJudge, cost_by_rule
from scheduler.rostering.neighbourhood import near_model
from scheduler.rostering.params import SolveParams
from scheduler.rostering.problem import Pin, Problem
from scheduler.rostering.roster import Assignment, Clause, Roster
from scheduler.rostering.solver import search

Answer = Literal["granted", "forbidden", "priced", "free", "unknown"]

OFF = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One decision about one agent's day: a shift by name, or a day off (``shift`` empty)."""

    agent_id: str
    day: date
    shift: str = OFF


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WhyNot:
    """Why a roster does not grant a wish.

    Attributes
    ----------
    wish
        The wish.
    worked
        What the roster has on that day.
    answer
        ``granted`` already; ``forbidden`` by hard rules; ``priced``: possible, but dearer;
        ``free``: possible without costing more; ``unknown``: time ran out first.
    alone
        The change with everybody else's shifts as they are; None where it is granted already or
        the shift does not start that day.
    forbidding
        For ``forbidden``: hard demands of which no roster keeps all and grants the wish too; the
        wish itself is left out.
    costs
        What granting costs more by rule, in minutes of paid time, others rearranged where that
        helps; empty where nothing is known.
    cost
        Sum of ``costs``; None where nothing is known.
    cost_at_least
        Proven: no roster grants it for less. None where nothing is proven.
    """

    wish: Wish
    worked: tuple[Assignment, ...]
    answer: Answer
    alone: Move | None = None
    forbidding: tuple[Clause, ...] = ()
    costs: Mapping[str, int] | None = None
    cost: int | None = None
    cost_at_least: float | None = None


def why_not(
    problem: Problem, roster: Roster, wish: Wish, params: SolveParams | None = None
) -> WhyNot:
    """Find out why a roster does not grant a wish.

    Parameters
    ----------
    problem, roster
        The problem and the roster at hand, valid or not.
    wish
        The wish.
    params
        How to search; 5 seconds if None.

    Raises
    ------
    InputError
        There is no such agent, shift or date.
    """
    _refuse(problem, wish)
    worked = tuple(a for a in roster.tour(wish.agent_id) if a.shift.day == wish.day)
    if [a.shift.template for a in worked] == ([wish.shift] if wish.shift else []):
        return WhyNot(wish=wish, worked=worked, answer="granted")
    pin = Pin(agent_id=wish.agent_id, day=wish.day, shift=wish.shift)
    asked = replace(problem, pins=(*problem.pins, pin))
    alone = _alone(problem, roster, wish, worked)
    days = frozenset((o.agent_id, o.shift.day) for o in problem.options)
    model = near_model(asked, problem.options, roster, days)
    result = search(model, params or SolveParams(seconds=5.0))
    if result.status == "infeasible":
        clash = find_clash(asked)
        sets = [each for each in clash.sets if any(_is_wish(c, wish) for c in each)]
        found = sets[0] if sets else clash.sets[0]
        told = tuple(c for c in found if not _is_wish(c, wish))
        return WhyNot(wish=wish, worked=worked, answer="forbidden", alone=alone, forbidding=told)
    now = cost_by_rule(penalties(problem, roster))
    best = None if result.roster is None else cost_by_rule(result.penalties)
    if alone is not None and not alone.broken and not check(problem, roster):
        by_itself = {rule: now.get(rule, 0) + alone.costs.get(rule, 0) for rule in _rules(problem)}
        if best is None or _rank(problem, by_itself) < _rank(problem, best):
            best = by_itself
    if best is None:
        return WhyNot(wish=wish, worked=worked, answer="unknown", alone=alone)
    more = {rule: best.get(rule, 0) - now.get(rule, 0) for rule in _rules(problem)}
    dearer = _rank(problem, best) > _rank(problem, now)
    proven = result.status == "optimal"
    return WhyNot(
        wish=wish,
        worked=worked,
        answer="priced" if dearer else "free",
        alone=alone,
        costs={rule: cost for rule, cost in more.items() if cost},
        cost=sum(more.values()),
        cost_at_least=float(sum(more.values())) if proven else None,
    )


def taken_alone(problem: Problem, roster: Roster, wish: Wish) -> Move | None:
    """Judge a wish with everybody else's shifts as they are; no solver is asked.

    Returns
    -------
    Move or None
        What it would break and cost; None where the shift does not start on that day.

    Raises
    ------
    InputError
        There is no such agent, shift or date.
    """
    _refuse(problem, wish)
    worked = tuple(a for a in roster.tour(wish.agent_id) if a.shift.day == wish.day)
    return _alone(problem, roster, wish, worked)


def _refuse(problem: Problem, wish: Wish) -> None:
    """Refuse a wish about nobody, nothing or no time."""
    faults = []
    if wish.agent_id not in problem.agents:
        faults.append(Fault(column="agent", expected="the id of an agent", found=wish.agent_id))
    if wish.shift and wish.shift not in problem.template_by_name:
        names = ", ".join(problem.template_by_name)
        faults.append(Fault(column="shift", expected=f"one of {names}", found=wish.shift))
    if wish.day not in problem.dates:
        span = f"a date of the roster, {problem.dates[0]} … {problem.dates[-1]}"
        faults.append(Fault(column="date", expected=span, found=str(wish.day)))
    if faults:
        raise InputError(faults)


def _alone(
    problem: Problem, roster: Roster, wish: Wish, worked: tuple[Assignment, ...]
) -> Move | None:
    """Judge the change by itself, on the queue where it costs least."""
    agent, judge = problem.agents[wish.agent_id], WholeJudge(problem, roster)
    settled = joiner(problem, roster)
    ways: list[Assignment | None] = [None]
    if wish.shift:
        template = problem.template_by_name[wish.shift]
        ways = [
            Assignment(agent_id=wish.agent_id, shift=settled(wish.agent_id, shift), queues=queues)
            for shift in problem.shifts_on(agent, template, wish.day)
            for queues in problem.queue_choices(agent, shift)
        ]
    blank = Move(
        agent_id=wish.agent_id, day=wish.day, before=worked, after=None, broken=(), costs={}
    )
    moves = [judge.judged(replace(blank, after=way)) for way in ways]
    return min(moves, key=lambda move: move.rank(problem.order), default=None)


def _is_wish(clause: Clause, wish: Wish) -> bool:
    return (clause.rule, clause.agent_id, clause.when) == ("pins", wish.agent_id, str(wish.day))


def _rules(problem: Problem) -> tuple[str, ...]:
    return tuple(name for group in problem.order for name in group)


def _rank(problem: Problem, costs: Mapping[str, int]) -> tuple[int, ...]:
    return tuple(sum(costs.get(name, 0) for name in group) for group in problem.order)
