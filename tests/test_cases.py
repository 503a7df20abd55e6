"""Every case in ``rosters/`` is held against its ``expected.json``: bounds, not rosters."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from scheduler.access import Role, User
from scheduler.exchange.read_case import read_case
from scheduler.rostering.check import check, cost
from scheduler.rostering.params import SolveParams
from scheduler.workflows import manager
from scheduler.workflows.outcome import Outcome

ROSTERS = Path(__file__).parent.parent / "rosters"
BOSS = User(name="test", role=Role.MANAGER)
CASES = [
    (path.parent.name, week, expected)
    for path in sorted(ROSTERS.glob("*/expected.json"))
    for week, expected in json.loads(path.read_text()).items()
]


@pytest.mark.parametrize(
    ("name", "week", "expected"), CASES, ids=lambda v: v if isinstance(v, str) else ""
)
def test_a_case_stays_within_its_bounds(name: str, week: str, expected: dict[str, Any]) -> None:
    case = read_case(ROSTERS / name, max_bytes=50_000_000)
    outcome = manager.make_roster(
        BOSS,
        case,
        week=date.fromisoformat(week),
        params=SolveParams(seconds=20, workers=2),
    )
    numbers = manager.numbers(BOSS, outcome)
    assert numbers["status"] in expected["status"]
    if "clashes" in expected:
        _clashes(numbers, expected["clashes"])
        return
    roster, problem = outcome.result.roster, outcome.plan.problem
    assert roster is not None
    assert check(problem, roster) == []
    assert numbers["objective"] == cost(problem, roster)
    assert numbers["bound"] <= numbers["objective"]
    assert numbers["promise_kept"] is expected["promise_kept"]
    low, high = expected["paid_hours"]
    assert low <= numbers["paid_hours"] <= high
    for queue, least in expected.get("service_level_at_least", {}).items():
        assert numbers["service_level"][queue]["simulated"] >= least
    _details(outcome, numbers, expected)


def _clashes(numbers: dict[str, Any], expected: list[list[str]]) -> None:
    sets: dict[int, set[str]] = {}
    for row in numbers["clash"]:
        sets.setdefault(row["set"], set()).add(row["rule"])
    assert sorted(map(sorted, sets.values())) == sorted(expected)
    assert numbers["mend"]
    assert all(row["words"] for row in (*numbers["clash"], *numbers["mend"]))


def _details(outcome: Outcome, numbers: dict[str, Any], expected: dict[str, Any]) -> None:
    assert outcome.result.roster is not None
    assignments = outcome.result.roster.assignments
    if "shifts" in expected:
        assert expected["shifts"][0] <= len(assignments) <= expected["shifts"][1]
    if "objective_without_service" in expected:
        paid = sum(p.cost for p in outcome.result.penalties if p.rule != "service")
        assert paid == expected["objective_without_service"]
    if "shortage_days" in expected:
        assert len(Counter(row["day"] for row in numbers["shortages"])) == expected["shortage_days"]
        assert numbers["shortfall_hours"] > 0
    if "more_people" in expected:
        assert expected["more_people"] in numbers["hires"]
    for template, hours in expected.get("night_hours", {}).items():
        saturday = outcome.plan.monday + timedelta(days=5)
        nights = [
            a.shift for a in assignments if a.shift.template == template and a.shift.day == saturday
        ]
        assert nights, f"{template} is pinned on Saturday"
        assert {night.end - night.start for night in nights} == {timedelta(hours=hours)}
