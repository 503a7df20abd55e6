"""The manager's desk: the week at a glance, a search for its roster, and what a roster gives."""

from __future__ import annotations

import streamlit as st

from app_pages import coverage, roster_versions
from app_pages.job_panel import ask, follow, say_end, say_refused
from app_pages.language import number_words, say, share, week_words
from app_pages.roster_grid import show_grid
from app_pages.service import show_clash, show_service, show_shortages
from app_pages.visit import Visit, bullets, complain
from app_pages.week_choice import Choice, choose_week
from scheduler.errors import CallboardError
from scheduler.workflows.desk import Job, Request, jobs_of, result_of
from scheduler.workflows.stored_roster import StoredRoster, rosters_in_week, see_stored

TITLE = "Roster"


def show(visit: Visit) -> None:
    """Show the page."""
    st.header(say(TITLE))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        choice = choose_week(visit)
        if choice is None:
            return
        jobs = jobs_of(visit.user, visit.database, choice.name, "roster", choice.monday)
        newest = jobs[0] if jobs else None
        lines = rosters_in_week(visit.user, visit.database, choice.name, choice.monday)
        _generate(visit, choice, busy=newest is not None and newest.active)
    st.caption(
        say(
            "{sentence} Week of {week}, {zone}.",
            sentence=choice.case.sentence,
            week=week_words(choice.monday),
            zone=choice.case.zone.key,
        )
    )
    say_refused()
    if newest is not None:
        _follow_up(visit, newest)
    if not lines:
        if newest is None:
            st.info(say("There is no roster for this week yet. Press Generate to make one."))
        return
    chosen = roster_versions.choose_version(lines, choice.name, choice.monday)
    try:
        stored = see_stored(visit.user, visit.database, chosen.roster_id)
    except CallboardError as error:
        complain(error)
        return
    _show(visit, choice, stored)


def _generate(visit: Visit, choice: Choice, *, busy: bool) -> None:
    seconds = st.number_input(
        say("Search at most, s"),
        5,
        3600,
        60,
        step=5,
        key="seconds",
        persist_state="session",
        width=150,
    )
    request = Request(
        kind="roster",
        team=choice.name,
        week=choice.monday,
        user=visit.user,
        seconds=float(seconds),
        workers=visit.settings.workers,
    )
    st.button(
        say("Generate"),
        type="primary",
        disabled=busy,
        on_click=_ask_once,
        args=(visit, request),
    )


def _ask_once(visit: Visit, request: Request) -> None:
    """Ask for the roster, unless somebody else has asked since the page was drawn."""
    jobs = jobs_of(visit.user, visit.database, request.team, "roster", request.week)
    if not any(job.active for job in jobs):
        ask(visit, request)


def _follow_up(visit: Visit, job: Job) -> None:
    """Show how the newest solve goes or went."""
    if job.active:
        follow(visit, [job])
        return
    say_end(visit, job)
    told = result_of(visit.user, visit.database, job.job_id)
    if told is not None:
        show_clash(told)


def _show(visit: Visit, choice: Choice, stored: StoredRoster) -> None:
    numbers = stored.numbers
    _headline(numbers)
    roster_versions.downloads(visit, choice, stored)
    st.subheader(say("Who works when"))
    show_grid(choice.case, choice.monday, stored.shifts)
    st.subheader(say("Service this roster will give"))
    show_service(numbers)
    st.subheader(say("Coverage, {zone} time", zone=choice.case.zone.key))
    _show_coverage(stored)
    st.subheader(say("Where it is short"))
    show_shortages(numbers)
    if numbers["departures"]:
        st.subheader(say("Wishes and rules with a price"))
        bullets(numbers["departures"])
    if numbers["remarks"]:
        with st.expander(say("What was noticed in the data")):
            bullets(numbers["remarks"])


def _headline(numbers: dict[str, object]) -> None:
    gap = numbers["gap"]
    promise = say("kept") if numbers["promise_kept"] else say("not kept")
    with st.container(horizontal=True):
        st.metric(say("Promise"), promise, border=True)
        st.metric(say("Paid hours"), _tenths(numbers["paid_hours"]), border=True)
        st.metric(
            say("Below requirement"),
            say("{hours} h", hours=_tenths(numbers["shortfall_hours"])),
            border=True,
            help=say(
                "Agent-hours missing where each interval is held to the target by itself. A "
                "promise over the day or week can be kept all the same."
            ),
        )
        if isinstance(gap, float):
            st.metric(
                say("Gap to the bound"),
                share(gap),
                border=True,
                help=say("How much better a roster could at most be; 0 % is proven best."),
            )


def _tenths(value: object) -> str:
    return number_words(value, 1) if isinstance(value, float | int) else "–"


def _show_coverage(stored: StoredRoster) -> None:
    frame = coverage.coverage_frame(stored.coverage)
    if frame.empty:
        st.markdown(say("No queue is open in this week."))
        return
    queue, day = coverage.choose_queue_and_day(frame, "coverage")
    part = coverage.part_of(frame, queue, day)
    target = stored.numbers["service_level"][queue]["target"]
    left, right = st.columns([3, 2])
    with left:
        coverage.show_coverage(part, target)
    with right:
        coverage.show_table(part)
