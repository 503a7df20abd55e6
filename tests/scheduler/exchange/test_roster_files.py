"""What is handed out of a roster, and what is read back."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from openpyxl import load_workbook
from small_case import MAX_BYTES
from small_problem import FIRST, LONDON, SHEET, assigned, small_problem, small_roster

from scheduler.errors import InputError
from scheduler.exchange.calendars import safe_name
from scheduler.exchange.coverage_chart import HEIGHT, coverage_charts
from scheduler.exchange.read_roster import parse_roster, read_roster
from scheduler.exchange.roster_sheet import RosterSheet
from scheduler.exchange.roster_table import (
    COVERAGE_COLUMNS,
    ROSTER_COLUMNS,
    roster_rows,
    table_csv,
)
from scheduler.exchange.write_roster import roster_files, write_roster
from scheduler.rostering.coverage import cover
from scheduler.rostering.roster import Roster

PROBLEM = small_problem()
ROSTER = small_roster(PROBLEM)
COVERAGE = cover(PROBLEM, ROSTER)


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return roster_files(PROBLEM, ROSTER, COVERAGE, SHEET)


def _table(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8"))))


def test_every_file_is_written_and_old_calendars_go(tmp_path: Path) -> None:
    (tmp_path / "calendars").mkdir()
    (tmp_path / "calendars" / "gone.ics").write_text("old")
    written = write_roster(tmp_path, PROBLEM, ROSTER, COVERAGE, SHEET)
    names = sorted(path.relative_to(tmp_path).as_posix() for path in written)
    assert names == [
        "calendars/_c-9604b906fd0ca6d6.ics",
        "calendars/a1.ics",
        "calendars/b2.ics",
        "calendars/d4.ics",
        "coverage.csv",
        "roster.csv",
        "roster.html",
        "roster.xlsx",
    ]
    assert not (tmp_path / "calendars" / "gone.ics").exists()


def test_roster_csv_has_the_contracts_columns_in_all_three_zones(files: dict[str, bytes]) -> None:
    rows = _table(files["roster.csv"])
    assert tuple(rows[0]) == ROSTER_COLUMNS
    night = next(row for row in rows if row["shift"] == "night")
    # The clocks go forward during it: eight hours, and a wall clock that shows nine.
    assert night == {
        "agent_id": "a1",
        "agent": "Amy Ash",
        "date": "2026-03-28",
        "shift": "night",
        "start_utc": "2026-03-28T22:00:00Z",
        "end_utc": "2026-03-29T06:00:00Z",
        "start_local": "2026-03-28T22:00:00+00:00",
        "end_local": "2026-03-29T07:00:00+01:00",
        "start_service": "2026-03-28T22:00:00+00:00",
        "end_service": "2026-03-29T07:00:00+01:00",
        "agent_timezone": "Europe/London",
        "queues": "phone;chat",
        "breaks": "",
        "paid_minutes": "480",
        "blocks": "",
        "activities": "",
    }
    perth = next(row for row in rows if row["agent_id"] == "b2")
    assert perth["agent"] == '\'=HYPERLINK("x")'
    assert perth["start_local"] == "2026-03-23T07:00:00+08:00"
    assert perth["start_service"] == "2026-03-22T23:00:00+00:00"
    assert perth["breaks"] == "12:00-12:30"


def test_coverage_csv_agrees_with_a_plain_count(files: dict[str, bytes]) -> None:
    rows = _table(files["coverage.csv"])
    assert tuple(rows[0]) == COVERAGE_COLUMNS
    grid = PROBLEM.requirement.grid
    assert len(rows) == 2 * len(grid)
    for at, row in enumerate(rows):
        i, q = divmod(at, 2)
        start = grid.starts_utc()[i]
        assert datetime.fromisoformat(row["interval_start_utc"]) == start
        assert datetime.fromisoformat(row["interval_start_local"]) == start
        name = row["queue"]
        scheduled = 0.0
        for each in ROSTER.assignments:
            if name in each.queues:
                for begin, end in each.shift.worked:
                    both = min(end, start + grid.interval) - max(begin, start)
                    share = max(both, timedelta(0)) / grid.interval
                    scheduled += share / len(each.queues)
        required = float(row["required"])
        assert float(row["scheduled"]) == pytest.approx(scheduled, abs=1e-6)
        assert float(row["shortfall"]) == pytest.approx(max(required - scheduled, 0), abs=1e-6)
        assert float(row["surplus"]) == pytest.approx(max(scheduled - required, 0), abs=1e-6)
        on_queue = scheduled * 0.75
        load = PROBLEM.requirement.load[q, i]
        expected = f"{min(1.0, load / on_queue):.6f}" if on_queue else ""
        assert row["occupancy"] == expected or float(row["occupancy"]) == pytest.approx(
            float(expected), abs=1e-6
        )


def test_roster_workbook_holds_text_as_text(files: dict[str, bytes]) -> None:
    book = load_workbook(io.BytesIO(files["roster.xlsx"]))
    assert book.sheetnames == ["roster", "shifts", "coverage", "numbers"]
    kinds = {cell.data_type for sheet in book for row in sheet.rows for cell in row if cell.value}
    assert kinds == {"s", "n"}
    assert book["roster"]["A3"].value == '\'=HYPERLINK("x")'
    assert book["numbers"]["B5"].value == "'=1+1"
    monday = book["roster"]["D2"]
    assert monday.value == "early\n07:00–15:00\nphone"
    assert monday.fill.fgColor.rgb == "00CFE3F7"
    assert book["coverage"]["H20"].data_type == "n"


def test_a_calendar_holds_one_agents_shifts_in_utc(files: dict[str, bytes]) -> None:
    for agent in PROBLEM.team.agents:
        data = files[f"calendars/{safe_name(agent.agent_id)}.ics"]
        calendar = Calendar.from_ical(data)
        events = calendar.walk("VEVENT")
        shifts = [each.shift for each in ROSTER.tour(agent.agent_id)]
        assert [(e.start, e.end) for e in events] == [(s.start, s.end) for s in shifts]
        assert all(event.start.tzinfo is not None for event in events)
        assert len({event["UID"] for event in events}) == len(events)
        assert b"\r\n" in data
        assert calendar.subcomponents, "a calendar holds at least one component"
        for other in PROBLEM.team.agents:
            assert other is agent or other.name.encode() not in data


def test_an_event_keeps_its_uid_when_the_shift_changes() -> None:
    def uid(shift: str) -> str:
        roster = Roster.of([assigned(PROBLEM, "a1", FIRST, shift, "phone")])
        files = roster_files(PROBLEM, roster, cover(PROBLEM, roster), SHEET)
        return str(Calendar.from_ical(files["calendars/a1.ics"]).walk("VEVENT")[0]["UID"])

    assert uid("early") == uid("night")


@pytest.mark.parametrize(
    ("agent_id", "plain"),
    [
        ("a1", True),
        ("Amy.Ash-2_x", True),
        ("../../etc/passwd", False),
        ("a/b", False),
        ("..", False),
        (".hidden", False),
        ("CON", False),
        ("nul.txt", False),
        ("Zoë", False),
        ("x" * 300, False),
    ],
)
def test_file_names_of_calendars_are_safe(agent_id: str, plain: bool) -> None:
    name = safe_name(agent_id)
    assert (name == agent_id) is plain
    assert len(name) <= 80
    assert not set(name) & set('/\\:*?"<>|\0')
    assert not name.startswith(".")


def test_ids_that_differ_only_in_case_get_two_files() -> None:
    agents = tuple(
        replace(agent, agent_id=name)
        for agent, name in zip(PROBLEM.team.agents[:2], ("a1", "A1"), strict=True)
    )
    problem = replace(PROBLEM, team=replace(PROBLEM.team, agents=agents))
    empty = Roster.of([])
    files = roster_files(problem, empty, cover(problem, empty), SHEET)
    names = [name.casefold() for name in files if name.startswith("calendars/")]
    assert len(set(names)) == 2


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data


def test_the_page_is_whole_by_itself_and_escapes_what_people_wrote(files: dict[str, bytes]) -> None:
    text = files["roster.html"].decode()
    page = _Page()
    page.feed(text)
    tags = {tag for tag, _ in page.tags}
    assert not tags & {"script", "link", "img", "iframe", "object", "embed", "base", "form"}
    for _, attributes in page.tags:
        assert not {"src", "href", "action", "style"} & set(attributes)
        assert not any(name.startswith("on") for name in attributes)
    assert "url(" not in text
    assert "@import" not in text
    assert "<b>Cy</b>" in page.words
    assert '=HYPERLINK("x")' in page.words
    assert "A promise <kept>." in page.words
    for words in ("Australia/Perth", "07:00–15:00", "Mon 23 Mar", "80.9 % (80.1–81.7)", "optimal"):
        assert words in page.words
    assert len([tag for tag in page.tags if tag[0] == "svg"]) == 2


def test_chart_areas_are_the_hours_between_the_lines() -> None:
    for queue, chart in enumerate(coverage_charts(PROBLEM, COVERAGE)):
        shortfall = float(COVERAGE.shortfall[queue].sum() / 2)
        assert float(chart.total.shortfall) == pytest.approx(shortfall, abs=0.05)
        hours = sum(float(day.shortfall) for day in chart.days)
        assert hours == pytest.approx(shortfall, abs=0.5)
        assert len(chart.days) == 7
    busy = coverage_charts(PROBLEM, COVERAGE)[0]
    assert busy.required.startswith(f"M0 {HEIGHT:g}")


def test_an_empty_roster_is_a_roster_too() -> None:
    empty = Roster.of([])
    files = roster_files(
        PROBLEM, empty, cover(PROBLEM, empty), RosterSheet(title="x", made=SHEET.made)
    )
    assert parse_roster(files["roster.csv"], "roster.csv", PROBLEM, max_bytes=MAX_BYTES) == empty


@given(
    st.dictionaries(
        st.tuples(st.sampled_from(["a1", "b2", "../c"]), st.integers(0, 6)),
        st.tuples(
            st.sampled_from(["early", "night"]), st.sampled_from([("phone",), ("chat", "phone")])
        ),
        max_size=8,
    )
)
@settings(deadline=None, derandomize=True, max_examples=60)
def test_any_roster_survives_csv(
    chosen: dict[tuple[str, int], tuple[str, tuple[str, ...]]],
) -> None:
    roster = Roster.of(
        assigned(PROBLEM, agent, FIRST + timedelta(days=day), shift, *queues)
        for (agent, day), (shift, queues) in chosen.items()
    )
    data = table_csv(ROSTER_COLUMNS, roster_rows(PROBLEM, roster))
    assert parse_roster(data, "roster.csv", PROBLEM, max_bytes=MAX_BYTES) == roster


@pytest.mark.parametrize("name", ["roster.csv", "roster.xlsx"])
def test_what_is_handed_out_reads_back(name: str, files: dict[str, bytes]) -> None:
    assert parse_roster(files[name], name, PROBLEM, max_bytes=MAX_BYTES) == ROSTER


def test_a_hand_made_roster_needs_three_columns(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("agent_id,date,shift\na1,2026-03-23,early\nb2,2026-03-24,early\n")
    roster = read_roster(path, PROBLEM, max_bytes=MAX_BYTES)
    assert roster == Roster.of(
        [
            assigned(PROBLEM, "a1", FIRST, "early", "phone"),
            assigned(PROBLEM, "b2", FIRST + timedelta(days=1), "early", "chat"),
        ]
    )


HEADER = "agent_id,date,shift"


@pytest.mark.parametrize(
    ("header", "row", "column", "words"),
    [
        ("agent_id,date", "a1,2026-03-23", "shift", "a column shift"),
        (HEADER, "a9,2026-03-23,early", "agent_id", "the id of an agent"),
        (HEADER, "a1,2026-03-23,erly", "shift", "did you mean 'early'?"),
        (HEADER, "a1,2026-03-23,", "shift", "a value for shift"),
        (HEADER, "a1,2026-03-30,early", "date", "2026-03-23 … 2026-03-29"),
        (HEADER, "a1,30.3.2026,early", "date", "a date such as"),
        (HEADER, "a1,2026-03-28,torn", "dst of shift torn", "keep_duration"),
        (HEADER, "d4,2026-03-23,early", "queues", "no skill for any"),
        (f"{HEADER},queues", "a1,2026-03-23,early,fone", "queues", "did you mean 'phone'?"),
        (f"{HEADER},start_utc", "a1,2026-03-23,early,2026-03-23T08:00Z", "start_utc", "07:00"),
        (f"{HEADER},end_local", "b2,2026-03-23,early,2026-03-23T16:00+08:00", "end_local", "15:00"),
        (f"{HEADER},start", "a1,2026-03-23,early,08:00", "start", "T07:00:00"),
        (f"{HEADER},start", "a1,2026-03-23,early,20260323", "start", "with its date"),
        (f"{HEADER},breaks", "a1,2026-03-23,early,11:00-11:30", "breaks", "12:00-12:30"),
        (HEADER, "a1,2026-03-23,early\na1,2026-03-23,early", "agent_id, date, shift", "row 2"),
    ],
)
def test_a_broken_roster_names_the_place(header: str, row: str, column: str, words: str) -> None:
    with pytest.raises(InputError) as refused:
        parse_roster(f"{header}\n{row}\n".encode(), "r.csv", PROBLEM, max_bytes=MAX_BYTES)
    (fault,) = refused.value.faults
    assert fault.column == column
    assert words in str(fault)
    assert fault.file == "r.csv"


def test_times_written_by_hand_may_be_right() -> None:
    text = f"{HEADER},start,end,start_local\na1,2026-03-23,early,07:00,15:00,2026-03-23 07:00\n"
    assert parse_roster(text.encode(), "r.csv", PROBLEM, max_bytes=MAX_BYTES).assignments


def test_a_roster_that_is_too_large_is_refused() -> None:
    with pytest.raises(InputError, match="at most 10 bytes"):
        parse_roster(b"x" * 11, "r.csv", PROBLEM, max_bytes=10)


def test_a_sheet_of_numbers_checks_itself() -> None:
    with pytest.raises(InputError) as refused:
        RosterSheet(
            title="x",
            made=datetime(2026, 3, 1),  # noqa: DTZ001 - this is what is refused
            queue_columns=("a",),
            queue_rows=(("1", "2"),),
        )
    assert [fault.column for fault in refused.value.faults] == ["made", "queue_rows"]


def test_rows_for_the_app_are_plain_text() -> None:
    rows = roster_rows(PROBLEM, ROSTER)
    assert {row["agent"] for row in rows} == {"Amy Ash", "<b>Cy</b>", '=HYPERLINK("x")'}
    assert ZoneInfo(rows[0]["agent_timezone"]) == LONDON
    assert datetime.fromisoformat(rows[0]["start_utc"]).tzinfo == UTC
    assert np.all([int(row["paid_minutes"]) > 0 for row in rows])
