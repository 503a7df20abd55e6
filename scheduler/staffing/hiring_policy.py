"""What a planner states about hiring; turned into the terms of a hiring plan."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

from scheduler.errors import Fault, InputError
from scheduler.staffing.capacity import HiringTerms

_WEEKS_A_YEAR = 365.25 / 7


@dataclass(frozen=True, slots=True, kw_only=True)
class HiringPolicy:
    """How people come and go.

    Attributes
    ----------
    headcount
        People employed at the start; None: the agents of the team.
    hours_week
        Paid hours of a person in a week; None: the mean of the most that contracts allow.
    attrition_year
        Share of the people who leave within a year.
    ramp
        What a new person is worth in their first, second, ... week, 0 to 1; then a whole agent.
    first_start
        Weeks from now until the first new person can start.
    max_hires_week
        Most people who can start in a week; None for no limit.
    schedule_fit
        Share of the paid time on the queue that shifts put where it is needed: no pattern of
        shifts fits a curve of need entirely.
    hiring_cost
        Of finding and training a person.
    hourly_cost
        Of a paid hour; None: the mean of the team's.
    shortfall_factor
        What an hour that is missing costs, in paid hours.

    Raises
    ------
    InputError
        A value out of range; all of them are reported.
    """

    headcount: int | None = None
    hours_week: float | None = None
    attrition_year: float = 0.25
    ramp: tuple[float, ...] = (0.0, 0.0, 0.5, 0.75)
    first_start: int = 4
    max_hires_week: int | None = None
    schedule_fit: float = 0.9
    hiring_cost: float = 3000.0
    hourly_cost: float | None = None
    shortfall_factor: float = 3.0

    def __post_init__(self) -> None:
        """Check every value."""
        hours, cost = self.hours_week, self.hourly_cost
        checks = (
            ("headcount", "0 or more", self.headcount, (self.headcount or 0) >= 0),
            ("hours_week", "above 0, at most 168", hours, hours is None or 0 < hours <= 168),
            ("attrition_year", "0 or more and below 1", self.attrition_year,
             0 <= self.attrition_year < 1),
            ("ramp", "numbers from 0 to 1, at most 104 of them", self.ramp,
             all(0 <= worth <= 1 for worth in self.ramp) and len(self.ramp) <= 104),
            ("first_start", "0 or more", self.first_start, self.first_start >= 0),
            ("max_hires_week", "0 or more", self.max_hires_week, (self.max_hires_week or 0) >= 0),
            ("schedule_fit", "above 0, at most 1", self.schedule_fit, 0 < self.schedule_fit <= 1),
            ("hiring_cost", "0 or more", self.hiring_cost, 0 <= self.hiring_cost < 1e9),
            ("hourly_cost", "above 0", cost, cost is None or (cost > 0 and isfinite(cost))),
            ("shortfall_factor", "0 or more", self.shortfall_factor,
             0 <= self.shortfall_factor < 1e6),
        )  # fmt: skip
        faults = [
            Fault(column=name, expected=expected, found=str(value))
            for name, expected, value, holds in checks
            if not holds
        ]
        if faults:
            raise InputError(faults)

    def terms(self, *, shrinkage: float, weekly_cost: float) -> HiringTerms:
        """Return the terms by the week.

        Parameters
        ----------
        shrinkage
            Share of paid time in which agents are not on the queue, leave included.
        weekly_cost
            Of a person.
        """
        on_queue = weekly_cost / (1.0 - shrinkage)
        return HiringTerms(
            attrition=1.0 - (1.0 - self.attrition_year) ** (1.0 / _WEEKS_A_YEAR),
            ramp=self.ramp,
            shrinkage=shrinkage,
            hiring_cost=self.hiring_cost,
            idle_cost=on_queue,
            shortfall_cost=on_queue * self.shortfall_factor,
        )
