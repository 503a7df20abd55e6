"""The manager's book at the terminal: drafts, publications, and what they change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer

from scheduler.cli.door import (
    AsJson,
    Replications,
    Seconds,
    Seed,
    Week,
    app,
    day_of,
    exit_unless,
    open_book,
    settings,
    user,
)
from scheduler.errors import Fault, InputError
from scheduler.exchange.instants import read_instant
from scheduler.rostering.params import SolveParams
from scheduler.store.database import Database
from scheduler.store.rosters import BookedRoster
from scheduler.terminal import out, print_json, print_outcome, search_bar, table
from scheduler.workflows import manager
from scheduler.workflows.drafts import compare, copy_draft, make_draft, rosters_of, see_roster
from scheduler.workflows.outcome import outcome_numbers
from scheduler.workflows.publish import current_number, publish_roster

book = typer.Typer(help="Rosters and requests of the roster book.", no_args_is_help=True)
app.add_typer(book, name="book")

TeamName = Annotated[str, typer.Argument(help="Name of a team of the book.")]
WeekNeeded = Annotated[
    datetime, typer.Option("--week", formats=["%Y-%m-%d"], help="Any date in the week wanted.")
]
RosterKey = Annotated[int, typer.Argument(min=1, help="Number of a roster in the book.")]


@book.command("draft")
def draft(
    team: TeamName,
    week: Week = None,
    seconds: Seconds = 60.0,
    seed: Seed = 0,
    replications: Replications = manager.REPLICATIONS,
    as_json: AsJson = False,
) -> None:
    """Make a week's roster and keep it in the book as a draft."""
    params = SolveParams(seconds=seconds, workers=settings().workers, seed=seed)
    with search_bar(seconds, quiet=as_json) as report:
        key, outcome = make_draft(
            user(),
            open_book(),
            team,
            week=day_of(week),
            now=datetime.now(UTC),
            params=params,
            progress=report,
            replications=replications,
        )
    numbers = outcome_numbers(outcome) | {"roster": key}
    if as_json:
        print_json(numbers)
    else:
        print_outcome(outcome, numbers)
        if key is not None:
            out().print(f"Kept as roster {key}.", markup=False)
    exit_unless(key is not None)


@book.command("publish")
def publish(
    roster: RosterKey,
    note: Annotated[str, typer.Option(help="What the team is told.")],
    freeze: Annotated[
        str,
        typer.Option(help="Shifts that start before this time stay, such as 2026-03-02T12:00Z."),
    ] = "",
    despite: Annotated[
        str, typer.Option(help="Why it is published in spite of broken rules or the freeze line.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Publish a draft as the next version of its week."""
    database = open_book()
    found = _roster(roster, database)
    done = publish_roster(
        user(),
        database,
        roster,
        seen=found.version,
        after=current_number(user(), database, roster),
        note=note,
        now=datetime.now(UTC),
        freeze=read_instant(freeze, None, stated="") if freeze else None,
        despite=despite,
    )
    week, days = str(found.origin.week), len(done.changes)
    if as_json:
        print_json({"week": week, "version": done.number, "changes": days})
        return
    words = f"Version {done.number} of the week of {week} is published"
    out().print(f"{words}; {days} days of agents have changed.", markup=False)


@book.command("week")
def week_of_book(team: TeamName, week: WeekNeeded, as_json: AsJson = False) -> None:
    """List what the book has of a week: drafts and versions."""
    database, day = open_book(), week.date()
    monday = day - timedelta(days=day.weekday())
    found = [
        see_roster(user(), database, key) for key in rosters_of(user(), database, team, monday)
    ]
    rows = [_row(each) for each in found]
    if as_json:
        print_json({"week": str(monday), "rosters": rows})
    else:
        columns = ("roster", "state", "version", "made", "by", "shifts", "note")
        out().print(table(f"Week of {monday}", columns, [tuple(row.values()) for row in rows]))


@book.command("changes")
def changes(before: RosterKey, after: RosterKey, as_json: AsJson = False) -> None:
    """Tell what one roster changes against another."""
    database = open_book()
    for key in (before, after):
        _roster(key, database)
    found = compare(user(), database, before, after)
    if as_json:
        print_json({"changes": list(found.rows)})
    for words in () if as_json else found.words or ("Nothing has changed.",):
        out().print(words, markup=False)


@book.command("copy")
def copy(roster: RosterKey, as_json: AsJson = False) -> None:
    """Keep a copy of a roster as a draft; published, it takes the team back to it."""
    database = open_book()
    _roster(roster, database)
    key = copy_draft(user(), database, roster, now=datetime.now(UTC))
    if as_json:
        print_json({"roster": key})
    else:
        out().print(f"Kept as roster {key}.", markup=False)


def _roster(key: int, database: Database) -> BookedRoster:
    try:
        return see_roster(user(), database, key)
    except KeyError:
        fault = Fault(column="roster", expected="the number of a roster", found=str(key))
        raise InputError(fault) from None


def _row(roster: BookedRoster) -> dict[str, Any]:
    return {
        "roster": roster.roster_id,
        "state": roster.state,
        "version": roster.number,
        "made": f"{roster.made_at:%Y-%m-%d %H:%M} UTC",
        "by": roster.made_by,
        "shifts": len(roster.roster.assignments),
        "note": roster.note,
    }
