"""The exact service level of a day as it really runs: opening, steps and carry-over included.

Stationary formulas give every interval the queue it would have if it lasted for ever. Here the
number of contacts in the system is followed through the day, M(t)/M/n(t)+M, exactly; for chats
under the model of :mod:`scheduler.staffing.chat`, which keeps them spread evenly.

Agents who leave finish the contacts they have, those with the fewest leave first. What leaving
agents still have in hand is of no consequence for those who wait, so one number stays enough:
where n agents become fewer, the contacts of those who leave drop out of the count.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import roots_legendre

from scheduler.errors import Fault, InputError
from scheduler.staffing.arguments import Floats, checked
from scheduler.staffing.definitions import Definition, check_definition
from scheduler.staffing.transient_walk import Indices, walk
from scheduler.staffing.whole_teams import rates_at_a_time, whole_teams

# Points of Gauss and Legendre in a panel; panels are this long at the ends of a stretch, where
# chances change fastest, and ever twice as long towards its middle.
_POINTS = 6
_FIRST_PANEL_S = 20.0
# Mean patiences after which nobody waits any more.
_ENDLESS = 40.0


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
    counted
        Share of the contacts that the definition divides by: 1 unless it leaves some out. The
        service level of several intervals is the mean weighed by ``offered * counted``.
    """

    offered: Floats
    service_level: Floats
    abandon_rate: Floats
    mean_queue: Floats
    wait_probability: Floats
    counted: Floats


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
    concurrency: int = 1,
    slowdown: float = 0.0,
) -> TransientDay:
    """Evaluate a day exactly, from an empty start.

    Good to about 1e-9.

    Parameters
    ----------
    offered
        Expected contacts an interval, shape (intervals,).
    agents
        Agents on the queue, shape (intervals,). Where not whole, some of the time the whole
        number below is there and else the one above, see :mod:`scheduler.staffing.whole_teams`.
        After the day the last ones stay.
    interval_s
        Length of an interval, s.
    aht_s
        Mean handling time, s, shape (intervals,) or one number; for chat: alone.
    answer_within_s
        Threshold of the target, s.
    patience_s
        Mean patience, s; infinite where nobody abandons.
    definition
        How contacts that abandon count.
    short_abandon_s
        Up to which wait an abandoned contact is not counted, s, for
        ``excluding_short_abandons``.
    concurrency, slowdown
        Contacts that an agent handles at a time; with j of them each takes
        ``1 + slowdown (j - 1)`` times as long as alone.

    Raises
    ------
    InputError
        An argument out of range.
    """
    check_definition(definition, short_abandon_s)
    contacts, heads, aht = checked(whole_agents=False, offered=offered, agents=agents, aht_s=aht_s)
    checked(answer_within_s=answer_within_s, patience_s=patience_s)
    _check(contacts, interval_s, concurrency, slowdown)
    finishing = rates_at_a_time(concurrency, slowdown)
    second = {
        "excluding_short_abandons": [short_abandon_s],
        "answered_of_answered": [
            _longest_s(contacts, np.floor(heads) * finishing[-1], aht, interval_s, patience_s)
        ],
    }.get(definition, [])
    thresholds = np.array([answer_within_s, *second], dtype=np.float64)
    view = _instants(float(interval_s), thresholds)
    rows = np.zeros((contacts.size, 2 + 2 * thresholds.size))
    for part in _days(contacts, heads, interval_s, patience_s):
        for weight, team in whole_teams(heads[part]):
            rows[part] += weight * walk(
                contacts[part] / interval_s,
                team,
                1.0 / aht[part],
                finishing,
                1.0 / patience_s,
                float(interval_s),
                thresholds,
                *view,
                definition != "answered_of_offered",
            )
    queue, waiting = rows.T[:2]
    good, counted = _shares(rows, definition, answer_within_s, short_abandon_s, patience_s)
    level = np.clip(_ratio(good, counted), 0.0, 1.0)
    return TransientDay(
        offered=contacts,
        service_level=np.where(contacts > 0.0, level, 1.0),
        abandon_rate=_ratio(queue / patience_s, contacts / interval_s),
        mean_queue=queue,
        wait_probability=waiting,
        counted=np.minimum(counted, 1.0),
    )


