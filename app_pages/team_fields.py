"""Fields and tables for the sheets of a set-up: all of them text, checked together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any
from zoneinfo import available_timezones

import pandas as pd
import streamlit as st

from app_pages.field import Field
from app_pages.language import say
from app_pages.team_draft import Draft, Rows
from app_pages.team_words import FIELDS, field_words, sheet_words
from app_pages.visit import complain
from scheduler.errors import Fault, InputError
from scheduler.exchange.case_sheets import cell_choices
from scheduler.exchange.pasted import read_pasted

_YES = ["no", "yes"]


def edit_fields(draft: Draft, sheet: str, row: int, columns: Sequence[str]) -> None:
    """Show fields for some columns of one row, and keep what is typed."""
    rows = draft.rows(sheet)
    header = rows[0]
    places = st.columns(3)
    for number, column in enumerate(columns):
        at = header.index(column)
        key = draft.field_key(sheet, row, column)
        with places[number % 3]:
            rows[row][at] = one_field(
                draft, key, FIELDS[sheet][column], rows[row][at], _choices(sheet, column)
            )
    draft.keep(sheet, rows)


def edit_keys(draft: Draft, sheet: str, keys: Sequence[str]) -> None:
    """Show fields for some keys of a sheet of keys and values, and keep what is typed."""
    rows = draft.rows(sheet)
    by_key = {row[0]: row for row in rows[1:]}
    places = st.columns(3)
    for number, name in enumerate(keys):
        key = draft.field_key(sheet, name)
        with places[number % 3]:
            by_key[name][1] = one_field(
                draft, key, FIELDS[sheet][name], by_key[name][1], _choices(sheet, name)
            )
    draft.keep(sheet, rows)


def _choices(sheet: str, column: str) -> tuple[str, ...]:
    """Return what may be chosen for a field; nothing where anything may be typed."""
    if column == "timezone":
        return _zones()
    if column == "interval_minutes":
        return ("5", "6", "10", "12", "15", "20", "30", "60")
    return cell_choices(sheet, column)


def one_field(draft: Draft, key: str, words: Field, value: str, choices: tuple[str, ...]) -> str:
    """Show one field and return what it holds now."""
    first = str(draft.begin(key, value))
    label, hint = say(words.label), say(words.help) if words.help else None
    if choices == tuple(_YES):
        return "yes" if st.checkbox(label, first == "yes", key=key, help=hint) else "no"
    if choices:
        options = list(dict.fromkeys((*choices, first)))
        chosen = st.selectbox(label, options, index=options.index(first), key=key, help=hint)
        return str(chosen or "")
    return (st.text_input(label, first, key=key, help=hint, max_chars=2000) or "").strip()


def edit_table(
    draft: Draft,
    sheet: str,
    options: Mapping[str, Sequence[str]],
    *,
    columns: Sequence[str] | None = None,
) -> None:
    """Show a sheet as a table to type and paste into, and keep what is typed.

    Parameters
    ----------
    draft
        What it belongs to.
    sheet
        Which.
    options
        What may be chosen, for columns that hold names from elsewhere; several at once where the
        cells hold lists, which then may hold others, too.
    columns
        Those to show; all without.
    """
    header, *rows = draft.rows(sheet)
    key = draft.field_key("table", sheet)
    begun = draft.begin(key, rows)
    lists = {column for column in options if column in _LISTS.get(sheet, ())}
    frame = pd.DataFrame(begun, columns=header, dtype=object)  # type: ignore[call-overload]  # rows
    for column in lists:
        cells = [[each for each in cell.split(";") if each] for cell in frame[column]]
        frame[column] = pd.Series(cells, index=frame.index, dtype=object)
    config: dict[str, Any] = {}
    for column in header:
        words = FIELDS[sheet].get(column) or Field(label=column)
        shape: dict[str, Any] = {
            "label": say(words.label),
            "help": say(words.help) if words.help else None,
        }
        found = _choices(sheet, column) or tuple(options.get(column, ()))
        if column in lists:
            config[column] = st.column_config.MultiselectColumn(
                **shape, options=list(options[column]), accept_new_options=True
            )
        elif found:
            used = [row[header.index(column)] for row in begun]  # type: ignore[attr-defined]  # rows
            config[column] = st.column_config.SelectboxColumn(
                **shape, options=list(dict.fromkeys((*found, *filter(None, used))))
            )
        else:
            config[column] = st.column_config.TextColumn(**shape, max_chars=500)
    typed = st.data_editor(
        frame,
        key=key,
        num_rows="dynamic",
        hide_index=True,
        column_config=config,
        column_order=columns,
        placeholder="",
        alt=sheet_words(sheet),
    )
    draft.keep(sheet, [header, *_cells(typed)])


_LISTS = {"agents": ("skills", "shifts")}


def _cells(frame: pd.DataFrame) -> Rows:
    """Write a table's cells as text; rows that were left empty are no rows."""
    rows = [[_cell(value) for value in row] for row in frame.itertuples(index=False)]
    return [row for row in rows if any(row)]


def _cell(value: object) -> str:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, list | tuple) or hasattr(value, "tolist"):
        return ";".join(sorted(str(each) for each in value))  # type: ignore[attr-defined]  # a list
    return "" if value is None or pd.isna(value) else str(value)  # type: ignore[call-overload]  # one


@cache
def _zones() -> tuple[str, ...]:
    return tuple(sorted(available_timezones()))


def paste_rows(draft: Draft, sheet: str) -> None:
    """Take rows out of a spreadsheet, with or without a header."""
    with st.expander(say("Paste from a spreadsheet")):
        text = st.text_area(
            say("Rows with tabs, commas or semicolons between the cells; a header names columns"),
            key=draft.field_key("paste", sheet),
            max_chars=200_000,
        )
        if not st.button(say("Add these rows"), disabled=not text):
            return
    try:
        header = draft.rows(sheet)[0]
        names = {say(words.label): column for column, words in FIELDS[sheet].items()}
        rows = read_pasted(text or "", header, names)
    except InputError as error:
        complain(error)
        return
    draft.keep(sheet, [*draft.rows(sheet), *rows])
    draft.round += 1
    st.rerun()


def show_faults(draft: Draft, sheets: Sequence[str]) -> None:
    """Show what is wrong in some sheets: where, what was expected, what was found."""
    faults = draft.faults_in(sheets)
    if not faults:
        return
    rows = [
        {
            say("Where"): sheet_words(fault.file),
            say("Which"): row_words(draft, fault),
            say("Field"): field_words(fault.file, fault.column),
            say("Expected"): fault.expected,
            say("Found"): fault.found,
        }
        for fault in faults
    ]
    st.error(say("This cannot be saved yet:"), icon=":material/error:")
    st.dataframe(pd.DataFrame(rows), hide_index=True, alt=say("What is in the way of saving"))


def row_words(draft: Draft, fault: Fault) -> str:
    """Say which row a fault stands in: what tells it apart, and its place in the table."""
    rows = draft.rows(fault.file)
    if fault.row is None or not 2 <= fault.row <= len(rows):
        return ""
    return f"{fault.row - 1}: {rows[fault.row - 1][0]}"
