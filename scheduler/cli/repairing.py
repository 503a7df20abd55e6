"""The manager at the terminal when a published roster no longer fits: repair it, fill a hole."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from scheduler.cli.door import (
    AsJson,
    CaseName,
    Replications,
    Seed,
    Week,
    Workers,
    app,
    day_of,
    exit_unless,
    max_bytes,
    open_case,
    settings,
    user,
)
from scheduler.errors import Fault, InputError
from scheduler.exchange.case import Case
from scheduler.exchange.instants import read_start
from scheduler.rostering.params import SolveParams
from scheduler.terminal import out, print_clash, print_json, print_service, search_bar, table
from scheduler.workflows import filling, manager, repairs
from scheduler.workflows.scenario import Scenario

_ABSENCE = re.compile(r"(?P<agent>.+)=(?P<first>\d{4}-\d\d-\d\d)(\.\.(?P<last>\d{4}-\d\d-\d\d))?")
_DATES = "AGENT=DATE or AGENT=DATE..DATE"


@app.command()
def repair(
    case: CaseName,
    roster: Annotated[Path, typer.Argument(help="The roster as it was published.")],
    sick: Annotated[list[str] | None, typer.Option(help=f"{_DATES}; may be repeated.")] = None,
    leave: Annotated[list[str] | None, typer.Option(help=f"{_DATES}; may be repeated.")] = None,
    volume: Annotated[float, typer.Option(help="Factor on the contacts expected.")] = 1.0,
    freeze: Annotated[
        str, typer.Option(help="What starts before stays; else the first absence's start.")
    ] = "",
    at_most: Annotated[
        int | None, typer.Option(min=0, help="Most people whose days may change.")
    ] = None,
    week: Week = None,
    seconds: Annotated[float, typer.Option(help="Time limit of the repair.")] = 2.0,
    workers: Workers = None,
    seed: Seed = 0,
    replications: Replications = manager.REPLICATIONS,
    out_dir: Annotated[Path | None, typer.Option("--out", help="Folder for the files.")] = None,
    as_json: AsJson = False,
) -> None:
    """Mend a published roster after sickness, leave or more contacts, with few changed days."""
    me, team = user(), open_case(case)
    absences = [*read_absences("sick", sick), *read_absences("leave", leave)]
    params = SolveParams(seconds=seconds, workers=workers or settings().workers, seed=seed)
    with search_bar(seconds, quiet=as_json) as report:
        made = repairs.repair_roster(
            me,
            team,
            roster,
            max_bytes=max_bytes(),
            absences=absences,
            scenario=Scenario(volume=volume),
            freeze=_instant(team, freeze),
            most_touched=at_most,
            week=day_of(week),
            params=params,
            progress=report,
            replications=replications,
        )
    numbers = repairs.repair_numbers(me, made)
    done = made.outcome.result.roster is not None
    if out_dir is not None and done:
        manager.export_roster(me, made.outcome, out_dir, made=datetime.now(UTC))
        numbers["files"] = str(out_dir)
    if as_json:
        print_json(numbers)
    else:
        _print(numbers)
    exit_unless(done)


@app.command()
def fill(
    case: CaseName,
    roster: Annotated[Path, typer.Argument(help="The roster as it was published.")],
    date_: Annotated[
        datetime, typer.Option("--date", formats=["%Y-%m-%d"], help="Date of the missing shift.")
    ],
    shift: Annotated[str, typer.Option(help="Name of the missing shift.")],
    queue: Annotated[str, typer.Option(help="Queue where it is missing.")] = "",
    instead_of: Annotated[str, typer.Option(help="The agent who will not work.")] = "",
    freeze: Annotated[str, typer.Option(help="What starts before stays; else the date.")] = "",
    most: Annotated[int, typer.Option(min=1, help="Candidates to print.")] = 12,
    week: Week = None,
    as_json: AsJson = False,
) -> None:
    """Rank who could fill a hole: what each would break, cost and do for service."""
    me, team = user(), open_case(case)
    found = filling.fill_hole(
        me,
        team,
        roster,
        day=date_.date(),
        shift=shift,
        max_bytes=max_bytes(),
        queue=queue,
        instead_of=instead_of,
        freeze=_instant(team, freeze),
        week=day_of(week),
    )
    numbers = filling.filling_numbers(me, found)
    if as_json:
        print_json(numbers)
    else:
        _print_candidates(numbers, most)
    exit_unless(any(not each["breaks"] for each in numbers["candidates"]))


def _print_candidates(numbers: dict[str, Any], most: int) -> None:
    """Print the best candidates: those who break nothing first."""
    console, hole = out(), numbers["hole"]
    rows = []
    for each in numbers["candidates"][:most]:
        service = [each["service_before"], each["service_after"]]
        rows.append(
            (
                each["name"],
                each["shift"],
                "+".join(each["instead_of"]) or "free",
                f"{each['minutes_of_the_hole'] / 60:g}",
                f"{each['extra_hours']:+g}",
                f"{each['cost']:+,}",
                None if None in service else " → ".join(f"{share:.1%}" for share in service),
            )
        )
    columns = ("agent", "shift", "instead of", "hours of it", "paid", "cost", "service")
    console.print(table(f"Who could work {hole['start']} – {hole['end']}", columns, rows))
    for each in numbers["candidates"][:most]:
        for broken in each["breaks"]:
            console.print(f"  · {broken['words']}  [{broken['rule']}]", markup=False)
    left = len(numbers["candidates"]) - most
    if left > 0:
        console.print(f"and {left} more (--most)")


def read_absences(kind: str, texts: list[str] | None, *, option: str = "") -> list[repairs.Absence]:
    """Read ``AGENT=DATE`` and ``AGENT=DATE..DATE``; every fault at once.

    Raises
    ------
    InputError
        Texts of another form.
    """
    found, faults = [], []
    for text in texts or ():
        match = _ABSENCE.fullmatch(text)
        try:
            if match is None:
                raise ValueError
            first = date.fromisoformat(match["first"])
            last = date.fromisoformat(match["last"] or match["first"])
            found.append(
                repairs.Absence(agent_id=match["agent"], first=first, last=last, kind=kind)
            )
        except ValueError:
            faults.append(Fault(column=f"--{option or kind}", expected=_DATES, found=repr(text)))
    if faults:
        raise InputError(faults)
    return found


def _instant(case: Case, text: str) -> datetime | None:
    """Read the freeze line; a bare date is its midnight, a bare time is the service's."""
    if not text:
        return None
    try:
        return read_start(text, case.zone)
    except InputError as error:
        raise InputError(
            Fault(column="--freeze", expected=f.expected, found=f.found) for f in error.faults
        ) from None


