"""The waiting line behind full hands: one set of formulas for Erlang C, Erlang A and chat.

While every place (an agent, or a chat slot) is taken, the team hands back contacts at its full
speed, ``capacity / aht_s``, and every waiting one also abandons at rate ``1 / patience_s``. How
the team behaves with places free enters only through one number, ``idle``.

Notation of the formulas: load A, capacity n, x = n patience / aht, y = A patience / aht,
rho = A / n, pi the probability of the last state with a free place, and the sum

    S(x, y) = sum over k >= 0 of y^k / ((x + 1) ... (x + k)) = 1 + U(x, y).

Without abandonment x is infinite and S = 1 / (1 - rho). All sums have positive terms, so nothing
cancels. Model: the M/M/n+M queue of C. Palm, "Research on telephone traffic carried by full
availability groups" (1957); the forms below follow from its balance equations.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.special import digamma, gammainc, gammaln

from scheduler.staffing.definitions import Definition

Floats = NDArray[np.float64]

# Above this a sum swamps the states with a free place: everybody waits, to double precision.
_SATURATED = 1e40
_NEGLIGIBLE = 1e-17


@dataclass(frozen=True, kw_only=True, eq=False)
class WaitingLine:
    """A line in its steady state; arrays of one dimension and one length.

    Where there is load but no capacity everybody waits and nobody is answered; where there is
    no load every share in time is 1 and every wait 0.

    Attributes
    ----------
    idle
        Probability that a place is free, in units of that of the last state with one free.
    load
        Offered load, erlang.
    capacity
        Contacts that the full team handles in the time ``aht_s``: the number of agents where
        each handles one at a time.
    aht_s
        Mean handling time, s.
    patience_s
        Mean patience, s; infinite where nobody abandons.
    """

    idle: Floats
    load: Floats
    capacity: Floats
    aht_s: Floats
    patience_s: Floats

    @cached_property
    def waiting(self) -> Floats:
        """Probability that a contact has to wait."""
        return self._edges(
            np.where(self._saturated, 1.0, self._last_free * self._rho * (1.0 + self._u)),
            unstaffed=1.0,
            no_load=0.0,
        )

    @cached_property
    def abandoned(self) -> Floats:
        """Share of contacts that abandon."""
        crowded = 1.0 - 1.0 / np.maximum(self._rho, 1.0)
        share = self._last_free * _finite(self._sums[1]) / self._x
        share = np.where(self._saturated, crowded, share)
        leaving = np.isfinite(self.patience_s)
        return self._edges(np.where(leaving, share, 0.0), unstaffed=1.0 * leaving, no_load=0.0)

    @cached_property
    def answered(self) -> Floats:
        """Share of contacts that are answered in the end."""
        with np.errstate(invalid="ignore"):
            crowded = (self.idle + self._u) / (self.idle + self._rho * (1.0 + self._u))
        share = np.where((self._rho < 1.0) | self._saturated, 1.0 - self.abandoned, crowded)
        return self._edges(share, unstaffed=0.0, no_load=1.0)

    @cached_property
    def mean_wait_s(self) -> Floats:
        """Mean wait of all contacts, answered or not, s."""
        with np.errstate(invalid="ignore"):
            crowded = self.patience_s * self.abandoned
        crowded = np.where(np.isinf(self.patience_s), np.inf, crowded)
        wait = self._last_free * _finite(self._sums[1]) / self._speed
        wait = np.where(self._saturated, crowded, wait)
        return self._edges(wait, unstaffed=self.patience_s, no_load=0.0)

    @cached_property
    def asa_s(self) -> Floats:
        """Mean wait of answered contacts, s; infinite where nobody is answered.

        A contact with m others ahead of it is served if it outlasts m + 1 departures, the
        i-th at rate (x + i) / patience: its wait, given that, has the mean sum over i of
        patience / (x + i), i = 1 ... m + 1. In a saturated line the wait is patience
        times ln(y / Z), Z a gamma variable of shape x + 1.
        """
        wait = _finite(self._sums[2]) / (self.idle + self._u) / self._speed
        with np.errstate(invalid="ignore", divide="ignore"):
            crowded = self.patience_s * (np.log(self._rho * self._x) - digamma(self._x + 1.0))
        crowded = np.where(np.isinf(self.patience_s), np.inf, crowded)
        return self._edges(np.where(self._saturated, crowded, wait), unstaffed=np.inf, no_load=0.0)

    def in_time(
        self, answer_within_s: Floats, definition: Definition, short_abandon_s: float = 5.0
    ) -> Floats:
        """Return the service level under one of the six definitions.

        Parameters
        ----------
        answer_within_s
            The threshold T, s.
        definition
            How contacts that abandon count.
        short_abandon_s
            Up to which wait an abandoned contact is not counted, s, for
            ``excluding_short_abandons``.
        """
        virtual, served_later = self._later_than(answer_within_s)
        still_waiting = virtual * np.exp(-answer_within_s / self.patience_s)
        served = np.maximum(self.answered - served_later, 0.0)
        if definition == "answered_of_offered":
            share = served
        elif definition == "abandoned_within_counted":
            share = 1.0 - still_waiting
        elif definition == "infinitely_patient":
            share = 1.0 - virtual
        elif definition == "answered_of_answered":
            share = _ratio(served, self.answered)
        elif definition == "excluding_abandoned_within":
            share = _ratio(served, served + still_waiting)
        else:
            short = np.full_like(answer_within_s, short_abandon_s)
            virtual, served_later = self._later_than(short)
            counted = self.answered - served_later + virtual * np.exp(-short / self.patience_s)
            share = _ratio(served, counted)
        return np.where(self.load > 0.0, np.clip(share, 0.0, 1.0), 1.0)

    def _later_than(self, after_s: Floats) -> tuple[Floats, Floats]:
        """Return P(an endlessly patient contact waits longer) and P(served, but later)."""
        a = after_s / self.patience_s
        leaving = np.isfinite(self.patience_s)
        y = self._rho * np.where(leaving, self._x, 0.0)
        exponent = -(self._staffed - self.load) / self.aht_s * after_s - y * (a + np.expm1(-a))
        u = _finite(_overflow_sums(self._rho * np.exp(-a), self._spare, self._x)[0])
        faded = self._last_free * np.exp(np.where(self._saturated, 0.0, exponent))
        virtual, served = faded * self._rho * (1.0 + u), faded * u
        # Given a wait V, y exp(-V / patience) is a gamma variable below y: of shape x, or x + 1
        # for contacts that stay. In a saturated line y is far beyond both shapes.
        virtual = np.where(self._saturated, 1.0, virtual)
        served = np.where(self._saturated, self.answered, served)
        at = np.flatnonzero(self._saturated & leaving)
        virtual[at] = _gamma_below(self._x[at], y[at], a[at])
        served[at] *= _gamma_below(self._x[at] + 1.0, y[at], a[at])
        return (
            self._edges(virtual, unstaffed=1.0, no_load=0.0),
            self._edges(served, unstaffed=0.0, no_load=0.0),
        )

    def _edges(self, values: Floats, *, unstaffed: Floats | float, no_load: float) -> Floats:
        busy = np.where(self.capacity > 0.0, values, unstaffed)
        return np.where(self.load > 0.0, busy, no_load)

    @cached_property
    def _staffed(self) -> Floats:
        """Capacity, 1 where there is none (results there come from :meth:`_edges`)."""
        return np.where(self.capacity > 0.0, self.capacity, 1.0)

    @cached_property
    def _speed(self) -> Floats:
        return self._staffed / self.aht_s

    @cached_property
    def _x(self) -> Floats:
        return self._speed * self.patience_s

    @cached_property
    def _rho(self) -> Floats:
        return self.load / self._staffed

    @cached_property
    def _spare(self) -> Floats:
        """1 - rho, without the rounding of rho."""
        return (self._staffed - self.load) / self._staffed

    @cached_property
    def _sums(self) -> tuple[Floats, Floats, Floats]:
        return _overflow_sums(self._rho, self._spare, self._x)

    @cached_property
    def _saturated(self) -> NDArray[np.bool_]:
        return np.isinf(self._sums[0])

    @cached_property
    def _u(self) -> Floats:
        return _finite(self._sums[0])

    @cached_property
    def _last_free(self) -> Floats:
        """Probability pi of the last state with a free place; 0 in a saturated line."""
        within = 1.0 / (self.idle + self._rho * (1.0 + self._u))
        return np.where(self._saturated, 0.0, within)


def _finite(values: Floats) -> Floats:
    """Return the values with 0 for infinite ones, whose elements other formulas serve."""
    return np.where(np.isinf(values), 0.0, values)


def _ratio(part: Floats, whole: Floats) -> Floats:
    return part / np.where(whole > 0.0, whole, 1.0)


def _gamma_below(shape: Floats, y: Floats, a: Floats) -> Floats:
    """Return P(gamma variable of this shape < y exp(-a)), also where y exp(-a) underflows."""
    z = y * np.exp(-a)
    tiny = z < 1e-30
    log_z = np.where(tiny, np.log(y) - a, 0.0)
    return np.where(tiny, np.exp(shape * log_z - gammaln(shape + 1.0)), gammainc(shape, z))


@njit(cache=True)
def _overflow_sums(rho: Floats, spare: Floats, x: Floats) -> tuple[Floats, Floats, Floats]:
    """Sum the terms t_k = y^k / ((x + 1) ... (x + k)), k >= 1, with y = rho x.

    Returns, one value an element, the sums of t_k, of k t_k, and of
    t_k (x / (x + 1) + ... + x / (x + k)); infinite where saturated.
    """
    u, s1, s2 = np.empty(rho.size), np.empty(rho.size), np.empty(rho.size)
    for i in range(rho.size):
        if np.isfinite(x[i]):
            u[i], s1[i], s2[i] = _overflow_sum(rho[i], x[i])
        else:
            u[i] = rho[i] / spare[i] if spare[i] > 0.0 else np.inf
            s1[i] = s2[i] = rho[i] / spare[i] ** 2 if spare[i] > 0.0 else np.inf
    return u, s1, s2


@njit(cache=True, error_model="numpy")
def _overflow_sum(rho: float, x: float) -> tuple[float, float, float]:
    """Return the three sums of one element with patience."""
    k, term, waits = 0.0, 1.0, 0.0
    u, s1, s2 = 0.0, 0.0, 0.0
    while u <= _SATURATED:
        k += 1.0
        slower = x / (x + k)
        step = rho * slower
        term *= step
        waits += slower
        u += term
        s1 += term * k
        s2 += term * waits
        if step < 1.0 and term * k <= _NEGLIGIBLE * (1.0 - step) * s1:
            return u, s1, s2
    return np.inf, np.inf, np.inf
