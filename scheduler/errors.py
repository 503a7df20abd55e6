"""One family of exceptions, and the words in which bad input is reported."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing wrong in something a person gave us, and where it stands.

    Attributes
    ----------
    expected, found
        What the reader wanted there and what came instead, in words.
    file, row, column
        Where: the file's name, the row as a spreadsheet counts it (the header is row 1),
        the column's name or the key of a setting. Empty or None where there is no such place.
    """

    expected: str
    found: str
    file: str = ""
    row: int | None = None
    column: str = ""

    def __str__(self) -> str:
        """One line: place, expected, found."""
        where = [self.file] if self.file else []
        if self.row is not None:
            where.append(f"row {self.row}")
        if self.column:
            where.append(f"column {self.column}" if self.row is not None else self.column)
        place = ", ".join(where)
        return f"{place}: expected {self.expected}; found {self.found}".removeprefix(": ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Something a reader did that its user should know: a gap, a dropped total row."""

    text: str
    file: str = ""
    row: int | None = None

    def __str__(self) -> str:
        """One line: place and text."""
        where = self.file + (f", row {self.row}" if self.row is not None else "")
        return f"{where}: {self.text}".removeprefix(": ")


class CallboardError(Exception):
    """Base of every error that Callboard raises on purpose."""


class InputError(CallboardError):
    """What came in is not usable; holds every fault found, not only the first.

    Parameters
    ----------
    faults
    """

    def __init__(self, faults: Fault | Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = (faults,) if isinstance(faults, Fault) else tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class AccessDenied(CallboardError):
    """The user may not do this; the message is the reason of the decision."""


class Conflict(CallboardError):
    """Somebody else has changed it in the meantime; the message says what and what to do."""
