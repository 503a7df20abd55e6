"""Tours of one agent: the cheapest under given prices of cells, and what a tour is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scheduler.rostering.columns.kernel import cheapest_tours, cost_ahead
from scheduler.rostering.columns.spec import TourSpec

MOST_LABELS = 300_000
_HAIR = 1e-7


@dataclass(frozen=True, slots=True, kw_only=True)
class Tour:
    """One agent's tour: the kind of shift worked on each day, −1 for none, and its own cost."""

    agent: int
    days: tuple[int, ...]
    cost: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """Tours below a cost, the cheapest first, and what is proven.

    Attributes
    ----------
    tours
        The tours.
    bound
        No tour costs less under the prices of the cells; ``inf`` where there is no tour at all.
    exact
        Whether the bound is reached, or lies at the cost that tours had to be below.
    """

    tours: tuple[Tour, ...]
    bound: float
    exact: bool


class Pricer:
    """Finds the tours of one agent that are cheap under given prices.

    Parameters
    ----------
    agent
        The agent's number.
    spec
        The agent's tours.
    """

    def __init__(self, agent: int, spec: TourSpec) -> None:
        self.agent, self.spec = agent, spec
        self._runs = (spec.most_run, spec.least_run, spec.least_off, spec.open_start)

    @property
    def least_cost(self) -> int:
        """What any tour costs at least by itself, rules aside."""
        cheapest = np.where(self.spec.allowed, self.spec.price, 0).min(axis=1, initial=0)
        return self.spec.price_always + int(cheapest.sum())

    def tour(self, days: Iterable[int]) -> Tour:
        """Make a tour of kinds as the problem numbers them, with its own cost."""
        spec, worked = self.spec, tuple(int(kind) for kind in days)
        at = {int(kind): n for n, kind in enumerate(spec.kinds)}
        shifts = ((day, at[kind]) for day, kind in enumerate(worked) if kind >= 0)
        cost = spec.price_always + sum(int(spec.price[cell]) for cell in shifts)
        return Tour(agent=self.agent, days=worked, cost=cost)

    def any_tour(self) -> Priced:
        """Look for any tour at all: with all costs equal few labels are worth keeping."""
        spec = self.spec
        worth = np.zeros((len(spec.allowed), int(spec.kinds.max(initial=0)) + 1))
        worth[:, spec.kinds] = spec.price
        return self.price(worth, np.inf)

    def price(
        self,
        worth: NDArray[np.float64],
        below: float,
        *,
        beam: int = 0,
        wanted: int = 1,
    ) -> Priced:
        """Look for tours whose cost, less the worth of their cells, lies below a figure.

        Parameters
        ----------
        worth
            What it is worth that one more works a kind on a day, shape (days, kinds).
        below
            The figure.
        beam
            Keep only so many ways to reach a node: quick, but proves little; 0 for all.
        wanted
            Tours at most.
        """
        spec = self.spec
        if not spec.kinds.size:
            idle = self.tour([-1] * len(spec.allowed))
            possible = spec.least_units <= 0
            tours = (idle,) if possible and idle.cost < below else ()
            return Priced(tours=tours, bound=idle.cost if possible else np.inf, exact=True)
        cost = np.ascontiguousarray(spec.price - worth[:, spec.kinds])
        sums = (spec.units, spec.least_units, spec.most_units)
        ahead = cost_ahead(cost, spec.allowed, spec.follows, spec.class_of, *sums, self._runs)
        always = float(spec.price_always)
        least = float(ahead[0, spec.least_off - 1, 0]) + always
        if least >= below - _HAIR:
            return Priced(tours=(), bound=min(least, below), exact=True)
        costs, days, exact = cheapest_tours(
            cost,
            spec.allowed,
            spec.follows,
            spec.class_of,
            spec.units,
            spec.adds,
            spec.adds_at_start,
            spec.keeps,
            spec.limits,
            spec.guard,
            self._runs,
            ahead,
            below - always - _HAIR,
            beam,
            MOST_LABELS,
            wanted,
        )
        kinds = np.append(spec.kinds, -1)
        found = tuple(self.tour(kinds[tour]) for tour in days)
        reached = float(costs[0]) + always if len(costs) else below
        return Priced(tours=found, bound=reached if exact else least, exact=exact)
