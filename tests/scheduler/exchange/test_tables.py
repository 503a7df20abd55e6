"""CSV as people and spreadsheets make it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from case_strategies import differences
from hypothesis import given, settings
from hypothesis import strategies as st
from small_case import FILES, MAX_BYTES

from scheduler.exchange.read_case import read_case
from scheduler.exchange.tables import clean, neutralise

Folder = Callable[[Mapping[str, str | bytes | None]], Path]
TABLES = [name for name in FILES if name.endswith(".csv")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_encodings_separators_and_line_ends_mean_the_same(
    encoding: str, delimiter: str, ending: str, folder: Folder
) -> None:
    plain = read_case(folder({}), max_bytes=MAX_BYTES)
    mark = "\ufeff" if encoding in ("utf-16-le", "utf-16-be") else ""
    # The only cells with a semicolon are the skills, which then need quotes.
    changed = {
        name: (mark + FILES[name].replace("phone;email;lang:zh", '"phone;email;lang:zh"'))
        .replace(",", delimiter)
        .replace("\n", ending)
        .encode(encoding)
        for name in TABLES
    }
    case = read_case(folder(changed), max_bytes=MAX_BYTES)
    assert differences(plain, case) == []


def test_windows_1252_is_read_with_a_remark(folder: Folder) -> None:
    agents = FILES["agents.csv"].replace("Amy Ash", "Zoë Brontë").encode("cp1252")
    case = read_case(folder({"agents.csv": agents}), max_bytes=MAX_BYTES)
    assert case.team.agents[0].name == "Zoë Brontë"
    assert "agents.csv: is not UTF-8; read as Windows-1252 (cp1252)" in map(str, case.remarks)


def test_empty_rows_and_columns_of_a_spreadsheet_do_no_harm(folder: Folder) -> None:
    header, *rows = FILES["agents.csv"].splitlines()
    text = "\n".join([f"{header},,", "", f"{rows[0]},,", ",,,,", f"{rows[1]},,", "", ""])
    case = read_case(folder({"agents.csv": text}), max_bytes=MAX_BYTES)
    assert [agent.agent_id for agent in case.team.agents] == ["a1", "b2"]


def test_columns_that_are_not_read_are_remarked(folder: Folder) -> None:
    header, *rows = FILES["requests.csv"].splitlines()
    text = "\n".join([f"{header},comment", *(f"{row},please" for row in rows)])
    case = read_case(folder({"requests.csv": text}), max_bytes=MAX_BYTES)
    assert "requests.csv, row 1: column 'comment' is not read" in map(str, case.remarks)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+44 20", "'+44 20"),
        ("-5", "'-5"),
        ("@sum", "'@sum"),
        ("\t=x", "'\t=x"),
        ("'=1", "''=1"),  # so that reading gives back exactly this
        ("'tis", "'tis"),
        ("O'Neil", "O'Neil"),
        ("a=b", "a=b"),
        ("", ""),
    ],
)
def test_text_that_looks_like_a_formula_is_neutralised(text: str, written: str) -> None:
    assert neutralise(text) == written
    assert clean(written) == text


@given(st.text(st.sampled_from("'=+-@\t ab"), max_size=6).filter(lambda text: text == text.strip()))
@settings(deadline=None, derandomize=True, max_examples=300)
def test_neutralising_is_undone_exactly(text: str) -> None:
    written = neutralise(text)
    assert clean(written) == text
    assert not written.startswith(("=", "+", "-", "@", "\t"))


def test_other_apostrophes_of_hand_made_files_stay(folder: Folder) -> None:
    agents = FILES["agents.csv"].replace("Amy Ash", "'Amy'").replace("Bea Birch", "'=Bea")
    case = read_case(folder({"agents.csv": agents}), max_bytes=MAX_BYTES)
    assert [agent.name for agent in case.team.agents] == ["'Amy'", "=Bea"]
