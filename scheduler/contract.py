"""Employment contracts: what one allows and what it demands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from scheduler.errors import Fault, InputError

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
EVERY_DAY = frozenset(range(7))

# What each whole number of a contract may be; None means no limit where it is the default.
_RANGES = {
    "max_days_week": (0, 7),
    "max_consecutive_days": (1, 9999),
    "min_consecutive_days": (1, 31),
    "min_consecutive_days_off": (1, 31),
    "max_weekends": (0, 53),
    "of_weekends": (1, 53),
    "max_early_week": (0, 7),
    "max_late_week": (0, 7),
    "max_unsocial_week": (0, 7),
    "period_weeks": (1, 53),
    "max_hours_period": (0, 9999),
    "normal_hours_week": (0, 168),
    "lieu_weeks": (0, 53),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """What an employment contract allows and demands.

    Weeks run Monday to Sunday in the agent's own zone; a day is worked when a shift starts on it.

    Attributes
    ----------
    name
        The key that agents refer to.
    min_hours_week, max_hours_week
        Paid hours a week.
    period_weeks, min_hours_period, max_hours_period
        Paid hours of any so many weeks in a row; None for no maximum.
    normal_hours_week
        Paid hours a week beyond which time is overtime; None for no such thing.
    max_days_week
        Working days a week.
    max_consecutive_days, min_consecutive_days
        Working days in a row, also across the border of the horizon.
    min_consecutive_days_off
        Free days between two working days, where there are any.
    paired_days_off
        Whether each week has two free days one after the other.
    max_weekends, of_weekends
        At most ``max_weekends`` of any ``of_weekends`` weekends in a row are worked; 1 of 2 is
        every other weekend. None for no limit.
    complete_weekends
        Whether Saturday and Sunday are worked both or not at all.
    forbidden_successions
        Pairs of shift templates: the second never on the day after the first.
    start_tolerance
        How far the starts of one week may lie apart, by the agent's clock; None for no limit.
    max_early_week, max_late_week, max_unsocial_week
        Shifts a week that start early, end late or reach into unsocial hours
        (see :class:`~scheduler.rostering.limits.TeamLimits`); None for no limit.
    most_of_shift
        Pairs of a shift template and how often a week it may be worked.
    most_of_shift_period
        The same for any ``period_weeks`` weeks in a row.
    min_rest
        Least time between the end of a shift and the start of the next, in absolute time.
    weekly_rest
        Least uninterrupted time free of shifts in each week.
    law
        The law that tightens all this (see :mod:`scheduler.labour_law`): its name, ``country``
        for that of the agent's country, empty for none.
    weekdays
        Local weekdays (0 = Monday) on which a shift may start.
    works_public_holidays
        Whether the agent may be rostered on public holidays of their country.
    lieu_weeks
        A public holiday worked is owed a free day within so many weeks, its own among them;
        0 for no such thing.

    Raises
    ------
    InputError
        A bound is negative or a minimum above its maximum.
    """

    name: str
    min_hours_week: float = 0.0
    max_hours_week: float = 40.0
    period_weeks: int = 4
    min_hours_period: float = 0.0
    max_hours_period: float | None = None
    normal_hours_week: float | None = None
    max_days_week: int = 5
    max_consecutive_days: int = 6
    min_consecutive_days: int = 1
    min_consecutive_days_off: int = 1
    paired_days_off: bool = False
    max_weekends: int | None = None
    of_weekends: int = 4
    complete_weekends: bool = False
    forbidden_successions: frozenset[tuple[str, str]] = frozenset()
    start_tolerance: timedelta | None = None
    max_early_week: int | None = None
    max_late_week: int | None = None
    max_unsocial_week: int | None = None
    most_of_shift: tuple[tuple[str, int], ...] = ()
    most_of_shift_period: tuple[tuple[str, int], ...] = ()
    min_rest: timedelta = timedelta(hours=11)
    weekly_rest: timedelta = timedelta(0)
    law: str = ""
    weekdays: frozenset[int] = EVERY_DAY
    works_public_holidays: bool = False
    lieu_weeks: int = 0

    def __post_init__(self) -> None:
        """Refuse bounds that no week can meet."""
        faults = [*self._hours(), *self._counts(), *self._lengths()]
        if faults:
            raise InputError(faults)

    @property
    def named_shifts(self) -> frozenset[str]:
        """Names of the shift templates that the contract speaks of."""
        pairs = {name for pair in self.forbidden_successions for name in pair}
        capped = (*self.most_of_shift, *self.most_of_shift_period)
        return frozenset(pairs | {name for name, _ in capped})

    def _hours(self) -> Iterator[Fault]:
        if not 0 <= self.min_hours_week <= self.max_hours_week <= 168:
            yield Fault(
                column="min_hours_week, max_hours_week",
                expected="0 <= min_hours_week <= max_hours_week <= 168",
                found=f"{self.min_hours_week:g} and {self.max_hours_week:g}",
            )

        if not 0 <= self.min_hours_period <= (self.max_hours_period or 168.0 * self.period_weeks):
            yield Fault(
                column="min_hours_period",
                expected="0 or more and at most max_hours_period",
                found=f"{self.min_hours_period:g}",
            )

    def _counts(self) -> Iterator[Fault]:
        for name, (least, most) in _RANGES.items():
            value = getattr(self, name)
            if value is not None and not least <= value <= most:
                yield Fault(column=name, expected=f"{least} … {most}", found=str(value))
        if self.min_consecutive_days > self.max_consecutive_days:
            yield Fault(
                column="min_consecutive_days",
                expected=f"at most max_consecutive_days, {self.max_consecutive_days}",
                found=str(self.min_consecutive_days),
            )
        for shift, most in self.most_of_shift:
            if not 0 <= most <= 7:
                yield Fault(column="most_of_shift", expected=f"0 … 7 for {shift}", found=str(most))
        for shift, most in self.most_of_shift_period:
            if not 0 <= most <= 371:
                expected = f"0 … 371 for {shift}"
                yield Fault(column="most_of_shift_period", expected=expected, found=str(most))

    def _lengths(self) -> Iterator[Fault]:
        for name in ("min_rest", "start_tolerance"):
            length = getattr(self, name)
            if length is not None and length < timedelta(0):
                yield Fault(column=name, expected="0h or more", found=str(length))
        if not timedelta(0) <= self.weekly_rest <= timedelta(days=6):
            yield Fault(column="weekly_rest", expected="0h … 144h", found=str(self.weekly_rest))
        if not self.weekdays <= EVERY_DAY:
            yield Fault(column="weekdays", expected="0 … 6", found=str(sorted(self.weekdays)))
