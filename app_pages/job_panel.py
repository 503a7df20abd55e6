"""How a solve goes: progress while it runs, words when it has ended."""

from __future__ import annotations

from functools import partial
from itertools import islice

import streamlit as st

from app_pages.visit import Visit, plain
from scheduler.jobs import Job, cancel, list_jobs, read_job, start_waiting
from scheduler.workflows.desk import Kind, cancel_request

_LOOK_BACK = 300


def newest_jobs(visit: Visit, kind: Kind, case: str, monday: object) -> list[Job]:
    """Return the jobs of one kind, case and week, the newest first."""
    return [
        job
        for job in islice(list_jobs(visit.settings), _LOOK_BACK)
        if (job.request.kind, job.request.case, job.request.week) == (kind, case, monday)
    ]


def follow(visit: Visit, jobs: list[Job]) -> None:
    """Show jobs that wait or run, once a second; run the page again when all have ended."""
    st.fragment(_watch, run_every=1.0)(visit, [job.job_id for job in jobs])


def _watch(visit: Visit, job_ids: list[str]) -> None:
    if not visit.signed_in():
        st.rerun()
    jobs = [read_job(visit.settings, job_id) for job_id in job_ids]
    if not any(job.active for job in jobs):
        st.rerun()
    if any(job.state.status == "queued" for job in jobs):
        start_waiting(visit.settings)
    for job in jobs:
        _show_progress(visit, job)


def _show_progress(visit: Visit, job: Job) -> None:
    elapsed = job.elapsed_s(visit.now())
    done = 1.0 if not job.active else min(elapsed / job.request.seconds, 1.0)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(done, text=progress_words(job, elapsed), width="stretch")
        st.button(
            "Cancel",
            key=f"cancel-{job.job_id}",
            disabled=not job.active,
            help="Ends the search and keeps the best roster found so far.",
            on_click=cancel_request,
            args=(visit.user, job.request, partial(cancel, visit.settings, job.job_id)),
        )


def progress_words(job: Job, elapsed_s: float) -> str:
    """Say in a line where a job stands."""
    what = "Roster" if job.request.kind == "roster" else job.request.scenario.name.capitalize()
    what = plain(what)
    if job.state.status == "queued":
        return f"{what}: waiting for another solve to end"
    if not job.active:
        return f"{what}: {job.state.status}"
    clock = f"{elapsed_s:.0f} s of at most {job.request.seconds:.0f} s"
    if job.progress is None:
        return f"{what}: forecasting and building the problem · {clock}"
    found = f"rosters found: {job.progress.solutions}"
    gap = job.progress.gap
    return f"{what}: {found}{'' if gap is None else f' · gap {gap:.1%}'} · {clock}"


def say_end(job: Job) -> None:
    """Say how a job ended, if that needs saying."""
    if job.state.status in ("failed", "lost"):
        st.error(f"The solve came to nothing: {plain(job.state.words)}")
    elif job.state.status == "cancelled" and (job.result / "roster.csv").exists():
        st.info("Stopped early: this is the best roster that had been found by then.")
    elif job.state.status == "cancelled":
        st.info("Stopped before a roster was found.")
