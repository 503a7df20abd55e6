"""Erlang B, C and A: exact, for whole arrays of intervals, from 0.01 to 50,000 erlang.

All arguments are array-like and broadcast against each other; results are float64, counts int64.
Without load nobody waits and every service level is 1. Without abandonment, agents at or below
the load give a service level of 0 and infinite waits.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scheduler.errors import Fault, InputError
from scheduler.staffing.arguments import Floats, checked
from scheduler.staffing.blocking import inverse_blocking
from scheduler.staffing.definitions import DEFINITIONS, Definition, check_definition
from scheduler.staffing.line import WaitingLine
from scheduler.staffing.search import Counts, smallest
from scheduler.staffing.shrinkage import agents_for_occupancy, compound_shrinkage, scheduled
from scheduler.staffing.square_root_staffing import TARGET_SLACK, fewest_without_abandonment

__all__ = [
    "DEFINITIONS",
    "Definition",
    "abandon_rate",
    "agents_for_occupancy",
    "agents_required",
    "asa_s",
    "compound_shrinkage",
    "erlang_b",
    "erlang_c",
    "mean_wait_s",
    "occupancy",
    "scheduled",
    "service_level",
    "wait_probability",
]


def erlang_b(load: ArrayLike, agents: ArrayLike) -> Floats:
    """Return the probability that all agents are busy when nobody can wait.

    Formula: 1/B = sum over k = 0 ... n of n! / (n - k)! / A^k (A. K. Erlang, 1917).

    Parameters
    ----------
    load
        Offered load A, erlang.
    agents
        Whole number n of agents.

    Raises
    ------
    InputError
        An argument out of range.
    """
    erlangs, heads = checked(load=load, agents=agents)
    inverse = inverse_blocking(erlangs.ravel(), heads.ravel()).reshape(erlangs.shape)
    return _result(np.where(erlangs > 0.0, 1.0 / inverse, 0.0))


def erlang_c(load: ArrayLike, agents: ArrayLike) -> Floats:
    """Return the probability to wait when nobody abandons; 1 with agents at or below the load.

    Formula: 1/C = (1 - rho)/B + rho (A. K. Erlang, 1917).

    Parameters
    ----------
    load
        Offered load, erlang.
    agents
        Whole number of agents.

    Raises
    ------
    InputError
        An argument out of range.
    """
    return wait_probability(load, agents)


def service_level(
    load: ArrayLike,
    agents: ArrayLike,
    *,
    aht_s: ArrayLike,
    answer_within_s: ArrayLike,
    patience_s: ArrayLike = np.inf,
    definition: Definition = "answered_of_offered",
    short_abandon_s: float = 5.0,
) -> Floats:
    """Return the share of contacts answered in time.

    Parameters
    ----------
    load
        Offered load, erlang.
    agents
        Whole number of agents.
    aht_s
        Mean handling time, s.
    answer_within_s
        Threshold of the target, s.
    patience_s
        Mean patience, s; infinite (Erlang C) where nobody abandons, else Erlang A.
    definition
        How contacts that abandon count.
    short_abandon_s
        Up to which wait an abandoned contact is not counted, s, for
        ``excluding_short_abandons``.

    Raises
    ------
    InputError
        An argument out of range or an unknown definition.
    """
    check_definition(definition, short_abandon_s)
    erlangs, heads, aht, within, patience = checked(
        load=load, agents=agents, aht_s=aht_s, answer_within_s=answer_within_s,
        patience_s=patience_s,
    )  # fmt: skip
    line = _line(erlangs, heads, aht, patience)
    share = line.in_time(within.ravel(), definition, short_abandon_s)
    return _result(share.reshape(erlangs.shape))


def agents_required(
    load: ArrayLike,
    *,
    aht_s: ArrayLike,
    answer_within_s: ArrayLike,
    target: ArrayLike,
    patience_s: ArrayLike = np.inf,
    definition: Definition = "answered_of_offered",
    short_abandon_s: float = 5.0,
) -> Counts:
    """Return the smallest whole number of agents that meets the target.

    Parameters
    ----------
    load, aht_s, answer_within_s, patience_s, definition, short_abandon_s
        As in :func:`service_level`.
    target
        Least service level, 0 to below 1; met with a slack of 1e-12 for rounding.

    Raises
    ------
    InputError
        An argument out of range or an unknown definition.
    """
    check_definition(definition, short_abandon_s)
    arrays = checked(
        load=load, aht_s=aht_s, answer_within_s=answer_within_s, target=target,
        patience_s=patience_s,
    )  # fmt: skip
    shape = arrays[0].shape
    erlangs, aht, within, least, patience = (np.ravel(array) for array in arrays)
    # Where nobody abandons all definitions are one.
    counts = fewest_without_abandonment(erlangs, aht, within, least)
    leaving = np.flatnonzero(np.isfinite(patience))
    if leaving.size:
        erlangs, aht, within, least, patience = (
            array[leaving] for array in (erlangs, aht, within, least, patience)
        )

        def meets(heads: Counts, at: Counts) -> NDArray[np.bool_]:
            line = _line(erlangs[at], heads.astype(np.float64), aht[at], patience[at])
            share = line.in_time(within[at], definition, short_abandon_s)
            return share >= least[at] - TARGET_SLACK

        # Mostly a little above the answer, so that few steps lead down to it.
        counts[leaving] = smallest(meets, counts[leaving])
    required: Counts = counts.reshape(shape)[()]
    return required


def wait_probability(
    load: ArrayLike,
    agents: ArrayLike,
    *,
    aht_s: ArrayLike | None = None,
    patience_s: ArrayLike = np.inf,
) -> Floats:
    """Return the probability that a contact has to wait.

    Parameters
    ----------
    load
        Offered load, erlang.
    agents
        Whole number of agents.
    aht_s
        Mean handling time, s; needed only with patience.
    patience_s
        Mean patience, s; infinite where nobody abandons.

    Raises
    ------
    InputError
        An argument out of range.
    """
    return _figure("waiting", load, agents, aht_s, patience_s)


def abandon_rate(
    load: ArrayLike,
    agents: ArrayLike,
    *,
    aht_s: ArrayLike | None = None,
    patience_s: ArrayLike = np.inf,
) -> Floats:
    """Return the share of contacts that abandon; parameters as in :func:`wait_probability`."""
    return _figure("abandoned", load, agents, aht_s, patience_s)


def mean_wait_s(
    load: ArrayLike, agents: ArrayLike, *, aht_s: ArrayLike, patience_s: ArrayLike = np.inf
) -> Floats:
    """Return the mean wait of all contacts, answered or abandoned, in seconds.

    Parameters as in :func:`wait_probability`.
    """
    return _figure("mean_wait_s", load, agents, aht_s, patience_s)


def asa_s(
    load: ArrayLike, agents: ArrayLike, *, aht_s: ArrayLike, patience_s: ArrayLike = np.inf
) -> Floats:
    """Return the mean wait of *answered* contacts in seconds; infinite where there are none.

    Parameters as in :func:`wait_probability`.
    """
    return _figure("asa_s", load, agents, aht_s, patience_s)


def occupancy(
    load: ArrayLike,
    agents: ArrayLike,
    *,
    aht_s: ArrayLike | None = None,
    patience_s: ArrayLike = np.inf,
) -> Floats:
    """Return the share of their time that agents spend on contacts; 0 without agents.

    Parameters as in :func:`wait_probability`.
    """
    erlangs, heads, answered = np.broadcast_arrays(
        load, agents, _figure("answered", load, agents, aht_s, patience_s)
    )
    busy = np.minimum(erlangs * answered / np.where(heads > 0, heads, 1.0), 1.0)
    return _result(np.where(heads > 0, busy, 0.0))


def _figure(
    name: str, load: ArrayLike, agents: ArrayLike, aht_s: ArrayLike | None, patience_s: ArrayLike
) -> Floats:
    if aht_s is None:
        if not np.all(np.asarray(patience_s) == np.inf):
            raise InputError(
                Fault(column="aht_s", expected="a handling time beside patience", found="none")
            )
        aht_s = 1.0
    erlangs, heads, aht, patience = checked(
        load=load, agents=agents, aht_s=aht_s, patience_s=patience_s
    )
    line = _line(erlangs, heads, aht, patience)
    values: Floats = getattr(line, name)
    return _result(values.reshape(erlangs.shape))


def _line(load: Floats, agents: Floats, aht_s: Floats, patience_s: Floats) -> WaitingLine:
    load, agents = load.ravel(), agents.ravel()
    return WaitingLine(
        idle=inverse_blocking(load, np.maximum(agents - 1.0, 0.0)),
        load=load,
        capacity=agents,
        aht_s=aht_s.ravel(),
        patience_s=patience_s.ravel(),
    )


def _result(values: Floats) -> Floats:
    """Return a number for numbers, an array for arrays."""
    result: Floats = values[()]
    return result
