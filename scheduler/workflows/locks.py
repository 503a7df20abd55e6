"""Locks: what a manager has decided in a draft and the next search must keep."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from scheduler.exchange.case import Case
from scheduler.rostering.problem import Pin


def with_locks(case: Case, locks: Iterable[Pin]) -> Case:
    """Return a case whose pins are its own and the locks, which win for the same agent and date."""
    decided = {(lock.agent_id, lock.day): lock for lock in locks}
    if not decided:
        return case
    own = (pin for pin in case.pins if (pin.agent_id, pin.day) not in decided)
    return replace(case, pins=(*own, *decided.values()))


def lock_document(locks: Iterable[Pin]) -> dict[str, Any]:
    """Write locks as they stand beside what a solve answered; nothing for none."""
    rows = sorted([lock.agent_id, lock.day.isoformat(), lock.shift] for lock in locks)
    return {"locks": rows} if rows else {}


def locks_in(result: Any) -> tuple[Pin, ...]:
    """Read the locks of a roster out of what its solve answered."""
    rows = (result or {}).get("locks", [])
    return tuple(
        Pin(agent_id=agent_id, day=date.fromisoformat(day), shift=shift)
        for agent_id, day, shift in rows
    )
