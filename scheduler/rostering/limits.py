"""What rules need to know about the whole team, beside contracts and agents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time

from scheduler.errors import Fault, InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamLimits:
    """Parameters of rules that concern the team as a whole; every default changes nothing.

    Clock times are each agent's own.

    Attributes
    ----------
    early_before
        A shift that starts before is an early one.
    late_after
        A shift that ends after, or on the next day, is a late one.
    unsocial_from, unsocial_until
        A shift that reaches into these hours of any night is an unsocial-hour one; an end at or
        before the start means the next day.

    Raises
    ------
    InputError
        A limit below zero.
    """

    early_before: time = time(7)
    late_after: time = time(20)
    unsocial_from: time = time(23)
    unsocial_until: time = time(6)

    def __post_init__(self) -> None:
        """Refuse limits that say nothing."""
        faults = [*self._faults()]
        if faults:
            raise InputError(faults)

    def _faults(self) -> Iterator[Fault]:
        if self.unsocial_from == self.unsocial_until:
            yield Fault(
                column="unsocial_from, unsocial_until",
                expected="two different times",
                found=f"{self.unsocial_from:%H:%M} twice",
            )
