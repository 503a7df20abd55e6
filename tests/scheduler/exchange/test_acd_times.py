"""Times of exports: every form read as the calendar says, on both clock changes too."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.errors import InputError
from scheduler.exchange.acd_instants import plain_seconds, read_instants
from scheduler.exchange.acd_times import (
    Clock,
    DoubledHour,
    possible_orders,
    read_clock,
    read_date,
    split_moment,
    split_moments,
)
from scheduler.exchange.instants import read_instant
from scheduler.exchange.interval_rows import Cells, Floats, Mask, Place
from scheduler.exchange.record import Findings

LONDON = ZoneInfo("Europe/London")
ZONES = [
    *("Europe/London", "Australia/Lord_Howe", "Asia/Kathmandu", "America/St_Johns", "UTC"),
    *("America/Havana", "Atlantic/Azores", "Africa/Cairo", "Pacific/Apia", "Asia/Beirut"),
]


def _read(texts: list[str], clock: Clock, **more: bool) -> tuple[Floats, Mask, Findings]:
    findings = Findings()
    place = Place(file="f.csv", numbers=np.arange(2, len(texts) + 2), findings=findings)
    days, clocks = split_moments(texts)
    values, fine = read_instants(place, Cells.of("at", days), clocks, clock, **more)
    return values, fine, findings


def _second(text: str, clock: Clock) -> float:
    values, fine, findings = _read([text], clock)
    if not fine[0]:
        raise findings.error()
    return float(values[0])


@pytest.mark.parametrize(
    "text",
    [
        *("2026-03-02T09:05:00Z", "2026-03-02 09:05:00 UTC", "2026-03-02 9:05 GMT"),
        *("2026-03-02T10:05:00+01:00", "2026-03-02T10:05+0100", "2026-03-02 10:05:00 +01"),
        *("02/03/2026 09:05", "2/3/26 9:05 AM", "02.03.2026 09:05:00", "02-03-2026, 9:05am"),
        *("2026/03/02 09:05", "2026-03-02 09:05:00.000", "1772442300", "1772442300000"),
        *(" 2026-03-02 09:05 ", "1772442300.0", "2026-03-02T09:05:00.000Z"),
    ],
)
def test_one_moment_in_many_forms(text: str) -> None:
    expected = datetime(2026, 3, 2, 9, 5, tzinfo=UTC).timestamp()
    assert _second(text, Clock(zone=ZoneInfo("UTC"), order="dmy")) == expected


@pytest.mark.parametrize(
    ("text", "hour"), [("12:00 AM", 0), ("12:30 pm", 12.5), ("1:00 p.m.", 13), ("0:00", 0)]
)
def test_twelve_hour_clocks(text: str, hour: float) -> None:
    assert read_clock(text) == hour * 3600


@pytest.mark.parametrize(
    "text",
    [
        *("2026-02-30 09:00", "2026-13-01 09:00", "1989-01-01 09:00", "2101-01-01 09:00", "", "x"),
        *("2026-03-02 24:00", "2026-03-02 09:60", "2026-03-02 13:00 PM", "2026-03-02 0:00 AM"),
        *("2026-03-02T09:00+99:99", "2026-03-02T09:00+16:00", "20260302", "2026-W10-1", "99999"),
        *("1772442300 09:00", "9999999999", "٢026-03-02 09:00", "2026-03-02 09:0٥", "2-3-2026-1"),
        *(
            "2026-03-02",
            "02/03/2026",
            "2026-03-02 ",
            "2026-03-02 09:00:00:00",
            "2026-03-02 09:00:61",
            "9:00",
            "02/03-2026 09:00",
        ),
    ],
)
def test_what_is_no_moment_is_refused_at_its_row(text: str) -> None:
    _, fine, findings = _read(["2026-03-02 09:00:00", text], Clock(zone=LONDON, order="dmy"))
    assert fine.tolist() == [True, False]
    faults = findings.error().faults
    assert [(fault.file, fault.row, fault.column) for fault in faults] == [("f.csv", 3, "at")]


def test_empty_cells_may_be_optional() -> None:
    values, fine, _ = _read(["", "2026-03-02 09:00"], Clock(zone=LONDON), optional=True)
    assert np.isnan(values).tolist() == [True, False]
    assert fine.all()


def test_the_zone_is_asked_for_once_the_times_state_none() -> None:
    _, fine, findings = _read(["2026-03-02 09:00", "2026-03-02 09:00Z"], Clock(zone=None))
    assert fine.tolist() == [False, True]
    assert "the zone of the times" in str(findings.error())


@pytest.mark.parametrize(("doubled", "hour"), [("refuse", None), ("first", 0.5), ("second", 1.5)])
def test_the_hour_that_clocks_show_twice(doubled: DoubledHour, hour: float | None) -> None:
    clock = Clock(zone=LONDON, doubled=doubled)
    text = "2026-10-25 01:30:00"
    if hour is None:
        with pytest.raises(InputError, match="show this one twice"):
            _second(text, clock)
    else:
        expected = datetime(2026, 10, 25, tzinfo=UTC) + timedelta(hours=hour)
        assert _second(text, clock) == expected.timestamp()
    with pytest.raises(InputError, match="skip this one"):
        _second("2026-03-29 01:30:00", clock)


def test_clocks_that_go_back_to_the_day_before() -> None:
    # At 00:01 on 28 October clocks went back to 23:01.
    for text in ("1990-10-27 23:30:00", "1990-10-28 00:00:30"):
        with pytest.raises(InputError, match="show this one twice"):
            _second(text, Clock(zone=ZoneInfo("America/St_Johns")))


@pytest.mark.parametrize(("name", "hour"), [("CDT", 6.5), ("CST", 7.5)])
def test_an_abbreviation_tells_the_two_hours_apart(name: str, hour: float) -> None:
    clock = Clock(zone=ZoneInfo("America/Chicago"))
    expected = datetime(2026, 11, 1, tzinfo=UTC) + timedelta(hours=hour)
    assert _second(f"2026-11-01 01:30 {name}", clock) == expected.timestamp()
    assert _second("2026-07-01 01:30:00 CDT", clock) > 0
    for text, zone in (
        ("2026-07-01 01:30 CST", "America/Chicago"),
        ("2026-07-01 01:30 CDT", "UTC"),
    ):
        with pytest.raises(InputError, match="whose clocks are not called"):
            _second(text, Clock(zone=ZoneInfo(zone)))


WALLS = st.datetimes(datetime(1990, 1, 2), datetime(2100, 12, 30)).map(  # noqa: DTZ001  # wall times
    lambda moment: moment.replace(microsecond=0)
)


@st.composite
def walls_near_changes(draw: st.DrawFn) -> tuple[ZoneInfo, list[datetime]]:
    """A zone and wall times, many of them within hours of a clock change."""
    zone = ZoneInfo(draw(st.sampled_from(ZONES)))
    year = draw(st.integers(1990, 2037))
    hours = [datetime(year, 1, 1, tzinfo=UTC) + timedelta(hours=6 * n) for n in range(1460)]
    changes = [
        at
        for at in hours
        if at.astimezone(zone).utcoffset() != (at + timedelta(hours=6)).astimezone(zone).utcoffset()
    ]
    near = st.sampled_from(changes or hours[:1]).flatmap(
        lambda at: st.integers(-60, 800).map(
            lambda n: (at.astimezone(zone) + timedelta(minutes=n)).replace(tzinfo=None)
        )
    )
    return zone, draw(st.lists(near | WALLS, min_size=1, max_size=12))


@given(walls_near_changes())
@settings(deadline=None, derandomize=True, max_examples=150)
def test_columns_read_as_single_times_do(sample: tuple[ZoneInfo, list[datetime]]) -> None:
    zone, walls = sample
    texts = [wall.isoformat(sep=" ") for wall in walls]
    values, fine, _ = _read(texts, Clock(zone=zone))
    for text, value, understood in zip(texts, values, fine, strict=True):
        try:
            expected = read_instant(text, zone, stated="").timestamp()
        except InputError:
            assert not understood
            continue
        assert understood
        assert value == expected


@given(
    st.lists(st.times() | st.text(max_size=9) | st.from_regex(r"\d\d:\d\d:\d\dZ?", fullmatch=True))
)
@settings(deadline=None, derandomize=True, max_examples=200)
def test_many_clocks_read_as_single_ones_do(clocks: list[object]) -> None:
    texts = [str(each)[:8] if not isinstance(each, str) else each for each in clocks]
    for text, second in zip(texts, plain_seconds(texts), strict=True):
        if not np.isnan(second):
            assert second == read_clock(text)
        else:
            assert not (len(text) == 8 and _is_clock(text))


def _is_clock(text: str) -> bool:
    parts = text.split(":")
    digits = all(len(part) == 2 and part.isascii() and part.isdigit() for part in parts)
    return len(parts) == 3 and digits and int(parts[0]) < 24 and max(map(int, parts[1:])) < 60


@given(
    st.lists(
        st.sampled_from(["2026-03-02 09:00", "2026-03-02T9:00", "2/3/26 9:00", "1772442300", "x"])
    )
)
@settings(deadline=None, derandomize=True, max_examples=60)
def test_many_moments_split_as_single_ones_do(texts: list[str]) -> None:
    days, clocks = split_moments(texts)
    assert list(zip(days, clocks, strict=True)) == [split_moment(text) for text in texts]


@pytest.mark.parametrize(
    ("dates", "orders"),
    [
        (["13/01/2026"], {"dmy"}),
        (["01/13/2026"], {"mdy"}),
        (["01/02/2026", "12/12/2026"], {"dmy", "mdy"}),
        (["13/01/2026", "01/13/2026"], set()),
        (["2026-13-01", "13.01.2026", "x"], {"dmy", "mdy"}),
    ],
)
def test_dates_tell_their_order(dates: list[str], orders: set[str]) -> None:
    assert possible_orders(dates) == orders


def test_a_date_with_dots_has_the_day_first() -> None:
    assert read_date("02.03.2026", "mdy") == read_date("2026-03-02", None)
