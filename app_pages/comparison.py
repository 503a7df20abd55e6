"""Two solves of the same week, side by side, with their differences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

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
                "measure": name,
                "baseline": _words(before, unit),
                "scenario": _words(after, unit),
                "difference": _difference(before, after, unit),
            }
            for name, before, after, unit in _measures(baseline, scenario)
        ]
    )


def _measures(baseline: dict[str, Any], scenario: dict[str, Any]) -> Iterator[Row]:
    before, after = baseline["numbers"], scenario["numbers"]
    yield "Contacts", _contacts(baseline), _contacts(scenario), "number"
    yield "Agents with shifts", baseline["agents"], scenario["agents"], "count"
    yield "Paid hours", before["paid_hours"], after["paid_hours"], "number"
    yield (
        "Below requirement, agent-hours",
        before["shortfall_hours"],
        after["shortfall_hours"],
        "number",
    )
    for queue in before["service_level"]:
        yield from _of_queue(queue, before["service_level"][queue], after["service_level"][queue])


def _of_queue(queue: str, before: dict[str, Any], after: dict[str, Any]) -> Iterator[Row]:
    yield f"{queue}: promise", before["target"], after["target"], "share"
    yield f"{queue}: service level, simulated", before["simulated"], after["simulated"], "share"
    yield f"{queue}: ASA, s", _mean(before["asa_s"]), _mean(after["asa_s"]), "number"
    yield f"{queue}: occupancy", _mean(before["occupancy"]), _mean(after["occupancy"]), "share"


def _contacts(result: dict[str, Any]) -> float:
    return sum(float(row["offered"]) for row in result["coverage"])


def _mean(figure: dict[str, Any] | None) -> float | None:
    return None if figure is None else figure["mean"]


def _words(value: float | None, unit: str) -> str:
    if value is None:
        return "–"
    return {"share": f"{value:.1%}", "count": f"{value:.0f}"}.get(unit, f"{value:,.1f}")


def _difference(before: float | None, after: float | None, unit: str) -> str:
    if before is None or after is None:
        return "–"
    change = after - before
    shares = f"{100 * change:+.1f} points"
    return {"share": shares, "count": f"{change:+.0f}"}.get(unit, f"{change:+,.1f}")
