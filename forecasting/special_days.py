"""When a queue is open and which days are not like the others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import reduce
from math import isfinite
from typing import Literal
from zoneinfo import ZoneInfo

import holidays
import numpy as np
from numpy.typing import NDArray

from forecasting.grid import TimeGrid, local_instant
from forecasting.opening_text import (
    ALWAYS,
    MIDNIGHT,
    WEEKDAYS,
    Span,
    in_order,
    read_hours,
    write_hours,
    write_spans,
)
from scheduler.errors import Fault, InputError

# Closures and holidays of the whole United Kingdom leave out Easter Monday and the August bank
# holiday; a service in "GB" means England and Wales unless it names a nation.
_USUAL_SUBDIVISION = {"GB": "ENG"}


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningHours:
    """The hours of a queue in a normal week, in the service's local time.

    Attributes
    ----------
    spans
        For each weekday from Monday, zero or more ``(opens, closes)`` in order and without
        overlap. Closing at 00:00 means the end of the day.

    Raises
    ------
    InputError
        Not seven weekdays, or spans that are empty, overlap or are out of order.
    """

    spans: tuple[tuple[Span, ...], ...]

    def __post_init__(self) -> None:
        """Check every weekday."""
        if len(self.spans) != 7:
            raise InputError(
                Fault(
                    column="opening hours",
                    expected="seven weekdays",
                    found=f"{len(self.spans)} weekdays",
                )
            )
        faults = [
            Fault(
                column=f"opening hours of {name}",
                expected="spans in order that close after they open and do not overlap",
                found=write_spans(spans),
            )
            for name, spans in zip(WEEKDAYS, self.spans, strict=True)
            if not in_order(spans)
        ]
        if faults:
            raise InputError(faults)

    @classmethod
    def always(cls) -> OpeningHours:
        """Return hours that never close."""
        return cls(spans=ALWAYS)

    @classmethod
    def parse(cls, text: str) -> OpeningHours:
        """Read hours such as ``Mon-Fri 07:00-21:00; Sat 09:00-12:00, 13:00-15:00``.

        Weekdays that are not named are closed; ``always`` and ``closed`` stand alone.

        Raises
        ------
        InputError
            A part is not of this form; all of them are reported.
        """
        return cls(spans=read_hours(text))

    def __str__(self) -> str:
        """Write the hours as :meth:`parse` reads them."""
        return write_hours(self.spans)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecialDay:
    """A local date on which a queue is not as usual.

    Attributes
    ----------
    day
        The local date.
    queue
        The queue it concerns; empty for all.
    kind
        ``closed``; ``short``: open only from ``opens`` to ``closes``, within the usual hours;
        ``campaign``: usual hours, ``factor`` times the usual contacts.
    factor
        Contacts that arrive, as a multiple of a usual day; it may also go with a short day.
    opens, closes
        Local times; one of them is enough for a short day. On a campaign they bound the
        factor. Closing at 00:00 means the end of the day.
    name
        What the day is called.

    Raises
    ------
    InputError
        An unknown kind, a negative factor, or times that the kind does not allow.
    """

    day: date
    queue: str = ""
    kind: Literal["closed", "short", "campaign"]
    factor: float = 1.0
    opens: time | None = None
    closes: time | None = None
    name: str = ""

    def __post_init__(self) -> None:
        """Check kind, factor and times against each other."""
        faults = []
        times = self.opens is not None or self.closes is not None
        if self.kind not in ("closed", "short", "campaign"):
            faults.append(("kind", "closed, short or campaign", repr(self.kind)))
        if not (isfinite(self.factor) and self.factor >= 0):
            faults.append(("factor", "a number of 0 or more", f"{self.factor:g}"))
        if self.kind == "short" and not times:
            faults.append(("opens, closes", "a time to open or to close on a short day", "none"))
        if self.kind == "closed" and times:
            faults.append(("opens, closes", "no times on a closed day", write_spans([self.span])))
        if times and not in_order([self.span]):
            faults.append(("opens, closes", "closing after opening", write_spans([self.span])))
        if faults:
            raise InputError(
                Fault(column=f"{column} of {self.day}", expected=expected, found=found)
                for column, expected, found in faults
            )

    @property
    def span(self) -> Span:
        """From ``opens`` to ``closes``, the day's ends where they are not given."""
        return (self.opens or MIDNIGHT, self.closes or MIDNIGHT)

    def concerns(self, queue: str) -> bool:
        """Tell whether the day concerns a queue."""
        return self.queue in ("", queue)


def open_share(
    opening: OpeningHours, special_days: Iterable[SpecialDay], queue: str, grid: TimeGrid
) -> NDArray[np.float64]:
    """Return the share, 0 to 1, of every interval in which a queue is open.

    Parameters
    ----------
    opening
        The queue's usual hours.
    special_days
        Closed days are shut; short days are open where usual and special hours meet.
    queue
        Name of the queue.
    grid
        The intervals.
    """
    special = [day for day in special_days if day.concerns(queue)]
    share = np.zeros(len(grid))
    for day in grid.dates():
        today = [each for each in special if each.day == day]
        if any(each.kind == "closed" for each in today):
            continue
        limits = [_instants(day, each.span, grid.zone) for each in today if each.kind == "short"]
        for span in opening.spans[day.weekday()]:
            start, end = reduce(_meet, limits, _instants(day, span, grid.zone))
            share += grid.overlap(start, end)
    return np.minimum(share, 1.0)


def volume_factor(
    special_days: Iterable[SpecialDay], queue: str, grid: TimeGrid
) -> NDArray[np.float64]:
    """Return, for every interval, the contacts that arrive as a multiple of a usual day.

    Closing is no factor: see :func:`open_share`. Several special days multiply.
    """
    factor = np.ones(len(grid))
    for special in special_days:
        if special.concerns(queue) and special.factor != 1.0:
            share = grid.overlap(*_instants(special.day, special.span, grid.zone))
            factor *= 1.0 + (special.factor - 1.0) * share
    return factor


def public_holidays(country: str, years: Iterable[int]) -> dict[date, str]:
    """Return the public holidays of a country, with their names, in order.

    Parameters
    ----------
    country
        ISO 3166 country, with a subdivision where holidays differ: ``NZ``, ``AU-WA``,
        ``CA-ON``. ``GB`` means England and Wales; ``GB-SCT`` and ``GB-NIR`` name the others.
    years
        Calendar years.

    Raises
    ------
    InputError
        The country or its subdivision is not known.
    """
    code, _, subdivision = country.partition("-")
    try:
        found = holidays.country_holidays(
            code, subdiv=subdivision or _USUAL_SUBDIVISION.get(code), years=sorted(set(years))
        )
    except NotImplementedError:
        raise InputError(
            Fault(
                column="country",
                expected="an ISO 3166 code such as GB, NZ, PH, AU-WA or CA-ON",
                found=repr(country),
            )
        ) from None
    return dict(sorted(found.items()))


def _instants(day: date, span: Span, zone: ZoneInfo) -> tuple[datetime, datetime]:
    opens, closes = span
    last = day + timedelta(days=1) if closes == MIDNIGHT else day
    return local_instant(day, opens, zone), local_instant(last, closes, zone)


def _meet(
    one: tuple[datetime, datetime], other: tuple[datetime, datetime]
) -> tuple[datetime, datetime]:
    return max(one[0], other[0]), min(one[1], other[1])
