"""What a scenario makes of queues, shifts and people."""

from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from scheduler.errors import InputError
from scheduler.exchange.case import Case
from scheduler.exchange.read_case import read_case
from scheduler.rostering.breaks import BreakTemplate
from scheduler.rostering.params import SolveParams
from scheduler.rostering.problem import Pin
from scheduler.rostering.solver import solve
from scheduler.workflows.scenario import (
    MoreShift,
    Scenario,
    changed_people,
    changed_queues,
    grid_of,
)
from scheduler.workflows.week import plan_week

ROSTERS = Path(__file__).resolve().parents[3] / "rosters"
QUICK = SolveParams(seconds=10, workers=1)
NOON = MoreShift(like="day", start=time(11), end=time(19))


@pytest.fixture(scope="module")
def tiny() -> Case:
    return read_case(ROSTERS / "tiny", max_bytes=10_000_000)


def test_every_key_of_a_queue_can_be_changed(tiny: Case) -> None:
    scenario = Scenario(
        service_level={"phone": 0.9},
        answer_within={"phone": timedelta(seconds=10)},
        definition={"phone": "answered_of_answered"},
        promise={"phone": "week"},
        patience={"phone": timedelta(minutes=2)},
    )
    (queue,) = changed_queues(tiny.queues, scenario)
    assert [queue.service_level, queue.answer_within_s, queue.patience_s] == [0.9, 10.0, 120.0]
    assert [queue.definition, queue.promise] == ["answered_of_answered", "week"]
    assert changed_queues(tiny.queues, Scenario()) == tiny.queues


def test_a_lower_target_takes_the_floor_with_it(tiny: Case) -> None:
    queues = tuple(replace(queue, floor=0.6) for queue in tiny.queues)
    (queue,) = changed_queues(queues, Scenario(service_level={"phone": 0.5}))
    assert queue.floor == 0.5


@pytest.mark.parametrize(
    ("scenario", "where"),
    [
        (Scenario(patience={"fax": timedelta(minutes=1)}), "patience"),
        (Scenario(definition={"phone": "hope"}), "definition"),
        (Scenario(service_level={"phone": 1.5}), "service_level"),
    ],
)
def test_what_a_queue_cannot_have_is_refused(tiny: Case, scenario: Scenario, where: str) -> None:
    with pytest.raises(InputError, match=where):
        changed_queues(tiny.queues, scenario)


def test_zones_that_do_not_exist_are_refused() -> None:
    with pytest.raises(InputError, match="Europe/London"):
        Scenario(hires_zone="Europe/Atlantis")


def test_a_dropped_shift_is_worked_by_nobody(tiny: Case) -> None:
    day = replace(tiny.templates[0], name="late", start=time(10), end=time(18))
    case = replace(tiny, templates=(*tiny.templates, day), pins=(_pin(tiny, "day"),))
    problem = plan_week(case, scenario=Scenario(without_shifts=("day",))).problem
    found = solve(problem, QUICK)
    assert found.roster is not None
    assert found.roster.assignments
    assert {each.shift.template for each in found.roster.assignments} == {"late"}


def _pin(case: Case, shift: str) -> Pin:
    assert case.week or case.history
    monday = plan_week(case).monday
    return Pin(agent_id="ana", day=monday, shift=shift)


def test_who_can_work_nothing_else_is_left_out(tiny: Case) -> None:
    ana, *others = tiny.team.agents
    team = replace(tiny.team, agents=(replace(ana, shifts=frozenset({"day"})), *others))
    changed, _ = changed_people(team, tiny.templates, Scenario(without_shifts=("day",)))
    assert [agent.agent_id for agent in changed.agents] == ["ben", "cleo"]


def test_a_shift_more_is_worked_by_those_of_the_shift_it_resembles(tiny: Case) -> None:
    ana, ben, cleo = tiny.team.agents
    team = replace(
        tiny.team,
        agents=(replace(ana, shifts=frozenset({"day"})), replace(ben, shifts=frozenset()), cleo),
    )
    scenario = Scenario(more_shifts=(NOON,))
    changed, templates = changed_people(team, tiny.templates, scenario)
    assert [template.name for template in templates] == ["day", "day 11:00-19:00"]
    assert changed.agents[0].shifts == {"day", "day 11:00-19:00"}
    assert changed.agents[1].shifts == frozenset()
    assert (templates[1].start, templates[1].end) == (time(11), time(19))


def test_breaks_move_with_the_start(tiny: Case) -> None:
    lunch = BreakTemplate(start=time(12), end=time(12, 30))
    rest = BreakTemplate(earliest=timedelta(hours=5), latest=time(16), length=timedelta(minutes=15))
    day = replace(tiny.templates[0], breaks=(lunch, rest))
    more = MoreShift(like="day", start=time(22), end=time(6))
    _, (_, night) = changed_people(tiny.team, (day,), Scenario(more_shifts=(more,)))
    assert night.breaks == (
        replace(lunch, start=time(1), end=time(1, 30)),
        replace(rest, latest=time(5)),
    )


@pytest.mark.parametrize(
    "scenario",
    [Scenario(without_shifts=("early",)), Scenario(more_shifts=(replace(NOON, like="early"),))],
)
def test_unknown_shifts_are_refused(tiny: Case, scenario: Scenario) -> None:
    with pytest.raises(InputError, match="one of day"):
        changed_people(tiny.team, tiny.templates, scenario)


def test_hires_live_where_the_scenario_says(tiny: Case) -> None:
    scenario = Scenario(headcount=2, hires_zone="Asia/Manila")
    team, _ = changed_people(tiny.team, tiny.templates, scenario)
    assert [agent.zone.key for agent in team.agents[3:]] == ["Asia/Manila"] * 2
    assert team.agents[:3] == tiny.team.agents


def test_a_grid_has_every_combination_once() -> None:
    base = Scenario(volume=1.1, headcount=1, without_shifts=("late",))
    cells = grid_of(base, volumes=(1.0, 1.2, 1.2), headcounts=(-1, 0, 2))
    assert [(round(each.volume, 9), each.headcount) for each in cells] == [
        (1.1, 0),
        (1.1, 1),
        (1.1, 3),
        (1.32, 0),
        (1.32, 1),
        (1.32, 3),
    ]
    assert {each.without_shifts for each in cells} == {("late",)}
    with pytest.raises(InputError, match="at most 30"):
        grid_of(base, volumes=[1 + n / 100 for n in range(31)])


def test_a_scenario_comes_back_from_json_as_it_was() -> None:
    scenario = Scenario(
        name="x",
        answer_within={"phone": timedelta(seconds=10)},
        patience={"phone": timedelta(minutes=2)},
        without_shifts=("late",),
        more_shifts=(NOON,),
        hires_zone="Asia/Manila",
    )
    adapter = TypeAdapter(Scenario)
    assert adapter.validate_json(adapter.dump_json(scenario)) == scenario
    assert not scenario.unchanged
    assert Scenario(name="anything").unchanged
