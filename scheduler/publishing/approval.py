"""Rules by which a request is granted without a manager, and why the others wait for one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from scheduler.errors import Fault, InputError
from scheduler.publishing.assessment import Assessment
from scheduler.publishing.leave import LeaveRules, LeaveStanding
from scheduler.publishing.publication import behind_line
from scheduler.publishing.requests import Ask, What


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRules:
    """How a team deals with requests.

    Attributes
    ----------
    automatic
        What may be granted without a manager, if it does no harm; nothing by default.
    notice
        Only changes of shifts that start later than this from now are granted so.
    largest_drop
        Largest fall of a queue's service level that is granted so, 0 to 1.
    leave
        Balance and daily limit.
    """

    automatic: frozenset[What] = frozenset()
    notice: timedelta = timedelta(days=1)
    largest_drop: float = 0.01
    leave: LeaveRules = field(default_factory=LeaveRules)

    def __post_init__(self) -> None:
        """Refuse notice in the past and drops that are no share."""
        faults = []
        if self.notice < timedelta(0):
            faults.append(Fault(column="notice", expected="0h or more", found=str(self.notice)))
        if not 0 <= self.largest_drop <= 1:
            found = f"{self.largest_drop:g}"
            faults.append(Fault(column="largest_drop", expected="0 … 1", found=found))
        if faults:
            raise InputError(faults)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether the rules grant a request by themselves, and if not, every reason why."""

    granted: bool
    reasons: tuple[str, ...]


def verdict(
    ask: Ask,
    assessments: Sequence[Assessment],
    rules: RequestRules,
    *,
    now: datetime,
    agreed: bool,
    standing: LeaveStanding | None = None,
) -> Verdict:
    """Decide whether a request needs a manager.

    Parameters
    ----------
    ask
        What is asked for.
    assessments
        What it does to each published week that it touches.
    rules
        The team's.
    now
        The time of the decision.
    agreed
        Whether the colleague agrees; true where none has to.
    standing
        Of leave: days left and who else is away.
    """
    line = now + rules.notice
    reasons = []
    if ask.what not in rules.automatic:
        reasons.append("a manager decides on this kind of request")
    if not agreed:
        reasons.append("the colleague has not agreed yet")
    if standing is not None and not standing.within:
        reasons += standing.words
    for found in assessments:
        if not found.harmless:
            reasons.append("it would break a rule or a promise")
        elif found.worst_drop > rules.largest_drop:
            reasons.append(f"a queue's service would fall by {found.worst_drop:.1%}")
        if behind_line(found.changes, line):
            reasons.append("it changes a shift that starts too soon")
    return Verdict(granted=not reasons, reasons=tuple(dict.fromkeys(reasons)))
