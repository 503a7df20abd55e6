"""The steps from a case to a problem, in the one order there is: nobody else puts them in order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from forecasting.forecast import Forecast
from forecasting.special_days import open_share, public_holidays
from scheduler.access import Action, User, decide
from scheduler.errors import AccessDenied, Fault, InputError, Remark
from scheduler.exchange.case import Case, ordered_rules
from scheduler.rostering.activities import Activity
from scheduler.rostering.problem import ORDER, Pin, Problem
from scheduler.rostering.roster import Assignment
from scheduler.staffing.channels import Queue
from scheduler.staffing.deferred import deferred_ceiling, deferred_work
from scheduler.staffing.requirement import Requirement, make_requirement
from scheduler.staffing.shrinkage import compound_shrinkage, rostered_causes
from scheduler.workflows.fitted_patience import fitted_queues, patience_remarks
from scheduler.workflows.scenario import Scenario, changed_people, changed_queues
from scheduler.workflows.week_forecast import forecast_week

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WeekPlan:
    """The weeks of a case that are rostered together, ready for the solver.

    Attributes
    ----------
    case, scenario
        What it was made of.
    monday
        First day of the first week, in the service's zone.
    forecast, requirement, problem
        The steps' results.
    remarks
        What readers and models did that the user should know.
    """

    case: Case
    scenario: Scenario
    monday: date
    forecast: Forecast
    requirement: Requirement
    problem: Problem
    remarks: tuple[Remark, ...]


def require(
    user: User | None, action: Action, *, of_team: str | None = None, of_agent: str | None = None
) -> None:
    """Raise unless the user may take the action, see :func:`scheduler.access.decide`.

    Raises
    ------
    AccessDenied
        With the reason of the decision.
    """
    decision = decide(user, action, of_team=of_team, of_agent=of_agent)
    if not decision.allowed:
        raise AccessDenied(decision.reason)


def week_of(case: Case, wanted: date | None = None) -> date:
    """Return the Monday of the week that holds a date.

    Without a date: the case's own week, else the week after the history ends.

    Raises
    ------
    InputError
        The case says no week and has no history.
    """
    day = wanted or case.week
    if day is None:
        if case.history is None:
            raise InputError(
                Fault(column="week", expected="a date: the case has no history", found="nothing")
            )
        last = case.history.grid.dates()[-1]
        day = last - last.weekday() * _DAY + 7 * _DAY
    return day - day.weekday() * _DAY


def plan_week(
    case: Case,
    week: date | None = None,
    scenario: Scenario | None = None,
    *,
    forecast: Forecast | None = None,
) -> WeekPlan:
    """Walk from a case to a problem: forecast, requirement, people, rules.

    Parameters
    ----------
    case
        The case.
    week
        Any date in the week wanted; see :func:`week_of`.
    scenario
        What to change first.
    forecast
        The week's forecast, made earlier; None makes it.
    """
    scenario = scenario or Scenario()
    monday = week_of(case, week)
    forecast = forecast or forecast_week(case, monday, case.weeks)
    forecast = forecast.scaled(volume=scenario.volume, aht=scenario.aht)
    requirement = staff_week(case, forecast, scenario)
    return WeekPlan(
        case=case,
        scenario=scenario,
        monday=monday,
        forecast=forecast,
        requirement=requirement,
        problem=_problem(case, monday, requirement, scenario),
        remarks=(
            *case.remarks,
            *forecast.remarks,
            *patience_remarks(case),
            *unrostered_shrinkage(case)[1],
        ),
    )


def staff_week(case: Case, forecast: Forecast, scenario: Scenario | None = None) -> Requirement:
    """Turn a forecast into the requirement of a case's queues."""
    scenario = scenario or Scenario()
    queues = changed_queues(fitted_queues(case), scenario)
    shares = [open_share(q.opening, case.special_days, q.name, forecast.grid) for q in queues]
    _refuse_impossible(queues, forecast, shares)
    lost = compound_shrinkage(unrostered_shrinkage(case)[0])
    return make_requirement(
        forecast,
        queues,
        open_share=np.array(shares),
        shrinkage=lost if scenario.shrinkage is None else scenario.shrinkage,
    )


