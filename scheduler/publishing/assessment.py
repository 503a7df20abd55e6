"""What granting a request does to rules and to service, before anybody decides."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from scheduler.publishing.effect import Effect
from scheduler.publishing.publication import Change, change_words, changes
from scheduler.rostering.check import check
from scheduler.rostering.problem import Problem
from scheduler.rostering.promise import QueueCertificate, certify
from scheduler.rostering.roster import Roster, Violation
from scheduler.rostering.rules.requests import Requests

_DUST = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceChange:
    """One queue's service level without and with the change, 0 to 1, and its promise."""

    queue: str
    target: float
    before: float
    after: float
    kept_before: bool
    kept_after: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """A week without and with a change.

    Attributes
    ----------
    changes
        Whose days differ.
    broken, mended
        Hard rules broken only with, and only without the change.
    lost, met
        Wishes not granted only with, and only without the change, in sentences.
    service
        Every queue's certificate, without and with.
    paid_hours
        Paid time without and with.
    words
        All of it in sentences, the worst first.
    """

    changes: tuple[Change, ...]
    broken: tuple[Violation, ...]
    mended: tuple[Violation, ...]
    lost: tuple[str, ...]
    met: tuple[str, ...]
    service: tuple[ServiceChange, ...]
    paid_hours: tuple[float, float]
    words: tuple[str, ...]

    @property
    def harmless(self) -> bool:
        """Whether no rule is newly broken and no promise is lost."""
        return not self.broken and all(s.kept_after or not s.kept_before for s in self.service)

    @property
    def worst_drop(self) -> float:
        """The largest fall of a queue's service level, 0 to 1."""
        return max((s.before - s.after for s in self.service), default=0.0)


def assess(
    problem: Problem, roster: Roster, effect: Effect, *, replications: int = 200, seed: int = 1
) -> Assessment:
    """Ask the plain checker and the certificate about a week without and with a change.

    Both sides are simulated with the same random numbers, so that their difference is the
    change's and not chance.

    Parameters
    ----------
    problem, roster
        The week as it stands.
    effect
        The week as it would be.
    replications, seed
        See :func:`scheduler.rostering.promise.certify`.
    """
    sides = ((problem, roster), (effect.problem, effect.roster))
    old, new = (Counter(check(*side)) for side in sides)
    missed, misses = (Counter(p.words for p in Requests().price(*side)) for side in sides)
    found = changes(roster, effect.roster)
    before = certify(problem, roster, replications=replications, seed=seed)
    after = before
    if found:
        after = certify(effect.problem, effect.roster, replications=replications, seed=seed)
    service = tuple(
        ServiceChange(
            queue=a.queue,
            target=a.target,
            before=_level(a),
            after=_level(b),
            kept_before=a.kept,
            kept_after=b.kept,
        )
        for a, b in zip(before.queues, after.queues, strict=True)
    )
    broken, mended = tuple((new - old).elements()), tuple((old - new).elements())
    lost, met = tuple((misses - missed).elements()), tuple((missed - misses).elements())
    paid = (roster.paid_hours, effect.roster.paid_hours)
    return Assessment(
        changes=found,
        broken=broken,
        mended=mended,
        lost=lost,
        met=met,
        service=service,
        paid_hours=paid,
        words=(
            *(f"breaks a rule: {each.words}" for each in broken),
            *(_service_words(each) for each in service if _moves(each)),
            *(f"loses a wish: {each}" for each in lost),
            *(f"mends: {each.words}" for each in mended),
            *(f"grants a wish: {each}" for each in met),
            *(change_words(each, problem.agents) for each in found),
            *_paid_words(*paid),
        ),
    )


def _level(queue: QueueCertificate) -> float:
    return queue.simulated.mean if queue.exact is None else queue.exact


def _moves(service: ServiceChange) -> bool:
    moved = abs(service.after - service.before) > _DUST
    return moved or service.kept_before != service.kept_after


def _service_words(service: ServiceChange) -> str:
    verdict = {
        (True, True): "the promise is still kept",
        (True, False): "the promise is no longer kept",
        (False, True): "the promise is kept again",
        (False, False): "the promise is not kept either way",
    }[service.kept_before, service.kept_after]
    return (
        f"{service.queue}: {service.before:.1%} becomes {service.after:.1%} "
        f"({service.target:.0%} promised), {verdict}"
    )


def _paid_words(before: float, after: float) -> tuple[str, ...]:
    if before == after:
        return ()
    return (f"paid hours {before:g} become {after:g}",)
