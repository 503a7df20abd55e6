"""The requirement: how many agents every interval of every queue needs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecasting.grid import TimeGrid
from scheduler.errors import Fault, InputError
from scheduler.staffing.channels import Queue

_PLANES = (
    "open_share",
    "offered",
    "aht_s",
    "load",
    "base",
    "required",
    "floor",
    "service_level",
    "occupancy",
    "due_s",
    "arrived_s",
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Requirement:
    """Agents needed per queue and interval, and what any other number would give.

    Arrays have the shape (queues, intervals) unless stated.

    Attributes
    ----------
    grid
        The intervals.
    queues
        The queues, in the order of the first axis.
    shrinkage
        Share of rostered time in which agents are not on the queue, taken off once.
    open_share
        Share of the interval in which the queue is open, 0 to 1.
    offered
        Contacts expected to arrive in the interval; the weights of the promise.
    aht_s
        Mean handling time, s.
    load
        Offered load in erlang that the interval is staffed for (lagged by one handling time).
    base
        Agents on the queue, int64, before shrinkage.
    required
        Agents to roster, int64, after shrinkage.
    floor
        Agents to roster, int64, so that the queue's floor is kept; 0 for deferred queues.
    curves
        One array a queue, shape (intervals, N + 1): service level expected in the interval
        with 0 … N *rostered* agents, shrinkage taken off, never falling with more agents.
        Shape (intervals, 0) for deferred queues. Beyond N take the last value.
    service_level
        Expected with ``required`` agents; 1 where nothing is expected to arrive.
    occupancy
        Expected share of the time on the queue spent on contacts, with ``required`` agents.
    due_s, arrived_s
        For deferred queues: agent-seconds of work that must be done, and that can be done, by
        the *end* of each interval, counted from the start of the horizon; 0 for others.
        What is done must lie between the two. See :mod:`scheduler.staffing.deferred`.
    """

    grid: TimeGrid
    queues: tuple[Queue, ...]
    shrinkage: float
    open_share: NDArray[np.float64]
    offered: NDArray[np.float64]
    aht_s: NDArray[np.float64]
    load: NDArray[np.float64]
    base: NDArray[np.int64]
    required: NDArray[np.int64]
    floor: NDArray[np.int64]
    curves: tuple[NDArray[np.float64], ...]
    service_level: NDArray[np.float64]
    occupancy: NDArray[np.float64]
    due_s: NDArray[np.float64]
    arrived_s: NDArray[np.float64]

    def __post_init__(self) -> None:
        """Check that every array fits the queues and the grid."""
        shape = (len(self.queues), len(self.grid))
        faults = [
            Fault(column=name, expected=f"shape {shape}", found=f"{getattr(self, name).shape}")
            for name in _PLANES
            if getattr(self, name).shape != shape
        ]
        rows = [curve.shape[0] for curve in self.curves]
        if rows != [len(self.grid)] * len(self.queues):
            faults.append(
                Fault(
                    column="curves",
                    expected=f"{shape[0]} arrays of {shape[1]} rows",
                    found=f"{len(rows)} arrays of {rows} rows",
                )
            )
        if faults:
            raise InputError(faults)

    def index_of(self, queue: str) -> int:
        """Return the position of a queue by its name; KeyError if there is none."""
        for index, each in enumerate(self.queues):
            if each.name == queue:
                return index
        raise KeyError(queue)
