"""What replications of a queue add up to: figures with the interval of their chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from scheduler.staffing import simulation_kernel as kernel
from scheduler.staffing.arguments import Floats
from scheduler.staffing.definitions import Definition


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A figure over the whole horizon with its 95 % interval for the chance of simulation."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class QueueSimulation:
    """What a simulated queue gave; contacts count in the interval in which they come.

    Attributes
    ----------
    overall_service_level, overall_asa_s, overall_abandon_rate, overall_occupancy
        Over all contacts, or all staffed time, of the horizon, each with a 95 % interval.
    service_level, asa_s, abandon_rate, occupancy
        Per interval, shape (intervals,), pooled over the replications; 1 for the service level
        and 0 for the others where nothing was to count.
    in_time, counted
        Contacts in time and contacts that count under the definition, shape (replications,
        intervals); sums of both over any stretch give its service level.
    offered, answered, abandoned
        Contacts, shape (replications, intervals). Without patience, contacts that find no
        agent any more are neither answered nor abandoned.
    wait_s
        Waiting time of answered contacts, summed, shape (replications, intervals).
    """

    overall_service_level: Estimate
    overall_asa_s: Estimate
    overall_abandon_rate: Estimate
    overall_occupancy: Estimate
    service_level: Floats
    asa_s: Floats
    abandon_rate: Floats
    occupancy: Floats
    in_time: Floats
    counted: Floats
    offered: Floats
    answered: Floats
    abandoned: Floats
    wait_s: Floats

    def service_level_over(self, intervals: Sequence[int]) -> Estimate:
        """Estimate the service level of the contacts that come in some intervals."""
        at = list(intervals)
        return _estimate(self.in_time[:, at], self.counted[:, at], empty=1.0)


def summarise(tallies: Floats, definition: Definition) -> QueueSimulation:
    """Turn tallies into service levels, waits, abandons and occupancy.

    Parameters
    ----------
    tallies
        Shape (replications, intervals, columns), the columns of
        :mod:`scheduler.staffing.simulation_kernel`.
    definition
        How contacts that abandon count.
    """

    def column(number: int) -> Floats:
        return tallies[:, :, number]

    offered, answered = column(kernel.OFFERED), column(kernel.ANSWERED)
    in_time, counted = _service_counts(tallies, definition)
    waits, lost = column(kernel.WAIT_S), column(kernel.ABANDONED)
    busy, staffed = column(kernel.BUSY_S), column(kernel.STAFFED_S)
    return QueueSimulation(
        overall_service_level=_estimate(in_time, counted, empty=1.0),
        overall_asa_s=_estimate(waits, answered),
        overall_abandon_rate=_estimate(lost, offered),
        overall_occupancy=_estimate(busy, staffed),
        service_level=_pooled(in_time, counted, empty=1.0),
        asa_s=_pooled(waits, answered),
        abandon_rate=_pooled(lost, offered),
        occupancy=_pooled(busy, staffed),
        in_time=in_time,
        counted=counted,
        offered=offered,
        answered=answered,
        abandoned=lost,
        wait_s=waits,
    )


def _service_counts(tallies: Floats, definition: Definition) -> tuple[Floats, Floats]:
    """Return contacts in time and contacts that count, shape (replications, intervals)."""
    offered, in_time = tallies[:, :, kernel.OFFERED], tallies[:, :, kernel.IN_TIME]
    abandoned_in_time = tallies[:, :, kernel.ABANDONED_IN_TIME]
    if definition == "excluding_abandoned_within":
        return in_time, offered - abandoned_in_time
    if definition == "abandoned_within_counted":
        return in_time + abandoned_in_time, offered
    if definition == "answered_of_answered":
        return in_time, tallies[:, :, kernel.ANSWERED]
    if definition == "excluding_short_abandons":
        return in_time, offered - tallies[:, :, kernel.ABANDONED_SHORTLY]
    if definition == "infinitely_patient":
        return tallies[:, :, kernel.PATIENT_IN_TIME], offered
    return in_time, offered


def _estimate(part: Floats, whole: Floats, *, empty: float = 0.0) -> Estimate:
    """Estimate a ratio of means over replications with its 95 % interval.

    The ratio of sums, with the variance of part - ratio * whole over replications: replications
    with more contacts weigh more, as contacts do. W. G. Cochran, "Sampling techniques" (1977),
    section 6.4.
    """
    parts, wholes = part.sum(axis=1), whole.sum(axis=1)
    if not wholes.sum():
        return Estimate(mean=empty, low=empty, high=empty)
    ratio = float(parts.sum() / wholes.sum())
    spread = np.std(parts - ratio * wholes, ddof=1) / wholes.mean() / np.sqrt(parts.size)
    half = float(stdtrit(parts.size - 1, 0.975) * spread)
    return Estimate(mean=ratio, low=ratio - half, high=ratio + half)


def _pooled(part: Floats, whole: Floats, *, empty: float = 0.0) -> Floats:
    parts, wholes = part.sum(axis=0), whole.sum(axis=0)
    return np.where(wholes > 0.0, parts / np.where(wholes > 0.0, wholes, 1.0), empty)
