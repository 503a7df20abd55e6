"""A part of an export: some rows, read column by column."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from scheduler.exchange.acd_contacts import Contacts, Hashes, Outcome, Reason, first_reason
from scheduler.exchange.acd_instants import read_instants
from scheduler.exchange.acd_times import Clock, split_moments
from scheduler.exchange.interval_rows import Cells, Floats, Ints, Mask, Place, is_total
from scheduler.exchange.notation import read_amount
from scheduler.exchange.refusal import refuse
from scheduler.exchange.tables import clean

# How a total, a grand total, a sub-total and a sum begin.
_OF_TOTALS = frozenset("tTgGsS")
_SPAN = re.compile(r"(?:(\d{1,4}):)?(\d{1,4}):(\d{2}(?:\.\d{1,9})?)", re.ASCII)


def normal(name: str) -> str:
    """Write the name of a column as it is looked up: small letters, single blanks."""
    return " ".join(clean(name).casefold().split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Some rows of an export.

    Attributes
    ----------
    columns
        Position and written name of every column, by its normal name.
    rows
        Cells as they stand.
    place
        Where the rows come from and where faults are noted.
    clock
        How times are to be understood.
    queue
        The column that names the queue; empty where there is none.
    notes
        Numbers of rows among them that are text below a report and are not in ``rows``.
    """

    columns: Mapping[str, tuple[int, str]]
    rows: Sequence[Sequence[str]]
    place: Place
    clock: Clock
    queue: str = ""
    notes: Sequence[int] = ()

    def __len__(self) -> int:
        return len(self.rows)

    def first_of(self, *names: str) -> str:
        """Return the first of these columns that the file has, or nothing."""
        return next((name for name in names if name in self.columns), "")

    def raw(self, name: str) -> list[str]:
        """Return the cells of a column as they stand."""
        position = self.columns[name][0]
        return [row[position] for row in self.rows]

    def cells(self, *names: str) -> Cells:
        """Return the first of these columns that the file has; empty cells where it has none."""
        name = self.first_of(*names)
        if not name:
            codes = np.zeros(len(self), dtype=np.int64)
            return Cells(name=names[0] if names else "", texts=[""], codes=codes)
        return Cells.of(self.columns[name][1], self.raw(name))

    def filled(self, *names: str) -> Mask:
        """Tell which rows have something in the first of these columns that the file has."""
        return self.cells(*names).holds(bool)

    def is_one_of(self, words: Collection[str], *names: str) -> Mask:
        """Tell which rows hold one of these words, whatever its case."""
        return self.cells(*names).holds(lambda text: text.casefold() in words)

    def choice(self, words: Collection[str], *names: str) -> tuple[Cells, Mask]:
        """Return a column that must hold one of these words, and where it does."""
        cells = self.cells(*names)

        def read(text: str) -> float:
            if text.casefold() not in words:
                refuse(f"one of {', '.join(words)}", text)
            return 0.0

        return cells, self.place.parse(cells, read)[1]

    def amounts(self, read: Callable[[str], float], *names: str) -> tuple[Floats, Mask]:
        """Read the first of these columns that the file has; NaN where it has none."""
        return self.place.parse(self.cells(*names), read) if self.first_of(*names) else self._none()

    def spans(self, *names: str) -> tuple[Floats, Mask]:
        """Read lengths of time in seconds; a bare number is seconds, an empty cell NaN."""
        return self.amounts(read_span, *names)

    def instants(
        self, *names: str, utc: bool = False, optional: bool = False
    ) -> tuple[Floats, Mask]:
        """Read the points in time of a column; see :func:`read_instants`.

        ``utc`` says that times which state no zone are in UTC.
        """
        name = self.first_of(*names)
        if not name:
            return self._none()
        days, clocks = split_moments(self.raw(name))
        cells = Cells.of(self.columns[name][1], days)
        clock = replace(self.clock, zone=ZoneInfo("UTC")) if utc else self.clock
        return read_instants(self.place, cells, clocks, clock, optional=optional)

    def instants_apart(self, day: str, clock: str) -> tuple[Floats, Mask]:
        """Read points in time whose date and time of day stand in two columns."""
        clocks = [clean(cell) for cell in self.raw(clock)]
        return read_instants(self.place, self.cells(day), clocks, self.clock, epochs=False)

    def _none(self) -> tuple[Floats, Mask]:
        return np.full(len(self), np.nan), np.ones(len(self), dtype=bool)

    def without_totals(self, dates: Collection[str], *, blank: bool = False) -> tuple[Chunk, Ints]:
        """Leave out the rows whose date, or first cell, says that they sum up others.

        Parameters
        ----------
        dates
            Columns that hold dates.
        blank
            Whether a row without a date sums up others, too.

        Returns
        -------
        tuple
            The other rows, and the numbers of those left out.
        """
        dated = [self.columns[name][0] for name in dates if name in self.columns]
        sums = np.zeros(len(self), dtype=bool)
        for at in {0, *dated}:
            texts = {row[at] for row in self.rows}
            totals = {text for text in texts if text[:1] in _OF_TOTALS and is_total(text.strip())}
            if blank and dated and at == dated[0]:
                totals |= {text for text in texts if not text.strip()}
            if totals:
                sums |= np.array([row[at] in totals for row in self.rows])
        if not sums.any():
            return self, np.array([], dtype=np.int64)
        kept = ~sums
        place = replace(self.place, numbers=self.place.numbers[kept])
        rows = [row for row, total in zip(self.rows, sums.tolist(), strict=True) if not total]
        return replace(self, rows=rows, place=place), self.place.numbers[~kept]

    def hashes(self, *names: str) -> Hashes | None:
        """Hash what stands in those of the columns that the file has; None for none of them."""
        there = [self.raw(name) for name in names if name in self.columns]
        if not there:
            return None
        keys = (
            there[0]
            if len(there) == 1
            else ["\x1f".join(cells) for cells in zip(*there, strict=True)]
        )
        return hashed(keys)


