"""The planner at the terminal: calculator, forecast, its accuracy, requirement, hiring."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from scheduler.cli.door import (
    AsJson,
    CaseName,
    Week,
    app,
    day_of,
    duration,
    max_bytes,
    open_case,
    user,
)
from scheduler.staffing.patience import PatienceFit
from scheduler.terminal import out, print_json, table
from scheduler.workflows import planner, today
from scheduler.workflows.hiring import people_numbers, plan_people
from scheduler.workflows.outcome import finite

Trees = Annotated[
    bool, typer.Option("--trees", help="Let boosted trees compete: a year of history, extra time.")
]


@app.command()
def erlang(
    offered: Annotated[float, typer.Option(help="Contacts arriving in the interval.")],
    aht: Annotated[str, typer.Option(help="Mean handling time, such as 180s.")],
    interval: Annotated[str, typer.Option(help="Length of the interval.")] = "30m",
    answer_within: Annotated[str, typer.Option(help="Threshold of the target.")] = "20s",
    service_level: Annotated[float, typer.Option(help="Share to answer within it.")] = 0.8,
    patience: Annotated[str | None, typer.Option(help="Mean time to abandon.")] = None,
    definition: Annotated[str, typer.Option(help="Meaning of service level.")] = (
        "answered_of_offered"
    ),
    agents: Annotated[int | None, typer.Option(min=0, help="Agents, instead of a search.")] = None,
    shrinkage: Annotated[float, typer.Option(help="Share of rostered time lost.")] = 0.0,
    as_json: AsJson = False,
) -> None:
    """Compute the smallest number of agents that meets a target, or what N agents give."""
    answer = planner.calculate(
        offered=offered,
        interval=duration("--interval", interval),
        aht=duration("--aht", aht),
        answer_within=duration("--answer-within", answer_within),
        target=service_level,
        patience=None if patience is None else duration("--patience", patience),
        definition=definition,
        agents=agents,
        shrinkage=shrinkage,
    )
    if as_json:
        print_json(answer)
    else:
        out().print(table("Erlang", ("figure", "value"), list(answer.items())))


@app.command()
def forecast(
    case: CaseName,
    week: Week = None,
    weeks: Annotated[int, typer.Option(min=1, max=64)] = 1,
    so_far: Annotated[
        Path | None, typer.Option(help="CSV of today's intervals that are over: the rest anew.")
    ] = None,
    trees: Trees = False,
    out_file: Annotated[Path | None, typer.Option("--out", help="CSV to write.")] = None,
    as_json: AsJson = False,
) -> None:
    """Forecast the contacts of a case's queues, with their range."""
    team = open_case(case)
    found = planner.forecast(user(), team, week=day_of(week), weeks=weeks, trees=trees)
    if so_far is not None:
        found = today.forecast_rest(user(), team, found, so_far, max_bytes=max_bytes())
    if out_file is not None:
        planner.write_forecast(found, out_file)
    numbers = {
        "model": dict(zip(found.queues, found.models, strict=True)),
        "intervals": len(found.grid),
        "offered": {queue: found.total(queue) for queue in found.queues},
        "remarks": [str(remark) for remark in found.remarks],
    }
    if as_json:
        print_json(numbers)
        return
    rows = [
        (q, m, f"{found.total(q):,.0f}") for q, m in zip(found.queues, found.models, strict=True)
    ]
    out().print(table("Forecast", ("queue", "model", "contacts"), rows))


