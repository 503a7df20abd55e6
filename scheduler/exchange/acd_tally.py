"""Contacts counted by queue and interval as they are read, without keeping them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import gcd

import numpy as np
from numpy.typing import NDArray

from scheduler.exchange.acd_contacts import Contacts, Outcome, Reason, joined
from scheduler.exchange.acd_left_out import LeftOutCount, Seen
from scheduler.exchange.acd_plan import ImportPlan
from scheduler.exchange.acd_queues import UNWANTED, QueueNames
from scheduler.exchange.acd_report import LONGEST_WAIT_S, Waits
from scheduler.exchange.interval_rows import Floats, Ints, Place
from scheduler.exchange.record import Findings

# Offsets of all zones have been multiples of a quarter since 1990, and so have local midnights.
_QUARTER_S = 900
_MOST_PENDING = 1 << 20
_OUTCOMES = (Outcome.HANDLED, Outcome.ABANDONED, Outcome.SENT_ON)
_SECONDS = LONGEST_WAIT_S + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Counted contacts of some bins; arrays have one value a bin.

    Attributes
    ----------
    queue
        Number of the queue.
    starts
        Seconds since 1970 in UTC.
    sums
        Shape (5, bins): offered, handled, abandoned, seconds of handling, contacts so timed.
    """

    queue: Ints
    starts: Ints
    sums: Floats


