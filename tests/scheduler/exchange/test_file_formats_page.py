"""The page on file formats: its example is a case, and no column is left out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from small_case import MAX_BYTES

from scheduler.exchange.layout import (
    ACTIVITIES,
    CAPACITY,
    CASE,
    CONTRACTS,
    LIMITS,
    PRICES,
    QUEUES,
    ROTATIONS,
    SHIFTS,
    TABLES,
)
from scheduler.exchange.read_case import read_case
from scheduler.exchange.roster_table import COVERAGE_COLUMNS, ROSTER_COLUMNS

PAGE = (Path(__file__).parents[3] / "docs" / "file-formats.md").read_text(encoding="utf-8")
SECTIONS = {
    name: body
    for name, body in re.findall(r"^## `?([^`\n]+)`?\n(.*?)(?=^## |\Z)", PAGE, re.M | re.S)
}
EXAMPLES = {
    name: match[1]
    for name, body in SECTIONS.items()
    if (match := re.search(r"^```(?:toml|csv)\n(.*?)^```", body, re.M | re.S))
}


def test_the_examples_make_one_case(tmp_path: Path) -> None:
    assert set(EXAMPLES) == {"case.toml", *(f"{name}.csv" for name in TABLES)}
    for name, text in EXAMPLES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    case = read_case(tmp_path, max_bytes=MAX_BYTES)
    assert case.name == "Corner shop"
    assert case.past
    assert case.pins
    assert case.history is not None


@pytest.mark.parametrize(
    ("section", "columns"),
    [
        (
            "case.toml",
            (
                *(*CASE, *QUEUES, *SHIFTS, *CONTRACTS, *PRICES, *LIMITS),
                *(*ROTATIONS, *ACTIVITIES, *CAPACITY),
            ),
        ),
        *((f"{name}.csv", columns) for name, columns in TABLES.items()),
        ("What comes out", (*ROSTER_COLUMNS, *COVERAGE_COLUMNS)),
    ],
)
def test_every_column_is_explained(section: str, columns: tuple[str, ...]) -> None:
    explained = set(re.findall(r"`([^`\n]+)`", SECTIONS[section]))
    assert set(columns) <= explained
