"""``callboard erlang`` against the reference tables: figures to 1e-9, counts exactly."""

from __future__ import annotations

import csv
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from scheduler.workflows.planner import calculate

TABLES = Path(__file__).parent.parent / "fixtures" / "erlang"


def _rows(name: str) -> list[dict[str, str]]:
    with (TABLES / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _answer(row: dict[str, str], **more: Any) -> dict[str, Any]:
    patience = row.get("patience_s")
    given: dict[str, Any] = {
        "offered": float(row["calls_per_interval"]),
        "interval": timedelta(seconds=float(row["interval_s"])),
        "aht": timedelta(seconds=float(row["aht_s"])),
        "answer_within": timedelta(seconds=float(row["T_s"])),
        "target": 0.8,
        "patience": timedelta(seconds=float(patience)) if patience else None,
        "definition": "answered_of_offered",
        "agents": int(row["agents"]),
        "shrinkage": 0.0,
    }
    return calculate(**(given | more))


def test_erlang_c_prints_what_the_table_says() -> None:
    for row in _rows("erlang_c_reference.csv"):
        answer = _answer(row)
        for ours, theirs in (
            ("service_level", "service_level"),
            ("wait_probability", "p_wait"),
            ("asa_s", "asa_s"),
            ("occupancy", "occupancy"),
        ):
            assert answer[ours] == pytest.approx(float(row[theirs]), rel=1e-9, abs=1e-9), row["id"]


@pytest.mark.parametrize("target", [80, 90])
def test_the_smallest_number_of_agents_is_exact(target: int) -> None:
    for row in _rows("erlang_c_reference.csv"):
        answer = _answer(row, agents=None, target=target / 100)
        assert answer["agents"] == int(row[f"agents_min_sl{target}"]), row["id"]


def test_erlang_a_prints_what_the_table_says() -> None:
    definitions = {
        "answered_of_offered": "sl_offered",
        "excluding_abandoned_within": "sl_excl_ab_T",
        "abandoned_within_counted": "sl_ab_positive",
        "answered_of_answered": "sl_answered",
        "excluding_short_abandons": "sl_excl_short5",
        "infinitely_patient": "sl_virtual",
    }
    for row in _rows("erlang_a_reference.csv"):
        for definition, column in definitions.items():
            answer = _answer(row, definition=definition)
            assert answer["service_level"] == pytest.approx(float(row[column]), abs=1e-9), row["id"]
        for ours, theirs in (
            ("wait_probability", "p_wait"),
            ("abandon_rate", "p_abandon"),
            ("asa_s", "asa_answered_s"),
            ("occupancy", "occupancy"),
        ):
            assert answer[ours] == pytest.approx(float(row[theirs]), rel=1e-9, abs=1e-9), row["id"]
