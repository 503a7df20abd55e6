"""Two solves of the same week, side by side, with their differences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from app_pages.language import number_words, say, share

Row = tuple[str, float | None, float | None, str]


def comparison_frame(baseline: dict[str, Any], scenario: dict[str, Any]) -> pd.DataFrame:
    """Lay out baseline, scenario and difference in words, one measure a row.

    Parameters
    ----------
    baseline, scenario
        See :func:`scheduler.workflows.scenario_result.scenario_document`, both with a roster.
    """
    return pd.DataFrame(
        [
            {
                say("measure"): name,
                say("baseline"): _words(before, unit),
                say("scenario"): _words(after, unit),
                say("difference"): _difference(before, after, unit),
            }
            for name, before, after, unit in _measures(baseline, scenario)
        ]
    )


def scenarios_frame(found: Mapping[str, dict[str, Any]]) -> pd.DataFrame:
    """Lay out all scenarios in words, one a row, the baseline first.

    Parameters
    ----------
    found
        By name; see :func:`scheduler.workflows.scenario_result.scenario_document`.
    """
    return pd.DataFrame([_row(name, each) for name, each in found.items()])


def _row(name: str, result: dict[str, Any]) -> dict[str, str]:
    numbers = result["numbers"]
    row = {
        say("scenario"): name,
        say("Paid hours"): _words(numbers["paid_hours"], "number"),
        say("Cost"): _words(result.get("cost"), "number"),
        say("Agents with shifts"): _words(result["agents"], "count"),
        say("Below requirement, agent-hours"): _words(numbers["shortfall_hours"], "number"),
    }
    for queue, figures in numbers["service_level"].items():
        row[queue] = _with_interval(figures)
    row[say("Promise")] = say("kept") if numbers["promise_kept"] else say("not kept")
    return row


def _with_interval(figures: dict[str, Any]) -> str:
    low, high = figures["ci95"]
    level = share(figures["simulated"])
    return level if low is None or high is None else f"{level} ({share(low)} – {share(high)})"


def hours_chart(found: Mapping[str, dict[str, Any]]) -> None:
    """Draw the service level of every queue against paid hours, a point a scenario."""
    rows = [
        {
            "scenario": name,
            "hours": each["numbers"]["paid_hours"],
            "queue": queue,
            "level": figures["simulated"],
        }
        for name, each in found.items()
        for queue, figures in each["numbers"]["service_level"].items()
    ]
    chart = (
        alt.Chart(pd.DataFrame(rows))
        .mark_point(filled=True, size=90)
        .encode(
            x=alt.X("hours:Q", title=say("Paid hours"), scale=alt.Scale(zero=False)),
            y=alt.Y(
                "level:Q",
                title=say("Service level"),
                axis=alt.Axis(format="%"),
                scale=alt.Scale(zero=False),
            ),
            color=alt.Color("queue:N", title=say("Queue")),
            shape=alt.Shape("queue:N", title=say("Queue")),
            tooltip=["scenario:N", "queue:N", "hours:Q", alt.Tooltip("level:Q", format=".1%")],
        )
        .properties(height=320)
    )
    st.altair_chart(chart)


def _measures(baseline: dict[str, Any], scenario: dict[str, Any]) -> Iterator[Row]:
    before, after = baseline["numbers"], scenario["numbers"]
    yield say("Contacts"), _contacts(baseline), _contacts(scenario), "number"
    yield say("Agents with shifts"), baseline["agents"], scenario["agents"], "count"
    yield say("Paid hours"), before["paid_hours"], after["paid_hours"], "number"
    if baseline.get("cost") is not None and scenario.get("cost") is not None:
        yield say("Cost"), baseline["cost"], scenario["cost"], "number"
    yield (
        say("Below requirement, agent-hours"),
        before["shortfall_hours"],
        after["shortfall_hours"],
        "number",
    )
    for queue in before["service_level"]:
        yield from _of_queue(queue, before["service_level"][queue], after["service_level"][queue])


def _of_queue(queue: str, before: dict[str, Any], after: dict[str, Any]) -> Iterator[Row]:
    yield say("{queue}: promise", queue=queue), before["target"], after["target"], "share"
    simulated = say("{queue}: service level, simulated", queue=queue)
    yield simulated, before["simulated"], after["simulated"], "share"
    for name, key, unit in (
        (say("{queue}: ASA, s", queue=queue), "asa_s", "number"),
        (say("{queue}: occupancy", queue=queue), "occupancy", "share"),
    ):
        yield name, _mean(before[key]), _mean(after[key]), unit


def _contacts(result: dict[str, Any]) -> float:
    return sum(float(row["offered"]) for row in result["coverage"])


def _mean(figure: dict[str, Any] | None) -> float | None:
    return None if figure is None else figure["mean"]


def _words(value: float | None, unit: str) -> str:
    if value is None:
        return "–"
    return share(value) if unit == "share" else number_words(value, int(unit == "number"))


def _difference(before: float | None, after: float | None, unit: str) -> str:
    if before is None or after is None:
        return "–"
    change = after - before
    if unit == "share":
        return say("{change} points", change=f"{100 * change:+.1f}")
    return f"{change:+.0f}" if unit == "count" else f"{change:+,.1f}"
