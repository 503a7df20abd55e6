"""Forecast and requirement: what is to come, and how many agents it needs."""

from __future__ import annotations

from datetime import date
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from app_pages.coverage import SCHEDULED, axis_y, clock_words
from app_pages.visit import Visit, bullets, complain, day_words, week_words
from app_pages.week_choice import choose_week
from scheduler.errors import CallboardError
from scheduler.workflows.desk import see_week
from scheduler.workflows.week import WeekPlan

TITLE = "Forecast"
_WEEK = "Week"
_LEFT: dict[str, Any] = {"labelAngle": 0, "labelAlign": "left", "labelOverlap": False}


def show(visit: Visit) -> None:
    """Show the page."""
    st.header("Forecast and requirement")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        choice = choose_week(visit)
    if choice is None:
        return
    st.caption(f"Week of {week_words(choice.monday)}; times are {choice.case.zone}.")
    try:
        plan = see_week(visit.user, choice.case, choice.monday)
    except CallboardError as error:
        complain(error)
        return
    frame = week_frame(plan)
    if frame.empty:
        st.info("Every queue is closed in this week. Choose another one.")
        return
    queue, day = _choose(frame)
    part = frame[frame["queue"] == queue]
    if day is not None:
        part = part[part["day"] == day]
    model = plan.forecast.models[plan.forecast.queues.index(queue)]
    left, right = st.columns([3, 2])
    with left:
        _draw(part, whole_week=day is None)
        st.caption(
            f"Contacts per interval: the line is the mean, the band holds 80 % of what may come "
            f"(p10 to p90). Model: {model}. Bars: agents to roster, shrinkage of "
            f"{plan.requirement.shrinkage:.1%} included."
        )
    with right:
        _tabulate(part, plan, whole_week=day is None)
    if plan.remarks:
        with st.expander("What was noticed in the data"):
            bullets(str(remark) for remark in plan.remarks)


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
            "Queue", queues, default=queues[0], required=True, key="forecast-queue"
        )
        day = st.segmented_control(
            "Day",
            [_WEEK, *days],
            default=_WEEK,
            required=True,
            format_func=lambda each: each if each == _WEEK else day_words(each),
            key=f"forecast-day-{days[0]}",
        )
    return queue, None if day == _WEEK else day


def _draw(part: pd.DataFrame, *, whole_week: bool) -> None:
    part = part.assign(date=[str(day) for day in part["day"]]).drop(columns="day")
    axis = alt.Axis(labelAngle=-90)
    if whole_week:
        firsts = part.groupby("date", sort=False)["moment"].first()
        axis = alt.Axis(values=firsts.tolist(), labelExpr="slice(datum.label, 0, 3)", **_LEFT)
    x = alt.X("moment:O" if whole_week else "time:O", sort=None, title=None, axis=axis)
    tip = ["moment", *(alt.Tooltip(n, format=".1f") for n in ("contacts", "p10", "p90"))]
    base = alt.Chart(part).encode(x=x, detail="date:N")
    band = base.mark_area(opacity=0.3, color=SCHEDULED).encode(
        y=alt.Y("p10:Q", title="contacts", axis=axis_y()), y2="p90:Q"
    )
    mean = base.mark_line(color=SCHEDULED, point=not whole_week and {"color": SCHEDULED}).encode(
        y="contacts:Q", tooltip=tip
    )
    bars = base.mark_bar(color="#8a8f98").encode(
        y=alt.Y("required:Q", title="required agents", axis=axis_y()),
        tooltip=["moment", "required", "base"],
    )
    for chart, height, words in (
        (alt.layer(band, mean), 260, "Contacts expected with their range, per interval"),
        (bars, 170, "Agents required, per interval"),
    ):
        st.altair_chart(chart.properties(height=height).configure_axisX(grid=False), alt=words)


def _tabulate(part: pd.DataFrame, plan: WeekPlan, *, whole_week: bool) -> None:
    tenth = st.column_config.NumberColumn(format="%.1f")
    if whole_week:
        hours = plan.requirement.grid.interval_s / 3600
        days = part.groupby("day", sort=False)
        table = pd.DataFrame(
            {
                "day": [day_words(day) for day in part["day"].unique()],
                "contacts": days["contacts"].sum().to_numpy(),
                "peak agents": days["required"].max().to_numpy(),
                "agent-hours": (days["required"].sum() * hours).to_numpy(),
            }
        )
        config = dict.fromkeys(("contacts", "agent-hours"), tenth)
    else:
        table = part[["time", "contacts", "p10", "p90", "AHT, s", "base", "required"]]
        config = dict.fromkeys(("contacts", "p10", "p90"), tenth)
        config["AHT, s"] = st.column_config.NumberColumn(format="%.0f")
    st.dataframe(
        table,
        hide_index=True,
        column_config=config,
        height="auto" if whole_week else 420,
        alt="The same numbers as a table",
    )
