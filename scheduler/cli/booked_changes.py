"""What changes a team of the book from the terminal: its set-up, its history, who is absent."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from scheduler.cli.book import RosterKey, TeamName, book
from scheduler.cli.door import (
    AsJson,
    CaseName,
    Seed,
    case_path,
    exit_unless,
    max_bytes,
    open_book,
    settings,
    user,
)
from scheduler.cli.import_options import (
    Country,
    Dates,
    DoubledHours,
    Exports,
    IncludeIvr,
    Interval,
    MaxMb,
    Opening,
    QueueColumn,
    QueueName,
    Queues,
    Replace,
    ShortAbandons,
    Timezone,
    Variant,
    WrapUp,
    read_choices,
)
from scheduler.cli.repairing import read_absences
from scheduler.errors import Fault, InputError
from scheduler.rostering.params import SolveParams
from scheduler.terminal import out, print_json
from scheduler.workflows.book import import_into_book
from scheduler.workflows.booked_repair import repair_absent
from scheduler.workflows.setup_versions import look_at_upload, read_case_at, take_upload
from scheduler.workflows.team_setup import newest_setup

_DATES = "AGENT=DATE or AGENT=DATE..DATE; may be repeated."
Reason = Annotated[str, typer.Option(help="Why; it stands beside the version.")]


@book.command("change")
def change(
    team: TeamName,
    case: CaseName,
    reason: Reason = "",
    look: Annotated[bool, typer.Option("--preview", help="Show it and save nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Put a case folder or workbook in the place of a team's set-up; its history stays."""
    database, now = open_book(), datetime.now(UTC)
    upload = read_case_at(case_path(case), max_bytes=max_bytes())
    seen = newest_setup(user(), database, team)
    changes = look_at_upload(user(), database, team, upload)
    version = seen
    if changes and not look:
        version = take_upload(
            user(), database, team, upload, seen=seen, now=now, reason=reason or case
        )
    if as_json:
        told = [
            {
                "sheet": each.sheet,
                "of": each.of,
                "kind": each.kind,
                "column": each.column,
                "before": each.before,
                "after": each.after,
            }
            for each in changes
        ]
        print_json({"team": team, "version": version, "changes": told})
        return
    for each in changes:
        out().print(f"  · {each}", markup=False)
    words = "Nothing changes" if not changes else "Nothing was saved" if look else "Saved"
    out().print(f"{words}; {team} is at version {version}.", markup=False)


@book.command("import-history")
def import_history(
    team: TeamName,
    exports: Exports,
    variant: Variant = "",
    timezone: Timezone = "",
    interval: Interval = "",
    opening: Opening = "",
    country: Country = "",
    queue: Queues = None,
    queue_name: QueueName = "",
    queue_column: QueueColumn = "",
    include_ivr: IncludeIvr = False,
    short_abandons: ShortAbandons = "0s",
    wrap_up: WrapUp = "0s",
    dates: Dates = "",
    doubled_hour: DoubledHours = "refuse",
    replace: Replace = None,
    max_mb: MaxMb = 4000,
    as_json: AsJson = False,
) -> None:
    """Add what exports say to a team's history in the book; the same files only once."""
    choices = read_choices(
        variant=variant,
        timezone=timezone,
        interval=interval,
        opening=opening,
        country=country,
        queues=queue,
        queue_name=queue_name,
        queue_column=queue_column,
        include_ivr=include_ivr,
        short_abandons=short_abandons,
        wrap_up=wrap_up,
        dates=dates,
        doubled_hour=doubled_hour,
        replace=replace,
    )
    done = import_into_book(
        user(),
        open_book(),
        team,
        exports,
        choices,
        max_bytes=max_mb * 1_000_000,
        now=datetime.now(UTC),
    )
    if as_json:
        report = done.report.splitlines()
        print_json({"team": team, "import": done.number, "known": done.known, "report": report})
        return
    out().print(done.report, markup=False)
    words = "The book knew this already, as import" if done.known else "Kept as import"
    out().print(f"{words} {done.number} of {team}.", markup=False)


@book.command("repair")
def repair(
    roster: RosterKey,
    absent: Annotated[list[str] | None, typer.Option(help=f"Who is sick: {_DATES}")] = None,
    leave: Annotated[list[str] | None, typer.Option(help=f"Who is on leave: {_DATES}")] = None,
    reason: Annotated[str, typer.Option(help="Why; it goes into the audit.")] = "",
    seconds: Annotated[float, typer.Option(help="Time limit of the repair.")] = 2.0,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Note who will not come, and keep the roster mended for it as a draft."""
    absences = [*read_absences("sick", absent, option="absent"), *read_absences("leave", leave)]
    if not absences:
        expected = f"somebody, with --absent or --leave {_DATES}"
        raise InputError(Fault(column="repair", expected=expected, found="nobody"))
    params = SolveParams(seconds=seconds, workers=settings().workers, seed=seed)
    try:
        key, made, words = repair_absent(
            user(),
            open_book(),
            roster,
            absences,
            now=datetime.now(UTC),
            reason=reason,
            params=params,
        )
    except KeyError:
        fault = Fault(column="roster", expected="the number of a roster", found=str(roster))
        raise InputError(fault) from None
    if as_json:
        print_json(
            {
                "status": made.result.status,
                "roster": key,
                "lost": len(made.lost),
                "touched": list(made.touched),
                "changes": list(words),
            }
        )
    else:
        for each in words:
            out().print(f"  · {each}", markup=False)
        kept = "No roster was found." if key is None else f"Kept as roster {key}."
        out().print(kept, markup=False)
    exit_unless(key is not None)
