"""The manager's desk: the week at a glance, a search for its roster, and what a roster gives."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from app_pages import coverage, roster_change, roster_publish, roster_versions
from app_pages.job_panel import ask, follow, say_end, say_refused
from app_pages.language import marked, number_words, say, say_count, share, week_words
from app_pages.roster_grid import show_grid
from app_pages.service import show_clash, show_service, show_shortages
from app_pages.visit import Visit, bullets, complain
from app_pages.week_choice import Choice, choose_week
from scheduler.errors import CallboardError
from scheduler.rostering.problem import Pin
from scheduler.store.roster_lines import RosterLine
from scheduler.workflows.desk import Job, Request, jobs_of, result_of
from scheduler.workflows.locks import locks_in
from scheduler.workflows.stored_roster import StoredRoster, rosters_in_week, see_stored

TITLE = "Roster"
_WEEK, _CHANGE = marked("The week"), marked("Change")
_COMPARE, _PUBLISH = marked("Compare"), marked("Publish")


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
        _generate(visit, choice, lines, busy=newest is not None and newest.active)
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
    roster_publish.say_published()
    chosen = roster_versions.choose_version(lines, choice.name, choice.monday)
    try:
        stored = see_stored(visit.user, visit.database, chosen.roster_id)
    except CallboardError as error:
        complain(error)
        return
    roster_versions.show_versions(lines)
    _headline(stored.numbers)
    _show_broken(stored)
    view = st.segmented_control(
        say("Show"),
        [_WEEK, _CHANGE, _COMPARE, _PUBLISH],
        default=_WEEK,
        required=True,
        format_func=say,
        key="roster-view",
        persist_state="session",
        label_visibility="collapsed",
    )
    if view == _CHANGE:
        key = roster_versions.version_key(lines, choice.name, choice.monday)
        roster_change.show_change(visit, choice, stored, key)
    elif view == _COMPARE:
        roster_publish.show_compare(visit, lines, stored)
    elif view == _PUBLISH:
        roster_publish.show_publish(visit, lines, stored)
    else:
        roster_publish.say_difference(visit, lines, stored)
        _show_week(visit, choice, stored)


def _generate(visit: Visit, choice: Choice, lines: tuple[RosterLine, ...], *, busy: bool) -> None:
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
    locks = _locks(lines, choice)
    keep = bool(locks) and st.checkbox(
        say_count("Keep the locked day", "Keep the {n} locked days", len(locks)), value=True
    )
    request = Request(
        kind="roster",
        team=choice.name,
        week=choice.monday,
        user=visit.user,
        locks=locks if keep else (),
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


def _locks(lines: tuple[RosterLine, ...], choice: Choice) -> tuple[Pin, ...]:
    """Return what is locked in the version that is shown."""
    if not lines:
        return ()
    key = roster_versions.version_key(lines, choice.name, choice.monday)
    shown = st.session_state.get(key, lines[0].roster_id)
    return next((locks_in(line.result) for line in lines if line.roster_id == shown), ())


def _ask_once(visit: Visit, request: Request) -> None:
    """Ask for the roster, unless somebody else has asked since the page was drawn."""
    # Read here: the press may come in one with the last digit.
    request = replace(request, seconds=float(st.session_state["seconds"]))
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


def _show_broken(stored: StoredRoster) -> None:
    """Say which hard rules a version breaks that was changed by hand."""
    broken = stored.numbers.get("violations") or []
    if broken:
        st.warning(
            say_count(
                "This version breaks a hard rule:",
                "This version breaks {n} hard rules:",
                len(broken),
            )
        )
        bullets(each["words"] for each in broken)


def _show_week(visit: Visit, choice: Choice, stored: StoredRoster) -> None:
    numbers = stored.numbers
    roster_versions.downloads(visit, choice, stored)
    st.subheader(say("Who works when"))
    show_grid(choice.case, choice.monday, stored.shifts, stored.locks)
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
