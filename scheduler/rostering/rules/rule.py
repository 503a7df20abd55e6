"""What every rule is: one sentence, stated once for the solver and once without it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol

from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Penalty, Roster, Violation

if TYPE_CHECKING:
    from scheduler.rostering.variables import RosterModel


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
