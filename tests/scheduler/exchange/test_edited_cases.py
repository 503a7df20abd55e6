"""Cases edited as sheets of text: nothing typed is lost, nothing else is touched."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from case_strategies import cases, differences
from hypothesis import HealthCheck, given, settings

from scheduler.errors import InputError
from scheduler.exchange.case import Case
from scheduler.exchange.case_sheets import EDITED, case_sheets, sheet_changes, typed_case
from scheduler.exchange.layout import CAPACITY, CASE, LIMITS, PRICES, RULES, TABLES
from scheduler.exchange.read_case import read_case_files
from scheduler.exchange.revise_case import revised_files, revised_toml
from scheduler.exchange.write_case import case_files

ROSTERS = Path(__file__).resolve().parents[3] / "rosters"
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]


def sample(name: str) -> dict[str, bytes]:
    return {
        path.name: path.read_bytes()
        for path in (ROSTERS / name).iterdir()
        if path.suffix in (".csv", ".toml") and path.stem != "history"
    }


@given(cases())
@settings(deadline=None, derandomize=True, max_examples=40, suppress_health_check=SLOW)
def test_sheets_typed_back_are_the_same_case(case: Case) -> None:
    case = replace(case, history=None)
    sheets = case_sheets(case)
    assert differences(case, typed_case(sheets)) == []
    assert sheet_changes(sheets, case_sheets(typed_case(sheets))) == ()


@given(cases(), cases())
@settings(deadline=None, derandomize=True, max_examples=40, suppress_health_check=SLOW)
def test_any_case_can_be_revised_into_any_other(one: Case, other: Case) -> None:
    one, other = replace(one, history=None), replace(other, history=None)
    revised = revised_files(case_files(one), one, other)
    assert differences(other, read_case_files(revised)) == []


@pytest.mark.parametrize(
    "name", sorted(path.name for path in ROSTERS.iterdir() if (path / "case.toml").exists())
)
def test_sample_cases_stay_to_the_byte_and_can_be_typed_back(name: str) -> None:
    files = sample(name)
    case = read_case_files(files)
    again = typed_case(case_sheets(case))
    assert differences(case, again) == []
    assert revised_files(files, case, again) == files


def test_every_key_has_a_cell() -> None:
    sheets = case_sheets(read_case_files(sample("tiny")))
    keys = {row[0] for name in ("case", "rules", "capacity") for row in sheets[name][1:]}
    assert set(CASE) - {"history_timezone"} | set(CAPACITY) <= keys
    assert {*RULES, *(f"prices.{key}" for key in PRICES)} <= keys
    assert {f"limits.{key}" for key in LIMITS} <= keys
    for name, columns in TABLES.items():
        assert name == "history" or sheets[name][0] == list(columns)


def test_comments_and_order_are_the_managers_own() -> None:
    text = (
        "# ours\n"
        'timezone = "Europe/London"  # head office\n'
        'name = "x"\n'
        "\n"
        "# the line\n"
        "[[queues]]\n"
        'name = "phone"\n'
        'channel = "phone"\n'
        "service_level = 0.8 # as agreed in May\n"
        'answer_within = "20s"\n'
        'aht = "5m"\n'
        'opening = "always"\n'
        "\n"
        "[[contracts]] # only one\n"
        'name = "full"\n'
    )
    files = {"case.toml": text.encode(), "agents.csv": b"id,name,timezone,contract,skills\n"}
    before = read_case_files(files)
    sheets = case_sheets(before)
    header, row = sheets["queues"]
    row = list(row)
    row[header.index("service_level")] = "0.9"
    row[header.index("name")] = "line"
    new = ["late", *[""] * (len(sheets["shifts"][0]) - 1)]
    new[1:3] = ["14:00", "22:00"]
    rows = [each for each in sheets["case"] if each[0] != "country"] + [["country", "GB"]]
    typed = {**sheets, "queues": [header, row], "case": rows, "shifts": [sheets["shifts"][0], new]}
    after = typed_case(typed)
    wanted = text.replace("0.8 #", "0.9 #").replace('name = "phone"', 'name = "line"')
    wanted = wanted.replace("# the line\n", '# the line\ncountry = "GB"\n')
    wanted += '[[shifts]]\nname = "late"\nstart = "14:00"\nend = "22:00"\n'
    found = revised_toml(text, before, after)
    assert found.replace("\n\n", "\n") == wanted.replace("\n\n", "\n")
    assert [str(each) for each in sheet_changes(sheets, case_sheets(after))] == [
        "case, country: nothing → GB",
        "queues, phone: removed",
        "queues, line: added",
        "shifts, late: added",
    ]


def test_faults_name_sheet_row_and_column() -> None:
    sheets = case_sheets(read_case_files(sample("tiny")))
    header, *agents = sheets["agents"]
    agents[1][header.index("timezone")] = "Europe/Lodnon"
    wrong = {**sheets, "agents": [header, *agents], "rules": [["key", "value"], ["order", "fame"]]}
    with pytest.raises(InputError) as error:
        typed_case(wrong)
    places = {(fault.file, fault.row, fault.column) for fault in error.value.faults}
    assert places == {("agents", 3, "timezone"), ("rules", 2, "rules, order")}


def test_changes_are_told_row_by_row() -> None:
    before = case_sheets(read_case_files(sample("tiny")))
    header, *agents = before["agents"]
    moved = [list(row) for row in reversed(agents)]
    moved[0][header.index("hourly_cost")] = "21"
    gone = moved.pop(1)
    after = {**before, "agents": [header, *moved, ["zoe", *gone[1:]]]}
    told = [str(each) for each in sheet_changes(before, after)]
    assert told == [
        f"agents, {gone[0]}: removed",
        f"agents, {moved[0][0]}: hourly_cost {agents[-1][header.index('hourly_cost')]} → 21",
        "agents, zoe: added",
        "agents: in another order",
    ]
    doubled = {**before, "requests": [before["requests"][0], ["ana", "2026-03-01"] + [""] * 5] * 1}
    twice = {**doubled, "requests": [*doubled["requests"], doubled["requests"][1]]}
    assert [each.kind for each in sheet_changes(doubled, twice)] == ["added"]
    assert set(before) == set(EDITED)
