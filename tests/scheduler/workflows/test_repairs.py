from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from scheduler.access import Role, User
from scheduler.errors import AccessDenied, InputError
from scheduler.exchange.case import Case
from scheduler.exchange.read_case import read_case
from scheduler.rostering.check import check
from scheduler.rostering.params import SolveParams
from scheduler.workflows.repairs import Absence, repair_numbers, repair_roster
from scheduler.workflows.scenario import Scenario

ROSTERS = Path(__file__).parents[3] / "rosters"
BOSS = User(name="Mia", role=Role.MANAGER)
LARGE = 50_000_000
WEDNESDAY = date(2026, 2, 25)


@pytest.fixture(scope="module")
def sickness() -> Case:
    return read_case(ROSTERS / "sickness", max_bytes=LARGE)


def test_the_sickness_case_is_repaired_as_expected(sickness: Case) -> None:
    expected = json.loads((ROSTERS / "sickness" / "expected.json").read_text())
    golden = expected["2026-02-23"]["repair"]
    who, day = golden["sick"].split("=")
    absent = Absence(agent_id=who, first=date.fromisoformat(day), last=date.fromisoformat(day))
    made = repair_roster(
        BOSS,
        sickness,
        ROSTERS / "sickness" / "roster.csv",
        max_bytes=LARGE,
        absences=[absent],
        params=SolveParams(seconds=20),
        replications=20,
    )
    numbers = repair_numbers(BOSS, made)
    assert numbers["status"] in golden["status"]
    assert [each["agent"] for each in numbers["lost"]] == golden["lost"]
    assert numbers["touched"] == golden["touched"]
    assert numbers["promise_kept"] is golden["promise_kept"]
    assert numbers["reason"] == ""
    assert json.loads(json.dumps(numbers, allow_nan=False))["changes"][0]["after"] == ["day"]


def test_more_contacts_than_anybody_can_answer_say_what_is_short(sickness: Case) -> None:
    made = repair_roster(
        BOSS,
        sickness,
        ROSTERS / "sickness" / "roster.csv",
        max_bytes=LARGE,
        scenario=Scenario(volume=1.01),
        absences=[
            Absence(agent_id=who, first=WEDNESDAY, last=WEDNESDAY + timedelta(days=2), kind="leave")
            for who in ("ana", "cleo", "dan")
        ],
        params=SolveParams(seconds=20),
        replications=20,
    )
    numbers = repair_numbers(BOSS, made)
    assert numbers["touched"] == []
    assert "no change is worth its price" in numbers["reason"]
    assert "agent-hours missing" in numbers["reason"]


def test_many_who_must_move_are_explained(sickness: Case) -> None:
    team = sickness.team
    two_days = replace(team.contracts[0], name="two-days", max_days_week=2)
    like = replace(team.agents[3], contract="two-days")
    more = tuple(replace(like, agent_id=f"new{n}") for n in range(3))
    team = replace(team, agents=(*team.agents, *more), contracts=(*team.contracts, two_days))
    made = repair_roster(
        BOSS,
        replace(sickness, team=team),
        ROSTERS / "sickness" / "roster.csv",
        max_bytes=LARGE,
        absences=[
            Absence(agent_id=who, first=WEDNESDAY, last=WEDNESDAY + timedelta(days=2))
            for who in ("ana", "ben", "cleo", "dan")
        ],
        params=SolveParams(seconds=20),
        replications=20,
    )
    assert len(made.repair.touched) == 3
    assert "more people move because with 2 at most" in made.reason


def test_only_managers_repair_and_absences_must_name_somebody(sickness: Case) -> None:
    path = ROSTERS / "sickness" / "roster.csv"
    agent = User(name="Ana", role=Role.AGENT, agent_id="ana")
    with pytest.raises(AccessDenied):
        repair_roster(agent, sickness, path, max_bytes=LARGE)
    nobody = Absence(agent_id="zed", first=WEDNESDAY, last=WEDNESDAY)
    back = Absence(agent_id="ana", first=WEDNESDAY, last=WEDNESDAY - timedelta(days=1))
    with pytest.raises(InputError) as told:
        repair_roster(BOSS, sickness, path, max_bytes=LARGE, absences=[nobody, back])
    assert len(told.value.faults) == 2


def test_one_sick_call_at_the_bank_touches_few() -> None:
    case = read_case(ROSTERS / "bank", max_bytes=LARGE)
    made = repair_roster(
        BOSS,
        case,
        ROSTERS / "bank" / "roster.csv",
        max_bytes=LARGE,
        absences=[Absence(agent_id="b001", first=date(2003, 10, 29), last=date(2003, 10, 29))],
        replications=10,
    )
    found = made.repair
    assert found.result.roster is not None
    assert check(found.problem, found.result.roster) == []
    assert len(found.touched) <= 2 or made.reason
    assert found.cost is not None
    assert found.cost <= found.cost_unrepaired
