"""What a solve means to its user: the roster, its coverage, its certificate, in numbers."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from scheduler.exchange.case import Case
from scheduler.exchange.roster_sheet import RosterSheet
from scheduler.rostering.coverage import Coverage
from scheduler.rostering.loop import Round
from scheduler.rostering.promise import Certificate
from scheduler.rostering.roster import Clause, RosterResult, Violation
from scheduler.rostering.shortage import Shortage
from scheduler.staffing.simulate import Estimate
from scheduler.workflows.week import WeekPlan


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outcome:
    """A week that was solved.

    Attributes
    ----------
    plan, result
        What was asked and what the solver answered.
    coverage, certificate
        What the roster provides and what it will give; None without a roster.
    shortages
        Where a broken promise is short.
    mend
        How many more people would mend it, in words; empty where nothing is broken.
    rounds, loop
        Rounds of solving and certifying, and why they ended.
    """

    plan: WeekPlan
    result: RosterResult
    coverage: Coverage | None = None
    certificate: Certificate | None = None
    shortages: tuple[Shortage, ...] = ()
    mend: str = ""
    rounds: tuple[Round, ...] = ()
    loop: str = ""


def outcome_numbers(outcome: Outcome) -> dict[str, Any]:
    """Give the numbers of the terminal contract, ready for JSON (no infinities, no NaN)."""
    result, coverage = outcome.result, outcome.coverage
    grid = outcome.plan.requirement.grid
    hours = grid.interval_s / 3600
    prices: defaultdict[str, dict[str, float]] = defaultdict(lambda: {"amount": 0, "cost": 0})
    for penalty in result.penalties:
        prices[penalty.rule]["amount"] += penalty.amount
        prices[penalty.rule]["cost"] += penalty.cost
    return {
        "case": outcome.plan.case.name,
        "scenario": outcome.plan.scenario.name,
        "week": str(outcome.plan.monday),
        "status": result.status,
        "objective": result.objective,
        "bound": result.bound,
        "gap": result.gap,
        "paid_hours": result.roster.paid_hours if result.roster else None,
        "service_level": certificate_numbers(outcome.certificate),
        "promise_kept": outcome.certificate.kept if outcome.certificate else None,
        "shortfall_hours": finite(coverage.shortfall.sum() * hours) if coverage else None,
        "violations": [],
        "clash": [
            {"set": number, **row}
            for number, found in enumerate(result.clash.sets if result.clash else (), start=1)
            for row in clauses(found)
        ],
        "mend": clauses(result.clash.mend) if result.clash else [],
        "shortages": [shortage_row(each, grid.zone) for each in outcome.shortages],
        "hires": outcome.mend,
        "loop": {"rounds": [asdict(each) for each in outcome.rounds], "reason": outcome.loop},
        "levels": [asdict(level) for level in result.levels],
        "penalties": dict(prices),
        "departures": [p.words for p in result.penalties if p.rule not in ("paid_time", "service")],
        "seconds": round(result.seconds, 2),
        "seed": result.seed,
        "workers": result.workers,
        "problem_hash": result.problem_hash,
        "versions": result.versions,
        "remarks": [str(remark) for remark in outcome.plan.remarks],
    }


def shortage_row(found: Shortage, zone: ZoneInfo) -> dict[str, Any]:
    """Give a stretch with too few agents as a row, in the service's time."""
    start, end = found.start.astimezone(zone), found.end.astimezone(zone)
    return {
        "queue": found.queue,
        "day": f"{start:%a %d %b}",
        "from": f"{start:%H:%M}",
        "to": f"{end:%H:%M}",
        "wanted": found.wanted,
        "there": round(found.there, 2),
        "missing": f"{found.missing_hours:.1f} h",
    }


def certificate_numbers(certificate: Certificate | None) -> dict[str, dict[str, Any]]:
    """Give each queue's certificate; figures that do not exist are None."""
    return {
        queue.queue: {
            "target": queue.target,
            "predicted": finite(queue.predicted),
            "exact": finite(queue.exact),
            "simulated": finite(queue.simulated.mean),
            "ci95": _interval(queue.simulated),
            "kept": queue.kept,
            "pledges": [
                {
                    "when": pledge.when,
                    "predicted": finite(pledge.predicted),
                    "exact": finite(pledge.exact),
                    "simulated": finite(pledge.simulated.mean),
                    "ci95": _interval(pledge.simulated),
                    "target_chance": finite(pledge.target_chance),
                    "kept": pledge.kept,
                }
                for pledge in queue.pledges
                if not (pledge.when.startswith("interval") and pledge.kept)
            ],
            "asa_s": _figure(queue.asa_s),
            "abandon_rate": _figure(queue.abandon_rate),
            "occupancy": _figure(queue.occupancy),
        }
        for queue in (certificate.queues if certificate else ())
    }


def clauses(found: tuple[Clause, ...]) -> list[dict[str, str]]:
    """Give clashing demands as rows."""
    return [asdict(clause) for clause in found]


def violation_rows(found: list[Violation]) -> list[dict[str, Any]]:
    """Give violations as rows: rule, agent, when, amount, words."""
    return [
        {"rule": v.rule, "agent": v.agent_id, "when": v.when, "amount": v.amount, "words": v.words}
        for v in found
    ]


def finite(value: float | None) -> float | None:
    """Return a plain number, or None for what is not one."""
    return None if value is None or not math.isfinite(value) else float(value)


def _interval(figure: Estimate) -> list[float | None]:
    return [finite(figure.low), finite(figure.high)]


def _figure(figure: Estimate | None) -> dict[str, Any] | None:
    return None if figure is None else {"mean": finite(figure.mean), "ci95": _interval(figure)}


def sheet_of(outcome: Outcome, made: datetime) -> RosterSheet:
    """Write an outcome's numbers for its pages."""
    return numbers_sheet(outcome.plan.case, outcome.plan.monday, outcome_numbers(outcome), made)


def numbers_sheet(
    case: Case, monday: date, numbers: Mapping[str, Any], made: datetime
) -> RosterSheet:
    """Write a roster's numbers for its pages.

    Parameters
    ----------
    case, monday
        The team and the week.
    numbers
        See :func:`outcome_numbers`; ``status`` and ``gap`` are None for rosters made by hand.
    made
        When the roster was made.
    """
    kept = numbers["promise_kept"]

    def share(value: float | None) -> str:
        return "–" if value is None else f"{value:.1%}"

    return RosterSheet(
        title=f"{case.name}: week of {monday:%d %B %Y}",
        sentence=case.sentence,
        made=made,
        numbers=(
            ("Status", numbers["status"] or "changed by hand"),
            ("Promise", "kept" if kept else "not kept"),
            ("Paid hours", f"{numbers['paid_hours'] or 0:,.1f}"),
            ("Below the requirement", f"{numbers['shortfall_hours'] or 0:,.1f} agent-hours"),
            ("Gap to the bound", share(numbers["gap"])),
            *((("What would mend it", numbers["hires"]),) if numbers["hires"] else ()),
        ),
        queue_columns=(
            "queue",
            "promise",
            "predicted",
            "exact",
            "simulated",
            "95 % interval",
            "kept",
        ),
        queue_rows=tuple(
            (
                name,
                share(q["target"]),
                share(q["predicted"]),
                share(q["exact"]),
                share(q["simulated"]),
                f"{share(q['ci95'][0])} – {share(q['ci95'][1])}",
                "yes" if q["kept"] else "no",
            )
            for name, q in numbers["service_level"].items()
        ),
    )
