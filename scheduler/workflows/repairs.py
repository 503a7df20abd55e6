"""What a manager does when a published roster no longer fits: repair it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from forecasting.grid import local_instant
from scheduler.access import Action, User
from scheduler.errors import Fault, InputError
from scheduler.exchange.case import Case
from scheduler.exchange.read_roster import read_roster
from scheduler.people import Agent, TimeOff
from scheduler.rostering.coverage import cover
from scheduler.rostering.loop import measured_corrections
from scheduler.rostering.params import Progress, SolveParams
from scheduler.rostering.problem import Problem
from scheduler.rostering.promise import Certificate, certify
from scheduler.rostering.repair import Repair, repair
from scheduler.rostering.repair_reason import FEW, reason
from scheduler.rostering.roster import Roster, Worked
from scheduler.rostering.shortage import shortages
from scheduler.workflows.manager import REPLICATIONS
from scheduler.workflows.outcome import Outcome, certificate_numbers, outcome_numbers
from scheduler.workflows.scenario import Scenario
from scheduler.workflows.week import plan_week, require

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """Whole local days on which somebody will not work: ``first`` to ``last``, both included."""

    agent_id: str
    first: date
    last: date
    kind: str = "sick"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RepairOutcome:
    """A repaired roster with what it means.

    Attributes
    ----------
    outcome
        The repaired roster as any other: plan, result, coverage, certificate.
    repair
        What it took.
    before
        Certificate of the roster as it was published.
    reason
        Why nobody, or more than two people, must move; empty otherwise.
    """

    outcome: Outcome
    repair: Repair
    before: Certificate
    reason: str


def repair_roster(
    user: User,
    case: Case,
    path: Path,
    *,
    max_bytes: int,
    absences: Iterable[Absence] = (),
    scenario: Scenario | None = None,
    freeze: datetime | None = None,
    most_touched: int | None = None,
    week: date | None = None,
    params: SolveParams | None = None,
    progress: Callable[[Progress], None] | None = None,
    replications: int = REPLICATIONS,
) -> RepairOutcome:
    """Repair a roster after sickness, new leave or another volume, and certify the answer.

    Parameters
    ----------
    user
        Who asks; managers may.
    case
        The case.
    path
        The roster as it was published.
    max_bytes
        Largest size of that file.
    absences
        Who will not be there.
    scenario
        What else is new, such as more contacts; nothing if None.
    freeze
        What starts before it stays. If None: the start of the first absence, or of the week.
    most_touched
        Most agents whose days may change; None for any number.
    week
        Any date in the week.
    params, progress
        See :func:`scheduler.rostering.repair.repair`.
    replications
        Simulated weeks behind both certificates.

    Raises
    ------
    AccessDenied
        The user may not make rosters.
    InputError
        The file is no roster of this case and week, or an absence names nobody.
    """
    require(user, Action.MAKE_ROSTER, of_team=case.name)
    plan = plan_week(case, week, scenario)
    published = read_roster(path, plan.problem, max_bytes=max_bytes)
    off = days_off(plan.problem.agents, absences)
    before = certify(plan.problem, published, replications=replications)
    problem = replace(plan.problem, corrections=measured_corrections(plan.problem, before))
    line = freeze or min((each.start for each in off), default=_monday(problem))
    found = _repaired(problem, published, line, off, params, most_touched, progress)
    few = None
    if most_touched is None and len(found.touched) > FEW:
        few = _repaired(problem, published, line, off, params, FEW, None)
    roster = found.result.roster
    outcome = Outcome(plan=replace(plan, problem=found.problem), result=found.result)
    if roster is not None:
        outcome = replace(
            outcome,
            coverage=cover(found.problem, roster),
            certificate=certify(found.problem, roster, replications=replications),
            shortages=shortages(found.problem, roster),
        )
    return RepairOutcome(outcome=outcome, repair=found, before=before, reason=reason(found, few))


def _repaired(
    problem: Problem,
    published: Roster,
    freeze: datetime,
    off: tuple[TimeOff, ...],
    params: SolveParams | None,
    most_touched: int | None,
    progress: Callable[[Progress], None] | None,
) -> Repair:
    return repair(
        problem,
        published,
        freeze=freeze,
        absences=off,
        params=params,
        most_touched=most_touched,
        progress=progress,
    )


def days_off(agents: Mapping[str, Agent], absences: Iterable[Absence]) -> tuple[TimeOff, ...]:
    """Turn whole local days into stretches of absolute time.

    Raises
    ------
    InputError
        Somebody who is not among the agents, or days out of order.
    """
    absences = tuple(absences)
    faults = [
        Fault(column=each.kind, expected="the id of an agent", found=repr(each.agent_id))
        for each in absences
        if each.agent_id not in agents
    ]
    faults += [
        Fault(column=each.kind, expected="a first day, then the last", found=f"{each.last}")
        for each in absences
        if each.last < each.first
    ]
    if faults:
        raise InputError(faults)
    zones = {agent_id: agent.zone for agent_id, agent in agents.items()}
    return tuple(
        TimeOff(
            agent_id=each.agent_id,
            start=local_instant(each.first, time(0), zones[each.agent_id]),
            end=local_instant(each.last + _DAY, time(0), zones[each.agent_id]),
            kind=each.kind,
        )
        for each in absences
    )


def _monday(problem: Problem) -> datetime:
    return local_instant(problem.first, time(0), problem.requirement.grid.zone)


def repair_numbers(user: User, made: RepairOutcome) -> dict[str, Any]:
    """Give a repair's numbers, ready for JSON: those of a solved week, and what changed.

    Raises
    ------
    AccessDenied
        The user may not see rosters.
    """
    require(user, Action.SEE_ROSTER, of_team=made.outcome.plan.case.name)
    found = made.repair
    published = found.problem.published
    return {
        **outcome_numbers(made.outcome),
        "freeze": None if published is None else published.freeze.isoformat(),
        "lost": [
            {"agent": a.agent_id, "date": str(a.shift.day), "shift": a.shift.template}
            for a in found.lost
        ],
        "changes": [
            {
                "agent": each.agent_id,
                "date": str(each.day),
                "before": _names(each.before),
                "after": _names(each.after),
                "price": each.price,
            }
            for each in found.changes
        ],
        "touched": list(found.touched),
        "reason": made.reason,
        "cost": {"unrepaired": found.cost_unrepaired, "repaired": found.cost},
        "searched_days": found.searched,
        "service_on_the_days": [
            {
                "queue": each.queue,
                "published": each.published,
                "unrepaired": each.unrepaired,
                "repaired": each.repaired,
            }
            for each in found.service
        ],
        "service_level_before": certificate_numbers(made.before),
    }


def _names(worked: frozenset[Worked]) -> list[str]:
    return sorted(each.template for each in worked)
