"""The manager at the terminal: make a roster, check it, simulate it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from scheduler.cli.door import (
    AsJson,
    CaseName,
    Replications,
    Seconds,
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
from scheduler.rostering.params import SolveParams
from scheduler.terminal import (
    out,
    print_json,
    print_outcome,
    print_service,
    search_bar,
    share_bar,
    table,
)
from scheduler.workflows import instance, manager
from scheduler.workflows.outcome import Outcome, certificate_numbers, violation_rows


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
    """Make the week's roster and certify the service it will give.

    A ``.txt`` file is an instance of the Curtois-Qu benchmark: then the answer is its objective
    and a bound, and --out gets the solution in the benchmark's format.
    """
    if case.casefold().endswith(".txt"):
        _solve_instance(Path(case), seconds, workers, seed, out_dir, as_json)
        return
    _solve(open_case(case), day_of(week), seconds, workers, seed, replications, out_dir, as_json)


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
    _solve(open_case("demo"), None, seconds, workers, seed, replications, out_dir, as_json)


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
    me = user()
    params = SolveParams(seconds=seconds, workers=workers or settings().workers, seed=seed)
    with search_bar(seconds, quiet=as_json) as report:
        outcome = manager.make_roster(
            me, case, week=week, params=params, progress=report, replications=replications
        )
    numbers = manager.numbers(me, outcome)
    if folder is not None and outcome.result.roster is not None:
        manager.export_roster(me, outcome, folder, made=datetime.now(UTC))
        numbers["files"] = str(folder)
    if as_json:
        print_json(numbers)
    else:
        print_outcome(outcome, numbers)
        if "files" in numbers:
            out().print(
                f"Files in {folder}: roster.html, roster.xlsx, roster.csv, coverage.csv, calendars/"
            )
    exit_unless(_made(outcome))


def _solve_instance(
    path: Path,
    seconds: float,
    workers: int | None,
    seed: int,
    folder: Path | None,
    as_json: bool,
) -> None:
    if not path.is_file():
        raise InputError(Fault(file=str(path), expected="a file", found="none"))
    params = SolveParams(seconds=seconds, workers=workers or settings().workers, seed=seed)
    with search_bar(seconds, quiet=as_json) as report:
        solved = instance.solve_instance(
            user(), path, params=params, max_bytes=max_bytes(), progress=report
        )
    numbers = instance.instance_numbers(solved)
    if folder is not None and solved.result.roster is not None:
        numbers["file"] = str(instance.write_solution(solved, folder))
    if as_json:
        print_json(numbers)
    else:
        out().print(table(solved.name, ("figure", "value"), [*_rows(numbers)]))
    exit_unless(solved.result.roster is not None)


def _rows(numbers: dict[str, Any]) -> Iterator[tuple[str, object]]:
    for name in ("status", "objective", "bound"):
        yield name, numbers[name]
    gap = numbers["gap"]
    yield "gap", None if gap is None else f"{gap:.2%}"
    for rule, cost in numbers["penalties"].items():
        yield f"of it {rule}", cost
    for words in numbers["clash"]:
        yield "clash", words
    yield "seconds", f"{numbers['seconds']:.1f}"
    if "file" in numbers:
        yield "solution", numbers["file"]


def _made(outcome: Outcome) -> bool:
    return outcome.result.roster is not None


@app.command()
def check(case: CaseName, roster: Path, week: Week = None, as_json: AsJson = False) -> None:
    """Check any roster against every hard rule, a hand-made one too."""
    found = manager.check_roster(
        user(), open_case(case), roster, week=day_of(week), max_bytes=max_bytes()
    )
    rows = violation_rows(found)
    if as_json:
        print_json({"violations": rows})
    elif rows:
        out().print(table("Violations", ("rule", "what"), [(r["rule"], r["words"]) for r in rows]))
    else:
        out().print("No hard rule is broken.")
    exit_unless(not rows)


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
            user(),
            open_case(case),
            roster,
            week=day_of(week),
            max_bytes=max_bytes(),
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
