"""What service costs, from agent-minutes alone: the plain forms of four rules, vectorised.

A ranking of candidates asks for the price of hundreds of rosters that differ in one shift. The
rules themselves walk every assignment for each; here only the minutes on the queues go in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from scheduler.rostering.envelope import MILLI, Piece
from scheduler.rostering.problem import Problem
from scheduler.rostering.rules.coverage_floor import Coverage, minutes_wanted
from scheduler.rostering.rules.deferred import MILLI_MINUTE, DeferredWork, workloads
from scheduler.rostering.rules.promise import PromiseKept, pledges
from scheduler.rostering.rules.service import BestService

Minutes = NDArray[np.float64]

SERVICE_RULES = (PromiseKept.name, Coverage.name, DeferredWork.name, BestService.name)


class ServicePrice:
    """Prices any agent-minutes of one problem as its rules about service do."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        length = problem.requirement.grid.interval // timedelta(minutes=1)
        self._curves = [_Envelopes.of(row, length) for row in problem.envelopes]
        self._wanted = minutes_wanted(problem)
        self._loads = workloads(problem)
        rows = {name: row for row, name in enumerate(problem.queue_names)}
        self._pledges = [
            (rows[p.queue], np.searchsorted(self._curves[rows[p.queue]].at, p.intervals), p.target)
            for p in pledges(problem)
        ]

    def costs(self, minutes: Minutes) -> dict[str, int]:
        """Price agent-minutes on each queue and interval, shape (queues, intervals), by rule."""
        prices, waived = self._problem.prices, self._problem.waived
        whole = np.floor(minutes + 1e-6).astype(np.int64)
        answered = [c.answered(row) for c, row in zip(self._curves, whole, strict=True)]
        promise = sum(
            max(0, target - int(answered[row][at].sum())) for row, at, target in self._pledges
        )
        beyond = sum(
            -((int(row.sum()) - curve.best) // MILLI)
            for curve, row in zip(self._curves, answered, strict=True)
        )
        found = {
            PromiseKept.name: promise * prices.promise,
            Coverage.name: int(np.maximum(self._wanted - whole, 0).sum()) * prices.coverage,
            DeferredWork.name: self._late(whole) * prices.deferred,
            BestService.name: beyond * prices.service,
        }
        return {rule: 0 if rule in waived else cost for rule, cost in found.items()}

    def _late(self, whole: NDArray[np.int64]) -> int:
        """Add up the minutes of deferred work late at the worst moment of each queue."""
        total = 0
        for load in self._loads:
            done = worst = 0
            could = load.pace * whole[self._problem.requirement.index_of(load.queue)]
            for arrived, due, more in zip(
                load.arrived.tolist(), load.due.tolist(), could.tolist(), strict=True
            ):
                done = min(arrived, done + more)
                worst = max(worst, due - done)
            total += -(-worst // MILLI_MINUTE)
        return total


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Envelopes:
    """The cuts of a queue's intervals, padded to one shape (intervals with contacts, pieces)."""

    at: NDArray[np.int64]
    top: NDArray[np.int64]
    rise: NDArray[np.int64]
    run: NDArray[np.int64]
    best: int

    @classmethod
    def of(cls, pieces: dict[int, tuple[Piece, ...]], length: int) -> _Envelopes:
        most = max((len(each) for each in pieces.values()), default=0)
        padded = [(*each, *(each[-1:] * (most - len(each)))) for each in pieces.values()]

        def array(rows: list[list[int]]) -> NDArray[np.int64]:
            return np.array(rows, dtype=np.int64).reshape(len(pieces), most)

        return cls(
            at=np.array(list(pieces), dtype=np.int64),
            top=array(
                [[(p.run * p.value - p.rise * p.at) * length for p in row] for row in padded]
            ),
            rise=array([[p.rise for p in row] for row in padded]),
            run=array([[p.run * length for p in row] for row in padded]),
            best=sum(each[-1].value for each in pieces.values()),
        )

    def answered(self, minutes: NDArray[np.int64]) -> NDArray[np.int64]:
        """Thousandths of contacts answered in time in each interval with contacts."""
        if not self.at.size:
            return np.zeros(0, dtype=np.int64)
        found: NDArray[np.int64] = (
            (self.top + self.rise * minutes[self.at, None]) // self.run
        ).min(axis=1)
        return found
