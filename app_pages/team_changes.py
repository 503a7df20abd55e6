"""What changed between two set-ups, as a table."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
import streamlit as st

from app_pages.language import marked, say
from app_pages.team_words import field_words, sheet_words
from scheduler.exchange.case_sheets import Change

_KINDS = {
    "changed": marked("changed"),
    "added": marked("added"),
    "removed": marked("removed"),
    "moved": marked("in another order"),
}


def show_changes(changes: Iterable[Change]) -> None:
    """Show changes: where, what, before and after."""
    rows = [
        {
            say("Where"): sheet_words(each.sheet),
            say("Which"): _which(each),
            say("Field"): field_words(each.sheet, each.column) if _named(each) else "",
            say("How"): say(_KINDS[each.kind]),
            say("Before"): each.before,
            say("After"): each.after,
        }
        for each in changes
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, alt=say("What changes"))


def _named(change: Change) -> bool:
    return bool(change.column) and change.column != "value"


def _which(change: Change) -> str:
    """Name the row; in a sheet of keys and values that is what the key is called."""
    return field_words(change.sheet, change.of) if change.column == "value" else change.of
