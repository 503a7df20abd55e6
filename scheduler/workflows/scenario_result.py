"""What a what-if solve gave, as a document: its numbers, its coverage, how many work."""

from __future__ import annotations

from typing import Any

from scheduler.exchange.roster_table import coverage_rows
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Roster
from scheduler.workflows.outcome import Outcome, outcome_numbers


def scenario_document(outcome: Outcome) -> dict[str, Any]:
    """Write an outcome ready for JSON.

    Returns
    -------
    dict
        ``numbers`` of the terminal contract; with a roster also ``coverage``, its rows as text
        by column; ``agents``, how many have shifts; and ``cost``, what their paid time costs an
        hour, None where somebody's is not stated. All empty without.
    """
    roster, coverage = outcome.result.roster, outcome.coverage
    numbers = outcome_numbers(outcome)
    if roster is None or coverage is None:
        return {"numbers": numbers, "agents": 0, "coverage": [], "cost": None}
    rows = coverage_rows(outcome.plan.problem, coverage)
    return {
        "numbers": numbers,
        "agents": len(roster.tours()),
        "coverage": rows,
        "cost": _cost(outcome.plan.problem, roster),
    }


def _cost(problem: Problem, roster: Roster) -> float | None:
    """Add up what everybody's paid time costs; None where somebody has no price."""
    prices = {agent_id: agent.hourly_cost for agent_id, agent in problem.agents.items()}
    if not all(prices[each.agent_id] for each in roster.assignments):
        return None
    cost = sum(each.shift.paid_minutes / 60 * prices[each.agent_id] for each in roster.assignments)
    return round(cost, 2)
