"""What the week simulator accepts: its arguments, checked and in the shapes it works with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

import numpy as np
from numpy.typing import ArrayLike

from scheduler.errors import Fault, InputError
from scheduler.staffing.arguments import Floats, checked
from scheduler.staffing.week_presence import Absence, Presence
from scheduler.staffing.week_queues import WeekQueue


def checked_demand(
    queues: Sequence[WeekQueue], presence: Presence, offered: ArrayLike, aht_s: ArrayLike
) -> tuple[Floats, Floats]:
    """Return expected contacts and mean handling times, s, shape (queues, intervals)."""
    contacts, aht = checked(offered=offered, aht_s=aht_s)
    if presence.serves.shape[1] != len(queues):
        expected = f"a column for each of {len(queues)} queues"
        found = f"shape {presence.serves.shape}"
        raise InputError(Fault(column="serves", expected=expected, found=found))
    if contacts.ndim != 2 or not contacts.size or len(contacts) != len(queues):
        expected = f"a row of intervals for each of {len(queues)} queues"
        raise InputError(
            Fault(column="offered", expected=expected, found=f"shape {contacts.shape}")
        )
    return contacts, aht


def due_instants(
    queues: Sequence[WeekQueue],
    due_s: ArrayLike | None,
    size: int,
    interval_s: float,
    cycles: int,
) -> Floats:
    """Return due instants of the first and last contact, (queues, cycles * intervals, 2), s."""
    edges = interval_s * np.arange(size + 1)
    if due_s is None:
        within = np.array([[[queue.answer_within_s]] for queue in queues])
        due = within + np.stack([edges[:-1], edges[1:]], axis=-1)
    else:
        due = np.asarray(due_s, dtype=np.float64)
        if due.ndim == 2:
            following = np.append(due[:, 1:], due[:, -1:] + interval_s, axis=1)
            due = np.stack([due, following], axis=-1)
    deferred = [row for row, queue in enumerate(queues) if queue.kind == "deferred"]
    if due.shape != (len(queues), size, 2) or not np.isfinite(due[deferred]).all():
        raise InputError(
            Fault(
                column="due_s",
                expected=f"finite times of shape ({len(queues)}, {size}) or the same with 2 behind",
                found=f"shape {due.shape}, or times that are not finite",
            )
        )
    later = np.arange(cycles) * edges[-1]
    lived: Floats = due[:, None] + later[:, None, None]
    return lived.reshape(len(queues), cycles * size, 2)


def checked_shrinkage(shrinkage: ArrayLike, size: int) -> Floats:
    """Return the chance to be away, shape (intervals,)."""
    (share,) = checked(shrinkage=shrinkage)
    if share.shape not in ((), (size,)):
        raise InputError(
            Fault(
                column="shrinkage",
                expected=f"one number, or {size} numbers",
                found=f"shape {share.shape}",
            )
        )
    return np.array(np.broadcast_to(share, size))


def checked_factor(aht_factor: ArrayLike, team: int, queues: int) -> Floats:
    """Return how many times as long agents take, shape (agents, queues)."""
    try:
        factor = np.array(np.broadcast_to(np.asarray(aht_factor, dtype=np.float64), (team, queues)))
    except ValueError:
        factor = np.full((team, queues), np.nan)
    if not np.all(np.isfinite(factor) & (factor > 0.0)):
        raise InputError(
            Fault(
                column="aht_factor",
                expected=f"numbers above 0, for {team} agents and {queues} queues",
                found=f"shape {np.shape(aht_factor)}, or numbers out of range",
            )
        )
    return factor


def check_numbers(
    interval_s: float, absence: str, cycles: int, replications: int, seed: int
) -> None:
    """Refuse numbers out of range; all of them are reported."""
    known = get_args(Absence)
    faults = [
        Fault(column=name, expected=expected, found=str(value))
        for name, expected, value, holds in (
            ("interval_s", "above 0, finite", interval_s, 0.0 < interval_s < np.inf),
            ("absence", f"one of {', '.join(known)}", absence, absence in known),
            ("cycles", "1, or 3 or more", cycles, cycles == 1 or cycles >= 3),
            ("replications", "2 or more", replications, replications >= 2),
            ("seed", "0 or more", seed, seed >= 0),
        )
        if not holds
    ]
    if faults:
        raise InputError(faults)
