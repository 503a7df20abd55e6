"""The settings of a case: ``case.toml``, or the sheets of a workbook that stand for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from scheduler.errors import Fault, InputError
from scheduler.exchange.case import (
    HALF_HOUR,
    HOUR,
    LEAST_INTERVAL,
    MOST_WEEKS,
    PRICED_RULES,
    check_rules,
    check_shrinkage,
    check_tolerance,
    ordered_rules,
)
from scheduler.exchange.case import RULES as HARD_RULES
from scheduler.exchange.layout import (
    ACTIVITIES,
    CAPACITY,
    CASE,
    CONTRACTS,
    LIMITS,
    PRICES,
    QUEUES,
    ROTATIONS,
    RULES,
    SHIFTS,
)
from scheduler.exchange.notation import AMOUNT
from scheduler.exchange.record import Findings, Layout, Record, build, check_keys, read_values
from scheduler.exchange.refusal import among, shown
from scheduler.exchange.sections import Sections
from scheduler.people import Contract
from scheduler.rostering.activities import Activity
from scheduler.rostering.limits import TeamLimits
from scheduler.rostering.problem import Prices
from scheduler.rostering.rotations import Rotation
from scheduler.rostering.shifts import ShiftTemplate
from scheduler.staffing.channels import Queue
from scheduler.staffing.hiring_policy import HiringPolicy
from scheduler.staffing.shrinkage import UNPLANNED

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the settings say, as far as it could be read."""

    heading: Mapping[str, Any]
    queues: tuple[Queue, ...]
    templates: tuple[ShiftTemplate, ...]
    contracts: tuple[Contract, ...]
    shrinkage: Mapping[str, float]
    unplanned: frozenset[str]
    rules: Mapping[str, Any]
    prices: Prices
    limits: TeamLimits
    rotations: tuple[Rotation, ...]
    activities: tuple[Activity, ...]
    hiring: HiringPolicy


def read_settings(sections: Sections, findings: Findings) -> Settings:
    """Read every setting; what is faulty is noted and left out."""
    for record, layout in (
        *((each, QUEUES) for each in sections.queues),
        *((each, SHIFTS) for each in sections.shifts),
        *((each, CONTRACTS) for each in sections.contracts),
        *((each, ROTATIONS) for each in sections.rotations),
        *((each, ACTIVITIES) for each in sections.activities),
        (sections.rules, {**RULES, "prices": None, "limits": None}),
        (sections.prices, PRICES),
        (sections.limits, LIMITS),
        (sections.capacity, CAPACITY),
    ):
        check_keys(record, layout, findings)
    contracts = _all(sections.contracts, Contract, CONTRACTS, findings)
    rotations = _all(sections.rotations, Rotation, ROTATIONS, findings)
    limits = build(sections.limits, TeamLimits, LIMITS, findings) or TeamLimits()
    _check_named_shifts(sections, contracts, rotations, limits, findings)
    if not sections.queues:
        findings.add(sections.case.fault("queues", "at least one queue", "none"))
    shrinkage, unplanned = _shrinkage(sections.shrinkage, findings)
    return Settings(
        heading=_heading(sections.case, findings),
        queues=_all(sections.queues, Queue, QUEUES, findings),
        templates=_all(sections.shifts, ShiftTemplate, SHIFTS, findings),
        contracts=contracts,
        rotations=rotations,
        activities=_all(sections.activities, Activity, ACTIVITIES, findings),
        shrinkage=shrinkage,
        unplanned=unplanned,
        rules=_rules(sections.rules, findings),
        prices=build(sections.prices, Prices, PRICES, findings) or Prices(),
        limits=limits,
        hiring=build(sections.capacity, HiringPolicy, CAPACITY, findings) or HiringPolicy(),
    )


def _heading(record: Record, findings: Findings) -> dict[str, Any]:
    heading = read_values(record, CASE, ("name", "zone"), findings)
    weeks = heading.get("weeks", 1)
    if not 1 <= weeks <= MOST_WEEKS:
        findings.add(record.fault("weeks", f"1 … {MOST_WEEKS}", str(weeks)))
        del heading["weeks"]
    minutes = heading.pop("minutes", None)
    raw = record.values.get("interval_minutes", "")
    if minutes is None:
        return heading if raw else {**heading, "interval": HALF_HOUR}
    interval = timedelta(minutes=minutes)
    if interval < LEAST_INTERVAL or HOUR % interval:
        findings.add(record.fault("interval_minutes", "a divisor of 60, from 5", shown(raw)))
        return heading
    return {**heading, "interval": interval}


