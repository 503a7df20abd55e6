"""What customers of all queues would feel: a roster with skills simulated over a horizon.

Calls, chats and deferred work come as Poisson streams and are shared out among agents who serve
some queues each and come, go and take breaks. One queue alone behaves as in
:mod:`scheduler.staffing.simulate`; see there for opening, steps and carry-over.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from scheduler.staffing import simulation_kernel as column
from scheduler.staffing.arguments import Floats
from scheduler.staffing.simulation_summary import QueueSimulation, summarise
from scheduler.staffing.week_arguments import (
    check_numbers,
    checked_demand,
    checked_factor,
    checked_shrinkage,
    due_instants,
)
from scheduler.staffing.week_contacts import Demand, draw_contacts
from scheduler.staffing.week_desk import Rules, lay_out_rules, set_desk
from scheduler.staffing.week_kernel import replicate_week
from scheduler.staffing.week_presence import (
    Absence,
    Calendar,
    Presence,
    calendar,
    draw_changes,
)
from scheduler.staffing.week_queues import WeekQueue
from scheduler.staffing.week_tally import COLUMNS, FIRST, tally


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WeekSimulation:
    """What a simulated week gave.

    Attributes
    ----------
    queues
        What each queue gave. ``offered`` counts every attempt, also redials. For deferred queues
        the wait is that until the work is begun, and only contacts that fall due within the
        horizon count for the service level. The occupancy is that of all agents of the queue,
        with whatever contacts; a chat takes its share of an agent's slots.
    callers
        Contacts that are no redials, shape (replications, queues, intervals).
    agent_occupancy
        Share of the time present that each agent is busy, over all cycles, shape (agents,); 0
        for agents who are never present.
    """

    queues: tuple[QueueSimulation, ...]
    callers: Floats
    agent_occupancy: Floats


def simulate_week(
    queues: Sequence[WeekQueue],
    offered: ArrayLike,
    presence: Presence,
    *,
    interval_s: float,
    aht_s: ArrayLike,
    aht_factor: ArrayLike = 1.0,
    due_s: ArrayLike | None = None,
    shrinkage: ArrayLike = 0.0,
    absence: Absence = "even",
    cycles: int = 1,
    replications: int = 200,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> WeekSimulation:
    """Simulate queues and agents with skills over a horizon that starts empty.

    A contact goes to the agent who serves its queue and has nothing in hand, the longest idle
    first; a chat, if there is none, to an agent with only chats in hand, as few as possible. An
    agent who comes free takes the oldest waiting call or chat of the most urgent priority, then
    the oldest deferred work, which is finished once begun. Who has a chat in hand takes only
    chats. Agents who leave finish what they have; those who are there at the end of the horizon
    stay until no call or chat waits. Callers who are left wait on, for the next agents or for
    their patience to end.

    Same seed, same contacts: rosters compared under one seed meet the same customers.

    Parameters
    ----------
    queues
        What each queue's contacts are like.
    offered
        Expected contacts an interval, without redials, shape (queues, intervals).
    presence
        Who is on which queues when; what lies outside the horizon is cut off.
    interval_s
        Length of an interval, s.
    aht_s
        Mean handling time of contacts that come in an interval, s, shape (queues, intervals) or
        one that broadcasts to it; for chat: of a chat alone.
    aht_factor
        How many times as long each agent takes, shape (agents, queues) or one that broadcasts.
    due_s
        When deferred contacts that come at the start of an interval fall due, s from the start
        of the horizon, shape (queues, intervals), straight lines in between; or, where due
        instants jump, that of the first and the last of each, shape (queues, intervals, 2).
        None: ``answer_within_s`` after they come.
    shrinkage
        Chance of an agent who is on to be away in an interval, one number or shape (intervals,).
    absence
        Whether agents are away evenly or independently; the mean is the same.
    cycles
        1: the horizon stands alone. 3 or more: it is lived through so often in a row, handing
        over its backlog, and all but the first and the last count.
    replications
        How often all that is simulated, at least 2.
    seed
        Same seed, same result; replications are independent streams of it.
    progress
        Called with the replications done and all of them.

    Raises
    ------
    InputError
        An argument out of range, or shapes that do not go together.
    """
    check_numbers(interval_s, absence, cycles, replications, seed)
    contacts, aht = checked_demand(queues, presence, offered, aht_s)
    interval_s, size = float(interval_s), contacts.shape[1]
    share = np.tile(checked_shrinkage(shrinkage, size), cycles)
    plan = calendar(presence.repeated(cycles, size * interval_s), share, interval_s)
    factor = checked_factor(aht_factor, presence.team, len(queues))
    week = _Week(
        demand=Demand(
            interval_s=interval_s,
            offered=np.tile(contacts, cycles),
            aht_s=np.tile(aht, cycles),
            spread=np.array([queue.spread for queue in queues]),
            patience_s=np.array([queue.patience_s for queue in queues]),
            redial=np.array([queue.redial for queue in queues]),
        ),
        due_s=due_instants(queues, due_s, size, interval_s, cycles),
        plan=plan,
        rules=lay_out_rules(queues, plan.groups, factor),
        within_s=np.array([queue.answer_within_s for queue in queues]),
        short_s=np.array([queue.short_abandon_s for queue in queues]),
    )
    tallies = np.empty((replications, len(queues), size, COLUMNS))
    busy_s, present_s = np.zeros(presence.team), np.zeros(presence.team)
    for replication in range(replications):
        rng = np.random.Generator(np.random.PCG64([seed, replication]))
        found, agents_busy_s, agents_present_s = _replicate(rng, week, absence)
        lived = found.reshape(len(queues), cycles, size, COLUMNS)
        tallies[replication] = lived[:, 1 : cycles - 1].sum(axis=1) if cycles > 1 else found
        busy_s += agents_busy_s
        present_s += agents_present_s
        if progress is not None:
            progress(replication + 1, replications)
    return WeekSimulation(
        queues=tuple(
            # What counts for nothing is tallied as a short abandon.
            summarise(
                tallies[:, row],
                "excluding_short_abandons" if queue.kind == "deferred" else queue.definition,
            )
            for row, queue in enumerate(queues)
        ),
        callers=tallies[:, :, :, FIRST],
        agent_occupancy=busy_s / np.where(present_s > 0.0, present_s, 1.0),
    )


class _Week(NamedTuple):
    """What all replications share."""

    demand: Demand
    due_s: Floats
    plan: Calendar
    rules: Rules
    within_s: Floats
    short_s: Floats


def _replicate(
    rng: np.random.Generator, week: _Week, absence: Absence
) -> tuple[Floats, Floats, Floats]:
    """Return one replication's tally and the seconds each agent was busy and present."""
    contacts, starts = draw_contacts(rng, week.demand)
    desk = set_desk(
        week.rules,
        interval_s=week.demand.interval_s,
        intervals=week.demand.offered.shape[1],
        changes=draw_changes(rng, week.plan, absence),
        contacts=contacts,
        starts=starts,
    )
    first = int(starts[-1])
    found = tally(
        desk,
        first=first,
        used=replicate_week(rng, desk, first),
        within_s=week.within_s,
        short_s=week.short_s,
        due_s=week.due_s,
    )
    found[:, :, column.BUSY_S] = week.plan.groups.T @ desk.busy_s
    found[:, :, column.STAFFED_S] = week.plan.groups.T @ desk.present_s
    return found, desk.agents["busy_s"], desk.agents["present_s"]
