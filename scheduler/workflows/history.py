"""Bringing in a history: what an export is, what it says, and where it is kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import reduce
from pathlib import Path

import numpy as np

from forecasting.cleanup import find, replaced
from forecasting.finding import Finding
from forecasting.history import History
from forecasting.special_days import OpeningHours
from scheduler.access import Action, User
from scheduler.errors import Fault, InputError, Remark
from scheduler.exchange.acd import import_history, preview
from scheduler.exchange.acd_merge import merged
from scheduler.exchange.acd_report import Imported, ImportReport, Preview, Waits
from scheduler.exchange.case import Case
from scheduler.exchange.history_plan import HistoryPlan
from scheduler.exchange.notation import read_country, read_zone
from scheduler.exchange.refusal import among
from scheduler.exchange.write_case import history_plan
from scheduler.workflows.import_choices import Choices
from scheduler.workflows.week import require

_HALF_HOUR = timedelta(minutes=30)
_UTC = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reading:
    """What exports say together.

    Attributes
    ----------
    history
        Contacts by queue and interval; where two exports know an interval the later one counts.
    plan
        Zone, interval and usual hours that it was laid out by.
    reports
        What was read, dropped and why, one entry an export.
    waits
        How long contacts of the exports waited, one entry a queue.
    findings
        What is strange in it, in the order of queues and time.
    replaced
        Kinds of findings that gave way to what was usual.
    remarks
        What else the user should know.
    """

    history: History
    plan: HistoryPlan
    findings: tuple[Finding, ...]
    replaced: tuple[str, ...]
    reports: tuple[ImportReport, ...]
    waits: tuple[Waits, ...]
    remarks: tuple[Remark, ...]


def look_at(user: User, export: Path, choices: Choices, *, max_bytes: int) -> Preview:
    """Show what an export is and how its first rows would be understood; nothing is imported.

    Raises
    ------
    AccessDenied
        The user may not import history.
    InputError
        The file cannot be read or is of no known kind.
    """
    require(user, Action.IMPORT_HISTORY, of_team=user.team)  # the file is the user's own
    return _preview(export, choices, max_bytes)


def _preview(export: Path, choices: Choices, max_bytes: int) -> Preview:
    return preview(
        export,
        max_bytes=max_bytes,
        variant=choices.variant or None,
        zone=read_zone(choices.timezone) if choices.timezone else None,
        queue_from=choices.queue_column,
        date_order=choices.date_order,
        doubled_hour=choices.doubled_hour,
    )


def read_exports(
    user: User,
    exports: Sequence[Path],
    choices: Choices,
    *,
    case: Case | None = None,
    max_bytes: int,
    progress: Callable[[int], None] | None = None,
    of_team: str | None = None,
) -> Reading:
    """Read the history out of one or more exports.

    Parameters
    ----------
    user
        Who asks.
    exports
        The files, the oldest first.
    choices
        What the user says about them.
    case
        The case that the history is for: its zone, interval, hours and queues hold.
    max_bytes
        Largest size of a file, and of what it unpacks to.
    progress
        Told the rows of a file read so far.
    of_team
        Team of the roster book that it is for, if it is for one.

    Raises
    ------
    AccessDenied
        The user may not import history.
    InputError
        Every fault of every file; nothing is read in part.
    """
    require(user, Action.IMPORT_HISTORY, of_team=of_team)
    plan = _plan(choices, case)
    imports: list[Imported] = []
    faults: list[Fault] = []
    for export in exports:
        try:
            _ask_for_zone(export, choices, max_bytes)
            imports.append(_read(export, choices, plan, case, max_bytes, progress))
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(faults)
    history = reduce(merged, (each.history for each in imports))
    # A mean of whole seconds knows no more than tenths, and a file of them is half as large.
    history = replace(history, aht_s=np.round(history.aht_s, 1))
    _known_queues(history, choices, case)
    country = read_country(choices.country) if choices.country else case.country if case else ""
    findings = tuple(
        each
        for queue in history.queues
        for each in find(history, queue, _hours(history, queue, plan), plan.special_days, country)
    )
    history = replaced(history, (each for each in findings if each.kind in choices.replace))
    return Reading(
        history=history,
        plan=plan,
        findings=findings,
        replaced=choices.replace,
        reports=tuple(each.report for each in imports),
        waits=_waits_together(imports),
        remarks=_words_on_zone(choices, case),
    )


def _plan(choices: Choices, case: Case | None) -> HistoryPlan:
    """Say by whose days, intervals and hours a history is laid out."""
    hours = OpeningHours.parse(choices.opening) if choices.opening else None
    if case is None:
        return HistoryPlan(
            zone=read_zone(choices.timezone or _UTC),
            interval=choices.interval or _HALF_HOUR,
            usual=hours,
        )
    if choices.interval not in (None, case.interval):
        expected = f"{case.interval}, the interval of case {case.name}"
        fault = Fault(column="interval", expected=expected, found=str(choices.interval))
        raise InputError(fault)
    plan = history_plan(case)
    return plan if hours is None else replace(plan, opening={}, usual=hours)


def _hours(history: History, queue: str, plan: HistoryPlan) -> OpeningHours:
    """Return the hours of a queue; where nobody states them, all of the weekdays it has."""
    stated = plan.opening.get(queue, plan.usual)
    if stated is not None:
        return stated
    known = ~np.isnan(history.offered[history.queues.index(queue)])
    weekdays = set(history.grid.weekdays[known].tolist())
    always = OpeningHours.always().spans
    return OpeningHours(spans=tuple(always[day] if day in weekdays else () for day in range(7)))


def _ask_for_zone(export: Path, choices: Choices, max_bytes: int) -> None:
    """Refuse an export whose zone nobody stated, once and not row by row."""
    if choices.timezone:
        return
    seen = _preview(export, choices, max_bytes)
    if any(question.key == "zone" for question in seen.questions):
        expected = "the zone of its times, such as Europe/London, for the file states none"
        raise InputError(
            Fault(file=export.name, column="timezone", expected=expected, found="nothing")
        )


def _read(
    export: Path,
    choices: Choices,
    plan: HistoryPlan,
    case: Case | None,
    max_bytes: int,
    progress: Callable[[int], None] | None,
) -> Imported:
    only = case.queue_names[0] if case is not None and len(case.queues) == 1 else "contacts"
    queue_map = choices.queue_map
    return import_history(
        export,
        zone=read_zone(choices.timezone) if choices.timezone else None,
        service_zone=plan.zone,
        interval=plan.interval or _HALF_HOUR,
        max_bytes=max_bytes,
        variant=choices.variant or None,
        opening=plan.usual or plan.opening or None,
        include_ivr=choices.include_ivr,
        short_abandon_s=choices.short_abandon_s,
        wrap_up_s=choices.wrap_up_s,
        queue_map=queue_map,
        other_queues=not queue_map,
        queue_from=choices.queue_column,
        only_queue=choices.queue_name or only,
        date_order=choices.date_order,
        doubled_hour=choices.doubled_hour,
        progress=progress,
    )


def _known_queues(history: History, choices: Choices, case: Case | None) -> None:
    """Refuse queues that were wanted and are not there, and those that the case does not have."""
    faults = []
    for written, ours in choices.queue_map.items():
        if written and ours not in history.queues:
            expected = f"a queue of the exports{among(written, history.queues)}"
            faults.append(Fault(column="queue", expected=expected, found=repr(written)))
    for name in history.queues if case is not None else ():
        if case is not None and name not in case.queue_names:
            expected = f"a queue of case {case.name}: {', '.join(case.queue_names)}"
            found = f"{name!r}; {name}=OURS renames it, and naming others leaves it out"
            faults.append(Fault(column="queue", expected=expected, found=found))
    if faults:
        raise InputError(faults)


def _words_on_zone(choices: Choices, case: Case | None) -> tuple[Remark, ...]:
    if choices.timezone or case is not None:
        return ()
    return (Remark(text="no timezone stated: the days of the history are those of UTC"),)


def _waits_together(imports: Sequence[Imported]) -> tuple[Waits, ...]:
    """Sum the waits of all exports, queue by queue."""
    together: dict[str, Waits] = {}
    for each in (waits for imported in imports for waits in imported.waits):
        before = together.get(each.queue)
        together[each.queue] = each if before is None else _summed(before, each)
    return tuple(together.values())


def _summed(one: Waits, other: Waits) -> Waits:
    return Waits(
        queue=one.queue,
        answered=one.answered + other.answered,
        abandoned=one.abandoned + other.abandoned,
        sent_on=one.sent_on + other.sent_on,
    )
