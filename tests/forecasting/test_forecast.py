"""The forecast of all queues of a history."""

from dataclasses import replace
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from known_series import (
    HALF_HOUR,
    LONDON,
    MONDAY,
    OFFICE,
    history_of,
    poisson_counts,
    true_means,
    weeks_grid,
)
from numpy.typing import NDArray

from forecasting.automatic import COMBINATION
from forecasting.forecast import Forecast, make_forecast
from forecasting.grid import TimeGrid
from forecasting.history import History
from forecasting.special_days import OpeningHours, SpecialDay
from scheduler.errors import InputError

ALL = {"phone": OFFICE, "chat": OFFICE}
AHT = {"phone": 180.0, "chat": 300.0}
WEEKS = 12
NEXT = weeks_grid(1, MONDAY + timedelta(weeks=WEEKS))


def small_forecast(**change: object) -> Forecast:
    good = {
        "grid": replace(NEXT, count=2),
        "queues": ("phone",),
        "offered": np.array([[0.0, 10.0]]),
        "levels": np.array([0.1, 0.9]),
        "quantiles": np.array([[[0.0, 6.0]], [[0.0, 14.0]]]),
        "aht_s": np.array([[180.0, 200.0]]),
        "models": ("ewma weekday",),
    }
    return Forecast(**(good | change))


def noisy(weeks: int = WEEKS, volume: float = 40.0, first: date = MONDAY) -> History:
    grid = weeks_grid(weeks, first)
    return history_of(
        grid, poisson_counts(grid, volume, seed=1), poisson_counts(grid, volume / 4, seed=2)
    )


def exact(*, first: date = MONDAY, weeks: int = WEEKS) -> History:
    grid = weeks_grid(weeks, first)
    return history_of(grid, true_means(grid, 40.0))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"offered": np.zeros((1, 3))}, "wrong shape"),
        ({"levels": np.array([[0.1, 0.9]])}, "levels in two dimensions"),
        ({"queues": ("phone", "phone")}, "queue twice"),
        ({"models": ()}, "queue without a model"),
        ({"offered": np.array([[0.0, -1.0]])}, "negative"),
        ({"offered": np.array([[0.0, np.nan]])}, "unknown"),
        ({"aht_s": np.array([[180.0, 0.0]])}, "no handling time"),
        ({"levels": np.array([0.9, 0.1])}, "levels fall"),
        ({"levels": np.array([0.1, 1.0])}, "level of 1"),
        ({"quantiles": np.array([[[0.0, 9.0]], [[0.0, 8.0]]])}, "quantiles fall"),
        ({"quantiles": np.array([[[0.0, 9.0]], [[1.0, 9.0]]])}, "spread while closed"),
    ],
)
def test_forecasts_that_are_refused(change: dict, reason: str) -> None:
    with pytest.raises(InputError):
        small_forecast(**change)


def test_totals_and_what_if() -> None:
    forecast = small_forecast()
    assert forecast.total("phone") == 10.0
    more = forecast.scaled(volume=1.2, aht=0.5)
    assert more.total("phone") == pytest.approx(12.0)
    assert more.quantiles[:, 0, 1] == pytest.approx([7.2, 16.8])
    assert more.aht_s.tolist() == [[90.0, 100.0]]
    assert forecast.total("phone") == 10.0
    with pytest.raises(KeyError, match="post"):
        forecast.total("post")


def test_the_truth_is_found_for_every_queue() -> None:
    forecast = make_forecast(noisy(), NEXT, opening=ALL, aht_s=AHT)
    truth = np.array([true_means(NEXT, 40.0), true_means(NEXT, 10.0)])
    assert forecast.queues == ("phone", "chat")
    # Totals of some 8 effective weeks: the error of the mean stays below 2 and 4 %.
    assert forecast.total("phone") == pytest.approx(truth[0].sum(), rel=0.03)
    assert forecast.total("chat") == pytest.approx(truth[1].sum(), rel=0.05)
    np.testing.assert_array_equal(forecast.offered > 0, truth > 0)
    assert forecast.levels.tolist() == pytest.approx([0.1 * n for n in range(1, 10)])
    assert forecast.quantiles.shape == (9, 2, len(NEXT))
    assert (forecast.aht_s.T == [180.0, 300.0]).all()


def test_what_is_believed_is_named_with_the_reason() -> None:
    forecast = make_forecast(noisy(), NEXT, opening=ALL, aht_s=AHT)
    assert forecast.models == (COMBINATION, COMBINATION)
    phone, chat = (remark.text for remark in forecast.remarks)
    assert phone.startswith("phone: days 1-7 ahead by combination of ")
    assert "over 40 past days it erred by " in phone
    assert "ewma weekday by " in chat


