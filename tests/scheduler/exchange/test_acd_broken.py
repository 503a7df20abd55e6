"""Broken exports: every fault has its place, and nothing is half imported."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from test_acd_samples import AIRCALL, LONDON, MAX_BYTES, SAMPLES, Sample, table

from scheduler.errors import Fault, InputError
from scheduler.exchange.acd import detect, import_history, preview
from scheduler.exchange.acd_merge import merged
from scheduler.exchange.acd_queues import MOST_QUEUES
from scheduler.exchange.workbook import write_sheets

Change = Callable[[str], str]


def _sample(variant: str) -> Sample:
    return next(each for each in SAMPLES.values() if each.variant == variant)


def _faults(data: bytes, folder: Path, name: str = "f.csv", **more: object) -> tuple[Fault, ...]:
    path = folder / name
    path.write_bytes(data)
    arguments = {"zone": LONDON, "service_zone": LONDON, "interval": timedelta(minutes=30)}
    arguments |= {"max_bytes": MAX_BYTES, **more}
    with pytest.raises(InputError) as error:
        import_history(path, **arguments)  # type: ignore[arg-type]  # tests vary them
    assert all(fault.file in ("", path.name) for fault in error.value.faults)
    return error.value.faults


def _swap(row: int, old: str, new: str) -> Change:
    def change(text: str) -> str:
        lines = text.split("\n")
        assert old in lines[row - 1], lines[row - 1]
        lines[row - 1] = lines[row - 1].replace(old, new, 1)
        return "\n".join(lines)

    return change


def _cell(row: int, column: int, new: str, delimiter: str = ",") -> Change:
    def change(text: str) -> str:
        lines = text.split("\n")
        cells = lines[row - 1].rstrip("\r").split(delimiter)
        cells[column] = new
        lines[row - 1] = delimiter.join(cells)
        return "\n".join(lines)

    return change


@pytest.mark.parametrize(
    ("variant", "change", "row", "column"),
    [
        ("aircall-1", _cell(4, 4, "yesterday"), 4, "datetime (UTC)"),
        ("aircall-1", _cell(4, 4, "2026-03-16"), 4, "datetime (UTC)"),
        ("aircall-1", _cell(5, 6, "sideways"), 5, "direction"),
        ("aircall-2", _cell(6, 9, "maybe"), 6, "answered"),
        ("aircall-3", _cell(7, 11, "-3"), 7, "duration (total)"),
        ("aircall-3", _cell(8, 12, "1:75"), 8, "duration (in call)"),
        ("aircall-1", _cell(3, 0, "a\x07b"), 3, "line"),
        ("salesforce-api", _cell(3, 2, '""'), 3, "CreatedDate"),
        ("salesforce-agentwork", _cell(3, 3, "25:00"), 3, "Assign Date"),
        ("zendesk-json", _swap(3, '"created_at": "2026-', '"created_at": "2O26-'), 3, "created_at"),
        ("zendesk-json", _swap(3, "}", ""), 3, ""),
        ("amazon-forecast", _swap(2, "30mins", "daily"), 2, "IntervalDuration"),
        ("amazon-metrics", _cell(2, 3, "1.5"), 2, "Contacts queued"),
        ("genesys-wfm", _cell(2, 0, "2026-03-16T08:05:00Z"), 2, "interval_start"),
        ("callboard", _cell(2, 2, "-1"), 2, "offered"),
        ("twilio-insights", _cell(2, 0, "31/02/2026"), 2, "Date"),
        ("asterisk", _cell(3, 0, "soon", "|"), 3, "time"),
        ("technion", _cell(4, 4, "LOST"), 4, "outcome"),
        ("hubspot", _cell(2, 0, 'un"quoted'), None, ""),
    ],
)
def test_a_fault_is_named_with_its_row_and_column(
    variant: str, change: Change, row: int | None, column: str, tmp_path: Path
) -> None:
    sample = _sample(variant)
    data = sample.data
    packed = data[:2] == b"\x1f\x8b"
    text = (gzip.decompress(data) if packed else data).decode()
    if variant == "hubspot":
        text = text.replace('"Where', '"Wh"ere', 1)
    changed = change(text).encode()
    faults = _faults(changed, tmp_path)
    assert len(faults) == 1
    assert faults[0].column == column
    if row is not None:
        assert faults[0].row == row


def test_all_faults_come_together_and_in_order(tmp_path: Path) -> None:
    text = _sample("aircall-3").data.decode()
    for change in (_cell(4, 3, "x"), _cell(2, 5, "x"), _cell(3, 8, "x"), _swap(6, ",", "")):
        text = change(text)
    faults = _faults(text.encode(), tmp_path, chunk_rows=3)
    assert [fault.row for fault in faults] == [2, 3, 4, 6]


def test_faults_are_bounded(tmp_path: Path) -> None:
    rows = [["Care", "x", "", "x", "GB", "?", "1", "2", "?", "", "", "x", "x", "", "", ""]] * 4000
    faults = _faults(table(AIRCALL["aircall-3"], rows), tmp_path, chunk_rows=100)
    assert len(faults) <= 1001
    assert "more than the 1000 listed" in faults[-1].found


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", "no columns"),
        (b"\n\n", "no columns"),
        (b"a,b\n1,2\n", "the columns a, b"),
        (b"\x00\x81\x8d" * 9, "bytes that are none of them"),
        (b"\xff\xfea\x00b", "bytes that are none of them"),
        (b"{\n  'a': 1\n}\n", "no record"),
        (b"\x1f\x8bjunk", ""),
        (gzip.compress(_sample("aircall-1").data)[:-9], "Compressed file ended"),
        (b"PK\x03\x04junk", "BadZipFile"),
    ],
)
def test_what_is_no_export(data: bytes, found: str, tmp_path: Path) -> None:
    (fault,) = _faults(data, tmp_path)
    assert found in fault.found


def test_the_nearest_kind_and_what_it_lacks_are_named(tmp_path: Path) -> None:
    header = AIRCALL["aircall-3"].replace("datetime (UTC),", "")
    (fault,) = _faults(table(header, []), tmp_path)
    assert "the nearest is Aircall calls" in fault.expected
    assert "datetime (utc)" in fault.expected
    (fault,) = _faults(b"Interval Start,Agent Id,Agent Name,Handle\n", tmp_path)
    assert "what agents did" in fault.expected
    data = _sample("aircall-1").data
    (fault,) = _faults(data, tmp_path, variant="aircall-3")
    assert "without via" in fault.expected
    (fault,) = _faults(data, tmp_path, variant="aircal-1")
    assert "did you mean 'aircall-1'" in fault.expected
    with pytest.raises(InputError, match="an export that is known"):
        detect(b"a,b\n", max_bytes=9)


def test_a_file_that_is_too_large_is_not_unpacked(tmp_path: Path) -> None:
    bomb = gzip.compress(b"0" * 5_000_000)
    (fault,) = _faults(bomb, tmp_path, max_bytes=1_000_000)
    assert fault.expected == "at most 1,000,000 bytes, unpacked"
    (fault,) = _faults(b"0" * 2000, tmp_path, max_bytes=1000)
    assert fault.found == "2,000 bytes"
    (fault,) = _faults(_sample("aircall-1").data + b"0" * 3_000_000, tmp_path)
    assert fault.found == "a longer one"
    with pytest.raises(InputError, match="No such file"):
        preview(tmp_path / "none.csv", max_bytes=9)


def test_a_zone_must_be_stated_where_the_file_states_none(tmp_path: Path) -> None:
    (*faults, _) = _faults(_sample("hubspot").data, tmp_path, zone=None)
    assert all("zone" in fault.expected for fault in faults)


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (["01/02/2026", "03/04/2026"], "date_order: dmy where the day comes first"),
        (["13/02/2026", "02/13/2026"], "dates in one order"),
    ],
)
def test_dates_must_tell_their_order(dates: list[str], expected: str, tmp_path: Path) -> None:
    header = "Case Number,Date/Time Opened,Date/Time Closed,Case Origin"
    rows = [[at, f"{day} 09:00", "", "Email"] for at, day in enumerate(dates)]
    (fault,) = _faults(table(header, rows), tmp_path)
    assert expected in fault.expected


def test_columns_and_queues_that_cannot_be(tmp_path: Path) -> None:
    (fault,) = _faults(_sample("aircall-1").data, tmp_path, queue_from="Lines")
    assert (fault.column, "did you mean 'line'" in fault.expected) == ("queue_from", True)
    header = AIRCALL["aircall-1"] + ",Line"
    (fault,) = _faults(table(header, []), tmp_path)
    assert (fault.row, fault.found) == (1, "a second column named 'Line'")
    rows = [[n, "2026-03-16T09:00Z", "", f"q{n}"] for n in range(MOST_QUEUES + 2)]
    faults = _faults(table("Ticket ID,Create date,Close date,Pipeline", rows), tmp_path)
    assert {fault.row for fault in faults} == {MOST_QUEUES + 2, MOST_QUEUES + 3}


def test_nothing_left_to_count_is_a_fault(tmp_path: Path) -> None:
    header = AIRCALL["aircall-1"]
    (fault,) = _faults(table(header, []), tmp_path)
    assert fault.found == "0 in the file"
    sample = _sample("aircall-1")
    (fault,) = _faults(sample.data, tmp_path, queue_map={"Sales": None, "Care": None})
    assert "its queue is not wanted" in fault.found
    own = _sample("callboard")
    (fault,) = _faults(own.data, tmp_path, queue_map={"Sales": None, "Care": None})
    assert "123 left out" in fault.found


def test_rows_of_one_interval_must_agree(tmp_path: Path) -> None:
    lines = _sample("callboard").data.decode().split("\r\n")
    again = "\r\n".join([*lines[:-1], lines[1], _cell(1, 2, "7")(lines[1]), ""])
    (fault,) = _faults(again.encode(), tmp_path)
    assert fault.row == len(lines) + 1
    assert fault.found == "other figures than in row 2"


def test_a_workbook_with_a_formula_or_without_a_sheet(tmp_path: Path) -> None:
    (fault,) = _faults(write_sheets({"history": [["a", "b"]]}), tmp_path)
    assert fault.found == "the columns a, b"
    (fault,) = _faults(write_sheets({"history": [[]]}), tmp_path)
    assert fault.found == "no columns"


@pytest.mark.parametrize("name", SAMPLES)
def test_the_same_file_twice_changes_nothing(name: str, tmp_path: Path) -> None:
    sample = SAMPLES[name]
    first, second = sample.load(tmp_path), sample.load(tmp_path)
    assert first.report == second.report
    both = merged(first.history, second.history)
    for plane in ("offered", "handled", "abandoned", "aht_s"):
        found, once = getattr(both, plane), getattr(first.history, plane)
        assert np.array_equal(found, once, equal_nan=True)


@pytest.mark.parametrize(
    "variant", ["aircall-3", "hubspot", "salesforce-api", "amazon-records", "asterisk", "callboard"]
)
def test_rows_that_stand_twice_in_a_file_count_once(variant: str, tmp_path: Path) -> None:
    sample = _sample(variant)
    once = sample.load(tmp_path)
    text = sample.data.decode()
    body = text if sample.name.endswith(("json", "log")) else text.partition("\n")[2]
    path = tmp_path / "twice"
    path.write_bytes((text.rstrip("\r\n") + "\r\n" + body).encode())
    twice = import_history(
        path,
        zone=sample.zone,
        service_zone=LONDON,
        interval=timedelta(minutes=30),
        max_bytes=MAX_BYTES,
        chunk_rows=100,
    )
    assert np.array_equal(once.history.offered, twice.history.offered, equal_nan=True)
    assert np.array_equal(once.history.aht_s, twice.history.aht_s, equal_nan=True)


def test_a_service_zone_whose_days_no_interval_divides(tmp_path: Path) -> None:
    data = b"interval_start,offered\n2026-04-04T09:00Z,1\n2026-04-05T09:00Z,1\n"
    zone = ZoneInfo("Australia/Lord_Howe")
    (fault,) = _faults(data, tmp_path, service_zone=zone, interval=timedelta(minutes=60))
    assert "divisor" in fault.expected
