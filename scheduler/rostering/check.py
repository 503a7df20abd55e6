"""The plain checker: is a roster valid, and what does it cost? No solver is asked."""

from __future__ import annotations

from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Penalty, Roster, Violation
from scheduler.rostering.rules.catalogue import HARD, PRICED


def check(problem: Problem, roster: Roster) -> list[Violation]:
    """Find every hard rule that a roster breaks; rules the manager waived are left out.

    Works for any roster, hand-made too. Agents and queues must be the problem's own.
    """
    return [
        violation
        for rule in HARD
        if rule.name not in problem.waived
        for violation in rule.check(problem, roster)
    ]


def penalties(problem: Problem, roster: Roster) -> list[Penalty]:
    """List everything that a roster pays for, dearest first."""
    found = [
        penalty
        for rule in PRICED
        if rule.name not in problem.waived
        for penalty in rule.price(problem, roster)
    ]
    return sorted(found, key=lambda penalty: -penalty.cost)


def cost(problem: Problem, roster: Roster) -> int:
    """Add up the penalties: the roster's objective, in minutes of paid time."""
    return sum(penalty.cost for penalty in penalties(problem, roster))
