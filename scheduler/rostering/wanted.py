"""How many people are wanted on a shift, and what one missing or one too many counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from scheduler.errors import Fault, InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleWanted:
    """So many people should get one shift template on one date.

    Attributes
    ----------
    day
        The date, by each agent's own calendar.
    shift
        Name of the template.
    people
        How many are wanted.
    short_weight, over_weight
        What each person missing, and each beyond those wanted, counts.

    Raises
    ------
    InputError
        A figure is below zero.
    """

    day: date
    shift: str
    people: int
    short_weight: int = 1
    over_weight: int = 0

    def __post_init__(self) -> None:
        """Refuse figures that would reward a fault."""
        faults = [
            Fault(
                column=f"{name} of shift {self.shift} on {self.day}",
                expected="0 … 100000",
                found=str(value),
            )
            for name in ("people", "short_weight", "over_weight")
            if not 0 <= (value := getattr(self, name)) <= 100_000
        ]
        if faults:
            raise InputError(faults)
