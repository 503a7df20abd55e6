"""How a repair searches: near what was lost first, then everywhere, and what that proves."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from scheduler.rostering.check import check, penalties
from scheduler.rostering.explain import find_clash
from scheduler.rostering.greedy import improved
from scheduler.rostering.neighbourhood import AgentDay, days_near, movable_days, near_model
from scheduler.rostering.params import Progress, SolveParams, gap_between
from scheduler.rostering.problem import Option, Problem
from scheduler.rostering.roster import Assignment, Penalty, Roster, RosterResult
from scheduler.rostering.rules.changes import price_of
from scheduler.rostering.solver import search, unsearched

# Share of a repair's time that searches may use: the answer is checked and priced after them.
SEARCH_SHARE = 0.75

# With less than this, a search over the whole would not even be built.
_LEAST_S = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What one repair is asked.

    Attributes
    ----------
    problem
        The problem, with a published roster.
    options
        Its options.
    kept
        The published roster without lost shifts.
    paid
        What it pays for.
    most_touched
        Most agents whose days may change; None for any number.
    params, progress, cancelled
        How to search.
    deadline
        Monotonic time at which searching ends.
    """

    problem: Problem
    options: tuple[Option, ...]
    kept: Roster
    paid: tuple[Penalty, ...]
    most_touched: int | None
    params: SolveParams
    deadline: float
    progress: Callable[[Progress], None] | None
    cancelled: Callable[[], bool] | None

    @property
    def seconds_left(self) -> float:
        """Seconds until the deadline; negative after it."""
        return self.deadline - time.monotonic()

    def search(self, free: frozenset[AgentDay], start_from: Roster | None = None) -> RosterResult:
        """Search over some agents' days in the time that is left."""
        model = near_model(
            self.problem,
            self.options,
            self.kept,
            free,
            start_from=start_from,
            most_touched=self.most_touched,
        )
        params = replace(self.params, seconds=max(_LEAST_S, self.seconds_left))
        return search(model, params, self.progress, cancelled=self.cancelled)


def answer(ask: Ask, lost: frozenset[Assignment]) -> tuple[RosterResult, int]:
    """Leave the roster, else search near the lost shifts, else everywhere.

    Returns
    -------
    RosterResult, int
        The answer, its status and bound said of the whole (among rosters that touch no more
        agents than allowed); and how many agents' days were free.
    """
    problem, published = ask.problem, ask.problem.published
    assert published is not None  # noqa: S101 - every repair has it
    movable = movable_days(ask.options, published.freeze)
    near = days_near(ask.options, lost) & movable
    best, searched, bound = None, 0, 0.0
    if not check(problem, ask.kept):
        best = unsearched(problem, ask.kept, ask.paid, ask.params)
        if _shifts_say_all(ask):
            # A roster with other shifts changes a day, and pays for it.
            paid, least = first_cost(problem, ask.paid), _cheapest(problem, movable)
            if paid < least:
                return best, searched
            bound = min(paid, least)
        best = _quick(ask, best, near or movable)
    found = best
    for free in dict.fromkeys((near or movable, movable)):
        if best is not None and ask.seconds_left < _LEAST_S:
            break
        found = ask.search(free, best.roster if best else None)
        # A roster that is better still would change a day elsewhere.
        elsewhere = _cheapest(problem, movable - free)
        if found.status == "optimal" and first_cost(problem, found.penalties) < elsewhere:
            return found, len(free)
        if free == movable:
            bound = max(bound, found.bound or 0.0)
        if found.roster and (best is None or _rank(problem, found) < _rank(problem, best)):
            best = found
        searched = len(free)
    if best is None:
        return _explained(ask, found), len(movable)
    gap = gap_between(best.objective, bound)
    return replace(best, status="feasible", bound=bound, gap=gap), searched


def _quick(ask: Ask, kept: RosterResult, free: frozenset[AgentDay]) -> RosterResult:
    """Improve the roster by the best single changes, in half of the time."""
    half = ask.seconds_left / 2
    roster = improved(
        ask.problem,
        ask.kept,
        ask.options,
        free,
        most_touched=ask.most_touched,
        enough=lambda: ask.seconds_left < half,
    )
    if roster is ask.kept:
        return kept
    return unsearched(ask.problem, roster, tuple(penalties(ask.problem, roster)), ask.params)


def _shifts_say_all(ask: Ask) -> bool:
    """Whether queues, breaks and activities leave no choice, so that shifts are a roster."""
    one_queue = all(len(ask.problem.queues_of(a)) <= 1 for a in ask.problem.agents.values())
    placed = ask.problem.activities or any(option.shift.windows for option in ask.options)
    return one_queue and not placed


def _explained(ask: Ask, found: RosterResult | None) -> RosterResult:
    """Name the clash where no roster exists, whoever may be touched."""
    assert found is not None  # noqa: S101 - without a valid roster there was a search
    if found.status != "infeasible" or ask.most_touched is not None:
        return found
    return replace(found, clash=find_clash(ask.problem, ask.params.seed))


def _cheapest(problem: Problem, days: frozenset[AgentDay]) -> float:
    """Least price of changing any of some agents' days; infinite where there are none."""
    published = problem.published
    assert published is not None  # noqa: S101 - every repair has it
    return min((price_of(problem, published, *each) for each in days), default=float("inf"))


def first_cost(problem: Problem, paid: Iterable[Penalty]) -> int:
    """Add up what the first group of priorities pays."""
    return sum(penalty.cost for penalty in paid if penalty.rule in problem.order[0])


def _rank(problem: Problem, result: RosterResult) -> tuple[int, ...]:
    return tuple(
        sum(penalty.cost for penalty in result.penalties if penalty.rule in group)
        for group in problem.order
    )
