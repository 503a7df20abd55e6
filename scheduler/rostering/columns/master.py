"""The master: which tours together meet the demands, as a linear program."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from ortools.math_opt.python import mathopt

from scheduler.rostering.columns.pricing import Tour
from scheduler.rostering.columns.terms import Demand

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fractional:
    """An optimum of the linear program.

    Attributes
    ----------
    value
        Its cost.
    duals
        What one more tour with a shift of each demand is worth, shape (demands,).
    shares
        Share of each tour, shape (tours,).
    """

    value: float
    duals: Floats
    shares: Floats


class Master:
    """Chooses shares of tours: one tour in all for every agent, demands at their prices.

    Columns are added as tours are found; the solver goes on from its last basis.

    Parameters
    ----------
    agents
        How many agents.
    shape
        Days and kinds of shift.
    demands
        What is wanted of all tours together.
    """

    def __init__(self, agents: int, shape: tuple[int, int], demands: tuple[Demand, ...]) -> None:
        self.tours: list[Tour] = []
        self.of_agent: list[list[int]] = [[] for _ in range(agents)]
        self.demands = demands
        self._shape = shape
        self._known: set[Tour] = set()
        self._rows_of: dict[tuple[int, int], list[int]] = {}
        self._model = mathopt.Model(name="tours")
        self._meets = [self._demand(row, demand) for row, demand in enumerate(demands)]
        self._one = [self._model.add_linear_constraint(lb=1.0, ub=1.0) for _ in range(agents)]
        self._shares: list[mathopt.Variable] = []
        self._solver = mathopt.IncrementalSolver(self._model, mathopt.SolverType.GLOP)

    def _demand(self, row: int, demand: Demand) -> mathopt.LinearConstraint:
        for cell in demand.cells:
            self._rows_of.setdefault(cell, []).append(row)
        meets = self._model.add_linear_constraint(lb=demand.wanted, ub=demand.wanted)
        for sign, price in ((1.0, demand.short_price), (-1.0, demand.over_price)):
            slack = self._model.add_variable(lb=0.0)
            meets.set_coefficient(slack, sign)
            self._model.objective.set_linear_coefficient(slack, float(price))
        return meets

    def add(self, tours: Iterable[Tour]) -> int:
        """Add tours that are not there yet and return how many."""
        before = len(self.tours)
        for tour in tours:
            if tour in self._known:
                continue
            self._known.add(tour)
            self.of_agent[tour.agent].append(len(self.tours))
            self.tours.append(tour)
            share = self._model.add_variable(lb=0.0)
            self._shares.append(share)
            self._one[tour.agent].set_coefficient(share, 1.0)
            self._model.objective.set_linear_coefficient(share, float(tour.cost))
            for row, times in self.rows(tour).items():
                self._meets[row].set_coefficient(share, float(times))
        return len(self.tours) - before

    def rows(self, tour: Tour) -> dict[int, int]:
        """Return how often a tour counts for each demand that it counts for."""
        found: dict[int, int] = {}
        for cell in enumerate(tour.days):
            for row in self._rows_of.get(cell, ()):
                found[row] = found.get(row, 0) + 1
        return found

    def solve(self) -> Fractional:
        """Solve the linear program over the tours that are there; every agent has one."""
        result = self._solver.solve()
        values, duals = result.variable_values(self._shares), result.dual_values(self._meets)
        return Fractional(
            value=result.objective_value(),
            duals=np.array(duals, dtype=np.float64),
            shares=np.array(values, dtype=np.float64),
        )

    def fix(self, tour: int) -> None:
        """Let an agent have this tour and no other."""
        for each in self.of_agent[self.tours[tour].agent]:
            self._shares[each].upper_bound = float(each == tour)
        self._shares[tour].lower_bound = 1.0

    def release(self, agent: int) -> None:
        """Let an agent have any tour again."""
        for each in self.of_agent[agent]:
            self._shares[each].lower_bound, self._shares[each].upper_bound = 0.0, np.inf

    def worth(self, duals: Floats) -> Floats:
        """Return what each cell is worth under the duals of the demands, shape (days, kinds)."""
        worth = np.zeros(self._shape)
        for cell, rows in self._rows_of.items():
            worth[cell] = duals[rows].sum()
        return worth

    def reduced(self, duals: Floats) -> Floats:
        """Return the cost of every tour less the worth of its cells, shape (tours,)."""
        worth = np.hstack([self.worth(duals), np.zeros((self._shape[0], 1))])
        days = np.array([tour.days for tour in self.tours])
        costs = np.array([tour.cost for tour in self.tours], dtype=np.float64)
        return np.asarray(costs - worth[np.arange(self._shape[0]), days].sum(axis=1))

    def value(self, chosen: Iterable[int]) -> int:
        """Return what whole tours cost together, the demands at their prices."""
        there = np.zeros(len(self.demands), dtype=np.int64)
        cost = 0
        for at in chosen:
            cost += self.tours[at].cost
            for row, times in self.rows(self.tours[at]).items():
                there[row] += times
        for demand, count in zip(self.demands, there, strict=True):
            cost += demand.short_price * max(0, demand.wanted - int(count))
            cost += demand.over_price * max(0, int(count) - demand.wanted)
        return cost
