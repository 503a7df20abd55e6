"""Questions about a roster at the terminal: why it is short, why a wish is not in it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from scheduler.cli.door import (
    AsJson,
    CaseName,
    Seed,
    Week,
    Workers,
    app,
    day_of,
    max_bytes,
    open_case,
    settings,
    user,
)
from scheduler.errors import Fault, InputError
from scheduler.rostering.params import SolveParams
from scheduler.terminal import out, print_json, table
from scheduler.workflows import reasons


@app.command()
def why(
    case: CaseName,
    roster: Path,
    agent: Annotated[str, typer.Option(help="Id of the agent whose day is asked about.")] = "",
    date_: Annotated[
        datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="The agent's date.")
    ] = None,
    shift: Annotated[
        str | None, typer.Option(help='The shift wished for; "off" for a day off.')
    ] = None,
    week: Week = None,
    seconds: Annotated[float, typer.Option(help="Time limit of the search.")] = 5.0,
    workers: Workers = None,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Say why a roster is short and what would help, or why an agent's wish is not in it."""
    if bool(agent) != (date_ is not None):
        raise InputError(
            Fault(column="--agent, --date", expected="both or neither", found="one of them")
        )
    if date_ is None:
        found = reasons.why_short(
            user(), open_case(case), roster, week=day_of(week), max_bytes=max_bytes()
        )
    else:
        found = reasons.why_wish(
            user(),
            open_case(case),
            roster,
            agent_id=agent,
            day=date_.date(),
            shift="" if shift == "off" else shift,
            max_bytes=max_bytes(),
            week=day_of(week),
            params=SolveParams(seconds=seconds, workers=workers or settings().workers, seed=seed),
        )
    if as_json:
        print_json(found)
    elif date_ is None:
        _print_short(found)
    else:
        _print_wish(found)


def _print_short(found: dict[str, Any]) -> None:
    console = out()
    if not found["short"]:
        console.print("Every promise is kept; nothing is short.")
        return
    rows = [
        (
            each["queue"],
            f"{each['start'][:16].replace('T', ' ')} – {each['end'][11:16]}",
            f"{each['there']:g} of {each['wanted']}",
            each["at_work"],
            each["could_without_breaking_a_rule"],
            ", ".join(f"{rule} {count}" for rule, count in each["kept_off"].items()) or None,
        )
        for each in found["short"]
    ]
    columns = ("queue", "when", "there", "at work", "could", "kept off by (agents)")
    console.print(table("Where it is short, and why", columns, rows))
    worth = found["worth"]
    told = [*worth["agents"], *worth["exceptions"], *([worth["hour"]] if worth["hour"] else [])]
    console.print("Worth, in minutes of paid time, with all other shifts as they are:")
    for each in told:
        console.print(f"  · {each['what']}: {each['worth']:,}", markup=False)


def _print_wish(found: dict[str, Any]) -> None:
    console = out()
    who = f"{found['agent']}, {found['date']}: {' and '.join(found['worked']) or 'free'}"
    console.print(f"{who}; wished: {found['wish']} – {found['answer']}", markup=False)
    if found["answer"] == "forbidden":
        console.print("No roster can keep these together and grant it:")
        for clause in found["forbidding"]:
            console.print(f"  · {clause['words']}  [{clause['rule']}]", markup=False)
    if found["cost"] is not None:
        console.print(f"Granting it costs {found['cost']:+,} minutes of paid time:")
        for rule, cost in found["costs"].items():
            console.print(f"  · {rule} {cost:+,}", markup=False)
        if found["cost_at_least"] is None:
            console.print("A search of more --seconds might find it cheaper.")
    if found["alone"] and found["alone"]["breaks"]:
        console.print("With all other shifts as they are it breaks:")
        for words in found["alone"]["breaks"]:
            console.print(f"  · {words}", markup=False)
