"""Why a repair moves nobody, or more people than a manager would like, in words."""

from __future__ import annotations

from scheduler.rostering.repair import Repair
from scheduler.rostering.roster import Penalty

FEW = 2


def reason(found: Repair, with_few: Repair | None = None) -> str:
    """Say why a repair touches as many people as it does.

    Parameters
    ----------
    found
        The repair.
    with_few
        The best repair that touches at most ``FEW`` people, where ``found`` touches more.

    Returns
    -------
    str
        A sentence; empty where a few people move and that mends it.
    """
    if found.result.roster is None:
        return ""
    left = _service(found)
    if not found.changes:
        if not left:
            return "nobody has to move: every promise and floor is kept without the lost shifts"
        return "nobody moves: no change is worth its price; what is short: " + _joined(left)
    if len(found.touched) <= FEW or with_few is None:
        return ""
    if with_few.result.roster is None:
        return f"more people move because no roster that touches {FEW} at most keeps every rule"
    if with_few.cost is None or found.cost is None or with_few.cost <= found.cost:
        return f"a roster that touches {FEW} people at most would do as well: ask for it"
    return (
        f"more people move because with {FEW} at most {_joined(_service(with_few)) or 'it'} "
        f"would remain: {with_few.cost - found.cost:,} minutes of paid time dearer in all"
    )


def _service(found: Repair) -> list[Penalty]:
    return [p for p in found.result.penalties if p.rule in ("promise", "coverage", "deferred")]


def _joined(penalties: list[Penalty]) -> str:
    return "; ".join(penalty.words for penalty in penalties)
