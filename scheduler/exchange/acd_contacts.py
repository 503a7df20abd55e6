"""Contacts as exports list them, and why some of them are left out of a history."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from scheduler.exchange.interval_rows import Cells, Floats, Ints, Mask

Hashes = NDArray[np.uint64]


class Outcome(IntEnum):
    """What became of a contact.

    ``SENT_ON`` left the queue neither answered nor by the customer's will: a timeout, a key
    pressed for the voice mail.
    """

    UNKNOWN = 0
    HANDLED = 1
    ABANDONED = 2
    SENT_ON = 3


class Reason(IntEnum):
    """Why a contact or row is left out; COUNTED for those that are not."""

    COUNTED = 0
    TOTAL = 1
    DUPLICATE = 2
    OLDER = 3
    OUTBOUND = 4
    MENU = 5
    CLOSED = 6
    SHORT = 7
    PHANTOM = 8
    DELETED = 9
    SPAM = 10
    UNWANTED_QUEUE = 11
    NO_BEGINNING = 12
    INCOMPLETE = 13


WORDS = {
    Reason.TOTAL: "sums up other rows, or is a note",
    Reason.DUPLICATE: "stands in the file twice",
    Reason.OLDER: "an older version of a contact that stands in the file again",
    Reason.OUTBOUND: "made by the team, not by a customer",
    Reason.MENU: "ended in the menu (IVR), before any queue",
    Reason.CLOSED: "came outside opening hours, as the export says",
    Reason.SHORT: "abandoned sooner than short_abandon_s",
    Reason.PHANTOM: "a phantom call, as the log says",
    Reason.DELETED: "deleted",
    Reason.SPAM: "spam",
    Reason.UNWANTED_QUEUE: "its queue is not wanted",
    Reason.NO_BEGINNING: "entered its queue before the log begins",
    Reason.INCOMPLETE: "an interval that was not over when it was exported",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Contacts:
    """Contacts of one part of a file; arrays have one value a contact.

    Attributes
    ----------
    arrived
        Seconds since 1970 in UTC.
    queue
        Name of the queue as the file writes it; empty where there is none.
    outcome, reason
        Values of :class:`Outcome` and :class:`Reason`.
    wait_s
        Time in the queue, in seconds; NaN where unknown.
    handle_s
        Time of an agent, in seconds; NaN where unknown, 0 where it was not measured.
    whole
        Whether ``handle_s`` holds after-call work.
    numbers
        The row of each as a spreadsheet counts it.
    identity
        Hash of what makes a contact the same as another; None where nothing tells.
    version
        Of several with the same identity the one with the highest version counts, without
        versions the first.
    """

    arrived: Ints
    queue: Cells
    outcome: Ints
    reason: Ints
    wait_s: Floats
    handle_s: Floats
    whole: Mask
    numbers: Ints
    identity: Hashes | None = None
    version: Floats | None = None

    def __len__(self) -> int:
        return self.arrived.size

    def where(self, mask: Mask | Ints) -> Contacts:
        """Return the contacts where the mask holds, or at these positions."""
        return replace(
            self,
            arrived=self.arrived[mask],
            queue=self.queue.where(mask),
            outcome=self.outcome[mask],
            reason=self.reason[mask],
            wait_s=self.wait_s[mask],
            handle_s=self.handle_s[mask],
            whole=self.whole[mask],
            numbers=self.numbers[mask],
            identity=None if self.identity is None else self.identity[mask],
            version=None if self.version is None else self.version[mask],
        )


def joined(parts: Iterable[Contacts]) -> Contacts:
    """Join the contacts of several parts of a file, at least one."""
    parts = list(parts)
    first = parts[0]
    names = [name for part in parts for name in part.queue.texts]
    offsets = np.cumsum([0, *(len(part.queue.texts) for part in parts)])
    texts = list(dict.fromkeys(names))
    position = {name: at for at, name in enumerate(texts)}
    places = np.array([position[name] for name in names], dtype=np.int64)
    codes = [
        places[part.queue.codes + offset] if len(part) else part.queue.codes
        for part, offset in zip(parts, offsets, strict=False)
    ]

    def column(name: str) -> NDArray[np.generic]:
        return np.concatenate([getattr(part, name) for part in parts])

    plain = ("arrived", "outcome", "reason", "wait_s", "handle_s", "whole", "numbers")
    optional = [name for name in ("identity", "version") if getattr(first, name) is not None]
    arrays: dict[str, NDArray[np.generic]] = {name: column(name) for name in (*plain, *optional)}
    queue = Cells(name=first.queue.name, texts=texts, codes=np.concatenate(codes))
    return replace(first, queue=queue, **arrays)  # type: ignore[arg-type]  # kinds as in the parts


def first_reason(size: int, reasons: Iterable[tuple[Reason, Mask]]) -> Ints:
    """Give every contact the first reason whose mask holds."""
    found = np.zeros(size, dtype=np.int64)
    for reason, mask in reasons:
        found[mask & (found == 0)] = int(reason)
    return found
