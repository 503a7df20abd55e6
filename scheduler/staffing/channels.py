"""A queue: a stream of contacts of one channel, with its own promise to customers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from math import inf, isfinite
from typing import Final, Literal, get_args

from forecasting.special_days import OpeningHours
from scheduler.errors import Fault, InputError
from scheduler.staffing.deadline import Deadline
from scheduler.staffing.definitions import DEFINITIONS, Definition
from scheduler.staffing.patience_shapes import CurvePatience, MixedPatience

Channel = Literal["phone", "chat", "email", "social"]
Promise = Literal["interval", "day", "week"]
Clock = Literal["wall", "business"]
StaffFor = Literal["mean", "range"]
Patience = timedelta | MixedPatience | CurvePatience | Literal["history"]
STABLE: Final = "stable"
HISTORY: Final = "history"


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """A stream of contacts with its own target.

    Attributes
    ----------
    name
        The key in every file.
    channel
        ``phone`` and ``chat`` are answered while the customer waits; ``email`` and ``social``
        are deferred.
    service_level
        Share of contacts to answer in time, between 0 and 1.
    answer_within
        The threshold of the target; business days are for deferred channels.
    aht
        Mean handling time of a contact (talk, hold and after-contact work) where the forecast
        has none; for chat: of a chat that the agent handles alone.
    opening
        Usual opening hours, in the service's zone.
    definition
        How contacts that abandon count.
    short_abandon
        Up to which wait an abandoned contact is not counted, under
        ``excluding_short_abandons``.
    promise
        Over what the service level is kept: every interval, every day or the week.
    floor
        Least service level in every interval, at most ``service_level``; or ``stable``: the
        smallest number of agents with which the line does not grow without end.
    clock
        Whether the deadline runs all the time or only while the queue is open.
    patience
        Mean time after which a waiting customer abandons; None: they wait for ever. For phone
        also a distribution. ``history``: to be fitted to the waits of the past before staffing.
    max_occupancy
        Largest share of their time on the queue (for chat: of their slots) that agents are to
        be busy in an interval; None for no limit. Not for deferred channels.
    staff_for
        ``mean``: the service level is kept at the forecast's mean. ``range``: it is kept in
        expectation over the range in which the forecast says the rate may lie.
    concurrency
        Chats that an agent handles at a time.
    slowdown
        With j chats at a time each of them takes ``1 + slowdown * (j - 1)`` times as long as
        alone. Below 1, so that another chat at a time never lowers what an agent gets done.
    volume
        Contacts of a usual week as stated, for a queue whose history is short; None where
        nobody knows.
    like
        Name of the queue whose week and day it resembles while its own history is short;
        empty for the one that turns out most alike.

    Raises
    ------
    InputError
        A value out of range, or one that the channel does not have; all of them are reported.
    """

    name: str
    channel: Channel
    service_level: float
    answer_within: Deadline
    aht: timedelta
    opening: OpeningHours
    definition: Definition = "answered_of_offered"
    short_abandon: timedelta = timedelta(seconds=5)
    promise: Promise = "day"
    floor: float | Literal["stable"] = 0.6
    clock: Clock = "wall"
    patience: Patience | None = None
    max_occupancy: float | None = None
    staff_for: StaffFor = "mean"
    concurrency: int = 1
    slowdown: float = 0.2
    volume: float | None = None
    like: str = ""

    def __post_init__(self) -> None:
        """Check every value, alone and with the others."""
        faults = [
            Fault(column=f"{column} of queue {self.name!r}", expected=expected, found=found)
            for column, expected, found, holds in (*self._values(), *self._fitting())
            if not holds
        ]
        if faults:
            raise InputError(faults)

    def _values(self) -> Iterator[tuple[str, str, str, bool]]:
        """Yield (column, expected, found, whether it holds) for every value alone."""
        named = bool(self.name.strip()) and ";" not in self.name
        yield "name", "a name without ';'", repr(self.name), named
        for column, value, allowed in (
            ("channel", self.channel, get_args(Channel)),
            ("definition", self.definition, DEFINITIONS),
            ("promise", self.promise, get_args(Promise)),
            ("clock", self.clock, get_args(Clock)),
            ("staff_for", self.staff_for, get_args(StaffFor)),
        ):
            yield column, f"one of {', '.join(allowed)}", repr(value), value in allowed
        level = f"{self.service_level:g}"
        yield "service_level", "above 0 and below 1", level, 0 < self.service_level < 1
        yield "aht", "more than 0s", str(self.aht), self.aht > timedelta(0)
        patient = not isinstance(self.patience, timedelta) or self.patience > timedelta(0)
        yield "patience", "more than 0s, or none", str(self.patience), patient
        short = self.short_abandon >= timedelta(0)
        yield "short_abandon", "0s or more", str(self.short_abandon), short
        capped = self.max_occupancy is None or 0 < self.max_occupancy <= 1
        yield "max_occupancy", "above 0, at most 1", f"{self.max_occupancy}", capped
        several = f"{self.concurrency:g}"
        yield "concurrency", "a whole number, 1 … 20", several, self.concurrency in range(1, 21)
        slows = isfinite(self.slowdown) and 0 <= self.slowdown < 1
        yield "slowdown", "0 or more and below 1", f"{self.slowdown:g}", slows
        some = self.volume is None or (isfinite(self.volume) and self.volume > 0)
        yield "volume", "more than 0 contacts a week", f"{self.volume}", some

    def _fitting(self) -> Iterator[tuple[str, str, str, bool]]:
        """Yield (column, expected, found, whether it holds) for values beside others."""
        stable = self.floor == STABLE
        fits = stable or (not isinstance(self.floor, str) and 0 <= self.floor <= self.service_level)
        expected = f"0 … {self.service_level:g} (the service level), or {STABLE!r}"
        yield "floor", expected, f"{self.floor}", fits
        alone = self.channel == "chat" or self.concurrency == 1
        yield "concurrency", f"1 for {self.channel}", f"{self.concurrency}", alone
        in_days = self.answer_within.business_days > 0
        within = str(self.answer_within)
        yield "answer_within", "no business days", within, self.deferred or not in_days
        limits = self.max_occupancy is not None or self.staff_for != "mean"
        expected = f"neither for {self.channel}: its work can wait"
        found = f"{self.max_occupancy}, {self.staff_for}"
        yield "max_occupancy, staff_for", expected, found, not (limits and self.deferred)
        shaped = isinstance(self.patience, MixedPatience | CurvePatience)
        expected = f"a mean time for {self.channel}: distributions are for phone"
        yield "patience", expected, str(self.patience), self.channel == "phone" or not shaped
        waits = self.patience is None or not self.deferred
        yield "patience", f"none for {self.channel}", str(self.patience), waits
        yield "like", "another queue", repr(self.like), self.like != self.name

    @property
    def deferred(self) -> bool:
        """Whether the work can wait: email and social."""
        return self.channel in ("email", "social")

    @property
    def aht_s(self) -> float:
        """Mean handling time in seconds."""
        return self.aht.total_seconds()

    @property
    def answer_within_s(self) -> float:
        """The threshold in seconds; 0 for business days."""
        return self.answer_within.span.total_seconds()

    @property
    def short_abandon_s(self) -> float:
        """The longest wait of an abandon that is not counted, in seconds."""
        return self.short_abandon.total_seconds()

    @property
    def patience_s(self) -> float:
        """Mean patience in seconds, infinite for none.

        Raises
        ------
        InputError
            It is still to be fitted to the history.
        """
        if self.patience == HISTORY:
            column, expected = f"patience of queue {self.name}", "a patience fitted to its waits"
            raise InputError(Fault(column=column, expected=expected, found=repr(HISTORY)))
        if self.patience_shape is not None:
            return self.patience_shape.mean_s
        return self.patience.total_seconds() if isinstance(self.patience, timedelta) else inf

    @property
    def patience_shape(self) -> MixedPatience | CurvePatience | None:
        """The distribution of patience; None where a mean or nothing is known of it."""
        shaped = isinstance(self.patience, MixedPatience | CurvePatience)
        return self.patience if shaped else None  # type: ignore[return-value]  # just checked

    @property
    def stretch(self) -> tuple[float, ...]:
        """How many times as long a contact takes with 1 … ``concurrency`` at a time."""
        return tuple(1.0 + self.slowdown * others for others in range(self.concurrency))