def unrostered_shrinkage(case: Case) -> tuple[dict[str, float], tuple[Remark, ...]]:
    """Return the causes of lost time that the roster does not hold itself, and what was left out.

    A planned cause named like a kind of time off (leave, training …) is in ``time_off`` already,
    ``breaks`` are in the shifts where any shift has one, and activities have their own time;
    counting them twice would overstaff.
    """
    held = {off.kind for off in case.team.time_off}
    held |= {activity.name for activity in case.activities}
    if any(template.breaks for template in case.templates):
        held.add("breaks")
    rostered = rostered_causes(case.shrinkage, case.unplanned, held)
    left_out = tuple(
        Remark(
            file="case.toml",
            text=f"shrinkage for {cause} ({share:.1%}) is left out: the roster holds it itself",
        )
        for cause, share in case.shrinkage.items()
        if cause in rostered and share
    )
    return {c: share for c, share in case.shrinkage.items() if c not in rostered}, left_out


def _refuse_impossible(
    queues: tuple[Queue, ...], forecast: Forecast, shares: list[NDArray[np.float64]]
) -> None:
    """Refuse targets of deferred queues that the calendar forbids, whoever is there."""
    faults = []
    for queue, share in zip(queues, shares, strict=True):
        if not queue.deferred:
            continue
        row = forecast.queues.index(queue.name)
        work = deferred_work(
            queue,
            forecast.grid,
            offered=forecast.offered[row],
            aht_s=forecast.aht_s[row],
            open_share=share,
        )
        ceiling = work.overall(deferred_ceiling(work))
        if ceiling < queue.service_level - 1e-9:
            faults.append(
                Fault(
                    column=f"service_level of queue {queue.name}",
                    expected=f"at most {ceiling:.1%}: the rest falls due within "
                    f"{queue.answer_within} while the queue is closed, however many people "
                    "there are",
                    found=f"{queue.service_level:.0%}",
                )
            )
    if faults:
        raise InputError(faults)


def _problem(case: Case, monday: date, requirement: Requirement, scenario: Scenario) -> Problem:
    team, templates = changed_people(case.team, case.templates, scenario)
    people = {agent.agent_id for agent in team.agents}
    dropped = set(scenario.without_shifts)
    days = frozenset(monday + n * _DAY for n in range(7 * case.weeks))
    known = frozenset({*days, *(pin.day for pin in case.past)})
    years = {day.year for day in known}
    countries = {agent.country for agent in team.agents if agent.country}
    problem = Problem(
        requirement=requirement,
        team=team,
        templates=templates,
        first=monday,
        days=7 * case.weeks,
        requests=(
            *(r for r in case.requests if r.day in days and r.agent_id in people),
            *(
                dated
                for weekly in case.weekly
                if weekly.agent_id in people
                for dated in weekly.dated(monday, 7 * case.weeks)
            ),
        ),
        pins=tuple(
            p
            for p in case.pins
            if p.day in days and p.agent_id in people and p.shift not in dropped
        ),
        holidays={c: frozenset(public_holidays(c, years)) & known for c in countries},
        prices=case.prices,
        limits=case.limits,
        rotations=case.rotations,
        activities=tuple(_activities(case, people)),
        waived=case.waived,
        order=_groups(case.order),
        tolerance=dict(case.tolerance),
    )
    past = [pin for pin in case.past if pin.day < monday and pin.agent_id in people]
    return replace(problem, past=_dated(problem, past))


def _activities(case: Case, people: set[str]) -> Iterator[Activity]:
    """Leave agents out who are not in the team, and activities that are only for such."""
    for activity in case.activities:
        named = activity.agents & people
        if named or not activity.agents:
            yield replace(activity, agents=named)


def _groups(order: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Turn the manager's list into groups: as named and joined, the others together after."""
    if not order:
        return ORDER
    named = tuple(tuple(ordered_rules([level])) for level in order)
    listed = {name for group in named for name in group}
    rest = tuple(name for group in ORDER for name in group if name not in listed)
    return (*named, *((rest,) if rest else ()))


def _dated(problem: Problem, past: list[Pin]) -> tuple[Assignment, ...]:
    """Give past shifts their instants."""
    dated = []
    for pin in past:
        agent = problem.agents[pin.agent_id]
        offered = problem.shifts_on(agent, problem.template_by_name[pin.shift], pin.day)
        shift = next((each for each in offered if pin.meant(each, agent.zone)), None)
        if offered and shift is None:
            found = f"{pin.words} of {pin.agent_id} on {pin.day}"
            expected = f"a start and end that {pin.shift} offers"
            raise InputError(Fault(file="assignments.csv", expected=expected, found=found))
        if shift is not None:
            queues = problem.queues_of(agent)[:1]
            dated.append(Assignment(agent_id=pin.agent_id, shift=shift.settled(), queues=queues))
    return tuple(dated)
