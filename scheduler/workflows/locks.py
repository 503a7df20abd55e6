"""Locks: what a manager has decided in a draft and the next search must keep."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, time
from typing import Any

from scheduler.exchange.case import Case
from scheduler.people import Agent
from scheduler.rostering.problem import Pin
from scheduler.rostering.roster import Assignment


def with_locks(case: Case, locks: Iterable[Pin]) -> Case:
    """Return a case whose pins are its own and the locks, which win for the same agent and date."""
    decided = {(lock.agent_id, lock.day): lock for lock in locks}
    if not decided:
        return case
    own = (pin for pin in case.pins if (pin.agent_id, pin.day) not in decided)
    return replace(case, pins=(*own, *decided.values()))


def lock_document(locks: Iterable[Pin]) -> dict[str, Any]:
    """Write locks as they stand beside what a solve answered; nothing for none."""
    rows = sorted(
        [each.agent_id, each.day.isoformat(), each.shift, _clock(each.start), _clock(each.end)]
        for each in locks
    )
    return {"locks": rows} if rows else {}


def locks_in(result: Any) -> tuple[Pin, ...]:
    """Read the locks of a roster out of what its solve answered."""
    rows = (result or {}).get("locks", [])
    return tuple(
        Pin(
            agent_id=agent_id,
            day=date.fromisoformat(day),
            shift=shift,
            start=time.fromisoformat(start) if start else None,
            end=time.fromisoformat(end) if end else None,
        )
        for agent_id, day, shift, start, end in rows
    )


def lock_on(agent: Agent, day: date, worked: Assignment | None) -> Pin:
    """Return the lock that keeps what an agent works on a day, to the start; None for a day off."""
    if worked is None:
        return Pin(agent_id=agent.agent_id, day=day, shift="")
    start, end = (at.astimezone(agent.zone).time() for at in (worked.shift.start, worked.shift.end))
    return Pin(agent_id=agent.agent_id, day=day, shift=worked.shift.template, start=start, end=end)


def _clock(at: time | None) -> str:
    return "" if at is None else at.isoformat()
