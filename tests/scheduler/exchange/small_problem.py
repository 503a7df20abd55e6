"""One small problem over the week in which London's clocks go forward, and a roster for it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from forecasting.grid import TimeGrid
from forecasting.special_days import OpeningHours
from scheduler.exchange.roster_sheet import RosterSheet
from scheduler.people import Agent, Contract, Team
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Assignment, Roster
from scheduler.rostering.shifts import BreakTemplate, ShiftTemplate
from scheduler.staffing.channels import Queue
from scheduler.staffing.deadline import Deadline
from scheduler.staffing.requirement import Requirement

LONDON = ZoneInfo("Europe/London")
FIRST = date(2026, 3, 23)


def _queue(name: str, channel: str) -> Queue:
    return Queue(
        name=name,
        channel=channel,  # type: ignore[arg-type]  # both names are channels
        service_level=0.8,
        answer_within=Deadline(span=timedelta(seconds=20)),
        aht=timedelta(minutes=5),
        opening=OpeningHours.parse("Mon-Sun 07:00-21:00"),
    )


def _requirement() -> Requirement:
    grid = TimeGrid.over_days(FIRST, 7, timedelta(minutes=30), LONDON)
    shape = (2, len(grid))
    minutes = grid.local_minutes
    opened = (minutes >= 7 * 60) & (minutes < 21 * 60)
    offered = np.where(opened, [[12.0], [4.0]], 0.0)
    need = np.where(opened, [[2], [1]], 0)
    curve = np.tile(np.linspace(0, 1, 6), (len(grid), 1))
    zero = np.zeros(shape)
    return Requirement(
        grid=grid,
        queues=(_queue("phone", "phone"), _queue("chat", "chat")),
        shrinkage=0.25,
        open_share=opened.astype(float) + zero,
        offered=offered,
        aht_s=np.full(shape, 300.0),
        load=offered * 300 / 1800,
        base=need.astype(np.int64),
        required=need.astype(np.int64),
        floor=np.zeros(shape, dtype=np.int64),
        curves=(curve, curve),
        service_level=np.full(shape, 0.9),
        occupancy=np.full(shape, 0.7),
        due_s=zero,
        arrived_s=zero,
    )


def _agent(agent_id: str, name: str, zone: str, *skills: str) -> Agent:
    return Agent(
        agent_id=agent_id,
        name=name,
        zone=ZoneInfo(zone),
        contract="full",
        skills=frozenset(skills),
    )


def small_problem() -> Problem:
    return Problem(
        requirement=_requirement(),
        team=Team(
            agents=(
                _agent("a1", "Amy Ash", "Europe/London", "phone", "chat"),
                _agent("b2", '=HYPERLINK("x")', "Australia/Perth", "chat"),
                _agent("../c", "<b>Cy</b>", "Europe/London", "phone"),
                _agent("d4", "Dee Doe", "Asia/Kathmandu"),
            ),
            contracts=(Contract(name="full"),),
        ),
        templates=(
            ShiftTemplate(
                name="early",
                start=time(7),
                end=time(15),
                breaks=(BreakTemplate(start=time(12), end=time(12, 30)),),
            ),
            ShiftTemplate(name="night", start=time(22), end=time(6), dst="keep_duration"),
            ShiftTemplate(name="torn", start=time(22), end=time(6)),
        ),
        first=FIRST,
        days=7,
    )


def assigned(problem: Problem, agent_id: str, day: date, shift: str, *queues: str) -> Assignment:
    agent, template = problem.agents[agent_id], problem.template_by_name[shift]
    dated = problem.shift_on(agent, template, day)
    assert dated is not None
    return Assignment(agent_id=agent_id, shift=dated, queues=queues)


def small_roster(problem: Problem) -> Roster:
    saturday = FIRST + timedelta(days=5)
    return Roster.of(
        [
            assigned(problem, "a1", FIRST, "early", "phone"),
            assigned(problem, "a1", saturday, "night", "phone", "chat"),
            assigned(problem, "b2", FIRST, "early", "chat"),
            assigned(problem, "../c", FIRST, "early", "phone"),
        ]
    )


SHEET = RosterSheet(
    title="Week of 23 March",
    sentence="A promise <kept>.",
    made=datetime(2026, 3, 20, 12, 0, tzinfo=UTC),
    numbers=(("Status", "optimal"), ("Paid hours", "31.0"), ("Formula", "=1+1")),
    queue_columns=("queue", "predicted", "simulated"),
    queue_rows=(("phone", "81.2 %", "80.9 % (80.1–81.7)"), ("chat", "90 %", "–")),
)
