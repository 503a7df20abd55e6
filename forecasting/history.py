"""What happened: contacts and handling times per queue and interval, and what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from forecasting.cleanup import cleaned, find
from forecasting.finding import Finding
from forecasting.grid import TimeGrid
from forecasting.special_days import OpeningHours, SpecialDay
from scheduler.errors import Fault, InputError, Remark


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class History:
    """Past contacts of several queues on one grid.

    Attributes
    ----------
    grid
        The intervals.
    queues
        Names of the queues, each once.
    offered, handled, abandoned
        Contacts an interval, shape (queues, intervals); NaN where unknown.
    aht_s
        Mean handling time in seconds, same shape; NaN where unknown.
    replaced
        Intervals whose contacts were put in place of what was recorded, same shape; none where
        nothing is said.

    Raises
    ------
    InputError
        A queue twice, an array of the wrong shape, a negative or infinite value.
    """

    grid: TimeGrid
    queues: tuple[str, ...]
    offered: NDArray[np.float64]
    handled: NDArray[np.float64]
    abandoned: NDArray[np.float64]
    aht_s: NDArray[np.float64]
    replaced: NDArray[np.bool_] = field(default_factory=lambda: np.zeros((0, 0), dtype=bool))

    def __post_init__(self) -> None:
        """Check names, shapes and signs."""
        shape = (len(self.queues), len(self.grid))
        if not self.replaced.size:
            object.__setattr__(self, "replaced", np.zeros(shape, dtype=bool))
        faults = []
        if len(set(self.queues)) != len(self.queues):
            faults.append(
                Fault(column="queue", expected="no queue twice", found=", ".join(self.queues))
            )
        for name in ("offered", "handled", "abandoned", "aht_s"):
            values = getattr(self, name)
            if values.shape != shape:
                faults.append(Fault(column=name, expected=f"{shape}", found=f"{values.shape}"))
            elif np.any(values < 0) or np.any(np.isinf(values)):
                worst = values[(values < 0) | np.isinf(values)][0]
                faults.append(Fault(column=name, expected="0 or more", found=f"{worst:g}"))
        if faults:
            raise InputError(faults)

    @classmethod
    def of_offered(
        cls, grid: TimeGrid, queues: tuple[str, ...], offered: NDArray[np.float64]
    ) -> History:
        """Build a history that knows only the contacts offered."""
        unknown = np.full(offered.shape, np.nan)
        return cls(
            grid=grid,
            queues=queues,
            offered=offered,
            handled=unknown,
            abandoned=unknown,
            aht_s=unknown,
        )

    def select(self, queue: str) -> History:
        """Return the history of one queue; KeyError if there is none of that name."""
        if queue not in self.queues:
            raise KeyError(queue)
        row = self.queues.index(queue)
        return self._cut(slice(row, row + 1), slice(None), self.grid)

    def joined_by(self, names: Iterable[str]) -> History:
        """Return the history with more queues of which nothing is known."""
        more = tuple(names)
        unknown = np.full((len(more), len(self.grid)), np.nan)
        planes = {
            name: np.concatenate([getattr(self, name), unknown])
            for name in ("offered", "handled", "abandoned", "aht_s")
        }
        marks = np.concatenate([self.replaced, np.zeros(unknown.shape, dtype=bool)])
        return History(grid=self.grid, queues=(*self.queues, *more), replaced=marks, **planes)

    def before(self, day: date) -> History:
        """Return what was known at local midnight of a date; KeyError if that is not later."""
        count = int(np.searchsorted(self.grid.local_dates, np.datetime64(day, "D")))
        if count == 0:
            raise KeyError(day)
        return self._cut(slice(None), slice(count), self.grid.head(count))

    def findings(
        self,
        queue: str,
        opening: OpeningHours,
        special_days: Iterable[SpecialDay] = (),
        country: str = "",
    ) -> tuple[Finding, ...]:
        """Find what is strange in a queue's records, see :func:`forecasting.cleanup.find`."""
        return find(self, queue, opening, special_days, country)

    def cleaned(
        self,
        opening: Mapping[str, OpeningHours],
        special_days: Iterable[SpecialDay] = (),
        country: str = "",
    ) -> tuple[History, tuple[Remark, ...]]:
        """Return a history fit for a forecast, see :func:`forecasting.cleanup.cleaned`."""
        return cleaned(self, opening, special_days, country)

    def _cut(self, rows: slice, columns: slice, grid: TimeGrid) -> History:
        return History(
            grid=grid,
            queues=self.queues[rows],
            offered=self.offered[rows, columns],
            handled=self.handled[rows, columns],
            abandoned=self.abandoned[rows, columns],
            aht_s=self.aht_s[rows, columns],
            replaced=self.replaced[rows, columns],
        )
