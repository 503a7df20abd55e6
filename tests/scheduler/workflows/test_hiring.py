"""The hiring plan of a case, from its forecast on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from scheduler.access import Role, User
from scheduler.errors import AccessDenied, InputError
from scheduler.exchange.case import Case
from scheduler.exchange.read_case import read_case
from scheduler.staffing.hiring_policy import HiringPolicy
from scheduler.workflows.hiring import people_numbers, plan_people
from scheduler.workflows.week import plan_week

PLANNER = User(name="pia", role=Role.ADMINISTRATOR)


@pytest.fixture(scope="module")
def tiny() -> Case:
    return read_case(Path(__file__).parents[3] / "rosters" / "tiny", max_bytes=10**8)


def test_each_week_needs_what_its_own_requirement_says(tiny: Case) -> None:
    found = plan_people(PLANNER, tiny, weeks=3)
    need = plan_week(tiny).requirement
    hours = need.base.sum() * need.grid.interval_s / 3600
    assert found.required[0] == pytest.approx(hours / found.hours_week / 0.9)
    assert found.hours_week == 40
    assert [str(day.strftime("%a")) for day in found.mondays] == ["Mon"] * 3


def test_who_leaves_is_replaced_once_new_people_can_start(tiny: Case) -> None:
    policy = HiringPolicy(headcount=2, attrition_year=0.6, ramp=(0.0,), first_start=2)
    found = plan_people(PLANNER, replace(tiny, hiring=policy), weeks=30)
    plan = found.plan
    assert plan.hires[:2].tolist() == [0, 0]
    assert plan.hires.sum() >= 1
    stays = 0.4 ** (7 / 365.25)
    employed = 2.0
    for week, hires in enumerate(plan.hires):
        employed = (employed * stays if week else employed) + hires
        assert plan.headcount[week] == pytest.approx(employed)


def test_all_causes_of_lost_time_count_months_ahead(tiny: Case) -> None:
    case = replace(tiny, shrinkage={"leave": 0.2, "sickness": 0.1})
    found = plan_people(PLANNER, case, weeks=2)
    assert found.shrinkage == pytest.approx(1 - 0.8 * 0.9)
    np.testing.assert_allclose(found.plan.capacity, found.plan.headcount * 0.72)


def test_numbers_are_plain(tiny: Case) -> None:
    numbers = people_numbers(plan_people(PLANNER, tiny, weeks=2))
    assert set(numbers) >= {"weeks", "hires", "cost", "bound", "status"}
    assert len(numbers["weeks"]) == 2
    assert numbers["bound"] <= numbers["cost"] + 1e-9


def test_agents_may_not_and_bad_policies_are_refused(tiny: Case) -> None:
    with pytest.raises(AccessDenied):
        plan_people(User(name="ana", role=Role.AGENT, agent_id="a1"), tiny)
    with pytest.raises(InputError, match=r"(?s)attrition_year.*ramp"):
        HiringPolicy(attrition_year=1.0, ramp=(2.0,))
