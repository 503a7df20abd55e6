"""Rows pasted out of a spreadsheet."""

from __future__ import annotations

import pytest

from scheduler.errors import InputError
from scheduler.exchange.pasted import MOST_ROWS, read_pasted

COLUMNS = ("id", "name", "hourly_cost")
NAMES = {"Id": "id", "Name": "name", "Cost an hour": "hourly_cost"}


@pytest.mark.parametrize(
    "text",
    [
        "ana\tAna Ash\t20\nben\tBen",
        "\n\nana\tAna Ash\t20\r\n\t\t\r\nben\tBen\n",
        "name,ID,hourly_cost\nAna Ash,ana,20\nBen,ben,\n",
        "Cost an hour;Id;Name\n20;ana;Ana Ash\n;ben;Ben\n",
        'id;name;hourly_cost\nana;"Ana Ash";20\nben;Ben;\n',
    ],
)
def test_a_header_is_known_by_its_names(text: str) -> None:
    assert read_pasted(text, COLUMNS, NAMES) == [["ana", "Ana Ash", "20"], ["ben", "Ben", ""]]


def test_one_cell_a_row_is_enough() -> None:
    assert read_pasted("ana\nben", COLUMNS, NAMES) == [["ana", "", ""], ["ben", "", ""]]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "rows to add"),
        (" \n\t\n", "rows to add"),
        ("id,nmae\nana,Ana", "did you mean 'name'"),
        ("ana,Ana,20,30", "at most 3 cells"),
        ("x\n" * (MOST_ROWS + 1), "at most 5,000 rows"),
    ],
)
def test_what_cannot_be_placed_is_refused(text: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read_pasted(text, COLUMNS, NAMES)
