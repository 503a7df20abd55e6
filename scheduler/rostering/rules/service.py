"""Service beyond the promise: hours that must be paid anyway go where customers feel them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scheduler.rostering.coverage import answered_by_envelope
from scheduler.rostering.envelope import MILLI
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Penalty, Roster

if TYPE_CHECKING:
    from scheduler.rostering.variables import RosterModel


class BestService:
    """Each contact that more agents would answer in time has a small price."""

    name = "service"
    sentence = "Among rosters that are equally good otherwise, customers wait least."
    unit = "contacts answered late"

    def post(self, model: RosterModel) -> None:
        """Price, in whole contacts, what falls short of what any number of agents would answer."""
        for queue, envelopes in zip(
            model.problem.queue_names, model.problem.envelopes, strict=True
        ):
            answered = model.answered(queue)
            if not answered:
                continue
            best = sum(pieces[-1].value for pieces in envelopes.values())
            least = sum(min(0, low) for low, _ in answered.values())
            late = model.whole(0, -((least - best) // MILLI), f"beyond_{queue}")
            kept = model.total(value for _, value in answered.values())
            model.cp.add(MILLI * late + kept >= best)
            model.price(self.name, late, model.problem.prices.service)

    def price(self, problem: Problem, roster: Roster) -> Iterator[Penalty]:
        """Read the envelopes at the agents present and add up."""
        answered = answered_by_envelope(problem, roster)
        for queue, envelopes, row in zip(
            problem.queue_names, problem.envelopes, answered, strict=True
        ):
            best = sum(pieces[-1].value for pieces in envelopes.values())
            late = -((sum(row[at] for at in envelopes) - best) // MILLI)
            if late:
                yield Penalty(
                    rule=self.name,
                    subject=queue,
                    amount=late,
                    price=problem.prices.service,
                    unit=self.unit,
                    words=f"{queue}: {late:,} contacts are answered late that more "
                    "agents would answer in time",
                )
