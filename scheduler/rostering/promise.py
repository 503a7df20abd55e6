"""The certificate: the service a roster will give, predicted, exact and simulated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scheduler.rostering.coverage import cover
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Roster
from scheduler.rostering.rules.promise import Pledge, interval_pledges, pledges
from scheduler.staffing.channels import Queue
from scheduler.staffing.deferred import deferred_service_level, deferred_work
from scheduler.staffing.simulate import Estimate, QueueSimulation, simulate_queue
from scheduler.staffing.uncertain_day import UncertainDay, evaluate_uncertain_day

_DUST = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class PledgeCertificate:
    """The promise of a queue over one interval, day or week, and what becomes of it.

    Attributes
    ----------
    when
        The interval, day or week, in words.
    offered
        Contacts expected.
    target, predicted
        Promised share, and the share that the optimiser's own curves give.
    exact
        The share by the exact evaluation through time; None where there is none.
    simulated
        The simulated share.
    target_chance
        Probability that the rates to come let the target be met, for queues staffed for the
        forecast's range; else None.
    """

    when: str
    offered: float
    target: float
    predicted: float
    exact: float | None
    simulated: Estimate
    target_chance: float | None = None

    @property
    def level(self) -> float:
        """The share that counts: the exact one where it is known, else the simulated mean."""
        return self.simulated.mean if self.exact is None else self.exact

    @property
    def kept(self) -> bool:
        """Whether the share that counts reaches the target."""
        return self.level >= self.target - _DUST


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class QueueCertificate:
    """What one queue's customers will feel over the horizon.

    Attributes
    ----------
    queue, target
        The queue and the service level it promises.
    predicted
        What the optimiser's own curves give for the agents present, weighed by contacts.
    exact
        Service level by the exact evaluation through time; None for deferred queues and where
        patience has a distribution of its own.
    simulated
        Service level in the simulation; for deferred queues the fluid backlog's, without spread.
    asa_s, abandon_rate, occupancy
        Simulated; None for deferred queues.
    per_interval : (intervals,)
        Simulated service level of the contacts that arrive in each interval; NaN where none do.
    pledges
        The promise interval by interval, day by day or week by week; empty for deferred queues
        and for those whose intervals cannot be evaluated exactly.
    """

    queue: str
    target: float
    predicted: float
    exact: float | None
    simulated: Estimate
    asa_s: Estimate | None
    abandon_rate: Estimate | None
    occupancy: Estimate | None
    per_interval: NDArray[np.float64]
    pledges: tuple[PledgeCertificate, ...] = ()

    @property
    def level(self) -> float:
        """The service level that counts: exact where there is one, else simulated."""
        return self.simulated.mean if self.exact is None else self.exact

    @property
    def kept(self) -> bool:
        """Whether the promise is kept, over the whole and in every pledge."""
        return self.level >= self.target - _DUST and all(each.kept for each in self.pledges)


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """One certificate a queue, and how it was come by."""

    queues: tuple[QueueCertificate, ...]
    replications: int
    seed: int

    @property
    def kept(self) -> bool:
        """Whether every queue's promise is kept."""
        return all(queue.kept for queue in self.queues)

    def of(self, queue: str) -> QueueCertificate:
        """Return the certificate of a queue by name; KeyError if there is none."""
        for each in self.queues:
            if each.queue == queue:
                return each
        raise KeyError(queue)


def certify(
    problem: Problem,
    roster: Roster,
    *,
    replications: int = 200,
    seed: int = 1,
    progress: Callable[[float], None] | None = None,
) -> Certificate:
    """Work out the service that any roster gives, hand-made too.

    Parameters
    ----------
    problem, roster
        The requirement and who works when.
    replications
        Simulated horizons a queue.
    seed
        Seed of the simulation.
    progress
        Told the share done, 0 to 1, queue by queue.
    """
    need = problem.requirement
    coverage = cover(problem, roster)
    found = []
    for row, queue in enumerate(need.queues):
        on_queue = coverage.scheduled[row] * (1 - need.shrinkage)
        if queue.deferred:
            found.append(_deferred(problem, row, queue, on_queue))
        else:
            run = _simulate(problem, row, queue, on_queue, replications, seed + row)
            day = _exact(problem, row, queue, on_queue)
            expected = coverage.service_level[row]
            found.append(_immediate(problem, row, queue, expected, day, run))
        if progress is not None:
            progress((row + 1) / len(need.queues))
    return Certificate(queues=tuple(found), replications=replications, seed=seed)


