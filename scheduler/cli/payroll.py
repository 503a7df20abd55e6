"""Attendance and hours at the terminal."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from scheduler.cli.book import TeamName, book
from scheduler.cli.door import AsJson, open_book, user
from scheduler.errors import Fault, InputError
from scheduler.exchange.files import write_file
from scheduler.exchange.hours_table import hours_csv, hours_rows, hours_workbook
from scheduler.exchange.instants import read_instant
from scheduler.publishing.attendance import MarkKind
from scheduler.publishing.hours import Period
from scheduler.store.attendance import BookedMark
from scheduler.terminal import out, print_json, table
from scheduler.workflows.attendance import Seen, attendance_of, mark_attendance
from scheduler.workflows.hours import hours_for_payroll

AgentKey = Annotated[str, typer.Argument(help="Id of the agent.")]
From = Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="First local date.")]
To = Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="Last local date.")]
At = Annotated[str, typer.Option(help="A time with offset, such as 2026-03-02T09:20Z.")]


@book.command("mark")
def mark(
    team: TeamName,
    agent: AgentKey,
    day: Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], help="Local date of the shift.")],
    kind: Annotated[str, typer.Argument(help="present, no_show or sick.")],
    came: At = "",
    left: At = "",
    shift: Annotated[str, typer.Option(help="Which shift, where the date has several.")] = "",
    note: Annotated[str, typer.Option(help="For the manager's eyes only.")] = "",
    as_json: AsJson = False,
) -> None:
    """Mark what became of a published shift: present, late, left early, no-show, sick."""
    database = open_book()
    known = _kind(kind)
    what = Seen(kind=known, came_at=_moment(came), left_at=_moment(left), note=note)
    before = attendance_of(user(), database, team, day.date(), day.date(), agent_id=agent)
    seen = max((each.version for each in before if shift in ("", each.mark.shift)), default=0)
    now = datetime.now(UTC)
    done = mark_attendance(
        user(), database, team, agent, day.date(), what, shift=shift, seen=seen, now=now
    )
    if as_json:
        print_json(_row(done))
    else:
        out().print(f"{agent}, {done.mark.shift} on {day.date()}: {done.mark.words}.")


@book.command("marks")
def marks(team: TeamName, first: From, last: To, as_json: AsJson = False) -> None:
    """List what became of published shifts."""
    found = attendance_of(user(), open_book(), team, first.date(), last.date())
    rows = [_row(each) for each in found]
    if as_json:
        print_json({"marks": rows})
    else:
        columns = ("agent", "date", "shift", "mark", "came", "left", "version", "by", "note")
        out().print(table(f"Attendance of {team}", columns, [tuple(row.values()) for row in rows]))


@book.command("hours")
def hours(
    team: TeamName,
    first: From,
    last: To,
    out_file: Annotated[
        Path | None, typer.Option("--out", help="A .csv or .xlsx file to write.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Add up everybody's hours for payroll."""
    period = Period(first=first.date(), last=last.date())
    suffix = out_file.suffix.casefold() if out_file else ".csv"
    if suffix not in (".csv", ".xlsx"):
        raise InputError(Fault(column="--out", expected="a .csv or .xlsx file", found=suffix))
    found = hours_for_payroll(
        user(), open_book(), team, period.first, period.last, now=datetime.now(UTC)
    )
    if out_file:
        made = hours_csv(found, period) if suffix == ".csv" else hours_workbook(found, period)
        write_file(out_file, made)
    rows = hours_rows(found, period)
    if as_json:
        print_json({"from": str(period.first), "to": str(period.last), "hours": rows})
        return
    columns = ("agent", "rostered", "worked", "sick", "no-show", "late", "overtime", "absence")
    keys = (
        "agent",
        *(f"{key}_hours" for key in ("rostered", "worked", "sick", "no_show", "late", "overtime")),
        "absence_days",
    )
    title = f"Hours of {team}, {period.first} to {period.last}"
    out().print(table(title, columns, [tuple(row[key] for key in keys) for row in rows]))


def _kind(text: str) -> MarkKind:
    known: dict[str, MarkKind] = {"present": "present", "no_show": "no_show", "sick": "sick"}
    if text not in known:
        expected = f"one of {', '.join(known)}"
        raise InputError(Fault(column="kind", expected=expected, found=repr(text)))
    return known[text]


def _moment(text: str) -> datetime | None:
    return read_instant(text, None, stated="") if text else None


def _row(each: BookedMark) -> dict[str, Any]:
    def told(moment: date | None) -> str | None:
        return None if moment is None else moment.isoformat()

    return {
        "agent_id": each.mark.agent_id,
        "date": told(each.mark.day),
        "shift": each.mark.shift,
        "mark": each.mark.words,
        "came_at": told(each.mark.came_at),
        "left_at": told(each.mark.left_at),
        "version": each.version,
        "by": each.marked_by,
        "note": each.mark.note,
    }
