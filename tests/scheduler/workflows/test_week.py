from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scheduler.access import Role, User
from scheduler.errors import AccessDenied, InputError
from scheduler.exchange.case import Case
from scheduler.exchange.read_case import read_case
from scheduler.rostering.activities import Activity
from scheduler.rostering.params import SolveParams
from scheduler.rostering.problem import ORDER
from scheduler.rostering.shifts import BreakTemplate
from scheduler.rostering.wishes import WeeklyRequest
from scheduler.workflows import manager, planner
from scheduler.workflows.scenario import Scenario
from scheduler.workflows.week import plan_week, unrostered_shrinkage, week_of

ROSTERS = Path(__file__).parent.parent.parent.parent / "rosters"
MANAGER = User(name="m", role=Role.MANAGER)
PLANNER = User(name="p", role=Role.PLANNER)
AGENT = User(name="a", role=Role.AGENT, agent_id="ana")
QUICK = SolveParams(seconds=10, workers=1)


@pytest.fixture(scope="module")
def tiny() -> Case:
    return read_case(ROSTERS / "tiny", max_bytes=10_000_000)


@pytest.fixture(scope="module")
def demo() -> Case:
    return read_case(ROSTERS / "demo", max_bytes=10_000_000)


def test_a_week_is_named_by_any_of_its_days(tiny: Case) -> None:
    assert week_of(tiny, date(2026, 3, 4)) == date(2026, 3, 2)
    assert week_of(tiny, date(2026, 3, 8)) == date(2026, 3, 2)


def test_without_a_date_it_is_the_cases_own_or_the_one_after_the_history(
    tiny: Case, demo: Case
) -> None:
    assert week_of(tiny) == date(2026, 2, 23)
    assert week_of(demo) == date(2003, 10, 27)
    with pytest.raises(InputError, match="no history"):
        week_of(replace(tiny, history=None))


def test_what_comes_back_every_week_gets_its_dates(tiny: Case) -> None:
    fridays = WeeklyRequest(agent_id="ana", weekdays=frozenset({4}), kind="cannot")
    gone = replace(fridays, agent_id="ben")
    case = replace(tiny, requests=(), weekly=(fridays, gone))
    fewer = Scenario(headcount=1 - len(tiny.team.agents))
    dated = plan_week(case, scenario=fewer).problem.requests
    assert [(each.agent_id, each.day, each.kind) for each in dated] == [
        ("ana", date(2026, 2, 27), "cannot")
    ]


def test_activities_take_their_own_shrinkage_and_do_without_who_is_gone(tiny: Case) -> None:
    training = Activity(name="training", kind="each", length=timedelta(hours=1))
    for_ben = replace(training, name="for ben", agents=frozenset({"ben"}))
    lost = {"training": 0.1, "breaks": 0.05}
    case = replace(tiny, shrinkage=lost, activities=(training, for_ben))
    left, remarks = unrostered_shrinkage(case)
    assert left == {"breaks": 0.05}
    assert len(remarks) == 1
    fewer = Scenario(headcount=1 - len(tiny.team.agents))
    assert plan_week(case, scenario=fewer).problem.activities == (training,)


def test_the_demo_week_holds_what_the_case_says(demo: Case) -> None:
    plan = plan_week(demo)
    problem = plan.problem
    assert problem.holidays["NZ"] == {date(2003, 10, 27)}, "Labour Day"
    assert problem.holidays["PH"] == {date(2003, 11, 1)}, "All Saints' Day"
    assert len(problem.past) == 4
    bank_holiday = plan.requirement.grid.day_slice(date(2003, 10, 30))
    phone = plan.requirement.index_of("phone")
    open_hours = plan.requirement.open_share[phone][bank_holiday].sum() / 2
    assert open_hours == 8
    assert problem.order == ORDER


@pytest.mark.parametrize(
    ("scenario", "grows"),
    [
        (Scenario(volume=1.5), True),
        (Scenario(aht=1.5), True),
        (Scenario(shrinkage=0.4), True),
        (Scenario(service_level={"phone": 0.95}), True),
        (Scenario(volume=0.5), False),
        (Scenario(shrinkage=0.0), False),
    ],
)
def test_a_scenario_moves_the_requirement_the_way_it_must(
    demo: Case, scenario: Scenario, grows: bool
) -> None:
    base = plan_week(demo).requirement.required.sum()
    changed = plan_week(demo, scenario=scenario).requirement.required.sum()
    assert (changed > base) if grows else (changed < base)


