"""The planner's desk: what if there were more calls, fewer people, another target."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from app_pages import coverage
from app_pages.comparison import comparison_frame, hours_chart, scenarios_frame
from app_pages.job_panel import follow, say_end, starter
from app_pages.language import say, say_count, week_words
from app_pages.scenario_form import ask_for_scenarios, scenario_words
from app_pages.service import show_clash
from app_pages.visit import Visit, complain, plain
from app_pages.week_choice import Choice, choose_week
from scheduler.errors import CallboardError
from scheduler.workflows.desk import (
    Job,
    Request,
    cancel_request,
    jobs_of,
    result_of,
    submit_request,
)
from scheduler.workflows.scenario import Scenario

TITLE = "What if"
_BASELINE = Scenario()


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """The user's newest baseline of a week and the scenarios asked for with it or after it.

    Attributes
    ----------
    baseline
        None before the first comparison.
    scenarios
        In the order in which they were asked for.
    """

    baseline: Job | None = None
    scenarios: tuple[Job, ...] = ()

    @property
    def jobs(self) -> list[Job]:
        """The jobs there are."""
        return ([] if self.baseline is None else [self.baseline]) + list(self.scenarios)

    @property
    def active(self) -> list[Job]:
        """Jobs that wait or run."""
        return [job for job in self.jobs if job.active]


def show(visit: Visit) -> None:
    """Show the page."""
    st.header(say(TITLE))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        choice = choose_week(visit)
        seconds = st.number_input(
            say("Search at most, s"), 5, 3600, 30, step=5, width=155, key="what-if-seconds"
        )
    if choice is None:
        return
    week = week_words(choice.monday)
    st.caption(say("Week of {week}, {zone}.", week=week, zone=choice.case.zone.key))
    batch = newest_batch(visit, choice)
    asked = ask_for_scenarios(visit, choice, busy=bool(batch.active))
    if asked:
        _submit(visit, choice, asked, float(seconds))
    if batch.active:
        _follow(visit, batch)
        return
    for job in batch.jobs:
        say_end(visit, job)
    if batch.baseline is None or not batch.scenarios:
        st.info(
            say(
                "Change something above and press Compare: the week is solved as it is and as "
                "asked."
            )
        )
    else:
        _compare(visit, choice, batch)


def newest_batch(visit: Visit, choice: Choice) -> Batch:
    """Find what the user compared last for a week."""
    mine: list[Job] = []
    for job in jobs_of(visit.user, visit.database, choice.name, "what_if", choice.monday):
        if job.request.user == visit.user:
            if job.request.scenario == _BASELINE:
                return Batch(baseline=job, scenarios=tuple(reversed(mine)))
            mine.append(job)
    return Batch()


def _submit(visit: Visit, choice: Choice, asked: tuple[Scenario, ...], seconds: float) -> None:
    """Ask for the baseline and the scenarios; whoever runs them, they run side by side."""
    try:
        for each in (_BASELINE, *asked):
            request = Request(
                kind="what_if",
                team=choice.name,
                week=choice.monday,
                user=visit.user,
                scenario=each,
                seconds=seconds,
                workers=1 if len(asked) > 1 else visit.settings.workers,
            )
            submit_request(visit.database, request, now=visit.now(), start=starter(visit))
    except CallboardError as error:
        complain(error)
        return
    st.rerun()


def _follow(visit: Visit, batch: Batch) -> None:
    """Show those that run, and how many wait."""
    running = [job for job in batch.active if job.status == "running"]
    waiting = len(batch.active) - len(running)
    if len(batch.jobs) > 2:
        done = len(batch.jobs) - len(batch.active)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.progress(
                done / len(batch.jobs),
                text=say("{done} of {all} solved", done=done, all=len(batch.jobs)),
                width="stretch",
            )
            if waiting:
                label = say_count("Drop the one waiting", "Drop the {n} waiting", waiting)
                st.button(label, on_click=_drop_waiting, args=(visit, batch))
    follow(visit, running or batch.active)


def _drop_waiting(visit: Visit, batch: Batch) -> None:
    for job in batch.active:
        if job.status == "queued":
            cancel_request(
                visit.user, visit.database, job.job_id, now=visit.now(), start=starter(visit)
            )


def _compare(visit: Visit, choice: Choice, batch: Batch) -> None:
    found: dict[str, dict[str, Any]] = {}
    for job in batch.jobs:
        name = say("Baseline") if job is batch.baseline else _name(job.request.scenario)
        result = result_of(visit.user, visit.database, job.job_id) or {}
        if result and not result["coverage"]:
            st.subheader(plain(name))
            show_clash(result["numbers"])
        elif result:
            found[_own(name, found)] = result
    baseline = say("Baseline")
    if baseline not in found or len(found) < 2:
        return
    if len(found) > 2:
        st.subheader(say("All scenarios"))
        st.dataframe(
            scenarios_frame(found),
            hide_index=True,
            height="content",
            alt=say("All scenarios, one a row"),
        )
        hours_chart(found)
    st.subheader(say("Side by side"))
    others = [name for name in found if name != baseline]
    name = others[0] if len(others) == 1 else st.selectbox(say("Scenario"), others, key="shown")
    st.caption(plain(name))
    st.dataframe(
        comparison_frame(found[baseline], found[name]),
        hide_index=True,
        height="content",
        alt=say("Baseline and scenario with their differences"),
    )
    st.subheader(say("Coverage, {zone} time", zone=choice.case.zone.key))
    _draw({baseline: found[baseline], say("Scenario"): found[name]})


def _name(scenario: Scenario) -> str:
    """Call a scenario by its name and what it changes."""
    changed = scenario_words(scenario)
    return changed if scenario.name in (changed, say("scenario")) else f"{scenario.name}: {changed}"


def _own(name: str, taken: dict[str, Any]) -> str:
    number = 2
    own = name
    while own in taken:
        own, number = f"{name} ({number})", number + 1
    return own


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
