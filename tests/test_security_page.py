"""The security page leaves no item out and points at tests that are there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
# How many items of level 1 each section of ASVS 5.0.0 has, from its first to its last number.
LEVEL_1 = """
1.2.1-5 1.3.1-2 1.5.1-1 2.1.1-1 2.2.1-2 2.3.1-1 3.2.1-2 3.3.1-1 3.4.1-2 3.5.1-3 4.1.1-1 4.4.1-1
5.2.1-2 5.3.1-2 6.1.1-1 6.2.1-8 6.3.1-2 6.4.1-2 7.2.1-4 7.4.1-2 8.1.1-1 8.2.1-2 8.3.1-1 9.1.1-3
9.2.1-1 10.4.1-5 11.3.1-2 11.4.1-1 12.1.1-1 12.2.1-2 13.4.1-1 14.2.1-1 14.3.1-1 15.1.1-1 15.2.1-1
15.3.1-1
"""


def expected() -> list[str]:
    found = re.findall(r"(\d+\.\d+)\.(\d)-(\d)", LEVEL_1)
    return [f"{section}.{n}" for section, a, b in found for n in range(int(a), int(b) + 1)]


def told() -> list[str]:
    items: list[str] = []
    for cell in re.findall(r"^\| ([\d., –]+) \|", PAGE, re.MULTILINE):
        numbers = re.findall(r"\d+\.\d+\.\d+", cell)
        if "–" in cell:
            section, last = numbers[0].rpartition(".")[0], int(numbers[1].rpartition(".")[2])
            numbers = [f"{section}.{n}" for n in range(1, last + 1)]
        items += numbers
    return items


def test_every_item_of_level_1_is_answered_once_in_order() -> None:
    assert len(expected()) == 70
    assert told() == expected()


def test_every_test_and_file_it_names_is_there() -> None:
    named = re.findall(r"`((?:\w+/)+\w+\.py)`", PAGE)
    assert len(named) > 30
    folders = (ROOT, ROOT / "tests", ROOT / "scheduler")
    assert [name for name in named if not any((each / name).exists() for each in folders)] == []
