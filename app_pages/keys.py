"""Keys for programs that act for the person who looks: made here, shown once, ended here."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from app_pages.language import marked, moment_words, say
from app_pages.visit import Visit, complain
from scheduler.errors import CallboardError
from scheduler.store.tokens import ApiToken
from scheduler.workflows.tokens import LONGEST_DAYS, SCOPES, end_token, make_token, tokens_of

TITLE = "Keys"
SCOPE_WORDS = {
    "rosters:read": marked("read published rosters"),
    "requirement:read": marked("read how many are needed"),
    "requests:read": marked("read requests"),
    "requests:write": marked("make and decide requests"),
    "attendance:read": marked("read who came"),
    "attendance:write": marked("mark who came"),
    "hours:read": marked("read paid hours"),
}
_TOLD, _ROUND = "keys-told", "keys-round"


def show(visit: Visit) -> None:
    """Show the page."""
    st.header(say("Keys for programs"))
    if not visit.user.login:
        st.info(say("Keys belong to an account. The demo mode has none."))
        return
    st.caption(say("A program with your key may do what you may, and only what you tick here."))
    made = st.session_state.pop(_TOLD, None)
    if made:
        st.success(say("This is the key. It is shown only now:"))
        st.code(made, language=None)
    keys = tokens_of(visit.user, visit.database, visit.user.login)
    if keys:
        st.dataframe(pd.DataFrame([_row(each) for each in keys]), hide_index=True, alt=say(TITLE))
        _offer_to_end(visit, keys)
    st.subheader(say("Make a key"))
    _make(visit)


def _row(key: ApiToken) -> dict[str, object]:
    return {
        say("Key"): key.token_id,
        say("What for"): key.name,
        say("It may"): ", ".join(say(SCOPE_WORDS.get(each, each)) for each in sorted(key.scopes)),
        say("Ends"): moment_words(key.ends_at),
    }


def _offer_to_end(visit: Visit, keys: tuple[ApiToken, ...]) -> None:
    names = {each.token_id: f"{each.token_id}: {each.name}" for each in keys}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            say("Key"), list(names), format_func=lambda each: names[each], key="key", width=300
        )
        if not st.button(say("End this key")):
            return
    try:
        end_token(visit.user, visit.database, visit.user.login, chosen, now=visit.now())
    except CallboardError as error:
        complain(error)
        return
    st.rerun()


def _make(visit: Visit) -> None:
    # Fields of another round are other fields: they begin empty.
    key = f"key-{st.session_state.get(_ROUND, 0)}"
    name = st.text_input(say("What is it for?"), key=f"{key}-name", max_chars=100, width=400)
    scopes = st.multiselect(
        say("It may"),
        SCOPES,
        key=f"{key}-scopes",
        format_func=lambda each: say(SCOPE_WORDS[each]),
        placeholder=say("choose"),
        width=400,
    )
    days = st.number_input(say("Days it holds"), 1, LONGEST_DAYS, 90, key=f"{key}-days", width=200)
    if not st.button(say("Make the key"), type="primary", disabled=not (name and scopes)):
        return
    try:
        made = make_token(
            visit.user,
            visit.database,
            visit.user.login,
            name=name or "",
            scopes=scopes,
            days=int(days),
            now=visit.now(),
        )
    except CallboardError as error:
        complain(error)
        return
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
    st.session_state[_TOLD] = made
    st.rerun()
