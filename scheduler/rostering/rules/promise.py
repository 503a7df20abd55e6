"""The promise itself: the share of contacts answered in time, over each day or the week."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from scheduler.rostering.coverage import agent_minutes
from scheduler.rostering.envelope import MILLI, Piece, answered_in_time, concave_pieces
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
    cuts
        For each interval with contacts: its index and the envelope of its curve.
    target
        Thousandths of contacts that must be answered in time.
    """

    queue: str
    when: str
    cuts: tuple[tuple[int, tuple[Piece, ...]], ...]
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
        """Bound what each interval answers by its envelope, and price what the sum lacks."""
        length = model.problem.requirement.grid.interval // timedelta(minutes=1)
        for pledge in pledges(model.problem):
            minutes = model.minutes_on_queue(pledge.queue)
            answered = []
            for at, pieces in pledge.cuts:
                low = min(0, answered_in_time(pieces, 0, length))
                value = model.whole(low, pieces[-1].value, f"v_{pledge.queue}_{at}")
                for p in pieces[:-1]:
                    model.cp.add(
                        p.run * length * value
                        <= p.rise * minutes[at] + (p.run * p.value - p.rise * p.at) * length
                    )
                answered.append(value)
            worst = max(0, pledge.target - sum(_least(pieces, length) for _, pieces in pledge.cuts))
            late = model.whole(0, worst, f"late_{pledge.queue}_{pledge.when}")
            model.cp.add(model.total([late, *answered]) >= pledge.target)
            model.price(self.name, late, model.problem.prices.promise)

    def price(self, problem: Problem, roster: Roster) -> Iterator[Penalty]:
        """Read the envelopes at the agents present and add up."""
        minutes = np.floor(agent_minutes(problem, roster) + 1e-6).astype(np.int64)
        length = problem.requirement.grid.interval // timedelta(minutes=1)
        for pledge in pledges(problem):
            row = minutes[problem.requirement.index_of(pledge.queue)]
            kept = sum(answered_in_time(pieces, int(row[at]), length) for at, pieces in pledge.cuts)
            if kept < pledge.target:
                late = pledge.target - kept
                yield Penalty(
                    rule=self.name,
                    subject=pledge.queue,
                    amount=late,
                    price=problem.prices.promise,
                    unit=self.unit,
                    words=f"{pledge.queue}, {pledge.when}: {late / MILLI:,.1f} more contacts "
                    "would have to be answered in time to keep the promise",
                )


def _least(pieces: tuple[Piece, ...], length: int) -> int:
    return min(0, answered_in_time(pieces, 0, length))


def pledges(problem: Problem) -> tuple[Pledge, ...]:
    """List the promises over days and weeks that a problem makes.

    Queues that promise every interval are a matter of coverage, deferred ones of their due dates.
    """
    need = problem.requirement
    days = need.grid.local_dates
    weeks = days - need.grid.weekdays.astype("timedelta64[D]")
    found = []
    for row, queue in enumerate(need.queues):
        if queue.deferred or queue.promise == "interval":
            continue
        keys = days if queue.promise == "day" else weeks
        for key in np.unique(keys):
            at = np.flatnonzero((keys == key) & (need.offered[row] > 0))
            if at.size:
                total = sum(Fraction(float(need.offered[row, i])) for i in at)
                target = ceil(Fraction(str(queue.service_level)) * total * MILLI)
                found.append(_pledge(problem, row, at.tolist(), target, f"{queue.promise} {key}"))
    return tuple(found)


def _pledge(problem: Problem, row: int, at: list[int], target: int, when: str) -> Pledge:
    need = problem.requirement
    cuts = tuple(
        (i, pieces)
        for i in at
        if (
            pieces := concave_pieces(
                float(need.offered[row, i]), need.curves[row][i], int(need.floor[row, i])
            )
        )
    )
    reachable = sum(pieces[-1].value for _, pieces in cuts)
    return Pledge(queue=need.queues[row].name, when=when, cuts=cuts, target=min(target, reachable))
