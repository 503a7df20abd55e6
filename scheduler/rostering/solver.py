"""From a problem to a roster: build the model, search, verify, explain."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Protocol

from ortools.sat.python import cp_model

from scheduler.rostering.explain import find_clash
from scheduler.rostering.moves import alone
from scheduler.rostering.params import Progress, SolveParams, gap_between
from scheduler.rostering.problem import Option, Problem
from scheduler.rostering.roster import Level, Penalty, Roster, RosterResult, Status
from scheduler.rostering.rules.catalogue import HARD, PRICED
from scheduler.rostering.rules.rule import HardRule, PricedRule
from scheduler.rostering.strategy import tours_search
from scheduler.rostering.variables import RosterModel
from scheduler.rostering.verified import cost_of, verified, versions

_STATUS: dict[cp_model.CpSolverStatus, Status] = {
    cp_model.OPTIMAL: "optimal",
    cp_model.FEASIBLE: "feasible",
    cp_model.INFEASIBLE: "infeasible",
    cp_model.UNKNOWN: "unknown",
}

# What matters more may use most of the time that is left.
_EARLY_SHARE = 0.75

# Keeping agents on their queues decides nothing that is priced, so it may take so long at most.
_TIDY_SECONDS = (1.0, 5.0)


def solve(
    problem: Problem,
    params: SolveParams | None = None,
    progress: Callable[[Progress], None] | None = None,
    *,
    cancelled: Callable[[], bool] | None = None,
) -> RosterResult:
    """Find the best roster that keeps every hard rule.

    Priced rules are optimised group by group in the problem's order: what an earlier group
    reaches is never given up for a later one, beyond its tolerance.

    Parameters
    ----------
    problem
        What to solve.
    params
        How to search; the defaults if None.
    progress
        Called from a thread of the search at each better roster or bound.
    cancelled
        Asked ten times a second; once it says True the best roster so far is the answer.

    Returns
    -------
    RosterResult
        Verified: the plain checker has found no violation and the objective is its recomputation.

    Raises
    ------
    SolverDisagrees
        The checker refutes the solver's roster.
    """
    params = params or SolveParams()
    began = time.monotonic()
    tours = tours_search(problem, params, progress, cancelled=cancelled, began=began)
    blamed = problem
    if tours is None:
        result = search(build(problem), params, progress, cancelled=cancelled, began=began)
    else:
        tours.run()
        result = _result(problem, tours, params, began)
        if tours.without:
            blamed = alone(problem, [*problem.agents][tours.without[0]])
    if result.status != "infeasible":
        return result
    clash = find_clash(blamed, params.seed)
    return replace(result, clash=clash, seconds=time.monotonic() - began)


def search(
    model: RosterModel,
    params: SolveParams,
    progress: Callable[[Progress], None] | None = None,
    *,
    cancelled: Callable[[], bool] | None = None,
    began: float | None = None,
) -> RosterResult:
    """Find the best roster of a model whose rules are posted; see :func:`solve`.

    Parameters
    ----------
    model
        The model; what it forbids beyond the rules, the answer keeps too, and its bound and
        its proofs are those of the model.
    params, progress, cancelled
        See :func:`solve`.
    began
        Monotonic time from which the time limit counts; now if None.

    Raises
    ------
    SolverDisagrees
        The checker refutes the solver's roster.
    """
    began = time.monotonic() if began is None else began
    problem = model.problem
    watcher = _Watcher(progress, began)
    searching = _Search(
        model=model, params=params, watcher=watcher, deadline=began + params.seconds
    )
    with _cancelling(searching, cancelled):
        for group in problem.order:
            searching.improve(group)
        searching.tidy()
    return _result(problem, searching, params, began)


class _Found(Protocol):
    """What a search leaves: its best roster, and by group of rules what it costs at least."""

    status: Status

    @property
    def roster(self) -> Roster | None: ...  # the class says what each is

    @property
    def claims(self) -> dict[tuple[str, ...], float]: ...  # as above

    @property
    def bounds(self) -> dict[tuple[str, ...], float]: ...  # as above


def _result(problem: Problem, found: _Found, params: SolveParams, began: float) -> RosterResult:
    """Verify what a search has found and report it."""
    roster = found.roster
    paid: tuple[Penalty, ...] = ()
    levels: tuple[Level, ...] = ()
    objective = bound = None
    if roster is not None:
        paid = verified(problem, roster, found.claims)
        levels = _levels(problem, found, paid)
        objective = sum(penalty.cost for penalty in paid)
        bound = min(float(objective), sum(found.bounds.values()))
    return RosterResult(
        status=found.status,
        roster=roster,
        objective=objective,
        bound=bound,
        gap=gap_between(objective, bound),
        seconds=time.monotonic() - began,
        seed=params.seed,
        workers=params.workers,
        time_limit_s=params.seconds,
        problem_hash=problem.fingerprint,
        versions=versions(),
        penalties=paid,
        levels=levels,
    )


def unsearched(
    problem: Problem, roster: Roster, paid: tuple[Penalty, ...], params: SolveParams
) -> RosterResult:
    """Report a valid roster that was found without a search, and what it pays, as optimal."""
    objective = sum(penalty.cost for penalty in paid)
    return RosterResult(
        status="optimal",
        roster=roster,
        objective=objective,
        bound=float(objective),
        gap=0.0,
        seconds=0.0,
        seed=params.seed,
        workers=params.workers,
        time_limit_s=params.seconds,
        problem_hash=problem.fingerprint,
        versions=versions(),
        penalties=paid,
    )


def build(problem: Problem, options: Iterable[Option] | None = None) -> RosterModel:
    """State every rule that is not waived, over all options or over some only."""
    model = RosterModel(problem, options=options)
    rules: tuple[HardRule | PricedRule, ...] = (*HARD, *PRICED)
    for rule in rules:
        if rule.name not in problem.waived:
            rule.post(model)
    return model


def _levels(problem: Problem, found: _Found, paid: tuple[Penalty, ...]) -> tuple[Level, ...]:
    """Say what each level reached and what it costs in the end."""
    return tuple(
        Level(
            rules=group,
            best=round(best),
            bound=found.bounds[group],
            tolerance=problem.tolerance_of(group),
            cost=cost_of(paid, group),
        )
        for group, best in found.claims.items()
    )


class _Search:
    """Optimises one group of priced rules after the other and keeps the best roster.

    What a group has reached binds the groups after it; its bound counts towards the whole's.
    """

    def __init__(
        self, *, model: RosterModel, params: SolveParams, watcher: _Watcher, deadline: float
    ) -> None:
        self.roster: Roster | None = None
        self.status: Status = "unknown"
        self.claims: dict[tuple[str, ...], float] = {}
        self.bounds: dict[tuple[str, ...], float] = {}
        self._model = model
        self._params = params
        self._watcher = watcher
        self._deadline = deadline
        self._solver = cp_model.CpSolver()
        self._found = self._solver  # what holds the best roster; a later search may find none
        self._groups_left = len(model.problem.order)
        self._stopped = False

    def stop(self) -> None:
        """End the search; may be called from another thread, and more than once."""
        self._stopped = True
        self._solver.stop_search()

    def improve(self, group: tuple[str, ...]) -> None:
        """Minimise what a group of rules costs, without giving up what earlier groups reached."""
        first = self.roster is None
        left = self._deadline - time.monotonic()
        share = left * _EARLY_SHARE if self._groups_left > 1 else left
        self._groups_left -= 1
        if self._stopped or self.status == "infeasible" or (left <= 0 and not first):
            self._give_up()
            return
        cost = self._model.cost(group)
        self._model.cp.minimize(cost)
        self._watcher.base = sum(self.claims.values())
        status = self._run(max(share, 0.1))
        if status in ("optimal", "feasible"):
            self._found = self._solver
            self.roster = self._model.roster(self._found.value)
            reached = round(self._solver.objective_value)
            self._model.cp.add(cost <= reached + self._model.problem.tolerance_of(group))
            self._hint()
            self.claims[group] = self._solver.objective_value
            self.bounds[group] = self._solver.best_objective_bound
        elif not first:
            self._give_up()
            return
        if first or status != "optimal":
            self.status = status

    def tidy(self) -> None:
        """Let agents change queues less often, everybody's shifts and all that is reached kept."""
        changes = self._model.sharing.changes()
        if self.roster is None or self._stopped or not changes:
            return
        self._model.keep(self._found.value)
        for group in self.claims:  # a tolerance is for what comes later, not for this
            cost = self._model.cost(group)
            self._model.cp.add(cost <= self._found.value(cost))
        self._model.cp.minimize(self._model.total(changes))
        self._watcher.quiet = True
        low, high = _TIDY_SECONDS
        left = self._deadline - time.monotonic()
        if self._run(min(max(left, low), high)) in ("optimal", "feasible"):
            self.roster = self._model.roster(self._solver.value)

    def _give_up(self) -> None:
        """Leave a group as it is: whatever it costs, nothing is proven about it."""
        if self.roster is not None:
            self.status = "feasible"

    def _run(self, seconds: float) -> Status:
        self._solver = cp_model.CpSolver()
        parameters = self._solver.parameters
        parameters.max_time_in_seconds = seconds
        parameters.num_workers = self._params.workers
        parameters.random_seed = self._params.seed
        parameters.relative_gap_limit = self._params.gap
        self._solver.best_bound_callback = self._watcher.on_bound
        status = _STATUS[self._solver.solve(self._model.cp, self._watcher)]
        if status == "optimal" and self._params.gap:
            exact = self._solver.objective_value <= self._solver.best_objective_bound + 0.5
            return "optimal" if exact else "feasible"
        return status

    def _hint(self) -> None:
        """Let the next group start from this roster."""
        cp = self._model.cp
        cp.clear_hints()  # type: ignore[no-untyped-call]  # the library leaves it untyped
        for index, value in enumerate(self._solver.response_proto.solution):
            cp.add_hint(cp.get_int_var_from_proto_index(index), value)


