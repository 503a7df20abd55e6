"""Points in time of a whole column, in UTC: the common forms at once, the others one by one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import NoReturn
from zoneinfo import ZoneInfo

import numpy as np

from forecasting.grid import is_ambiguous
from scheduler.exchange.acd_times import (
    DAY_S,
    ZONE_WANTED,
    Clock,
    DoubledHour,
    is_epoch,
    offset_of,
    read_clock,
    read_date,
    read_epoch,
    stated_zone,
)
from scheduler.exchange.instants import at_wall
from scheduler.exchange.interval_rows import Cells, Floats, Ints, Mask, Place
from scheduler.exchange.refusal import refuse

# Characters of 09:00:30.
_PLAIN = 8


def read_instants(
    place: Place,
    days: Cells,
    clocks: list[str],
    clock: Clock,
    *,
    epochs: bool = True,
    optional: bool = False,
) -> tuple[Floats, Mask]:
    """Read points in time, in seconds since 1970 in UTC.

    Parameters
    ----------
    place
        Where faults are noted.
    days, clocks
        Dates and times of day of every row, as :func:`split_moment` gives them.
    clock
        What to make of times that leave something open.
    epochs
        Whether a date may be a number of seconds or milliseconds since 1970.
    optional
        Whether a cell may be empty.

    Returns
    -------
    tuple
        Seconds, NaN for an empty or faulty cell, and where there is no fault.
    """

    def day_of(text: str) -> float:
        if optional and not text:
            return np.nan
        return read_epoch(text) if epochs and is_epoch(text) else read_date(text, clock.order)

    midnight, understood = place.parse(days, day_of)
    epoch = days.holds(lambda text: epochs and is_epoch(text))
    second, shown, offsets = _times_of_day(place, days.name, clocks, ~epoch & ~np.isnan(midnight))
    wall = midnight + second
    offsets[epoch] = 0.0
    understood &= shown
    instants = wall - np.nan_to_num(offsets)
    local = np.flatnonzero(understood & np.isnan(offsets) & ~np.isnan(wall))
    if local.size:
        texts = [clocks[at] for at in local.tolist()]
        found, readable = _from_local(place, days.name, wall, local, texts, clock)
        instants[local] = found
        understood[local] = readable
    return np.where(understood, instants, np.nan), understood


def _times_of_day(
    place: Place, column: str, clocks: list[str], dated: Mask
) -> tuple[Floats, Mask, Floats]:
    """Return seconds after midnight, where they can be read, and the offsets stated (else NaN).

    Only where there is a date must there be a time of day.
    """
    seconds = np.where(dated, plain_seconds(clocks), 0.0)
    fine = np.ones(seconds.size, dtype=bool)
    offsets = np.where([text[_PLAIN:] == "Z" for text in clocks], 0.0, np.nan)
    other = np.flatnonzero(np.isnan(seconds))
    if other.size:
        there = replace(place, numbers=place.numbers[other])
        cells = Cells.of(column, [clocks[at] for at in other.tolist()])
        seconds[other], fine[other] = there.parse(cells, read_clock)
        stated = [offset_of(stated_zone(text)) for text in cells.texts]
        offsets[other] = np.array(stated)[cells.codes]
    return seconds, fine, offsets


def plain_seconds(clocks: list[str]) -> Floats:
    """Read times of day of the form ``09:00:30`` or ``09:00:30Z``; NaN for every other form."""
    if not clocks:
        return np.zeros(0)
    letters = np.array([text[:_PLAIN] for text in clocks], dtype=f"U{_PLAIN}")
    digits = letters.view(np.uint32).reshape(-1, _PLAIN).astype(np.int64) - ord("0")
    colons = (digits[:, [2, 5]] == ord(":") - ord("0")).all(axis=1)
    tens, ones = digits[:, [0, 3, 6]], digits[:, [1, 4, 7]]
    numbers = 10 * tens + ones
    fitting = ((tens >= 0) & (tens <= 9) & (ones >= 0) & (ones <= 9)).all(axis=1)
    fitting &= colons & (numbers < [24, 60, 60]).all(axis=1)
    fitting &= np.array([text[_PLAIN:] in ("", "Z") for text in clocks])
    return np.where(fitting, numbers @ [3600, 60, 1], np.nan)


def _from_local(
    place: Place, column: str, wall: Floats, rows: Ints, clocks: list[str], clock: Clock
) -> tuple[Floats, Mask]:
    """Read the wall times of some rows in the stated zone.

    Days on which clocks do not change take one look; the other times are read one by one.
    """
    there = replace(place, numbers=place.numbers[rows])
    if clock.zone is None:
        nothing = np.zeros(rows.size, dtype=np.int64)
        return there.parse(
            Cells(name=column, texts=["times that state none"], codes=nothing), _refuse_zone
        )
    local = wall[rows]
    days, codes = np.unique(local // DAY_S, return_inverse=True)
    offsets = np.array([_steady_offset(int(day), clock.zone) for day in days])[codes]
    # What ends in a letter may name a zone by the letters its clocks go by.
    offsets[[text[-1:].isalpha() for text in clocks]] = np.nan
    found, fine = local - offsets, np.ones(rows.size, dtype=bool)
    hard = np.flatnonzero(np.isnan(offsets))
    if hard.size:
        texts = [
            f"{_wall_words(float(local[at]))} {stated_zone(clocks[at])}".strip()
            for at in hard.tolist()
        ]
        there = replace(there, numbers=there.numbers[hard])
        read = partial(_read_wall, zone=clock.zone, doubled=clock.doubled)
        found[hard], fine[hard] = there.parse(Cells.of(column, texts), read)
    return found, fine


def _refuse_zone(text: str) -> NoReturn:
    refuse(ZONE_WANTED, text)


def _steady_offset(day: int, zone: ZoneInfo) -> float:
    """Seconds east of UTC on a day (counted from 1970) without clock change; else NaN."""
    dates = [date(1970, 1, 1) + timedelta(days=day + n) for n in (0, 1)]
    # Both folds: clocks may go back shortly after midnight, to before it.
    midnights = [datetime.combine(each, time(fold=fold), zone) for each in dates for fold in (0, 1)]
    offsets = {each.utcoffset() or timedelta(0) for each in midnights}
    return offsets.pop().total_seconds() if len(offsets) == 1 else np.nan


def _wall_words(second: float) -> str:
    moment = datetime(1970, 1, 1) + timedelta(seconds=round(second, 6))  # noqa: DTZ001  # a wall time
    return moment.isoformat(sep=" ")


def _read_wall(text: str, *, zone: ZoneInfo, doubled: DoubledHour) -> float:
    """Read what clocks showed, with the abbreviation they showed it under if there is one."""
    day, clock, *name = text.split(" ")
    moment = datetime.fromisoformat(f"{day} {clock}")
    if is_ambiguous(moment.date(), moment.time(), zone) and (name or doubled != "refuse"):
        folds = [int(doubled == "second")] if not name else [0, 1]
    else:
        at_wall(moment, zone, text)
        folds = [0]
    aware = [moment.replace(tzinfo=zone, fold=fold) for fold in folds]
    called = [each for each in aware if not name or each.tzname() == name[0]]
    if not called:
        refuse(f"a time in {zone.key}, whose clocks are not called {name[0]} then", text)
    return called[0].timestamp()
