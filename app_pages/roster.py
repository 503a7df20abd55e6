"""The manager's desk: make the week's roster and see what it gives."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from functools import partial

import streamlit as st

from app_pages import coverage
from app_pages.job_panel import follow, newest_jobs, say_end
from app_pages.roster_grid import show_grid
from app_pages.service import show_clash, show_service, show_shortages
from app_pages.visit import Visit, bullets, share, week_words
from app_pages.week_choice import Choice, choose_week
from scheduler.jobs import Job, submit
from scheduler.workflows.desk import Request, submit_request
from scheduler.workflows.results import Result, current_folder, read_result

TITLE = "Roster"


def show(visit: Visit) -> None:
    """Show the page."""
    st.header(TITLE)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        choice = choose_week(visit)
        if choice is None:
            return
        jobs = newest_jobs(visit, "roster", choice.name, choice.monday)
        newest = jobs[0] if jobs else None
        _ask(visit, choice, busy=newest is not None and newest.active)
    st.caption(f"{choice.case.sentence} Week of {week_words(choice.monday)}, {choice.case.zone}.")
    if newest is not None:
        _follow_up(visit, newest)
    folder = current_folder(visit.settings.out, choice.name, choice.monday)
    result = read_result(visit.user, folder, case=choice.name)
    if result is not None and result.shifts is not None:
        _show_result(choice, result)
    elif newest is None:
        st.info("There is no roster for this week yet. Press Generate to make one.")


def _ask(visit: Visit, choice: Choice, *, busy: bool) -> None:
    seconds = st.number_input(
        "Search at most, s", 5, 3600, 60, step=5, key="seconds", persist_state="session", width=150
    )
    request = Request(
        kind="roster",
        case=choice.name,
        week=choice.monday,
        user=visit.user,
        seconds=float(seconds),
    )
    st.button(
        "Generate",
        type="primary",
        disabled=busy,
        on_click=_generate,
        args=(visit, request),
    )


def _generate(visit: Visit, request: Request) -> None:
    """Ask for the roster, unless somebody else has asked since the page was drawn."""
    if not any(job.active for job in newest_jobs(visit, "roster", request.case, request.week)):
        submit_request(request, partial(submit, visit.settings))


def _follow_up(visit: Visit, job: Job) -> None:
    """Show how the newest solve goes or went."""
    if job.active:
        follow(visit, [job])
        return
    say_end(job)
    result = read_result(visit.user, job.result, case=job.request.case)
    if result is not None and result.shifts is None:
        show_clash(result.numbers)


def _show_result(choice: Choice, result: Result) -> None:
    numbers = result.numbers
    _headline(numbers)
    _downloads(choice, result)
    st.subheader("Who works when")
    show_grid(choice.case, choice.monday, result.shifts or ())
    st.subheader("Service this roster will give")
    show_service(numbers)
    st.subheader(f"Coverage, {choice.case.zone} time")
    _show_coverage(result)
    st.subheader("Where it is short")
    show_shortages(numbers)
    if numbers["departures"]:
        st.subheader("Wishes and rules with a price")
        bullets(numbers["departures"])
    if numbers["remarks"]:
        with st.expander("What was noticed in the data"):
            bullets(numbers["remarks"])


def _headline(numbers: dict[str, object]) -> None:
    made = datetime.fromisoformat(str(numbers["made"]))
    status = "proven best" if numbers["status"] == "optimal" else "the best found in that time"
    promise = "kept" if numbers["promise_kept"] else "not kept"
    gap = numbers["gap"]
    with st.container(horizontal=True):
        st.metric("Promise", promise, border=True)
        st.metric("Paid hours", f"{numbers['paid_hours']:,.1f}", border=True)
        st.metric(
            "Below requirement",
            f"{numbers['shortfall_hours']:,.1f} h",
            border=True,
            help="Agent-hours missing where each interval is held to the target by itself. A "
            "promise over the day or week can be kept all the same.",
        )
        st.metric(
            "Gap to the bound",
            share(gap if isinstance(gap, float) else None),
            border=True,
            help="How much better a roster could at most be; 0 % is proven best.",
        )
    st.caption(f"Made {made:%Y-%m-%d %H:%M} UTC in {numbers['seconds']} s; {status}.")


def _downloads(choice: Choice, result: Result) -> None:
    stem = f"{choice.name}-{choice.monday}"
    kinds = {
        "Excel": "roster.xlsx",
        "Page (HTML)": "roster.html",
        "Roster (CSV)": "roster.csv",
        "Coverage (CSV)": "coverage.csv",
    }
    with st.container(horizontal=True):
        for label, name in kinds.items():
            st.download_button(
                label,
                (result.folder / name).read_bytes(),
                f"{stem}-{name}",
                on_click="ignore",
            )
        st.download_button(
            "Calendars (ICS)",
            partial(_zipped, result),
            f"{stem}-calendars.zip",
            mime="application/zip",
            on_click="ignore",
        )


def _zipped(result: Result) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in result.calendars():
            archive.write(path, path.name)
    return packed.getvalue()


def _show_coverage(result: Result) -> None:
    frame = coverage.coverage_frame(result.coverage)
    if frame.empty:
        st.markdown("No queue is open in this week.")
        return
    queue, day = coverage.choose_queue_and_day(frame, "coverage")
    part = coverage.part_of(frame, queue, day)
    target = result.numbers["service_level"][queue]["target"]
    left, right = st.columns([3, 2])
    with left:
        coverage.show_coverage(part, target)
    with right:
        coverage.show_table(part)
