"""Which way to search suits a problem."""

from __future__ import annotations

from collections.abc import Callable

from scheduler.errors import Fault, InputError
from scheduler.rostering.columns.gather import gather
from scheduler.rostering.columns.search import ToursSearch
from scheduler.rostering.columns.terms import NoTour
from scheduler.rostering.params import Progress, SolveParams
from scheduler.rostering.problem import Problem

# Below so many agents × days × shifts one model of them all is proven in seconds.
_SMALL = 400


def tours_search(
    problem: Problem,
    params: SolveParams,
    progress: Callable[[Progress], None] | None = None,
    *,
    cancelled: Callable[[], bool] | None = None,
    began: float,
) -> ToursSearch | None:
    """Return a search among whole tours where it suits; None for one model of everything.

    ``auto`` takes whole tours where people are wanted on shifts, every rule can be held within
    a tour, and the problem is not small.

    Raises
    ------
    InputError
        Whole tours are asked for and a rule cannot be held within one.
    """
    if params.strategy == "model":
        return None
    if params.strategy == "auto":
        size = len(problem.agents) * problem.days * len(problem.templates)
        if size < _SMALL or not problem.wanted:
            return None
    try:
        terms = gather(problem)
        return ToursSearch(problem, terms, params, progress, cancelled=cancelled, began=began)
    except NoTour as reason:
        if params.strategy == "auto":
            return None
        raise InputError(
            Fault(column="strategy", expected="model or auto", found=f"tours, but {reason}")
        ) from None
