"""History from files: zeros told from gaps, finer rows summed, clocks respected."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from small_case import FILES, MAX_BYTES

from forecasting.grid import TimeGrid
from forecasting.history import History
from forecasting.special_days import OpeningHours
from scheduler.errors import InputError
from scheduler.exchange.history_plan import HistoryPlan
from scheduler.exchange.history_table import read_history
from scheduler.exchange.layout import HISTORY
from scheduler.exchange.read_case import read_case
from scheduler.exchange.read_history import read_history_file
from scheduler.exchange.record import Findings
from scheduler.exchange.tables import make_table

Folder = Callable[[Mapping[str, str | bytes | None]], Path]
LONDON = ZoneInfo("Europe/London")
HEADER = "interval_start,queue,offered,handled,abandoned,aht_s\n"


def _read(rows: Iterable[Iterable[str]], plan: HistoryPlan) -> tuple[History | None, Findings]:
    findings = Findings()
    cells = [list(HISTORY[:6]), *(list(row) for row in rows)]
    table = make_table(cells, "h.csv", known=HISTORY, required=(), findings=findings)
    assert table is not None
    return read_history(table, plan, findings), findings


Row = tuple[int, str, int | None, int, float | None]


@st.composite
def contacts(draw: st.DrawFn) -> tuple[str, int, list[Row]]:
    """A zone's days, minutes between rows, and rows (minute, queue, offered, handled, aht)."""
    step = draw(st.sampled_from([30, 15, 10]))
    keys = draw(
        st.sets(
            st.tuples(st.integers(0, 3 * 1440 // step - 1), st.sampled_from("ab")),
            min_size=1,
            max_size=60,
        )
    )
    return (
        draw(st.sampled_from(["Europe/London", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC"])),
        step,
        [
            (
                step * at,
                queue,
                draw(st.none() | st.integers(0, 99)),
                draw(st.integers(0, 99)),
                draw(st.none() | st.floats(1, 900)),
            )
            for at, queue in sorted(keys)
        ],
    )


@given(contacts())
@settings(deadline=None, derandomize=True, max_examples=120)
def test_reading_agrees_with_a_plain_count(sample: tuple[str, int, list[Row]]) -> None:
    key, step, rows = sample
    zone = ZoneInfo(key)
    # 28 March to 31 March: London's clocks go forward on the 29th.
    start = TimeGrid.over_days(date(2026, 3, 28), 1, timedelta(minutes=30), zone).start
    at = [start + timedelta(minutes=row[0]) for row in rows]
    between = sum(minute % 30 != 0 for minute, *_ in rows) / len(rows)
    # With fewer rows than these, finer data cannot be told from rows out of step.
    assume(step == 30 or 0.25 <= between <= 0.9)
    text = [
        [
            moment.isoformat(),
            queue,
            "" if offered is None else str(offered),
            str(handled),
            "0",
            "" if aht is None else repr(aht),
        ]
        for moment, (_, queue, offered, handled, aht) in zip(at, rows, strict=True)
    ]
    plan = HistoryPlan(zone=zone, interval=timedelta(minutes=30), queues=("b", "a"))
    history, findings = _read(text, plan)
    assert history is not None, findings.error()
    assert history.queues == tuple(q for q in ("b", "a") if any(row[1] == q for row in rows))
    _compare(history, list(zip(at, rows, strict=True)))


def _compare(history: History, rows: list[tuple[datetime, Row]]) -> None:
    """Count again, one interval after the other."""
    zone = history.grid.zone
    counted_days = {
        (row[1], moment.astimezone(zone).date()) for moment, row in rows if row[2] is not None
    }
    inside: dict[tuple[str, int], list[Row]] = defaultdict(list)
    for moment, row in rows:
        inside[row[1], history.grid.index_of(moment)].append(row)
    for q, queue in enumerate(history.queues):
        for i, start in enumerate(history.grid.starts_local()):
            here = inside[queue, i]
            if here:
                known = [row[2] for row in here]
                offered = np.nan if None in known else float(sum(n or 0 for n in known))
                handled = float(sum(row[3] for row in here))
            else:
                counted = (queue, start.date()) in counted_days
                offered = handled = 0.0 if counted else np.nan
            timed = [(row[3], row[4]) for row in here if row[4] is not None]
            if len(here) == 1 and timed:
                aht = timed[0][1]
            else:
                weight = sum(handled for handled, _ in timed)
                aht = sum(n * t for n, t in timed) / weight if weight else np.nan
            for name, value in (("offered", offered), ("handled", handled), ("aht_s", aht)):
                found = getattr(history, name)[q, i]
                assert found == pytest.approx(value, nan_ok=True), (name, queue, start)


def _remarks(folder: Folder, history: str, **changes: str) -> list[str]:
    case = read_case(folder({"history.csv": history, **changes}), max_bytes=MAX_BYTES)
    return [str(remark) for remark in case.remarks]


def test_total_rows_are_left_out_and_remarked(folder: Folder) -> None:
    text = (
        FILES["history.csv"] + "Total,,40,37,3,300\n2026-03-17T09:00:00+00:00,Total,14,12,2,310\n"
    )
    remarks = _remarks(folder, text)
    assert remarks[0] == "history.csv, row 6: total rows left out: 2, the first here"


def test_a_queue_may_be_called_total(folder: Folder) -> None:
    toml = FILES["case.toml"].replace('name = "phone"', 'name = "Total"')
    files = {
        name: text.replace("phone", "Total") for name, text in FILES.items() if name != "case.toml"
    }
    case = read_case(folder({**files, "case.toml": toml}), max_bytes=MAX_BYTES)
    assert case.history is not None
    assert case.history.queues[0] == "Total"


def test_a_missing_day_stays_unknown_and_a_missing_row_is_zero(folder: Folder) -> None:
    text = HEADER + "".join(
        f"2026-03-{day}T{hour:02}:{minute}:00+00:00,phone,5,5,0,300\n"
        for day in (16, 18)
        for hour in range(7, 21)
        for minute in ("00", "30")
        if (day, hour, minute) != (18, 12, "30")
    )
    case = read_case(folder({"history.csv": text}), max_bytes=MAX_BYTES)
    assert case.history is not None
    grid, offered = case.history.grid, case.history.offered[0]
    assert np.isnan(offered[grid.day_slice(date(2026, 3, 17))]).all()
    assert offered[grid.index_of(datetime(2026, 3, 18, 12, 30, tzinfo=UTC))] == 0
    assert [remark.text for remark in case.remarks] == [
        "queue phone: 1 intervals without a row were read as 0 contacts, because their days have "
        "other rows (days: 1)",
        "queue phone: days without data stay unknown: 2026-03-17 (1 in all)",
    ]


def test_closed_days_and_hours_are_not_missed(folder: Folder) -> None:
    # The 24th is closed for all, the 22nd is a Sunday.
    text = HEADER + "".join(
        f"2026-03-{day}T{hour:02}:{minute}:00+00:00,email,5,,,\n"
        for day in (20, 23, 25)
        for hour in range(7, 21)
        for minute in ("00", "30")
    )
    assert _remarks(folder, text) == []


def test_finer_rows_are_summed_and_remarked(folder: Folder) -> None:
    text = HEADER + "".join(
        f"2026-03-16T07:{minute:02}:00+00:00,phone,{offered},{offered},0,{aht}\n"
        for minute, offered, aht in ((0, 1, 100), (15, 3, 200), (30, 2, 90), (45, 0, ""))
    )
    case = read_case(folder({"history.csv": text}), max_bytes=MAX_BYTES)
    assert case.history is not None
    assert case.history.offered[0, 14:16].tolist() == [4, 2]
    assert case.history.aht_s[0, 14:16].tolist() == [175, 90]
    assert "rows of 15 minutes were summed into intervals of 30" in str(case.remarks[0])


def test_coarser_rows_are_refused(folder: Folder) -> None:
    text = HEADER + "".join(
        f"2026-03-{day}T{hour:02}:00:00+00:00,phone,9,,,\n"
        for day in (16, 17)
        for hour in range(24)
    )
    with pytest.raises(InputError, match="a row every 30 minutes; found one every 60 minutes"):
        _remarks(folder, text)


def test_the_double_hour_is_two_hours(folder: Folder) -> None:
    text = HEADER + (
        "2026-10-25T01:30:00+01:00,phone,3,,,\n2026-10-25T01:30:00+00:00,phone,4,,,\n"
        "2026-10-25T02:00:00Z,phone,5,,,\n"
    )
    case = read_case(folder({"history.csv": text}), max_bytes=MAX_BYTES)
    assert case.history is not None
    assert len(case.history.grid) == 50
    assert case.history.offered[0, 2:7].tolist() == [0, 3, 0, 4, 5]


def test_a_stated_zone_reads_wall_times_but_not_those_of_the_change(folder: Folder) -> None:
    toml = FILES["case.toml"].replace(
        'timezone = "Europe/London"',
        'timezone = "Europe/London"\nhistory_timezone = "Europe/Berlin"',
    )
    text = HEADER + "2026-06-01 10:00,phone,3,,,\n"
    case = read_case(folder({"history.csv": text, "case.toml": toml}), max_bytes=MAX_BYTES)
    assert case.history is not None
    assert case.history.offered[0, 18] == 3  # 9:00 in London
    text += "2026-03-29 02:30,phone,1,,,\n2026-10-25 02:30,phone,1,,,\n"
    with pytest.raises(InputError) as refused:
        read_case(folder({"history.csv": text, "case.toml": toml}), max_bytes=MAX_BYTES)
    assert [(fault.row, fault.column) for fault in refused.value.faults] == [
        (3, "interval_start"),
        (4, "interval_start"),
    ]


def test_handling_times_of_zero_are_unknown(folder: Folder) -> None:
    text = HEADER + "2026-03-16T09:00:00+00:00,phone,0,0,0,0\n"
    case = read_case(folder({"history.csv": text}), max_bytes=MAX_BYTES)
    assert case.history is not None
    assert np.isnan(case.history.aht_s).all()


def test_a_lone_file_of_calls_needs_no_case(tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    path.write_text(
        "interval_start,calls,imputed\n2003-03-03T07:00:00,560,0\n2003-03-03T07:30:00,609.0,0\n"
    )
    opening = OpeningHours.parse("Mon-Fri 07:00-08:00")
    history, remarks = read_history_file(path, zone=LONDON, max_bytes=MAX_BYTES, opening=opening)
    assert history.queues == ("contacts",)
    assert history.grid.interval == timedelta(minutes=30)
    assert history.offered[0, 14:16].tolist() == [560, 609]
    assert not remarks


def test_a_lone_file_may_name_its_columns_otherwise(tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    path.write_text(
        "interval_start,calls,queued,abandoned_in_queue,served,mean_wait_q_s,mean_service_s,imputed\n"
        "2003-03-03T07:00:00,9,4,2,7,30.5,180,0\n"
        "2003-03-03T07:30:00,5,0,0,0,,,0\n"
        "2003-03-03T08:00:00,8,0,0,0,,,1\n"
    )
    history, remarks = read_history_file(path, zone=LONDON, max_bytes=MAX_BYTES)
    morning = slice(14, 17)
    np.testing.assert_array_equal(history.offered[0, morning], [9, 5, np.nan])
    np.testing.assert_array_equal(history.handled[0, morning], [7, 0, 0])
    np.testing.assert_array_equal(history.abandoned[0, morning], [2, 0, 0])
    np.testing.assert_array_equal(history.aht_s[0, morning], [180, np.nan, np.nan])
    assert [remark.text for remark in remarks][:3] == [
        "column 'queued' is not read",
        "column 'mean_wait_q_s' is not read",
        "1 rows marked as imputed count as unknown",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("interval_start,calls\n", "at least one row"),
        ("interval_start\n2003-03-03T07:00:00\n", "a column offered"),
        ("calls\n5\n", "a column interval_start"),
        ("interval_start,imputed\n2003-03-03T07:00:00,1\n", "a column offered"),
        ("interval_start,calls\n2003-03-03T07:00:00,x\n", "row 2"),
    ],
)
def test_a_lone_file_is_checked_too(text: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    path.write_text(text)
    with pytest.raises(InputError, match=words):
        read_history_file(path, zone=LONDON, max_bytes=MAX_BYTES)
