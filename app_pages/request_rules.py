"""The form of a team's rules for requests: what is granted at once, days of leave, limits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pandas as pd
import streamlit as st

from app_pages.language import say
from app_pages.request_words import KINDS
from app_pages.visit import Visit, complain
from scheduler.errors import CallboardError, Conflict
from scheduler.publishing.approval import RequestRules
from scheduler.publishing.leave import LeaveRules
from scheduler.workflows.deciding import change_request_rules, see_request_rules

_HOUR = timedelta(hours=1)
_SAID = "said-about-rules"


def show_rules(visit: Visit, team: str, names: Mapping[str, str]) -> None:
    """Show the rules as a form; what was typed stays where saving fails."""
    try:
        newest = see_request_rules(visit.user, visit.database, team)
    except CallboardError as error:
        complain(error)
        return
    # The form keeps the version it was opened with: others may save meanwhile.
    opened = f"rules-opened-{team}"
    seen, rules = st.session_state.setdefault(opened, newest)
    if st.session_state.pop(_SAID, False):
        st.success(say("Saved. The rules hold for requests from now on."))
    if seen != newest[0]:
        st.warning(say("Somebody has changed these rules since you opened them."))
        st.button(
            say("Show the rules as they are now"),
            on_click=st.session_state.pop,
            args=(opened, None),
        )
    with st.form(f"rules-{team}-{seen}"):
        values = _fields(rules, names)
        saved = st.form_submit_button(say("Save the rules"), type="primary")
    if not saved:
        return
    try:
        made = rules_of(values)
        change_request_rules(visit.user, visit.database, team, made, seen=seen, now=visit.now())
    except Conflict:
        st.rerun()  # somebody saved between the look above and this: now it is seen and said
    except CallboardError as error:
        complain(error)
        return
    st.session_state.pop(opened, None)
    st.session_state[_SAID] = True
    st.rerun()


def _fields(rules: RequestRules, names: Mapping[str, str]) -> dict[str, Any]:
    leave = rules.leave
    return {
        "automatic": st.multiselect(
            say("Granted at once, where it does no harm"),
            list(KINDS),
            [kind for kind in KINDS if kind in rules.automatic],
            format_func=lambda kind: say(KINDS[kind]),
            placeholder=say("nothing"),
            help=say(
                "No rule newly broken, no promise lost, leave within its limits. Everything else "
                "waits for you."
            ),
        ),
        "notice": st.number_input(
            say("Only for shifts that start later than, hours from now"),
            0.0,
            24.0 * 365,
            rules.notice / _HOUR,
            step=1.0,
            format="%g",
        ),
        "largest_drop": st.number_input(
            say("Only where a queue's service falls by at most, percentage points"),
            0.0,
            100.0,
            100 * rules.largest_drop,
            step=0.5,
            format="%g",
        ),
        "days_a_year": st.number_input(
            say("Working days of leave a year"), 0, 366, leave.days_a_year
        ),
        "most_away": st.number_input(
            say("Agents who may be away on one day; empty for no limit"),
            0,
            None,
            leave.most_away,
        ),
        "counted": st.text_input(
            say("Kinds of time off that use up days, with commas between"),
            ", ".join(sorted(leave.counted)),
            max_chars=300,
        ),
        "days_of": _own_days(leave, names),
    }


def _own_days(leave: LeaveRules, names: Mapping[str, str]) -> dict[str, int]:
    """Let agents have another number of days; whoever has none keeps the team's."""
    ids = sorted(names, key=lambda each: (names[each], each))
    frame = pd.DataFrame(
        {
            "agent": [names[each] for each in ids],
            "days": pd.array([leave.days_of.get(each) for each in ids], dtype="Int64"),
        }
    )
    with st.expander(say("Agents with another number of days")):
        edited = st.data_editor(
            frame,
            hide_index=True,
            disabled=["agent"],
            column_config={
                "agent": st.column_config.TextColumn(say("Agent")),
                "days": st.column_config.NumberColumn(
                    say("Days a year"), min_value=0, max_value=366, step=1
                ),
            },
            key="rules-own-days",
        )
    days = zip(ids, edited["days"], strict=True)
    # Whoever has left the team keeps what was agreed.
    others = {each: n for each, n in leave.days_of.items() if each not in names}
    return others | {each: int(n) for each, n in days if not pd.isna(n)}


def rules_of(values: Mapping[str, Any]) -> RequestRules:
    """Build the rules of what stands in the form.

    Raises
    ------
    InputError
        A number is out of range.
    """
    kinds = (kind.strip() for kind in values["counted"].split(","))
    return RequestRules(
        automatic=frozenset(values["automatic"]),
        notice=values["notice"] * _HOUR,
        largest_drop=values["largest_drop"] / 100,
        leave=LeaveRules(
            days_a_year=values["days_a_year"],
            days_of=values["days_of"],
            most_away=values["most_away"],
            counted=frozenset(filter(None, kinds)),
        ),
    )
