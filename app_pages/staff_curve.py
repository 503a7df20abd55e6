"""Service against staff: what each agent more or fewer does to an interval."""

from __future__ import annotations

import altair as alt
import pandas as pd
import streamlit as st

from app_pages.coverage import SCHEDULED, clock_words
from app_pages.language import day_words, marked, say, share
from scheduler.staffing.channels import Queue
from scheduler.workflows.week import WeekPlan

_FEWER, _MORE = 8, 12
_COLUMNS = (marked("Agents rostered"), marked("Service level"), marked("The next agent adds"))


def show(plan: WeekPlan, name: str) -> None:
    """Show the curve of an interval of a phone or chat queue, the busiest at first."""
    queue = plan.requirement.queues[row_of(plan, name)]
    found = busy_intervals(plan, name)
    if queue.deferred or not found:
        return
    st.subheader(say("Service against staff"))
    labels = list(found)
    load = plan.requirement.load[row_of(plan, name)]
    busiest = max(labels, key=lambda each: load[found[each]])
    chosen = st.selectbox(
        say("Interval"), labels, index=labels.index(busiest), key=f"curve-at-{name}", width=220
    )
    frame = curve_frame(plan, queue, found[chosen])
    left, right = st.columns([3, 2])
    with left:
        _draw(frame, queue.service_level)
        st.caption(
            say(
                "What is expected in the interval by itself with so many agents rostered, "
                "shrinkage taken off. The line across is the target; the requirement is {n}.",
                n=int(plan.requirement.required[row_of(plan, name), found[chosen]]),
            )
        )
    with right:
        st.dataframe(
            _words(frame),
            hide_index=True,
            height=320,
            alt=say("Service level by agents rostered"),
        )


def _words(frame: pd.DataFrame) -> pd.DataFrame:
    gains = [say("{change} points", change=f"{100 * each:+.1f}") for each in frame["gain"]]
    columns = (frame["agents"], map(share, frame["service_level"]), gains)
    named = zip(_COLUMNS, columns, strict=True)
    return pd.DataFrame({say(name): list(values) for name, values in named})


def row_of(plan: WeekPlan, queue: str) -> int:
    """Return the place of a queue in the requirement."""
    return plan.requirement.index_of(queue)


def busy_intervals(plan: WeekPlan, queue: str) -> dict[str, int]:
    """Return the intervals in which contacts are expected, by their words."""
    need = plan.requirement
    starts = need.grid.starts_local()
    busy = [i for i in range(len(need.grid)) if need.offered[row_of(plan, queue), i] > 0]
    times = clock_words([starts[i] for i in busy], [queue] * len(busy))
    return {f"{day_words(starts[i].date())} {time}": i for i, time in zip(busy, times, strict=True)}


def curve_frame(plan: WeekPlan, queue: Queue, interval: int) -> pd.DataFrame:
    """Lay out the service level around the requirement of an interval, one head count a row.

    ``gain`` is what one agent more would add, as a share.
    """
    row = row_of(plan, queue.name)
    curve = plan.requirement.curves[row][interval]
    required = int(plan.requirement.required[row, interval])
    heads = range(max(required - _FEWER, 0), required + _MORE + 1)
    last = curve.size - 1
    return pd.DataFrame(
        {
            "agents": list(heads),
            "service_level": [float(curve[min(n, last)]) for n in heads],
            "gain": [float(curve[min(n + 1, last)] - curve[min(n, last)]) for n in heads],
        }
    )


def _draw(frame: pd.DataFrame, target: float) -> None:
    x = alt.X("agents:Q", title=say("Agents rostered"), axis=alt.Axis(tickMinStep=1, format="d"))
    y = alt.Y(
        "service_level:Q",
        title=say("Service level"),
        axis=alt.Axis(format="%"),
        scale=alt.Scale(domain=[0, 1]),
    )
    line = alt.Chart(frame).mark_line(point=True, color=SCHEDULED).encode(x=x, y=y)
    rule = alt.Chart(pd.DataFrame({"service_level": [target]})).mark_rule(strokeDash=[4, 4])
    st.altair_chart((line + rule.encode(y=y)).properties(height=300))
