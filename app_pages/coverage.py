"""Coverage of a queue on a day: required and scheduled agents, short, surplus, service level."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from app_pages.language import day_words, marked, say

SCHEDULED, SURPLUS, SHORT = "#4c78a8", "#a9c7e8", "#d55e00"
_FIGURES = ("offered", "required", "scheduled", "shortfall", "surplus", "service_level")
_PARTS = {
    "within": marked("scheduled, needed"),
    "surplus": marked("surplus"),
    "shortfall": marked("short"),
}


def coverage_frame(rows: Iterable[Mapping[str, str]]) -> pd.DataFrame:
    """Turn the rows of ``coverage.csv`` into numbers, open intervals only.

    Adds ``day``, the service's local date, and ``time``, what its clocks show; where they show
    the same twice in a day, with the offset.
    """
    frame = pd.DataFrame(list(rows))
    if frame.empty:
        return frame
    for name in _FIGURES:
        frame[name] = pd.to_numeric(frame[name])
    frame = frame[(frame[["offered", "required", "scheduled"]] > 0).any(axis=1)].copy()
    starts = [datetime.fromisoformat(text) for text in frame["interval_start_local"]]
    frame["day"] = [start.date() for start in starts]
    frame["time"] = clock_words(starts, frame["queue"])
    frame.loc[frame["offered"] == 0, "service_level"] = float("nan")  # nobody to serve
    frame["within"] = frame["scheduled"] - frame["surplus"]
    return frame


def clock_words(starts: list[datetime], series: Iterable[str]) -> list[str]:
    """Write local times as ``07:30``; those that come twice in a day with their offset.

    Parameters
    ----------
    starts
        Aware local times.
    series
        To which series each belongs: a time comes twice only within one.
    """
    seen: dict[tuple[str, datetime], int] = {}
    keys = [
        (name, start.replace(tzinfo=None, fold=0))
        for name, start in zip(series, starts, strict=True)
    ]
    for key in keys:
        seen[key] = seen.get(key, 0) + 1
    return [
        f"{start:%H:%M}" + (f" {start:%z}" if seen[key] > 1 else "")
        for key, start in zip(keys, starts, strict=True)
    ]


def choose_queue_and_day(frame: pd.DataFrame, key: str) -> tuple[str, date]:
    """Let the user choose among the queues and days of a coverage."""
    queues = list(frame["queue"].unique())
    days = sorted(frame["day"].unique())
    with st.container(horizontal=True):
        queue = st.segmented_control(
            say("Queue"), queues, default=queues[0], required=True, key=f"{key}-queue"
        )
        day = st.segmented_control(
            say("Day"),
            days,
            default=days[0],
            required=True,
            format_func=day_words,
            key=f"{key}-day-{days[0]}",
        )
    return queue, day


def part_of(frame: pd.DataFrame, queue: str, day: date) -> pd.DataFrame:
    """Return one queue's intervals of a day."""
    return frame[(frame["queue"] == queue) & (frame["day"] == day)]


def show_coverage(part: pd.DataFrame, target: float, *, most: float | None = None) -> None:
    """Draw one queue's day.

    Parameters
    ----------
    part
        See :func:`part_of`.
    target
        The promised service level, 0 to 1.
    most
        Top of the scale of agents, to compare two charts; by the data if None.
    """
    x = alt.X("time:O", sort=None, title=None, axis=alt.Axis(labelAngle=-90))
    scale = alt.Scale(domainMax=most) if most else alt.Scale()
    agents = alt.layer(_bars(part, x, scale), _required(part, x, scale))
    st.altair_chart(
        agents.properties(height=260).configure_axisX(grid=False),
        alt=say("Agents required and scheduled, per interval"),
    )
    if part["service_level"].notna().any():
        st.altair_chart(
            _levels(part, x, target).properties(height=150).configure_axisX(grid=False),
            alt=say("Expected service level and its target, per interval"),
        )


def axis_y(**more: Any) -> alt.Axis:
    """Give vertical axes one width, so that charts below each other line up."""
    return alt.Axis(minExtent=45, maxExtent=45, **more)


def _bars(part: pd.DataFrame, x: alt.X, scale: alt.Scale) -> Any:
    long = part.melt(
        id_vars=["time", "required", "scheduled"], value_vars=list(_PARTS), var_name="part"
    )
    names = {part: say(words) for part, words in _PARTS.items()}
    long["what"] = long["part"].map(names)
    long["layer"] = long["part"].map({name: n for n, name in enumerate(_PARTS)})
    # The last name and colour are the ticks' of the other layer, for one legend of both.
    colour = alt.Scale(
        domain=[*names.values(), say("required")], range=[SCHEDULED, SURPLUS, SHORT, ink()]
    )
    return (
        alt.Chart(long)
        .mark_bar()
        .encode(
            x=x,
            y=alt.Y("value:Q", title=say("agents"), scale=scale, axis=axis_y()),
            color=alt.Color("what:N", scale=colour, legend=alt.Legend(orient="top", title=None)),
            order="layer:Q",
            tooltip=[
                alt.Tooltip("time", title=say("time")),
                alt.Tooltip("what", title=say("what")),
                alt.Tooltip("value", title=say("agents"), format=".1f"),
                alt.Tooltip("required", title=say("required")),
                alt.Tooltip("scheduled", title=say("scheduled")),
            ],
        )
    )


def _required(part: pd.DataFrame, x: alt.X, scale: alt.Scale) -> Any:
    ticks = alt.Chart(part).mark_tick(thickness=3, orient="horizontal", color=ink())
    return ticks.encode(x=x, y=alt.Y("required:Q", scale=scale, axis=axis_y()))


def _levels(part: pd.DataFrame, x: alt.X, target: float) -> Any:
    axis = axis_y(format="%", values=[0, 0.25, 0.5, 0.75, 1])
    line = (
        alt.Chart(part)
        .mark_line(point={"color": SCHEDULED}, color=SCHEDULED)
        .encode(
            x=x,
            y=alt.Y(
                "service_level:Q",
                title=say("service level"),
                scale=alt.Scale(domain=[0, 1]),
                axis=axis,
            ),
            tooltip=[
                alt.Tooltip("time", title=say("time")),
                alt.Tooltip("service_level", title=say("service level"), format=".1%"),
            ],
        )
    )
    rule = alt.Chart(pd.DataFrame({"target": [target]})).mark_rule(strokeDash=[5, 4], color=ink())
    return alt.layer(line, rule.encode(y="target:Q"))


def ink() -> str:
    """Return a colour for lines that shows on the page's background."""
    return "#fafafa" if st.context.theme.type == "dark" else "#111827"


def show_table(part: pd.DataFrame) -> None:
    """Show the numbers behind the chart."""
    tenth, per_cent = "%.1f", "percent"
    columns = {
        "time": (say("time"), None),
        "offered": (say("offered"), tenth),
        "required": (say("required"), None),
        "scheduled": (say("scheduled"), tenth),
        "shortfall": (say("short"), tenth),
        "surplus": (say("surplus"), tenth),
        "service_level": (say("service"), per_cent),
    }
    st.dataframe(
        part[list(columns)],
        hide_index=True,
        column_config={
            name: st.column_config.Column(label)
            if form is None
            else st.column_config.NumberColumn(label, format=form)
            for name, (label, form) in columns.items()
        },
        height=400,
        placeholder="–",
        alt=say("The same numbers as a table"),
    )
