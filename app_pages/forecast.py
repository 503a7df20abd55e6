"""Forecast and requirement: what is to come, and how many agents it needs."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from app_pages import staff_curve
from app_pages.coverage import SCHEDULED, axis_y, clock_words
from app_pages.job_panel import ask, follow, say_end, say_refused
from app_pages.language import day_words, marked, say, share, week_words, words
from app_pages.visit import Visit, bullets, complain, plain
from app_pages.week_choice import Choice, choose_week
from scheduler.errors import CallboardError
from scheduler.workflows.desk import Request, jobs_of
from scheduler.workflows.forecast_week import see_week
from scheduler.workflows.week import WeekPlan

TITLE = "Forecast"
_WEEK = marked("Week")
_LEFT: dict[str, Any] = {"labelAngle": 0, "labelAlign": "left", "labelOverlap": False}


def show(visit: Visit) -> None:
    """Show the page."""
    st.header(say("Forecast and requirement"))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        choice = choose_week(visit)
    if choice is None:
        return
    st.caption(
        say(
            "Week of {week}; times are {zone}.",
            week=week_words(choice.monday),
            zone=choice.case.zone,
        )
    )
    try:
        seen = see_week(visit.user, visit.database, choice.name, choice.monday)
    except CallboardError as error:
        complain(error)
        return
    if seen is None:
        _make(visit, choice)
        return
    plan = seen.plan
    frame = week_frame(plan)
    if frame.empty:
        st.info(say("Every queue is closed in this week. Choose another one."))
        return
    queue, day = _choose(frame)
    part = frame[frame["queue"] == queue]
    if day is not None:
        part = part[part["day"] == day]
    model = seen.models[queue]
    left, right = st.columns([3, 2])
    with left:
        _draw(part, whole_week=day is None)
        st.caption(
            say(
                "Contacts per interval: the line is the mean, the band holds 80 % of what may come "
                "(p10 to p90). Model: {model}. Bars: agents to roster, shrinkage of {shrinkage} "
                "included.",
                model=plain(model),
                shrinkage=share(plan.requirement.shrinkage),
            )
        )
    with right:
        _tabulate(part, plan, whole_week=day is None)
    staff_curve.show(plan, queue)
    if seen.remarks:
        with st.expander(say("What was noticed in the data")):
            bullets(seen.remarks)


def _make(visit: Visit, choice: Choice) -> None:
    """Have the forecast made, once, and show how far it is."""
    jobs = jobs_of(visit.user, visit.database, choice.name, "forecast", choice.monday)
    newest = jobs[0] if jobs else None
    if newest is not None and newest.status in ("failed", "lost"):
        say_end(visit, newest)
        return
    if newest is None or not newest.active:
        request = Request(kind="forecast", team=choice.name, week=choice.monday, user=visit.user)
        ask(visit, request)
        if "refused" in st.session_state:
            say_refused()
            return
        jobs = jobs_of(visit.user, visit.database, choice.name, "forecast", choice.monday)
    follow(visit, jobs[:1])


def week_frame(plan: WeekPlan) -> pd.DataFrame:
    """Lay out forecast and requirement, one open interval of a queue a row."""
    need, grid = plan.requirement, plan.requirement.grid
    starts = grid.starts_local()
    parts = []
    for row, queue in enumerate(need.queues):
        given = plan.forecast.queues.index(queue.name)
        parts.append(
            pd.DataFrame(
                {
                    "queue": queue.name,
                    "day": grid.local_dates.tolist(),
                    "time": clock_words(starts, [queue.name] * len(starts)),
                    "contacts": need.offered[row],
                    "p10": plan.forecast.quantiles[0, given],
                    "p90": plan.forecast.quantiles[-1, given],
                    "AHT, s": need.aht_s[row],
                    "base": need.base[row],
                    "required": need.required[row],
                    "open": need.open_share[row] > 0,
                }
            )
        )
    frame = pd.concat(parts, ignore_index=True)
    frame = frame[frame["open"]].drop(columns="open")
    frame["moment"] = [
        f"{day_words(d)} {t}" for d, t in zip(frame["day"], frame["time"], strict=True)
    ]
    return frame


def _choose(frame: pd.DataFrame) -> tuple[str, date | None]:
    queues = list(frame["queue"].unique())
    days = sorted(frame["day"].unique())
    with st.container(horizontal=True):
        queue = st.segmented_control(
            say("Queue"), queues, default=queues[0], required=True, key="forecast-queue"
        )
        day = st.segmented_control(
            say("Day"),
            [_WEEK, *days],
            default=_WEEK,
            required=True,
            format_func=lambda each: say(_WEEK) if each == _WEEK else day_words(each),
            key=f"forecast-day-{days[0]}",
        )
    return queue, None if day == _WEEK else day


def _draw(part: pd.DataFrame, *, whole_week: bool) -> None:
    part = part.assign(date=[str(day) for day in part["day"]]).drop(columns="day")
    axis = alt.Axis(labelAngle=-90)
    if whole_week:
        firsts = part.groupby("date", sort=False)["moment"].first()
        names = {at: words().weekday(date.fromisoformat(day)) for day, at in firsts.items()}
        labels = f"{json.dumps(names)}[datum.label]"
        axis = alt.Axis(values=firsts.tolist(), labelExpr=labels, **_LEFT)
    x = alt.X("moment:O" if whole_week else "time:O", sort=None, title=None, axis=axis)
    tip = [
        alt.Tooltip("moment", title=say("time")),
        alt.Tooltip("contacts", title=say("contacts"), format=".1f"),
        alt.Tooltip("p10", format=".1f"),
        alt.Tooltip("p90", format=".1f"),
    ]
    base = alt.Chart(part).encode(x=x, detail="date:N")
    band = base.mark_area(opacity=0.3, color=SCHEDULED).encode(
        y=alt.Y("p10:Q", title=say("contacts"), axis=axis_y()), y2="p90:Q"
    )
    mean = base.mark_line(color=SCHEDULED, point=not whole_week and {"color": SCHEDULED}).encode(
        y="contacts:Q", tooltip=tip
    )
    bars = base.mark_bar(color="#8a8f98").encode(
        y=alt.Y("required:Q", title=say("required agents"), axis=axis_y()),
        tooltip=[
            alt.Tooltip("moment", title=say("time")),
            alt.Tooltip("required", title=say("required")),
            alt.Tooltip("base", title=say("base")),
        ],
    )
    for chart, height, told in (
        (alt.layer(band, mean), 260, say("Contacts expected with their range, per interval")),
        (bars, 170, say("Agents required, per interval")),
    ):
        st.altair_chart(chart.properties(height=height).configure_axisX(grid=False), alt=told)


def _tabulate(part: pd.DataFrame, plan: WeekPlan, *, whole_week: bool) -> None:
    tenth, whole = "%.1f", "%.0f"
    if whole_week:
        hours = plan.requirement.grid.interval_s / 3600
        days = part.groupby("day", sort=False)
        table = pd.DataFrame(
            {
                say("day"): [day_words(day) for day in part["day"].unique()],
                say("contacts"): days["contacts"].sum().to_numpy(),
                say("peak agents"): days["required"].max().to_numpy(),
                say("agent-hours"): (days["required"].sum() * hours).to_numpy(),
            }
        )
        formats = {say("contacts"): tenth, say("agent-hours"): tenth}
    else:
        table = pd.DataFrame(
            {
                say("time"): part["time"],
                say("contacts"): part["contacts"],
                "p10": part["p10"],
                "p90": part["p90"],
                say("AHT, s"): part["AHT, s"],
                say("base"): part["base"],
                say("required"): part["required"],
            }
        )
        formats = {say("contacts"): tenth, "p10": tenth, "p90": tenth, say("AHT, s"): whole}
    st.dataframe(
        table,
        hide_index=True,
        column_config={
            name: st.column_config.NumberColumn(format=form) for name, form in formats.items()
        },
        height="auto" if whole_week else 420,
        alt=say("The same numbers as a table"),
    )
