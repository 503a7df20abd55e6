"""The exact service level of a day as it really runs: opening, steps and carry-over included.

Stationary formulas give every interval the queue it would have if it lasted for ever. Here the
number of contacts in the system is followed through the day, M(t)/M/n(t)+M, exactly.

Agents who leave finish the contact they have, idle ones leave first. What leaving agents still
have in hand is of no consequence for those who wait, so one number stays enough: where n agents
become fewer, their contacts beyond the new number drop out of the count.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import roots_legendre

from scheduler.errors import Fault, InputError
from scheduler.staffing.arguments import Floats, checked
from scheduler.staffing.definitions import Definition
from scheduler.staffing.tagged_contact import DayRates, chances, chances_unchanged
from scheduler.staffing.transient_kernel import forward

# Probability that may pile up in the last state before the line is given more room.
_TOO_FULL = 1e-13
# Points of Gauss and Legendre on panels of this length, in which waits change smoothly.
_POINTS = 6
_PANEL_S = 30.0
_OFFERED: tuple[Definition, ...] = (
    "answered_of_offered",
    "excluding_abandoned_within",
    "abandoned_within_counted",
    "excluding_short_abandons",
    "infinitely_patient",
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TransientDay:
    """What a day gave in every interval; arrays of shape (intervals,).

    Attributes
    ----------
    offered
        Expected contacts.
    service_level
        Of contacts that come in the interval; 1 where none do.
    abandon_rate
        Contacts that abandon in the interval, of those offered in it; 0 where none are.
    mean_queue
        Contacts that wait, on average over the interval.
    wait_probability
        That a contact which comes in the interval finds no free agent.
    """

    offered: Floats
    service_level: Floats
    abandon_rate: Floats
    mean_queue: Floats
    wait_probability: Floats


def evaluate_day(
    offered: ArrayLike,
    agents: ArrayLike,
    *,
    interval_s: float,
    aht_s: ArrayLike,
    answer_within_s: float,
    patience_s: float = np.inf,
    definition: Definition = "answered_of_offered",
    short_abandon_s: float = 5.0,
) -> TransientDay:
    """Evaluate a day exactly, from an empty start.

    Good to about 1e-9; quick where the threshold is short beside an interval.

    Parameters
    ----------
    offered
        Expected contacts an interval, shape (intervals,).
    agents
        Whole numbers of agents on the queue, shape (intervals,). After the day the last ones
        stay.
    interval_s
        Length of an interval, s.
    aht_s
        Mean handling time, s, shape (intervals,) or one number.
    answer_within_s
        Threshold of the target, s.
    patience_s
        Mean patience, s; infinite where nobody abandons.
    definition
        How contacts that abandon count; ``answered_of_answered`` is not offered here.
    short_abandon_s
        Up to which wait an abandoned contact is not counted, s, for
        ``excluding_short_abandons``.

    Raises
    ------
    InputError
        An argument out of range.
    """
    contacts, heads, aht = checked(offered=offered, agents=agents, aht_s=aht_s)
    checked(answer_within_s=answer_within_s, patience_s=patience_s, short_abandon_s=short_abandon_s)
    _check(contacts, interval_s, definition)
    day = DayRates(
        arrival=contacts / interval_s,
        agents=heads.astype(np.int64),
        finish=1.0 / aht,
        leave=1.0 / patience_s,
        interval_s=float(interval_s),
    )
    short = definition == "excluding_short_abandons"
    thresholds = (answer_within_s, short_abandon_s) if short else (answer_within_s,)
    rows = np.array(list(_walk(day, thresholds)))
    queue, waiting, served, still = rows[:, 0], rows[:, 1], rows[:, 2], rows[:, 3]
    level = {
        "answered_of_offered": served,
        "excluding_abandoned_within": _ratio(served, served + still),
        "abandoned_within_counted": 1.0 - still,
        "excluding_short_abandons": _ratio(served, rows[:, -2] + rows[:, -1]),
        "infinitely_patient": 1.0 - still * np.exp(answer_within_s / patience_s),
    }[definition]
    return TransientDay(
        offered=contacts,
        service_level=np.where(contacts > 0.0, np.clip(level, 0.0, 1.0), 1.0),
        abandon_rate=_ratio(queue * day.leave, day.arrival),
        mean_queue=queue,
        wait_probability=waiting,
    )


def _walk(day: DayRates, thresholds: Sequence[float]) -> Iterator[list[float]]:
    """Yield for every interval the mean queue, P(wait), and two shares for every threshold.

    The shares are those of contacts served within the threshold and of those still waiting.
    """
    state = np.zeros(int(day.agents.max() + 6.0 * np.sqrt(day.agents.max())) + 40)
    state[0] = 1.0
    before = int(day.agents[0])
    for i, agents in enumerate(day.agents):
        state = _after_leaving(state, before, int(agents))
        row, end = _interval(day, i, state, thresholds)
        while end[-1] > _TOO_FULL:
            state = np.concatenate([state, np.zeros(state.size // 2)])
            row, end = _interval(day, i, state, thresholds)
        yield row
        state, before = end, int(agents)


def _after_leaving(state: Floats, before: int, agents: int) -> Floats:
    """Drop the contacts of leaving agents from the count; idle agents leave first."""
    gone = before - agents
    if gone <= 0:
        return state
    moved = np.zeros(state.size)
    moved[:agents] = state[:agents]
    moved[agents] = state[agents : before + 1].sum()
    moved[agents + 1 : state.size - gone] = state[before + 1 :]
    return moved


def _interval(
    day: DayRates, i: int, state: Floats, thresholds: Sequence[float]
) -> tuple[list[float], Floats]:
    """Return one row of :func:`_walk` and the state at the end of the interval."""
    length, agents = day.interval_s, int(day.agents[i])
    nodes = [_nodes(length, threshold) for threshold in thresholds]
    times = np.unique(np.concatenate([points for _, points, _ in nodes] + [[length]]))
    starts = [start for start, _, _ in nodes]
    times = np.union1d(times, starts)
    states, integrals = _states_at(day, i, state, times)
    waits = np.maximum(np.arange(state.size) - agents, 0)
    mean = integrals[length] / length
    row = [float(mean @ waits), float(mean[agents:].sum())]
    for threshold, (start, points, weights) in zip(thresholds, nodes, strict=True):
        # Before this point the threshold falls into the same interval: nothing changes.
        shares = integrals[start] @ _by_state(
            agents, chances_unchanged(day, i, threshold, state.size)
        )
        for point, weight in zip(points, weights, strict=True):
            known = chances(day, i, length - point, threshold, state.size)
            shares = shares + weight * (states[point] @ _by_state(agents, known))
        row += list(shares / length)
    return row, states[length]


def _nodes(length: float, threshold: float) -> tuple[float, Floats, Floats]:
    """Return where the next interval comes into view, and points and weights from there on."""
    start = max(length - threshold, 0.0)
    kink = (-threshold) % length
    borders = np.unique([start, max(kink, start), length])
    points, weights = roots_legendre(_POINTS)
    at: list[Floats] = [np.zeros(0)]
    by: list[Floats] = [np.zeros(0)]
    for low, high in pairwise(borders):
        pieces = int(np.ceil((high - low) / _PANEL_S))
        half = (high - low) / pieces / 2.0
        for piece in range(pieces):
            at.append(low + half * (2 * piece + 1 + points))
            by.append(half * weights)
    return start, np.concatenate(at), np.concatenate(by)


def _states_at(
    day: DayRates, i: int, state: Floats, times: Floats
) -> tuple[dict[float, Floats], dict[float, Floats]]:
    """Return the state at every time and its integral up to there."""
    states, integrals = {}, {}
    now, total = 0.0, np.zeros(state.size)
    for time in times:
        state, passed = forward(
            state, day.arrival[i], day.finish[i], float(day.agents[i]), day.leave, time - now
        )
        total = total + passed
        states[time], integrals[time], now = state, total, time
    return states, integrals


def _by_state(agents: int, shares: tuple[Floats, Floats]) -> Floats:
    """Return (served in time, still waiting) by contacts in the system, shape (states, 2)."""
    served, still = shares
    room = served.size - agents
    return np.column_stack(
        [
            np.concatenate([np.ones(agents), served[:room]]),
            np.concatenate([np.zeros(agents), still[:room]]),
        ]
    )


def _ratio(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.zeros(part.size), where=whole > 0.0)


def _check(contacts: Floats, interval_s: float, definition: str) -> None:
    faults = []
    if contacts.ndim != 1 or not contacts.size:
        faults.append(("offered", "one row of intervals", f"shape {contacts.shape}"))
    if not 0.0 < interval_s < np.inf:
        faults.append(("interval_s", "above 0, finite", f"{interval_s:g}"))
    if definition not in _OFFERED:
        faults.append(("definition", f"one of {', '.join(_OFFERED)}", repr(definition)))
    if faults:
        raise InputError(
            Fault(column=column, expected=expected, found=found)
            for column, expected, found in faults
        )
