"""The terminal door: ``callboard`` and its verbs."""

from __future__ import annotations

import getpass
import os
import sys
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from scheduler.access import Role, User
from scheduler.config import Settings, read_settings
from scheduler.errors import CallboardError, Fault, InputError
from scheduler.exchange.case import Case
from scheduler.exchange.read_case import read_case
from scheduler.rostering.params import SolveParams
from scheduler.staffing.deadline import parse_duration
from scheduler.terminal import (
    out,
    print_faults,
    print_json,
    print_outcome,
    print_service,
    search_bar,
    share_bar,
    table,
)
from scheduler.workflows import manager, planner
from scheduler.workflows.outcome import Outcome, certificate_numbers, violation_rows

app = typer.Typer(
    name="callboard",
    help="From call history to a published roster that keeps the service-level promise.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
CaseName = Annotated[
    str, typer.Argument(help="A case folder or workbook, or its name in rosters/.")
]
Week = Annotated[
    datetime | None,
    typer.Option("--week", formats=["%Y-%m-%d"], help="Any date in the week wanted."),
]
Seconds = Annotated[float, typer.Option(help="Time limit of the search.")]
Workers = Annotated[int | None, typer.Option(help="Search threads.")]
Seed = Annotated[int, typer.Option(help="Seed of search and simulation.")]
Replications = Annotated[int, typer.Option(min=2, max=100_000, help="Simulated weeks.")]


def main() -> None:
    """Run the terminal door; every deliberate error ends in exit code 2."""
    try:
        app()
    except InputError as error:
        print_faults(error)
        sys.exit(2)
    except CallboardError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)


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
        interval=_duration("--interval", interval),
        aht=_duration("--aht", aht),
        answer_within=_duration("--answer-within", answer_within),
        target=service_level,
        patience=None if patience is None else _duration("--patience", patience),
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
    out_file: Annotated[Path | None, typer.Option("--out", help="CSV to write.")] = None,
    as_json: AsJson = False,
) -> None:
    """Forecast the contacts of a case's queues, with their range."""
    found = planner.forecast(_user(), _case(case), week=_day(week), weeks=weeks)
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
    as_json: AsJson = False,
) -> None:
    """Forecast the past from rolling origins and score every model."""
    answer = planner.backtest(
        history,
        timezone=timezone,
        max_bytes=_max_bytes(),
        queue=queue,
        opening=opening,
        horizon_days=horizon_days,
        origins=origins,
        country=country,
    )
    if as_json:
        print_json(answer)
        return
    rows = [
        (
            name,
            f"{m['wape']:.1%}",
            f"{m['bias']:+.1%}",
            f"{m['coverage80']:.0%}",
            f"{m['pinball']:.2f}",
        )
        for name, m in answer["models"].items()
    ]
    title = f"{answer['horizon_days']} days, {answer['origins']} origins; Poisson floor "
    title += f"{answer['poisson_floor']:.1%}"
    out().print(table(title, ("model", "WAPE", "bias", "80 % range", "pinball"), rows))


@app.command()
def staff(
    case: CaseName,
    week: Week = None,
    out_file: Annotated[Path | None, typer.Option("--out", help="CSV to write.")] = None,
    as_json: AsJson = False,
) -> None:
    """Compute the agents that every interval of every queue needs."""
    need, risks = planner.requirement(_user(), _case(case), week=_day(week))
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
                **(asdict(risks[queue.name]) if queue.name in risks else {}),
            }
            for row, queue in enumerate(need.queues)
        },
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
def solve(
    case: CaseName,
    week: Week = None,
    seconds: Seconds = 60.0,
    workers: Workers = None,
    seed: Seed = 0,
    replications: Replications = manager.REPLICATIONS,
    out_dir: Annotated[Path | None, typer.Option("--out", help="Folder for the files.")] = None,
    as_json: AsJson = False,
) -> None:
    """Make the week's roster and certify the service it will give."""
    _solve(_case(case), _day(week), seconds, workers, seed, replications, out_dir, as_json)


