"""Shifts worked before the week, where a template offers several starts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from pathlib import Path

import pytest

from scheduler.errors import InputError
from scheduler.exchange.read_case import read_case
from scheduler.rostering.wishes import Pin
from scheduler.workflows.week import plan_week

CASE = read_case(Path(__file__).parents[3] / "rosters" / "flexible", max_bytes=10_000_000)
FRIDAY = date(2026, 2, 20)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [(None, None, (6, 14)), (time(9), None, (9, 17)), (time(9), time(13), (9, 13))],
)
def test_the_start_that_was_worked_counts(
    start: time | None, end: time | None, hours: tuple[int, int]
) -> None:
    past = Pin(agent_id="ana", day=FRIDAY, shift="flexible", start=start, end=end)
    (worked,) = plan_week(replace(CASE, past=(past,))).problem.past
    assert (worked.shift.start.hour, worked.shift.end.hour) == hours


def test_a_start_that_the_shift_does_not_offer_is_refused() -> None:
    past = Pin(agent_id="ana", day=FRIDAY, shift="flexible", start=time(9, 15))
    with pytest.raises(InputError, match="from 09:15"):
        plan_week(replace(CASE, past=(past,)))
