"""Attendance: what became of a published shift, as the manager marks it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from scheduler.errors import Fault, InputError

MarkKind = Literal["present", "no_show", "sick"]
LONGEST_NOTE = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What became of one agent's published shift.

    Attributes
    ----------
    agent_id, day, shift
        Whose shift: the agent's local date and the template's name.
    start, end
        The shift as it was published when it was marked, in UTC.
    kind
        ``present`` (whole, or late, or gone early), ``no_show`` or ``sick``.
    came_at, left_at
        When the agent came late or left early; None for on time. Only where present.
    note
        For the manager's eyes only.

    Raises
    ------
    InputError
        A time lies outside the shift, has no offset, or belongs to somebody who was not there.
    """

    agent_id: str
    day: date
    shift: str
    start: datetime
    end: datetime
    kind: MarkKind
    came_at: datetime | None = None
    left_at: datetime | None = None
    note: str = ""

    def __post_init__(self) -> None:
        """Refuse times that the shift does not hold."""
        faults = []
        for column, moment in (("came_at", self.came_at), ("left_at", self.left_at)):
            if moment is None:
                continue
            if self.kind != "present":
                expected = f"no such time for {self.kind.replace('_', '-')}"
                faults.append(Fault(column=column, expected=expected, found=moment.isoformat()))
            elif moment.tzinfo is None or not self.start <= moment <= self.end:
                expected = f"a time with offset, {self.start:%c} … {self.end:%c} UTC"
                faults.append(Fault(column=column, expected=expected, found=moment.isoformat()))
        if not faults and self.came_at and self.left_at and self.left_at <= self.came_at:
            found = f"{self.came_at.isoformat()} … {self.left_at.isoformat()}"
            faults.append(Fault(column="came_at, left_at", expected="in order", found=found))
        if len(self.note) > LONGEST_NOTE:
            expected = f"at most {LONGEST_NOTE} characters"
            faults.append(Fault(column="note", expected=expected, found=f"{len(self.note)}"))
        if faults:
            raise InputError(faults)

    @property
    def attended(self) -> tuple[datetime, datetime] | None:
        """The stretch in which the agent was there, half-open; None for not at all."""
        if self.kind != "present":
            return None
        return self.came_at or self.start, self.left_at or self.end

    @property
    def words(self) -> str:
        """The mark in a word or a few."""
        parts = (("late", self.came_at), ("left early", self.left_at))
        said = " and ".join(word for word, moment in parts if moment is not None)
        return said or self.kind.replace("_", "-")
