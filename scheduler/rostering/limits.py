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
    people_on_shift
        Pairs of a shift template and how many people get it on one date at most.
    least_on_shift
        Pairs of a shift template and how many people should get it on every date it runs.
    seats
        Pairs of a site and how many people are on shift there at once at most.
    most_away
        How many people may be away on a date before it costs something; None for any number.
    budget
        Wages of the rostered days at most, in the currency of ``Agent.hourly_cost``.
    lead_seniority
        From which seniority on somebody leads; whenever anybody is on shift, a leader should be.
        None where nobody need lead.
    languages
        Pairs of a language, as ``zh`` for the skill ``lang:zh``, and how many who speak it should
        be on shift while any queue is open.
    points
        Pairs of an unpopular shift template and what it counts.
    weekend_points
        What a shift that starts on a Saturday or Sunday counts on top.

    Raises
    ------
    InputError
        A limit below zero.
    """

    early_before: time = time(7)
    late_after: time = time(20)
    unsocial_from: time = time(23)
    unsocial_until: time = time(6)
    people_on_shift: tuple[tuple[str, int], ...] = ()
    least_on_shift: tuple[tuple[str, int], ...] = ()
    seats: tuple[tuple[str, int], ...] = ()
    most_away: int | None = None
    budget: float | None = None
    lead_seniority: int | None = None
    languages: tuple[tuple[str, int], ...] = ()
    points: tuple[tuple[str, int], ...] = ()
    weekend_points: int = 0

    def __post_init__(self) -> None:
        """Refuse limits that say nothing."""
        faults = [*self._faults()]
        if faults:
            raise InputError(faults)

    @property
    def named_shifts(self) -> frozenset[str]:
        """Names of the shift templates that the limits speak of."""
        pairs = (*self.people_on_shift, *self.least_on_shift, *self.points)
        return frozenset(name for name, _ in pairs)

    def of_one_agent(self) -> TeamLimits:
        """Return what of these limits can be judged by one agent's tour: the times of day."""
        return TeamLimits(
            early_before=self.early_before,
            late_after=self.late_after,
            unsocial_from=self.unsocial_from,
            unsocial_until=self.unsocial_until,
        )

    def _faults(self) -> Iterator[Fault]:
        if self.unsocial_from == self.unsocial_until:
            yield Fault(
                column="unsocial_from, unsocial_until",
                expected="two different times",
                found=f"{self.unsocial_from:%H:%M} twice",
            )
        for name in ("people_on_shift", "least_on_shift", "seats", "languages", "points"):
            for key, value in getattr(self, name):
                if not 0 <= value <= 10_000:
                    expected = f"0 … 10000 for {key}"
                    yield Fault(column=name, expected=expected, found=str(value))
        for name in ("most_away", "budget", "lead_seniority", "weekend_points"):
            value = getattr(self, name)
            if value is not None and not 0 <= value <= 1_000_000_000:
                yield Fault(column=name, expected="0 or more", found=f"{value:g}")
