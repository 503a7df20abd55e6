"""How the breaks of a shift template are written in a cell and in ``case.toml``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import time, timedelta
from typing import Any

from scheduler.errors import InputError
from scheduler.exchange.notation import (
    Notation,
    clock_words,
    read_clock,
    read_duration,
    read_names,
    read_yes,
)
from scheduler.exchange.refusal import refuse
from scheduler.rostering.breaks import BreakTemplate
from scheduler.staffing.deadline import format_duration

_FIXED = re.compile(r"(\d{1,2}:\d{2})-(\d{1,2}:\d{2})( paid)?", re.ASCII)
_WINDOW = re.compile(r"(\w+) from ([\w:]+) to ([\w:]+)( paid)?", re.ASCII)
_CELL = "breaks such as 12:00-12:30;15:00-15:15 paid, or 30m from 11:00 to 14:00"
_TABLE = (
    'a break such as {start="12:00", end="12:30", paid=false}, '
    'or {earliest="11:00", latest="14:00", length="30m"}'
)


def read_breaks(raw: object) -> tuple[BreakTemplate, ...]:
    """Read breaks: ``12:00-12:30;15m from 2h to 3h paid``, or a list of tables."""
    if isinstance(raw, list):
        return tuple(_read_table(each) for each in raw)
    return tuple(_read_words(part) for part in read_names(raw))


def _read_words(part: str) -> BreakTemplate:
    fixed, window = _FIXED.fullmatch(part), _WINDOW.fullmatch(part)
    if fixed is not None:
        start, end = read_clock(fixed[1]), read_clock(fixed[2])
        return BreakTemplate(start=start, end=end, paid=bool(fixed[3]))
    if window is None:
        refuse(_CELL, part)
    return BreakTemplate(
        length=read_duration(window[1]),
        earliest=_read_moment(window[2]),
        latest=_read_moment(window[3]),
        paid=bool(window[4]),
    )


def _read_table(raw: object) -> BreakTemplate:
    if not isinstance(raw, dict):
        refuse(_TABLE, raw)
    keys = set(raw) - {"paid"}
    values: dict[str, Any] = {"paid": read_yes(raw.get("paid", False))}
    if keys == {"start", "end"}:
        values |= {key: read_clock(raw[key]) for key in keys}
    elif keys == {"earliest", "latest", "length"}:
        values |= {key: _read_moment(raw[key]) for key in ("earliest", "latest")}
        values["length"] = read_duration(raw["length"])
    else:
        refuse(_TABLE, raw)
    return BreakTemplate(**values)


def _read_moment(raw: object) -> time | timedelta:
    """Read a time of day, or a length of time after the start of the shift."""
    if isinstance(raw, time) or (isinstance(raw, str) and ":" in raw):
        return read_clock(raw)
    try:
        return read_duration(raw)
    except InputError:
        refuse("a time of day such as 12:00, or a time after the start such as 2h30m", raw)


def _moment_words(at: time | timedelta | None) -> str:
    if isinstance(at, timedelta):
        return format_duration(at)
    return clock_words(at) if at is not None else ""


def _values(rest: BreakTemplate) -> dict[str, str]:
    """Write what is not empty."""
    written = {
        "start": _moment_words(rest.start),
        "end": _moment_words(rest.end),
        "earliest": _moment_words(rest.earliest),
        "latest": _moment_words(rest.latest),
        "length": _moment_words(rest.length),
    }
    return {key: words for key, words in written.items() if words}


def _cell(breaks: Iterable[BreakTemplate]) -> str:
    words = []
    for rest in breaks:
        said = _values(rest)
        if rest.length is None:
            text = "{start}-{end}".format(**said)
        else:
            text = "{length} from {earliest} to {latest}".format(**said)
        words.append(text + (" paid" if rest.paid else ""))
    return ";".join(words)


BREAKS = Notation(
    parse=read_breaks,
    plain=lambda breaks: [{**_values(rest), "paid": rest.paid} for rest in breaks],
    cell=_cell,
)
