"""Queues whose customers wait on the line: agents needed, and what any number would give.

A phone agent is a chat agent with one slot, so one set of functions serves both.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scheduler.staffing.arguments import Floats
from scheduler.staffing.channels import Queue
from scheduler.staffing.chat import chat_agents_required, chat_occupancy, chat_service_level
from scheduler.staffing.general_patience import (
    GeneralQueue,
    general_agents_required,
    general_queue,
)
from scheduler.staffing.search import smallest
from scheduler.staffing.shrinkage import agents_for_occupancy, scheduled, whole_up
from scheduler.staffing.square_root_staffing import TARGET_SLACK
from scheduler.staffing.uncertainty import rate_factors

Counts = NDArray[np.int64]

# A curve ends where more agents no longer matter to anyone.
_ENOUGH = 0.999
# Values of a curve worked out together: enough to be quick, few enough to be small in memory.
_AT_A_TIME = 200_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ImmediateNeed:
    """Agents for one phone or chat queue; arrays as in ``Requirement``, shape (intervals,).

    ``curve`` has the shape (intervals, N + 1).
    """

    base: Counts
    required: Counts
    floor: Counts
    curve: Floats
    service_level: Floats
    occupancy: Floats


def immediate_need(
    queue: Queue,
    load: Floats,
    aht_s: Floats,
    shrinkage: float,
    rate_cv: Floats | None = None,
) -> ImmediateNeed:
    """Return the agents that a phone or chat queue needs.

    Parameters
    ----------
    queue
        The queue and its target.
    load
        Offered load, erlang, shape (intervals,); 0 where nobody is needed.
    aht_s
        Mean handling time, s, shape (intervals,).
    shrinkage
        Share of rostered time in which agents are not on the queue.
    rate_cv
        Coefficient of variation of the rate, shape (intervals,): levels are then those to
        expect over all rates. None for certain rates.
    """
    cv = np.zeros(load.size) if rate_cv is None else rate_cv
    unhurried = _unhurried(queue, load, aht_s)
    base = np.maximum(agents_for(queue, load, aht_s, queue.service_level, cv), unhurried)
    floor = np.maximum(_floor(queue, load, aht_s, cv), unhurried)
    required = scheduled(base, shrinkage)
    most = agents_for(queue, load, aht_s, max(_ENOUGH, queue.service_level), cv)
    most = np.maximum(most, unhurried).max()
    curve = _curve(queue, load, aht_s, int(most), shrinkage, cv)
    at_required = np.minimum(required, curve.shape[1] - 1)
    return ImmediateNeed(
        base=base,
        required=required,
        floor=scheduled(floor, shrinkage),
        curve=curve,
        service_level=curve[np.arange(load.size), at_required],
        occupancy=_occupancy(queue, load, aht_s, np.multiply(required, 1.0 - shrinkage)),
    )


def agents_for(queue: Queue, load: Floats, aht_s: Floats, target: float, rate_cv: Floats) -> Counts:
    """Return the smallest number of agents on the queue that meets a service level."""
    certain = _agents_at_mean(queue, load, aht_s, target)
    if not rate_cv.any():
        return certain

    def meets(heads: Counts, at: Counts) -> NDArray[np.bool_]:
        level = expected_level(queue, load[at], heads.astype(np.float64), aht_s[at], rate_cv[at])
        return level >= target - TARGET_SLACK

    return smallest(meets, certain)


def expected_level(
    queue: Queue, load: Floats, agents: Floats, aht_s: Floats, rate_cv: Floats
) -> Floats:
    """Return the service level to expect over all rates, with whole numbers of agents."""
    if not rate_cv.any():
        return level_with(queue, load, agents, aht_s)
    factors, weights, _ = rate_factors(rate_cv, seen=True)
    levels = (level_with(queue, load * factor, agents, aht_s) for factor in factors)
    return sum(
        (weight * level for weight, level in zip(weights, levels, strict=True)), np.zeros(())
    )


def _agents_at_mean(queue: Queue, load: Floats, aht_s: Floats, target: float) -> Counts:
    if queue.patience_shape is not None:
        return general_agents_required(
            load,
            aht_s=aht_s,
            answer_within_s=queue.answer_within_s,
            target=target,
            patience=queue.patience_shape,
            definition=queue.definition,
            short_abandon_s=queue.short_abandon_s,
        )
    return chat_agents_required(
        load,
        aht_s=aht_s,
        answer_within_s=queue.answer_within_s,
        target=target,
        stretch=queue.stretch,
        patience_s=queue.patience_s,
        definition=queue.definition,
        short_abandon_s=queue.short_abandon_s,
    )


def level_with(queue: Queue, load: Floats, agents: Floats, aht_s: Floats) -> Floats:
    """Return the service level with whole numbers of agents on the queue."""
    if queue.patience_shape is not None:
        return _general(queue, load, agents, aht_s).service_level
    return chat_service_level(
        load,
        agents,
        aht_s=aht_s,
        answer_within_s=queue.answer_within_s,
        stretch=queue.stretch,
        patience_s=queue.patience_s,
        definition=queue.definition,
        short_abandon_s=queue.short_abandon_s,
    )


def _curve(
    queue: Queue, load: Floats, aht_s: Floats, most: int, shrinkage: float, rate_cv: Floats
) -> Floats:
    """Return the level with 0 ... N rostered agents, between whole agents on the queue linear."""
    on_queue = np.arange(int(scheduled(most, shrinkage)) + 1) * (1.0 - shrinkage)
    below = on_queue.astype(np.int64)
    busy = np.flatnonzero(load > 0.0)
    whole = np.ones((load.size, below[-1] + 2))
    heads = np.arange(whole.shape[1], dtype=np.float64)
    for rows in np.array_split(busy, 1 + busy.size * heads.size // _AT_A_TIME):
        whole[rows] = expected_level(
            queue, load[rows, None], heads, aht_s[rows, None], rate_cv[rows, None]
        )
    part = on_queue - below
    curve = (1.0 - part) * whole[:, below] + part * whole[:, below + 1]
    # Levels rise with agents; rounding in the last digit may not say otherwise.
    return np.maximum.accumulate(curve, axis=1)


def _unhurried(queue: Queue, load: Floats, aht_s: Floats) -> Counts:
    """Return the smallest number of agents that keeps them from being too busy, at the mean."""
    if queue.max_occupancy is None:
        return np.zeros(load.size, dtype=np.int64)
    most = queue.max_occupancy + TARGET_SLACK

    def meets(heads: Counts, at: Counts) -> NDArray[np.bool_]:
        busy = occupancy_with(queue, load[at], heads.astype(np.float64), aht_s[at])
        return (busy <= most) & ((heads > 0) | (load[at] <= 0.0))

    slots = agents_for_occupancy(load * queue.stretch[-1], queue.max_occupancy)
    return smallest(meets, whole_up(slots / queue.concurrency))


def _floor(queue: Queue, load: Floats, aht_s: Floats, rate_cv: Floats) -> Counts:
    if not isinstance(queue.floor, str):
        return agents_for(queue, load, aht_s, queue.floor, rate_cv)
    some = load > 0.0
    if np.isfinite(queue.patience_s):
        return some.astype(np.int64)
    per_agent = queue.concurrency / queue.stretch[-1]
    return np.where(some, np.floor(load / per_agent) + 1, 0).astype(np.int64)


def occupancy_with(queue: Queue, load: Floats, agents: Floats, aht_s: Floats) -> Floats:
    """Return the share of their time that whole numbers of agents spend on contacts."""
    if queue.patience_shape is not None:
        answered = 1.0 - _general(queue, load, agents, aht_s).abandon_rate
        busy: Floats = np.minimum(load * answered / np.maximum(agents, 1.0), 1.0)
        return np.where(agents > 0.0, busy, 0.0)
    return chat_occupancy(
        load, agents, aht_s=aht_s, stretch=queue.stretch, patience_s=queue.patience_s
    )


def _general(queue: Queue, load: Floats, agents: Floats, aht_s: Floats) -> GeneralQueue:
    assert queue.patience_shape is not None  # noqa: S101 - both callers have asked
    return general_queue(
        load,
        agents,
        aht_s=aht_s,
        answer_within_s=queue.answer_within_s,
        patience=queue.patience_shape,
        definition=queue.definition,
        short_abandon_s=queue.short_abandon_s,
    )


def _occupancy(queue: Queue, load: Floats, aht_s: Floats, on_queue: Floats) -> Floats:
    below = np.floor(on_queue)
    low, high = (occupancy_with(queue, load, heads, aht_s) for heads in (below, below + 1.0))
    part = on_queue - below
    return np.where(on_queue > 0.0, (1.0 - part) * low + part * high, 0.0)
