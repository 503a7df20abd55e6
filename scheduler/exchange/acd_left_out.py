"""Counting what is left out, and noticing what was there before."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from scheduler.exchange.acd_contacts import WORDS, Hashes, Reason
from scheduler.exchange.acd_report import LeftOut
from scheduler.exchange.interval_rows import Ints, Mask


@dataclass(slots=True)
class LeftOutCount:
    """How many rows or contacts are left out, by reason, and the first of each."""

    _counts: dict[Reason, tuple[int, int]] = field(default_factory=dict)

    def add(self, reasons: Ints, numbers: Ints) -> None:
        """Count rows by their reason; those that are counted themselves are passed over.

        Parameters
        ----------
        reasons
            Values of :class:`Reason`, one a row.
        numbers
            The rows as a spreadsheet counts them.
        """
        for value in np.unique(reasons[reasons != Reason.COUNTED]).tolist():
            mask = reasons == value
            self.add_all(Reason(value), numbers[mask])

    def add_all(self, reason: Reason, numbers: Ints) -> None:
        """Count rows that are left out for one reason."""
        if numbers.size:
            count, first = self._counts.get(reason, (0, int(numbers.min())))
            self._counts[reason] = count + numbers.size, min(first, int(numbers.min()))

    @property
    def total(self) -> int:
        """How many there are in all."""
        return sum(count for count, _ in self._counts.values())

    def listed(self) -> tuple[LeftOut, ...]:
        """Return the counts, the commonest reason first."""
        counts = sorted(self._counts.items(), key=lambda each: (-each[1][0], each[0]))
        return tuple(
            LeftOut(reason=WORDS[reason], count=count, first_row=first)
            for reason, (count, first) in counts
        )


@dataclass(slots=True)
class Seen:
    """Hashes that were there before, in sorted runs of growing length: eight bytes each."""

    _runs: list[Hashes] = field(default_factory=list)

    def first_time(self, hashes: Hashes) -> Mask:
        """Tell which hashes come for the first time, and remember them."""
        unique, index = np.unique(hashes, return_index=True)
        fresh = np.ones(unique.size, dtype=bool)
        for run in self._runs:
            at = np.minimum(np.searchsorted(run, unique), run.size - 1)
            fresh &= run[at] != unique
        found = np.zeros(hashes.size, dtype=bool)
        found[index[fresh]] = True
        if fresh.any():
            self._runs.append(unique[fresh])
        while len(self._runs) > 1 and self._runs[-2].size < 2 * self._runs[-1].size:
            last = self._runs.pop()
            self._runs[-1] = np.sort(np.concatenate([self._runs[-1], last]), kind="stable")
        return found
