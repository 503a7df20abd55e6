"""Lengths of time as people write them, and how soon a contact is to be answered."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from scheduler.errors import Fault, InputError

_UNITS = {"d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1_000, "ms": 1}
_LONGEST_MS = 10_000 * _UNITS["d"]
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|[dhms])")
_BUSINESS_DAYS = re.compile(r"(\d+)bd")


def parse_duration(text: str) -> timedelta:
    """Read a length of time such as ``20s``, ``3m``, ``1h30m`` or ``24h``.

    Raises
    ------
    InputError
        The text is of another form, or longer than 10,000 days.
    """
    compact = text.replace(" ", "").lower()
    parts = _PART.findall(compact)
    milliseconds = sum(float(number) * _UNITS[unit] for number, unit in parts)
    if "".join(map("".join, parts)) != compact or not parts or milliseconds > _LONGEST_MS:
        raise InputError(
            Fault(expected="a length of time such as 20s, 3m, 1h30m or 24h", found=repr(text))
        )
    return timedelta(milliseconds=milliseconds)


def format_duration(length: timedelta) -> str:
    """Write a length of time as :func:`parse_duration` reads it: ``24h``, ``1h30m``, ``20s``.

    Parts of a millisecond are dropped; days are written as hours.
    """
    rest = length // timedelta(milliseconds=1)
    words = ""
    for unit, size in _UNITS.items():
        if unit != "d" and rest >= size:
            words += f"{rest // size}{unit}"
            rest %= size
    return words or "0s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """How soon a contact is to be answered: a length of time or a number of business days.

    Attributes
    ----------
    span
        Length of time; a queue's clock says whether hours in which it is closed count.
    business_days
        Instead of a span: the same local time that many opening days later. A contact that
        comes while the queue is closed counts as coming when it next opens.

    Raises
    ------
    InputError
        Both are given, or one is negative.
    """

    span: timedelta = timedelta(0)
    business_days: int = 0

    def __post_init__(self) -> None:
        """Refuse negative deadlines and those that say two things."""
        if self.span < timedelta(0) or self.business_days < 0 or (self.span and self.business_days):
            raise InputError(
                Fault(
                    column="answer_within",
                    expected="a length of time, 0s or more, or a number of business days",
                    found=f"{self.span} and {self.business_days} business days",
                )
            )

    @classmethod
    def parse(cls, text: str) -> Deadline:
        """Read a deadline such as ``20s``, ``24h`` or ``1bd``.

        Raises
        ------
        InputError
            The text is of another form.
        """
        days = _BUSINESS_DAYS.fullmatch(text.replace(" ", "").lower())
        if days:
            return cls(business_days=int(days[1]))
        try:
            return cls(span=parse_duration(text))
        except InputError:
            raise InputError(
                Fault(expected="a deadline such as 20s, 24h or 1bd", found=repr(text))
            ) from None

    def __str__(self) -> str:
        """Write the deadline as :meth:`parse` reads it."""
        return f"{self.business_days}bd" if self.business_days else format_duration(self.span)