def _shares(
    rows: Floats,
    definition: Definition,
    answer_within_s: float,
    short_abandon_s: float,
    patience_s: float,
) -> tuple[Floats, Floats]:
    """Return the shares of contacts that are in time, and that count."""
    served, longer = rows.T[2:4]
    still = longer * np.exp(-answer_within_s / patience_s)
    # Of the second threshold where there is one.
    answered, later = rows.T[-2:]
    every = np.ones(served.size)
    return {
        "answered_of_offered": (served, every),
        "excluding_abandoned_within": (served, served + still),
        "abandoned_within_counted": (1.0 - still, every),
        "answered_of_answered": (served, answered),
        "excluding_short_abandons": (
            served,
            answered + later * np.exp(-short_abandon_s / patience_s),
        ),
        "infinitely_patient": (1.0 - longer, every),
    }[definition]


def _days(contacts: Floats, heads: Floats, interval_s: float, patience_s: float) -> list[slice]:
    """Cut a horizon into days: where it is closed so long that nobody waits any more.

    Over several days together every team there may be on one of them would have to be walked
    with every team on the others.
    """
    idle = (contacts == 0.0) & (heads == 0.0)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], idle, [False]]).astype(np.int8)))
    starts = [0]
    for begun, ended in edges.reshape(-1, 2):
        if (ended - begun) * interval_s >= _ENDLESS * patience_s and begun > 0:
            starts.append(int(ended))
    return [slice(*pair) for pair in pairwise([*starts, contacts.size]) if pair[0] < pair[1]]


def _longest_s(
    contacts: Floats, agents: Floats, aht_s: Floats, interval_s: float, patience_s: float
) -> float:
    """Return a time after which nobody waits whom anybody will ever answer, s."""
    if np.isfinite(patience_s):
        return _ENDLESS * patience_s
    # Twice what the last agents need for all who may have come, after the day.
    most = contacts.sum() + 10.0 * np.sqrt(contacts.sum()) + 50.0
    last_s = 2.0 * most * aht_s[-1] / max(np.floor(agents[-1]), 1.0)
    return float(contacts.size * interval_s + last_s)


def _instants(length: float, thresholds: Floats) -> tuple[Floats, Floats, Indices]:
    """Return the instants, weights and borders that :func:`walk` asks for."""
    nodes = [_nodes(length, threshold) for threshold in thresholds]
    starts = np.array([start for start, _, _ in nodes])
    times: Floats = np.unique(
        np.concatenate([starts, *(points for _, points, _ in nodes), [length]])
    )
    weights = np.zeros((thresholds.size, times.size))
    for row, (_, points, by) in zip(weights, nodes, strict=True):
        row[np.searchsorted(times, points)] = by
    return times, weights, np.searchsorted(times, starts).astype(np.int64)


def _nodes(length: float, threshold: float) -> tuple[float, Floats, Floats]:
    """Return where the next interval comes into view, and points and weights from there on."""
    start = max(length - threshold, 0.0)
    kink = (-threshold) % length
    borders = np.unique([start, max(kink, start), length])
    nodes, shares = roots_legendre(_POINTS)
    panels = [panel for low, high in pairwise(borders) for panel in pairwise(_graded(low, high))]
    low, high = np.array(panels).reshape(-1, 2, 1).transpose(1, 0, 2)
    half = (high - low) / 2.0
    return start, (low + half * (1.0 + nodes)).ravel(), (half * shares).ravel()


def _graded(low: float, high: float) -> Floats:
    """Return borders of panels that grow from both ends of a stretch to its middle."""
    half = (high - low) / 2.0
    if half <= _FIRST_PANEL_S / 2.0:
        return np.array([low, high])
    doublings = int(np.ceil(np.log2(1.0 + half / _FIRST_PANEL_S)))
    reach = half * (2.0 ** np.arange(doublings + 1) - 1.0) / (2.0**doublings - 1.0)
    return np.concatenate([low + reach, (high - reach)[-2::-1]])


def _ratio(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.zeros(part.size), where=whole > 0.0)


def _check(contacts: Floats, interval_s: float, concurrency: int, slowdown: float) -> None:
    faults = []
    if concurrency < 1:
        faults.append(("concurrency", "1 or more", f"{concurrency:g}"))
    if not 0.0 <= slowdown < 1.0:
        faults.append(("slowdown", "0 or more and below 1", f"{slowdown:g}"))
    if contacts.ndim != 1 or not contacts.size:
        faults.append(("offered", "one row of intervals", f"shape {contacts.shape}"))
    if not 0.0 < interval_s < np.inf:
        faults.append(("interval_s", "above 0, finite", f"{interval_s:g}"))
    if faults:
        raise InputError(
            Fault(column=column, expected=expected, found=found)
            for column, expected, found in faults
        )
