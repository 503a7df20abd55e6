"""Times as exports write them: ISO 8601, day or month first, AM and PM, epochs, named zones."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from math import nan
from typing import Literal, NoReturn
from zoneinfo import ZoneInfo

from scheduler.exchange.notation import YEARS
from scheduler.exchange.refusal import refuse

DateOrder = Literal["dmy", "mdy"]
DoubledHour = Literal["refuse", "first", "second"]

# What is expected where a choice is missing; a preview asks for it.
ZONE_WANTED = "the zone of the times (zone: an IANA name such as Europe/London)"
ORDER_WANTED = "a date whose order is stated (date_order: dmy or mdy)"
DAY_S = 86400
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", re.ASCII)
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})", re.ASCII)
_EPOCH = re.compile(r"(\d{9,10}|\d{12,13})(\.\d{1,9})?", re.ASCII)
_CLOCK = re.compile(
    r"(\d{1,2}):(\d{2})(?::(\d{2})(\.\d{1,9})?)?(?: ?([AaPp])\.?[Mm]\.?)?"
    r"(?: ?(Z|[+-]\d{2}(?::?\d{2})?|[A-Z]{3,5}))?",
    re.ASCII,
)
_WIDEST_OFFSET_S = 15 * 3600
_UTC_NAMES = ("Z", "UTC", "GMT")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """How times are to be understood that leave something open.

    Attributes
    ----------
    zone
        Zone of times that state none; None refuses them.
    order
        Whether the day or the month comes first in ``03/04/2026``; None refuses such dates.
    doubled
        Which of the two is meant by a time that clocks show twice.
    """

    zone: ZoneInfo | None
    order: DateOrder | None = None
    doubled: DoubledHour = "refuse"


def is_epoch(text: str) -> bool:
    """Tell whether a text can be a number of seconds or milliseconds since 1970."""
    return _EPOCH.fullmatch(text) is not None


def split_moment(text: str) -> tuple[str, str]:
    """Split ``2026-03-02T09:00Z`` or ``3/2/2026, 9:00 AM`` into its date and its time of day."""
    text = text.strip()
    day, _, clock = text.partition("T" if text[10:11] == "T" else " ")
    # Nothing may follow an epoch: what has something there is not split, so that it is refused.
    return (text, "") if clock and is_epoch(day) else (day.rstrip(","), clock.strip())


def split_moments(texts: list[str]) -> tuple[list[str], list[str]]:
    """Split many times into dates and times of day; see :func:`split_moment`."""
    days = [text[:10] for text in texts]
    # Nearly every export writes the long form of ISO 8601, which needs no look at single texts.
    if {text[10:11] for text in texts} <= {"T", " "} and all(map(_YEAR_FIRST.fullmatch, set(days))):
        return days, [text[11:].strip() for text in texts]
    parts = [split_moment(text) for text in texts]
    return [part[0] for part in parts], [part[1] for part in parts]


def possible_orders(dates: Iterable[str]) -> frozenset[DateOrder]:
    """Tell in which orders all these dates can be read.

    Dates with a year in front, or with dots, leave nothing open and count for neither order; both
    orders come back where nothing decides.
    """
    orders: set[DateOrder] = {"dmy", "mdy"}
    for text in dates:
        match = _YEAR_LAST.fullmatch(text)
        if match is None or match[2] == ".":
            continue
        if int(match[1]) > 12:
            orders.discard("mdy")
        if int(match[3]) > 12:
            orders.discard("dmy")
    return frozenset(orders)


def is_open_date(text: str) -> bool:
    """Tell whether the order of day and month in a date must be known to read it."""
    match = _YEAR_LAST.fullmatch(text)
    return match is not None and match[2] != "."


def read_epoch(text: str) -> float:
    """Read seconds since 1970; 12 digits and more are milliseconds."""
    whole = text.partition(".")[0]
    value = float(text) / (1000.0 if len(whole) > 10 else 1.0)
    if datetime.fromtimestamp(value, UTC).year not in YEARS:
        _refuse_date(text)
    return value


def read_date(text: str, order: DateOrder | None) -> float:
    """Read a date as seconds from 1970 to its midnight."""
    first, last = _YEAR_FIRST.fullmatch(text), _YEAR_LAST.fullmatch(text)
    if first is not None:
        year, month, day = int(first[1]), int(first[2]), int(first[3])
    elif last is not None:
        order = "dmy" if last[2] == "." else order
        if order is None:
            refuse(ORDER_WANTED, text)
        day, month = (
            int(each) for each in (last.group(1, 3) if order == "dmy" else last.group(3, 1))
        )
        year = int(last[4]) + (2000 if len(last[4]) == 2 else 0)
    else:
        _refuse_date(text)
    try:
        found = date(year, month, day)
    except ValueError:
        _refuse_date(text)
    if year not in YEARS:
        _refuse_date(text)
    return float((found - date(1970, 1, 1)).days * DAY_S)


def _refuse_date(text: str) -> NoReturn:
    refuse(f"a date such as 2026-03-02, {YEARS[0]} … {YEARS[-1]}", text)


def read_clock(text: str) -> float:
    """Read a time of day as seconds after midnight."""
    expected = "a date with a time of day such as 09:00, 09:00:30 or 9:00 AM"
    match = _CLOCK.fullmatch(text)
    if match is None or abs(offset_of(match[6] or "Z")) > _WIDEST_OFFSET_S:
        refuse(expected, text)
    hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
    if match[5]:
        if not 1 <= hour <= 12:
            refuse(expected, text)
        hour = hour % 12 + (12 if match[5] in "Pp" else 0)
    if hour > 23 or minute > 59 or second > 59:
        refuse(expected, text)
    return hour * 3600 + minute * 60 + second + float(match[4] or 0)


def stated_zone(clock: str) -> str:
    """Return the offset or abbreviation that a time of day states, or nothing."""
    match = _CLOCK.fullmatch(clock)
    return (match[6] or "") if match else ""


def offset_of(name: str) -> float:
    """Return the seconds east of UTC that an offset or a name of UTC stands for, else NaN."""
    if name in _UTC_NAMES:
        return 0.0
    if not name or name[0] not in "+-":
        return nan
    digits = name[1:].replace(":", "").ljust(4, "0")
    hours, minutes = int(digits[:2]), int(digits[2:])
    return (hours * 3600 + minutes * 60) * (-1.0 if name[0] == "-" else 1.0)
