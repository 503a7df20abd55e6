"""Four thousand mails a week: what a calendar allows, and a target it forbids.

The published example gives 4,000 mails a week round the clock, six minutes each, for a desk open on
weekdays from nine to five; figures are a fluid's. It does not give the hours at which mails come;
the profile here was chosen among a few plain ones and meets all its figures within a point.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from numpy.typing import NDArray

from forecasting.grid import TimeGrid
from forecasting.history import History
from forecasting.special_days import OpeningHours
from scheduler.errors import InputError
from scheduler.exchange.case import Case
from scheduler.exchange.read_case import read_case
from scheduler.staffing.channels import Queue
from scheduler.staffing.deadline import Deadline
from scheduler.staffing.deferred import deferred_ceiling, deferred_service_level, deferred_work
from scheduler.workflows.week import plan_week

TINY = Path(__file__).parents[3] / "rosters" / "tiny"
UTC = ZoneInfo("UTC")
HALF_HOUR = timedelta(minutes=30)


def _mail(within: str, share: float = 0.8) -> Queue:
    return Queue(
        name="mail",
        channel="email",
        service_level=share,
        answer_within=Deadline.parse(within),
        aht=timedelta(minutes=6),
        opening=OpeningHours.parse("Mon-Fri 09:00-17:00"),
    )


def _arrivals(grid: TimeGrid) -> NDArray[np.float64]:
    day = (grid.local_minutes >= 9 * 60) & (grid.local_minutes < 18 * 60)
    rate = np.where(day, 1.0, 0.25) * np.where(grid.weekdays < 5, 1.0, 0.6)
    week = rate[: 7 * 48].sum()
    return np.asarray(4000 * rate / week)


@pytest.mark.parametrize(
    ("heads", "within", "published"),
    [
        (11, "24h", 0.742),
        (12, "24h", 0.790),
        (13, "24h", 0.816),
        (11, "1bd", 0.931),
        (12, "1bd", 0.977),
        (13, "1bd", 1.000),
    ],
)
def test_the_published_shares(heads: int, within: str, published: float) -> None:
    grid = TimeGrid.over_days(date(2026, 1, 26), 7, HALF_HOUR, UTC)
    nine_to_five = (grid.local_minutes >= 9 * 60) & (grid.local_minutes < 17 * 60)
    is_open = np.where(nine_to_five & (grid.weekdays < 5), 1.0, 0.0)
    work = deferred_work(
        _mail(within),
        grid,
        offered=_arrivals(grid),
        aht_s=np.full(len(grid), 360.0),
        open_share=is_open,
    )
    share = work.overall(deferred_service_level(work, is_open * heads * 1800.0))
    assert share == pytest.approx(published, abs=0.01)
    if within == "24h":
        assert work.overall(deferred_ceiling(work)) == pytest.approx(0.847, abs=0.01)


def _case(within: str, share: float) -> Case:
    tiny = read_case(TINY, max_bytes=10_000_000)
    grid = TimeGrid.over_days(date(2026, 1, 26), 28, HALF_HOUR, UTC)
    skilled = tuple(replace(a, skills=frozenset({"mail"})) for a in tiny.team.agents)
    return replace(
        tiny,
        zone=UTC,
        interval=HALF_HOUR,
        queues=(_mail(within, share),),
        history=History.of_offered(grid, ("mail",), np.rint(_arrivals(grid))[None]),
        team=replace(tiny.team, agents=skilled),
    )


def test_the_impossible_target_is_refused_before_any_solving_with_its_ceiling() -> None:
    with pytest.raises(InputError, match=r"queue mail: expected at most 8[45]\.\d%.*found 90%"):
        plan_week(_case("24h", 0.9))


@pytest.mark.parametrize(("within", "share", "heads"), [("24h", 0.8, 13), ("1bd", 0.9, 11)])
def test_possible_targets_get_the_published_heads(within: str, share: float, heads: int) -> None:
    assert plan_week(_case(within, share)).requirement.base.max() == heads
