"""What a what-if solve gave, as a document: its numbers, its coverage, how many work."""

from __future__ import annotations

from typing import Any

from scheduler.exchange.roster_table import coverage_rows
from scheduler.workflows.outcome import Outcome, outcome_numbers


def scenario_document(outcome: Outcome) -> dict[str, Any]:
    """Write an outcome ready for JSON.

    Returns
    -------
    dict
        ``numbers`` of the terminal contract; with a roster also ``coverage``, its rows as text
        by column, and ``agents``, how many have shifts; both empty without.
    """
    roster, coverage = outcome.result.roster, outcome.coverage
    numbers = outcome_numbers(outcome)
    if roster is None or coverage is None:
        return {"numbers": numbers, "agents": 0, "coverage": []}
    rows = coverage_rows(outcome.plan.problem, coverage)
    return {"numbers": numbers, "agents": len(roster.tours()), "coverage": rows}
