from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.errors import InputError
from scheduler.rostering.shifts import (
    BreakTemplate,
    ShiftTemplate,
    date_shift,
    runs_on,
    shift_on,
    shifts_on,
)

LONDON = ZoneInfo("Europe/London")
NIGHT = ShiftTemplate(name="night", start=time(22), end=time(6))
ZONES = [
    "Europe/London",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Auckland",
    "Pacific/Honolulu",
    "Pacific/Apia",
]


def _night(day: date, dst: str, **changes: object) -> object:
    template = ShiftTemplate(name="n", start=time(22), end=time(6), dst=dst, **changes)  # type: ignore[arg-type]  # tests mix freely
    return date_shift(template, day, zone=LONDON, agent_zone=LONDON)


@pytest.mark.parametrize(
    ("day", "dst", "hours", "ends"),
    [
        (date(2026, 3, 28), "keep_duration", 8, "07:00"),
        (date(2026, 3, 28), "keep_end", 7, "06:00"),
        (date(2026, 10, 24), "keep_duration", 8, "05:00"),
        (date(2026, 10, 24), "keep_end", 9, "06:00"),
        (date(2026, 6, 1), "keep_end", 8, "06:00"),
    ],
)
def test_a_night_of_clock_changes_keeps_what_the_template_says(
    day: date, dst: str, hours: int, ends: str
) -> None:
    shift = _night(day, dst)
    assert shift.end - shift.start == timedelta(hours=hours)  # type: ignore[attr-defined]  # a Shift
    assert f"{shift.end.astimezone(LONDON):%H:%M}" == ends  # type: ignore[attr-defined]  # a Shift
    assert shift.paid_minutes == hours * 60  # type: ignore[attr-defined]  # a Shift


def test_a_template_that_does_not_say_is_refused_on_that_night_only() -> None:
    assert date_shift(NIGHT, date(2026, 3, 27), zone=LONDON, agent_zone=LONDON)
    with pytest.raises(InputError, match="keep_duration"):
        date_shift(NIGHT, date(2026, 3, 28), zone=LONDON, agent_zone=LONDON)


def test_a_start_that_the_clocks_skip_moves_forward() -> None:
    template = ShiftTemplate(name="x", start=time(1, 30), end=time(9, 30), dst="keep_end")
    shift = date_shift(template, date(2026, 3, 29), zone=LONDON, agent_zone=LONDON)
    assert shift.start == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_breaks_are_off_the_queue_and_only_unpaid_ones_off_the_pay() -> None:
    template = ShiftTemplate(
        name="day",
        start=time(9),
        end=time(17),
        breaks=(
            BreakTemplate(start=time(12), end=time(12, 30)),
            BreakTemplate(start=time(15), end=time(15, 15), paid=True),
        ),
    )
    shift = date_shift(template, date(2026, 6, 1), zone=LONDON, agent_zone=LONDON)
    assert shift.paid_minutes == 450
    assert sum((b - a).total_seconds() for a, b in shift.worked) == (480 - 45) * 60


@pytest.mark.parametrize(
    "breaks",
    [
        [(time(8), time(9, 30))],
        [(time(16, 45), time(17, 15))],
        [(time(12), time(13)), (time(12, 30), time(13, 30))],
        [(time(12), time(12))],
    ],
)
def test_breaks_outside_the_shift_or_across_each_other_are_refused(
    breaks: list[tuple[time, time]],
) -> None:
    with pytest.raises(InputError, match="breaks inside the shift"):
        ShiftTemplate(
            name="day",
            start=time(9),
            end=time(17),
            breaks=tuple(BreakTemplate(start=a, end=b) for a, b in breaks),
        )


def test_a_service_shift_belongs_to_the_agents_own_date() -> None:
    evening = ShiftTemplate(name="e", start=time(17), end=time(21), zone="service")
    auckland = ZoneInfo("Pacific/Auckland")
    shift = shift_on(evening, date(2026, 6, 2), service_zone=LONDON, agent_zone=auckland)
    assert shift is not None
    assert shift.start == datetime(2026, 6, 1, 16, tzinfo=UTC)  # Monday evening in London
    assert shift.day == date(2026, 6, 2)
    weekdays_only = ShiftTemplate(
        name="e", start=time(17), end=time(21), zone="service", weekdays=frozenset({0})
    )
    assert runs_on(weekdays_only, shift, service_zone=LONDON, agent_zone=auckland)