def _all(
    records: Iterable[Record], kind: type[T], layout: Layout, findings: Findings
) -> tuple[T, ...]:
    """Build one object a record; a name given twice is noted."""
    seen: set[str] = set()
    built = []
    for record in records:
        name = record.text("name")
        if name and name in seen:
            findings.add(record.fault("name", "no name twice", shown(name)))
        seen.add(name)
        built.append(build(record, kind, layout, findings))
    return tuple(each for each in built if each is not None)


def _check_named_shifts(
    sections: Sections,
    contracts: Iterable[Contract],
    rotations: Iterable[Rotation],
    limits: TeamLimits,
    findings: Findings,
) -> None:
    """Note shifts that contracts, rotations and limits speak of and that are not there."""
    known = tuple(record.text("name") for record in sections.shifts)
    of_contract = {record.text("name"): record for record in sections.contracts}
    of_rotation = {record.text("name"): record for record in sections.rotations}
    used: list[tuple[Record, str, Iterable[str]]] = []
    for contract in contracts:
        pairs = {name for pair in contract.forbidden_successions for name in pair}
        record = of_contract[contract.name]
        used.append((record, "forbidden_successions", pairs))
        for key in ("most_of_shift", "most_of_shift_period"):
            used.append((record, key, {name for name, _ in getattr(contract, key)}))
    used += [(of_rotation[each.name], "weeks", each.named_shifts) for each in rotations]
    for key in ("people_on_shift", "least_on_shift", "points"):
        used.append((sections.limits, key, {name for name, _ in getattr(limits, key)}))
    for record, key, names in used:
        for name in sorted(set(names) - set(known)):
            expected = "the name of a shift" + among(name, known)
            findings.add(record.fault(key, expected, shown(name)))


def _shrinkage(record: Record, findings: Findings) -> tuple[dict[str, float], frozenset[str]]:
    """Read the share of every cause, and which causes are unplanned, said or by their name."""
    shares: dict[str, float] = {}
    unplanned = set()
    for cause, raw in record.values.items():
        share, marked = raw, cause in UNPLANNED
        if isinstance(raw, str) and raw.rpartition(" ")[2] in ("planned", "unplanned"):
            share, _, word = raw.rpartition(" ")
            marked = word == "unplanned"
        try:
            shares[cause] = AMOUNT.parse(share)
        except InputError as error:
            findings.add(record.placed(error, cause))
            continue
        unplanned |= {cause} if marked else set()
    for fault in check_shrinkage(shares):
        findings.add(_replaced(fault, record))
    return shares, frozenset(unplanned)


def shrinkage_values(shares: Mapping[str, float], unplanned: frozenset[str]) -> dict[str, object]:
    """Write shares of lost time so that they read back, with a word where the name says else."""
    values: dict[str, object] = {}
    for cause, share in shares.items():
        usual = (cause in unplanned) == (cause in UNPLANNED)
        word = "unplanned" if cause in unplanned else "planned"
        values[cause] = float(share) if usual else f"{float(share)!r} {word}"
    return values


def _rules(record: Record, findings: Findings) -> dict[str, Any]:
    values = read_values(record, RULES, (), findings)
    for fault in (
        *check_rules("order", ordered_rules(values.get("order", ())), PRICED_RULES),
        *check_tolerance(values.get("tolerance", ())),
        *check_rules("waived", sorted(values.get("waived", ())), HARD_RULES),
    ):
        findings.add(_replaced(fault, record))
    return values


def _replaced(fault: Fault, record: Record) -> Fault:
    """Put a fault that names its section itself into the record's file and row."""
    key = fault.column.partition(", ")[2]
    return Fault(
        file=record.file,
        row=record.rows.get(key, record.row),
        column=fault.column,
        expected=fault.expected,
        found=fault.found,
    )
