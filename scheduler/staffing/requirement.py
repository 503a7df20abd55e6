"""The requirement: how many agents every interval of every queue needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forecasting.forecast import Forecast
from forecasting.grid import TimeGrid
from scheduler.errors import Fault, InputError
from scheduler.staffing.arguments import checked
from scheduler.staffing.channels import Queue
from scheduler.staffing.deferred import (
    DeferredWork,
    deferred_agents,
    deferred_done,
    deferred_service_level,
    deferred_work,
)
from scheduler.staffing.immediate import ImmediateNeed, immediate_need
from scheduler.staffing.load import lagged_load
from scheduler.staffing.shrinkage import scheduled
from scheduler.staffing.variation import load_variation

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
        What is done must lie between the two for every contact to be in time; the queue's
        service level may ask for less. See :mod:`scheduler.staffing.deferred`.
    rate_cv
        Coefficient of variation of the load that ``curves`` and ``base`` allow for, as if all
        of it were the rate's; 0 for queues staffed for the mean. None: all of them are.
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
    rate_cv: NDArray[np.float64] | None = None

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


def make_requirement(
    forecast: Forecast,
    queues: Sequence[Queue],
    *,
    open_share: NDArray[np.float64],
    shrinkage: float = 0.0,
    lag: bool = True,
) -> Requirement:
    """Turn a forecast into the agents that every interval of every queue needs.

    Where a queue is closed or nobody comes it needs 0 agents and has a service level of 1.
    Phone and chat keep their service level in every interval; deferred queues keep theirs over
    the horizon with the same number of agents in all open intervals.

    Parameters
    ----------
    forecast
        Contacts and handling times; holds every queue by its name.
    queues
        The queues to staff.
    open_share
        Share of every interval in which each queue is open, shape (queues, intervals).
    shrinkage
        Share of rostered time in which agents are not on the queue, 0 to below 1.
    lag
        Whether the load of phone and chat follows arrivals by one handling time.

    Raises
    ------
    InputError
        A queue without forecast, a queue twice, a bad shrinkage or open share.
    """
    _check_inputs(forecast, queues, open_share, shrinkage)
    rows = []
    for queue, share in zip(queues, open_share, strict=True):
        given = forecast.queues.index(queue.name)
        offered, aht_s = forecast.offered[given], forecast.aht_s[given]
        if queue.deferred:
            work = deferred_work(
                queue, forecast.grid, offered=offered, aht_s=aht_s, open_share=share
            )
            row = _deferred_row(queue, forecast.grid, work, shrinkage)
        else:
            offered = np.where(share > 0.0, offered, 0.0)
            load = lagged_load(offered, aht_s, share, forecast.grid.interval_s, lag=lag)
            cv = _rate_cv(queue, forecast, offered)
            row = _immediate_row(queue, load, aht_s, shrinkage, cv)
        rows.append(row | {"offered": offered, "aht_s": aht_s, "open_share": share})
    nothing = np.zeros(len(forecast.grid))
    return Requirement(
        grid=forecast.grid,
        queues=tuple(queues),
        shrinkage=shrinkage,
        curves=tuple(row["curve"] for row in rows),
        rate_cv=np.stack([row.get("rate_cv", nothing) for row in rows]),
        **{name: np.stack([row[name] for row in rows]) for name in _PLANES},
    )


def _rate_cv(queue: Queue, forecast: Forecast, offered: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the variation of the load that a queue is staffed for."""
    if queue.staff_for == "mean":
        return np.zeros(offered.size)
    row = forecast.queues.index(queue.name)
    cv = load_variation(
        offered,
        forecast.aht_s[row],
        forecast.levels,
        contacts=forecast.quantiles[:, row],
        aht_s_quantiles=forecast.aht_quantiles[:, row],
    )
    return np.where(offered > 0.0, np.minimum(cv, 1.0), 0.0)


def _immediate_row(
    queue: Queue,
    load: NDArray[np.float64],
    aht_s: NDArray[np.float64],
    shrinkage: float,
    rate_cv: NDArray[np.float64],
) -> dict[str, NDArray[Any]]:
    need = immediate_need(queue, load, aht_s, shrinkage, rate_cv)
    nothing = np.zeros(load.size)
    row = {name: getattr(need, name) for name in ImmediateNeed.__slots__}
    return row | {"load": load, "due_s": nothing, "arrived_s": nothing, "rate_cv": rate_cv}


def _deferred_row(
    queue: Queue, grid: TimeGrid, work: DeferredWork, shrinkage: float
) -> dict[str, NDArray[Any]]:
    base = np.where(work.open_s > 0.0, deferred_agents(work, queue.service_level), 0)
    required = scheduled(base, shrinkage)
    capacity_s = required * (1.0 - shrinkage) * work.open_s
    used = np.divide(
        deferred_done(work, capacity_s),
        capacity_s,
        out=np.zeros(base.size),
        where=capacity_s > 0.0,
    )
    return {
        "load": work.work_s / grid.interval_s,
        "base": base,
        "required": required,
        "floor": np.zeros(base.size, dtype=np.int64),
        "curve": np.empty((base.size, 0)),
        "service_level": deferred_service_level(work, capacity_s),
        "occupancy": used,
        "due_s": work.due_s,
        "arrived_s": work.arrived_s,
    }


def _check_inputs(
    forecast: Forecast, queues: Sequence[Queue], open_share: NDArray[np.float64], shrinkage: float
) -> None:
    checked(shrinkage=shrinkage)
    names = [queue.name for queue in queues]
    faults = [
        Fault(
            column="queue",
            expected=f"a queue of the forecast ({', '.join(forecast.queues)})",
            found=repr(name),
        )
        for name in names
        if name not in forecast.queues
    ]
    if len(set(names)) < len(names) or not names:
        faults.append(Fault(column="queues", expected="each queue once", found=", ".join(names)))
    shape = (len(names), len(forecast.grid))
    if open_share.shape != shape or not np.all((open_share >= 0.0) & (open_share <= 1.0)):
        faults.append(
            Fault(
                column="open_share",
                expected=f"0 … 1, shape {shape}",
                found=f"shape {open_share.shape}"
                if open_share.shape != shape
                else "values outside",
            )
        )
    if faults:
        raise InputError(faults)
