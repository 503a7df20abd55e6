"""How an agent is told: a private calendar address, and where notices go."""

from __future__ import annotations

from urllib.parse import urlsplit

import streamlit as st

from app_pages.language import moment_words, say
from app_pages.visit import Visit, complain
from scheduler.errors import CallboardError
from scheduler.workflows.delivery import choose_my_mail, my_mail
from scheduler.workflows.feeds import (
    calendar_address_since,
    end_calendar_address,
    make_calendar_address,
)

_NEW = "new-calendar-address"


def show_calendar(visit: Visit) -> None:
    """Show the calendar address, once when it is made, and the mail address."""
    st.subheader(say("In your own calendar"))
    if visit.demo:
        st.markdown(say("The demo mode gives no calendar addresses and sends no mail."))
        return
    try:
        _show_address(visit)
        _show_mail(visit)
    except CallboardError as error:
        complain(error)


def _show_address(visit: Visit) -> None:
    me = visit.user.agent_id
    made = st.session_state.pop(_NEW, None)
    if made is not None:
        st.markdown(
            say(
                "Subscribe to this address in your calendar. It is shown only now; keep it to "
                "yourself, for whoever has it sees your shifts."
            )
        )
        st.code(_address(made), language=None, wrap_lines=True)
    since = calendar_address_since(visit.user, visit.database, visit.case, me)
    if since is None:
        st.markdown(
            say("A private address that your calendar reads: new versions arrive by themselves.")
        )
    else:
        st.markdown(
            say(
                "You have had an address since {when}. A new one ends it.",
                when=moment_words(since),
            )
        )
    with st.container(horizontal=True):
        if st.button(say("Make a new address")):
            st.session_state[_NEW] = make_calendar_address(
                visit.user, visit.database, visit.case, me, now=visit.now()
            )
            st.rerun()
        if since is not None and st.button(say("End the address")):
            end_calendar_address(visit.user, visit.database, visit.case, me, now=visit.now())
            st.rerun()


def _show_mail(visit: Visit) -> None:
    me = visit.user.agent_id
    kept = my_mail(visit.user, visit.database, visit.case, me)
    with st.form("my-mail", border=False):
        where = st.text_input(
            say("Mail address for notices to you; empty for none"), kept, max_chars=300
        )
        saved = st.form_submit_button(say("Save the address"))
    if saved:
        choose_my_mail(visit.user, visit.database, visit.case, me, where, now=visit.now())
        st.success(say("Saved."))


def _address(token: str) -> str:
    """Return the whole address, at the place where the page itself was opened."""
    parts = urlsplit(st.context.url or "")
    origin = f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
    return f"{origin}/ics/{token}.ics"
