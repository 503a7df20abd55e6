"""Forecast and requirement as CSV."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_problem import LONDON, small_problem

from forecasting.forecast import Forecast
from forecasting.grid import TimeGrid
from scheduler.errors import InputError
from scheduler.exchange.series import (
    forecast_csv,
    read_forecast,
    read_requirement,
    requirement_csv,
)


def _forecast(zone: ZoneInfo, seed: int, levels: int) -> Forecast:
    random = np.random.default_rng(seed)
    # London's clocks go back on the second day: the hour from 01:00 comes twice.
    grid = TimeGrid.over_days(date(2026, 10, 24), 2, timedelta(minutes=30), zone)
    offered = np.where(random.random((2, len(grid))) < 0.3, 0.0, random.gamma(2, 5, (2, len(grid))))
    share = np.linspace(0.5, 1.5, levels)[:, None, None]
    aht_s = random.uniform(60, 600, offered.shape)
    return Forecast(
        grid=grid,
        queues=("phone", "=chat"),
        offered=offered,
        levels=np.linspace(0.1, 0.9, levels),
        quantiles=share * offered,
        aht_s=aht_s,
        aht_quantiles=share * aht_s,
        models=("a", "b"),
    )


@given(
    zone=st.sampled_from(["Europe/London", "Asia/Kathmandu", "America/St_Johns"]),
    seed=st.integers(0, 10**6),
    levels=st.sampled_from([1, 3, 5, 9]),
)
@settings(deadline=None, derandomize=True, max_examples=25)
def test_a_forecast_reads_back_as_it_was(zone: str, seed: int, levels: int) -> None:
    forecast = _forecast(ZoneInfo(zone), seed, levels)
    again = read_forecast(forecast_csv(forecast), "f.csv", zone=ZoneInfo(zone))
    assert again.grid == forecast.grid
    assert again.queues == forecast.queues
    assert again.levels == pytest.approx(forecast.levels)
    for name in ("offered", "quantiles", "aht_s", "aht_quantiles"):
        np.testing.assert_array_equal(getattr(again, name), getattr(forecast, name))


def test_a_forecast_has_the_contracts_columns() -> None:
    lines = forecast_csv(_forecast(LONDON, 1, 9)).decode().splitlines()
    quantiles = ",".join(f"p{n}0" for n in range(1, 10))
    times = ",".join(f"aht_p{n}0" for n in range(1, 10))
    assert lines[0] == f"interval_start,queue,offered,{quantiles},aht_s,{times}"
    assert lines[1].startswith("2026-10-24T00:00:00+01:00,phone,")
    assert lines[2].startswith("2026-10-24T00:00:00+01:00,'=chat,")
    assert len(lines) == 1 + 2 * 98


def test_a_forecast_written_before_handling_times_had_a_range_is_read() -> None:
    forecast = _forecast(LONDON, 1, 3)
    old = [line.rsplit(",", 3)[0] for line in forecast_csv(forecast).decode().splitlines()]
    again = read_forecast("\n".join(old).encode(), "f.csv", zone=LONDON)
    np.testing.assert_array_equal(again.aht_s, forecast.aht_s)
    np.testing.assert_array_equal(again.aht_quantiles, np.tile(forecast.aht_s, (3, 1, 1)))


def test_a_requirement_has_the_contracts_columns_and_reads_back() -> None:
    need = small_problem().requirement
    data = requirement_csv(need)
    header = "interval_start,queue,offered,aht_s,base,required,service_level,occupancy"
    assert data.decode().splitlines()[0] == header
    again = read_requirement(data, "staff.csv", zone=LONDON)
    assert again.grid == need.grid
    assert again.queues == ("phone", "chat")
    for name in header.split(",")[2:]:
        np.testing.assert_array_equal(getattr(again, name), getattr(need, name))


def _with(line: str, cell: int, value: str) -> str:
    """Change one cell of a line."""
    cells = line.split(",")
    return ",".join([*cells[:cell], value, *cells[cell + 1 :]])


Change = Callable[[list[str]], list[str]]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda lines: [lines[0].replace("aht_s", "aht"), *lines[1:]], "row 1, column aht"),
        (lambda lines: lines[:1], "at least one row"),
        (lambda lines: [*lines[:5], *lines[6:]], "one row for queue phone at 2026-10-24T01:00"),
        (lambda lines: [*lines, lines[-1]], "expected one row for queue =chat"),
        (lambda lines: [*lines[:5], *lines[-2:]], "rows without gaps"),
        (lambda lines: [*lines[:3], lines[3].replace("phone,", "phone,-"), *lines[4:]], "row 4"),
        (lambda lines: [*lines[:3], lines[3].replace("phone,", "phone,x"), *lines[4:]], "row 4"),
        (lambda lines: [*lines[:3], _with(lines[3], 6, "0"), *lines[4:]], "above 0"),
        (lambda lines: [*lines[:3], _with(lines[3], 6, ""), *lines[4:]], "above 0"),
        (lambda lines: [*lines[:3], _with(lines[3], 8, "1"), *lines[4:]], "aht_quantiles"),
        (lambda lines: [lines[0].replace("aht_p50", "aht_x"), *lines[1:]], "column aht_p50"),
        (
            lambda lines: [
                lines[0].replace("p10", "pXX").replace("p50", "p10").replace("pXX", "p50"),
                *lines[1:],
            ],
            "rising with the level",
        ),
    ],
)
def test_a_broken_forecast_says_what_is_wrong(change: Change, words: str) -> None:
    lines = change(forecast_csv(_forecast(LONDON, 1, 3)).decode().splitlines())
    with pytest.raises(InputError) as refused:
        read_forecast("\n".join(lines).encode(), "f.csv", zone=LONDON)
    assert words in str(refused.value)
    assert all(fault.file == "f.csv" for fault in refused.value.faults)
