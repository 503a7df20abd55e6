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
    unit = "thousandths of a contact answered late"

    def post(self, model: RosterModel) -> None:
        """Price what each interval falls short of what any number of agents would answer."""
        for queue, envelopes in zip(
            model.problem.queue_names, model.problem.envelopes, strict=True
        ):
            for at, (_, answered) in model.answered(queue).items():
                late = envelopes[at][-1].value - answered
                model.price(self.name, late, model.problem.prices.service)

    def price(self, problem: Problem, roster: Roster) -> Iterator[Penalty]:
        """Read the envelopes at the agents present and add up."""
        answered = answered_by_envelope(problem, roster)
        for queue, envelopes, row in zip(
            problem.queue_names, problem.envelopes, answered, strict=True
        ):
            late = sum(pieces[-1].value - row[at] for at, pieces in envelopes.items())
            if late:
                yield Penalty(
                    rule=self.name,
                    subject=queue,
                    amount=late,
                    price=problem.prices.service,
                    unit=self.unit,
                    words=f"{queue}: {late / MILLI:,.1f} contacts are answered late that more "
                    "agents would answer in time",
                )
