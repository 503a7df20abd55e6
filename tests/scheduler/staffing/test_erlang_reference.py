"""Erlang B, C and A against 20-digit reference values and recomputed published examples."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from scheduler.staffing import erlang

FIXTURES = Path(__file__).parents[2] / "fixtures" / "erlang"
COLUMNS: dict[erlang.Definition, str] = {
    "answered_of_offered": "sl_offered",
    "excluding_abandoned_within": "sl_excl_ab_T",
    "abandoned_within_counted": "sl_ab_positive",
    "answered_of_answered": "sl_answered",
    "excluding_short_abandons": "sl_excl_short5",
    "infinitely_patient": "sl_virtual",
}


@pytest.fixture(scope="module")
def c() -> pd.DataFrame:
    return pd.read_csv(FIXTURES / "erlang_c_reference.csv")


@pytest.fixture(scope="module")
def a() -> pd.DataFrame:
    return pd.read_csv(FIXTURES / "erlang_a_reference.csv")


def test_erlang_c_keeps_twelve_digits(c: pd.DataFrame) -> None:
    load, agents = c["calls_per_interval"] * c["aht_s"] / c["interval_s"], c["agents"]
    found = {
        "erlang_b": erlang.erlang_b(load, agents),
        "p_wait": erlang.erlang_c(load, agents),
        "service_level": erlang.service_level(
            load, agents, aht_s=c["aht_s"], answer_within_s=c["T_s"]
        ),
        "asa_s": erlang.asa_s(load, agents, aht_s=c["aht_s"]),
        "occupancy": erlang.occupancy(load, agents),
    }
    for column, values in found.items():
        np.testing.assert_allclose(values, c[column], rtol=1e-12, atol=0, err_msg=column)
    np.testing.assert_allclose(
        erlang.mean_wait_s(load, agents, aht_s=c["aht_s"]), c["asa_s"], rtol=1e-12
    )


@pytest.mark.parametrize("percent", [80, 90])
def test_every_smallest_number_of_agents_is_exact(c: pd.DataFrame, percent: int) -> None:
    load = c["calls_per_interval"] * c["aht_s"] / c["interval_s"]
    found = erlang.agents_required(
        load, aht_s=c["aht_s"], answer_within_s=c["T_s"], target=percent / 100
    )
    np.testing.assert_array_equal(found, c[f"agents_min_sl{percent}"])


def test_erlang_a_keeps_eleven_digits(a: pd.DataFrame) -> None:
    line = {"aht_s": a["aht_s"], "patience_s": a["patience_s"]}
    load, agents = a["load_erlangs"], a["agents"]
    found = {
        "p_wait": erlang.wait_probability(load, agents, **line),
        "p_abandon": erlang.abandon_rate(load, agents, **line),
        "occupancy": erlang.occupancy(load, agents, **line),
        "mean_wait_all_s": erlang.mean_wait_s(load, agents, **line),
        "asa_answered_s": erlang.asa_s(load, agents, **line),
    }
    for definition, column in COLUMNS.items():
        found[column] = erlang.service_level(
            load, agents, answer_within_s=a["T_s"], definition=definition, **line
        )
    for column, values in found.items():
        np.testing.assert_allclose(values, a[column], rtol=0, atol=1e-11, err_msg=column)


@pytest.mark.parametrize(
    ("load", "agents_by_definition", "erlang_c"),
    [(100, [98, 96, 95, 95, 97], 108), (1000, [902, 885, 881, 884, 887], 1015)],
)
def test_with_patience_the_optimum_lies_below_the_load(
    load: float, agents_by_definition: list[int], erlang_c: int
) -> None:
    target = {"aht_s": 300, "answer_within_s": 20, "target": 0.8}
    order: list[erlang.Definition] = [
        "answered_of_offered",
        "excluding_abandoned_within",
        "abandoned_within_counted",
        "answered_of_answered",
        "infinitely_patient",
    ]
    found = [
        erlang.agents_required(load, patience_s=120, definition=definition, **target)
        for definition in order
    ]
    assert found == agents_by_definition
    assert erlang.agents_required(load, **target) == erlang_c


def test_a_worked_example_found_in_many_places() -> None:
    # 100 calls of 180 s in half an hour, 14 agents, 20 s.
    assert erlang.erlang_c(10, 14) == pytest.approx(0.174131934, abs=1e-9)
    level = erlang.service_level(10, 14, aht_s=180, answer_within_s=20)
    assert level == pytest.approx(0.888350019, abs=1e-9)
    assert erlang.asa_s(10, 14, aht_s=180) == pytest.approx(7.83593701, abs=1e-8)
    assert erlang.agents_required(10, aht_s=180, answer_within_s=20, target=0.8) == 14
    line = {"aht_s": 180, "patience_s": 300}
    assert erlang.wait_probability(10, 14, **line) == pytest.approx(0.145260114, abs=1e-9)
    assert erlang.abandon_rate(10, 14, **line) == pytest.approx(0.0139837441, abs=1e-9)
    assert erlang.mean_wait_s(10, 14, **line) == pytest.approx(4.19512324, abs=1e-8)


def test_where_a_public_package_says_one_too_few_or_too_many() -> None:
    # 20 E, 180 s, 80 % in 30 s: an article says 23.
    assert erlang.agents_required(20, aht_s=180, answer_within_s=30, target=0.8) == 24
    # 0.01 E needs one agent, not two.
    assert erlang.agents_required(0.01, aht_s=180, answer_within_s=20, target=0.8) == 1
