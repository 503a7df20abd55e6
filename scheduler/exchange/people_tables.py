"""Agents, time off, wishes, special days and assignments as tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from forecasting.special_days import SpecialDay
from scheduler.errors import InputError
from scheduler.exchange.instants import read_end, read_start
from scheduler.exchange.layout import (
    AGENTS,
    ASSIGNMENT_KIND,
    ASSIGNMENTS,
    AVAILABILITY,
    PINS,
    REQUESTS,
    SPECIAL_DAYS,
    TIME_OFF,
    WAITS,
)
from scheduler.exchange.record import Column, Findings, Record, build, read_values
from scheduler.exchange.refusal import among, shown
from scheduler.exchange.tables import Table
from scheduler.people import Agent, TimeOff
from scheduler.rostering.problem import Pin, Request
from scheduler.rostering.wishes import WeeklyRequest
from scheduler.staffing.patience import WaitCount

T = TypeVar("T")
_LANGUAGE = "lang:"
_KIND = {"kind": Column(field="kind", notation=ASSIGNMENT_KIND)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What rows may refer to; None where that could not be read, and is not checked."""

    queues: tuple[str, ...] | None
    shifts: tuple[str, ...] | None
    contracts: tuple[str, ...] | None
    rotations: tuple[str, ...] | None
    agents: tuple[str, ...] | None
    activity_skills: frozenset[str] = frozenset()

    def check(
        self, record: Record, column: str, used: Iterable[str], kind: str, findings: Findings
    ) -> None:
        """Note names that are not there, with the nearest that is.

        Parameters
        ----------
        record, column
            Where the names stand.
        used
            The names.
        kind
            ``queue``, ``shift``, ``contract``, ``rotation`` or ``agent``.
        findings
            Where faults are noted.
        """
        known: tuple[str, ...] | None = getattr(self, f"{kind}s")
        for name in used:
            if known is not None and name not in known:
                words = "the id of an agent" if kind == "agent" else f"the name of a {kind}"
                findings.add(record.fault(column, words + among(name, known), shown(name)))


def read_agents(table: Table | None, names: Names, findings: Findings) -> tuple[Agent, ...]:
    """Read ``agents.csv``; faulty rows are noted and left out."""
    agents = []
    for record in _records(table, AGENTS, findings):
        agent = build(record, Agent, AGENTS, findings)
        names.check(
            record, "contract", filter(None, [record.text("contract")]), "contract", findings
        )
        if agent is not None:
            names.check(record, "rotation", filter(None, [agent.rotation]), "rotation", findings)
            changed = [name for _, name in agent.contract_changes]
            names.check(record, "contract_changes", changed, "contract", findings)
            names.check(record, "shifts", sorted(agent.shifts), "shift", findings)
            others = sorted(agent.skills - names.activity_skills)
            skills = [name for name in others if not name.startswith(_LANGUAGE)]
            names.check(record, "skills", skills, "queue", findings)
            agents.append(agent)
    refuse_repeated(table, ("id",), findings)
    return tuple(agents)


def read_time_off(
    table: Table | None, names: Names, zones: Mapping[str, ZoneInfo], findings: Findings
) -> tuple[TimeOff, ...]:
    """Read ``time_off.csv``; bare dates and times without offset are the agent's own."""
    listed: list[tuple[Record, TimeOff]] = []
    for record in _records(table, TIME_OFF, findings):
        off = _read_stretch(record, names, zones, findings)
        if off is not None:
            listed.append((record, off))
    listed.sort(key=lambda pair: (pair[1].agent_id, pair[1].start))
    last: dict[str, tuple[Record, TimeOff]] = {}
    for record, off in listed:
        earlier = last.get(off.agent_id)
        if earlier is not None and off.start < earlier[1].end:
            expected = f"time off of {off.agent_id} that does not overlap row {earlier[0].row}"
            found = f"{record.text('start')} … {record.text('end')}"
            findings.add(record.fault("start, end", expected, found))
        if earlier is None or off.end > earlier[1].end:
            last[off.agent_id] = (record, off)
    return tuple(off for _, off in sorted(listed, key=lambda pair: pair[0].row or 0))


