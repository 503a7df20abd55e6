"""Records in JSON, however they are strung together."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.exchange.acd_json import MOST_FIELDS, read_records
from scheduler.exchange.record import Findings


def _read(text: str) -> tuple[list[tuple[int, dict[str, str]]], Findings]:
    findings = Findings()
    return list(read_records(io.StringIO(text), "f.json", findings)), findings


RECORDS = [{"id": 1}, {"id": 2}, {"id": 3}]


@pytest.mark.parametrize(
    "text",
    [
        '{"id": 1}\n{"id": 2}\n{"id": 3}\n',
        '{"id": 1}{"id": 2} {"id": 3}',
        '[{"id": 1},\n{"id": 2},\n{"id": 3}\n]\n',
        '[{"id": 1},{"id": 2},{"id": 3}]',
        '{"tasks": [{"id": 1}, {"id": 2}, {"id": 3}], "meta": {"page": 0}}',
        '\ufeff\r\n{"id": 1}\r\n\r\n{"id": 2}\r\n{"id": 3}',
    ],
)
def test_records_may_be_strung_together_in_many_ways(text: str) -> None:
    records, findings = _read(text)
    assert records == [(1, {"id": "1"}), (2, {"id": "2"}), (3, {"id": "3"})]
    assert findings.count == 0


def test_parts_lie_side_by_side_and_values_become_text() -> None:
    record = {
        "Queue": {"Name": "Care", "Deep": {"er": None}},
        "Tags": ["a", 2, {"not": "read"}],
        "Yes": True,
        "Half": "\ud800",
        "Number": 1.5,
    }
    records, _ = _read(json.dumps(record))
    assert records == [
        (
            1,
            {
                "tags": "a;2",
                "yes": "true",
                "half": "?",
                "number": "1.5",
                "queue.name": "Care",
                "queue.deep.er": "",
            },
        )
    ]


@pytest.mark.parametrize(
    ("broken", "found"),
    [
        ('{"id": }', "Expecting value"),
        ('{"id": NaN}', "NaN is no number"),
        ('{"id": ' + "[" * 100_000 + "}", "recursion"),
        ('{"id": ' + "9" * 5000 + "}", "digits"),
        ('"text"', "'text'"),
        ("17", "17"),
        (json.dumps({f"f{n}": n for n in range(MOST_FIELDS + 1)}), "f0"),
    ],
)
def test_a_broken_record_is_named_and_the_others_are_read(broken: str, found: str) -> None:
    records, findings = _read(f'{{"id": 1}}\n{broken}\n{{"id": 3}}\n')
    assert [record for _, record in records] == [{"id": "1"}, {"id": "3"}]
    (fault,) = findings.error().faults
    assert fault.row == 2
    assert found in fault.found


@given(
    st.lists(st.dictionaries(st.text(max_size=3), st.integers() | st.text(max_size=4), max_size=3))
)
@settings(deadline=None, derandomize=True, max_examples=80)
def test_whatever_json_writes_is_read(records: list[dict[str, int | str]]) -> None:
    lines, _ = _read("".join(json.dumps(each) + "\n" for each in records))
    whole, _ = _read(json.dumps(records))
    assert lines == whole
    assert len(lines) == len(records)
