"""Close the loop: solve, certify, correct what the curves got wrong, solve again.

Stationary curves are off at openings and steps. What the certificate of the very roster finds
missing in an interval, day or week is asked of the curves on top, until the promise holds or the
people are spent (as Ingolfsson et al., 2010, alternate between a program and an evaluator).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from math import ceil, isfinite

import numpy as np

from scheduler.rostering.coverage import cover, expected_level
from scheduler.rostering.envelope import MILLI
from scheduler.rostering.params import Progress, SolveParams
from scheduler.rostering.problem import Problem
from scheduler.rostering.promise import Certificate, PledgeCertificate, certify
from scheduler.rostering.roster import RosterResult
from scheduler.rostering.rules.promise import pledges
from scheduler.rostering.solver import solve

# Share of the contacts asked on top of what is missing, so that the next round ends above it.
_MARGIN = 0.001


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One turn of the loop.

    Attributes
    ----------
    missing
        Contacts answered late beyond the promises in the simulation, over all pledges.
    spare_agents
        Pledges that the simulation exceeds by more than one agent is worth, though the curves
        hold them to be tight.
    paid_hours
        Paid hours of the roster.
    """

    missing: float
    spare_agents: int
    paid_hours: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedLoop:
    """The best roster of all rounds, its certificate, and why the loop ended.

    Attributes
    ----------
    problem
        The problem as the best round was asked it, corrections included.
    result, certificate
        Its answer; the certificate is None without a roster.
    rounds
        Every round, in order.
    reason
        Why the loop ended, in words.
    """

    problem: Problem
    result: RosterResult
    certificate: Certificate | None
    rounds: tuple[Round, ...]
    reason: str


def close_loop(
    problem: Problem,
    params: SolveParams,
    progress: Callable[[Progress], None] | None = None,
    *,
    cancelled: Callable[[], bool] | None = None,
    replications: int = 200,
    most_rounds: int = 4,
) -> ClosedLoop:
    """Solve and correct until the promise holds in simulation.

    Parameters
    ----------
    problem, params, progress, cancelled
        As for :func:`scheduler.rostering.solver.solve`; later rounds get a quarter of the time.
    replications
        Simulated horizons behind each certificate.
    most_rounds
        Bound on the rounds; 1 certifies without correcting.
    """
    asked = problem
    best: ClosedLoop | None = None
    rounds: list[Round] = []

    def tell(report: Progress) -> None:
        if progress is not None:
            certificate = best.certificate if best else None
            progress(replace(report, round=len(rounds) + 1, service=_levels(certificate)))

    while True:
        seconds = params.seconds / 4 if rounds else params.seconds
        result = solve(asked, replace(params, seconds=seconds), tell, cancelled=cancelled)
        if result.roster is None:
            why = f"no roster: {result.status}"
            return best or ClosedLoop(
                problem=asked, result=result, certificate=None, rounds=(), reason=why
            )
        certificate = certify(asked, result.roster, replications=replications, seed=params.seed + 1)
        corrections = dict(_corrections(asked, result, certificate))
        rounds.append(_round(problem, result, certificate, corrections))
        if best is None or _order(rounds[-1]) < min(_order(each) for each in rounds[:-1]):
            best = ClosedLoop(
                problem=asked, result=result, certificate=certificate, rounds=(), reason=""
            )
        reason = _reason(result, rounds, corrections, cancelled, most_rounds)
        best = replace(best, rounds=tuple(rounds), reason=reason)
        if reason:
            return best
        asked = replace(problem, corrections={**asked.corrections, **corrections})


def _levels(certificate: Certificate | None) -> dict[str, float]:
    """Return each queue's service level; nothing before the first certificate."""
    found = certificate.queues if certificate else ()
    return {each.queue: float(each.level) for each in found if isfinite(each.level)}


def measured_corrections(problem: Problem, certificate: Certificate) -> dict[tuple[str, str], int]:
    """Say by how much the curves misjudge the days and weeks of a certified roster.

    A problem with these corrections judges rosters near that one as its certificate does.

    Returns
    -------
    dict
        Thousandths of contacts by queue and day or week; below zero where curves are too strict.
    """
    return {
        (queue.queue, pledge.when): ceil((pledge.predicted - pledge.level) * pledge.offered * MILLI)
        for queue in certificate.queues
        if problem.requirement.queues[problem.requirement.index_of(queue.queue)].promise
        != "interval"
        for pledge in queue.pledges
    }


def _order(done: Round) -> tuple[float, float]:
    return (done.missing, done.paid_hours)


def _reason(
    result: RosterResult,
    rounds: list[Round],
    corrections: dict[tuple[str, str], int],
    cancelled: Callable[[], bool] | None,
    most_rounds: int,
) -> str:
    """Say why the loop ends here; empty to go on."""
    last = rounds[-1]
    if not corrections:
        return "the promise holds"
    if last.missing > 0 and any(p.rule in ("promise", "coverage") for p in result.penalties):
        return "the people are spent"
    if cancelled is not None and cancelled():
        return "cancelled"
    if len(rounds) >= most_rounds:
        return "no more rounds were allowed"
    if len(rounds) > 1 and _order(last) >= min(_order(each) for each in rounds[:-1]):
        return "another round brought nothing"
    return ""


def _round(
    problem: Problem,
    result: RosterResult,
    certificate: Certificate,
    corrections: dict[tuple[str, str], int],
) -> Round:
    assert result.roster is not None  # noqa: S101 - only rounds with a roster are looked at
    return Round(
        missing=sum(_missing(p) for queue in certificate.queues for p in queue.pledges),
        spare_agents=sum(
            p.kept and (queue.queue, p.when) in corrections
            for queue in certificate.queues
            for p in queue.pledges
        ),
        paid_hours=result.roster.paid_hours,
    )


def _missing(pledge: PledgeCertificate) -> float:
    return 0.0 if pledge.kept else (pledge.target - pledge.level) * pledge.offered


def _corrections(
    problem: Problem, result: RosterResult, certificate: Certificate
) -> Iterator[tuple[tuple[str, str], int]]:
    """Give the new correction of each pledge that is missed or needlessly exceeded."""
    for queue in certificate.queues:
        row = problem.requirement.index_of(queue.queue)
        for pledge in queue.pledges:
            key = (queue.queue, pledge.when)
            if problem.requirement.queues[row].promise == "interval":
                if not pledge.kept:
                    yield key, problem.corrections.get(key, 0) + 1
                continue
            too_kind = pledge.predicted - pledge.level
            if pledge.kept:
                worth = _one_agent(problem, result, queue.queue, pledge.when)
                tight = pledge.predicted - pledge.target < worth
                if not tight or pledge.level - pledge.target <= worth or too_kind >= 0:
                    continue
            share = max(too_kind, pledge.target - pledge.level if not pledge.kept else -1)
            yield key, ceil((share + _MARGIN) * pledge.offered * MILLI)


def _one_agent(problem: Problem, result: RosterResult, queue: str, when: str) -> float:
    """Share of a pledge's contacts answered in time thanks to one agent present throughout."""
    assert result.roster is not None  # noqa: S101 - only rounds with a roster are looked at
    row = problem.requirement.index_of(queue)
    curve, offered = problem.requirement.curves[row], problem.requirement.offered[row]
    there = cover(problem, result.roster).scheduled[row]
    gain = expected_level(curve, there) - expected_level(curve, np.maximum(there - 1, 0))
    at = next(list(p.intervals) for p in pledges(problem) if (p.queue, p.when) == (queue, when))
    return float(offered[at] @ gain[at] / offered[at].sum())
