"""Early, late and unsocial-hour shifts, bounded a week."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from forecasting.grid import local_instant
from scheduler.people import Agent
from scheduler.rostering.limits import TeamLimits
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Roster, Violation
from scheduler.rostering.rules.shifts_a_week import WeeklyCap, exceeded_caps, post_caps
from scheduler.rostering.rules.worked_days import DAY
from scheduler.rostering.shifts import Shift

if TYPE_CHECKING:
    from scheduler.rostering.variables import RosterModel

KINDS = ("early", "late", "unsocial")


class HoursOfDay:
    """What is early or late is the team's to say; whose clock it is, never: the agent's."""

    name = "hours_of_day"
    sentence = (
        "An agent gets at most so many early, late and unsocial-hour shifts a week, "
        "by the agent's clock."
    )
    unit = "shifts"

    def post(self, model: RosterModel) -> None:
        """Bound the shifts of each kind in each week."""
        post_caps(model, self.name, _caps)

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Count the shifts of each kind in each week."""
        return exceeded_caps(problem, roster, self.name, _caps)


def kinds_of(limits: TeamLimits, shift: Shift, agent: Agent) -> frozenset[str]:
    """Which of early, late and unsocial a shift is, by the agent's clock."""
    found = set()
    if shift.start < _at(shift.day, limits.early_before, agent):
        found.add("early")
    if shift.end > _at(shift.day, limits.late_after, agent):
        found.add("late")
    overnight = limits.unsocial_until <= limits.unsocial_from
    for back in (-1, 0, 1):
        night = shift.day + back * DAY
        begins = _at(night, limits.unsocial_from, agent)
        ends = _at(night + overnight * DAY, limits.unsocial_until, agent)
        if shift.start < ends and begins < shift.end:
            found.add("unsocial")
    return frozenset(found)


def _at(day: date, clock: time, agent: Agent) -> datetime:
    return local_instant(day, clock, agent.zone)


def _caps(problem: Problem, agent: Agent, monday: date) -> Iterator[WeeklyCap]:
    contract = problem.contract_on(agent.agent_id, monday + 6 * DAY)
    for kind in KINDS:
        most = getattr(contract, f"max_{kind}_week")
        if most is not None:
            yield WeeklyCap(
                most=most,
                counts=lambda shift, kind=kind: kind in kinds_of(problem.limits, shift, agent),  # type: ignore[misc]  # the default binds the name
                words=lambda number, kind=kind: f"{number} {kind} shifts",  # type: ignore[misc]  # as above
            )
