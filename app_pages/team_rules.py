"""Which rules hold and in which order, and what the team is as a whole."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from app_pages.language import say
from app_pages.team_draft import Draft
from app_pages.team_fields import edit_keys, edit_table
from app_pages.team_words import SHEETS
from app_pages.visit import Visit
from app_pages.whole_words import CAPACITY, CASE, LIMITS, PRICES
from scheduler.workflows.rule_order import Priority, as_cells, as_priorities
from scheduler.workflows.team_setup import rule_words


def show_rules(visit: Visit, draft: Draft) -> None:
    """Show priorities, rules that are switched off, limits and prices."""
    del visit
    st.subheader(say("What comes first"))
    st.caption(
        say(
            "1 is the most important. Rules with the same number are weighed against each other. "
            "Rules without a number come last, in the order of the list."
        )
    )
    _edit_order(draft)
    st.subheader(say("Rules switched off"))
    _edit_waived(draft)
    st.subheader(say("Limits of the team"))
    edit_keys(draft, "rules", list(LIMITS))
    with st.expander(say("What departures cost, in paid minutes")):
        edit_keys(draft, "rules", list(PRICES))


def _cells(draft: Draft) -> dict[str, str]:
    return {row[0]: row[1] for row in draft.rows("rules")[1:]}


def _keep(draft: Draft, cells: dict[str, str]) -> None:
    header, *rows = draft.rows("rules")
    draft.keep("rules", [header, *([row[0], cells.get(row[0], row[1])] for row in rows)])


def _edit_order(draft: Draft) -> None:
    sentences = rule_words()[1]
    key = draft.field_key("order")
    begun = draft.begin(key, _cells(draft))
    priorities = as_priorities(begun, list(sentences))  # type: ignore[arg-type]  # what we gave it
    frame = pd.DataFrame(
        {
            "place": [each.place for each in priorities],
            "rule": [each.rule for each in priorities],
            "sentence": [say(sentences[each.rule]) for each in priorities],
            "tolerance": [each.tolerance for each in priorities],
        }
    ).astype({"place": "Int64", "tolerance": "Int64"})
    whole = st.column_config.NumberColumn
    typed = st.data_editor(
        frame,
        key=key,
        hide_index=True,
        disabled=["rule", "sentence"],
        column_config={
            "place": whole(say("Place"), min_value=1, max_value=99, step=1, width="small"),
            "rule": st.column_config.TextColumn(say("Rule")),
            "sentence": st.column_config.TextColumn(say("What it says"), width="large"),
            "tolerance": whole(
                say("May get dearer by, min"),
                help=say("By how many paid minutes what comes later may make it dearer."),
                min_value=0,
                step=1,
            ),
        },
        placeholder="",
        alt=say("What comes first"),
    )
    wanted = [
        Priority(rule=str(row.rule), place=_whole(row.place), tolerance=_whole(row.tolerance))
        for row in typed.itertuples()
    ]
    if wanted != priorities:
        _keep(draft, as_cells(wanted))
    else:
        _keep(draft, {name: begun[name] for name in ("order", "tolerance")})  # type: ignore[index]


def _whole(value: object) -> int | None:
    return None if pd.isna(value) else int(value)  # type: ignore[call-overload]  # a cell


def _edit_waived(draft: Draft) -> None:
    sentences = rule_words()[0]
    key = draft.field_key("waived")
    begun = draft.begin(key, [each for each in _cells(draft)["waived"].split(";") if each])
    chosen = st.multiselect(
        say("These are not kept"),
        list(sentences),
        default=begun,
        key=key,
        format_func=lambda name: f"{name}: {say(sentences[name])}",
        placeholder=say("none"),
    )
    _keep(draft, {"waived": ";".join(sorted(chosen))})


def show_team(visit: Visit, draft: Draft) -> None:
    """Show what the team is as a whole, the time it loses, and the plan of its year."""
    del visit
    edit_keys(draft, "case", list(CASE))
    st.subheader(say(SHEETS["shrinkage"]))
    st.caption(say("Shares of rostered time that nobody is at work, all together below 1."))
    edit_table(draft, "shrinkage", {})
    with st.expander(say(SHEETS["capacity"])):
        edit_keys(draft, "capacity", list(CAPACITY))
