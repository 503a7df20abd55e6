"""What the week simulator's kernel knows and remembers, as arrays of records.

Contacts, queues, groups and agents are numbers; -1 stands for none. A group is a set of queues;
agents move between groups as the calendar says.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scheduler.staffing.arguments import Floats
from scheduler.staffing.week_kernel import Indices, Records
from scheduler.staffing.week_queues import WeekQueue


def _record(**names: str) -> np.dtype[np.void]:
    return np.dtype([(name, code) for code, text in names.items() for name in text.split()])


# deferred: 1 or 0. rank: the priority. slots: contacts at a time. The line runs from head to
# tail. Who still comes: contacts from upcoming to before until.
_QUEUE = _record(
    i8="deferred rank slots keep_free head tail upcoming until",
    f8="slowdown redial redial_after_s patience_s",
)
# in_hand: how many contacts. listed: with how many in hand the agent stands in a list, between
# before and after. since: last change of hands. touched: when what is left of them was last
# brought up to date. inside_since: when the agent came into the group.
_AGENT = _record(
    i8="group in_hand listed before after", f8="since touched inside_since busy_s present_s"
)
# What an agent has in hand: how many there may be with it, the handling time left if it were
# alone, and how much longer each other makes it.
_HAND = _record(i8="contact slots", f8="left_s slowdown")
_LIST = _record(i8="first last size")
_REDIAL = _record(i8="caller", f8="time_s")


class Rules(NamedTuple):
    """What stays the same in all replications.

    Attributes
    ----------
    queues
        Records of the queues, their lines empty.
    groups_of
        The groups that serve each queue, shape (queues, groups + 1), rows filled up with -1.
    duties
        The real-time queues of each group in order of priority, filled up with -1; in the last
        row the deferred queues; shape (groups + 1, queues + 1).
    factor
        Of the handling time, shape (agents, queues).
    """

    queues: Records
    groups_of: Indices
    duties: Indices
    factor: Floats


class Desk(NamedTuple):
    """Everything about one replication.

    Attributes
    ----------
    interval_s, horizon_s
        Length of an interval and of all, s.
    changes
        When which agent moves to which group, -1 for off, in order of time.
    contacts
        Everybody who comes, queue by queue in order of time, then room for redials.
    queues, groups_of, duties, factor
        As in the rules.
    agents, hands
        Records of the agents, shape (agents,), and what each has in hand, (agents, slots).
    lists
        Who could take a contact, longest idle first, by number in hand and group.
    ends, sooner
        When each agent next finishes something, and a tournament of them: the winner of node k
        is that of node 2 k or 2 k + 1, agent a stands at node agents + a.
    redials
        Heap of those who would come again, the soonest first.
    busy_s, present_s
        Seconds of all agents of a group together, shape (groups, intervals).
    """

    interval_s: float
    horizon_s: float
    changes: Records
    contacts: Records
    queues: Records
    groups_of: Indices
    duties: Indices
    factor: Floats
    agents: Records
    hands: Records
    lists: Records
    ends: Floats
    sooner: Indices
    redials: Records
    busy_s: Floats
    present_s: Floats


def lay_out_rules(queues: Sequence[WeekQueue], groups: NDArray[np.bool_], factor: Floats) -> Rules:
    """Lay out the rules of a simulation.

    Parameters
    ----------
    queues
        The queues.
    groups
        Which queues each group serves, shape (groups, queues).
    factor
        Of the handling time, shape (agents, queues).
    """
    records = np.zeros(len(queues), dtype=_QUEUE)
    records["deferred"] = [queue.kind == "deferred" for queue in queues]
    records["rank"] = [queue.priority for queue in queues]
    records["slots"] = [queue.concurrency for queue in queues]
    for name in ("keep_free", "slowdown", "redial", "redial_after_s", "patience_s"):
        records[name] = [getattr(queue, name) for queue in queues]
    records["head"] = records["tail"] = -1
    by_priority = np.argsort(records["rank"], kind="stable")
    later = records["deferred"][by_priority] == 1
    real_time, deferred = by_priority[~later], by_priority[later]
    return Rules(
        queues=records,
        groups_of=_filled_up([np.flatnonzero(serving) for serving in groups.T], len(groups)),
        duties=_filled_up(
            [*(real_time[served[real_time]] for served in groups), deferred], len(queues)
        ),
        factor=factor,
    )


def set_desk(
    rules: Rules,
    *,
    interval_s: float,
    intervals: int,
    changes: Records,
    contacts: Records,
    starts: Indices,
) -> Desk:
    """Set everything up for one replication: everybody off, with empty hands.

    Parameters
    ----------
    rules
        What the week is like.
    interval_s, intervals
        Length and number of the intervals.
    changes, contacts, starts
        The calendar; the contacts; where each queue's begin and end, shape (queues + 1,).
    """
    queues = rules.queues.copy()
    queues["upcoming"], queues["until"] = starts[:-1], starts[1:]
    team, slots, groups = len(rules.factor), queues["slots"].max(), len(rules.duties) - 1
    agents = np.zeros(team, dtype=_AGENT)
    for name in ("group", "listed", "before", "after"):
        agents[name] = -1
    lists = np.zeros((slots, groups), dtype=_LIST)
    lists["first"] = lists["last"] = -1
    return Desk(
        interval_s=interval_s,
        horizon_s=interval_s * intervals,
        changes=changes,
        contacts=contacts,
        queues=queues,
        groups_of=rules.groups_of,
        duties=rules.duties,
        factor=rules.factor,
        agents=agents,
        hands=np.zeros((team, slots), dtype=_HAND),
        lists=lists,
        ends=np.full(team, np.inf),
        sooner=_tournament(team),
        redials=np.zeros(contacts.size if queues["redial"].any() else 0, dtype=_REDIAL),
        busy_s=np.zeros((groups, intervals)),
        present_s=np.zeros((groups, intervals)),
    )


def _tournament(size: int) -> Indices:
    """Return a tournament of equals."""
    winner = np.arange(2 * size) - size
    for node in range(size - 1, 0, -1):
        winner[node] = winner[2 * node]
    return winner


def _filled_up(rows: list[Indices], most: int) -> Indices:
    """Return rows of at most so many numbers as one array, each ending with at least one -1."""
    filled = np.full((len(rows), most + 1), -1)
    for at, row in enumerate(rows):
        filled[at, : row.size] = row
    return filled