def contacts_of(
    chunk: Chunk,
    understood: Mask,
    *,
    arrived: Floats,
    handled: Mask,
    abandoned: Mask | None = None,
    reasons: Iterable[tuple[Reason, Mask]] = (),
    wait_s: Floats | None = None,
    handle_s: Floats | None = None,
    whole: Mask | None = None,
    identity: Hashes | None = None,
    version: Floats | None = None,
) -> Contacts:
    """Make a contact of every row that was understood.

    Parameters
    ----------
    chunk
        The rows.
    understood
        Which of them have no fault.
    arrived
        Seconds since 1970 in UTC.
    handled, abandoned
        What became of the contacts; unknown where neither holds.
    reasons
        Why some are left out; the first that holds is told.
    wait_s, handle_s
        Unknown where they are not given; handling times only count for handled contacts.
    whole, identity, version
        As in :class:`Contacts`.
    """
    size = len(chunk)
    unknown = np.full(size, np.nan)
    outcome = np.where(handled, Outcome.HANDLED, Outcome.UNKNOWN)
    if abandoned is not None:
        outcome = np.where(abandoned & ~handled, Outcome.ABANDONED, outcome)
    return Contacts(
        arrived=np.floor(np.where(understood, arrived, 0.0)).astype(np.int64),
        queue=chunk.cells(chunk.queue),
        outcome=outcome.astype(np.int64),
        reason=first_reason(size, reasons),
        wait_s=unknown if wait_s is None else np.maximum(wait_s, 0.0),
        handle_s=unknown if handle_s is None else np.where(handled, handle_s, np.nan),
        whole=np.zeros(size, dtype=bool) if whole is None else whole,
        numbers=chunk.place.numbers,
        identity=identity,
        version=version,
    ).where(understood)


def hashed(keys: list[str]) -> Hashes:
    """Hash texts to 64 bits; two of 5 million differ but collide once in a million files."""
    values = np.array([key.strip() for key in keys], dtype=object)
    return pd.util.hash_array(values, categorize=False)


def read_span(text: str) -> float:
    """Read a length of time in seconds: ``90``, ``1:30`` or ``00:01:30``; NaN for nothing."""
    if not text:
        return np.nan
    match = _SPAN.fullmatch(text)
    if match is None:
        return read_amount(text)
    if (match[1] and int(match[2]) > 59) or float(match[3]) >= 60:
        refuse("a length of time such as 00:01:30", text)
    return int(match[1] or 0) * 3600 + int(match[2]) * 60 + float(match[3])
