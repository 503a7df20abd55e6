"""The manager's decisions: open requests, what each would do, and the rules that decide alone."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from app_pages.assessment import Weighing, show_weighing
from app_pages.language import marked, moment_words, say, say_count
from app_pages.request_rules import show_rules
from app_pages.request_words import ask_line
from app_pages.team_address import show_team_address
from app_pages.visit import Visit, complain, plain
from app_pages.week_choice import choose_team
from scheduler.errors import CallboardError
from scheduler.store.requests import BookedRequest
from scheduler.workflows.deciding import decide_request, open_requests, weigh_request

TITLE = "Decisions"
_SAID = "said-about-decisions"
_KEPT = "weighed-requests"
_OUTCOMES = {"approved": marked("Approved."), "refused": marked("Refused.")}


def show(visit: Visit) -> None:
    """Show the page."""
    st.header(say(TITLE))
    team = choose_team(visit)
    if team is None:
        return
    names = {agent.agent_id: agent.name for agent in team.case.team.agents}
    try:
        waiting = open_requests(visit.user, visit.database, team.name)
    except CallboardError as error:
        complain(error)
        return
    _say_what_happened()
    open_still = [each for each in waiting if each.expires_at > visit.now()]
    if not open_still:
        st.info(say("Nobody waits for a decision. What agents ask for stands here."))
    else:
        st.markdown(
            say_count(
                "{n} request is open, the oldest first.",
                "{n} requests are open, the oldest first.",
                len(open_still),
            )
        )
    first = next((each.request_id for each in open_still if each.agreed), 0)
    for each in open_still:
        _show_request(visit, each, names, opened=each.request_id == first)
    st.subheader(say("What is granted without you"))
    show_rules(visit, team.name, names)
    st.subheader(say("Where the team is told"))
    show_team_address(visit, team.name)


def _show_request(
    visit: Visit, request: BookedRequest, names: Mapping[str, str], *, opened: bool
) -> None:
    key = request.request_id
    with st.container(border=True):
        st.markdown(f"**{ask_line(request.ask, names)}**")
        st.markdown(
            say(
                "Asked {when}; to be decided before {until}.",
                when=moment_words(request.made_at),
                until=moment_words(request.expires_at),
            )
        )
        if not request.agreed:
            st.markdown(say("The colleague has not agreed yet; you can refuse it already."))
        weighing = None
        if st.toggle(say("Show what it would do"), value=opened, key=f"weigh-{key}"):
            weighing = _weighed(visit, request)
        if weighing is not None:
            show_weighing(weighing)
        reason = st.text_area(
            say("Reason, for whoever asked (a refusal needs one)"),
            max_chars=2000,
            height=80,
            key=f"reason-{key}",
        )
        with st.container(horizontal=True):
            approved = st.button(
                say("Approve"), key=f"approve-{key}", type="primary", disabled=not request.agreed
            )
            refused = st.button(say("Refuse"), key=f"refuse-{key}")
    if approved or refused:
        _decide(visit, request, weighing, approve=approved, reason=reason)


def _weighed(visit: Visit, request: BookedRequest) -> Weighing | None:
    """Weigh a request once a session, for every click runs the page; None where it fits no more."""
    kept = st.session_state.setdefault(_KEPT, {})
    key = (request.request_id, request.version)
    if key not in kept:
        try:
            with st.spinner(say("Simulating the week without and with it …")):
                found = weigh_request(
                    visit.user, visit.database, request.request_id, now=visit.now()
                )
        except CallboardError as error:
            complain(error)
            return None
        kept[key] = Weighing.of(found)
    weighing: Weighing = kept[key]
    return weighing


def _decide(
    visit: Visit,
    request: BookedRequest,
    weighing: Weighing | None,
    *,
    approve: bool,
    reason: str,
) -> None:
    try:
        with st.spinner(say("Deciding …")):
            decided = decide_request(
                visit.user,
                visit.database,
                request.request_id,
                approve=approve,
                reason=reason,
                seen=request.version,
                now=visit.now(),
                looked_at=None if weighing is None else weighing.versions,
            )
    except CallboardError as error:
        # Whatever it was, the next look is a fresh one.
        st.session_state.pop(_KEPT, None)
        complain(error)
        st.button(say("Look again"), key=f"again-{request.request_id}")
        return
    told = [say(_OUTCOMES[decided.state])]
    told += [
        say("Version {number} of the week of {week} is published.", number=number, week=week)
        for week, number in decided.versions.items()
    ]
    st.session_state[_SAID] = " ".join(told)
    st.rerun()


def _say_what_happened() -> None:
    words = st.session_state.pop(_SAID, None)
    if words:
        st.success(plain(words))
