"""Opening hours, special days and public holidays."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from known_series import HALF_HOUR, LONDON, OFFICE

from forecasting.grid import TimeGrid
from forecasting.special_days import (
    OpeningHours,
    SpecialDay,
    open_share,
    public_holidays,
    volume_factor,
)
from scheduler.errors import InputError

MONDAY = date(2026, 3, 2)


@st.composite
def spans_of_a_day(draw: st.DrawFn, earliest_minute: int = 0) -> tuple[tuple[time, time], ...]:
    edges = sorted(
        draw(st.sets(st.integers(earliest_minute // 5, 288).map(lambda n: 5 * n), max_size=6))
    )
    times = [time(edge // 60 % 24, edge % 60) for edge in edges]
    return tuple(zip(times[::2], times[1::2], strict=False))


WEEKS = st.tuples(*[spans_of_a_day()] * 7).map(lambda spans: OpeningHours(spans=spans))


@given(hours=WEEKS)
@settings(deadline=None, derandomize=True, max_examples=200)
def test_hours_are_read_as_they_are_written(hours: OpeningHours) -> None:
    assert OpeningHours.parse(str(hours)) == hours


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Mon-Fri 07:00-21:00; Sat 09:00-13:00", "Mon-Fri 07:00-21:00; Sat 09:00-13:00"),
        ("mon, TUE 9:00-24:00", "Mon-Tue 09:00-00:00"),
        ("Fri-Mon 09:00-12:00 13:00-17:00", "Mon,Fri-Sun 09:00-12:00, 13:00-17:00"),
        ("Mon 13:00-17:00; Mon 09:00-12:00", "Mon 09:00-12:00, 13:00-17:00"),
        ("Mon-Sun 00:00-24:00", "always"),
        ("closed", "closed"),
    ],
)
def test_hours_in_words(text: str, written: str) -> None:
    assert str(OpeningHours.parse(text)) == written


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "nothing"),
        ("Mon", "no hours"),
        ("09:00-17:00", "no weekday"),
        ("Mo 09:00-17:00", "no such weekday"),
        ("Mon-Wed-Fri 09:00-17:00", "a range of three"),
        ("Mon 9-17", "no minutes"),
        ("Mon 09:00-25:00", "no such hour"),
        ("Mon 17:00-09:00", "closes before it opens"),
        ("Mon 09:00-09:00", "opens for no time"),
        ("Mon 09:00-12:00, 11:00-13:00", "overlap"),
        ("Mon 09:00-24:00, 10:00-11:00", "overlap with the end of the day"),
    ],
)
def test_hours_that_are_refused(text: str, reason: str) -> None:
    with pytest.raises(InputError):
        OpeningHours.parse(text)


def test_every_bad_part_is_reported() -> None:
    with pytest.raises(InputError) as error:
        OpeningHours.parse("Mon 9-17; Tue 09:00-17:00; Wen 09:00-17:00")
    assert [fault.found for fault in error.value.faults] == ["'Mon 9-17'", "'Wen 09:00-17:00'"]


def test_a_week_has_seven_days() -> None:
    with pytest.raises(InputError, match="seven weekdays"):
        OpeningHours(spans=((),) * 6)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"kind": "holiday"}, "unknown kind"),
        ({"kind": "campaign", "factor": -0.1}, "negative factor"),
        ({"kind": "campaign", "factor": float("inf")}, "endless factor"),
        ({"kind": "short"}, "short without a time"),
        ({"kind": "short", "opens": time(12), "closes": time(9)}, "closes before it opens"),
        ({"kind": "closed", "opens": time(12)}, "closed, yet opens"),
    ],
)
def test_special_days_that_are_refused(change: dict, reason: str) -> None:
    with pytest.raises(InputError, match="2026-03-02"):
        SpecialDay(day=MONDAY, **change)


@given(
    first=st.sampled_from([date(2026, 3, 27), date(2026, 10, 23), date(2026, 6, 1)]),
    zone=st.sampled_from(["Europe/London", "Australia/Lord_Howe", "Asia/Kathmandu"]).map(ZoneInfo),
    # Hours between 01:00 and 04:00 are left out: when clocks change, wall time cannot say
    # which of two instants is meant.
    spans=st.tuples(*[spans_of_a_day(240)] * 7),
    short=spans_of_a_day(240).filter(bool),
)
@settings(deadline=None, derandomize=True, max_examples=40)
def test_open_share_counts_the_open_minutes(
    first: date, zone: ZoneInfo, spans: tuple, short: tuple
) -> None:
    grid = TimeGrid.over_days(first, 4, HALF_HOUR, zone)
    limit = short[0]
    special = [
        SpecialDay(day=first + timedelta(days=1), kind="short", opens=limit[0], closes=limit[1]),
        SpecialDay(day=first + timedelta(days=2), kind="closed"),
    ]

    def inside(at: time, span: tuple[time, time]) -> bool:
        return span[0] <= at and (at < span[1] or span[1] == time(0))

    twin = []
    for start in grid.starts_utc():
        minutes = [(start + timedelta(minutes=m)).astimezone(zone) for m in range(30)]
        twin.append(
            sum(
                any(inside(at.time(), span) for span in spans[at.weekday()])
                and at.date() != special[1].day
                and (at.date() != special[0].day or inside(at.time(), limit))
                for at in minutes
            )
            / 30
        )
    share = open_share(OpeningHours(spans=spans), special, "phone", grid)
    np.testing.assert_allclose(share, twin, atol=1e-9)


def test_a_special_day_of_one_queue_leaves_the_others_alone() -> None:
    grid = TimeGrid.over_days(MONDAY, 1, HALF_HOUR, LONDON)
    closed = [SpecialDay(day=MONDAY, queue="chat", kind="closed")]
    assert open_share(OFFICE, closed, "chat", grid).sum() == 0
    assert open_share(OFFICE, closed, "phone", grid).sum() == 16


def test_a_short_day_cannot_open_a_closed_weekday() -> None:
    sunday = MONDAY + timedelta(days=6)
    grid = TimeGrid.over_days(sunday, 1, HALF_HOUR, LONDON)
    short = [SpecialDay(day=sunday, kind="short", opens=time(9), closes=time(12))]
    assert not open_share(OFFICE, short, "phone", grid).any()


def test_factors_multiply_within_their_hours() -> None:
    grid = TimeGrid.over_days(MONDAY, 2, HALF_HOUR, LONDON)
    special = [
        SpecialDay(day=MONDAY, kind="campaign", factor=2.0),
        SpecialDay(day=MONDAY, kind="campaign", factor=1.5, opens=time(12, 15), closes=time(13)),
        SpecialDay(day=MONDAY, kind="campaign", factor=9.0, queue="chat"),
    ]
    factor = volume_factor(special, "phone", grid)
    at = {
        hour: factor[
            grid.index_of(datetime(2026, 3, 2, int(hour), int(60 * (hour % 1)), tzinfo=UTC))
        ]
        for hour in (9.0, 12.0, 12.5, 13.0)
    }
    assert at == pytest.approx({9.0: 2.0, 12.0: 2.5, 12.5: 3.0, 13.0: 2.0})
    assert (factor[grid.day_slice(MONDAY + timedelta(days=1))] == 1).all()


@pytest.mark.parametrize(
    ("country", "day", "holiday"),
    [
        ("GB", date(2026, 4, 6), True),  # Easter Monday, in England and Wales
        ("GB", date(2026, 8, 31), True),  # the August bank holiday
        ("GB-SCT", date(2026, 4, 6), False),
        ("AU-WA", date(2026, 6, 1), True),  # Western Australia Day
        ("NZ", date(2026, 2, 6), True),  # Waitangi Day
        ("PH", date(2026, 6, 12), True),  # Independence Day
        ("CA-ON", date(2026, 5, 18), True),  # Victoria Day
        ("CA-ON", date(2026, 5, 19), False),
    ],
)
def test_public_holidays(country: str, day: date, holiday: bool) -> None:
    assert (day in public_holidays(country, [2026])) is holiday


def test_public_holidays_stand_in_order() -> None:
    days = list(public_holidays("NZ", [2027, 2026]))
    assert days == sorted(days)
    assert {day.year for day in days} == {2026, 2027}


@pytest.mark.parametrize("country", ["", "XX", "AU-QQ", "England"])
def test_unknown_countries_are_refused(country: str) -> None:
    with pytest.raises(InputError, match="ISO 3166"):
        public_holidays(country, [2026])
