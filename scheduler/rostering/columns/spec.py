"""Terms of a tour as plain arrays, for the dynamic program."""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd

import numpy as np
from numpy.typing import NDArray

from scheduler.rostering.columns.terms import Count, TourTerms

# What has an upper bound only is kept in bit fields of one signed 64-bit number.
_MOST_BITS = 62


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TourSpec:
    """One agent's tours as arrays; D days, K kinds of shift that may be worked, C classes.

    Kinds that the same kinds may follow are one class: only the class of a day's shift matters
    for the day after.

    Attributes
    ----------
    kinds
        Which kinds of the problem they are, shape (K,).
    class_of, follows
        Class of each kind, shape (K,); whether a kind may follow a class on a day, (D, C, K).
    allowed
        Which shifts may be worked, (D, K).
    price, price_always
        What shifts cost, (D, K), and the tour in any case.
    most_run, least_run, least_off
        Working days in a row, at most and at least, and days off between two of them.
    open_start
        Whether a run of working days that touches the first day is never too short.
    units, least_units, most_units
        The sum with bounds on both sides, in units of its greatest common divisor, (D, K).
    adds, adds_at_start
        Bit fields of the sums with an upper bound: what a shift adds, (D, K), and what the first
        day of a run adds beyond, (D,).
    keeps, limits, guard
        Which bits are kept from the day before, (D,); the bounds that hold on each day, (D,); the
        bit above each field.
    """

    kinds: NDArray[np.int64]
    class_of: NDArray[np.int64]
    follows: NDArray[np.bool_]
    allowed: NDArray[np.bool_]
    price: NDArray[np.int64]
    price_always: int
    most_run: int
    least_run: int
    least_off: int
    open_start: bool
    units: NDArray[np.int64]
    least_units: int
    most_units: int
    adds: NDArray[np.int64]
    adds_at_start: NDArray[np.int64]
    keeps: NDArray[np.int64]
    limits: NDArray[np.int64]
    guard: int


def specify(terms: TourTerms) -> TourSpec:
    """Turn terms into arrays.

    Raises
    ------
    NoTour
        There is more to count than fits.
    """
    kinds = np.flatnonzero(terms.allowed.any(axis=0))
    follows = terms.follows[:, kinds][:, :, kinds]
    class_of, classes = _classes(follows)
    total = terms.total[:, kinds]
    unit = gcd(*(int(each) for each in np.unique(total))) or 1
    fields = _Fields(terms, kinds)
    return TourSpec(
        kinds=kinds,
        class_of=class_of,
        follows=np.ascontiguousarray(follows[:, classes]),
        allowed=np.ascontiguousarray(terms.allowed[:, kinds]),
        price=np.ascontiguousarray(terms.price[:, kinds]),
        price_always=terms.price_always,
        most_run=terms.most_run,
        least_run=terms.least_run,
        least_off=terms.least_off,
        open_start=terms.problem.open_start,
        units=np.ascontiguousarray(total // unit),
        least_units=-(-terms.least_total // unit),
        most_units=terms.most_total // unit,
        adds=fields.adds,
        adds_at_start=fields.adds_at_start,
        keeps=fields.keeps,
        limits=fields.limits,
        guard=fields.guard,
    )


def _classes(follows: NDArray[np.bool_]) -> tuple[NDArray[np.int64], list[int]]:
    """Class of every kind, and one kind of every class."""
    known: dict[bytes, int] = {}
    chosen, class_of = [], []
    for kind in range(follows.shape[1]):
        key = follows[:, kind].tobytes()
        if key not in known:
            known[key] = len(known)
            chosen.append(kind)
        class_of.append(known[key])
    return np.array(class_of, dtype=np.int64), chosen


class _Fields:
    """Lays counts out in bit fields; counts whose days do not overlap share one."""

    def __init__(self, terms: TourTerms, kinds: NDArray[np.int64]) -> None:
        days = terms.problem.days
        self.adds = np.zeros((days, len(kinds)), dtype=np.int64)
        self.adds_at_start = np.zeros(days, dtype=np.int64)
        self.keeps = np.full(days, -1, dtype=np.int64)
        self.limits = np.zeros(days, dtype=np.int64)
        self.guard = 0
        self._at = 0
        for row in _rows(terms.counts):
            self._lay(terms, kinds, row)

    def _lay(self, terms: TourTerms, kinds: NDArray[np.int64], row: list[Count]) -> None:
        width = max(_width(each) for each in row)
        if self._at + width + 1 > _MOST_BITS:
            terms.refuse("more has to be counted than fits into 62 bits")
        full = (1 << width) - 1
        self.limits += full << self._at
        self.guard |= 1 << (self._at + width)
        for each in row:
            unit = _unit(each)
            days = slice(each.first, each.last + 1)
            self.adds += (each.amounts[:, kinds] // unit) << self._at
            self.adds_at_start += (each.at_start // unit) << self._at
            self.limits[days] -= (full - each.most // unit) << self._at
            for begin in (each.first, each.last + 1):
                if begin < len(self.keeps):
                    self.keeps[begin] &= ~(full << self._at)
        self._at += width + 1


def _unit(count: Count) -> int:
    return gcd(*map(int, np.unique(count.amounts)), *map(int, np.unique(count.at_start))) or 1


def _width(count: Count) -> int:
    """Bits that hold the bound and one day more."""
    day = int(count.amounts.max(initial=0)) + int(count.at_start.max(initial=0))
    return ((count.most + day) // _unit(count)).bit_length()


def _rows(counts: list[Count]) -> list[list[Count]]:
    """Put counts whose days do not overlap into one row."""
    rows: list[list[Count]] = []
    for count in sorted(counts, key=lambda each: each.first):
        for row in rows:
            if row[-1].last < count.first:
                row.append(count)
                break
        else:
            rows.append([count])
    return rows
