"""What every sheet of a team's set-up and every field of it is called on screen."""

from __future__ import annotations

from collections.abc import Mapping

from app_pages.field import Field
from app_pages.language import marked, say
from app_pages.people_words import (
    AGENTS,
    ASSIGNMENTS,
    AVAILABILITY,
    REQUESTS,
    SPECIAL_DAYS,
    TIME_OFF,
    WAITS,
)
from app_pages.whole_words import (
    CAPACITY,
    CASE,
    LIMITS,
    PRICES,
    SHRINKAGE,
)
from app_pages.work_words import (
    ACTIVITIES,
    CONTRACTS,
    QUEUES,
    ROTATIONS,
    SHIFTS,
)

SHEETS = {
    "case": marked("Team"),
    "queues": marked("Queues"),
    "shifts": marked("Shifts"),
    "contracts": marked("Contracts"),
    "rotations": marked("Rotations"),
    "activities": marked("Activities"),
    "shrinkage": marked("Lost time"),
    "rules": marked("Rules"),
    "capacity": marked("Plan of the year"),
    "agents": marked("People"),
    "time_off": marked("Time off"),
    "requests": marked("Wishes"),
    "availability": marked("Every week"),
    "special_days": marked("Special days"),
    "assignments": marked("Fixed and past shifts"),
    "waits": marked("Waits"),
}
FIELDS: Mapping[str, Mapping[str, Field]] = {
    "case": CASE,
    "queues": QUEUES,
    "shifts": SHIFTS,
    "contracts": CONTRACTS,
    "rotations": ROTATIONS,
    "activities": ACTIVITIES,
    "shrinkage": SHRINKAGE,
    "rules": {**LIMITS, **PRICES},
    "capacity": CAPACITY,
    "agents": AGENTS,
    "time_off": TIME_OFF,
    "requests": REQUESTS,
    "availability": AVAILABILITY,
    "special_days": SPECIAL_DAYS,
    "assignments": ASSIGNMENTS,
    "waits": WAITS,
}


def sheet_words(sheet: str) -> str:
    """Say what a sheet is called; a file keeps its name."""
    return say(SHEETS[sheet]) if sheet in SHEETS else sheet


def field_words(sheet: str, key: str) -> str:
    """Say what a field is called; what has no name of its own is shown as it is."""
    # Faults of settings name their section as well: "rules, order", "limits, budget".
    last = key.rpartition(", ")[2]
    known = FIELDS.get(sheet, {})
    found = known.get(last) or known.get(f"limits.{last}") or known.get(f"prices.{last}")
    return say(found.label) if found else key
