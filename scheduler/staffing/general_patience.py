"""Queues with any distribution of patience: M/M/n+G, exact by one integral.

What customers do in the first half minute decides a service level, and no mean tells it: with a
mean of 120 s, 100 erlang and 98 agents, 80 % in 20 s is kept if patience is exponential and
missed by far (24 %) if all customers leave after exactly 120 s.

The wait V that an endlessly patient contact would find has the density

    f(v) = lambda pi exp(lambda H(v) - n mu v),   H(v) = integral of P(patience > u), u = 0 ... v,

with pi the probability of exactly n - 1 busy agents, and P(V = 0) = pi / B(n - 1) with Erlang's
loss formula B. F. Baccelli and G. Hebuterne, "On queues with impatient customers" (1981).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import roots_legendre

from scheduler.staffing.arguments import Floats, checked
from scheduler.staffing.blocking import inverse_blocking
from scheduler.staffing.definitions import Definition, check_definition
from scheduler.staffing.patience_shapes import PatienceShape
from scheduler.staffing.search import Counts, smallest
from scheduler.staffing.square_root_staffing import TARGET_SLACK

# Beyond this many powers of e below its top a density counts for nothing.
_DEPTH = 46.0
# Points of Gauss and Legendre in a panel, panels in all, and how much longer each is than the
# one before it: between kinks chances change fastest at the start.
_POINTS, _PANELS, _GROWTH = 16, 48, 1.5
_HALVINGS = 200
# Values worked out together: enough to be quick, few enough to be small in memory.
_AT_A_TIME = 500_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GeneralQueue:
    """What customers meet, with any patience; arrays of the shape of the arguments.

    Without load nobody waits and every share in time is 1. A line that never settles, because
    some customers never abandon and agents cannot keep up with them, has a service level of 0
    and infinite waits.

    Attributes
    ----------
    service_level
        Under the definition asked for.
    wait_probability
        That a contact has to wait.
    abandon_rate
        Share of contacts that abandon.
    mean_wait_s
        Mean wait of all contacts, answered or not, s.
    asa_s
        Mean wait of answered contacts, s; infinite where nobody is answered.
    """

    service_level: Floats
    wait_probability: Floats
    abandon_rate: Floats
    mean_wait_s: Floats
    asa_s: Floats


def general_queue(
    load: ArrayLike,
    agents: ArrayLike,
    *,
    aht_s: ArrayLike,
    answer_within_s: ArrayLike,
    patience: PatienceShape,
    definition: Definition = "answered_of_offered",
    short_abandon_s: float = 5.0,
) -> GeneralQueue:
    """Work out a queue whose customers have any distribution of patience.

    Parameters
    ----------
    load
        Offered load, erlang.
    agents
        Whole numbers of agents.
    aht_s
        Mean handling time, s.
    answer_within_s
        Threshold of the target, s.
    patience
        The distribution of patience.
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
    arrays = checked(load=load, agents=agents, aht_s=aht_s, answer_within_s=answer_within_s)
    erlangs, heads, aht, within = (np.ravel(array) for array in arrays)
    results = np.empty((5, erlangs.size))
    wide = _POINTS * _panels_each(patience) * (patience.kinks_s.size + 2)
    for at in np.array_split(np.arange(erlangs.size), 1 + erlangs.size * wide // _AT_A_TIME):
        line = _Line.of(erlangs[at], heads[at], aht[at], within[at], patience)
        counted = line.served + line.still
        if definition == "excluding_short_abandons":
            shortly = np.full(at.size, short_abandon_s)
            short = _Line.of(erlangs[at], heads[at], aht[at], shortly, patience)
            counted = short.served + short.still
        results[:, at] = line.figures(definition, counted)
    shaped = [row.reshape(arrays[0].shape)[()] for row in results]
    return GeneralQueue(
        service_level=shaped[0],
        wait_probability=shaped[1],
        abandon_rate=shaped[2],
        mean_wait_s=shaped[3],
        asa_s=shaped[4],
    )


def general_agents_required(
    load: ArrayLike,
    *,
    aht_s: ArrayLike,
    answer_within_s: ArrayLike,
    target: ArrayLike,
    patience: PatienceShape,
    definition: Definition = "answered_of_offered",
    short_abandon_s: float = 5.0,
) -> Counts:
    """Return the smallest whole number of agents that meets the target.

    Parameters
    ----------
    load, aht_s, answer_within_s, patience, definition, short_abandon_s
        As in :func:`general_queue`.
    target
        Least service level, 0 to below 1; met with a slack of 1e-12 for rounding.

    Raises
    ------
    InputError
        As :func:`general_queue`.
    """
    arrays = checked(load=load, aht_s=aht_s, answer_within_s=answer_within_s, target=target)
    erlangs, aht, within, least = (np.ravel(array) for array in arrays)

    def meets(heads: Counts, at: Counts) -> NDArray[np.bool_]:
        found = general_queue(
            erlangs[at], heads, aht_s=aht[at], answer_within_s=within[at], patience=patience,
            definition=definition, short_abandon_s=short_abandon_s,
        )  # fmt: skip
        return found.service_level >= least[at] - TARGET_SLACK

    counts: Counts = smallest(meets, np.ceil(erlangs).astype(np.int64))
    required: Counts = counts.reshape(arrays[0].shape)[()]
    return required


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Line:
    """Shares of all contacts by what becomes of them; arrays of shape (elements,)."""

    offered: NDArray[np.bool_]
    waiting: Floats
    served: Floats
    still: Floats
    longer: Floats
    answered: Floats
    wait_s: Floats
    answered_wait_s: Floats

    @classmethod
    def of(
        cls, load: Floats, agents: Floats, aht_s: Floats, within_s: Floats, patience: PatienceShape
    ) -> _Line:
        """Integrate over the wait V of an endlessly patient contact."""
        settles = (load > 0.0) & (agents > load * patience.endless)
        rate, speed = np.where(settles, load, 0.5) / aht_s, np.where(settles, agents, 1.0) / aht_s
        low, high, top = _range(rate, speed, patience)
        at, by = _nodes(low, high, within_s, patience)
        spent = patience.spent_s(at)
        density = by * (rate[:, None] * np.exp(rate[:, None] * spent - speed[:, None] * at - top))
        idle = inverse_blocking(load, np.maximum(agents - 1.0, 0.0))
        free = np.exp(np.minimum(np.log(idle) - top[:, 0], 700.0))
        total = free + density.sum(axis=1)
        density, free = density / total[:, None], free / total
        stays, early = density * patience.staying(at), at <= within_s[:, None]
        answered = free + stays.sum(axis=1)

        def edges(values: Floats, never: Floats | float, no_load: float) -> Floats:
            return np.where(load > 0.0, np.where(settles, values, never), no_load)

        late = (density * ~early).sum(axis=1)
        return cls(
            offered=load > 0.0,
            waiting=edges(1.0 - free, 1.0, 0.0),
            served=edges(free + (stays * early).sum(axis=1), 0.0, 1.0),
            still=edges(late, 1.0, 0.0) * patience.staying(within_s),
            longer=edges(late, 1.0, 0.0),
            answered=edges(answered, patience.endless, 1.0),
            wait_s=edges((density * spent).sum(axis=1), patience.mean_s, 0.0),
            answered_wait_s=edges((stays * at).sum(axis=1) / answered, np.inf, 0.0),
        )

    def figures(self, definition: Definition, counted: Floats) -> list[Floats]:
        """Return the five figures of :class:`GeneralQueue`."""
        share = {
            "answered_of_offered": self.served,
            "abandoned_within_counted": 1.0 - self.still,
            "infinitely_patient": 1.0 - self.longer,
            "answered_of_answered": _ratio(self.served, self.answered),
        }.get(definition, _ratio(self.served, counted))
        level = np.where(self.offered, np.clip(share, 0.0, 1.0), 1.0)
        return [level, self.waiting, 1.0 - self.answered, self.wait_s, self.answered_wait_s]


def _range(rate: Floats, speed: Floats, patience: PatienceShape) -> tuple[Floats, Floats, Floats]:
    """Return from where to where the density counts, and its greatest logarithm as a column."""

    def height(at: Floats) -> Floats:
        return rate * patience.spent_s(at) - speed * at

    zero, far = np.zeros(rate.size), np.full(rate.size, 1.0)
    while np.any(more := (rate * patience.staying(far) > speed) | (height(far) > -_DEPTH)):
        far = np.where(more, 2.0 * far, far)
    peak = _crossing(lambda at: rate * patience.staying(at) <= speed, zero, far)
    top = height(peak)
    low = _crossing(lambda at: height(at) >= top - _DEPTH, zero, peak)
    high = _crossing(lambda at: height(at) <= top - _DEPTH, peak, far)
    return low, high, top[:, None]


def _crossing(holds: Callable[[Floats], NDArray[np.bool_]], low: Floats, high: Floats) -> Floats:
    """Return where a condition that fails first and holds later begins to hold."""
    high = np.where(holds(low), low, high)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2.0
        held = holds(middle)
        low, high = np.where(held, low, middle), np.where(held, middle, high)
        if np.all(high - low <= 1e-12 * high):
            break
    return high


def _panels_each(patience: PatienceShape) -> int:
    return max(_PANELS // (patience.kinks_s.size + 2), 4)


def _nodes(
    low: Floats, high: Floats, within_s: Floats, patience: PatienceShape
) -> tuple[Floats, Floats]:
    """Return points of Gauss and Legendre and their weights, shape (elements, points).

    No panel crosses the threshold or a kink of the distribution.
    """
    kinks = np.broadcast_to(patience.kinks_s, (low.size, patience.kinks_s.size))
    borders = np.column_stack([low, high, within_s, kinks])
    borders = np.sort(np.clip(borders, low[:, None], high[:, None]), axis=1)
    grown = _GROWTH ** np.arange(_panels_each(patience) + 1.0) - 1.0
    panels = borders[:, :-1, None] + np.diff(borders, axis=1)[:, :, None] * grown / grown[-1]
    nodes, weights = roots_legendre(_POINTS)
    half = np.diff(panels, axis=2)[..., None] / 2.0
    at = panels[:, :, :-1, None] + half * (1.0 + nodes)
    return at.reshape(low.size, -1), (half * weights).reshape(low.size, -1)


def _ratio(part: Floats, whole: Floats) -> Floats:
    return part / np.where(whole > 0.0, whole, 1.0)
