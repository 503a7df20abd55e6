"""What the pages of a roster show: its numbers, and who works when as a grid."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from scheduler.errors import Fault, InputError
from scheduler.exchange.stretches import activity_words, block_words
from scheduler.people import WEEKDAYS, Agent
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Assignment, Roster

TONES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterSheet:
    """What is said about a roster, ready to be printed.

    Attributes
    ----------
    title, sentence
        Heading, and one sentence about the roster.
    made
        When the roster was made, with offset.
    numbers
        Labels and values, in order: status, paid hours, promise, shortfall …
    queue_columns, queue_rows
        A table with one row a queue: its name, predicted and simulated service level …

    Raises
    ------
    InputError
        ``made`` has no offset, or a row has another length than the header.
    """

    title: str
    made: datetime
    sentence: str = ""
    numbers: tuple[tuple[str, str], ...] = ()
    queue_columns: tuple[str, ...] = ()
    queue_rows: tuple[tuple[str, ...], ...] = ()

    def __post_init__(self) -> None:
        """Refuse what cannot be printed as a table."""
        faults = []
        if self.made.tzinfo is None:
            found = self.made.isoformat()
            faults.append(Fault(column="made", expected="a time with offset", found=found))
        width = len(self.queue_columns)
        faults += [
            Fault(column="queue_rows", expected=f"{width} cells", found=f"{len(row)} cells")
            for row in self.queue_rows
            if len(row) != width
        ]
        if faults:
            raise InputError(faults)


@dataclass(frozen=True, slots=True, kw_only=True)
class GridCell:
    """One shift in the grid.

    Attributes
    ----------
    shift, hours, queues, activities
        Its name, hours in the agent's zone, queues, and what else is done when.
    tone
        Number of its colour.
    """

    shift: str
    hours: str
    queues: str
    tone: int
    activities: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GridRow:
    """One agent's days: for each date no shift, one, or (against the rules) several."""

    agent_id: str
    name: str
    zone: str
    paid_hours: float
    days: tuple[tuple[GridCell, ...], ...]


def grid_rows(problem: Problem, roster: Roster) -> tuple[GridRow, ...]:
    """Lay a roster out as agents × dates, in the order of the team."""
    tours = roster.tours()
    tones = {template.name: n % TONES for n, template in enumerate(problem.templates)}
    return tuple(
        _grid_row(agent, tours.get(agent.agent_id, ()), problem.dates, tones)
        for agent in problem.team.agents
    )


def _grid_row(
    agent: Agent, tour: tuple[Assignment, ...], dates: Iterable[date], tones: dict[str, int]
) -> GridRow:
    def cell(assignment: Assignment) -> GridCell:
        start, end = (
            moment.astimezone(agent.zone)
            for moment in (assignment.shift.start, assignment.shift.end)
        )
        return GridCell(
            shift=assignment.shift.template,
            hours=f"{start:%H:%M}–{end:%H:%M}",
            queues="on call"
            if assignment.shift.on_call
            else ", ".join(
                block_words(assignment, agent.zone).split(";")
                if assignment.blocks
                else assignment.queues
            ),
            tone=tones[assignment.shift.template],
            activities=activity_words(assignment.shift, agent.zone).replace(";", ", "),
        )

    return GridRow(
        agent_id=agent.agent_id,
        name=agent.name,
        zone=agent.zone.key,
        paid_hours=sum(each.shift.paid_minutes for each in tour) / 60,
        days=tuple(tuple(cell(a) for a in tour if a.shift.day == day) for day in dates),
    )


def day_words(day: date) -> str:
    """Write a date as ``Mon 2 Mar``, whatever the language of the machine."""
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    return f"{WEEKDAYS[day.weekday()]} {day.day} {months[day.month - 1]}"
