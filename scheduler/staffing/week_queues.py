"""A queue as the week simulator sees it: how its contacts wait, are handled and count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf, isfinite, log1p, sqrt
from typing import Literal, get_args

from scheduler.errors import Fault, InputError
from scheduler.staffing.definitions import DEFINITIONS, Definition

Kind = Literal["call", "chat", "deferred"]
Handling = Literal["exponential", "lognormal", "deterministic"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekQueue:
    """What one queue's contacts are like.

    Attributes
    ----------
    name
        How faults name the queue.
    kind
        ``call``: an agent handles one at a time. ``chat``: several. ``deferred``: work that
        nobody waits for, in time when it is *finished* before it falls due.
    answer_within_s
        Threshold of the target, s; for deferred work the time to finish it, unless the
        simulation is given other due instants.
    definition, short_abandon_s
        How contacts that abandon count, and up to which wait an abandon is short, s.
    patience_s
        Mean patience, s, exponential; infinite where nobody abandons.
    handling, handling_cv
        Distribution of the handling time around its mean, and the coefficient of variation of
        the lognormal one.
    priority
        Waiting contacts of lower numbers are answered first; all deferred work comes after.
    concurrency, slowdown
        Chats that an agent handles at a time, whatever queues they come from; with j of them
        each takes ``1 + slowdown (j - 1)`` times as long as alone.
    redial, redial_after_s
        Chance that who abandons comes again, and mean time until then, s, exponential. They come
        with the same work and new patience.
    keep_free
        Agents of this queue that must be left with nothing in hand when deferred work is begun.

    Raises
    ------
    InputError
        A value out of range, or one that the kind does not have; all of them are reported.
    """

    name: str
    kind: Kind = "call"
    answer_within_s: float = 20.0
    definition: Definition = "answered_of_offered"
    short_abandon_s: float = 5.0
    patience_s: float = inf
    handling: Handling = "exponential"
    handling_cv: float = 1.0
    priority: int = 0
    concurrency: int = 1
    slowdown: float = 0.0
    redial: float = 0.0
    redial_after_s: float = 600.0
    keep_free: int = 0

    def __post_init__(self) -> None:
        """Check every value, alone and with the kind."""
        faults = [
            Fault(column=f"{column} of queue {self.name!r}", expected=expected, found=str(value))
            for column, expected, value, holds in (*self._values(), *self._fitting())
            if not holds
        ]
        if faults:
            raise InputError(faults)

    def _values(self) -> Iterator[tuple[str, str, object, bool]]:
        """Yield (column, expected, value, whether it holds) for every value alone."""
        for column, word, allowed in (
            ("kind", self.kind, get_args(Kind)),
            ("definition", self.definition, DEFINITIONS),
            ("handling", self.handling, get_args(Handling)),
        ):
            yield column, f"one of {', '.join(allowed)}", repr(word), word in allowed
        for column in ("answer_within_s", "short_abandon_s", "handling_cv"):
            number = getattr(self, column)
            yield column, "0 or more, finite", number, isfinite(number) and number >= 0
        yield "patience_s", "above 0, infinite for none", self.patience_s, self.patience_s > 0
        yield "slowdown", "0 or more and below 1", self.slowdown, 0 <= self.slowdown < 1
        yield "redial", "0 … 0.95", self.redial, 0 <= self.redial <= 0.95
        later = isfinite(self.redial_after_s) and self.redial_after_s > 0
        yield "redial_after_s", "above 0, finite", self.redial_after_s, later
        several = self.concurrency in range(1, 21)
        yield "concurrency", "a whole number, 1 … 20", self.concurrency, several
        free = self.keep_free in range(100_001)
        yield "keep_free", "a whole number, 0 or more", self.keep_free, free

    def _fitting(self) -> Iterator[tuple[str, str, object, bool]]:
        """Yield (column, expected, value, whether it holds) for values beside the kind."""
        alone = self.kind == "chat" or self.concurrency == 1
        yield "concurrency", f"1 for {self.kind}", self.concurrency, alone
        waits = self.kind != "deferred"
        yield (
            "patience_s",
            "infinite for deferred",
            self.patience_s,
            waits or self.patience_s == inf,
        )
        yield "keep_free", "0 for deferred", self.keep_free, waits or self.keep_free == 0

    @property
    def spread(self) -> float:
        """Standard deviation of the logarithm of a handling time; -1 for exponential times."""
        if self.handling == "exponential":
            return -1.0
        return sqrt(log1p(self.handling_cv**2)) if self.handling == "lognormal" else 0.0
