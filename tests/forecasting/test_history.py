"""What the records say and what they leave out."""

from datetime import date, time, timedelta

import numpy as np
import pytest
from known_series import MONDAY, OFFICE, history_of, poisson_counts, weeks_grid

from forecasting.finding import Finding
from forecasting.history import History
from forecasting.special_days import SpecialDay
from scheduler.errors import InputError

TUESDAY = MONDAY + timedelta(days=8)


def steady(contacts: float, weeks: int = 4) -> History:
    """The same contacts in every open interval, no record when closed."""
    grid = weeks_grid(weeks)
    counts = poisson_counts(grid, 0.0, seed=0) + contacts
    is_open = (grid.weekdays < 5) & (grid.local_minutes >= 540) & (grid.local_minutes < 1020)
    return history_of(grid, np.where(is_open, counts, np.nan))


def changed(history: History, day: date, value: float, intervals: slice = slice(None)) -> History:
    """Open intervals of one day (09:00 is the 18th) set to a value."""
    offered = history.offered.copy()
    first = history.grid.day_slice(day).start + 18
    offered[0, np.arange(first, first + 16)[intervals]] = value
    return History.of_offered(history.grid, history.queues, offered)


def days(found: tuple[Finding, ...], kind: str) -> list[date]:
    """Days on which something of a kind was found."""
    return [each.start.date() for each in found if each.kind == kind]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"queues": ("phone", "phone")}, "queue twice"),
        ({"offered": np.zeros((2, 3))}, "wrong shape"),
        ({"aht_s": np.full((2, 336), -1.0)}, "negative"),
        ({"handled": np.full((2, 336), np.inf)}, "infinite"),
    ],
)
def test_histories_that_are_refused(change: dict, reason: str) -> None:
    grid = weeks_grid(1)
    unknown = np.full((2, 336), np.nan)
    good = {
        "grid": grid,
        "queues": ("phone", "chat"),
        "offered": unknown,
        "handled": unknown,
        "abandoned": unknown,
        "aht_s": unknown,
    }
    assert len(History(**good).queues) == 2
    with pytest.raises(InputError):
        History(**(good | change))


def test_all_faults_of_a_history_come_together() -> None:
    with pytest.raises(InputError) as error:
        History.of_offered(weeks_grid(1), ("phone", "phone"), np.full((2, 336), -3.0))
    assert len(error.value.faults) == 2


def test_one_queue_and_what_was_known_before_a_day() -> None:
    grid = weeks_grid(2)
    history = history_of(grid, np.zeros(len(grid)), np.arange(len(grid), dtype=float))
    chat = history.select("chat").before(MONDAY + timedelta(days=7))
    assert chat.queues == ("chat",)
    assert chat.grid == weeks_grid(1)
    assert chat.offered.tolist() == [list(range(336))]
    with pytest.raises(KeyError):
        history.select("post")
    with pytest.raises(KeyError):
        history.before(MONDAY)


def test_a_day_without_records_is_a_gap() -> None:
    found = changed(steady(10), TUESDAY, np.nan).findings("phone", OFFICE)
    assert [each.kind for each in found] == ["gap"]
    assert days(found, "gap") == [TUESDAY]


def test_a_closed_day_is_no_gap() -> None:
    history = changed(steady(10), TUESDAY, np.nan)
    closed = [SpecialDay(day=TUESDAY, kind="closed")]
    assert not history.findings("phone", OFFICE, closed)


def test_a_busy_queue_without_contacts_was_closed() -> None:
    found = changed(steady(10), TUESDAY, 0.0).findings("phone", OFFICE)
    assert days(found, "closure") == [TUESDAY]
    assert [each.kind for each in found] == ["closure"]


def test_a_quiet_queue_may_have_a_day_without_contacts() -> None:
    assert not changed(steady(0.1), TUESDAY, 0.0).findings("phone", OFFICE)


def test_contacts_while_closed_are_found() -> None:
    history = steady(10)
    short = [SpecialDay(day=TUESDAY, kind="short", closes=time(12))]
    assert days(history.findings("phone", OFFICE, short), "out_of_hours") == [TUESDAY]


@pytest.mark.parametrize("contacts", [30.0, 2.0])
def test_a_day_far_off_is_found_unless_it_is_described(contacts: float) -> None:
    grid = weeks_grid(8)
    noisy = history_of(grid, poisson_counts(grid, 10.0, seed=1))
    history = changed(noisy, TUESDAY, contacts)
    assert not noisy.findings("phone", OFFICE)
    assert days(history.findings("phone", OFFICE), "outlier") == [TUESDAY]
    campaign = [SpecialDay(day=TUESDAY, kind="campaign", factor=3.0)]
    assert not history.findings("phone", OFFICE, campaign)


def test_missing_records_of_a_quiet_queue_count_as_no_contacts() -> None:
    history = changed(steady(2), TUESDAY, np.nan, slice(3, 7))
    cleaned, remarks = history.cleaned({"phone": OFFICE})
    filled = np.isnan(history.offered) & ~np.isnan(cleaned.offered)
    assert filled.sum() == 4
    assert (cleaned.offered[filled] == 0).all()
    assert [remark.text for remark in remarks] == [
        "phone: 4 open intervals without a record counted as no contacts"
    ]


def test_missing_records_of_a_busy_queue_stay_unknown() -> None:
    history = changed(steady(50), TUESDAY, np.nan, slice(3, 7))
    cleaned, remarks = history.cleaned({"phone": OFFICE})
    np.testing.assert_array_equal(cleaned.offered, history.offered)
    assert [remark.text for remark in remarks] == [
        "phone: parts of a day without a contact where many are usual, on 2026-01-13: left out"
    ]


def test_gaps_and_closures_become_unknown_and_are_told() -> None:
    history = changed(changed(steady(10), TUESDAY, 0.0), MONDAY, np.nan)
    before = history.offered.copy()
    cleaned, remarks = history.cleaned({"phone": OFFICE})
    np.testing.assert_array_equal(history.offered, before)
    for day in (MONDAY, TUESDAY):
        assert np.isnan(cleaned.offered[0, cleaned.grid.day_slice(day)]).all()
    assert [remark.text for remark in remarks] == [
        "phone: no record on 2026-01-05: these days are left out",
        "phone: not one contact on 2026-01-13: taken as closed, left out",
    ]


def test_many_days_are_counted_not_listed() -> None:
    history = steady(10, weeks=20)
    for week in range(8):
        history = changed(history, MONDAY + timedelta(days=7 * week), np.nan)
    _, remarks = history.cleaned({"phone": OFFICE})
    assert remarks[0].text.endswith("2026-02-09 and 2 more: these days are left out")


def test_gaps_in_a_row_are_one_and_closed_days_between_do_not_part_them() -> None:
    history = steady(10)
    for n in range(9):
        history = changed(history, MONDAY + timedelta(days=n + 2 * (n // 5)), np.nan)
    (gap,) = history.findings("phone", OFFICE)
    assert str(gap) == "phone: 2026-01-05 to 2026-01-15: no record, where 1,440 are usual"
