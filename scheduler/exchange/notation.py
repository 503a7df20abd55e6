"""How single values are written in a cell of a table and under a key of ``case.toml``.

Every notation reads the text of a cell and the plain value of a TOML key alike, so that a folder
and a workbook mean the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from math import isfinite
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo, available_timezones

from forecasting.special_days import OpeningHours, public_holidays
from scheduler.exchange.refusal import nearest, refuse
from scheduler.free_text import takes
from scheduler.people import WEEKDAYS
from scheduler.staffing.deadline import Deadline, format_duration, parse_duration

T = TypeVar("T")

YEARS = range(1990, 2101)
_LARGEST = 1_000_000_000.0
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(:00)?", re.ASCII)
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})([T ]00:00(:00)?)?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notation(Generic[T]):
    """One way of writing values.

    Attributes
    ----------
    parse
        Reads the text of a cell or a TOML value; raises InputError without a place.
    plain
        Gives the value as TOML writes it.
    cell
        Gives the value as the text of a cell, not yet neutralised.
    words
        Every word it may be, where there are only a few; empty otherwise.
    """

    parse: Callable[[object], T]
    plain: Callable[[T], object]
    cell: Callable[[T], str]
    words: tuple[str, ...] = ()


def read_text(raw: object) -> str:
    """Read text as it stands; what no workbook could hold is refused."""
    if not isinstance(raw, str) or not takes(raw):
        refuse("text without control characters", raw)
    return raw


def read_number(raw: object) -> float:
    """Read a finite number with a decimal point."""
    if isinstance(raw, str) and _NUMBER.fullmatch(raw):
        value = float(raw)
    elif isinstance(raw, int | float) and not isinstance(raw, bool):
        value = float(min(raw, 1 << 60))
    else:
        refuse("a number such as 12 or 0.5", raw)
    if not isfinite(value) or abs(value) > _LARGEST:
        refuse("a number up to 1,000,000,000", raw)
    return value


def number_words(value: float) -> str:
    """Write a number as people type it: ``40``, ``37.5``."""
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def read_amount(raw: object) -> float:
    """Read a number of 0 or more."""
    value = read_number(raw)
    if value < 0:
        refuse("a number of 0 or more", raw)
    return value


def read_whole(raw: object) -> int:
    """Read a whole number; ``12.0`` is one."""
    value = read_number(raw)
    if value != int(value):
        refuse("a whole number", raw)
    return int(value)


def read_count(raw: object) -> float:
    """Read a number of contacts: whole, 0 or more."""
    value = read_number(raw)
    if value < 0 or value != int(value):
        refuse("a whole number of 0 or more", raw)
    return value


def read_day(raw: object) -> date:
    """Read a date; a spreadsheet's date with a time of midnight is one."""
    expected = f"a date such as 2026-03-02, {YEARS[0]} … {YEARS[-1]}"
    match = _DAY.fullmatch(raw) if isinstance(raw, str) else None
    if match:
        try:
            raw = date.fromisoformat(match[1])
        except ValueError:
            refuse(expected, raw)
    if not isinstance(raw, date) or isinstance(raw, datetime) or raw.year not in YEARS:
        refuse(expected, raw)
    return raw


def read_clock(raw: object) -> time:
    """Read a time of day in whole minutes; 24:00 is the midnight that ends the day."""
    match = _CLOCK.fullmatch(raw) if isinstance(raw, str) else None
    if match:
        hour, minute = int(match[1]), int(match[2])
        if (hour, minute) == (24, 0):
            return time(0)
        if hour < 24 and minute < 60:
            return time(hour, minute)
    if not isinstance(raw, time) or raw.second or raw.microsecond or raw.tzinfo is not None:
        refuse("a time of day such as 07:30", raw)
    return raw


def read_zone(raw: object) -> ZoneInfo:
    """Read the IANA name of a time zone."""
    name = read_text(raw)
    if name not in _zones():
        refuse(f"a time zone such as Europe/London{nearest(name, _zones())}", raw)
    return ZoneInfo(name)


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def read_country(raw: object) -> str:
    """Read the ISO 3166 code of a country whose holidays are known."""
    name = read_text(raw)
    if not re.fullmatch(r"[A-Z]{2}(-[A-Z0-9]{1,3})?", name, re.ASCII):
        refuse("an ISO 3166 code such as GB, NZ, AU-WA or CA-ON", raw)
    public_holidays(name, ())
    return name


