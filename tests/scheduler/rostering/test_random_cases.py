"""Random small problems with any rules at once: what the solver says is true.

``CALLBOARD_RANDOM_CASES`` sets their number; ``make soak`` tries 10,000.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from itertools import product

from builders import as_assignment, every_busy
from hypothesis import HealthCheck, Phase, given, settings
from random_problems import problems

from scheduler.rostering.check import check, cost, penalties
from scheduler.rostering.problem import Option, Problem
from scheduler.rostering.roster import Roster
from scheduler.rostering.solver import SolveParams, build, search

CASES = int(os.environ.get("CALLBOARD_RANDOM_CASES", "500"))
# Trying every roster of more options than this costs more than it shows.
MOST_TRIED = 5
MOST_TRIED_BUSY = 3
ONE = SolveParams(seconds=30, workers=1)


def _costs(p: Problem, roster: Roster) -> tuple[int, ...]:
    """What a roster costs at each level of priority."""
    paid = penalties(p, roster)
    return tuple(sum(each.cost for each in paid if each.rule in group) for group in p.order)


def _best_by_hand(p: Problem) -> tuple[int, ...] | None:
    """Try every roster: the least cost, level by level; None where every roster breaks a rule."""
    best = None
    for taken in product((False, True), repeat=len(p.options)):
        chosen = [o for o, t in zip(p.options, taken, strict=True) if t]
        for roster in _placings(p, chosen):
            if not check(p, roster):
                costs = _costs(p, roster)
                best = costs if best is None else min(best, costs)
    return best


def _placings(p: Problem, chosen: list[Option]) -> Iterator[Roster]:
    """Every way in which people on these shifts can be busy with activities."""
    ways = [
        [
            replace(as_assignment(p, option), shift=shift)
            for shift in every_busy(p, p.agents[option.agent_id], option.shift)
        ]
        for option in chosen
    ]
    for assignments in product(*ways):
        yield Roster.of(assignments)


@settings(
    deadline=None,
    derandomize=True,
    max_examples=CASES,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    database=None,
)
@given(problems())
def test_what_the_solver_says_is_true(p: Problem) -> None:
    result = search(build(p), ONE)
    if len(p.options) <= (MOST_TRIED_BUSY if p.activities else MOST_TRIED):
        best = _best_by_hand(p)
        assert result.status == ("infeasible" if best is None else "optimal")
        if result.roster is not None:
            assert _costs(p, result.roster) == best
    if result.roster is not None:
        assert check(p, result.roster) == []
        assert result.objective == cost(p, result.roster)
        assert result.bound is not None
        assert result.bound <= result.objective