def _print(numbers: dict[str, Any]) -> None:
    """Print what was lost, what changes, and the service before and after."""
    console = out()
    console.print(f"{numbers['case']}: repair – {numbers['status']}", style="bold")
    for each in numbers["lost"]:
        console.print(f"  lost: {each['agent']}, {each['date']}, {each['shift']}", markup=False)
    if numbers["objective"] is None:
        print_clash(numbers)
        return
    rows = [
        (c["agent"], c["date"], "+".join(c["before"]) or "free", "+".join(c["after"]) or "free")
        for c in numbers["changes"]
    ]
    if rows:
        console.print(table("Changed days", ("agent", "date", "before", "after"), rows))
    shares = [
        (s["queue"], *(f"{s[key]:.1%}" for key in ("published", "unrepaired", "repaired")))
        for s in numbers["service_on_the_days"]
    ]
    console.print(
        table("Service on the days", ("queue", "published", "unrepaired", "repaired"), shares)
    )
    print_service(numbers["service_level"])
    cost = numbers["cost"]
    console.print(
        f"People touched: {len(numbers['touched'])}; cost of service and changes "
        f"{cost['repaired']:,}, without any change {cost['unrepaired']:,}; "
        f"{numbers['seconds']:.1f} s."
    )
    if numbers["reason"]:
        console.print(numbers["reason"], markup=False)
    if "files" in numbers:
        console.print(f"Files in {numbers['files']}")
