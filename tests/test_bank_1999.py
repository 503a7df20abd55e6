"""``rosters/bank-1999``: what was made of a real log is what others measured on it."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from forecasting.cleanup import find
from scheduler.exchange.read_case import read_case

FOLDER = Path(__file__).parent.parent / "rosters" / "bank-1999"
# Purim's fast, Passover (eve and first day, seventh day), Memorial and Independence Day,
# Pentecost's eve, New Year's second day, Yom Kippur (eve and day): the bank closed early or late.
HOLIDAYS = {
    *(date(1999, 3, 31), date(1999, 4, 1), date(1999, 4, 7), date(1999, 4, 20)),
    *(date(1999, 4, 21), date(1999, 5, 20), date(1999, 9, 12), date(1999, 9, 19)),
    date(1999, 9, 20),
}


@pytest.fixture(scope="module")
def waits() -> list[tuple[int, int, int]]:
    """Seconds waited, who was answered or sent on after them, who gave up."""
    with (FOLDER / "waits.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [
        (int(row["wait_s"]), int(row["answered"]) + int(row["sent_on"]), int(row["abandoned"]))
        for row in rows
    ]


def test_mean_patience_is_all_time_waited_over_all_who_gave_up(
    waits: list[tuple[int, int, int]],
) -> None:
    waited = sum(second * (stayed + left) for second, stayed, left in waits)
    gave_up = sum(left for *_, left in waits)
    assert gave_up == 44_678
    assert waited / gave_up == pytest.approx(386.965, abs=0.001)


@pytest.mark.parametrize(
    ("second", "still_there"), [(30, 0.90), (60, 0.82), (120, 0.72), (300, 0.53), (600, 0.37)]
)
def test_the_product_limit_estimate_is_the_one_measured_before(
    waits: list[tuple[int, int, int]], second: int, still_there: float
) -> None:
    at_risk, stay = sum(stayed + left for _, stayed, left in waits), 1.0
    for at, stayed, left in sorted(waits):
        if at <= second:
            stay *= 1 - left / at_risk
            at_risk -= stayed + left
    assert stay == pytest.approx(still_there, abs=0.005)


def test_history_and_waits_count_the_same_calls(waits: list[tuple[int, int, int]]) -> None:
    history = read_case(FOLDER, max_bytes=10_000_000).history
    assert history is not None
    assert np.nansum(history.offered) == sum(stayed + left for _, stayed, left in waits) == 298_965
    assert np.nansum(history.abandoned) == 44_678
    assert np.nansum(history.handled) == 298_965 - 44_678


def test_holidays_that_nobody_described_are_found() -> None:
    case = read_case(FOLDER, max_bytes=10_000_000)
    assert case.history is not None
    found = find(case.history, "phone", case.queues[0].opening)
    outages = {each.start.date() for each in found if each.kind == "outage"}
    assert outages >= HOLIDAYS
    assert len(outages) <= 20
    gaps = [each.days for each in found if each.kind == "gap"]
    assert gaps == ["1999-01-11 to 1999-01-12", "1999-08-01 to 1999-08-31"]
