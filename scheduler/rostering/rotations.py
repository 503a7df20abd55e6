"""Rotation templates: who gets which shift on which day of which week, round and round."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from scheduler.errors import Fault, InputError

OFF = "off"
ANY = "any"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """A round of weeks, each a shift for every day from Monday to Sunday.

    Attributes
    ----------
    name
        The key that agents refer to.
    weeks
        For each week seven words: the name of a shift template, ``off`` or ``any``.

    Raises
    ------
    InputError
        No week, or a week without seven days.
    """

    name: str
    weeks: tuple[tuple[str, ...], ...]

    def __post_init__(self) -> None:
        """Refuse what is no round of weeks."""
        if not self.weeks or any(len(week) != 7 for week in self.weeks):
            lengths = ", ".join(str(len(week)) for week in self.weeks)
            expected = "weeks of seven days each, Monday to Sunday"
            raise InputError(Fault(column="weeks", expected=expected, found=f"days: {lengths}"))

    @property
    def named_shifts(self) -> frozenset[str]:
        """Names of the shift templates that the rotation speaks of."""
        return frozenset(name for week in self.weeks for name in week) - {OFF, ANY}

    def on(self, day: date, start: date) -> str:
        """Return the word for a date, where the first week is the one that holds ``start``."""
        first = start - start.weekday() * timedelta(days=1)
        weeks, weekday = divmod((day - first).days, 7)
        return self.weeks[weeks % len(self.weeks)][weekday]
