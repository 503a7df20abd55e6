"""The manager's priorities as a table: each rule's place and what it may lose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Priority:
    """Where a priced rule stands.

    Attributes
    ----------
    rule
        Its name.
    place
        1 for the most important; the same for rules weighed against each other; None for none.
    tolerance
        By how many paid minutes what comes later may make it dearer; None for not at all.
    """

    rule: str
    place: int | None = None
    tolerance: int | None = None


def as_priorities(cells: Mapping[str, str], rules: Sequence[str]) -> list[Priority]:
    """Read the cells ``order`` and ``tolerance`` of a set-up; those with a place come first.

    Parameters
    ----------
    cells
        Cells by key; what cannot be read is passed over.
    rules
        Names of the priced rules, in the house's order.
    """
    places = {
        name.strip(): place
        for place, level in enumerate(filter(None, cells.get("order", "").split(";")), start=1)
        for name in level.split("+")
    }
    pairs = (each.split("=", 1) for each in cells.get("tolerance", "").split(";") if "=" in each)
    minutes = {name.strip(): int(text) for name, text in pairs if text.strip().isdecimal()}
    ordered = sorted(rules, key=lambda rule: places.get(rule, len(rules) + 1))
    return [
        Priority(rule=rule, place=places.get(rule), tolerance=minutes.get(rule)) for rule in ordered
    ]


def as_cells(priorities: Iterable[Priority]) -> dict[str, str]:
    """Write priorities as the cells ``order`` and ``tolerance``."""
    levels: dict[int, list[str]] = {}
    minutes = []
    for each in priorities:
        if each.place is not None:
            levels.setdefault(each.place, []).append(each.rule)
        if each.tolerance:
            minutes.append(f"{each.rule}={each.tolerance}")
    return {
        "order": ";".join("+".join(levels[place]) for place in sorted(levels)),
        "tolerance": ";".join(minutes),
    }
