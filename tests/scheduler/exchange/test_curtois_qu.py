"""The Curtois–Qu format: what is read, what is refused where, and one objective told twice."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from small_instances import WEEK, made_up, naive_faults, naive_objective

from scheduler.errors import InputError
from scheduler.exchange.curtois_qu import parse_instance, read_instance
from scheduler.exchange.curtois_qu_problem import (
    problem_of,
    roster_of_solution,
    solution_text,
)
from scheduler.rostering.check import check, cost
from scheduler.rostering.params import SolveParams
from scheduler.rostering.solver import solve


def _table(seed: int, text: str) -> list[list[str]]:
    """Random shifts, in runs, so that some people break nothing."""
    draw = random.Random(seed)  # noqa: S311  # a test's data, no secret
    instance = parse_instance(text, "made.txt")
    names = [shift.name for shift in instance.shifts]
    table = []
    for person in instance.staff:
        mine = [name for name in names if person.most_of[name]] or [""]
        line: list[str] = []
        while len(line) < instance.days:
            line += draw.choices(mine, k=draw.randint(1, person.max_consecutive + 1))
            line += [""] * draw.randint(person.min_days_off - draw.randint(0, 1), 4)
        table.append(line[: instance.days])
    return table


def test_an_instance_is_read_whole() -> None:
    instance = parse_instance(WEEK, "Week.txt")
    assert (instance.name, instance.days) == ("Week", 7)
    assert [shift.forbidden_after for shift in instance.shifts] == [(), ("E",)]
    ann = instance.staff[0]
    assert (ann.most_of, ann.max_minutes, ann.min_minutes) == ({"E": 7, "L": 2}, 2400, 960)
    assert (ann.max_consecutive, ann.min_consecutive) == (4, 2)
    assert (ann.min_days_off, ann.max_weekends) == (2, 1)
    assert instance.days_off == (("ann", 2), ("bob", 0), ("bob", 6))
    assert [wish.weight for wish in instance.on_requests] == [2, 3, 1]
    assert len(instance.cover) == 14


@pytest.mark.parametrize("seed", range(40))
def test_rules_and_objective_are_the_benchmarks_own(seed: int) -> None:
    text = made_up(seed)
    instance = parse_instance(text, "made.txt")
    problem = problem_of(instance)
    cells = _table(seed, text)
    roster = roster_of_solution(problem, "\n".join("\t".join(line) for line in cells), "made.txt")
    assert cost(problem, roster) == naive_objective(instance, cells)
    allowed = {"allowed_shifts": "most_of_shift", "most_of_shift_period": "most_of_shift"}
    told = {(v.agent_id, allowed.get(v.rule, v.rule)) for v in check(problem, roster)}
    assert told == naive_faults(instance, cells)


def test_tables_of_the_test_keep_and_break_the_rules() -> None:
    faults = [
        naive_faults(parse_instance(made_up(n), "x"), _table(n, made_up(n))) for n in range(40)
    ]
    told = {rule for found in faults for _, rule in found}
    assert told == {
        "hours_period", "consecutive_days", "min_consecutive_days", "min_consecutive_days_off",
        "max_weekends", "availability", "most_of_shift", "forbidden_successions",
    }  # fmt: skip
    for rule in told:
        assert min(sum(each == rule for _, each in found) for found in faults) < 6


def test_a_week_is_solved_and_its_solution_read_back() -> None:
    instance = parse_instance(WEEK, "Week.txt")
    problem = problem_of(instance)
    result = solve(problem, SolveParams(seconds=10, workers=1))
    assert result.status == "optimal"
    assert result.roster is not None
    text = solution_text(problem, result.roster)
    assert roster_of_solution(problem, text, "week") == result.roster
    cells = [line.split("\t") for line in text.splitlines()]
    assert naive_faults(instance, cells) == set()
    assert naive_objective(instance, cells) == result.objective


@pytest.mark.parametrize(
    ("good", "bad", "row", "column", "expected"),
    [
        ("\n7\n", "\n9\n", 4, "days", "whole weeks"),
        ("\n7\n", "\n7.5\n", 4, "days", "0 … 371"),
        ("L,480,E", "E,480,", 8, "ShiftID", "not there yet"),
        ("L,480,E", "L,0,E", 8, "length", "1 … 1440"),
        ("L,480,E", "L,480,X", 8, "forbidden", "ID of a shift"),
        ("L,480,E", "L,480", 8, "", "ShiftID,length,forbidden"),
        ("E=7|L=2", "E=7|K=2", 11, "MaxShifts", "ID of a shift"),
        ("E=7|L=2", "E=7|L=two", 11, "MaxShifts", "ShiftID=number"),
        ("2400,960,4,2", "2400,2401,4,2", 11, "MinTotalMinutes", "at most MaxTotalMinutes"),
        ("2400,960,4,2", "2400,960,4,5", 11, "MinConsecutiveShifts", "at most the maximum"),
        ("ann,2\n", "anne,2\n", 16, "EmployeeID", "did you mean 'ann'?"),
        ("ann,2\n", "ann,7\n", 16, "DayIndex", "0 … 6"),
        ("ann,0,E,2", "ann,0,E,-2", 20, "Weight", "0 … 100000"),
        ("SECTION_COVER", "SECTION_COVERS", 28, "", "did you mean 'SECTION_COVER'?"),
        ("SECTION_DAYS_OFF", "SECTION_STAFF", 15, "", "a section once"),
        ("# made for the tests", "made for the tests", 1, "", "a section"),
    ],
)
def test_a_fault_says_where_it_is(
    good: str, bad: str, row: int, column: str, expected: str
) -> None:
    assert good in WEEK
    with pytest.raises(InputError) as refused:
        parse_instance(WEEK.replace(good, bad, 1), "Week.txt")
    first = refused.value.faults[0]
    assert (first.file, first.row, first.column) == ("Week.txt", row, column)
    assert expected in str(first)


def test_all_faults_are_told_together_and_a_missing_section_is_one() -> None:
    with pytest.raises(InputError) as refused:
        parse_instance(WEEK.replace("100,1\n", "100,one\n"), "Week.txt")
    assert len(refused.value.faults) == 14
    with pytest.raises(InputError, match="SECTION_SHIFTS"):
        parse_instance(WEEK.replace("E,480,\nL,480,E\n", ""), "Week.txt")


def test_a_solution_that_does_not_fit_is_refused() -> None:
    problem = problem_of(parse_instance(WEEK, "Week.txt"))
    for text, told in (
        ("E\n", "3 lines"),
        ("\tX\n\n\n", "day 1"),
        ("E\t" * 8 + "E\n\n\n", "7 cells"),
    ):
        with pytest.raises(InputError, match=told):
            roster_of_solution(problem, text, "mine.txt")


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "Week.txt"
    path.write_text(WEEK)
    assert read_instance(path, max_bytes=100_000) == parse_instance(WEEK, "Week.txt")
    with pytest.raises(InputError, match="at most 100 bytes"):
        read_instance(path, max_bytes=100)
