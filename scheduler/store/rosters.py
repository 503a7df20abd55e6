"""Rosters of the book: drafts that change, publications that do not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Literal

from pydantic import TypeAdapter
from sqlalchemy import Connection, Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from scheduler.errors import Conflict
from scheduler.rostering.roster import Assignment, Roster
from scheduler.store.audit import Deed, record
from scheduler.store.schema import roster as book
from scheduler.store.schema import shift as shifts

State = Literal["draft", "published", "superseded"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What a roster was made of, so that its solve can be run again to the same result.

    Attributes
    ----------
    team_id, week
        Whose, and the Monday of its week.
    setup_version
        The set-up it was made with.
    forecast_id
        The frozen forecast; None for a roster made by hand.
    based_on
        The roster it was changed from; None for a fresh one.
    result
        What the solve answered, as JSON: status, problem hash, seed, parameters, versions, bound,
        gap, certificate.
    """

    team_id: int
    week: date
    setup_version: int
    forecast_id: int | None = None
    based_on: int | None = None
    result: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BookedRoster:
    """A roster as the book holds it.

    Attributes
    ----------
    roster_id
        Its key.
    origin
        What it was made of.
    state
        ``draft``, ``published``, or ``superseded`` by a later publication of the week.
    number
        The publication's number, from 1 without gaps in each week; None for a draft.
    version
        Grows with every change; whoever changes it says which version they have seen.
    made_at, made_by, published_at, published_by, note
        Who made and published it, when, and the note to the team.
    roster
        Who works when.
    """

    roster_id: int
    origin: Origin
    state: State
    number: int | None
    version: int
    made_at: datetime
    made_by: str
    published_at: datetime | None
    published_by: str | None
    note: str
    roster: Roster


def save_draft(
    connection: Connection, origin: Origin, roster: Roster, *, who: str, at: datetime
) -> int:
    """Keep a new draft and return its key."""
    made = connection.execute(
        insert(book).values(
            team_id=origin.team_id,
            week=origin.week,
            state="draft",
            row_version=1,
            based_on=origin.based_on,
            setup_version=origin.setup_version,
            forecast_id=origin.forecast_id,
            made_at=at,
            made_by=who,
            note="",
            result=origin.result if origin.result is not None else {},
        )
    )
    (key,) = made.inserted_primary_key or (0,)
    _write_shifts(connection, key, roster)
    record(
        connection,
        Deed(
            at=at,
            who=who,
            what="save draft",
            subject=f"roster {key}",
            team_id=origin.team_id,
            after={"week": str(origin.week), "shifts": len(roster.assignments)},
        ),
    )
    return int(key)


def change_draft(
    connection: Connection,
    roster_id: int,
    roster: Roster,
    *,
    seen: int,
    who: str,
    at: datetime,
    reason: str = "",
) -> int:
    """Replace the shifts of a draft and return its new version.

    Raises
    ------
    Conflict
        Somebody has changed or published it since version ``seen``.
    KeyError
        There is no such roster.
    """
    row = _row(connection, roster_id)
    _turn(connection, row, seen, {"row_version": seen + 1})
    before = _read_shifts(connection, roster_id)
    connection.execute(delete(shifts).where(shifts.c.roster_id == roster_id))
    _write_shifts(connection, roster_id, roster)
    gone, come = set(before.assignments), set(roster.assignments)
    record(
        connection,
        Deed(
            at=at,
            who=who,
            what="change draft",
            subject=f"roster {roster_id}",
            team_id=row.team_id,
            before=[_brief(a) for a in before.assignments if a not in come],
            after=[_brief(a) for a in roster.assignments if a not in gone],
            reason=reason,
        ),
    )
    return seen + 1


