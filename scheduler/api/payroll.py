"""Attendance and hours through the HTTP door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, Field, TypeAdapter

from scheduler.api.call import LARGEST_KEY, Call, instant
from scheduler.api.endpoint import Endpoint
from scheduler.exchange.hours_table import hours_rows
from scheduler.publishing.attendance import LONGEST_NOTE, MarkKind
from scheduler.publishing.hours import Period
from scheduler.store.attendance import BookedMark
from scheduler.workflows.attendance import Seen, attendance_of, mark_attendance
from scheduler.workflows.hours import hours_for_payroll


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMark:
    """What became of a shift; ``version`` is that of the mark that was looked at, 0 for none."""

    agent_id: str
    day: date
    kind: MarkKind
    shift: str = ""
    came_at: AwareDatetime | None = None
    left_at: AwareDatetime | None = None
    note: Annotated[str, Field(max_length=LONGEST_NOTE)] = ""
    version: Annotated[int, Field(ge=0, le=LARGEST_KEY)] = 0


def payroll_endpoints() -> tuple[Endpoint, ...]:
    """Return the endpoints of attendance and hours."""
    team = "/api/teams/{team}"
    return (
        Endpoint(
            method="GET",
            path=f"{team}/attendance/{{first}}/{{last}}",
            scope="attendance:read",
            summary="What became of published shifts from one local date to another.",
            run=_attendance,
            takes_agent=True,
        ),
        Endpoint(
            method="POST",
            path=f"{team}/attendance",
            scope="attendance:write",
            summary="Mark what became of a published shift.",
            run=_mark,
            body=TypeAdapter(NewMark),
            status=201,
        ),
        Endpoint(
            method="GET",
            path=f"{team}/hours/{{first}}/{{last}}",
            scope="hours:read",
            summary="Everybody's hours for payroll from one local date to another.",
            run=_hours,
        ),
    )


def _attendance(call: Call) -> Any:
    agent_id = call.query.get("agent_id", call.user.agent_id) or None
    found = attendance_of(
        call.user, call.database, call.team, call.day("first"), call.day("last"), agent_id=agent_id
    )
    return {"marks": [_told(each) for each in found]}


def _mark(call: Call) -> Any:
    new: NewMark = call.body
    done = mark_attendance(
        call.user,
        call.database,
        call.team,
        new.agent_id,
        new.day,
        Seen(kind=new.kind, came_at=new.came_at, left_at=new.left_at, note=new.note),
        shift=new.shift,
        seen=new.version,
        now=call.now,
    )
    return _told(done)


def _hours(call: Call) -> Any:
    period = Period(first=call.day("first"), last=call.day("last"))
    found = hours_for_payroll(
        call.user, call.database, call.team, period.first, period.last, now=call.now
    )
    return {"hours": hours_rows(found, period)}


def _told(each: BookedMark) -> dict[str, Any]:
    def moment(at: datetime | None) -> str | None:
        return None if at is None else instant(at)

    return {
        "agent_id": each.mark.agent_id,
        "date": each.mark.day.isoformat(),
        "shift": each.mark.shift,
        "start": instant(each.mark.start),
        "end": instant(each.mark.end),
        "kind": each.mark.kind,
        "words": each.mark.words,
        "came_at": moment(each.mark.came_at),
        "left_at": moment(each.mark.left_at),
        "note": each.mark.note,
        "version": each.version,
    }
