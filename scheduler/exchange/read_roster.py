"""Reading a roster, hand-made ones too."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from scheduler.errors import Fault, InputError
from scheduler.exchange.instants import read_instant
from scheduler.exchange.layout import PINS
from scheduler.exchange.notation import read_clock, read_names
from scheduler.exchange.people_tables import refuse_repeated
from scheduler.exchange.read_case import read_bytes
from scheduler.exchange.record import Findings, Record, read_values
from scheduler.exchange.refusal import among, shown
from scheduler.exchange.roster_table import ROSTER_COLUMNS, break_words
from scheduler.exchange.stretches import read_activity, read_block, read_stretch
from scheduler.exchange.tables import Table, check_size, make_table, read_csv
from scheduler.exchange.workbook import read_sheets, sheet_file
from scheduler.people import Agent
from scheduler.rostering.breaks import Break
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Assignment, Block, Roster
from scheduler.rostering.shifts import Shift

KEYS = ("agent_id", "date", "shift")
SHEET = "shifts"
_KNOWN = (*ROSTER_COLUMNS, "start", "end")


def read_roster(path: Path, problem: Problem, *, max_bytes: int) -> Roster:
    """Read a roster from CSV, or from the sheet ``shifts`` of a workbook.

    Parameters
    ----------
    path
        Columns ``agent_id``, ``date`` (the agent's local day) and ``shift``; ``queues`` where
        it has them, else the agent's first queue in the case's order; ``blocks`` where agents
        change queues, ``activities`` where they leave them. Starts, ends and breaks are held
        against the template, and choose where it offers several (else the first counts);
        breaks in windows start as early as may be where none are given.
    problem
        Agents, templates and dates.
    max_bytes
        Largest size of the file.

    Raises
    ------
    InputError
        Every fault of the file.
    """
    return parse_roster(read_bytes(path, max_bytes), path.name, problem, max_bytes=max_bytes)


def parse_roster(data: bytes, file: str, problem: Problem, *, max_bytes: int) -> Roster:
    """Read a roster from the bytes of a file, as :func:`read_roster` does."""
    findings = Findings()
    check_size(len(data), file, max_bytes)
    if file.casefold().endswith(".xlsx"):
        sheets = read_sheets(data, file, (SHEET,), max_bytes=max_bytes, findings=findings)
        place = sheet_file(file, SHEET)
        rows = sheets.get(SHEET, [])
        table = make_table(rows, place, known=_KNOWN, required=KEYS, findings=findings)
    else:
        table = read_csv(data, file, known=_KNOWN, required=KEYS, findings=findings)
    if table is None:
        raise findings.error()
    assignments = list(_assignments(table, problem, findings))
    refuse_repeated(table, KEYS, findings)
    if findings.count:
        raise findings.error()
    return Roster.of(assignments)


def _assignments(table: Table, problem: Problem, findings: Findings) -> Iterator[Assignment]:
    for record in table.records(_KNOWN):
        before = findings.count
        agent, shift = _shift(record, problem, findings)
        if agent is None or shift is None:
            continue
        blocks = _blocks(record, problem, agent, shift, findings)
        queues = _queues(record, problem, agent, shift, blocks, findings)
        findings.add(_time_faults(record, problem, agent, shift))
        shift = _with_activities(record, problem, agent, shift, findings)
        shift = _with_breaks(record, agent, shift, findings)
        if findings.count == before:
            yield Assignment(agent_id=agent.agent_id, shift=shift, queues=queues, blocks=blocks)


def _shift(
    record: Record, problem: Problem, findings: Findings
) -> tuple[Agent | None, Shift | None]:
    """Give the template its date."""
    keys = {name: PINS[name] for name in KEYS}
    values = read_values(record, keys, ("agent_id", "day", "shift"), findings)
    agent_id, name, day = values.get("agent_id"), values.get("shift"), values.get("day")
    agent = problem.agents.get(agent_id or "")
    template = problem.template_by_name.get(name or "")
    if agent_id and agent is None:
        expected = f"the id of an agent{among(agent_id, problem.agents)}"
        findings.add(record.fault("agent_id", expected, shown(agent_id)))
    if name and template is None:
        expected = f"the name of a shift{among(name, problem.template_by_name)}"
        findings.add(record.fault("shift", expected, shown(name)))
    if day is not None and day not in problem.dates:
        expected = f"a date of the roster, {problem.dates[0]} … {problem.dates[-1]}"
        findings.add(record.fault("date", expected, str(day)))
        return agent, None
    if agent is None or template is None or day is None:
        return agent, None
    try:
        offered = problem.shifts_on(agent, template, day)
    except InputError as error:
        findings.add(record.placed(error))
        return agent, None
    if not offered:
        findings.add(record.fault("date", f"a date on which {name} starts", str(day)))
        return agent, None
    meant = (each for each in offered if not _time_faults(record, problem, agent, each))
    return agent, next(meant, offered[0])


def _blocks(
    record: Record, problem: Problem, agent: Agent, shift: Shift, findings: Findings
) -> tuple[Block, ...]:
    blocks = []
    for text in read_names(record.text("blocks")):
        try:
            block = read_block(text, shift, agent.zone)
        except InputError as error:
            findings.add(record.placed(error, "blocks"))
            continue
        if block.queue not in problem.queue_names:
            expected = f"the name of a queue{among(block.queue, problem.queue_names)}"
            findings.add(record.fault("blocks", expected, shown(block.queue)))
        blocks.append(block)
    return tuple(blocks)


def _queues(
    record: Record,
    problem: Problem,
    agent: Agent,
    shift: Shift,
    blocks: tuple[Block, ...],
    findings: Findings,
) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(read_names(record.text("queues"))))
    served = tuple(dict.fromkeys(block.queue for block in blocks))
    if served and names and set(served) != set(names):
        expected = f"{';'.join(served)}, as the blocks say"
        findings.add(record.fault("queues", expected, shown(record.text("queues"))))
    for name in names:
        if name not in problem.queue_names:
            expected = f"the name of a queue{among(name, problem.queue_names)}"
            findings.add(record.fault("queues", expected, shown(name)))
    if shift.on_call:
        return ()
    usual = problem.queues_of(agent)[:1]
    if not names and not usual:
        expected = f"a queue, because {agent.agent_id} has no skill for any"
        findings.add(record.fault("queues", expected, "nothing"))
    return served or names or usual


def _time_faults(record: Record, problem: Problem, agent: Agent, shift: Shift) -> list[Fault]:
    """Find times that are not those of the shift."""
    faults: list[Fault] = []
    service = problem.requirement.grid.zone
    zones = {"": agent.zone, "_utc": ZoneInfo("UTC"), "_local": agent.zone, "_service": service}
    for suffix, zone in zones.items():
        for edge, moment in (("start", shift.start), ("end", shift.end)):
            column = f"{edge}{suffix}"
            text = record.text(column)
            try:
                if text and not _is_at(text, moment, zone):
                    expected = f"{moment.astimezone(zone).isoformat()}, as the shift says"
                    faults.append(record.fault(column, expected, shown(text)))
            except InputError as error:
                faults += record.placed(error, column)
    return faults


def _with_activities(
    record: Record, problem: Problem, agent: Agent, shift: Shift, findings: Findings
) -> Shift:
    """Give the shift the activities that the row has."""
    blocks = []
    for text in read_names(record.text("activities")):
        try:
            block = read_activity(text, shift, agent.zone)
        except InputError as error:
            findings.add(record.placed(error, "activities"))
            continue
        if block.activity not in problem.activity_by_name:
            known = tuple(problem.activity_by_name)
            expected = f"the name of an activity{among(block.activity, known)}"
            findings.add(record.fault("activities", expected, shown(block.activity)))
        blocks.append(block)
    return shift.with_activities(blocks)


def _with_breaks(record: Record, agent: Agent, shift: Shift, findings: Findings) -> Shift:
    """Place the breaks that the shift leaves open; without a cell, as early as may be."""
    text = record.text("breaks")
    if not text:
        return shift.settled()
    if not shift.windows:
        breaks = break_words(shift, agent.zone)
        if text != breaks:
            expected = f"{breaks or 'no breaks'}, as the shift says"
            findings.add(record.fault("breaks", expected, shown(text)))
        return shift
    try:
        found = [read_stretch(part, shift, agent.zone) for part in read_names(text)]
    except InputError as error:
        findings.add(record.placed(error, "breaks"))
        return shift
    fixed = {(rest.start, rest.end) for rest in shift.breaks}
    placed = [stretch for stretch in found if stretch not in fixed]
    if len(placed) != len(shift.windows) or len(found) - len(placed) != len(fixed):
        expected = f"{len(fixed) + len(shift.windows)} breaks, as the shift says"
        findings.add(record.fault("breaks", expected, shown(text)))
    return shift.with_breaks(
        Break(start=start, end=end, paid=window.paid)
        for (start, end), window in zip(placed, shift.windows, strict=False)
    )


def _is_at(text: str, moment: datetime, zone: ZoneInfo) -> bool:
    """Compare an instant, or a bare time of day, with the moment meant."""
    local = moment.astimezone(zone)
    if len(text) <= 5:
        return read_clock(text) == local.time()
    if "T" not in text and " " not in text:
        raise InputError(Fault(expected="a time with its date and offset", found=shown(text)))
    return read_instant(text, zone, stated="") == moment