@settings(deadline=None, derandomize=True, max_examples=300)
@given(
    zone=st.sampled_from(ZONES),
    service=st.sampled_from(ZONES),
    day=st.dates(date(2024, 1, 1), date(2027, 12, 31)),
    start=st.integers(0, 95),
    length=st.integers(1, 96),
    dst=st.sampled_from(["keep_duration", "keep_end"]),
    in_service=st.booleans(),
)
def test_every_shift_starts_on_its_date_and_keeps_its_length_or_its_end(
    zone: str, service: str, day: date, start: int, length: int, dst: str, in_service: bool
) -> None:
    begins = (datetime(2000, 1, 1) + timedelta(minutes=15 * start)).time()  # noqa: DTZ001 - a wall clock
    ends = (datetime(2000, 1, 1) + timedelta(minutes=15 * (start + length))).time()  # noqa: DTZ001 - a wall clock
    template = ShiftTemplate(
        name="x",
        start=begins,
        end=ends,
        dst=dst,  # type: ignore[arg-type]  # one of two literals
        zone="service" if in_service else "agent",
    )
    agent_zone, service_zone = ZoneInfo(zone), ZoneInfo(service)
    shift = shift_on(template, day, service_zone=service_zone, agent_zone=agent_zone)
    if shift is None:
        assert in_service, "an agent's own date always has its shift"
        return
    assert shift.start < shift.end
    assert shift.start.astimezone(agent_zone).date() == shift.day == day
    own = service_zone if in_service else agent_zone
    if dst == "keep_duration":
        assert shift.end - shift.start == template.duration
    else:
        wall = shift.end.astimezone(own)
        skipped = wall.replace(tzinfo=None) - wall.replace(tzinfo=None).replace(
            hour=ends.hour, minute=ends.minute
        )
        assert skipped in (timedelta(0), timedelta(minutes=30), timedelta(hours=1))


FLEXIBLE = ShiftTemplate(
    name="flexible",
    start=time(6),
    end=time(14),
    latest_start=time(7, 15),
    start_step=timedelta(minutes=30),
    other_lengths=(timedelta(hours=6), timedelta(hours=8)),
    breaks=(
        BreakTemplate(
            earliest=timedelta(hours=2), latest=timedelta(hours=3), length=timedelta(minutes=30)
        ),
    ),
)


def _all(template: ShiftTemplate, day: date, **zones: ZoneInfo) -> list[str]:
    zones = {"service_zone": LONDON, "agent_zone": LONDON} | zones
    return [f"{s.start:%H:%M}-{s.end:%H:%M}" for s in shifts_on(template, day, **zones)]


def test_a_start_window_and_lengths_give_every_choice_once() -> None:
    assert _all(FLEXIBLE, date(2026, 3, 2)) == [
        "06:00-14:00",
        "06:00-12:00",
        "06:30-14:30",
        "06:30-12:30",
        "07:00-15:00",
        "07:00-13:00",
    ]
    assert FLEXIBLE.variants[0].variants == (FLEXIBLE.variants[0],)
    assert (
        shift_on(FLEXIBLE, date(2026, 3, 2), service_zone=LONDON, agent_zone=LONDON)
        == (shifts_on(FLEXIBLE, date(2026, 3, 2), service_zone=LONDON, agent_zone=LONDON)[0])
    )


def test_every_choice_belongs_to_the_agents_own_date() -> None:
    service = replace(FLEXIBLE, zone="service", other_lengths=())
    # 06:00 and 06:30 of London's Monday are Sunday evening in Honolulu, as is 07:00.
    honolulu = ZoneInfo("Pacific/Honolulu")
    for shift in shifts_on(service, date(2026, 3, 1), service_zone=LONDON, agent_zone=honolulu):
        assert shift.day == shift.start.astimezone(honolulu).date() == date(2026, 3, 1)
        assert shift.start.astimezone(LONDON).date() == date(2026, 3, 2)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"latest_start": time(5)}, "latest_start"),
        ({"start_step": timedelta(0)}, "start_step"),
        ({"other_lengths": (timedelta(hours=25),)}, "other_lengths"),
        ({"other_lengths": (timedelta(hours=2),)}, "breaks of shift flexible"),
        ({"breaks": (BreakTemplate(start=time(6), end=time(7)),)}, "inside the shift 06:30"),
    ],
)
def test_choices_that_make_no_shift_are_refused(change: dict[str, object], told: str) -> None:
    with pytest.raises(InputError, match=told):
        replace(FLEXIBLE, **change)  # type: ignore[arg-type]  # wrong on purpose


def test_a_split_shift_is_a_long_unpaid_break() -> None:
    split = ShiftTemplate(
        name="split",
        start=time(8),
        end=time(20),
        breaks=(BreakTemplate(start=time(12), end=time(16)),),
    )
    shift = shift_on(split, date(2026, 3, 2), service_zone=LONDON, agent_zone=LONDON)
    assert shift is not None
    assert shift.paid_minutes == 8 * 60
    assert [(a.hour, b.hour) for a, b in shift.worked] == [(8, 12), (16, 20)]
