"""Whole numbers of people: rounding up, shrinkage and a cap on occupancy."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scheduler.errors import Fault, InputError
from scheduler.staffing.arguments import checked

# Relative size of what is taken for rounding dust: 21 / (1 - 0.3) is 30, not 30.000000000000004.
_DUST = 1e-9


def whole_up(value: ArrayLike) -> NDArray[np.int64]:
    """Round up to whole numbers, but not on account of floating-point dust.

    Parameters
    ----------
    value
        Numbers of 0 or more; one that lies within a billionth of a whole number above it is
        taken for that number.
    """
    given = np.asarray(value, dtype=np.float64)
    counts: NDArray[np.int64] = np.ceil(given * (1.0 - _DUST)).astype(np.int64)[()]
    return counts


def scheduled(base: ArrayLike, shrinkage: ArrayLike) -> NDArray[np.int64]:
    """Return the agents to roster so that enough are on the queue: base / (1 - shrinkage).

    Parameters
    ----------
    base
        Agents needed on the queue.
    shrinkage
        Share of rostered time, 0 to below 1, spent on breaks, training, illness ...

    Raises
    ------
    InputError
        A number out of range.
    """
    agents, lost = checked(base=base, shrinkage=shrinkage)
    return whole_up(agents / (1.0 - lost))


def compound_shrinkage(parts: Mapping[str, float]) -> float:
    """Return the shrinkage of several causes that come on top of each other.

    One cause takes its share of the time that the others leave: 1 - (1 - a)(1 - b) ...

    Parameters
    ----------
    parts
        Share of the time, 0 to below 1, by cause.

    Raises
    ------
    InputError
        A share out of range; names the cause.
    """
    faults = [
        Fault(column=f"shrinkage {cause}", expected="0 or more and below 1", found=f"{share:g}")
        for cause, share in parts.items()
        if not 0.0 <= share < 1.0
    ]
    if faults:
        raise InputError(faults)
    return float(1.0 - np.prod([1.0 - share for share in parts.values()]))


def agents_for_occupancy(load: ArrayLike, max_occupancy: ArrayLike) -> NDArray[np.int64]:
    """Return the smallest number of agents that are busy at most this share of their time.

    Parameters
    ----------
    load
        Offered load, erlang.
    max_occupancy
        Share of the time, above 0 and at most 1.

    Raises
    ------
    InputError
        A number out of range.
    """
    erlangs, share = checked(load=load, max_occupancy=max_occupancy)
    return whole_up(erlangs / share)


# What nobody can put into a calendar beforehand, unless a case says otherwise.
UNPLANNED = frozenset({"absence", "illness", "lateness", "sick", "sickness", "unplanned"})


def rostered_causes(
    parts: Mapping[str, float], unplanned: Collection[str], held: Collection[str]
) -> frozenset[str]:
    """Return the causes of lost time that a roster holds itself, so that none counts twice.

    A planned cause (leave, training, breaks) is in the calendar entirely: its share is left out
    where the roster holds it. An unplanned one (sickness) never is: who is known to be ill now
    says nothing of who will be, so its share stays.

    Parameters
    ----------
    parts
        Share of the time by cause.
    unplanned
        Causes that cannot be planned.
    held
        Kinds of absence that the roster holds.
    """
    return frozenset(cause for cause in parts if cause in held and cause not in unplanned)