def read_duration(raw: object) -> timedelta:
    """Read a length of time such as ``3m``."""
    try:
        return parse_duration(read_text(raw))
    except OverflowError:
        refuse("a length of time such as 20s, 3m, 1h30m or 24h", raw)


def read_deadline(raw: object) -> Deadline:
    """Read a deadline such as ``20s`` or ``1bd``."""
    try:
        deadline = Deadline.parse(read_text(raw))
    except (OverflowError, ValueError):
        refuse("a deadline such as 20s, 24h or 1bd", raw)
    if deadline.business_days > 100:
        refuse("at most 100 business days", raw)
    return deadline


def read_floor(raw: object) -> object:
    """Read a queue's least service level, or ``stable``."""
    return raw if raw == "stable" else read_number(raw)


def read_yes(raw: object) -> bool:
    """Read yes or no."""
    words = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
    if isinstance(raw, bool):
        return raw
    if not isinstance(raw, str) or raw.casefold() not in words:
        refuse("yes or no", raw)
    return words[raw.casefold()]


def read_names(raw: object) -> tuple[str, ...]:
    """Read names separated by ``;``, or a list of them."""
    parts = raw.split(";") if isinstance(raw, str) else raw
    if not isinstance(parts, list) or not all(isinstance(each, str) for each in parts):
        refuse("names separated by ;", raw)
    return tuple(read_text(each.strip()) for each in parts if each.strip())


def read_numbers(raw: object) -> tuple[float, ...]:
    """Read numbers separated by ``;``, or a list of them; ``none`` for none."""
    if raw == "none":
        return ()
    parts = raw.split(";") if isinstance(raw, str) else raw
    if not isinstance(parts, list):
        refuse("numbers separated by ;", raw)
    return tuple(read_number(each.strip() if isinstance(each, str) else each) for each in parts)


def read_weekdays(raw: object) -> frozenset[int]:
    """Read weekdays such as ``Mon-Fri``, ``Mon;Wed`` or a list of them; ``none`` for none."""
    words = raw if isinstance(raw, list) else re.split(r"\s*[,;]\s*", read_text(raw).strip())
    days: set[int] = set()
    for word in words:
        if word == "none":
            continue
        try:
            ends = [WEEKDAYS.index(name.strip().capitalize()) for name in word.split("-")]
        except (ValueError, AttributeError):
            refuse("weekdays such as Mon-Fri or Mon;Tue", raw)
        if len(ends) > 2:
            refuse("weekdays such as Mon-Fri or Mon;Tue", raw)
        days |= {(ends[0] + n) % 7 for n in range((ends[-1] - ends[0]) % 7 + 1)}
    return frozenset(days)


def read_successions(raw: object) -> frozenset[tuple[str, str]]:
    """Read pairs of names such as ``late>early``, separated by ``;`` or in a list."""
    pairs = set()
    for part in read_names(raw):
        before, mark, after = (each.strip() for each in part.partition(">"))
        if not before or not mark or not after or ">" in after:
            refuse("pairs such as late>early;night>early", raw)
        pairs.add((before, after))
    return frozenset(pairs)


def read_counts(raw: object) -> tuple[tuple[str, int], ...]:
    """Read whole numbers by name: ``night=2;late=3``, or a table of them."""
    if isinstance(raw, dict):
        items = [(read_text(name), value) for name, value in raw.items()]
    else:
        parts = [part.rpartition("=") for part in read_names(raw)]
        items = [(name.strip(), value.strip()) for name, _, value in parts]
    counts = {name: read_whole(value) for name, value in items if name}
    if len(counts) < len(items):
        refuse("each name once, such as night=2;late=3", raw)
    return tuple(sorted(counts.items()))


def read_rotation(raw: object) -> tuple[tuple[str, ...], ...]:
    """Read weeks of seven words each: a list of ``early;early;…;off``, or these joined by ``>``."""
    parts = raw.split(">") if isinstance(raw, str) else raw
    if not isinstance(parts, list):
        refuse("weeks such as early;early;early;early;early;off;off", raw)
    return tuple(read_names(part) for part in parts)