class _Watcher(cp_model.CpSolverSolutionCallback):
    """Turns the search's callbacks into progress reports."""

    def __init__(self, report: Callable[[Progress], None] | None, began: float) -> None:
        super().__init__()
        self._report = report
        self._began = began
        self.base = 0.0
        self.quiet = False
        self._solutions = 0
        self._objective: float | None = None
        self._bound: float | None = None

    def on_solution_callback(self) -> None:
        """Report a better roster."""
        if self.quiet:
            return
        self._solutions += 1
        self._objective = self.base + self.objective_value
        self._bound = self.base + self.best_objective_bound
        self._tell()

    def on_bound(self, bound: float) -> None:
        """Report a better bound."""
        if self.quiet:
            return
        self._bound = self.base + bound
        self._tell()

    def _tell(self) -> None:
        if self._report is not None:
            self._report(
                Progress(
                    seconds=time.monotonic() - self._began,
                    solutions=self._solutions,
                    objective=self._objective,
                    bound=self._bound,
                )
            )


@contextmanager
def _cancelling(search: _Search, cancelled: Callable[[], bool] | None) -> Iterator[None]:
    """Stop the search once ``cancelled`` says so."""
    if cancelled is None:
        yield
        return
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.1):
            if cancelled():
                search.stop()

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
