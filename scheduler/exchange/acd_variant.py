"""What tells one kind of export from another, and how its rows become contacts or intervals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from scheduler.exchange.acd_chunk import Chunk
from scheduler.exchange.acd_contacts import Contacts


class CallReader(Protocol):
    """Reads an export with a row for each contact or event, part by part."""

    def read(self, chunk: Chunk) -> Contacts:
        """Return the contacts that these rows complete."""

    def rest(self) -> Contacts | None:
        """Return what was not complete when the file ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowByRow:
    """A reader of exports in which every row is a contact.

    Attributes
    ----------
    function
        Reads some rows.
    """

    function: Callable[[Chunk], Contacts]

    def read(self, chunk: Chunk) -> Contacts:
        """Return a contact for every row."""
        return self.function(chunk)

    def rest(self) -> Contacts | None:
        """Return nothing: no contact needs a second row."""
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class IntervalColumns:
    """Columns of an export that already counts by interval; the first that is there is read.

    Attributes
    ----------
    start, clock, end
        Start of the interval; its time of day where that stands apart; its end.
    length
        Length of the interval in words, such as ``15mins``.
    complete
        Whether the interval was over.
    queue, medium
        Queue, and what kind of contact the row counts.
    parts
        Columns that split a queue further; its rows are summed.
    offered, handled, abandoned, short
        Counts; ``short`` is how many of the abandoned ones did so at once.
    aht, handled_s
        Mean handling time, or the sum of all handling times.
    unit_s
        Length of one unit of time where a cell is a bare number, in seconds.
    blank_is_zero
        Whether an empty cell means 0; else it means unknown.
    utc
        Whether times that state no zone are in UTC.
    blank_sums
        Whether a row without a start sums up others.
    """

    start: tuple[str, ...]
    offered: tuple[str, ...]
    clock: tuple[str, ...] = ()
    end: tuple[str, ...] = ()
    length: tuple[str, ...] = ()
    complete: tuple[str, ...] = ()
    queue: tuple[str, ...] = ()
    medium: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    handled: tuple[str, ...] = ()
    abandoned: tuple[str, ...] = ()
    short: tuple[str, ...] = ()
    aht: tuple[str, ...] = ()
    handled_s: tuple[str, ...] = ()
    unit_s: float = 1.0
    blank_is_zero: bool = False
    utc: bool = False
    blank_sums: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One kind of export.

    Attributes
    ----------
    name
        The key: ``aircall-1``.
    title
        What it is, in words.
    needs
        Columns that it has; of several in one group any will do.
    lacks
        Columns that it never has.
    dates
        Columns that hold dates, to find out whether the day or the month comes first.
    queue
        Columns that may name the queue, the usual one first.
    reads
        Makes the reader of an export with a row for each contact or event, or the columns of one
        that counts by interval.
    attribution
        Which interval a contact belongs to, in words.
    counts
        Which of ``handled`` and ``abandoned`` it knows.
    complete
        Whether an interval without a row had no contact, as long as the file has others that day.
    notes
        Whether lines of text stand below the rows.
    """

    name: str
    title: str
    needs: tuple[tuple[str, ...], ...]
    attribution: str
    dates: tuple[str, ...]
    reads: Callable[[], CallReader] | IntervalColumns
    lacks: tuple[str, ...] = ()
    queue: tuple[str, ...] = ()
    counts: frozenset[str] = frozenset({"handled", "abandoned"})
    complete: bool = True
    notes: bool = False

    def missing(self, columns: frozenset[str]) -> tuple[str, ...]:
        """Return the columns that it needs and a file lacks."""
        return tuple(group[0] for group in self.needs if not columns.intersection(group))

    def fits(self, columns: frozenset[str]) -> bool:
        """Tell whether a file with these columns, by their normal names, may be of this kind."""
        return not self.missing(columns) and not columns.intersection(self.lacks)
