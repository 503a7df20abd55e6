"""Repair: after sickness, leave or more work, the best roster that leaves people's plans alone."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

import numpy as np

from scheduler.people import TimeOff
from scheduler.rostering.check import penalties
from scheduler.rostering.coverage import cover
from scheduler.rostering.params import Progress, SolveParams
from scheduler.rostering.problem import Problem
from scheduler.rostering.repair_search import SEARCH_SHARE, Ask, answer, first_cost
from scheduler.rostering.roster import Assignment, Published, Roster, RosterResult, Worked
from scheduler.rostering.rules.changes import Changes, days_worked, lost_shifts, price_of

_SERVICE = frozenset({"promise", "coverage", "deferred"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One agent's day that differs from the published roster; nothing worked means free."""

    agent_id: str
    day: date
    before: frozenset[Worked]
    after: frozenset[Worked]
    price: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceMove:
    """Expected service level of a queue on the days concerned, 0–1, by the curves.

    Attributes
    ----------
    published, unrepaired, repaired
        With the roster as published, with its lost shifts missing, and as repaired.
    """

    queue: str
    published: float
    unrepaired: float
    repaired: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Repair:
    """A repaired roster and what it took.

    Attributes
    ----------
    problem
        The problem that was solved: absences and the published roster in it.
    result
        Its answer. ``optimal`` is said of the whole problem, not of the part searched; so is
        ``bound``, which is weak where only a part was searched.
    unrepaired
        The published roster without the lost shifts.
    lost
        Published shifts that fall into time off.
    changes
        Every agent's day that differs from the published roster, lost shifts apart.
    cost_unrepaired, cost
        What the first group of priorities (promise, floors, due work, changes) costs without
        any change, and as repaired; the latter None without a roster.
    searched
        Agents' days that were free to change.
    service
        One a queue whose service shows within minutes.
    """

    problem: Problem
    result: RosterResult
    unrepaired: Roster
    lost: tuple[Assignment, ...]
    changes: tuple[Change, ...]
    cost_unrepaired: int
    cost: int | None
    searched: int
    service: tuple[ServiceMove, ...]

    @property
    def touched(self) -> tuple[str, ...]:
        """Agents with a changed day, in order."""
        return tuple(sorted({change.agent_id for change in self.changes}))


def repair(
    problem: Problem,
    published: Roster,
    *,
    freeze: datetime,
    absences: Iterable[TimeOff] = (),
    params: SolveParams | None = None,
    most_touched: int | None = None,
    progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Repair:
    """Find the roster that serves best after a change, with few published days changed.

    First only days on which somebody could work during a lost shift may change; what is left of
    the time goes to a search over everything after the freeze line.

    Parameters
    ----------
    problem
        The problem as it is now; a requirement that grew since the roster was published is in it.
    published
        The roster that people know.
    freeze
        What starts before it does not move; notice is counted from it.
    absences
        New sickness or leave; time off that the team has already is kept beside it.
    params
        How to search; 2 seconds if None. The limit holds for this whole function, but for the
        explanation of a clash.
    most_touched
        Most agents whose days may change; None for any number.
    progress, cancelled
        See :func:`scheduler.rostering.solver.solve`.
    """
    began = time.monotonic()
    params = params or SolveParams(seconds=2.0)
    asked = replace(
        problem,
        team=replace(problem.team, time_off=with_absences(problem.team.time_off, absences)),
        published=Published(roster=published, freeze=freeze),
        order=repair_order(problem.order),
    )
    lost = frozenset(a for agent_id in asked.agents for a in lost_shifts(asked, agent_id))
    kept = Roster(assignments=tuple(a for a in published.assignments if a not in lost))
    ask = Ask(
        problem=asked,
        options=problem.options,
        kept=kept,
        paid=tuple(penalties(asked, kept)),
        most_touched=most_touched,
        params=params,
        deadline=began + params.seconds * SEARCH_SHARE,
        progress=progress,
        cancelled=cancelled,
    )
    result, searched = answer(ask, lost)
    return Repair(
        problem=asked,
        result=replace(result, seconds=time.monotonic() - began, time_limit_s=params.seconds),
        unrepaired=kept,
        lost=tuple(a for a in published.assignments if a in lost),
        changes=_changes(asked, kept, result.roster) if result.roster else (),
        cost_unrepaired=first_cost(asked, ask.paid),
        cost=first_cost(asked, result.penalties) if result.roster else None,
        searched=searched,
        service=_service(asked, published, kept, result.roster, lost),
    )


def with_absences(time_off: Iterable[TimeOff], absences: Iterable[TimeOff]) -> tuple[TimeOff, ...]:
    """Add time off; where somebody is off already, that stays as it is."""
    off = list(time_off)
    for absence in absences:
        parts = [absence]
        for known in off:
            if known.agent_id == absence.agent_id:
                parts = [rest for part in parts for rest in _outside(part, known)]
        off += parts
    return tuple(off)


def _outside(part: TimeOff, known: TimeOff) -> list[TimeOff]:
    """Return what of a stretch lies outside another."""
    spans = ((part.start, min(part.end, known.start)), (max(part.start, known.end), part.end))
    return [replace(part, start=start, end=end) for start, end in spans if start < end]


def repair_order(order: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
    """Weigh changes against service: they join the first groups, up to the last about service.

    A group of changes before service would allow none at all, one after it any number.
    """
    last = max((n for n, group in enumerate(order) if _SERVICE & set(group)), default=0)
    without = [tuple(name for name in group if name != Changes.name) for group in order]
    first = tuple(name for group in without[: last + 1] for name in group)
    return ((*first, Changes.name), *(group for group in without[last + 1 :] if group))


def _changes(problem: Problem, kept: Roster, repaired: Roster) -> tuple[Change, ...]:
    """List the agents' days on which two rosters differ."""
    assert problem.published is not None  # noqa: S101 - every repair has it
    before, after = days_worked(problem, kept), days_worked(problem, repaired)
    return tuple(
        Change(
            agent_id=agent_id,
            day=day,
            before=before.get((agent_id, day), frozenset()),
            after=after.get((agent_id, day), frozenset()),
            price=price_of(problem, problem.published, agent_id, day),
        )
        for agent_id, day in sorted({*before, *after})
        if before.get((agent_id, day)) != after.get((agent_id, day))
    )


def _service(
    problem: Problem,
    published: Roster,
    unrepaired: Roster,
    repaired: Roster | None,
    lost: Iterable[Assignment],
) -> tuple[ServiceMove, ...]:
    """Compare the curves' service on the service's dates that lost shifts or, without, all meet."""
    if repaired is None:
        return ()
    need = problem.requirement
    met = np.zeros(len(need.grid), dtype=bool)
    for each in lost:
        met |= problem.presence(each.shift) > 0
    days = np.isin(need.grid.local_dates, need.grid.local_dates[met]) | ~met.any()
    levels = [cover(problem, each).service_level for each in (published, unrepaired, repaired)]
    found = []
    for row, queue in enumerate(need.queues):
        weight = need.offered[row] * days
        if queue.deferred or not weight.sum():
            continue
        shares = [float(weight @ level[row] / weight.sum()) for level in levels]
        found.append(
            ServiceMove(
                queue=queue.name, published=shares[0], unrepaired=shares[1], repaired=shares[2]
            )
        )
    return tuple(found)
