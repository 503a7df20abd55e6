"""The six meanings of "service level", by name."""

from __future__ import annotations

from typing import Literal, get_args

from scheduler.errors import Fault, InputError
from scheduler.staffing.arguments import checked

Definition = Literal[
    "answered_of_offered",
    "excluding_abandoned_within",
    "abandoned_within_counted",
    "answered_of_answered",
    "excluding_short_abandons",
    "infinitely_patient",
]
"""How contacts that abandon count, with T the threshold of the target.

``answered_of_offered``
    Answered within T, of all offered.
``excluding_abandoned_within``
    Answered within T, of all offered but those who abandon within T.
``abandoned_within_counted``
    Answered or abandoned within T, of all offered.
``answered_of_answered``
    Answered within T, of all answered.
``excluding_short_abandons``
    Answered within T, of all offered but those who abandon within some seconds, usually 5.
``infinitely_patient``
    Share of contacts with endless patience, among the others, that would be answered within T.
"""

DEFINITIONS: tuple[Definition, ...] = get_args(Definition)


def check_definition(definition: str, short_abandon_s: float = 5.0) -> None:
    """Refuse an unknown definition or a negative threshold of a short abandon, s.

    Raises
    ------
    InputError
        One of the two is out of range.
    """
    checked(short_abandon_s=short_abandon_s)
    if definition not in DEFINITIONS:
        raise InputError(
            Fault(
                column="definition",
                expected=f"one of {', '.join(DEFINITIONS)}",
                found=repr(definition),
            )
        )