@dataclass(slots=True)
class Tally:
    """Counts contacts; the one mutable thing of an import, beside its findings.

    Attributes
    ----------
    plan
        What is left out, and what is added.
    file
        Name of the file.
    findings
        Where faults are noted.
    left_out
        What is not counted.
    found, counted
        How many contacts there were, and how many of them are counted.
    open_ended, sent_on
        How many of those counted have no known end, and how many left their queue unanswered
        without giving up.
    timed, without_wrap_up
        How many handling times there are, and how many of them hold no after-call work.
    arrivals
        The first and the last arrival counted, in seconds since 1970; None before there is one.
    """

    plan: ImportPlan
    file: str
    findings: Findings
    left_out: LeftOutCount = field(default_factory=LeftOutCount)
    found: int = 0
    counted: int = 0
    open_ended: int = 0
    sent_on: int = 0
    timed: int = 0
    without_wrap_up: int = 0
    arrivals: tuple[int, int] | None = None
    _names: QueueNames = field(init=False)
    _seen: Seen = field(default_factory=Seen)
    _kept: list[Contacts] = field(default_factory=list)
    _keys: list[Ints] = field(default_factory=list)
    _sums: list[Floats] = field(default_factory=list)
    _pending: int = 0
    _covered: Ints = field(default_factory=lambda: np.array([], dtype=np.int64))
    _waits: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def __post_init__(self) -> None:
        """Begin without a queue."""
        self._names = self.plan.queue_names()

    @property
    def queues(self) -> tuple[str, ...]:
        """Names of the queues found so far."""
        return tuple(self._names.names)

    @property
    def unwanted(self) -> tuple[str, ...]:
        """Names in the file of queues that are left out."""
        return self._names.unwanted

    @property
    def bin_s(self) -> int:
        """Length of a bin in seconds: it divides every interval of every local day."""
        return gcd(int(self.plan.interval.total_seconds()), _QUARTER_S)

    @property
    def covered(self) -> Ints:
        """Starts of the bins in which the file has any contact, counted or not."""
        return self._covered * self.bin_s

    def add(self, contacts: Contacts) -> None:
        """Count contacts; those that may come again in a newer version wait for the end."""
        if contacts.version is not None:
            self._kept.append(contacts)
        else:
            again = np.zeros(len(contacts), dtype=bool)
            if contacts.identity is not None:
                again = ~self._seen.first_time(contacts.identity)
            self._count(contacts, np.where(again, Reason.DUPLICATE, contacts.reason))

    def finish(self) -> Counts:
        """Count what waited, and return the counts by bin, queue by queue."""
        if self._kept:
            contacts = joined(self._kept)
            self._kept.clear()
            older = _superseded(contacts)
            self._count(contacts, np.where(older == 0, contacts.reason, older))
        self._compact()
        keys = self._keys[0] if self._keys else np.array([], dtype=np.int64)
        sums = self._sums[0] if self._sums else np.zeros((5, 0))
        return Counts(queue=keys >> 32, starts=(keys & 0xFFFFFFFF) * self.bin_s, sums=sums)

    def waits(self) -> tuple[Waits, ...]:
        """Return how long the counted contacts of every queue waited, where that is known."""
        known = self._waits.reshape(-1, len(_OUTCOMES), _SECONDS)
        return tuple(
            Waits(queue=name, answered=counts[0], abandoned=counts[1], sent_on=counts[2])
            for name, counts in zip(self.queues, known, strict=False)
            if counts.any()
        )

    def _count(self, contacts: Contacts, reason: Ints) -> None:
        place = Place(file=self.file, numbers=contacts.numbers, findings=self.findings)
        queue, fine = self._names.read(contacts.queue, place)
        reason = self._chosen(replace(contacts, reason=reason), queue)
        bins = contacts.arrived // self.bin_s
        self._covered = np.union1d(self._covered, bins)
        self.found += len(contacts)
        self.left_out.add(reason, contacts.numbers)
        mask = (reason == Reason.COUNTED) & fine
        counted = contacts.where(mask)
        self._note(counted)
        self._add_sums((queue[mask] << 32) | bins[mask], counted)
        self._add_waits(queue[mask], counted)

    def _note(self, counted: Contacts) -> None:
        """Keep what the report tells of the contacts beside their counts."""
        if not len(counted):
            return
        self.counted += len(counted)
        self.open_ended += int((counted.outcome == Outcome.UNKNOWN).sum())
        self.sent_on += int((counted.outcome == Outcome.SENT_ON).sum())
        self.timed += int((counted.handle_s > 0).sum())
        self.without_wrap_up += int(((counted.handle_s > 0) & ~counted.whole).sum())
        first, last = int(counted.arrived.min()), int(counted.arrived.max())
        before = self.arrivals or (first, last)
        self.arrivals = min(first, before[0]), max(last, before[1])

    def _chosen(self, contacts: Contacts, queue: Ints) -> Ints:
        """Apply the choices of the plan to the reasons."""
        reason = contacts.reason.copy()
        if self.plan.include_ivr:
            reason[reason == Reason.MENU] = Reason.COUNTED
        soon = contacts.wait_s < self.plan.short_abandon_s
        soon &= contacts.outcome == Outcome.ABANDONED
        reason[soon & (reason == Reason.COUNTED)] = Reason.SHORT
        reason[(queue == UNWANTED) & (reason == Reason.COUNTED)] = Reason.UNWANTED_QUEUE
        return reason

    def _add_sums(self, keys: Ints, counted: Contacts) -> None:
        # No contact takes no time: logs write 0 where there was nothing to measure.
        timed = counted.handle_s > 0
        handle_s = counted.handle_s + np.where(counted.whole, 0.0, self.plan.wrap_up_s)
        weights = (
            np.ones(keys.size),
            counted.outcome == Outcome.HANDLED,
            counted.outcome == Outcome.ABANDONED,
            np.where(timed, handle_s, 0.0),
            timed,
        )
        self._push(keys, np.stack([np.asarray(each, dtype=np.float64) for each in weights]))
        if self._pending > max(_MOST_PENDING, 2 * self._keys[0].size):
            self._compact()

    def _push(self, keys: Ints, values: Floats) -> None:
        unique, which = np.unique(keys, return_inverse=True)
        sums = [np.bincount(which, weights=row, minlength=unique.size) for row in values]
        self._keys.append(unique)
        self._sums.append(np.stack(sums))
        self._pending += unique.size

    def _compact(self) -> None:
        if len(self._keys) > 1:
            keys, sums = np.concatenate(self._keys), np.concatenate(self._sums, axis=1)
            self._keys.clear()
            self._sums.clear()
            self._push(keys, sums)
            self._pending = 0

    def _add_waits(self, queue: Ints, counted: Contacts) -> None:
        known = ~np.isnan(counted.wait_s) & (counted.outcome != Outcome.UNKNOWN)
        size = len(self._names.names) * len(_OUTCOMES) * _SECONDS
        if size > self._waits.size:
            self._waits = np.concatenate(
                [self._waits, np.zeros(size - self._waits.size, dtype=np.int64)]
            )
        second = np.minimum(counted.wait_s[known], LONGEST_WAIT_S).astype(np.int64)
        row = queue[known] * len(_OUTCOMES) + counted.outcome[known] - 1
        at, count = np.unique(row * _SECONDS + second, return_counts=True)
        self._waits[at] += count


def _superseded(contacts: Contacts) -> Ints:
    """Give every contact of which a newer version follows, or the same again, the reason."""
    if contacts.identity is None or contacts.version is None:
        return np.zeros(len(contacts), dtype=np.int64)
    position = np.arange(len(contacts))
    order = np.lexsort((-position, contacts.version, contacts.identity))
    _, group, size = np.unique(contacts.identity[order], return_inverse=True, return_counts=True)
    best = order[np.cumsum(size) - 1][group]
    reason = np.zeros(len(contacts), dtype=np.int64)
    newer = contacts.version[best] > contacts.version[order]
    reason[order] = np.where(
        order == best, Reason.COUNTED, np.where(newer, Reason.OLDER, Reason.DUPLICATE)
    )
    return reason
