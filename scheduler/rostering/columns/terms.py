"""What one agent's tour must keep and what it costs, told by the rules themselves.

Column generation looks for whole tours, one agent at a time. So every rule either says here how it
lives within one tour (``in_tour``), or says that it judges each shift by itself
(``each_shift_alone``), or is about how many people work what (``demands``), or has nothing to say
about the problem at all. Where a rule can do none of these, there are no terms and this way to
search is not for that problem.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from scheduler.errors import CallboardError
from scheduler.people import Agent
from scheduler.rostering.problem import Problem
from scheduler.rostering.shifts import Shift


class NoTour(CallboardError):
    """A rule cannot be held within one agent's tour; the message says which and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Something that a tour may have only so much of, over days ``first`` to ``last``.

    Attributes
    ----------
    amounts
        What each shift adds, shape (days, kinds), whole numbers from 0.
    at_start
        What the first day of a run of working days adds beyond, shape (days,).
    most
        The most there may be.
    first, last
        The days, counted from the first of the horizon; the count begins anew after ``last``.
    """

    amounts: NDArray[np.int64]
    at_start: NDArray[np.int64]
    most: int
    first: int
    last: int

    def largest(self, allowed: NDArray[np.bool_]) -> int:
        """Return a bound on what any tour can add up to."""
        a_day = np.where(allowed, self.amounts, 0).max(axis=1, initial=0)
        return int((a_day + self.at_start).sum())

    def implies(self, other: Count) -> bool:
        """Say whether a tour that keeps this count keeps the other one, too."""
        return (
            self.most <= other.most
            and self.first <= other.first
            and self.last >= other.last
            and bool((self.amounts >= other.amounts).all())
            and bool((self.at_start >= other.at_start).all())
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """So many tours should have one of the shifts; each missing or too many has a price.

    Attributes
    ----------
    cells
        Pairs of a day, counted from the first, and a kind of shift.
    wanted
        How many tours.
    short_price, over_price
        Price of each missing, and of each too many, in minutes of paid time.
    """

    cells: tuple[tuple[int, int], ...]
    wanted: int
    short_price: int
    over_price: int


class TourTerms:
    """Terms of one agent's tour, gathered from the rules.

    Parameters
    ----------
    problem, agent
        Whose tour.

    Attributes
    ----------
    shifts
        The shift of each kind (template) on each day; None where there is none.
    allowed
        Which may be worked, shape (days, kinds).
    price, price_always
        What working a shift costs, shape (days, kinds), and what the tour costs in any case.
    follows
        Whether the second kind may be worked on a day after the first on the day before, shape
        (days, kinds, kinds).
    most_run, least_run, least_off
        Working days in a row, at most and at least, and days off between two of them. Runs that
        the end of the horizon cuts off are never too short.
    total, least_total, most_total
        A sum over the tour that has bounds on both sides: amounts of shape (days, kinds).
    counts
        Sums that only have a bound above.
    """

    def __init__(self, problem: Problem, agent: Agent) -> None:
        self.problem, self.agent = problem, agent
        days, kinds = problem.days, len(problem.templates)
        self.shifts = [[self._shift(day, at) for at in range(kinds)] for day in problem.dates]
        there = [[shift is not None for shift in row] for row in self.shifts]
        self.allowed = np.array(there, dtype=np.bool_).reshape(days, kinds)
        self.price = np.zeros((days, kinds), dtype=np.int64)
        self.price_always = 0
        self.follows = np.ones((days, kinds, kinds), dtype=np.bool_)
        self.most_run, self.least_run, self.least_off = days, 1, 1
        self.total = np.zeros((days, kinds), dtype=np.int64)
        self.least_total, self.most_total = 0, 0
        self.counts: list[Count] = []

    def _shift(self, day: date, kind: int) -> Shift | None:
        problem, agent = self.problem, self.agent
        template = problem.templates[kind]
        if not problem.queues_of(agent):
            return None
        found = problem.shifts_on(agent, template, day)
        if len(found) > 1:
            self.refuse(f"shift {template.name} leaves a choice of start or length")
        return found[0] if found and problem.runs_on(agent, found[0]) else None

    def refuse(self, why: str) -> NoReturn:
        """Say that something cannot be held within a tour."""
        raise NoTour(f"{self.agent.name}: {why}")

    @cached_property
    def kinds(self) -> dict[str, int]:
        """Number of each kind of shift, by the template's name."""
        return {template.name: at for at, template in enumerate(self.problem.templates)}

    @cached_property
    def paid_minutes(self) -> NDArray[np.int64]:
        """Paid minutes of every shift, 0 where there is none; shape (days, kinds)."""
        return np.array(
            [[0 if s is None else s.paid_minutes for s in row] for row in self.shifts],
            dtype=np.int64,
        ).reshape(self.allowed.shape)

    def bound_total(self, amounts: NDArray[np.int64], least: int, most: int) -> None:
        """Bound a sum over the tour from both sides; only one such sum can be held."""
        if self.total.any() and not np.array_equal(self.total, amounts):
            self.refuse("two different sums have a least value")
        before = (self.least_total, self.most_total) if self.total.any() else (0, most)
        self.total = amounts
        self.least_total, self.most_total = max(least, before[0]), min(most, before[1])

    def bound_count(
        self,
        amounts: NDArray[np.int64],
        most: int,
        *,
        at_start: NDArray[np.int64] | None = None,
        days: tuple[int, int] | None = None,
    ) -> None:
        """Bound a sum from above, over some days (first and last) or all; see :class:`Count`."""
        first, last = days or (0, self.problem.days - 1)
        inside = np.zeros(self.problem.days, dtype=np.bool_)
        inside[first : last + 1] = True
        amounts = np.where(inside[:, None], amounts, 0)
        extra = np.zeros(len(inside), dtype=np.int64) if at_start is None else at_start
        extra = np.where(inside, extra, 0)
        new = Count(amounts=amounts, at_start=extra, most=most, first=first, last=last)
        if new.largest(self.allowed) > most:
            self.counts = [each for each in self.counts if not new.implies(each)] + [new]
