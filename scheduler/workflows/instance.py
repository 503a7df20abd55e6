"""What somebody does with an instance of a public benchmark: solve it, keep the solution."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scheduler.access import Action, User
from scheduler.exchange.curtois_qu import read_instance
from scheduler.exchange.curtois_qu_problem import problem_of, solution_text
from scheduler.exchange.files import write_file
from scheduler.rostering.params import Progress, SolveParams
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import RosterResult
from scheduler.rostering.solver import solve
from scheduler.workflows.week import require


@dataclass(frozen=True, slots=True, kw_only=True)
class Solved:
    """An instance and what became of it.

    Attributes
    ----------
    name
        The file's name without its ending.
    problem, result
        The instance in our own words, and its result; the objective is the benchmark's.
    """

    name: str
    problem: Problem
    result: RosterResult


def solve_instance(
    user: User,
    path: Path,
    *,
    params: SolveParams,
    max_bytes: int,
    progress: Callable[[Progress], None] | None = None,
) -> Solved:
    """Solve an instance of the Curtois–Qu benchmark.

    Raises
    ------
    AccessDenied
        The user may not make rosters.
    InputError
        The file is not in the benchmark's format.
    """
    require(user, Action.MAKE_ROSTER, of_team=path.stem)
    problem = problem_of(read_instance(path, max_bytes=max_bytes))
    return Solved(name=path.stem, problem=problem, result=solve(problem, params, progress))


def write_solution(solved: Solved, folder: Path) -> Path:
    """Write the solution in the site's format and return the file.

    Raises
    ------
    ValueError
        There is no roster.
    """
    if solved.result.roster is None:
        raise ValueError("there is no roster to write")
    path = folder / f"{solved.name}.solution.txt"
    write_file(path, solution_text(solved.problem, solved.result.roster).encode())
    return path


def instance_numbers(solved: Solved) -> dict[str, Any]:
    """Give what is known of an instance's result, ready for JSON."""
    result, problem = solved.result, solved.problem
    clash = result.clash.sets if result.clash else ()
    costs: dict[str, int] = {}
    for penalty in result.penalties:
        costs[penalty.rule] = costs.get(penalty.rule, 0) + penalty.cost
    return {
        "instance": solved.name,
        "days": problem.days,
        "staff": len(problem.agents),
        "shifts": len(problem.templates),
        "status": result.status,
        "objective": result.objective,
        "bound": result.bound,
        "gap": result.gap,
        "penalties": {rule: cost for rule, cost in costs.items() if cost},
        "clash": [clause.words for group in clash for clause in group],
        "seconds": result.seconds,
        "seed": result.seed,
        "workers": result.workers,
    }
