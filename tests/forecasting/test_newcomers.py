"""Queues with little history: whose week they borrow, and how soon their own takes over."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from known_series import MONDAY, OFFICE, poisson_counts, weeks_grid

from forecasting.borrowed import borrow
from forecasting.forecast import Forecast, make_forecast
from forecasting.grid import TimeGrid
from forecasting.history import History
from forecasting.newcomers import Newcomer, choose_lender
from forecasting.series import Calendar
from forecasting.special_days import OpeningHours, SpecialDay
from scheduler.errors import InputError

GRID = weeks_grid(8)
NEXT = weeks_grid(1, MONDAY + timedelta(weeks=8))
NEW = "chat"
ALWAYS = OpeningHours.always()


def history(**counts: np.ndarray) -> History:
    return History.of_offered(GRID, tuple(counts), np.array(list(counts.values())))


def only_last(counts: np.ndarray, days: int) -> np.ndarray:
    return np.where(np.arange(counts.size) < counts.size - 48 * days, np.nan, counts)


def forecast(past: History, stated: Newcomer | None = None, **more: Any) -> Forecast:
    names = {*past.queues, NEW}
    given: dict[str, Any] = {
        "opening": dict.fromkeys(names, OFFICE),
        "aht_s": dict.fromkeys(names, 200.0),
        "newcomers": {NEW: stated or Newcomer(kin=("phone",))},
    }
    return make_forecast(past, NEXT, **(given | more))


def mornings(volume: float, seed: int) -> np.ndarray:
    """Nearly all contacts before noon, most of them on Fridays."""
    rng = np.random.default_rng(seed)
    shape = np.where(GRID.local_minutes < 720, 1.0, 0.05) * np.where(GRID.weekdays == 4, 3.0, 1.0)
    is_open = (GRID.weekdays < 5) & (GRID.local_minutes >= 540) & (GRID.local_minutes < 1020)
    return rng.poisson(volume * shape * is_open).astype(float)


PHONE = poisson_counts(GRID, 100.0, seed=1)


def test_without_any_history_a_stated_volume_is_spread_like_another_queue() -> None:
    found = forecast(history(phone=PHONE), Newcomer(volume=300.0, like="phone"))
    phone, chat = found.offered
    assert found.queues == ("phone", NEW)
    assert chat.sum() == pytest.approx(300.0, rel=1e-9)
    usual = PHONE.reshape(8, -1).mean(axis=0)
    assert np.corrcoef(usual[usual > 0], chat[usual > 0])[0, 1] > 0.95
    assert not chat[phone == 0].any()
    assert found.models[1] == "borrowed from phone"
    text = " ".join(str(remark) for remark in found.remarks)
    assert "chat: has no history of its own" in text
    assert "300 a week as stated" in text
    weeks = found.paths(400, 1)[:, 1].sum(axis=1)
    low, high = np.quantile(weeks, [0.1, 0.9])
    assert low < 250 < 350 < high


def test_special_days_and_hours_of_the_new_queue_are_its_own() -> None:
    tuesday = MONDAY + timedelta(weeks=8, days=1)
    late = OpeningHours.parse("Mon-Fri 12:00-20:00")
    found = forecast(
        history(phone=PHONE),
        Newcomer(volume=300.0, like="phone"),
        opening={"phone": OFFICE, NEW: late},
        special_days=[SpecialDay(day=tuesday, kind="closed", queue=NEW)],
    )
    chat = found.offered[1].reshape(7, 48)
    assert not chat[1].any()
    assert not chat[:, :24].any()
    assert chat[0, 24:40].all()
    assert chat[2].sum() + chat[0].sum() + chat[3].sum() + chat[4].sum() < 300.0


def test_the_most_alike_queue_of_the_channel_lends() -> None:
    early, own = mornings(60.0, 2), mornings(6.0, 3)
    past = history(phone=PHONE, early=early, chat=only_last(own, 10))
    found = forecast(past, Newcomer(kin=("phone", "early")))
    assert found.models[2] == "borrowed from early"
    told = forecast(past, Newcomer(kin=("phone", "early"), like="phone"))
    assert told.models[2] == "borrowed from phone"
    # No queue of the channel: the team together.
    team = forecast(past, Newcomer())
    assert team.models[2] == "borrowed"
    assert "the team's total" in str(team.remarks[-2])


def test_own_records_take_over_as_they_grow() -> None:
    """A queue unlike its lender: the error of the borrowed shape falls with its own contacts."""
    truth = mornings(1.0, 0) * 0 + np.where(GRID.local_minutes < 720, 1.0, 0.05)
    is_open = (GRID.weekdays < 5) & (GRID.local_minutes >= 540) & (GRID.local_minutes < 1020)
    truth = (truth * np.where(GRID.weekdays == 4, 3.0, 1.0) * is_open)[: 7 * 48]
    missed = []
    for volume in (0.3, 3.0, 30.0):
        past = history(phone=PHONE, chat=only_last(mornings(volume, 5), 14))
        chat = forecast(past, Newcomer(like="phone")).offered[1]
        missed.append(np.abs(chat / chat.sum() - truth / truth.sum()).sum())
    assert missed[0] > missed[1] > missed[2]
    assert missed[2] < 0.5 * missed[0]


def test_a_queue_like_its_lender_borrows_nearly_all_of_the_shape() -> None:
    weekly = np.maximum(true_week(), 0.0)
    rng = np.random.default_rng(4)
    exposure = np.where(weekly > 0, 2.0, 0.0)
    week = borrow(
        rng.poisson(2.0 * 0.1 * weekly).astype(float), exposure, weekly, np.sign(weekly), None
    )
    assert week.own_share < 0.3
    np.testing.assert_allclose(
        week.rate / week.rate.sum(), weekly / weekly.sum(), atol=0.15 * weekly.max() / weekly.sum()
    )


def true_week() -> np.ndarray:
    return PHONE.reshape(8, 7, 48).mean(axis=0)


def test_level_and_weights_equal_their_naive_twin() -> None:
    """The stated volume is one more week; ratios are drawn to one by the size of their noise."""
    rng = np.random.default_rng(8)
    lent = rng.uniform(1.0, 5.0, (7, 4))
    exposure = np.full((7, 4), 2.0)
    contacts = rng.poisson(exposure * lent * np.array([2, 2, 1, 1, 1, 1, 1])[:, None]).astype(float)
    week = borrow(contacts, exposure, lent, np.ones((7, 4)), 500.0)
    total = sum(float(each) for each in contacts.ravel())
    assert week.rate.sum() == pytest.approx((total + 500.0) / (2.0 + 1.0))
    # Excess of weekday counts over Poisson noise and the luck of two days.
    expected = [2.0 * lent[day].sum() * total / (2.0 * lent.sum()) for day in range(7)]
    came = [contacts[day].sum() for day in range(7)]
    worth = [1.0 / max(each, 0.5) for each in expected]
    above = sum(w * ((n - e) ** 2 - e) for w, n, e in zip(worth, came, expected, strict=True))
    excess = above / sum(w * e**2 for w, e in zip(worth, expected, strict=True))
    true = max(excess - 0.04 / 2.0, 0.0)
    factor = [
        1.0 + true / (true + 0.02 + 1.0 / e) * (n / e - 1.0)
        for n, e in zip(came, expected, strict=True)
    ]
    by_day = week.rate.sum(axis=1)
    spread = by_day / lent.sum(axis=1)
    assert spread / spread[2] == pytest.approx(np.array(factor) / factor[2], rel=0.05)


def test_four_weeks_of_its_own_are_enough() -> None:
    chat = poisson_counts(GRID, 20.0, seed=6)
    known = forecast(history(phone=PHONE, chat=only_last(chat, 28)))
    alone = forecast(history(phone=PHONE, chat=only_last(chat, 28)), newcomers={})
    np.testing.assert_array_equal(known.offered, alone.offered)
    short = forecast(history(phone=PHONE, chat=only_last(chat, 27)))
    assert short.models[1].startswith("borrowed")
    assert short.offered[1].sum() == pytest.approx(alone.offered[1].sum(), rel=0.1)


def test_a_team_without_any_history_is_staffed_by_its_volumes() -> None:
    before = TimeGrid.over_days(MONDAY + timedelta(days=55), 1, timedelta(minutes=30), NEXT.zone)
    nothing = History.of_offered(before, (), np.zeros((0, len(before))))
    found = forecast(nothing, Newcomer(volume=400.0))
    assert found.offered.sum() == pytest.approx(400.0)
    assert np.ptp(found.offered[found.offered > 0]) == pytest.approx(0.0, abs=1e-9)
    assert "evenly" in " ".join(str(each) for each in found.remarks)


def test_a_lone_queue_with_a_week_of_its_own_is_left_to_its_past() -> None:
    past = history(chat=only_last(PHONE, 10))
    for stated in (Newcomer(), Newcomer(volume=900.0, like="phone")):
        found = forecast(past, stated)
        np.testing.assert_array_equal(found.offered, forecast(past, newcomers={}).offered)
    few = history(chat=only_last(PHONE, 3))
    assert forecast(few, Newcomer(volume=900.0)).models == ("borrowed",)
    assert forecast(few, Newcomer()).models != ("borrowed",)


def test_handling_times_are_borrowed_and_drawn_to_what_is_stated() -> None:
    handled = np.stack([PHONE, only_last(PHONE, 7)])
    evening = np.where(GRID.local_minutes < 780, 100.0, 300.0)
    aht_s = np.stack([evening, np.where(np.isnan(handled[1]), np.nan, 90.0)])
    aht_s[:, PHONE == 0] = np.nan
    past = replace(history(phone=PHONE, chat=handled[1]), handled=handled, aht_s=aht_s)
    found = forecast(past, Newcomer(like="phone"), aht_s={})
    phone, chat = found.aht_s
    is_open = found.offered[1] > 0
    np.testing.assert_allclose((chat / phone)[is_open], (chat / phone)[is_open][0], rtol=0.05)
    contacts = handled[1][~np.isnan(aht_s[1])].sum()
    usual = (evening * PHONE).sum() / PHONE.sum()
    level = (contacts * 90.0 + 200.0 * usual) / (contacts + 200.0)
    assert np.average(chat, weights=found.offered[1]) == pytest.approx(level, rel=0.03)
    assert np.all(np.diff(found.aht_quantiles[:, 1], axis=0) > 0)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"stated": Newcomer(kin=("phone",))}, "or a volume in the case"),
        ({"stated": Newcomer(volume=5.0), "aht_s": {"phone": 200.0}}, "handling time of chat"),
    ],
)
def test_what_nothing_tells_is_refused(change: dict[str, Any], words: str) -> None:
    past = history(phone=PHONE, chat=np.full(PHONE.size, np.nan))
    with pytest.raises(InputError, match=words):
        forecast(past, **change)


def test_other_processes_forecast_the_same() -> None:
    past = history(phone=PHONE, email=poisson_counts(GRID, 10.0, seed=9))
    with ThreadPoolExecutor(2) as pool:
        together = forecast(past, Newcomer(volume=50.0), executor=pool)
    alone = forecast(past, Newcomer(volume=50.0))
    np.testing.assert_array_equal(together.offered, alone.offered)
    np.testing.assert_array_equal(together.quantiles, alone.quantiles)
    assert together.remarks == alone.remarks


def test_a_short_queue_never_lends() -> None:
    past = history(phone=PHONE, email=only_last(PHONE, 20), chat=only_last(PHONE, 5))
    series = {name: Calendar(queue=name, opening=OFFICE).series(past) for name in past.queues}
    others: Iterable[str] = ("phone", "email")
    lender = choose_lender(
        series["chat"], Newcomer(like="email"), {name: series[name] for name in others}
    )
    assert lender.queue == ""
    assert lender.words == "the team's total"
