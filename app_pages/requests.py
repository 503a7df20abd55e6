"""The agent's requests: ask, see what becomes of it, answer colleagues."""

from __future__ import annotations

import streamlit as st

from app_pages.ask_form import Choosing, choose_ask
from app_pages.language import day_words, marked, moment_words, say, say_count
from app_pages.request_words import KINDS, STATES, ask_line, sentences, show_standing
from app_pages.visit import Visit, complain, plain
from scheduler.errors import CallboardError
from scheduler.publishing.requests import Ask
from scheduler.workflows.asking import agree_to, ask_for, decline, withdraw
from scheduler.workflows.before_asking import (
    Choices,
    Look,
    choices_for,
    look_before_agreeing,
    look_before_asking,
)
from scheduler.workflows.my_requests import MyRequest, my_requests

TITLE = "Requests"
_WAITS = {
    "nobody": marked("Nothing more to do."),
    "me": marked("It waits for you."),
    "colleague": marked("It waits for your colleague."),
    "manager": marked("It waits for your manager."),
}
_SHOWN = 30
_SAID = "said-about-requests"


def show(visit: Visit) -> None:
    """Show the page."""
    st.header(say(TITLE))
    me, now = visit.user.agent_id, visit.now()
    try:
        choices = choices_for(visit.user, visit.database, visit.case, me, now=now)
        requests = my_requests(visit.user, visit.database, visit.case, me, now=now)
    except CallboardError as error:
        complain(error)
        return
    _say_what_happened()
    for_me = [each for each in requests if each.waits_for == "me"]
    if for_me:
        st.subheader(say("Colleagues ask you"))
        for each in for_me:
            _show_question(visit, each)
    st.subheader(say("Ask for something"))
    _show_form(visit, choices)
    st.subheader(say("Your requests so far"))
    rest = [each for each in requests if each.waits_for != "me"]
    if not rest:
        st.markdown(say("None yet. What you ask for stands here, with what becomes of it."))
    for each in rest[:_SHOWN]:
        _show_request(visit, each)


def _show_form(visit: Visit, choices: Choices) -> None:
    kind = st.pills(
        say("What"),
        list(KINDS),
        default="leave",
        format_func=lambda each: say(KINDS[each]),
        required=True,
        key="ask-kind",
    )
    now = visit.now()
    me = visit.user.agent_id
    ask = choose_ask(kind or "leave", Choosing(me=me, choices=choices, now=now))
    if ask is None:
        return
    look = _look(visit, ask)
    pressed = st.button(say("Send the request"), type="primary", disabled=look is None)
    if pressed:
        _send(visit, ask)


def _look(visit: Visit, ask: Ask) -> Look | None:
    """Show what the checker says; None where it cannot be asked for at all."""
    try:
        look = look_before_asking(visit.user, visit.database, visit.case, ask, now=visit.now())
    except CallboardError as error:
        complain(error)
        return None
    show_look(look)
    return look


def show_look(look: Look) -> None:
    """Show what the plain checker says to an ask."""
    if look.too_late:
        st.warning(
            say("The roster of that week is out already; a wish changes only rosters to come.")
        )
    if look.standing is not None:
        show_standing(look.standing)
    if look.freed and look.standing is not None:
        days = ", ".join(day_words(each.day) for each in look.freed)
        st.markdown(
            say_count(
                "It frees you from {n} published shift: {days}.",
                "It frees you from {n} published shifts: {days}.",
                len(look.freed),
                days=days,
            )
        )
    if look.broken:
        st.warning(
            say("This would go against rules; your manager may refuse it:")
            + "\n"
            + sentences(look.broken)
        )
    elif look.clear:
        st.success(say("No rule speaks against it."))


def _send(visit: Visit, ask: Ask) -> None:
    try:
        answer = ask_for(visit.user, visit.database, visit.case, ask, now=visit.now())
    except CallboardError as error:
        complain(error)
        return
    if answer.granted:
        _tell(say("Granted at once by your team's rules."))
    else:
        _tell(say("Sent.") + "\n" + sentences(answer.reasons))


def _show_question(visit: Visit, request: MyRequest) -> None:
    key = request.request_id
    with st.container(border=True):
        st.markdown(f"**{ask_line(request.ask, request.names)}**")
        try:
            look = look_before_agreeing(visit.user, visit.database, key, now=visit.now())
        except CallboardError as error:
            complain(error)
            look = None
        else:
            show_look(look)
        reason = st.text_input(
            say("If you decline: why (your colleague reads it)"), max_chars=500, key=f"why-{key}"
        )
        with st.container(horizontal=True):
            agreed = st.button(
                say("Agree"), key=f"agree-{key}", type="primary", disabled=look is None
            )
            declined = st.button(say("Decline"), key=f"decline-{key}")
    if agreed:
        _agree(visit, request)
    if declined:
        _decline(visit, request, reason)


def _agree(visit: Visit, request: MyRequest) -> None:
    try:
        answer = agree_to(
            visit.user,
            visit.database,
            request.request_id,
            seen=request.version,
            now=visit.now(),
        )
    except CallboardError as error:
        complain(error)
        return
    if answer.granted:
        _tell(say("Agreed, and granted at once by your team's rules."))
    else:
        _tell(say("Agreed.") + "\n" + sentences(answer.reasons))


def _decline(visit: Visit, request: MyRequest, reason: str) -> None:
    try:
        decline(
            visit.user,
            visit.database,
            request.request_id,
            seen=request.version,
            reason=reason,
            now=visit.now(),
        )
    except CallboardError as error:
        complain(error)
        return
    _tell(say("Declined; your colleague is told."))


def _show_request(visit: Visit, request: MyRequest) -> None:
    key = request.request_id
    with st.container(border=True, gap="small"):
        st.markdown(f"**{ask_line(request.ask, request.names)}**")
        state = say(STATES[request.state])
        waits = f" {say(_WAITS[request.waits_for])}" if request.state == "requested" else ""
        st.markdown(f"**{state}.**{waits}")
        if request.reason:
            st.markdown(plain(say(request.reason)))
        st.markdown(say("Asked {when}", when=moment_words(request.made_at)))
        open_still = request.state == "requested"
        if open_still and request.mine and st.button(say("Withdraw"), key=f"withdraw-{key}"):
            _withdraw(visit, request)
        if open_still and not request.mine and st.button(say("Decline"), key=f"no-{key}"):
            _decline(visit, request, "")


def _withdraw(visit: Visit, request: MyRequest) -> None:
    try:
        withdraw(
            visit.user,
            visit.database,
            request.request_id,
            seen=request.version,
            now=visit.now(),
        )
    except CallboardError as error:
        complain(error)
        return
    _tell(say("Withdrawn."))


def _tell(words: str) -> None:
    """Run the page again, with news, so that it shows what holds now."""
    st.session_state[_SAID] = words
    st.rerun()


def _say_what_happened() -> None:
    words = st.session_state.pop(_SAID, None)
    if words:
        st.success(words)
