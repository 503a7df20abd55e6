"""A planner's hiring plan: from a long forecast to who starts in which week."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forecasting.forecast import Forecast
from forecasting.grid import TimeGrid
from scheduler.access import Action, User
from scheduler.errors import Remark
from scheduler.exchange.case import Case
from scheduler.staffing.capacity import HiringPlan, plan_hiring
from scheduler.staffing.shrinkage import compound_shrinkage
from scheduler.workflows.week import require, staff_week, week_of
from scheduler.workflows.week_forecast import forecast_week

_WEEK = timedelta(days=7)
# Of an hour where neither case nor team states one.
_HOURLY_COST = 20.0
_SECONDS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PeoplePlan:
    """Whom to hire when; arrays of shape (weeks,).

    Attributes
    ----------
    mondays
        First days of the weeks, in the service's zone.
    offered
        Contacts expected, all queues together.
    required
        People needed on the queues at the same time, as whole weeks of one person each, so
        that shifts which fit as badly as stated still cover the need.
    plan
        Hires, headcount, what is missing or idle, and the cost.
    headcount
        People employed at the start.
    hours_week, hourly_cost, shrinkage
        Paid hours of a person, the cost of one, and the share of them lost by all causes.
    remarks
        What forecasting did that the user should know.
    """

    mondays: tuple[date, ...]
    offered: NDArray[np.float64]
    required: NDArray[np.float64]
    plan: HiringPlan
    headcount: int
    hours_week: float
    hourly_cost: float
    shrinkage: float
    remarks: tuple[Remark, ...]


def plan_people(
    user: User, case: Case, *, weeks: int = 26, start: date | None = None
) -> PeoplePlan:
    """Plan hires for a case over some weeks.

    All people are taken to serve all queues. Lost time is that of all causes, also of those
    that a roster holds, for no roster holds the leave of the months to come.

    Parameters
    ----------
    user
        Who asks; planners may.
    case
        The case, with its policy of hiring.
    weeks
        How many.
    start
        Any date in the first week; see :func:`scheduler.workflows.week.week_of`.

    Raises
    ------
    AccessDenied
        The user may not compare scenarios.
    InputError
        The case cannot be forecast or staffed.
    """
    require(user, Action.COMPARE)
    policy = case.hiring
    monday = week_of(case, start)
    found = forecast_week(case, monday, weeks)
    mondays = tuple(monday + n * _WEEK for n in range(weeks))
    parts = [_part(found, first) for first in mondays]
    hours_week = policy.hours_week or _contract_hours(case)
    hourly_cost = policy.hourly_cost or _team_cost(case)
    hours = np.array([_queue_hours(case, part) for part in parts])
    required = hours / hours_week / policy.schedule_fit
    lost = compound_shrinkage(case.shrinkage)
    headcount = len(case.team.agents) if policy.headcount is None else policy.headcount
    # No plan hires more than all who are ever needed, however they learn.
    limit = float(np.ceil(required.max() / (1.0 - lost)) * 4.0 + 4.0)
    most = np.full(weeks, limit if policy.max_hires_week is None else policy.max_hires_week)
    most[: policy.first_start] = 0.0
    terms = policy.terms(shrinkage=lost, weekly_cost=hours_week * hourly_cost)
    return PeoplePlan(
        mondays=mondays,
        offered=np.array([part.offered.sum() for part in parts]),
        required=required,
        plan=plan_hiring(
            required, headcount=headcount, terms=terms, max_hires=most, seconds=_SECONDS
        ),
        headcount=headcount,
        hours_week=hours_week,
        hourly_cost=hourly_cost,
        shrinkage=lost,
        remarks=found.remarks,
    )


def people_numbers(found: PeoplePlan) -> dict[str, Any]:
    """Give a plan's numbers, ready for JSON."""
    plan = found.plan
    return {
        "weeks": [
            {
                "monday": str(monday),
                "offered": round(float(found.offered[n]), 1),
                "required": round(float(found.required[n]), 2),
                "hires": int(plan.hires[n]),
                "headcount": round(float(plan.headcount[n]), 2),
                "capacity": round(float(plan.capacity[n]), 2),
                "shortfall": round(float(plan.shortfall[n]), 2),
                "idle": round(float(plan.idle[n]), 2),
            }
            for n, monday in enumerate(found.mondays)
        ],
        "hires": int(plan.hires.sum()),
        "cost": plan.cost,
        "bound": plan.bound,
        "status": plan.status,
        "headcount": found.headcount,
        "hours_week": found.hours_week,
        "hourly_cost": found.hourly_cost,
        "shrinkage": found.shrinkage,
        "remarks": [str(remark) for remark in found.remarks],
    }


def _part(found: Forecast, monday: date) -> Forecast:
    """Cut one week out of a forecast."""
    first = np.datetime64(monday, "D")
    days = found.grid.local_dates
    at = (days >= first) & (days < first + np.timedelta64(7, "D"))
    return replace(
        found,
        grid=TimeGrid.over_days(monday, 7, found.grid.interval, found.grid.zone),
        offered=found.offered[:, at],
        quantiles=found.quantiles[:, :, at],
        aht_s=found.aht_s[:, at],
        aht_quantiles=found.aht_quantiles[:, :, at],
    )


def _queue_hours(case: Case, part: Forecast) -> float:
    """Return the agent-hours that a week needs on its queues, before shrinkage."""
    need = staff_week(case, part)
    return float(need.base.sum()) * need.grid.interval_s / 3600.0


def _contract_hours(case: Case) -> float:
    hours = [case.team.contract_of(agent).max_hours_week for agent in case.team.agents]
    return float(np.mean(hours)) if any(hours) else 40.0


def _team_cost(case: Case) -> float:
    costs = [agent.hourly_cost for agent in case.team.agents if agent.hourly_cost]
    return float(np.mean(costs)) if costs else _HOURLY_COST