def test_headcount_adds_people_like_the_teams_and_takes_the_last_away(demo: Case) -> None:
    more = plan_week(demo, scenario=Scenario(headcount=3)).problem.team
    assert len(more.agents) == 27
    assert more.agents[24].contract == more.agents[0].contract
    fewer = plan_week(demo, scenario=Scenario(headcount=-14)).problem
    assert [a.agent_id for a in fewer.team.agents] == [f"a{n:02d}" for n in range(1, 11)]
    assert {off.agent_id for off in fewer.team.time_off} == {"a02"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"volume": 0},
        {"aht": -1},
        {"shrinkage": 1},
        {"volume": float("nan")},
    ],
)
def test_scenarios_that_make_no_week_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        Scenario(**wrong)


def test_a_scenario_for_an_unknown_queue_is_refused(tiny: Case) -> None:
    with pytest.raises(InputError, match="one of the queues phone"):
        plan_week(tiny, scenario=Scenario(service_level={"fax": 0.9}))


def test_lost_time_that_the_roster_holds_itself_is_not_counted_twice(demo: Case) -> None:
    causes = {"breaks": 0.06, "leave": 0.1, "sickness": 0.03}
    kept, remarks = unrostered_shrinkage(replace(demo, shrinkage=causes))
    assert kept == {"breaks": 0.06, "sickness": 0.03}
    assert [str(remark) for remark in remarks] == [
        "case.toml: shrinkage for leave (10.0%) is left out: the roster holds it itself"
    ]
    lunch = BreakTemplate(start=time(10), end=time(10, 30))
    early = replace(demo.templates[0], breaks=(lunch,))
    kept, _ = unrostered_shrinkage(
        replace(demo, shrinkage=causes, templates=(early, *demo.templates[1:]))
    )
    assert kept == {"sickness": 0.03}


def test_an_illness_known_today_does_not_stand_for_those_to_come(demo: Case) -> None:
    ill = replace(demo.team.time_off[0], kind="sickness")
    team = replace(demo.team, time_off=(ill, *demo.team.time_off[1:]))
    causes = {"leave": 0.1, "sickness": 0.03}
    case = replace(demo, team=team, shrinkage=causes, unplanned=frozenset({"sickness"}))
    assert unrostered_shrinkage(case)[0] == {"sickness": 0.03}
    assert unrostered_shrinkage(replace(case, unplanned=frozenset()))[0] == {}


def test_the_managers_order_puts_named_rules_first(tiny: Case) -> None:
    case = replace(tiny, order=("requests", "promise"))
    joined = replace(tiny, order=("promise+coverage", "requests"), tolerance=(("requests", 60),))
    problem = plan_week(joined).problem
    assert problem.order[:2] == (("promise", "coverage"), ("requests",))
    assert problem.tolerance == {"requests": 60}
    rest = tuple(n for group in ORDER for n in group if n not in ("requests", "promise"))
    assert plan_week(case).problem.order == (("requests",), ("promise",), rest)


@pytest.mark.parametrize("user", [AGENT, None])
def test_who_may_not_is_refused_before_any_work(tiny: Case, user: User, tmp_path: Path) -> None:
    missing = tmp_path / "missing.csv"
    for step in (
        lambda: manager.make_roster(user, tiny),
        lambda: manager.check_roster(user, tiny, missing, week=None, max_bytes=1),
        lambda: manager.simulate_roster(user, tiny, missing, week=None, max_bytes=1),
        lambda: planner.what_if(user, tiny, Scenario()),
        lambda: planner.forecast(user, tiny),
        lambda: planner.requirement(user, tiny),
    ):
        with pytest.raises(AccessDenied):
            step()


def test_a_planner_compares_but_makes_no_roster(tiny: Case) -> None:
    with pytest.raises(AccessDenied, match="may not make a roster"):
        manager.make_roster(PLANNER, tiny)
    outcome = planner.what_if(
        PLANNER, tiny, Scenario(name="double", volume=8.0), params=QUICK, replications=20
    )
    numbers = manager.numbers(PLANNER, outcome)
    assert numbers["scenario"] == "double"
    assert not numbers["promise_kept"]
    assert numbers["shortages"]


def test_the_certificate_of_a_roster_is_the_same_from_its_file(tiny: Case, tmp_path: Path) -> None:
    outcome = manager.make_roster(MANAGER, tiny, params=QUICK, replications=50)
    made = datetime(2026, 2, 20, tzinfo=UTC)
    manager.export_roster(MANAGER, outcome, tmp_path / "out", made=made)
    again = manager.simulate_roster(
        MANAGER,
        tiny,
        tmp_path / "out" / "roster.csv",
        week=None,
        max_bytes=1_000_000,
        replications=50,
        seed=QUICK.seed + 1,
    )
    assert outcome.certificate is not None
    ours, theirs = outcome.certificate.of("phone"), again.of("phone")
    assert ours.simulated == theirs.simulated
    assert np.array_equal(ours.per_interval, theirs.per_interval, equal_nan=True)
