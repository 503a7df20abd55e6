"""What is written is what is read: folder and workbook mean the same case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from case_strategies import cases, differences
from hypothesis import HealthCheck, given, settings
from small_case import FILES, MAX_BYTES

from forecasting.special_days import SpecialDay
from scheduler.exchange import layout
from scheduler.exchange.case import Case
from scheduler.exchange.read_case import read_case
from scheduler.exchange.write_case import write_case, write_workbook
from scheduler.people import Agent, Contract
from scheduler.rostering.activities import Activity
from scheduler.rostering.limits import TeamLimits
from scheduler.rostering.problem import Pin, Prices, Request
from scheduler.rostering.rotations import Rotation
from scheduler.rostering.shifts import ShiftTemplate
from scheduler.rostering.wishes import WeeklyRequest
from scheduler.staffing.channels import Queue

Folder = Callable[[Mapping[str, str | bytes | None]], Path]


@given(cases())
@settings(
    deadline=None,
    derandomize=True,
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_a_case_survives_a_folder_and_a_workbook(case: Case) -> None:
    with TemporaryDirectory() as place:
        folder, book = Path(place) / "case", Path(place) / "case.xlsx"
        write_case(case, folder)
        write_workbook(case, book)
        assert differences(case, read_case(folder, max_bytes=MAX_BYTES)) == []
        assert differences(case, read_case(book, max_bytes=MAX_BYTES)) == []


def test_the_small_case_reads_as_written_by_hand(folder: Folder) -> None:
    case = read_case(folder({}), max_bytes=MAX_BYTES)
    assert case.name == "Small"
    assert case.week == date(2026, 3, 25)
    assert case.queue_names == ("phone", "email")
    assert case.template_names == ("early", "night")
    assert dict(case.shrinkage) == {"breaks": 0.08, "training": 0.02}
    assert case.prices == Prices(promise=2)
    assert case.order == ("promise", "coverage")
    assert case.waived == {"min_rest"}
    assert case.pins == (
        Pin(agent_id="a1", day=date(2026, 3, 23), shift="early"),
        Pin(agent_id="b2", day=date(2026, 3, 27), shift=""),
    )
    assert case.past == (Pin(agent_id="b2", day=date(2026, 3, 22), shift="night"),)
    assert case.history is not None
    assert case.history.offered[0, 18] == 12


def test_only_the_settings_and_the_agents_must_be_there(folder: Folder) -> None:
    optional = ("history", "time_off", "requests", "special_days", "assignments")
    case = read_case(folder({f"{name}.csv": None for name in optional}), max_bytes=MAX_BYTES)
    assert case.history is None
    assert case.team.time_off == case.requests == case.special_days == case.pins == ()


def test_writing_again_removes_tables_that_are_gone(folder: Folder, tmp_path: Path) -> None:
    place = folder({})
    poor = read_case(folder({"requests.csv": None}), max_bytes=MAX_BYTES)
    folder({})
    write_case(poor, place)
    assert not (place / "requests.csv").exists()
    assert differences(poor, read_case(place, max_bytes=MAX_BYTES)) == []


@pytest.mark.parametrize(
    ("kind", "columns"),
    [
        (Queue, layout.QUEUES),
        (ShiftTemplate, layout.SHIFTS),
        (Contract, layout.CONTRACTS),
        (Agent, layout.AGENTS),
        (Request, layout.REQUESTS),
        (WeeklyRequest, layout.AVAILABILITY),
        (SpecialDay, layout.SPECIAL_DAYS),
        (Pin, layout.PINS),
        (Prices, layout.PRICES),
        (TeamLimits, layout.LIMITS),
        (Rotation, layout.ROTATIONS),
        (Activity, layout.ACTIVITIES),
    ],
)
def test_every_field_has_a_column(kind: type, columns: Mapping[str, layout.Column]) -> None:
    carried = {column.field for column in columns.values()}
    assert carried == {field.name for field in fields(kind)}


def test_lost_time_says_whether_it_can_be_planned(tmp_path: Path) -> None:
    for name, text in FILES.items():
        lost = 'sickness = 0.03\nsick = "0.01 planned"\ncoaching = "0.02 unplanned"\n'
        text = text.replace("[shrinkage]\n", f"[shrinkage]\n{lost}")
        (tmp_path / name).write_text(text, encoding="utf-8")
    case = read_case(tmp_path, max_bytes=MAX_BYTES)
    assert case.unplanned == {"sickness", "coaching"}
    assert case.shrinkage["coaching"] == 0.02
    write_case(case, tmp_path / "again")
    again = read_case(tmp_path / "again", max_bytes=MAX_BYTES)
    assert (again.unplanned, again.shrinkage) == (case.unplanned, case.shrinkage)
