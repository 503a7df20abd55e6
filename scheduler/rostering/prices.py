"""What departures from the wished cost, and which of them matter first."""

from __future__ import annotations

from dataclasses import dataclass, fields

from scheduler.errors import Fault, InputError

ORDER = (
    (
        *("promise", "coverage", "deferred", "people_wanted", "languages", "lead_present"),
        *("least_on_shift", "activities", "changes"),
    ),
    ("requests", "away", "fairness", "open_end", "overtime", "holidays_worked", "paid_time"),
    ("service",),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """What departures from the wished cost, in minutes of paid time per unit.

    Attributes
    ----------
    promise
        One thousandth of a contact answered late, below the promised share.
    coverage
        One minute of one agent missing from a floor, or from a requirement promised for every
        interval.
    deferred
        One minute of deferred work not done when due.
    people_wanted
        One unit of weight of a person missing on a shift, or too many.
    change
        One agent's day that differs from the published roster, with a week's notice; shorter
        notice costs more.
    language
        One minute of one speaker of a wanted language missing.
    lead
        One minute in which people are on shift and nobody who leads.
    least_on_shift
        One person missing from a shift on a date.
    request
        One unit of weight of a wish not granted.
    away
        One person more away on a date than may be.
    fairness
        One point for unpopular shifts above somebody's fair share.
    open_end
        One day by which a run that the horizon cuts off must still go on.
    overtime
        One minute of overtime, on top of its paid time.
    holidays_worked
        One paid minute on a public holiday, on top of its paid time.
    paid_time
        One paid minute.
    service
        One contact answered late, beyond the promise.
    """

    promise: int = 1
    coverage: int = 50
    deferred: int = 20
    people_wanted: int = 60
    change: int = 1000
    language: int = 5
    lead: int = 5
    least_on_shift: int = 600
    request: int = 30
    away: int = 60
    fairness: int = 60
    open_end: int = 30
    overtime: int = 1
    holidays_worked: int = 1
    paid_time: int = 1
    service: int = 1

    def __post_init__(self) -> None:
        """Refuse prices that would reward a fault."""
        faults = [
            Fault(column=f"price of {each.name}", expected="0 … 100000", found=repr(value))
            for each in fields(self)
            if not 0 <= (value := getattr(self, each.name)) <= 100_000
        ]
        if faults:
            raise InputError(faults)
