"""Work that can wait is done when it is due."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from scheduler.rostering.coverage import agent_minutes
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Penalty, Roster

if TYPE_CHECKING:
    from scheduler.rostering.variables import RosterModel

MILLI_MINUTE = 1000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Workload:
    """A deferred queue in thousandths of agent-minutes, cumulative by the end of each interval.

    Attributes
    ----------
    due, arrived : (intervals,)
        Work that must be done, and that can be done.
    pace : (intervals,)
        Work that one rostered minute gets done: shrinkage taken off, nothing while closed.
    """

    queue: str
    due: NDArray[np.int64]
    arrived: NDArray[np.int64]
    pace: NDArray[np.int64]


class DeferredWork:
    """Cumulative work done stays at or above cumulative work due, and cannot run ahead of it."""

    name = "deferred"
    sentence = "Emails and social messages are worked off before they are due."
    unit = "minutes of work late at the worst moment"

    def post(self, model: RosterModel) -> None:
        """Chain what is done from interval to interval between arrivals and due work."""
        for load in workloads(model.problem):
            most = int(load.arrived[-1])
            late = model.whole(0, int(load.due.max()) // MILLI_MINUTE + 1, f"late_{load.queue}")
            before = model.whole(0, 0, f"done_{load.queue}")
            for at, minutes in enumerate(model.minutes_on_queue(load.queue)):
                done = model.whole(0, int(load.arrived[at]), f"done_{load.queue}_{at}")
                model.cp.add(done <= before + int(load.pace[at]) * minutes)
                if load.due[at] > (load.due[at - 1] if at else 0):
                    model.cp.add(MILLI_MINUTE * late + done >= int(load.due[at]))
                before = done
            if most:
                model.price(self.name, late, model.problem.prices.deferred)

    def price(self, problem: Problem, roster: Roster) -> Iterator[Penalty]:
        """Work as early as possible and measure the largest arrears."""
        minutes = np.floor(agent_minutes(problem, roster) + 1e-6).astype(np.int64)
        for load in workloads(problem):
            done = worst = 0
            for at, present in enumerate(minutes[problem.requirement.index_of(load.queue)]):
                done = min(int(load.arrived[at]), done + int(load.pace[at]) * int(present))
                worst = max(worst, int(load.due[at]) - done)
            late = -(-worst // MILLI_MINUTE)
            if late:
                yield Penalty(
                    rule=self.name,
                    subject=load.queue,
                    amount=late,
                    price=problem.prices.deferred,
                    unit=self.unit,
                    words=f"{load.queue}: {late / 60:,.1f} hours of work are late at the "
                    "worst moment",
                )


def workloads(problem: Problem) -> tuple[Workload, ...]:
    """List the deferred queues that have work due."""
    need = problem.requirement
    return tuple(
        Workload(
            queue=queue.name,
            due=np.rint(need.due_s[row] / 60 * MILLI_MINUTE).astype(np.int64),
            arrived=np.rint(need.arrived_s[row] / 60 * MILLI_MINUTE).astype(np.int64),
            pace=np.rint(MILLI_MINUTE * (1 - need.shrinkage) * need.open_share[row]).astype(
                np.int64
            ),
        )
        for row, queue in enumerate(need.queues)
        if queue.deferred and need.due_s[row].any()
    )
