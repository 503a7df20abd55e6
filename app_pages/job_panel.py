"""How a solve goes: progress while it runs, words when it has ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

import streamlit as st

from app_pages.language import number_words, say, share
from app_pages.visit import Visit, complain, plain
from scheduler.errors import CallboardError
from scheduler.jobs import start_waiting
from scheduler.rostering.params import Progress
from scheduler.workflows.desk import Job, Request, cancel_request, see_job, submit_request


def starter(visit: Visit) -> Callable[[], None]:
    """Return what starts solves that wait."""
    return partial(start_waiting, visit.settings, visit.database)


def ask(visit: Visit, request: Request) -> None:
    """Ask for a solve; a callback runs whole, whatever the user presses meanwhile."""
    try:
        submit_request(visit.database, request, now=visit.now(), start=starter(visit))
    except CallboardError as error:
        st.session_state["refused"] = error


def say_refused() -> None:
    """Say why the last request was refused, once."""
    refused = st.session_state.pop("refused", None)
    if refused is not None:
        complain(refused)


def follow(visit: Visit, jobs: Sequence[Job]) -> None:
    """Show jobs that wait or run, once a second; run the page again when all have ended."""
    st.fragment(_watch, run_every=1.0)(visit, [job.job_id for job in jobs])


def _watch(visit: Visit, job_ids: list[int]) -> None:
    if not visit.signed_in():
        st.rerun()
    jobs = [see_job(visit.user, visit.database, job_id) for job_id in job_ids]
    if not any(job.active for job in jobs):
        st.rerun()
    # Here, too: it gives up jobs whose process is gone together with its server.
    starter(visit)()
    for job in jobs:
        _show_progress(visit, job)


def _show_progress(visit: Visit, job: Job) -> None:
    elapsed = job.elapsed_s(visit.now())
    done = 1.0 if not job.active else min(elapsed / job.request.seconds, 1.0)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(done, text=progress_words(job, elapsed), width="stretch")
        st.button(
            say("Cancel"),
            key=f"cancel-{job.job_id}",
            disabled=not job.active,
            help=say("Ends the search and keeps the best roster found so far."),
            on_click=_cancel,
            args=(visit, job.job_id),
        )


def _cancel(visit: Visit, job_id: int) -> None:
    cancel_request(visit.user, visit.database, job_id, now=visit.now(), start=starter(visit))


def progress_words(job: Job, elapsed_s: float) -> str:
    """Say in a line where a job stands."""
    kinds = {"roster": say("Roster"), "forecast": say("Forecast")}
    what = kinds.get(job.request.kind) or plain(job.request.scenario.name)
    if job.status == "queued":
        return say("{what}: waiting for another solve to end", what=what)
    if not job.active:
        return say("{what}: ended", what=what)
    if job.request.kind == "forecast":
        seconds = number_words(elapsed_s)
        return say("{what}: trying models on the past · {seconds} s", what=what, seconds=seconds)
    clock = say(
        "{elapsed} s of at most {most} s",
        elapsed=number_words(elapsed_s),
        most=number_words(job.request.seconds),
    )
    if job.progress is None:
        return say("{what}: forecasting and building the problem · {clock}", what=what, clock=clock)
    told = list(_figures(job.progress))
    return f"{what}: {' · '.join([*told, clock])}"


def _figures(progress: Progress) -> Iterator[str]:
    """Say what a search has found: how many, how good, what service."""
    if progress.round > 1:
        yield say("round {n}", n=progress.round)
    yield say("rosters found: {n}", n=progress.solutions)
    if progress.gap is not None:
        yield say("gap {gap}", gap=share(progress.gap))
    for queue, level in progress.service.items():
        yield f"{plain(queue)} {share(level)}"


def say_end(visit: Visit, job: Job) -> None:
    """Say how a job ended, if that needs saying; offer one that was lost again."""
    if job.status in ("failed", "lost"):
        st.error(say("The solve came to nothing: {words}", words=plain(job.words)))
        st.button(
            say("Try again"), key=f"again-{job.job_id}", on_click=ask, args=(visit, job.request)
        )
    elif job.status == "cancelled" and job.roster_id is not None:
        st.info(say("Stopped early: this is the best roster that had been found by then."))
    elif job.status == "cancelled" and job.request.kind == "roster":
        st.info(say("Stopped before a roster was found."))