@app.command()
def demo(
    seconds: Seconds = 30.0,
    workers: Workers = None,
    seed: Seed = 0,
    replications: Replications = manager.REPLICATIONS,
    out_dir: Annotated[Path | None, typer.Option("--out", help="Folder for the files.")] = None,
    as_json: AsJson = False,
) -> None:
    """Walk the whole chain on the sample team in rosters/demo."""
    _solve(_case("demo"), None, seconds, workers, seed, replications, out_dir, as_json)


def _solve(
    case: Case,
    week: date | None,
    seconds: float,
    workers: int | None,
    seed: int,
    replications: int,
    folder: Path | None,
    as_json: bool,
) -> None:
    user = _user()
    params = SolveParams(seconds=seconds, workers=workers or _settings().workers, seed=seed)
    with search_bar(seconds, quiet=as_json) as report:
        outcome = manager.make_roster(
            user, case, week=week, params=params, progress=report, replications=replications
        )
    numbers = manager.numbers(user, outcome)
    if folder is not None and outcome.result.roster is not None:
        manager.export_roster(user, outcome, folder, made=datetime.now(UTC))
        numbers["files"] = str(folder)
    if as_json:
        print_json(numbers)
    else:
        print_outcome(outcome, numbers)
        if "files" in numbers:
            out().print(
                f"Files in {folder}: roster.html, roster.xlsx, roster.csv, coverage.csv, calendars/"
            )
    _exit_unless(_made(outcome))


def _made(outcome: Outcome) -> bool:
    return outcome.result.roster is not None


@app.command()
def check(case: CaseName, roster: Path, week: Week = None, as_json: AsJson = False) -> None:
    """Check any roster against every hard rule, a hand-made one too."""
    found = manager.check_roster(
        _user(), _case(case), roster, week=_day(week), max_bytes=_max_bytes()
    )
    rows = violation_rows(found)
    if as_json:
        print_json({"violations": rows})
    elif rows:
        out().print(table("Violations", ("rule", "what"), [(r["rule"], r["words"]) for r in rows]))
    else:
        out().print("No hard rule is broken.")
    _exit_unless(not rows)


@app.command()
def simulate(
    case: CaseName,
    roster: Path,
    week: Week = None,
    replications: Replications = manager.REPLICATIONS,
    seed: Seed = 1,
    as_json: AsJson = False,
) -> None:
    """Simulate what customers would feel with a roster."""
    with share_bar("simulating", quiet=as_json) as report:
        found = manager.simulate_roster(
            _user(),
            _case(case),
            roster,
            week=_day(week),
            max_bytes=_max_bytes(),
            replications=replications,
            seed=seed,
            progress=report,
        )
    queues = certificate_numbers(found)
    for queue in queues.values():
        queue["service_level"] = {"mean": queue["simulated"], "ci95": queue["ci95"]}
    if as_json:
        print_json({"queues": queues, "replications": replications, "seed": seed})
    else:
        print_service(queues)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535)] = None,
) -> None:
    """Open the app and the HTTP door."""
    from scheduler.server import run  # the web door loads seconds of libraries

    settings = _settings()
    run(settings, host=host or settings.host, port=port or settings.port)


def _exit_unless(good: bool) -> None:
    if not good:
        raise typer.Exit(1)


def _user() -> User:
    """Whoever holds the terminal holds the files, and so may do everything."""
    return User(name=getpass.getuser(), role=Role.ADMINISTRATOR)


def _settings() -> Settings:
    return read_settings(os.environ, Path.cwd())


def _max_bytes() -> int:
    return _settings().max_upload_mb * 1_000_000


def _case(name: str) -> Case:
    path = Path(name)
    if not path.exists():
        path = _settings().rosters / name
    return read_case(path, max_bytes=_max_bytes())


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()


def _duration(option: str, text: str) -> Any:
    try:
        return parse_duration(text)
    except InputError as error:
        raise InputError(
            Fault(column=option, expected=f.expected, found=f.found) for f in error.faults
        ) from None
