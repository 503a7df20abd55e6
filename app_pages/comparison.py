"""Two solves of the same week, side by side, with their differences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

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


def _measures(baseline: dict[str, Any], scenario: dict[str, Any]) -> Iterator[Row]:
    before, after = baseline["numbers"], scenario["numbers"]
    yield say("Contacts"), _contacts(baseline), _contacts(scenario), "number"
    yield say("Agents with shifts"), baseline["agents"], scenario["agents"], "count"
    yield say("Paid hours"), before["paid_hours"], after["paid_hours"], "number"
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