def _simulate(
    problem: Problem,
    row: int,
    queue: Queue,
    on_queue: NDArray[np.float64],
    replications: int,
    seed: int,
) -> QueueSimulation:
    need = problem.requirement
    return simulate_queue(
        need.offered[row],
        on_queue,
        interval_s=need.grid.interval_s,
        aht_s=need.aht_s[row],
        patience_s=queue.patience_shape or queue.patience_s,
        answer_within_s=queue.answer_within_s,
        definition=queue.definition,
        short_abandon_s=queue.short_abandon_s,
        concurrency=queue.concurrency,
        slowdown=queue.slowdown,
        rate_cv=_rate_cv(problem, row),
        replications=replications,
        seed=seed,
    )


def _exact(
    problem: Problem, row: int, queue: Queue, on_queue: NDArray[np.float64]
) -> UncertainDay | None:
    """Follow a queue through time exactly; None where patience is not exponential."""
    if queue.patience_shape is not None:
        return None
    need = problem.requirement
    return evaluate_uncertain_day(
        need.offered[row],
        on_queue,
        rate_cv=_rate_cv(problem, row),
        interval_s=need.grid.interval_s,
        aht_s=need.aht_s[row],
        answer_within_s=queue.answer_within_s,
        patience_s=queue.patience_s,
        definition=queue.definition,
        short_abandon_s=queue.short_abandon_s,
        concurrency=queue.concurrency,
        slowdown=queue.slowdown,
    )


def _immediate(
    problem: Problem,
    row: int,
    queue: Queue,
    expected: NDArray[np.float64],
    day: UncertainDay | None,
    run: QueueSimulation,
) -> QueueCertificate:
    offered = problem.requirement.offered[row]
    every = pledges(problem) if queue.promise != "interval" else interval_pledges(problem, row)
    return QueueCertificate(
        queue=queue.name,
        target=queue.service_level,
        predicted=_share(expected, offered),
        exact=None if day is None else day.service_level(np.arange(offered.size)),
        simulated=run.overall_service_level,
        asa_s=run.overall_asa_s,
        abandon_rate=run.overall_abandon_rate,
        occupancy=run.overall_occupancy,
        per_interval=np.where(offered > 0, run.service_level, np.nan),
        pledges=tuple(
            _pledge(pledge, queue, offered, expected, day, run)
            for pledge in every
            if pledge.queue == queue.name and (day is not None or queue.promise != "interval")
        ),
    )


def _pledge(
    pledge: Pledge,
    queue: Queue,
    offered: NDArray[np.float64],
    expected: NDArray[np.float64],
    day: UncertainDay | None,
    run: QueueSimulation,
) -> PledgeCertificate:
    at = list(pledge.intervals)
    return PledgeCertificate(
        when=pledge.when,
        offered=float(offered[at].sum()),
        target=queue.service_level,
        predicted=_share(expected[at], offered[at]),
        exact=None if day is None else day.service_level(np.array(at)),
        target_chance=None
        if day is None or len(day.days) == 1
        else day.target_chance(np.array(at), queue.service_level),
        simulated=run.service_level_over(at),
    )


def _rate_cv(problem: Problem, row: int) -> NDArray[np.float64]:
    need = problem.requirement
    return np.zeros(len(need.grid)) if need.rate_cv is None else need.rate_cv[row]


def _share(level: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    total = float(weights.sum())
    return float(level @ weights / total) if total > 0 else 1.0


def _deferred(
    problem: Problem, row: int, queue: Queue, on_queue: NDArray[np.float64]
) -> QueueCertificate:
    need = problem.requirement
    work = deferred_work(
        queue,
        need.grid,
        offered=need.offered[row],
        aht_s=need.aht_s[row],
        open_share=need.open_share[row],
    )
    share = deferred_service_level(work, on_queue * need.grid.interval_s)
    level = min(1.0, work.overall(share))
    return QueueCertificate(
        queue=queue.name,
        target=queue.service_level,
        predicted=level,
        exact=None,
        simulated=Estimate(mean=level, low=level, high=level),
        asa_s=None,
        abandon_rate=None,
        occupancy=None,
        per_interval=np.where(need.offered[row] > 0, share, np.nan),
    )
