"""What every answer of every search goes through before anybody sees it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.metadata import version

from scheduler.errors import CallboardError
from scheduler.rostering.check import check, penalties
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Penalty, Roster


class SolverDisagrees(CallboardError):
    """The checker refutes what the solver answered: a fault of this program, never of its user."""


def verified(
    problem: Problem, roster: Roster, claims: Mapping[tuple[str, ...], float]
) -> tuple[Penalty, ...]:
    """Check a roster and price it anew; never trust a model to judge itself.

    Parameters
    ----------
    problem, roster
        The roster of the problem.
    claims
        What the search says that groups of priced rules cost.

    Raises
    ------
    SolverDisagrees
        The roster breaks a hard rule, or costs more than was claimed.
    """
    broken = check(problem, roster)
    if broken:
        raise SolverDisagrees(
            "the solver's roster breaks rules: " + "; ".join(v.words for v in broken[:5])
        )
    paid = tuple(penalties(problem, roster))
    for group, claimed in claims.items():
        cost = cost_of(paid, group)
        if cost > claimed + problem.tolerance_of(group) + 0.5:
            raise SolverDisagrees(
                f"{', '.join(group)} cost {cost}, the solver claimed {claimed:.0f}"
            )
    return paid


def cost_of(paid: Iterable[Penalty], group: Iterable[str]) -> int:
    """Add up what some rules cost."""
    names = set(group)
    return sum(penalty.cost for penalty in paid if penalty.rule in names)


def versions() -> dict[str, str]:
    """Return the versions that a result depends on."""
    return {"ortools": version("ortools"), "callboard": version("callboard")}
