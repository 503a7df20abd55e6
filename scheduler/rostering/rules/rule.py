"""What every rule is: one sentence, stated once for the solver and once without it.

Beyond that a rule may say how it lives within one agent's tour: see
:mod:`scheduler.rostering.columns.terms`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Penalty, Roster, Violation

if TYPE_CHECKING:
    from scheduler.rostering.columns.terms import Demand, TourTerms
    from scheduler.rostering.variables import RosterModel


@runtime_checkable
class HardRule(Protocol):
    """A rule that every roster must keep.

    Attributes
    ----------
    name
        The key under which it is reported and may be waived.
    sentence
        The rule in a planner's words.
    unit
        Unit of ``Violation.amount``.
    """

    name: str
    sentence: str
    unit: str

    def post(self, model: RosterModel) -> None:
        """State the rule as constraints."""

    def check(self, problem: Problem, roster: Roster) -> Iterable[Violation]:
        """Find where a roster breaks the rule, without a solver."""


class PricedRule(Protocol):
    """A wish with a price; attributes as for :class:`HardRule`."""

    name: str
    sentence: str
    unit: str

    def post(self, model: RosterModel) -> None:
        """State the rule as priced departures."""

    def price(self, problem: Problem, roster: Roster) -> Iterable[Penalty]:
        """Recompute what a roster pays, without a solver; departures of zero may be left out."""


@runtime_checkable
class InTour(Protocol):
    """A rule that knows how it lives within one agent's tour."""

    def in_tour(self, terms: TourTerms) -> None:
        """State the rule as terms of the tour, or refuse (see ``TourTerms.refuse``)."""


@runtime_checkable
class OnEachShift(Protocol):
    """A hard rule that judges each shift by itself, whatever else the tour holds.

    Attributes
    ----------
    each_shift_alone
        True.
    """

    each_shift_alone: bool


@runtime_checkable
class OnAllTours(Protocol):
    """A priced rule about how many tours have a shift."""

    def demands(self, problem: Problem) -> Iterable[Demand]:
        """Say what is wanted of all tours together."""
