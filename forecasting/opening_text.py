"""Opening hours in words: ``Mon-Fri 07:00-21:00; Sat 09:00-12:00, 13:00-15:00``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import time
from itertools import pairwise

from scheduler.errors import Fault, InputError

Span = tuple[time, time]
"""When a queue opens and closes, in local time; closing at 00:00 is the end of the day."""
Week = tuple[tuple[Span, ...], ...]
"""The spans of seven weekdays from Monday."""

MIDNIGHT = time(0)
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
ALWAYS: Week = (((MIDNIGHT, MIDNIGHT),),) * 7
_PART = re.compile(r"(?P<days>[A-Za-z][A-Za-z,\s-]*?)\s+(?P<spans>\d[\d:,\s-]*)")
_SPAN = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")


def read_hours(text: str) -> Week:
    """Read the hours of a week; weekdays that are not named are closed.

    Raises
    ------
    InputError
        A part is not of this form; all of them are reported.
    """
    word = text.strip().lower()
    if word == "always":
        return ALWAYS
    week: list[list[Span]] = [[] for _ in WEEKDAYS]
    faults = []
    for part in [] if word == "closed" else text.split(";"):
        try:
            days, spans = _read_part(part.strip())
        except ValueError:
            faults.append(
                Fault(
                    column="opening hours",
                    expected="such as 'Mon-Fri 07:00-21:00; Sat 09:00-13:00'",
                    found=repr(part.strip()),
                )
            )
            continue
        for day in days:
            week[day] += spans
    if faults:
        raise InputError(faults)
    return tuple(tuple(sorted(spans)) for spans in week)


def write_hours(week: Week) -> str:
    """Write the hours of a week as :func:`read_hours` reads them."""
    if week == ALWAYS:
        return "always"
    alike: dict[tuple[Span, ...], list[int]] = {}
    for day, spans in enumerate(week):
        if spans:
            alike.setdefault(spans, []).append(day)
    parts = [f"{_write_days(days)} {write_spans(spans)}" for spans, days in alike.items()]
    return "; ".join(parts) or "closed"


def write_spans(spans: Iterable[Span]) -> str:
    """Write the spans of one day: ``09:00-12:00, 13:00-15:00``."""
    return ", ".join(f"{opens:%H:%M}-{closes:%H:%M}" for opens, closes in spans)


def in_order(spans: Iterable[Span]) -> bool:
    """Tell whether spans close after they open and follow each other without overlap."""
    minutes = [
        (opens.hour * 60 + opens.minute, closes.hour * 60 + closes.minute or 24 * 60)
        for opens, closes in spans
    ]
    return all(opens < closes for opens, closes in minutes) and all(
        before[1] <= after[0] for before, after in pairwise(minutes)
    )


def _read_part(part: str) -> tuple[list[int], list[Span]]:
    match = _PART.fullmatch(part)
    if match is None:
        raise ValueError(part)
    spans = []
    for words in re.split(r"\s*,\s*|\s+", match["spans"].strip()):
        found = _SPAN.fullmatch(words)
        if found is None:
            raise ValueError(part)
        h1, m1, h2, m2 = map(int, found.groups())
        spans.append((time(h1, m1), MIDNIGHT if (h2, m2) == (24, 0) else time(h2, m2)))
    return _read_days(match["days"]), spans


def _read_days(text: str) -> list[int]:
    days = []
    for words in re.split(r"\s*,\s*", text.strip()):
        ends = [WEEKDAYS.index(name.strip().capitalize()) for name in words.split("-")]
        if len(ends) > 2:
            raise ValueError(text)
        days += [(ends[0] + n) % 7 for n in range((ends[-1] - ends[0]) % 7 + 1)]
    return days


def _write_days(days: Sequence[int]) -> str:
    """Write weekdays as ranges: ``Mon-Wed,Fri``."""
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ",".join(
        WEEKDAYS[run[0]] if len(run) == 1 else f"{WEEKDAYS[run[0]]}-{WEEKDAYS[run[-1]]}"
        for run in runs
    )
