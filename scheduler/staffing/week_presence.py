"""Who is on which queues when, and the calendar of changes that the week simulator follows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scheduler.errors import Fault, InputError
from scheduler.staffing.arguments import Floats
from scheduler.staffing.week_kernel import Indices, Records

Absence = Literal["even", "independent"]
"""How shrinkage falls on agents, each of whom is away with its probability in every interval.

``even``
    Among agents with the same queues the number away is the expected one, rounded down or up,
    and who is away stays so as long as possible.
``independent``
    Everybody by themselves, drawn anew in every interval: the number away is binomial. Who goes
    away finishes what is in hand, so that so much coming and going adds some capacity.
"""

OFF = -1
# Part of an interval within which two instants are one.
_DUST = 1e-9
_CHANGE = np.dtype([("time_s", "f8"), ("agent", "i8"), ("group", "i8")])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Presence:
    """One row a segment: an agent is on some queues for a stretch of time; breaks are gaps.

    Attributes
    ----------
    team
        Number of agents.
    agent
        Whose segment, 0 … team - 1, shape (segments,).
    start_s, end_s
        From and to, half-open, s from the start of the horizon, shape (segments,).
    serves
        Whether the agent serves the queue in the segment, shape (segments, queues).

    Raises
    ------
    InputError
        No agents, shapes that do not go together, unknown agents, empty segments, segments of
        one agent that overlap, segments without a queue.
    """

    team: int
    agent: Indices
    start_s: Floats
    end_s: Floats
    serves: NDArray[np.bool_]

    def __post_init__(self) -> None:
        """Check every segment, alone and beside the agent's others."""
        if self.team < 1:
            raise InputError(Fault(column="team", expected="1 or more", found=str(self.team)))
        sizes = [len(self.agent), len(self.start_s), len(self.end_s), len(self.serves)]
        if len(set(sizes)) > 1 or self.serves.ndim != 2 or self.serves.dtype != np.bool_:
            raise InputError(
                Fault(
                    column="agent, start_s, end_s, serves",
                    expected="as many of each, and truth values of serves for each queue",
                    found=f"{sizes}, {self.serves.dtype} of shape {self.serves.shape}",
                )
            )
        faults = list(self._faults())
        if faults:
            raise InputError(faults)

    def _faults(self) -> Iterator[Fault]:
        known = (self.agent >= 0) & (self.agent < self.team)
        lasts = np.isfinite(self.start_s) & np.isfinite(self.end_s) & (self.start_s < self.end_s)
        order = np.lexsort((self.start_s, self.agent))
        same = self.agent[order][1:] == self.agent[order][:-1]
        clear = np.ones(len(self.agent), dtype=np.bool_)
        clear[order[1:]] = ~same | (self.end_s[order][:-1] <= self.start_s[order][1:])
        for expected, holds in (
            (f"an agent from 0 to {self.team - 1}", known),
            ("a finite start before a finite end", lasts),
            ("segments of an agent that do not overlap", clear),
            ("at least one queue", self.serves.any(axis=1)),
        ):
            for row in np.flatnonzero(~holds):
                stretch = f"{self.start_s[row]:g} … {self.end_s[row]:g} s"
                found = f"agent {self.agent[row]}, {stretch}"
                yield Fault(column=f"segment {row}", expected=expected, found=found)

    def repeated(self, cycles: int, horizon_s: float) -> Presence:
        """Return the segments inside a horizon, lived through some times in a row."""
        start, end = np.clip(self.start_s, 0.0, horizon_s), np.clip(self.end_s, 0.0, horizon_s)
        inside = start < end
        later = np.repeat(np.arange(cycles) * horizon_s, inside.sum())
        return Presence(
            team=self.team,
            agent=np.tile(self.agent[inside], cycles),
            start_s=np.tile(start[inside], cycles) + later,
            end_s=np.tile(end[inside], cycles) + later,
            serves=np.tile(self.serves[inside], (cycles, 1)),
        )


class Calendar(NamedTuple):
    """Changes in order of time, before it is drawn who is away.

    Attributes
    ----------
    changes
        Records: at ``time_s`` an ``agent`` moves to a ``group``, or ``OFF``.
    share
        Chance that the agent is away instead, shape (changes,).
    place
        Where the agent stands among those who come into the group in the same interval, 0 to
        below 1 in even steps, shape (changes,).
    groups
        Which queues each group serves, shape (groups, queues).
    """

    changes: Records
    share: Floats
    place: Floats
    groups: NDArray[np.bool_]


def calendar(presence: Presence, shrinkage: Floats, interval_s: float) -> Calendar:
    """Lay out the changes of a horizon.

    Parameters
    ----------
    presence
        The segments, all inside the horizon.
    shrinkage
        Chance of an agent to be away, shape (intervals,).
    interval_s
        Length of an interval, s.
    """
    groups, group = np.unique(presence.serves, axis=0, return_inverse=True)
    first = np.floor(presence.start_s / interval_s + _DUST).astype(np.int64)
    # Without shrinkage nothing changes inside a segment.
    pieces = np.ones_like(first)
    if shrinkage.any():
        pieces = np.ceil(presence.end_s / interval_s - _DUST).astype(np.int64) - first
    piece = np.arange(pieces.sum()) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    row = np.repeat(first, pieces) + piece
    ends = _last_segments(presence, shrinkage.size * interval_s)
    changes = np.empty(row.size + ends.size, dtype=_CHANGE)
    into, off = changes[: row.size], changes[row.size :]
    into["time_s"] = np.where(piece, row * interval_s, np.repeat(presence.start_s, pieces))
    into["agent"] = np.repeat(presence.agent, pieces)
    into["group"] = np.repeat(group.ravel(), pieces)
    off["time_s"], off["agent"], off["group"] = presence.end_s[ends], presence.agent[ends], OFF
    share = np.append(shrinkage[row], np.zeros(ends.size))
    row = np.append(row, np.full(ends.size, shrinkage.size))
    place = _places(row * (len(groups) + 1) + changes["group"], changes["agent"])
    order = np.lexsort((changes["agent"], changes["time_s"]))
    return Calendar(changes[order], share[order], place[order], groups)


def draw_changes(rng: np.random.Generator, plan: Calendar, absence: Absence) -> Records:
    """Draw who is away when; return the changes that remain."""
    changes = plan.changes.copy()
    if plan.share.any():
        if absence == "independent":
            away = rng.random(plan.share.size) < plan.share
        else:
            # Agents stand evenly around a circle, of which the share from a random start is away.
            start = rng.random(len(plan.groups) + 1)[changes["group"]]
            away = (plan.place - start) % 1.0 < plan.share
        changes["group"][away] = OFF
    return changes


def _last_segments(presence: Presence, horizon_s: float) -> Indices:
    """Return the segments after which the agent goes off before the end of the horizon."""
    order = np.lexsort((presence.start_s, presence.agent))
    agent, start_s, end_s = (
        column[order] for column in (presence.agent, presence.start_s, presence.end_s)
    )
    goes_on = np.zeros(order.size, dtype=np.bool_)
    goes_on[:-1] = (agent[1:] == agent[:-1]) & (start_s[1:] == end_s[:-1])
    return np.asarray(order[~goes_on & (end_s < horizon_s)])


def _places(block: Indices, agent: Indices) -> Floats:
    """Spread the members of each block evenly from 0 to below 1, in order of agents."""
    _, block, sizes = np.unique(block, return_inverse=True, return_counts=True)
    order = np.lexsort((agent, block))
    number = np.empty(block.size)
    number[order] = np.arange(block.size) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return np.asarray(number / sizes[block])