def _read_stretch(
    record: Record, names: Names, zones: Mapping[str, ZoneInfo], findings: Findings
) -> TimeOff | None:
    agent_id = record.text("agent_id")
    names.check(record, "agent_id", [agent_id], "agent", findings)
    zone = zones.get(agent_id)
    moments: list[datetime] = []
    for column, read in (("start", read_start), ("end", read_end)):
        if not record.text(column):
            findings.add(record.fault(column, f"a value for {column}", "an empty cell"))
        elif zone is not None:
            try:
                moments.append(read(record.text(column), zone))
            except InputError as error:
                findings.add(record.placed(error, column))
    if len(moments) < 2:
        return None
    start, end = moments
    if start >= end:
        found = f"{record.text('start')} … {record.text('end')}"
        findings.add(record.fault("start, end", "a start before the end", found))
        return None
    return TimeOff(agent_id=agent_id, start=start, end=end, kind=record.text("kind") or "leave")


def read_requests(table: Table | None, names: Names, findings: Findings) -> tuple[Request, ...]:
    """Read ``requests.csv``."""
    requests = []
    for record in _records(table, REQUESTS, findings):
        _check_names(record, names, findings)
        requests.append(build(record, Request, REQUESTS, findings))
    refuse_repeated(table, ("agent_id", "date", "shift", "kind", "from", "until"), findings)
    return _whole(requests)


def read_availability(
    table: Table | None, names: Names, findings: Findings
) -> tuple[WeeklyRequest, ...]:
    """Read ``availability.csv``."""
    found = []
    for record in _records(table, AVAILABILITY, findings):
        _check_names(record, names, findings)
        found.append(build(record, WeeklyRequest, AVAILABILITY, findings))
    refuse_repeated(table, tuple(AVAILABILITY), findings)
    return _whole(found)


def read_special_days(
    table: Table | None, names: Names, findings: Findings
) -> tuple[SpecialDay, ...]:
    """Read ``special_days.csv``."""
    days = []
    for record in _records(table, SPECIAL_DAYS, findings):
        names.check(record, "queue", filter(None, [record.text("queue")]), "queue", findings)
        days.append(build(record, SpecialDay, SPECIAL_DAYS, findings))
    return _whole(days)


def read_waits(table: Table | None, names: Names, findings: Findings) -> tuple[WaitCount, ...]:
    """Read ``waits.csv``."""
    waits = []
    for record in _records(table, WAITS, findings):
        names.check(record, "queue", filter(None, [record.text("queue")]), "queue", findings)
        waits.append(build(record, WaitCount, WAITS, findings))
    return _whole(waits)


def read_assignments(
    table: Table | None, names: Names, findings: Findings
) -> tuple[tuple[Pin, ...], tuple[Pin, ...]]:
    """Read ``assignments.csv``: what is pinned, and what was worked before the week."""
    found: dict[str, list[Pin]] = {"pinned": [], "past": []}
    for record in _records(table, ASSIGNMENTS, findings):
        _check_names(record, names, findings)
        kind = read_values(record, _KIND, ("kind",), findings).get("kind", "")
        if kind == "past" and not record.text("shift"):
            findings.add(record.fault("shift", "the shift that was worked", "an empty cell"))
        pin = build(record, Pin, PINS, findings, **_day_off(record))
        if pin is not None and kind in found:
            found[kind].append(pin)
    refuse_repeated(table, ("agent_id", "date"), findings)
    return tuple(found["pinned"]), tuple(found["past"])


def _records(table: Table | None, columns: Iterable[str], findings: Findings) -> Iterator[Record]:
    """Yield the rows of a table, as long as it is worth reading on."""
    for record in () if table is None else table.records(tuple(columns)):
        if findings.full(record.file):
            return
        yield record


def _day_off(record: Record) -> dict[str, object]:
    return {} if record.text("shift") else {"shift": ""}


def _check_names(record: Record, names: Names, findings: Findings) -> None:
    names.check(record, "agent_id", filter(None, [record.text("agent_id")]), "agent", findings)
    names.check(record, "shift", filter(None, [record.text("shift")]), "shift", findings)


def refuse_repeated(table: Table | None, columns: tuple[str, ...], findings: Findings) -> None:
    """Note rows with the same key as an earlier one."""
    seen: dict[tuple[str, ...], int | None] = {}
    for record in _records(table, columns, findings):
        key = tuple(record.text(column) for column in columns)
        if key in seen:
            place = ", ".join(columns)
            found = f"{', '.join(key)}, as in row {seen[key]}"
            findings.add(record.fault(place, "no two rows alike", found))
        seen.setdefault(key, record.row)


def _whole(items: Iterable[T | None]) -> tuple[T, ...]:
    return tuple(item for item in items if item is not None)