def test_nothing_from_the_forecast_week_on_is_used() -> None:
    history = noisy(weeks=WEEKS + 3)
    offered = history.offered.copy()
    offered[:, 336 * WEEKS :] = 999.0
    spoiled = History.of_offered(history.grid, history.queues, offered)
    one, two = (make_forecast(each, NEXT, opening=ALL, aht_s=AHT) for each in (history, spoiled))
    np.testing.assert_array_equal(one.offered, two.offered)
    np.testing.assert_array_equal(one.quantiles, two.quantiles)


def test_special_days_to_come_change_their_day() -> None:
    days = NEXT.dates()
    special = [
        SpecialDay(day=days[0], kind="closed"),
        SpecialDay(day=days[1], kind="short", closes=time(12)),
        SpecialDay(day=days[2], kind="campaign", factor=1.5),
    ]
    plain, changed = (
        make_forecast(exact(), NEXT, opening=ALL, aht_s=AHT, special_days=each)
        for each in ((), special)
    )
    by_day = {day: NEXT.day_slice(day) for day in days}
    assert not changed.quantiles[:, 0, by_day[days[0]]].any()
    morning = slice(by_day[days[1]].start, by_day[days[1]].start + 24)
    assert changed.offered[0, by_day[days[1]]].sum() == pytest.approx(
        plain.offered[0, morning].sum()
    )
    np.testing.assert_allclose(
        changed.offered[0, by_day[days[2]]], 1.5 * plain.offered[0, by_day[days[2]]]
    )
    np.testing.assert_allclose(
        changed.offered[0, by_day[days[3]]], plain.offered[0, by_day[days[3]]]
    )


def holiday_forecast(special_days: tuple[SpecialDay, ...] = (), level: float = 0.4) -> Forecast:
    """Easter at a level of its own, forecast for the week of the early May bank holiday."""
    history = exact(first=date(2026, 3, 2), weeks=9)
    offered = history.offered.copy()
    for day in (date(2026, 4, 3), date(2026, 4, 6)):
        offered[0, history.grid.day_slice(day)] *= level
    history = History.of_offered(history.grid, history.queues, offered)
    week = weeks_grid(1, date(2026, 5, 4))
    return make_forecast(
        history, week, opening=ALL, aht_s=AHT, special_days=special_days, country="GB"
    )


def share_of_monday(forecast: Forecast) -> float:
    usual = true_means(forecast.grid, 40.0)[:48].sum()
    return float(forecast.offered[0, :48].sum() / usual)


def test_public_holidays_are_forecast_as_those_before() -> None:
    forecast = holiday_forecast()
    assert share_of_monday(forecast) == pytest.approx(0.4, abs=0.01)
    (remark,) = [each.text for each in forecast.remarks if "May" in each.text]
    assert "at 40% of a usual day, as on 2 public holidays before" in remark


def test_a_special_day_overrules_a_public_holiday() -> None:
    campaign = SpecialDay(day=date(2026, 5, 4), kind="campaign", factor=1.0)
    assert share_of_monday(holiday_forecast((campaign,))) == pytest.approx(1.0, abs=0.01)


def test_holidays_without_contacts_teach_nothing() -> None:
    forecast = holiday_forecast(level=0.0)
    assert share_of_monday(forecast) == pytest.approx(1.0, abs=0.01)
    assert any("the history holds no public holiday" in each.text for each in forecast.remarks)


@pytest.mark.parametrize("weeks", [1, 4])
def test_a_short_history_works_and_says_so(weeks: int) -> None:
    grid = weeks_grid(1, MONDAY + timedelta(weeks=weeks))
    forecast = make_forecast(exact(weeks=weeks), grid, opening=ALL, aht_s=AHT)
    # Members that allow for noise are above the truth by up to a day's assumed variance.
    np.testing.assert_allclose(forecast.offered[0], true_means(grid, 40.0), rtol=0.01)
    texts = [remark.text for remark in forecast.remarks]
    assert any("ranges are assumed" in text for text in texts) is (weeks == 1)
    assert any("only 5 days with contacts" in text for text in texts) is (weeks == 1)
    assert any("no past forecasts to compare" in text for text in texts) is (weeks == 1)


def test_a_queue_that_began_late_is_judged_by_its_own_weeks() -> None:
    history = noisy()
    offered = history.offered.copy()
    offered[1, : 336 * 10] = np.nan
    late = History.of_offered(history.grid, history.queues, offered)
    forecast = make_forecast(late, NEXT, opening=ALL, aht_s=AHT)
    assert forecast.total("chat") == pytest.approx(true_means(NEXT, 10.0).sum(), rel=0.1)
    texts = [remark.text for remark in forecast.remarks]
    assert any("chat: ranges are assumed" in text for text in texts)
    assert any("chat: the history has only 10 days" in text for text in texts)
    assert not any("phone: ranges" in text or "phone: the history" in text for text in texts)