def read_changes(raw: object) -> tuple[tuple[date, str], ...]:
    """Read names by date, such as ``2026-04-01=part-time``, separated by ``;``."""
    changes = []
    for part in read_names(raw):
        day, mark, name = part.partition("=")
        if not mark or not name.strip():
            refuse("dates and names such as 2026-04-01=part-time", raw)
        changes.append((read_day(day.strip()), name.strip()))
    return tuple(sorted(changes))


def one_of(*choices: str) -> Notation[str]:
    """Make the notation of a word out of a few."""

    def read(raw: object) -> str:
        if raw not in choices:
            hint = nearest(raw, choices) if isinstance(raw, str) else ""
            refuse(f"one of {', '.join(choices)}{hint}", raw)
        return str(raw)

    return Notation(parse=read, plain=str, cell=str, words=choices)


def clock_words(at: time) -> str:
    """Write a time of day as ``07:30``."""
    return f"{at:%H:%M}"


def _succession_words(pairs: Iterable[tuple[str, str]]) -> list[str]:
    return [f"{before}>{after}" for before, after in sorted(pairs)]


def _day_names(days: Iterable[int]) -> list[str]:
    return [WEEKDAYS[day] for day in sorted(days)]


def _floor_words(value: object) -> str:
    return value if isinstance(value, str) else repr(value)


TEXT = Notation(parse=read_text, plain=str, cell=str)
NUMBER = Notation(parse=read_number, plain=float, cell=number_words)
AMOUNT = Notation(parse=read_amount, plain=float, cell=number_words)
NUMBERS = Notation(
    parse=read_numbers,
    plain=list,
    cell=lambda values: ";".join(map(number_words, values)) or "none",
)
WHOLE = Notation(parse=read_whole, plain=int, cell=str)
DAY = Notation(parse=read_day, plain=lambda day: day, cell=date.isoformat)
CLOCK = Notation(parse=read_clock, plain=clock_words, cell=clock_words)
ZONE = Notation(parse=read_zone, plain=str, cell=str)
COUNTRY = Notation(parse=read_country, plain=str, cell=str)
DURATION = Notation(parse=read_duration, plain=format_duration, cell=format_duration)
DURATIONS = Notation(
    parse=lambda raw: tuple(read_duration(each) for each in read_names(raw)),
    plain=lambda lengths: [format_duration(each) for each in lengths],
    cell=lambda lengths: ";".join(format_duration(each) for each in lengths),
)
DEADLINE = Notation(parse=read_deadline, plain=str, cell=str)
FLOOR = Notation(parse=read_floor, plain=lambda value: value, cell=_floor_words)
OPENING = Notation(parse=lambda raw: OpeningHours.parse(read_text(raw)), plain=str, cell=str)
YES = Notation(
    parse=read_yes,
    plain=bool,
    cell=lambda value: "yes" if value else "no",
    words=("no", "yes"),
)
NAMES = Notation(parse=read_names, plain=list, cell=";".join)
NAME_SET = Notation(
    parse=lambda raw: frozenset(read_names(raw)),
    plain=sorted,
    cell=lambda names: ";".join(sorted(names)),
)
WEEKDAY_SET = Notation(
    parse=read_weekdays,
    plain=_day_names,
    cell=lambda days: ";".join(_day_names(days)) or "none",
)
SUCCESSIONS = Notation(
    parse=read_successions,
    plain=_succession_words,
    cell=lambda pairs: ";".join(_succession_words(pairs)),
)
COUNTS = Notation(
    parse=read_counts,
    plain=dict,
    cell=lambda counts: ";".join(f"{name}={count}" for name, count in counts),
)
WEEKS = Notation(
    parse=read_rotation,
    plain=lambda weeks: [";".join(week) for week in weeks],
    cell=lambda weeks: ">".join(";".join(week) for week in weeks),
)
CHANGES = Notation(
    parse=read_changes,
    plain=lambda changes: [f"{day}={name}" for day, name in changes],
    cell=lambda changes: ";".join(f"{day}={name}" for day, name in changes),
)
