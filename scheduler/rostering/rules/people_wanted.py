"""How many people a shift should get on a date: each missing or too many has a price."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from scheduler.rostering.columns.terms import Demand
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Penalty, Roster

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import IntVar

    from scheduler.rostering.variables import RosterModel


class WantedOnShift:
    """Counts people, not minutes: who starts the shift on that date by their own calendar."""

    name = "people_wanted"
    sentence = "Certain shifts get so many people on a date; each missing or too many has a price."
    unit = "weight of people missing or too many"

    def post(self, model: RosterModel) -> None:
        """Price the distance from the number wanted, on either side."""
        problem = model.problem
        price = problem.prices.people_wanted
        given: dict[tuple[date, str], list[IntVar]] = {}
        if problem.wanted:
            for agent_id in problem.agents:
                for choice in model.choices(agent_id):
                    shift = choice.option.shift
                    given.setdefault((shift.day, shift.template), []).append(choice.taken)
        for wish in problem.wanted:
            there = model.total(given.get((wish.day, wish.shift), []))
            if wish.people:
                short = model.whole(0, wish.people, f"missing_{wish.day}_{wish.shift}")
                model.cp.add(there + short >= wish.people)
                model.price(self.name, wish.short_weight * short, price)
            if wish.over_weight:
                most = len(problem.agents)
                over = model.whole(0, most, f"over_{wish.day}_{wish.shift}")
                model.cp.add(there - over <= wish.people)
                model.price(self.name, wish.over_weight * over, price)

    def demands(self, problem: Problem) -> Iterator[Demand]:
        """Say how many tours should have each shift."""
        kinds = {template.name: at for at, template in enumerate(problem.templates)}
        price = problem.prices.people_wanted
        for wish in problem.wanted:
            at = (wish.day - problem.first).days
            yield Demand(
                cells=((at, kinds[wish.shift]),) if 0 <= at < problem.days else (),
                wanted=wish.people,
                short_price=wish.short_weight * price,
                over_price=wish.over_weight * price,
            )

    def price(self, problem: Problem, roster: Roster) -> Iterator[Penalty]:
        """Count the people on each shift and date."""
        there = Counter((a.shift.day, a.shift.template) for a in roster.assignments)
        for wish in problem.wanted:
            count = there[wish.day, wish.shift]
            short, over = max(0, wish.people - count), max(0, count - wish.people)
            amount = short * wish.short_weight + over * wish.over_weight
            if amount:
                yield Penalty(
                    rule=self.name,
                    subject=wish.shift,
                    amount=amount,
                    price=problem.prices.people_wanted,
                    unit=self.unit,
                    words=f"{count} people get shift {wish.shift} on {wish.day:%a %d %b}; "
                    f"{wish.people} are wanted",
                )