def test_few_contacts_a_day_are_forecast() -> None:
    forecast = make_forecast(noisy(volume=0.2), NEXT, opening=ALL, aht_s=AHT)
    assert forecast.total("phone") == pytest.approx(true_means(NEXT, 0.2).sum(), rel=0.3)
    assert forecast.total("chat") < forecast.total("phone")


def test_a_queue_without_any_contact_is_forecast_at_zero() -> None:
    history = history_of(weeks_grid(6), np.zeros(6 * 336))
    grid = weeks_grid(1, MONDAY + timedelta(weeks=6))
    forecast = make_forecast(history, grid, opening=ALL, aht_s=AHT)
    assert not forecast.quantiles.any()
    assert not forecast.paths(3, seed=1).any()
    assert all("nan" not in remark.text for remark in forecast.remarks)


def saturday_forecast(recorded_while_closed: float) -> tuple[float, str]:
    """Hours now hold a Saturday morning: its contacts and the remarks."""
    history = exact()
    closed = np.where(history.offered > 0, history.offered, recorded_while_closed)
    history = History.of_offered(history.grid, history.queues, closed)
    wider = {"phone": OpeningHours.parse("Mon-Fri 09:00-17:00; Sat 09:00-12:00")}
    forecast = make_forecast(history, NEXT, opening=wider, aht_s=AHT)
    contacts = forecast.offered[0, NEXT.day_slice(date(2026, 4, 4))].sum()
    return float(contacts), "; ".join(remark.text for remark in forecast.remarks)


def test_new_hours_without_records_are_taken_from_other_weekdays() -> None:
    contacts, remarks = saturday_forecast(np.nan)
    mornings = true_means(NEXT, 40.0).reshape(7, 48)[:5, 18:24].sum(axis=1)
    assert contacts == pytest.approx(mornings.mean())
    assert "6 open intervals, the first on 2026-04-04 09:00" in remarks


def test_new_hours_recorded_as_zero_stay_at_zero_and_are_told() -> None:
    contacts, remarks = saturday_forecast(0.0)
    assert contacts == 0.0
    assert "open, yet nothing expected on 2026-04-04" in remarks


@pytest.mark.parametrize(
    ("zone", "first", "intervals"),
    [
        ("Europe/London", date(2026, 3, 23), 334),
        ("Europe/London", date(2026, 10, 19), 338),
        ("Australia/Lord_Howe", date(2026, 9, 28), 335),
    ],
)
def test_a_week_with_a_clock_change_is_whole(zone: str, first: date, intervals: int) -> None:
    past = weeks_grid(6, first - timedelta(weeks=6), ZoneInfo(zone))
    grid = weeks_grid(1, first, ZoneInfo(zone))
    history = history_of(past, np.full(len(past), 8.0))
    forecast = make_forecast(history, grid, opening={"phone": OpeningHours.always()}, aht_s=AHT)
    assert len(grid) == intervals
    np.testing.assert_allclose(forecast.offered[0], 8.0)


def test_handling_times_of_the_history_come_before_those_of_the_case() -> None:
    history = exact()
    history = replace(history, aht_s=np.full(history.offered.shape, 240.0))
    forecast = make_forecast(history, NEXT, opening=ALL, aht_s=AHT)
    np.testing.assert_allclose(forecast.aht_s, 240.0)


def faults_of(history: History, grid: TimeGrid = NEXT, **options: object) -> list[str]:
    settings: dict = {"opening": ALL, "aht_s": AHT} | options
    with pytest.raises(InputError) as error:
        make_forecast(history, grid, **settings)
    return [fault.column for fault in error.value.faults]


def test_a_missing_handling_time_is_reported_for_every_queue() -> None:
    assert faults_of(noisy(), aht_s={}) == ["handling time of phone", "handling time of chat"]
    assert faults_of(noisy(), aht_s=AHT | {"chat": 0.0}) == ["handling time of chat"]


def test_an_unknown_country_is_reported_once() -> None:
    assert faults_of(noisy(), country="XX") == ["country"]


def test_missing_contacts_are_reported() -> None:
    counts: NDArray = np.full(len(weeks_grid(4)), np.nan)
    assert faults_of(history_of(weeks_grid(4), counts), aht_s={}) == [
        "history of phone",
        "handling time of phone",
    ]


def test_grids_that_do_not_fit_are_reported() -> None:
    hourly = TimeGrid.over_days(MONDAY, 7, timedelta(hours=1), LONDON)
    assert faults_of(noisy(), hourly, opening={"phone": OFFICE}) == [
        "opening hours",
        "history",
        "history",
    ]
    elsewhere = TimeGrid.over_days(NEXT.dates()[0], 7, HALF_HOUR, ZoneInfo("Asia/Kathmandu"))
    assert faults_of(noisy(), elsewhere) == ["history"]