def publish(
    connection: Connection,
    roster_id: int,
    *,
    seen: int,
    after: int,
    note: str,
    who: str,
    at: datetime,
) -> int:
    """Publish a draft as the next version of its week and return the version's number.

    Saying the same again after it has happened changes nothing and returns the same number.

    Parameters
    ----------
    connection
        A writing transaction.
    roster_id, seen
        The draft and the version of it that was looked at.
    after
        Number of the publication that it replaces; 0 where the week has none.
    note
        What the team is told.
    who, at
        Who publishes, when.

    Raises
    ------
    Conflict
        The draft has changed, or another version of the week has been published meanwhile.
    KeyError
        There is no such roster.
    """
    row = _row(connection, roster_id)
    number = after + 1
    if row.number == number:
        return number
    current = connection.execute(
        select(book.c.roster_id, book.c.number).where(
            book.c.team_id == row.team_id, book.c.week == row.week, book.c.state == "published"
        )
    ).first()
    newest = current.number if current else 0
    if newest != after:
        raise Conflict(_overtaken(row.week, newest))
    try:
        with connection.begin_nested():
            if current:
                connection.execute(
                    update(book)
                    .where(book.c.roster_id == current.roster_id)
                    .values(state="superseded", row_version=book.c.row_version + 1)
                )
            change = {"state": "published", "number": number, "row_version": seen + 1}
            change |= {"published_at": at, "published_by": who, "note": note}
            _turn(connection, row, seen, change)
    except IntegrityError:
        raise Conflict(_overtaken(row.week, number)) from None
    record(
        connection,
        Deed(
            at=at,
            who=who,
            what="publish",
            subject=f"week {row.week}, version {number}",
            team_id=row.team_id,
            before={"version": after},
            after={"version": number, "roster": roster_id},
            reason=note,
        ),
    )
    return number


def read_roster(connection: Connection, roster_id: int) -> BookedRoster:
    """Return a roster with its shifts.

    Raises
    ------
    KeyError
        There is no such roster.
    """
    return _booked(connection, _row(connection, roster_id))


def published_roster(connection: Connection, team_id: int, week: date) -> BookedRoster | None:
    """Return the publication of a week that holds now; None before the first."""
    row = connection.execute(
        select(book).where(
            book.c.team_id == team_id, book.c.week == week, book.c.state == "published"
        )
    ).first()
    return None if row is None else _booked(connection, row)


def roster_ids(connection: Connection, team_id: int, week: date) -> tuple[int, ...]:
    """Return the keys of a week's rosters, the oldest first."""
    found = connection.scalars(
        select(book.c.roster_id)
        .where(book.c.team_id == team_id, book.c.week == week)
        .order_by(book.c.roster_id)
    )
    return tuple(found)


def _row(connection: Connection, roster_id: int) -> Row[Any]:
    row = connection.execute(select(book).where(book.c.roster_id == roster_id)).first()
    if row is None:
        raise KeyError(roster_id)
    return row


def _turn(connection: Connection, row: Row[Any], seen: int, change: dict[str, Any]) -> None:
    """Change a draft that is still as it was seen."""
    turned = connection.execute(
        update(book)
        .where(
            book.c.roster_id == row.roster_id,
            book.c.row_version == seen,
            book.c.state == "draft",
        )
        .values(**change)
    )
    if turned.rowcount != 1:
        raise Conflict(
            f"Roster {row.roster_id} has been changed or published since you opened it. "
            "Open it again and look at what is new."
        )


def _overtaken(week: date, newest: int) -> str:
    return (
        f"Version {newest} of the week of {week} has been published in the meantime. "
        "Compare yours with it before you publish."
    )


def _booked(connection: Connection, row: Row[Any]) -> BookedRoster:
    return BookedRoster(
        roster_id=row.roster_id,
        origin=Origin(
            team_id=row.team_id,
            week=row.week,
            setup_version=row.setup_version,
            forecast_id=row.forecast_id,
            based_on=row.based_on,
            result=row.result,
        ),
        state=row.state,
        number=row.number,
        version=row.row_version,
        made_at=row.made_at,
        made_by=row.made_by,
        published_at=row.published_at,
        published_by=row.published_by,
        note=row.note,
        roster=_read_shifts(connection, row.roster_id),
    )


def _write_shifts(connection: Connection, roster_id: int, roster: Roster) -> None:
    if not roster.assignments:
        return
    connection.execute(
        insert(shifts),
        [
            {
                "roster_id": roster_id,
                "agent_id": each.agent_id,
                "start_at": each.shift.start,
                "end_at": each.shift.end,
                "day": each.shift.day,
                "name": each.shift.template,
                "detail": _assignments().dump_python(each, mode="json"),
            }
            for each in roster.assignments
        ],
    )


def _read_shifts(connection: Connection, roster_id: int) -> Roster:
    rows = connection.scalars(select(shifts.c.detail).where(shifts.c.roster_id == roster_id))
    return Roster.of(read_assignment(detail) for detail in rows)


def read_assignment(detail: Any) -> Assignment:
    """Build an assignment of the document that stands in its row."""
    return _assignments().validate_python(detail)


def _brief(assignment: Assignment) -> str:
    shift = assignment.shift
    return f"{assignment.agent_id} {shift.day} {shift.template} {'+'.join(assignment.queues)}"


@cache
def _assignments() -> TypeAdapter[Assignment]:
    return TypeAdapter(Assignment)
