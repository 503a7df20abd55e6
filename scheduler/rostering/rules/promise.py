"""The promise itself: the share of contacts answered in time, over each day or the week."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from scheduler.rostering.coverage import answered_by_envelope
from scheduler.rostering.envelope import MILLI
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Penalty, Roster

if TYPE_CHECKING:
    from scheduler.rostering.variables import RosterModel


@dataclass(frozen=True, slots=True, kw_only=True)
class Pledge:
    """The promise of one queue over one day or week.

    Attributes
    ----------
    queue, when
        Whose promise, and over what, in words.
    intervals
        The intervals with contacts.
    target
        Thousandths of contacts that must be answered in time.
    """

    queue: str
    when: str
    intervals: tuple[int, ...]
    target: int


class PromiseKept:
    """Contacts answered in time reach the promised share; each one missing has a price.

    The solver sees the concave envelope of every interval's curve as linear cuts on the agents
    present (after Koole and van der Sluis, 2003, who staff for a daily target).
    """

    name = "promise"
    sentence = "Over the day or week the promised share of contacts is answered in time."
    unit = "thousandths of a contact answered late"

    def post(self, model: RosterModel) -> None:
        """Price what the intervals together lack."""
        for pledge in pledges(model.problem):
            answered = model.answered(pledge.queue)
            # Far below its floor an interval may count negative, so more can lack than is due.
            most = pledge.target - sum(min(0, low) for low, _ in answered.values())
            late = model.whole(0, most, f"late_{pledge.queue}_{pledge.when}")
            kept = [answered[at][1] for at in pledge.intervals]
            model.cp.add(model.total([late, *kept]) >= pledge.target)
            model.price(self.name, late, model.problem.prices.promise)

    def price(self, problem: Problem, roster: Roster) -> Iterator[Penalty]:
        """Read the envelopes at the agents present and add up."""
        answered = answered_by_envelope(problem, roster)
        for pledge in pledges(problem):
            row = answered[problem.requirement.index_of(pledge.queue)]
            late = pledge.target - sum(row[at] for at in pledge.intervals)
            if late > 0:
                yield Penalty(
                    rule=self.name,
                    subject=pledge.queue,
                    amount=late,
                    price=problem.prices.promise,
                    unit=self.unit,
                    words=f"{pledge.queue}, {pledge.when}: {late / MILLI:,.1f} more contacts "
                    "would have to be answered in time to keep the promise",
                )


def interval_pledges(problem: Problem, row: int) -> tuple[Pledge, ...]:
    """List the intervals with contacts of a queue that promises every interval, one pledge each."""
    need = problem.requirement
    return tuple(
        Pledge(
            queue=need.queues[row].name,
            when=f"interval {start:%Y-%m-%dT%H:%MZ}",
            intervals=(at,),
            target=ceil(need.queues[row].service_level * float(need.offered[row, at]) * MILLI),
        )
        for at, start in enumerate(need.grid.starts_utc())
        if need.offered[row, at] > 0
    )


def pledges(problem: Problem) -> tuple[Pledge, ...]:
    """List the promises over days and weeks that a problem makes.

    Queues that promise every interval are a matter of coverage, deferred ones of their due dates.
    No pledge asks for more than its curves can reach with any number of agents.
    """
    need = problem.requirement
    days = need.grid.local_dates
    weeks = days - need.grid.weekdays.astype("timedelta64[D]")
    found = []
    for row, queue in enumerate(need.queues):
        envelopes = problem.envelopes[row]
        if queue.promise == "interval" or not envelopes:
            continue
        keys = days if queue.promise == "day" else weeks
        for key in np.unique(keys[list(envelopes)]):
            at = tuple(i for i in envelopes if keys[i] == key)
            offered = sum(Fraction(float(need.offered[row, i])) for i in at)
            when = f"{queue.promise} {key}"
            target = ceil(Fraction(str(queue.service_level)) * offered * MILLI)
            target += problem.corrections.get((queue.name, when), 0)
            reachable = sum(envelopes[i][-1].value for i in at)
            found.append(
                Pledge(
                    queue=queue.name,
                    when=when,
                    intervals=at,
                    target=max(0, min(target, reachable)),
                )
            )
    return tuple(found)
