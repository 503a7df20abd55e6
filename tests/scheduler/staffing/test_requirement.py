"""The requirement: from a forecast to agents per interval, and the curves beside it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from forecasting.forecast import Forecast
from forecasting.grid import TimeGrid
from forecasting.special_days import OpeningHours, open_share
from scheduler.errors import InputError
from scheduler.staffing import erlang
from scheduler.staffing.channels import Queue
from scheduler.staffing.chat import chat_service_level
from scheduler.staffing.deadline import Deadline
from scheduler.staffing.load import lagged_load
from scheduler.staffing.requirement import Requirement, make_requirement

GRID = TimeGrid.over_days(date(2024, 1, 8), 7, timedelta(minutes=30), ZoneInfo("Europe/London"))
HOURS = OpeningHours.parse("Mon-Fri 07:00-21:00")
PHONE = Queue(
    name="phone",
    channel="phone",
    service_level=0.8,
    answer_within=Deadline.parse("20s"),
    aht=timedelta(minutes=5),
    patience=timedelta(minutes=2),
    opening=HOURS,
)
CHAT = replace(
    PHONE, name="chat", channel="chat", answer_within=Deadline.parse("60s"), concurrency=3
)
EMAIL = replace(
    PHONE,
    name="email",
    channel="email",
    patience=None,
    service_level=0.9,
    answer_within=Deadline.parse("24h"),
    clock="business",
)
QUEUES = (PHONE, CHAT, EMAIL)
SHARE = np.stack([open_share(HOURS, (), queue.name, GRID) for queue in QUEUES])
OPEN = SHARE[0] > 0.0
OFFERED = SHARE * (10.0 + 50.0 * np.sin(np.pi * (GRID.local_minutes - 420) / 840) ** 2)


def forecast(offered: np.ndarray = OFFERED, names: tuple[str, ...] = ()) -> Forecast:
    return Forecast(
        grid=GRID,
        queues=names or tuple(queue.name for queue in QUEUES),
        offered=offered,
        levels=np.array([0.5]),
        quantiles=offered[None],
        aht_s=np.full(offered.shape, 300.0),
        models=("flat",) * len(offered),
    )


def require(queues: tuple[Queue, ...] = QUEUES, shrinkage: float = 0.0) -> Requirement:
    share = np.repeat(SHARE[:1], len(queues), axis=0)
    return make_requirement(forecast(), queues, open_share=share, shrinkage=shrinkage)


@pytest.fixture(scope="module")
def shrunk() -> Requirement:
    return require(shrinkage=0.3)


def test_the_load_is_lagged_and_the_weights_are_not(shrunk: Requirement) -> None:
    expected = lagged_load(OFFERED[0], np.full(len(GRID), 300.0), SHARE[0], GRID.interval_s)
    np.testing.assert_allclose(shrunk.load[0], expected)
    np.testing.assert_array_equal(shrunk.offered, OFFERED)
    plain = make_requirement(forecast(), QUEUES, open_share=SHARE, lag=False)
    np.testing.assert_allclose(plain.load[0], OFFERED[0] * 300.0 / 1800.0)


def test_base_is_the_smallest_and_shrinkage_is_taken_off_once(shrunk: Requirement) -> None:
    target = {"aht_s": 300, "answer_within_s": 20, "patience_s": 120}
    base = erlang.agents_required(shrunk.load[0], target=0.8, **target)
    np.testing.assert_array_equal(shrunk.base[0], base)
    np.testing.assert_array_equal(shrunk.required[0], erlang.scheduled(base, 0.3))
    floor = erlang.agents_required(shrunk.load[0], target=0.6, **target)
    np.testing.assert_array_equal(shrunk.floor[0], erlang.scheduled(floor, 0.3))
    assert np.all(shrunk.service_level[:2, OPEN] >= 0.8)


def test_closed_or_without_contacts_nobody_is_needed(shrunk: Requirement) -> None:
    for plane in (shrunk.base, shrunk.required, shrunk.floor, shrunk.load, shrunk.occupancy):
        assert not plane[:, ~OPEN].any()
    assert np.all(shrunk.service_level[:, ~OPEN] == 1.0)
    for curve in shrunk.curves[:2]:
        assert np.all(curve[~OPEN] == 1.0)


def test_a_queue_without_any_contacts_needs_nobody() -> None:
    nothing = make_requirement(forecast(np.zeros_like(OFFERED)), QUEUES, open_share=SHARE)
    for plane in (nothing.base, nothing.required, nothing.floor, nothing.due_s):
        assert not plane.any()
    assert np.all(nothing.service_level == 1.0)
    assert np.all(nothing.curves[0] == 1.0)


def test_curves_give_the_level_of_any_number_of_agents() -> None:
    plain, halved = require(), require(shrinkage=0.5)
    target = {"aht_s": 300.0, "patience_s": 120.0}
    for q, answer_within_s in ((0, 20.0), (1, 60.0)):
        curve = plain.curves[q]
        heads = np.arange(curve.shape[1])
        expected = chat_service_level(
            plain.load[q][:, None], heads, answer_within_s=answer_within_s,
            stretch=QUEUES[q].stretch, **target,
        )  # fmt: skip
        np.testing.assert_allclose(curve, expected, atol=1e-12)
        # Half the time away: two rostered agents are one on the queue, an odd one counts half.
        both = halved.curves[q]
        common = min(curve.shape[1], (both.shape[1] + 1) // 2)
        np.testing.assert_allclose(both[:, : 2 * common : 2], curve[:, :common], atol=1e-12)
        between = (curve[:, : common - 1] + curve[:, 1:common]) / 2
        np.testing.assert_allclose(both[:, 1 : 2 * common - 1 : 2], between, atol=1e-12)


def test_curves_rise_to_where_more_agents_do_not_matter(shrunk: Requirement) -> None:
    for q in (0, 1):
        curve = shrunk.curves[q]
        assert np.diff(curve, axis=1).min() >= 0.0
        assert curve[:, -1].min() >= 0.999
        rows = np.arange(len(GRID))
        assert np.all(curve[rows, shrunk.required[q]] >= 0.8 - 1e-12)
        assert np.all(curve[rows, shrunk.floor[q]] >= 0.6 - 1e-12)
        np.testing.assert_array_equal(curve[rows, shrunk.required[q]], shrunk.service_level[q])


def test_occupancy_lies_between_those_of_whole_agents(shrunk: Requirement) -> None:
    on_queue = shrunk.required[0][OPEN] * 0.7
    line = {"aht_s": 300, "patience_s": 120}
    busiest = erlang.occupancy(shrunk.load[0][OPEN], np.floor(on_queue), **line)
    idlest = erlang.occupancy(shrunk.load[0][OPEN], np.floor(on_queue) + 1, **line)
    assert np.all(shrunk.occupancy[0][OPEN] <= busiest + 1e-12)
    assert np.all(shrunk.occupancy[0][OPEN] >= idlest - 1e-12)


def test_a_stable_floor_is_the_smallest_team_that_keeps_up() -> None:
    endless = replace(PHONE, patience=None, floor="stable")
    slots = replace(CHAT, patience=None, floor="stable")
    found = require((endless, slots))
    np.testing.assert_array_equal(found.floor[0][OPEN], np.floor(found.load[0][OPEN]) + 1)
    per_agent = 3 / slots.stretch[-1]
    assert np.all(found.floor[1][OPEN] * per_agent > found.load[1][OPEN])
    assert np.all((found.floor[1][OPEN] - 1) * per_agent <= found.load[1][OPEN])
    patient = require((replace(PHONE, floor="stable"),))
    np.testing.assert_array_equal(patient.floor[0], OPEN)


def test_deferred_work_is_level_and_in_time(shrunk: Requirement) -> None:
    assert shrunk.curves[2].shape == (len(GRID), 0)
    assert len(set(shrunk.base[2][OPEN])) == 1
    assert not shrunk.floor[2].any()
    mean = shrunk.offered[2] @ shrunk.service_level[2] / shrunk.offered[2].sum()
    assert mean >= 0.9
    done_s = shrunk.occupancy[2] * shrunk.required[2] * 0.7 * GRID.interval_s
    assert done_s.sum() == pytest.approx(shrunk.offered[2].sum() * 300.0)
    assert shrunk.due_s[2, -1] == pytest.approx(shrunk.offered[2].sum() * 300.0)
    assert not shrunk.due_s[:2].any()
    assert not shrunk.arrived_s[:2].any()


def test_queues_come_in_the_order_asked_for() -> None:
    swapped = make_requirement(forecast(), QUEUES[::-1], open_share=SHARE)
    assert [swapped.index_of(queue.name) for queue in QUEUES] == [2, 1, 0]
    np.testing.assert_array_equal(swapped.base[2], require().base[0])
    with pytest.raises(KeyError):
        swapped.index_of("fax")


def test_bad_inputs_are_reported_together() -> None:
    with pytest.raises(InputError) as refused:
        make_requirement(
            forecast(), (PHONE, PHONE, replace(PHONE, name="fax")), open_share=SHARE * 2
        )
    assert {fault.column for fault in refused.value.faults} == {"queue", "queues", "open_share"}
    with pytest.raises(InputError, match="shape"):
        make_requirement(forecast(), QUEUES, open_share=SHARE[:2])
    with pytest.raises(InputError, match="shrinkage"):
        require(shrinkage=1.0)


def test_a_requirement_refuses_planes_that_do_not_fit() -> None:
    good = require()
    with pytest.raises(InputError) as refused:
        replace(good, base=good.base[:1], curves=good.curves[:1])
    assert {fault.column for fault in refused.value.faults} == {"base", "curves"}
