"""What pyworkforce's ``MinHoursRoster`` gets wrong on small cases, done right here.

``python -m benchmarks.peer_rosters`` asks the peer the same cases.
"""

from __future__ import annotations

import pytest

from benchmarks.peer_rosters import CASES, Small, ours
from scheduler.rostering.check import check
from scheduler.rostering.roster import RosterResult

BY_NAME = {case.name: case for case in CASES}


def _solved(name: str) -> tuple[Small, RosterResult]:
    case = BY_NAME[name]
    problem, result = ours(case)
    if result.roster is not None:
        assert check(problem, result.roster) == []
    return case, result


@pytest.mark.parametrize(
    "name", ["night, then afternoon", "night after night", "two bans after a night"]
)
def test_a_forbidden_succession_forbids_that_pair_and_nothing_else(name: str) -> None:
    case, result = _solved(name)
    assert result.status == "optimal"
    assert result.roster is not None
    worked = {a.shift.template for a in result.roster.assignments}
    assert worked == {shift for shift, _ in case.wanted}
    assert len(result.roster.assignments) == len(case.wanted)
    assert [p for p in result.penalties if p.rule == "coverage"] == []


def test_too_few_people_give_a_roster_that_says_what_is_missing() -> None:
    _, result = _solved("one too few")
    assert result.status == "optimal"
    assert result.roster is not None
    assert [a.agent_id for a in result.roster.assignments] == ["p0"]
    assert [p.amount for p in result.penalties if p.rule == "coverage"] == [480]


def test_where_no_roster_exists_the_clash_is_named_and_no_row_stands_for_it() -> None:
    _, result = _solved("more hours than a week has shifts")
    assert result.status == "infeasible"
    assert (result.roster, result.objective, result.bound) == (None, None, None)
    assert result.clash is not None
    rules = {clause.rule for clause in result.clash.sets[0]}
    assert rules == {"hours_week", "one_shift_a_day"}
    assert any("at least 60 hours" in clause.words for clause in result.clash.sets[0])


def test_where_the_peer_is_right_the_hours_are_the_same() -> None:
    case, result = _solved("three shifts round the clock")
    assert result.roster is not None
    assert [p for p in result.penalties if p.rule == "coverage"] == []
    assert result.roster.paid_hours == 8 * len(case.wanted)
