"""Paid time is what a roster costs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Penalty, Roster

if TYPE_CHECKING:
    from scheduler.rostering.columns.terms import TourTerms
    from scheduler.rostering.variables import RosterModel


class PaidTime:
    """Every paid minute has a price, so that nobody is rostered for nothing."""

    name = "paid_time"
    sentence = "Paid time is spent only where it buys something dearer."
    unit = "paid minutes"

    def post(self, model: RosterModel) -> None:
        """Price every option by its paid minutes."""
        for agent_id in model.problem.agents:
            for choice in model.choices(agent_id):
                minutes = choice.option.shift.paid_minutes
                model.price(self.name, minutes * choice.taken, model.problem.prices.paid_time)

    def in_tour(self, terms: TourTerms) -> None:
        """Price every shift."""
        terms.price += terms.paid_minutes * terms.problem.prices.paid_time

    def price(self, problem: Problem, roster: Roster) -> Iterator[Penalty]:
        """Add up the paid minutes."""
        minutes = sum(a.shift.paid_minutes for a in roster.assignments)
        yield Penalty(
            rule=self.name,
            subject="",
            amount=minutes,
            price=problem.prices.paid_time,
            unit=self.unit,
            words=f"{minutes / 60:g} paid hours",
        )
