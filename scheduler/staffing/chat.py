"""Chat: agents who handle several contacts at a time, and slow down as they do.

Model: chats are spread evenly, so that with j in the team each of n agents has floor(j / n) or one
more. An agent with i chats finishes them at the rate i / (stretch_i aht). Beyond n times the
concurrency they wait, and may abandon, as in :mod:`scheduler.staffing.line`. The service rate
that depends on the agent's own number of chats follows T. Tezcan and J. Zhang, "Routing and
staffing in customer service chat systems with impatient customers" (2014); the even spread is
our simplification of routing to the least loaded agent.

Arguments broadcast as in :mod:`scheduler.staffing.erlang`; the load is that of chats handled one
at a time. ``stretch[i - 1]`` tells how many times as long a chat takes with i at a time; with
``(1.0,)`` everything here equals Erlang C and A.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from scheduler.errors import Fault, InputError
from scheduler.staffing.arguments import Floats, checked
from scheduler.staffing.definitions import Definition
from scheduler.staffing.erlang import agents_required
from scheduler.staffing.line import WaitingLine
from scheduler.staffing.search import Counts, smallest
from scheduler.staffing.square_root_staffing import TARGET_SLACK


def chat_service_level(
    load: ArrayLike,
    agents: ArrayLike,
    *,
    aht_s: ArrayLike,
    answer_within_s: ArrayLike,
    stretch: Sequence[float],
    patience_s: ArrayLike = np.inf,
    definition: Definition = "answered_of_offered",
    short_abandon_s: float = 5.0,
) -> Floats:
    """Return the share of chats whose first answer comes in time.

    Parameters
    ----------
    load
        Chats a second times the handling time of a chat alone, erlang.
    agents
        Whole number of agents.
    aht_s
        Mean handling time of a chat that the agent handles alone, s.
    answer_within_s
        Threshold of the target, s.
    stretch
        Handling time with 1, 2, ... chats at a time, relative to one; the first is 1.
    patience_s
        Mean patience, s; infinite where nobody abandons.
    definition
        How contacts that abandon count.
    short_abandon_s
        Up to which wait an abandoned contact is not counted, s, for
        ``excluding_short_abandons``.

    Raises
    ------
    InputError
        An argument out of range, or another chat at a time that makes an agent finish less.
    """
    _check_stretch(stretch)
    erlangs, heads, aht, within, patience = checked(
        load=load,
        agents=agents,
        aht_s=aht_s,
        answer_within_s=answer_within_s,
        patience_s=patience_s,
    )
    line = _line(erlangs, heads, aht, patience, stretch)
    level: Floats = line.in_time(within.ravel(), definition, short_abandon_s).reshape(
        erlangs.shape
    )[()]
    return level


def chat_agents_required(
    load: ArrayLike,
    *,
    aht_s: ArrayLike,
    answer_within_s: ArrayLike,
    target: ArrayLike,
    stretch: Sequence[float],
    patience_s: ArrayLike = np.inf,
    definition: Definition = "answered_of_offered",
    short_abandon_s: float = 5.0,
) -> Counts:
    """Return the smallest whole number of agents that meets the target.

    Parameters
    ----------
    load, aht_s, answer_within_s, stretch, patience_s, definition, short_abandon_s
        As in :func:`chat_service_level`.
    target
        Least service level, 0 to below 1; met with a slack of 1e-12 for rounding.

    Raises
    ------
    InputError
        As :func:`chat_service_level`.
    """
    _check_stretch(stretch)
    if len(stretch) == 1:
        return agents_required(
            load,
            aht_s=aht_s,
            answer_within_s=answer_within_s,
            target=target,
            patience_s=patience_s,
            definition=definition,
            short_abandon_s=short_abandon_s,
        )
    arrays = checked(
        load=load,
        aht_s=aht_s,
        answer_within_s=answer_within_s,
        target=target,
        patience_s=patience_s,
    )
    erlangs, aht, within, least, patience = (array.ravel() for array in arrays)

    def meets(heads: Counts, at: Counts) -> NDArray[np.bool_]:
        line = _line(erlangs[at], heads.astype(np.float64), aht[at], patience[at], stretch)
        return line.in_time(within[at], definition, short_abandon_s) >= least[at] - TARGET_SLACK

    guess = np.ceil(erlangs * stretch[-1] / len(stretch)).astype(np.int64)
    counts: Counts = smallest(meets, guess).reshape(arrays[0].shape)[()]
    return counts


def chat_occupancy(
    load: ArrayLike,
    agents: ArrayLike,
    *,
    aht_s: ArrayLike,
    stretch: Sequence[float],
    patience_s: ArrayLike = np.inf,
) -> Floats:
    """Return the share of the agents' chat slots in use; 0 without agents.

    Parameters as in :func:`chat_service_level`.
    """
    _check_stretch(stretch)
    erlangs, heads, aht, patience = checked(
        load=load, agents=agents, aht_s=aht_s, patience_s=patience_s
    )
    line = _line(erlangs, heads, aht, patience, stretch)
    free_mean = _with_slots_free(erlangs.ravel(), heads.ravel(), np.array(stretch))[1]
    slots = np.maximum(heads.ravel() * len(stretch), 1.0)
    share = (1.0 - line.waiting) * free_mean / slots + line.waiting
    used: Floats = np.where(heads.ravel() > 0, share, 0.0).reshape(erlangs.shape)[()]
    return used


def _line(
    load: Floats, agents: Floats, aht_s: Floats, patience_s: Floats, stretch: Sequence[float]
) -> WaitingLine:
    load, agents = load.ravel(), agents.ravel()
    return WaitingLine(
        idle=_with_slots_free(load, agents, np.array(stretch))[0],
        load=load,
        capacity=agents * (len(stretch) / stretch[-1]),
        aht_s=aht_s.ravel(),
        patience_s=patience_s.ravel(),
    )


def _check_stretch(stretch: Sequence[float]) -> None:
    finished = np.arange(1, len(stretch) + 1) / np.array(stretch)
    if not finished.size or finished[0] != 1.0 or not np.all(np.diff(finished) > 0.0):
        raise InputError(
            Fault(
                column="stretch",
                expected="1, then numbers with which each chat more at a time lets an agent "
                "finish more",
                found=f"{tuple(stretch)}",
            )
        )


@njit(cache=True)
def _with_slots_free(load: Floats, agents: Floats, stretch: Floats) -> tuple[Floats, Floats]:
    """Sum the states with a free slot from the fullest down.

    Returns, one value an element, their probability in units of the fullest one's (infinite
    where that underflows), and the mean number of chats in them.
    """
    slots = stretch.size
    finished = np.zeros(slots + 1)
    for i in range(slots):
        finished[i + 1] = (i + 1) / stretch[i]
    total, mean = np.ones(load.size), np.zeros(load.size)
    for i in range(load.size):
        term, state, scale = 1.0, max(agents[i] * slots - 1.0, 0.0), 1.0
        moment = state
        while state > 0.0 and load[i] > 0.0:
            level = int(state // agents[i])
            more = state - level * agents[i]
            speed = (agents[i] - more) * finished[level] + more * finished[level + 1]
            step = speed / load[i]
            state -= 1.0
            term *= step
            total[i] += term
            moment += term * state
            if total[i] > 1e200:
                term, moment, scale = term * 1e-200, moment * 1e-200, np.inf
                total[i] *= 1e-200
            if step < 1.0 and term < 1e-17 * (1.0 - step) * total[i]:
                break
        mean[i] = moment / total[i] if load[i] > 0.0 else 0.0
        total[i] *= scale
    return total, mean
