"""The planner's desk: what if there were more calls, fewer people, another target."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from app_pages import coverage
from app_pages.comparison import comparison_frame
from app_pages.job_panel import follow, say_end, starter
from app_pages.language import marked, say, share, week_words
from app_pages.service import show_clash
from app_pages.visit import Visit, complain, plain
from app_pages.week_choice import Choice, choose_week
from scheduler.errors import CallboardError
from scheduler.workflows.desk import Job, Request, jobs_of, result_of, submit_request
from scheduler.workflows.scenario import Scenario

TITLE = "What if"
_BASELINE = Scenario()
_UNCHANGED = marked("as it is")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """The newest scenario of a week and the newest baseline, as far as there are any."""

    baseline: Job | None
    scenario: Job | None

    @property
    def jobs(self) -> list[Job]:
        """The jobs there are."""
        return [job for job in (self.baseline, self.scenario) if job is not None]


def show(visit: Visit) -> None:
    """Show the page."""
    st.header(say(TITLE))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        choice = choose_week(visit)
    if choice is None:
        return
    week = week_words(choice.monday)
    st.caption(say("Week of {week}, {zone}.", week=week, zone=choice.case.zone.key))
    pair = newest_pair(visit, choice)
    busy = any(job.active for job in pair.jobs)
    _ask(visit, choice, busy=busy)
    if busy:
        follow(visit, pair.jobs)
        return
    for job in pair.jobs:
        say_end(visit, job)
    if pair.baseline is None or pair.scenario is None:
        st.info(
            say(
                "Change something above and press Compare: the week is solved as it is and as "
                "asked."
            )
        )
        return
    _compare(visit, choice, pair)


def newest_pair(visit: Visit, choice: Choice) -> Pair:
    """Find the user's newest scenario and baseline of a week."""
    mine = [
        job
        for job in jobs_of(visit.user, visit.database, choice.name, "what_if", choice.monday)
        if job.request.user == visit.user
    ]
    return Pair(
        baseline=next((job for job in mine if job.request.scenario == _BASELINE), None),
        scenario=next((job for job in mine if job.request.scenario != _BASELINE), None),
    )


def _ask(visit: Visit, choice: Choice, *, busy: bool) -> None:
    queues = [queue.name for queue in choice.case.queues]
    with st.form("scenario"):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            volume = st.number_input(say("Contacts, ± %"), -95, 900, 20, step=5, width=155)
            aht = st.number_input(say("AHT, ± %"), -90, 900, 0, step=5, width=155)
            headcount = st.number_input(say("Agents, ±"), -500, 500, 0, width=155)
            shrinkage = _optional(say("Shrinkage, %"), 0.0, 95.0)
            queue = st.selectbox(
                say("Target of queue"), queues, width=155, key=f"queue-{choice.name}"
            )
            target = _optional(say("Service level, %"), 1.0, 99.9)
            seconds = st.number_input(say("Search at most, s"), 5, 3600, 30, step=5, width=155)
        pressed = st.form_submit_button(say("Compare"), type="primary", disabled=busy)
    if not pressed:
        return
    try:
        scenario = Scenario(
            name=say("scenario"),
            volume=1 + volume / 100,
            aht=1 + aht / 100,
            headcount=headcount,
            shrinkage=None if shrinkage is None else shrinkage / 100,
            service_level={} if target is None else {queue: target / 100},
        )
        for each in (_BASELINE, scenario):
            request = Request(
                kind="what_if",
                team=choice.name,
                week=choice.monday,
                user=visit.user,
                scenario=each,
                seconds=float(seconds),
                workers=visit.settings.workers,
            )
            submit_request(visit.database, request, now=visit.now(), start=starter(visit))
    except CallboardError as error:
        complain(error)
        return
    st.rerun()


def _optional(label: str, low: float, high: float) -> float | None:
    return st.number_input(label, low, high, None, step=1.0, placeholder=say(_UNCHANGED), width=155)


def scenario_words(scenario: Scenario) -> str:
    """Say what a scenario changes: ``contacts +20 %, agents −2``."""
    parts = []
    if scenario.volume != 1:
        parts.append(say("contacts {change}", change=f"{scenario.volume - 1:+.0%}"))
    if scenario.aht != 1:
        parts.append(say("AHT {change}", change=f"{scenario.aht - 1:+.0%}"))
    if scenario.headcount:
        parts.append(say("agents {change}", change=f"{scenario.headcount:+d}"))
    if scenario.shrinkage is not None:
        parts.append(say("shrinkage {share}", share=share(scenario.shrinkage)))
    parts += [f"{queue} {share(level)}" for queue, level in scenario.service_level.items()]
    return ", ".join(parts) or say("nothing changed")


def _compare(visit: Visit, choice: Choice, pair: Pair) -> None:
    found = [result_of(visit.user, visit.database, job.job_id) or {} for job in pair.jobs]
    changed = scenario_words(pair.jobs[1].request.scenario)
    names = [say("Baseline"), say("Scenario: {changed}", changed=changed)]
    for name, result in zip(names, found, strict=True):
        if result and not result["coverage"]:
            st.subheader(plain(name))
            show_clash(result["numbers"])
    if not all(result and result["coverage"] for result in found):
        return
    baseline, scenario = found
    st.subheader(say("Side by side"))
    st.caption(plain(names[1]))
    st.dataframe(
        comparison_frame(baseline, scenario),
        hide_index=True,
        height="content",
        alt=say("Baseline and scenario with their differences"),
    )
    st.subheader(say("Coverage, {zone} time", zone=choice.case.zone.key))
    _draw({say("Baseline"): baseline, say("Scenario"): scenario})


def _draw(results: dict[str, dict[str, Any]]) -> None:
    frames = {name: coverage.coverage_frame(result["coverage"]) for name, result in results.items()}
    if any(frame.empty for frame in frames.values()):
        st.markdown(say("No queue is open in this week."))
        return
    queue, day = coverage.choose_queue_and_day(next(iter(frames.values())), "what-if")
    parts = {name: coverage.part_of(frame, queue, day) for name, frame in frames.items()}
    most = max(part[["required", "scheduled"]].max().max() for part in parts.values())
    for (name, part), column in zip(parts.items(), st.columns(2), strict=True):
        with column:
            st.markdown(f"**{name}**")
            target = results[name]["numbers"]["service_level"][queue]["target"]
            coverage.show_coverage(part, target, most=most)
            coverage.show_table(part)
