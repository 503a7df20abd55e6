"""Every file format with its broken samples: where the fault is, and in which words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
from small_case import FILES, MAX_BYTES

from scheduler.errors import Fault, InputError
from scheduler.exchange.read_case import read_case

Folder = Callable[[Mapping[str, str | bytes | None]], Path]


class Broken(NamedTuple):
    """One sample: in ``file``, ``old`` becomes ``new``; a fault at the place says the words."""

    file: str
    old: str
    new: str
    row: int | None
    column: str
    words: str

    @property
    def text(self) -> str:
        assert FILES[self.file].count(self.old) >= 1, self
        return FILES[self.file].replace(self.old, self.new, 1)


T, A, L, R, S, P, H = (
    "case.toml",
    "agents.csv",
    "time_off.csv",
    "requests.csv",
    "special_days.csv",
    "assignments.csv",
    "history.csv",
)
PHONE = "queue 'phone'"
WEEK = "earli;early;early;early;early;off;off"
AMY = "a1,Amy Ash,Europe/London,GB,full,phone;email;lang:zh,,07:00,21:00"
SAMPLES = [
    # Settings: the document.
    Broken(T, "[shrinkage]", "[shrinkage", 52, "", "TOML"),
    Broken(T, 'name = "Small"', "name = [" + "[" * 5000, None, "", "TOML"),
    Broken(T, 'name = "Small"', "name = 1" + "0" * 5000, None, "", "TOML"),
    Broken(T, 'name = "Small"\n', "", None, "name", "a value for name"),
    Broken(T, 'name = "Small"', 'name = "\\u0007"', None, "name", "control characters"),
    Broken(T, 'name = "Small"', "name = 7", None, "name", "expected text"),
    Broken(T, "country =", "county =", None, "county", "did you mean 'country'?"),
    Broken(T, "[shrinkage]", "[shrinkages]", None, "shrinkages", "did you mean 'shrinkage'?"),
    Broken(T, "[rules.prices]", "[rules.price]", None, "rules, price", "did you mean 'prices'?"),
    Broken(T, "promise = 2", "promises = 2", None, "rules.prices, promises", "'promise'"),
    Broken(T, "promise = 2", "promise = -2", None, "rules.prices, price of promise", "0 …"),
    Broken(T, "[shrinkage]\n", "[[shrinkage]]\n", None, "shrinkage", "a section [shrinkage]"),
    Broken(T, "Europe/London", "Europe/Londn", None, "timezone", "did you mean 'Europe/London'?"),
    Broken(T, "Europe/London", "../etc/passwd", None, "timezone", "a time zone such as"),
    Broken(T, "interval_minutes = 30", "interval_minutes = 25", None, "interval_minutes",
           "a divisor of 60"),
    Broken(T, "interval_minutes = 30", "interval_minutes = 0", None, "interval_minutes",
           "a divisor of 60"),
    Broken(T, "interval_minutes = 30", "interval_minutes = nan", None, "interval_minutes",
           "a number"),
    Broken(T, 'country = "GB"', 'country = "Great Britain"', None, "country", "ISO 3166"),
    Broken(T, 'country = "GB"', 'country = "XX"', None, "country", "ISO 3166"),
    Broken(T, "week = 2026-03-25", 'week = "25.3.2026"', None, "week", "a date such as"),
    Broken(T, "week = 2026-03-25", "week = 2026-03-25T10:00:00", None, "week", "a date such as"),
    Broken(T, "week = 2026-03-25", "week = 0001-01-01", None, "week", "a date such as"),
    # Settings: queues.
    Broken(T, 'channel = "phone"', 'channel = "phon"', None, f"{PHONE}, channel",
           "did you mean 'phone'?"),
    Broken(T, "service_level = 0.8", "service_level = 80", None, f"{PHONE}, service_level",
           "below 1"),
    Broken(T, "service_level = 0.8", "service_level = true", None, f"{PHONE}, service_level",
           "a number"),
    Broken(T, "service_level = 0.8\n", "", None, f"{PHONE}, service_level", "a value for"),
    Broken(T, "service_level = 0.8", "servicelevel = 0.8", None, f"{PHONE}, servicelevel",
           "did you mean 'service_level'?"),
    Broken(T, '"20s"', '"20 seconds"', None, f"{PHONE}, answer_within", "such as 20s"),
    Broken(T, '"20s"', '"99999999999999999999d"', None, f"{PHONE}, answer_within", "such as 20s"),
    Broken(T, '"24h"', '"999bd"', None, "queue 'email', answer_within", "business days"),
    Broken(T, '"5m"', "300", None, f"{PHONE}, aht", "expected text"),
    Broken(T, '"2m"', '"0s"', None, f"{PHONE}, patience", "more than 0s"),
    Broken(T, "Mon-Fri 07:00-21:00; Sat", "Mon-Fry 07:00-21:00; Sat", None, f"{PHONE}, opening",
           "such as 'Mon-Fri"),
    Broken(T, "Sat 09:00-13:00", "Sat 13:00-09:00", None, f"{PHONE}, opening", "close after"),
    Broken(T, "floor = 0.0", 'floor = "none"', None, "queue 'email', floor", "a number"),
    Broken(T, 'name = "phone"\n', "", None, "queues, entry 1, name", "a value for name"),
    Broken(T, 'name = "email"', 'name = "phone"', None, f"{PHONE}, name", "no name twice"),
    # Settings: shifts, contracts, shrinkage, rules.
    Broken(T, 'start = "06:00"', 'start = "6 am"', None, "shift 'early', start", "a time of day"),
    Broken(T, 'start = "06:00"', "start = 06:00:30", None, "shift 'early', start",
           "a time of day"),
    Broken(T, 'end = "14:00"', 'end = "25:00"', None, "shift 'early', end", "a time of day"),
    Broken(T, 'dst = "keep_end"', 'dst = "keep"', None, "shift 'early', dst", "one of keep_dur"),
    Broken(T, 'start="10:00"', 'start="04:00"', None, "shift 'early', breaks", "inside the shift"),
    Broken(T, 'start="10:00"', 'begin="10:00"', None, "shift 'early', breaks", "a break such as"),
    Broken(T, 'weekdays = "Mon-Fri"', 'weekdays = "Mon-Fri-Sun"', None, "shift 'early', weekdays",
           "weekdays such as"),
    Broken(T, 'weekdays = "Mon-Fri"', "weekdays = [1, 2]", None, "shift 'early', weekdays",
           "weekdays such as"),
    Broken(T, "min_hours_week = 20", "min_hours_week = 40", None, "contract 'full', min_hours",
           "min_hours_week <= max_hours_week"),
    Broken(T, "max_days_week = 4", "max_days_week = 3.5", None, "contract 'full', max_days_week",
           "a whole number"),
    Broken(T, "max_days_week = 4", 'forbidden_successions = "night>earl"', None,
           "contract 'full', forbidden_successions", "did you mean 'early'?"),
    Broken(T, "max_days_week = 4", 'forbidden_successions = "night-early"', None,
           "contract 'full', forbidden_successions", "pairs such as late>early"),
    Broken(T, "max_days_week = 4", "most_of_shift = {nigth=2}", None,
           "contract 'full', most_of_shift", "did you mean 'night'?"),
    Broken(T, "max_days_week = 4", 'most_of_shift = "night=9"', None,
           "contract 'full', most_of_shift", "0 … 7"),
    Broken(T, "max_days_week = 4", "max_weekends = 60", None, "contract 'full', max_weekends",
           "0 … 53"),
    Broken(T, "max_days_week = 4", "min_consecutive_days = 5", None,
           "contract 'full', min_consecutive_days", "at most max_consecutive_days"),
    Broken(T, "[rules.prices]", '[rules.limits]\nlate_after = "8 pm"\n[rules.prices]', None,
           "rules.limits, late_after", "a time of day"),
    Broken(T, "[rules.prices]", "[rules.limits]\nlater_after = 20\n[rules.prices]", None,
           "rules.limits, later_after", "did you mean 'late_after'?"),
    Broken(T, "max_days_week = 4", 'law = "UK"', None, "contract 'full', law", "one of"),
    Broken(T, "max_days_week = 4", 'weekly_rest = "7d"', None, "contract 'full', weekly_rest",
           "0h … 144h"),
    Broken(T, "[rules.prices]", "[rules.limits]\npoints = {nigth=2}\n[rules.prices]", None,
           "rules.limits, points", "did you mean 'night'?"),
    Broken(T, "[rules.prices]", "[rules.limits]\nseats = {Leeds=-2}\n[rules.prices]", None,
           "rules.limits, seats", "0 … 10000 for Leeds"),
    Broken(T, "[shrinkage]", f"[[rotations]]\nname = 'r'\nweeks = ['{WEEK};off']\n[shrinkage]",
           None, "rotation 'r', weeks", "seven days"),
    Broken(T, "[shrinkage]", f"[[rotations]]\nname = 'r'\nweeks = ['{WEEK}']\n[shrinkage]",
           None, "rotation 'r', weeks", "did you mean 'early'?"),
    Broken(T, "[shrinkage]", "[[activities]]\nname = 'm'\nkind = 'each'\n[shrinkage]", None,
           "activity 'm', length", "a length, for together and each only"),
    Broken(T, "[shrinkage]", "[[activities]]\nname = 'm'\nkind = 'meeting'\n[shrinkage]", None,
           "activity 'm', kind", "together"),
    Broken(T, "[shrinkage]", "[[activities]]\nname = 'm'\nkin = 'each'\n[shrinkage]", None,
           "activity 'm', kin", "did you mean 'kind'?"),
    Broken(T, "[shrinkage]",
           "[[activities]]\nname='m'\nkind='each'\nlength='1h'\nskills=['acounts']\n[shrinkage]",
           None,
           "activities, skills", "a known name"),
    Broken(T, "[shrinkage]", "[[rotations]]\nname = 'r'\nweeks = 7\n[shrinkage]", None,
           "rotation 'r', weeks", "weeks such as"),
    Broken(A, f"hourly_cost\n{AMY},18.5", f"rotation\n{AMY},r", 2, "rotation_start",
           "both a rotation and a date"),
    Broken(A, f"hourly_cost\n{AMY},18.5", f"seniority\n{AMY},-1", 2, "seniority", "0 … 10000"),
    Broken(T, "breaks = 0.08", "breaks = 1.08", None, "shrinkage, breaks", "below 1"),
    Broken(T, "breaks = 0.08", "breaks = 0.99", None, "shrinkage", "together below 1"),
    Broken(T, '["promise", "coverage"]', '["promis"]', None, "rules, order", "'promise'"),
    Broken(T, '["promise", "coverage"]', '["promise+coverag"]', None, "rules, order",
           "'coverage'"),
    Broken(T, "[rules.prices]", "[rules.tolerance]\npromis = 3\n[rules.prices]", None,
           "rules, tolerance", "'promise'"),
    Broken(T, "[rules.prices]", "[rules.tolerance]\npromise = -3\n[rules.prices]", None,
           "rules, tolerance", "0 or more minutes"),
    Broken(T, '["min_rest"]', '["min_rests"]', None, "rules, waived", "'min_rest'"),
    Broken(T, '["min_rest"]', "[1]", None, "rules, waived", "names separated by ;"),
    # Agents.
    Broken(A, "id,name", "id,id,name", 1, "id", "each column once"),
    Broken(A, "timezone", "timezon", 1, "timezone", "a column timezone"),
    Broken(A, "earliest_local", "earlist_local", 1, "earlist_local", "'earliest_local'"),
    Broken(A, "Amy Ash,", "Amy Ash,x,", 2, "", "found 11 cells"),
    Broken(A, "b2,Bea Birch", "Bea Birch", 3, "", "found 9 cells"),
    Broken(A, "a1,Amy", ",Amy", 2, "id", "a value for id"),
    Broken(A, "b2,Bea", "a1,Bea", 3, "id", "as in row 2"),
    Broken(A, "Australia/Perth", "Australia/Perh", 3, "timezone", "'Australia/Perth'"),
    Broken(A, "AU-WA", "AU-WX", 3, "country", "ISO 3166"),
    Broken(A, "AU-WA,full", "AU-WA,fall", 3, "contract", "did you mean 'full'?"),
    Broken(A, "phone;email;", "phone;emial;", 2, "skills", "did you mean 'email'?"),
    Broken(A, "phone,night", "phone,nigth", 3, "shifts", "did you mean 'night'?"),
    Broken(A, "07:00,21:00", "7,21:00", 2, "earliest_local", "a time of day"),
    Broken(A, "18.5", "18,5", 2, "", "found 11 cells"),
    Broken(A, "18.5", "-18.5", 2, "hourly_cost", "0 or more"),
    Broken(A, "hourly_cost", "joined", 2, "joined", "a date such as"),
    Broken(A, "hourly_cost", "contract_changes", 2, "contract_changes", "2026-04-01=part-time"),
    Broken(A, f"hourly_cost\n{AMY},18.5", f"contract_changes\n{AMY},2026-04-01=fall", 2,
           "contract_changes", "did you mean 'full'?"),
    Broken(A, f"hourly_cost\n{AMY},18.5", f"overtime_hours\n{AMY},200", 2, "overtime_hours",
           "0 … 168"),
    Broken(A, "18.5", "inf", 2, "hourly_cost", "a number"),
    Broken(A, "Amy Ash", '"Amy Ash', 2, "", "quotes closed"),
    Broken(A, "Amy Ash", "Amy\x01Ash", 2, "name", "control characters"),
    # Time off.
    Broken(L, "a1,2026", "a9,2026", 2, "agent_id", "(a1, b2)"),
    Broken(L, "2026-03-26,", "2026-03-28,", 2, "start, end", "a start before the end"),
    Broken(L, "2026-03-26,", "2026-02-30,", 2, "start", "a date such as"),
    Broken(L, "2026-03-26,", "tomorrow,", 2, "start", "a time such as"),
    Broken(L, "2026-03-26,", ",", 2, "start", "a value for start"),
    Broken(L, "2026-03-26,", "2026-03-29T01:30,", 2, "start", "they skip this one"),
    Broken(L, "2026-03-27,", "2026-10-25T01:30,", 2, "end", "show this one twice"),
    Broken(L, "b2,2026-03-25T12:00:00+00:00,2026-03-25", "a1,2026-03-26T12:00:00Z,2026-03-26", 3,
           "start, end", "overlap row 2"),
    # Requests.
    Broken(R, "a1,2026-03-25", "a2,2026-03-25", 2, "agent_id", "(a1, b2)"),
    Broken(R, "early", "erly", 2, "shift", "'early'"),
    Broken(R, "want", "wants", 2, "kind", "'want'"),
    Broken(R, "want,2", "want,0", 2, "weight", "a whole number from 1"),
    Broken(R, "want,2", "want,1.5", 2, "weight", "a whole number"),
    Broken(R, "2026-03-25", "25/03/2026", 2, "date", "a date such as"),
    Broken(R, "b2,2026-03-24,,avoid", "a1,2026-03-25,early,want", 3, "agent_id, date, shift, kind",
           "as in row 2"),
    # Special days.
    Broken(S, "2026-03-24,,", "2026-03-24,fone,", 2, "queue", "'phone'"),
    Broken(S, "closed,,,,", "closed,,09:00,,", 2, "opens, closes", "no times on a closed day"),
    Broken(S, "09:00,12:00", "12:00,09:00", 3, "opens, closes", "closing after opening"),
    Broken(S, "1.5", "NaN", 3, "factor", "a number"),
    Broken(S, "short", "shrt", 3, "kind", "'short'"),
    # Assignments.
    Broken(P, "early,pinned", "early,pined", 2, "kind", "'pinned'"),
    Broken(P, "b2,2026-03-27", "a1,2026-03-23", 3, "agent_id, date", "as in row 2"),
    Broken(P, "night,past", ",past", 4, "shift", "the shift that was worked"),
    Broken(P, "night,past", "nite,past", 4, "shift", "'night'"),
    # History.
    Broken(H, "interval_start", "interval", 1, "interval_start", "a column interval_start"),
    Broken(H, "offered", "offerd", 1, "offerd", "'offered'"),
    Broken(H, "phone,12", "fone,12", 2, "queue", "'phone'"),
    Broken(H, "phone,12", "phone,-12", 2, "offered", "0 or more"),
    Broken(H, "phone,12", "phone,12.5", 2, "offered", "a whole number"),
    Broken(H, "phone,12", "phone,nan", 2, "offered", "a number"),
    Broken(H, "phone,12", "phone,inf", 2, "offered", "a number"),
    Broken(H, "phone,12", "phone,1e400", 2, "offered", "a number"),
    Broken(H, "phone,12", 'phone,"1,200"', 2, "offered", "a number"),
    Broken(H, "phone,12", "phone,=6+6", 2, "offered", "a number"),
    Broken(H, "301.5", "-1", 2, "aht_s", "0 or more"),
    Broken(H, "09:00:00+00:00,phone", "09:00:00,phone", 2, "interval_start", "history_timezone"),
    Broken(H, "09:00:00+00:00,phone", "09:07:00+00:00,phone", 2, "interval_start",
           "the start of a 30-minute interval"),
    Broken(H, "16T09:30:00+00:00,phone", "16T09:00:00+00:00,phone", 3, "interval_start, queue",
           "the same as row 2"),
    Broken(H, "2026-03-16T09:00:00+00:00,phone", "16.3.2026 9:00,phone", 2, "interval_start",
           "a time such as"),
    Broken(H, "2026-03-16T09:00:00+00:00,phone", "2026-13-16T09:00:00Z,phone", 2,
           "interval_start", "a time such as"),
    Broken(H, "2026-03-16T09:00:00+00:00,phone", "1926-03-16T09:00:00Z,phone", 2,
           "interval_start", "a time such as"),
    Broken(H, "2026-03-16T09:00:00+00:00,phone", "1996-03-16T09:00:00Z,phone", None,
           "interval_start", "at most 20 years"),
]  # fmt: skip


def faults_of(place: Path) -> tuple[Fault, ...]:
    with pytest.raises(InputError) as refused:
        read_case(place, max_bytes=MAX_BYTES)
    return refused.value.faults


def _id(sample: Broken) -> str:
    return f"{sample.file}-{sample.column or sample.row}-{sample.words}"[:60]


@pytest.mark.parametrize("sample", SAMPLES, ids=_id)
def test_a_broken_file_names_the_place_and_what_was_expected(
    sample: Broken, folder: Folder
) -> None:
    faults = faults_of(folder({sample.file: sample.text}))
    there = [
        fault
        for fault in faults
        if fault.file == sample.file
        and fault.row == sample.row
        and fault.column.startswith(sample.column)
    ]
    assert [fault for fault in there if sample.words in str(fault)], faults
    assert len(faults) <= 3, "one mistake is not reported as many"


def test_every_fault_of_every_file_comes_in_one_error(folder: Folder) -> None:
    changes: dict[str, str] = {}
    for sample in (
        Broken(T, "service_level = 0.8", "service_level = 80", None, "", ""),
        Broken(A, "AU-WA,full", "AU-WA,fall", 3, "contract", ""),
        Broken(L, "2026-03-26,", "2026-03-28,", 2, "", ""),
        Broken(R, "want,2", "want,0", 2, "", ""),
        Broken(S, "1.5", "NaN", 3, "", ""),
        Broken(P, "night,past", "nite,past", 4, "", ""),
        Broken(H, "phone,12", "phone,-12", 2, "", ""),
    ):
        changes[sample.file] = sample.text
    faults = faults_of(folder(changes))
    assert sorted(fault.file for fault in faults) == sorted(FILES)
    assert all(fault.expected and fault.found for fault in faults)


def test_several_faults_of_one_row_come_together(folder: Folder) -> None:
    text = FILES[A].replace("AU-WA,full,phone,night,,", "ZZ,none,fone,nigth,5,6")
    columns = [fault.column for fault in faults_of(folder({A: text}))]
    assert columns == ["country", "earliest_local", "latest_local", "contract"]


def test_tables_are_checked_even_without_settings(folder: Folder) -> None:
    text = FILES[H].replace("phone,12", "phone,-12")
    faults = faults_of(folder({T: None, H: text}))
    assert [(fault.file, fault.row) for fault in faults] == [(T, None), (H, 2)]


def test_history_cells_are_checked_even_without_a_zone(folder: Folder) -> None:
    changes = {T: FILES[T].replace("Europe/London", "London"), H: FILES[H].replace(",11,", ",x,")}
    faults = faults_of(folder(changes))
    assert [(fault.file, fault.column) for fault in faults] == [(T, "timezone"), (H, "handled")]


def test_a_mistake_in_every_row_of_a_history_is_counted_not_listed(folder: Folder) -> None:
    rows = "".join(f"2026-03-16T09:00:00,phone,{n},,,\n" for n in range(1500))
    faults = faults_of(folder({H: FILES[H].partition("\n")[0] + "\n" + rows}))
    assert len(faults) == 101
    assert str(faults[-1]) == (
        "history.csv, row 102, column interval_start: expected no such faults; "
        "found faults in 1400 rows from here on"
    )


def test_a_hopeless_table_is_not_read_to_its_end(folder: Folder) -> None:
    rows = "".join(f"nobody{n},2026-03-25,early,want,1\n" for n in range(20_000))
    faults = faults_of(folder({R: FILES[R].partition("\n")[0] + "\n" + rows}))
    assert len([fault for fault in faults if fault.file == R]) == 1001
    assert "more than the 1000 listed" in faults[-1].found


@pytest.mark.parametrize(
    ("changes", "file", "words"),
    [
        ({A: None}, A, "a file that can be read"),
        ({A: ""}, A, "a header with the columns"),
        ({A: "\n\n"}, A, "a header with the columns"),
        ({A: b"\xff\xfe\x00\xd8"}, A, "text in UTF-8"),
        ({A: b"id\x81\x00"}, A, "text in UTF-8"),
        ({T: b"x" * 1_000_001}, T, "at most 1,000,000 bytes"),
        ({H: b"x" * (MAX_BYTES + 1)}, H, "at most 5,000,000 bytes"),
        ({H: "interval_start,queue,offered\n" + "x" * 200_000}, H, "cells of usual length"),
        ({H: ",".join(map(str, range(100_000)))}, H, "at most 64 columns"),
    ],
)
def test_unusable_files_are_refused(
    changes: Mapping[str, str | bytes | None], file: str, words: str, folder: Folder
) -> None:
    faults = faults_of(folder(changes))
    assert [fault for fault in faults if fault.file == file and words in str(fault)], faults


@pytest.mark.parametrize("name", ["nothing", "case.toml"])
def test_a_case_is_a_folder_or_a_workbook(name: str, folder: Folder) -> None:
    assert "a folder with case.toml" in str(faults_of(folder({}) / name)[0])


def test_a_folder_in_the_place_of_a_file_is_refused(folder: Folder) -> None:
    place = folder({H: None})
    (place / H).mkdir()
    assert faults_of(place)[0].file == H