@app.command()
def backtest(
    history: Annotated[Path, typer.Argument(help="CSV with interval_start and offered or calls.")],
    horizon_days: Annotated[int, typer.Option(min=1, max=60)] = 7,
    origins: Annotated[int, typer.Option(min=1, max=500)] = 12,
    timezone: Annotated[str, typer.Option(help="Zone of times without offset.")] = "",
    queue: Annotated[str, typer.Option(help="Which queue, where there are several.")] = "",
    opening: Annotated[str, typer.Option(help='Such as "Mon-Fri 07:00-21:00".')] = "",
    country: Annotated[str, typer.Option(help="Whose public holidays are no usual days.")] = "",
    special_days: Annotated[
        Path | None, typer.Option(help="CSV as special_days.csv of a case.")
    ] = None,
    first_origin: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day forecast.")
    ] = None,
    every: Annotated[
        int | None, typer.Option(min=1, help="Usual days from each origin to the next.")
    ] = None,
    frozen: Annotated[
        Path | None, typer.Option(help="Score this CSV of `forecast --out` instead.")
    ] = None,
    trees: Trees = False,
    as_json: AsJson = False,
) -> None:
    """Forecast the past from rolling origins and score every model."""
    if frozen is not None:
        answer = planner.backtest_frozen(
            history, frozen, timezone=timezone, max_bytes=max_bytes(), queue=queue
        )
        title = f"{frozen.name}: {answer['intervals']} intervals"
    else:
        answer = planner.backtest(
            history,
            timezone=timezone,
            max_bytes=max_bytes(),
            queue=queue,
            opening=opening,
            horizon_days=horizon_days,
            origins=origins,
            country=country,
            first_origin=day_of(first_origin),
            every=every,
            special_days=special_days,
            trees=trees,
        )
        title = f"{answer['horizon_days']} days, {answer['origins']} origins from "
        title += f"{answer['first_origin']} to {answer['last_origin']}; Poisson floor "
        title += f"{answer['poisson_floor']:.1%}"
    if as_json:
        print_json(answer)
        return
    kinds = {"wape": ".1%", "bias": "+.1%", "coverage80": ".0%", "pinball": ".2f"}
    rows = [
        (name, *("–" if m[key] is None else format(m[key], kind) for key, kind in kinds.items()))
        for name, m in answer["models"].items()
    ]
    out().print(table(title, ("model", "WAPE", "bias", "80 % range", "pinball"), rows))


@app.command()
def staff(
    case: CaseName,
    week: Week = None,
    out_file: Annotated[Path | None, typer.Option("--out", help="CSV to write.")] = None,
    as_json: AsJson = False,
) -> None:
    """Compute the agents that every interval of every queue needs."""
    plan = planner.requirement(user(), open_case(case), week=day_of(week))
    need = plan.need
    if out_file is not None:
        planner.write_requirement(need, out_file)
    hours = need.grid.interval_s / 3600
    numbers = {
        "intervals": len(need.grid),
        "queues": {
            queue.name: {
                "offered": float(need.offered[row].sum()),
                "peak_required": int(need.required[row].max()),
                "required_hours": float(need.required[row].sum() * hours),
                "patience_s": None if queue.deferred else finite(queue.patience_s),
                "staff_for": queue.staff_for,
                **(asdict(plan.risks[queue.name]) if queue.name in plan.risks else {}),
                **_fitted(plan.patience.get(queue.name)),
            }
            for row, queue in enumerate(need.queues)
        },
        "remarks": [str(remark) for remark in plan.remarks],
    }
    if as_json:
        print_json(numbers)
        return
    rows = [
        (
            name,
            f"{q['offered']:,.0f}",
            q["peak_required"],
            f"{q['required_hours']:,.1f}",
            f"{q['target_chance']:.0%}" if "target_chance" in q else None,
        )
        for name, q in numbers["queues"].items()  # type: ignore[attr-defined]  # a dict of dicts
    ]
    out().print(
        table(
            "Requirement", ("queue", "contacts", "peak agents", "agent-hours", "target met"), rows
        )
    )


@app.command()
def capacity(
    case: CaseName,
    week: Week = None,
    weeks: Annotated[int, typer.Option(min=1, max=64, help="How many weeks to plan.")] = 26,
    as_json: AsJson = False,
) -> None:
    """Plan whom to hire in which week, over months."""
    numbers = people_numbers(plan_people(user(), open_case(case), weeks=weeks, start=day_of(week)))
    if as_json:
        print_json(numbers)
        return
    columns = (
        "week of", "contacts", "needed", "start", "employed", "on the queues", "missing", "idle",
    )  # fmt: skip
    rows = [
        (
            row["monday"],
            f"{row['offered']:,.0f}",
            *(f"{row[key]:.1f}" if key != "hires" else row[key] for key in list(row)[2:]),
        )
        for row in numbers["weeks"]
    ]
    out().print(table("Hiring plan, in people", columns, rows))
    out().print(
        f"People to start: {numbers['hires']}. The plan costs {numbers['cost']:,.0f} in hiring, "
        f"idle and missing time, {numbers['status']} (none costs less than "
        f"{numbers['bound']:,.0f}). "
        f"{numbers['headcount']} people now, {numbers['hours_week']:g} paid hours a week each, "
        f"{numbers['shrinkage']:.0%} of them lost."
    )


def _fitted(fit: PatienceFit | None) -> dict[str, Any]:
    if fit is None:
        return {}
    return {
        "patience_ci95": [finite(fit.low_s), finite(fit.high_s)],
        "patience_from": {"abandoned": fit.abandoned, "waited_s": fit.waited_s},
    }
