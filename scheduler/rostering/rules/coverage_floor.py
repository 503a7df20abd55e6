"""Agents present: the floor of every interval, or the whole requirement where that is promised."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from scheduler.rostering.coverage import agent_minutes
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Penalty, Roster
from scheduler.rostering.rules.promise import interval_pledges

if TYPE_CHECKING:
    from scheduler.rostering.variables import RosterModel


class Coverage:
    """Each agent-minute missing has a price, so that a roster always comes back.

    A queue that promises every interval needs its requirement; one that promises the day or week
    needs its floor, without which the best sum would sacrifice whole intervals.
    """

    name = "coverage"
    sentence = "Every interval has the agents of its floor, or of its requirement where promised."
    unit = "agent-minutes missing"

    def post(self, model: RosterModel) -> None:
        """Price what each interval lacks."""
        wanted = minutes_wanted(model.problem)
        for row, queue in enumerate(model.problem.queue_names):
            if not wanted[row].any():
                continue
            for at, minutes in enumerate(model.minutes_on_queue(queue)):
                want = int(wanted[row, at])
                if want:
                    short = model.whole(0, want, f"short_{queue}_{at}")
                    model.cp.add(model.total([short, minutes]) >= want)
                    model.price(self.name, short, model.problem.prices.coverage)

    def price(self, problem: Problem, roster: Roster) -> Iterator[Penalty]:
        """Compare the agent-minutes wanted and present, queue by queue."""
        present = np.floor(agent_minutes(problem, roster) + 1e-6).astype(np.int64)
        short = np.maximum(minutes_wanted(problem) - present, 0)
        for row, queue in enumerate(problem.queue_names):
            amount = int(short[row].sum())
            if amount:
                intervals = int((short[row] > 0).sum())
                yield Penalty(
                    rule=self.name,
                    subject=queue,
                    amount=amount,
                    price=problem.prices.coverage,
                    unit=self.unit,
                    words=f"{queue}: {amount / 60:,.1f} agent-hours missing in "
                    f"{intervals} intervals",
                )


def minutes_wanted(problem: Problem) -> NDArray[np.int64]:
    """Agent-minutes that each interval must have, shape (queues, intervals)."""
    need = problem.requirement
    length = need.grid.interval // timedelta(minutes=1)
    agents = np.zeros_like(need.required)
    for row, queue in enumerate(need.queues):
        if not queue.deferred:
            agents[row] = (need.required if queue.promise == "interval" else need.floor)[row]
            for pledge in interval_pledges(problem, row) if queue.promise == "interval" else ():
                more = problem.corrections.get((queue.name, pledge.when), 0)
                agents[row, pledge.intervals] += more
    return agents * length
