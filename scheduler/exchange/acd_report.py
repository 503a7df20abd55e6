"""What an import gives: the history, what was read and dropped and why, waits, questions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from forecasting.history import History
from scheduler.errors import Fault, Remark

# Waits of this many seconds and more are counted together.
LONGEST_WAIT_S = 7200


@dataclass(frozen=True, slots=True, kw_only=True)
class Detected:
    """Which kind of export a file is.

    Attributes
    ----------
    variant
        Its key: ``aircall-1``.
    title
        What it is, in words.
    reason
        Why it is taken for this kind.
    """

    variant: str
    title: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Contacts or rows that are not in the history.

    Attributes
    ----------
    reason
        Why, in words.
    count
        How many.
    first_row
        The first of them, as a spreadsheet counts rows.
    """

    reason: str
    count: int
    first_row: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Waits:
    """How long contacts of a queue waited: what a fit of patience needs.

    Arrays have shape (7201,): entry *s* counts waits of *s* up to *s* + 1 seconds, the last one
    waits of two hours and more.

    Attributes
    ----------
    queue
        Name of the queue.
    answered, abandoned
        Contacts that were answered, and that gave up.
    sent_on
        Contacts that left the queue in another way; like the answered ones they would have waited
        longer.
    """

    queue: str
    answered: NDArray[np.int64]
    abandoned: NDArray[np.int64]
    sent_on: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What was read, what was dropped and why.

    Attributes
    ----------
    file
        Name of the file.
    variant, title, reason
        As in :class:`Detected`.
    fingerprint
        SHA-256 of the unpacked file: the same file has the same one.
    encoding
        Codec of the text; empty for a workbook.
    times
        How times were understood, in words.
    attribution
        Which interval a contact belongs to, in words.
    unit
        What is counted below: ``contacts`` or ``rows``.
    rows
        Rows of the file, without its header and without empty ones.
    found
        Contacts or rows in it: those counted and those left out.
    counted
        Those that are in the history.
    left_out
        The others, by reason.
    first, last
        The first and the last arrival among those counted, in the service's zone.
    remarks
        What else the user should know.
    """

    file: str
    variant: str
    title: str
    reason: str
    fingerprint: str
    encoding: str
    times: str
    attribution: str
    unit: str
    rows: int
    found: int
    counted: int
    left_out: tuple[LeftOut, ...]
    first: datetime
    last: datetime
    remarks: tuple[Remark, ...]

    def __str__(self) -> str:
        """Write the report as lines a manager reads."""
        lines = [
            f"{self.file}: {self.title}, because {self.reason}",
            f"{self.rows:,} rows; {self.counted:,} of {self.found:,} {self.unit} counted, from "
            f"{self.first:%Y-%m-%d %H:%M} to {self.last:%Y-%m-%d %H:%M}",
            *(
                f"left out: {each.count:,} ({each.reason}; first in row {each.first_row})"
                for each in self.left_out
            ),
            f"intervals: {self.attribution}",
            f"times: {self.times}",
            *map(str, self.remarks),
        ]
        return "\n".join(lines)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Imported:
    """A history out of an export.

    Attributes
    ----------
    history
        Contacts by queue and interval.
    report
        What was read, what was dropped and why.
    waits
        How long contacts waited, one entry a queue; none where the export does not tell.
    """

    history: History
    report: ImportReport
    waits: tuple[Waits, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Something an import must be told.

    Attributes
    ----------
    key
        The argument that answers it.
    text
        The question.
    needed
        Whether nothing can be imported without the answer.
    """

    key: str
    text: str
    needed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What an import would make of a file, from its beginning.

    Attributes
    ----------
    detected
        Which kind of export it is.
    columns
        Its columns as written.
    header, rows
        The first contacts or intervals as they are understood.
    questions
        What the import must be told.
    faults
        What is wrong in the rows looked at.
    remarks
        What else the user should know.
    """

    detected: Detected
    columns: tuple[str, ...]
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    questions: tuple[Question, ...]
    faults: tuple[Fault, ...]
    remarks: tuple[Remark, ...]
