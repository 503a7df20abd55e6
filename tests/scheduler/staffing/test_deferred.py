"""Deferred work: deadlines and the share in time, against a twin that works tick by tick."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from forecasting.grid import TimeGrid
from forecasting.special_days import OpeningHours, open_share
from scheduler.staffing.channels import Queue
from scheduler.staffing.deadline import Deadline
from scheduler.staffing.deferred import (
    DeferredWork,
    deferred_agents,
    deferred_ceiling,
    deferred_done,
    deferred_service_level,
    deferred_work,
)

HOUR = timedelta(hours=1)
TICK = timedelta(minutes=5)
AHT = 360.0
MAIL = Queue(
    name="email",
    channel="email",
    service_level=0.9,
    answer_within=Deadline.parse("24h"),
    aht=timedelta(seconds=AHT),
    opening=OpeningHours.parse("Mon-Thu 09:00-17:00; Fri 09:00-13:00"),
)
WEEK = TimeGrid.over_days(date(2024, 1, 8), 7, HOUR, ZoneInfo("Europe/London"))
BY_DAY_AND_NIGHT = np.where(WEEK.weekdays < 5, 30.0, 10.0) * (1.0 + WEEK.local_minutes / 1440)
WHEN_OPEN = np.where(open_share(MAIL.opening, (), "email", WEEK) > 0, 60.0, 0.0)


def lay_out(
    within: str, clock: str = "wall", offered: np.ndarray = BY_DAY_AND_NIGHT
) -> DeferredWork:
    queue = replace(MAIL, answer_within=Deadline.parse(within), clock=clock)
    share = open_share(queue.opening, (), "email", WEEK)
    return deferred_work(
        queue, WEEK, offered=offered, aht_s=np.full(len(WEEK), AHT), open_share=share
    )


def ticks_open(work: DeferredWork) -> list[bool]:
    return [bool(hour) for hour in work.open_s for _ in range(HOUR // TICK)]


def naive_due(tick: int, within: str, clock: str, opens: list[bool]) -> int:
    """Return the tick by which a contact of a tick is due, counting them one by one."""
    week, day_long = len(opens), timedelta(days=1) // TICK
    if within.endswith("bd"):
        while not opens[tick % week]:
            tick += 1
        days, day = int(within[:-2]), tick // day_long
        while days:
            day += 1
            days -= any(opens[t % week] for t in range(day * day_long, (day + 1) * day_long))
        return day * day_long + tick % day_long
    left = int(within[:-1]) * (HOUR // TICK)
    if clock == "wall":
        return tick + left
    while left:
        left -= opens[tick % week]
        tick += 1
    return tick


def naive_share(within: str, clock: str, work: DeferredWork, agents: np.ndarray) -> float:
    """Work three weeks tick by tick, first come first served; count contacts of the second."""
    opens, per_hour = ticks_open(work), HOUR // TICK
    week = len(opens)
    waiting: deque[list[float]] = deque()
    in_time = total = 0.0
    for tick in range(3 * week):
        hour = tick % week // per_hour
        due = naive_due(tick, within, clock, opens) if week <= tick < 2 * week else -1
        waiting.append([due, work.work_s[hour] / per_hour])
        capacity = agents[hour] * TICK.total_seconds() * opens[tick % week]
        while capacity > 1e-9 and waiting:
            due, left = waiting[0]
            done = min(left, capacity)
            capacity -= done
            waiting[0][1] -= done
            if due >= 0:
                total += done
                in_time += done * (tick < due)
            if waiting[0][1] <= 1e-9:
                waiting.popleft()
    return in_time / total


@pytest.mark.parametrize("offered", [BY_DAY_AND_NIGHT, WHEN_OPEN], ids=["always", "open"])
@pytest.mark.parametrize(
    ("within", "clock"),
    [("24h", "wall"), ("8h", "wall"), ("8h", "business"), ("1bd", "business"), ("2bd", "wall")],
)
@pytest.mark.parametrize("headroom", [1.02, 1.15, 1.5])
def test_share_in_time_against_its_twin(
    within: str, clock: str, headroom: float, offered: np.ndarray
) -> None:
    work = lay_out(within, clock, offered)
    level = headroom * work.work_s.sum() / work.open_s.sum()
    # More people early in the week than late, so that backlogs grow and shrink.
    agents = level * np.where(WEEK.weekdays < 2, 1.3, 0.8)
    agents *= headroom * work.work_s.sum() / (agents @ work.open_s)
    found = work.overall(deferred_service_level(work, agents * work.open_s))
    assert found == pytest.approx(naive_share(within, clock, work, agents), abs=0.01)


@pytest.mark.parametrize(
    ("within", "clock"),
    [("24h", "wall"), ("8h", "business"), ("1bd", "business"), ("2bd", "wall"), ("100h", "wall")],
)
def test_due_and_arrived_work_against_counting_ticks(within: str, clock: str) -> None:
    work = lay_out(within, clock)
    opens, per_hour = ticks_open(work), HOUR // TICK
    week = len(opens)
    due, handed = np.zeros(len(WEEK)), 0.0
    for tick in range(week):
        weight = work.work_s[tick // per_hour] / per_hour
        at = naive_due(tick, within, clock, opens)
        if not any(opens[t % week] for t in range(tick, at)):
            # Nobody can do it in time: it is due as if it came when the queue next opens.
            opening = next(t for t in range(tick, tick + week) if opens[t % week])
            at = naive_due(opening, within, clock, opens)
        last = next(t for t in range(at - 1, at - week, -1) if opens[t % week])
        handed += weight * (last // week)
        due[last % week // per_hour :] += weight
    slack = 1.01 * work.work_s.max() / per_hour
    assert np.abs(work.due_s - due).max() < slack
    assert np.abs(work.arrived_s - np.cumsum(work.work_s) - handed).max() < slack
    assert work.due_s[-1] == pytest.approx(work.work_s.sum())
    assert np.all(work.due_s <= work.arrived_s + 1e-3)


def test_work_done_between_the_two_curves_is_in_time() -> None:
    work = lay_out("8h", "business", WHEN_OPEN)
    agents = deferred_agents(work, 0.999)
    done_s = deferred_done(work, agents * work.open_s)
    assert work.overall(deferred_service_level(work, agents * work.open_s)) == 1.0
    # Counted from the oldest contact that waits at the start: what is done before it is early.
    waits_s = 0.0
    for _ in range(2):
        for come, can in zip(work.work_s, agents * work.open_s, strict=True):
            waits_s = max(0.0, waits_s + come - can)
    early_s = work.arrived_s[0] - work.work_s[0] - waits_s
    assert np.all(early_s + np.cumsum(done_s) >= work.due_s - 1e-3)
    assert np.all(early_s + np.cumsum(done_s) <= work.arrived_s + 1e-3)


def test_a_weekend_puts_a_day_by_the_wall_clock_out_of_reach() -> None:
    work = lay_out("24h")
    ceiling = work.overall(deferred_ceiling(work))
    lost = (WEEK.weekdays == 4) & (WEEK.local_minutes >= 13 * 60)
    lost |= (WEEK.weekdays == 5) | ((WEEK.weekdays == 6) & (WEEK.local_minutes < 9 * 60))
    assert ceiling == pytest.approx(1 - work.offered[lost].sum() / work.offered.sum())
    for agents in (20, 200, 20_000):
        level = work.overall(deferred_service_level(work, agents * work.open_s))
        assert level <= ceiling + 1e-12
    assert level == pytest.approx(ceiling, abs=2e-3)
    assert work.overall(deferred_ceiling(lay_out("24h", "business"))) == 1.0
    assert work.overall(deferred_ceiling(lay_out("1bd"))) == 1.0


def test_the_level_headcount_is_the_least_that_keeps_the_target() -> None:
    for within, clock, target in (
        ("8h", "business", 0.8),
        ("1bd", "wall", 0.95),
        ("24h", "wall", 0.7),
    ):
        work = lay_out(within, clock)
        agents = deferred_agents(work, target)

        def level(heads: int, work: DeferredWork = work) -> float:
            return work.overall(deferred_service_level(work, heads * work.open_s))

        assert level(agents) >= target
        idle = 0.95 * (agents - 1) * work.open_s.sum() < work.work_s.sum()
        assert idle or level(agents - 1) < target


def test_a_target_out_of_reach_is_kept_of_what_can_be_reached() -> None:
    work = lay_out("24h")
    ceiling = work.overall(deferred_ceiling(work))
    agents = deferred_agents(work, 0.98)
    assert 0.9 * ceiling < work.overall(deferred_service_level(work, agents * work.open_s)) < 0.98


def test_too_little_capacity_loses_every_deadline_in_the_long_run() -> None:
    work = lay_out("1bd")
    capacity_s = 0.9 * work.work_s.sum() / work.open_s.sum() * work.open_s
    assert not deferred_service_level(work, capacity_s).any()
    first_week = work.overall(deferred_service_level(work, capacity_s, backlog_s=0.0))
    assert 0.1 < first_week < 1.0
    np.testing.assert_allclose(deferred_done(work, capacity_s), capacity_s)


def test_edges_of_deferred_work() -> None:
    nothing = lay_out("1bd", offered=np.zeros(len(WEEK)))
    assert deferred_agents(nothing, 0.9) == 0
    assert nothing.overall(deferred_service_level(nothing, np.zeros(len(WEEK)))) == 1.0
    assert not nothing.due_s.any()
    closed = deferred_work(
        MAIL,
        WEEK,
        offered=BY_DAY_AND_NIGHT,
        aht_s=np.full(len(WEEK), AHT),
        open_share=np.zeros(len(WEEK)),
    )
    assert deferred_agents(closed, 0.9) == 0
    assert closed.overall(deferred_service_level(closed, np.ones(len(WEEK)))) == 0.0
    assert closed.overall(deferred_ceiling(closed)) == 0.0
    assert not closed.due_s.any()


def test_business_days_on_the_weeks_in_which_clocks_change() -> None:
    for first in (date(2024, 3, 25), date(2024, 10, 21)):
        grid = TimeGrid.over_days(first, 14, timedelta(minutes=30), ZoneInfo("Europe/London"))
        hours = OpeningHours.parse("Mon-Sun 00:00-24:00")
        queue = replace(MAIL, answer_within=Deadline.parse("1bd"), opening=hours)
        work = deferred_work(
            queue,
            grid,
            offered=np.ones(len(grid)),
            aht_s=np.ones(len(grid)),
            open_share=np.ones(len(grid)),
        )
        starts = grid.starts_local()
        for index in range(len(grid) - 60):
            due = datetime.fromtimestamp(grid.start.timestamp() + work.due_from[index], grid.zone)
            shown, wanted = due.replace(tzinfo=None), starts[index].replace(tzinfo=None)
            moved = shown - wanted - timedelta(days=1)
            # A time that the change skips comes up to an hour later.
            assert timedelta(0) <= moved <= HOUR * (first.month == 3)
