"""An instance of the Curtois–Qu benchmark as a problem of our own, and rosters as its solutions.

There is no second model: every limit of a person is a limit of a contract, every wish a request,
every cover a number of people wanted, so the objective is the benchmark's own.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from forecasting.grid import TimeGrid
from forecasting.special_days import OpeningHours
from scheduler.errors import Fault, InputError
from scheduler.exchange.curtois_qu import Instance, ShiftType, Staff, Wish
from scheduler.exchange.record import Findings
from scheduler.exchange.refusal import among, shown
from scheduler.people import Agent, Contract, Team
from scheduler.rostering.prices import ORDER, Prices
from scheduler.rostering.problem import Problem, Request
from scheduler.rostering.roster import Assignment, Roster
from scheduler.rostering.shifts import ShiftTemplate
from scheduler.rostering.wanted import PeopleWanted
from scheduler.staffing.channels import Queue
from scheduler.staffing.deadline import Deadline
from scheduler.staffing.requirement import Requirement

MONDAY = date(2024, 1, 1)
_QUEUE = "cover"
_UTC = ZoneInfo("UTC")
_DAY = timedelta(days=1)


def problem_of(instance: Instance) -> Problem:
    """State an instance in our own words.

    The format knows lengths of shifts but no times of day, so every shift begins at midnight
    and rest is left to the forbidden successions. Day 0 becomes a Monday of 2024.
    """
    weeks = instance.days // 7
    successions = frozenset(
        (shift.name, after) for shift in instance.shifts for after in shift.forbidden_after
    )
    contracts = tuple(_contract(person, weeks, successions) for person in instance.staff)
    return Problem(
        requirement=_nothing_required(instance.days),
        team=Team(agents=tuple(map(_agent, instance.staff)), contracts=contracts),
        templates=tuple(map(_template, instance.shifts)),
        first=MONDAY,
        days=instance.days,
        requests=(
            *(
                Request(agent_id=name, day=MONDAY + day * _DAY, kind="cannot")
                for name, day in instance.days_off
            ),
            *(_request(wish, "want") for wish in instance.on_requests if wish.weight),
            *(_request(wish, "avoid") for wish in instance.off_requests if wish.weight),
        ),
        open_start=True,
        wanted=tuple(
            PeopleWanted(
                day=MONDAY + cover.day * _DAY,
                shift=cover.shift,
                people=cover.people,
                short_weight=cover.under,
                over_weight=cover.over,
            )
            for cover in instance.cover
        ),
        prices=Prices(request=1, people_wanted=1, paid_time=0, open_end=0),
        order=(tuple(name for group in ORDER for name in group),),
    )


def _contract(person: Staff, weeks: int, successions: frozenset[tuple[str, str]]) -> Contract:
    days = 7 * weeks
    caps = tuple((name, most) for name, most in person.most_of.items() if 0 < most < days)
    return Contract(
        name=person.name,
        max_hours_week=168,
        period_weeks=weeks,
        min_hours_period=person.min_minutes / 60,
        max_hours_period=min(person.max_minutes, 1440 * days) / 60,
        max_days_week=7,
        max_consecutive_days=min(person.max_consecutive, days),
        min_consecutive_days=min(person.min_consecutive, 31),
        min_consecutive_days_off=min(person.min_days_off, 31),
        max_weekends=min(person.max_weekends, 53),
        of_weekends=weeks,
        forbidden_successions=successions,
        most_of_shift_period=caps,
        min_rest=timedelta(0),
    )


def _agent(person: Staff) -> Agent:
    """Make an agent; who may work no shift at all has no skill, so that nothing is an option."""
    allowed = frozenset(name for name, most in person.most_of.items() if most)
    return Agent(
        agent_id=person.name,
        name=person.name,
        zone=_UTC,
        contract=person.name,
        skills=frozenset({_QUEUE} if allowed else ()),
        shifts=allowed,
    )


def _template(shift: ShiftType) -> ShiftTemplate:
    end = datetime.combine(MONDAY, time(0)) + timedelta(minutes=shift.minutes)
    return ShiftTemplate(name=shift.name, start=time(0), end=end.time())


def _request(wish: Wish, kind: str) -> Request:
    return Request(
        agent_id=wish.staff,
        day=MONDAY + wish.day * _DAY,
        kind="want" if kind == "want" else "avoid",
        shift=wish.shift,
        weight=wish.weight,
    )


def _nothing_required(days: int) -> Requirement:
    """Return a queue without contacts: the benchmark asks for people on shifts, not for service."""
    queue = Queue(
        name=_QUEUE,
        channel="phone",
        service_level=0.8,
        answer_within=Deadline.parse("20s"),
        aht=timedelta(minutes=5),
        opening=OpeningHours.always(),
        floor=0.0,
    )
    grid = TimeGrid.over_days(MONDAY, days, _DAY, _UTC)
    zeros, none = np.zeros((1, days)), np.zeros((1, days), dtype=np.int64)
    return Requirement(
        grid=grid,
        queues=(queue,),
        shrinkage=0.0,
        open_share=np.ones((1, days)),
        offered=zeros,
        aht_s=zeros,
        load=zeros,
        base=none,
        required=none,
        floor=none,
        curves=(np.ones((days, 1)),),
        service_level=np.ones((1, days)),
        occupancy=zeros,
        due_s=zeros,
        arrived_s=zeros,
    )


def solution_text(problem: Problem, roster: Roster) -> str:
    """Write a roster as the benchmark's site wants it: a line a person, a cell a day."""
    worked = {(a.agent_id, a.shift.day): a.shift.template for a in roster.assignments}
    lines = (
        "\t".join(worked.get((agent_id, day), "") for day in problem.dates)
        for agent_id in problem.agents
    )
    return "".join(f"{line}\n" for line in lines)


def roster_of_solution(problem: Problem, text: str, file: str) -> Roster:
    """Read a solution, valid or not.

    Raises
    ------
    InputError
        Lines or cells do not fit the instance.
    """
    findings = Findings()
    lines = text.splitlines()
    if len(lines) != len(problem.agents):
        expected = f"{len(problem.agents)} lines, one a person"
        raise InputError(Fault(file=file, expected=expected, found=str(len(lines))))
    found = []
    for row, (agent, line) in enumerate(zip(problem.agents.values(), lines, strict=True), 1):
        cells = [cell.strip() for cell in line.split("\t")]
        if any(cells[problem.days :]):
            expected, got = f"{problem.days} cells, one a day", f"{len(cells)} cells"
            findings.add(Fault(file=file, row=row, expected=expected, found=got))
            continue
        for day, name in zip(problem.dates, cells, strict=False):
            template = problem.template_by_name.get(name)
            if template is not None:
                shift = problem.shift_on(agent, template, day)
                assert shift is not None  # noqa: S101 - every template runs on every day
                found.append(Assignment(agent_id=agent.agent_id, shift=shift, queues=(_QUEUE,)))
            elif name:
                expected = f"nothing, or a shift{among(name, problem.template_by_name)}"
                column = f"day {(day - problem.first).days}"
                findings.add(
                    Fault(file=file, row=row, column=column, expected=expected, found=shown(name))
                )
    if findings.count:
        raise findings.error()
    return Roster.of(found)
