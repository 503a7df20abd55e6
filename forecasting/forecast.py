"""What is to come: contacts with their spread and handling times per queue and interval."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from forecasting.candidates import CANDIDATES
from forecasting.grid import TimeGrid
from forecasting.history import History
from forecasting.models import Model
from forecasting.newcomers import Newcomer
from forecasting.scenarios import Scenarios
from forecasting.series import Calendar
from forecasting.special_days import OpeningHours, SpecialDay
from forecasting.spread import LEVELS
from forecasting.team_forecast import forecast_queues, known_before
from forecasting.totals import Period, Totals, total_over
from scheduler.errors import Fault, InputError, Remark

# Tenths of a distribution, drawn so often, are known to a fraction of a tenth.
_SCENARIOS = 2000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Forecast:
    """Expected contacts of several queues on one grid.

    Attributes
    ----------
    grid
        The intervals.
    queues
        Names of the queues, each once.
    offered
        Mean contacts an interval, shape (queues, intervals); 0 where the queue is closed.
    levels
        Probabilities of the quantiles, rising, between 0 and 1, shape (levels,).
    quantiles
        Contacts an interval not exceeded with these probabilities, shape
        (levels, queues, intervals); 0 where ``offered`` is 0.
    aht_s
        Mean handling time in seconds, shape (queues, intervals), above 0 everywhere.
    aht_quantiles
        Seconds that an interval's mean handling time does not exceed with the probabilities of
        ``levels``, shape (levels, queues, intervals); all of them ``aht_s`` where no range is
        known, as where nothing is said.
    models
        The model used, one name a queue.
    remarks
        What was done to the history and what the user should know.
    scenarios
        What paths are drawn from, one a queue; empty where only intervals are known, as in a
        forecast read from a file.

    Raises
    ------
    InputError
        An array of the wrong shape, a negative or unknown value, levels or quantiles that do
        not rise, or spread where no contacts are expected.
    """

    grid: TimeGrid
    queues: tuple[str, ...]
    offered: NDArray[np.float64]
    levels: NDArray[np.float64]
    quantiles: NDArray[np.float64]
    aht_s: NDArray[np.float64]
    models: tuple[str, ...]
    remarks: tuple[Remark, ...] = ()
    scenarios: tuple[Scenarios, ...] = ()
    aht_quantiles: NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, 0, 0)))

    def __post_init__(self) -> None:
        """Check shapes, signs and order."""
        shape = (len(self.queues), len(self.grid))
        if not self.aht_quantiles.size:
            times = np.broadcast_to(self.aht_s, (self.levels.size, *self.aht_s.shape))
            object.__setattr__(self, "aht_quantiles", times)
        shapes: dict[str, tuple[int, ...]] = {
            "offered": shape,
            "aht_s": shape,
            "levels": (self.levels.size,),
            "quantiles": (self.levels.size, *shape),
            "aht_quantiles": (self.levels.size, *shape),
        }
        faults = [
            Fault(column=name, expected=f"shape {wanted}", found=f"{getattr(self, name).shape}")
            for name, wanted in shapes.items()
            if getattr(self, name).shape != wanted
        ]
        if len(set(self.queues)) != len(self.queues) or len(self.models) != len(self.queues):
            faults.append(
                Fault(
                    column="queues, models",
                    expected="each queue once, with one model",
                    found=f"{self.queues} and {self.models}",
                )
            )
        if len(self.scenarios) not in (0, len(self.queues)):
            faults.append(
                Fault(
                    column="scenarios",
                    expected="none, or those of every queue",
                    found=f"{len(self.scenarios)} of {len(self.queues)}",
                )
            )
        # Values are compared with each other only once the shapes agree.
        faults = faults or [
            Fault(column=column, expected=expected, found="other values")
            for column, expected, holds in self._demands()
            if not holds
        ]
        if faults:
            raise InputError(faults)

    def _demands(self) -> list[tuple[str, str, bool]]:
        closed = self.offered == 0
        edges = np.concatenate([[0.0], self.levels, [1.0]])
        return [
            ("offered", "0 or more everywhere", _at_least(self.offered, 0.0)),
            ("quantiles", "0 or more everywhere", _at_least(self.quantiles, 0.0)),
            ("aht_s", "above 0 everywhere", _at_least(self.aht_s, np.nextafter(0.0, 1.0))),
            ("levels", "rising between 0 and 1", bool(np.all(np.diff(edges) > 0))),
            ("quantiles", "rising with the level", not np.any(np.diff(self.quantiles, axis=0) < 0)),
            ("quantiles", "0 where none are offered", not np.any(self.quantiles[:, closed])),
            ("aht_quantiles", "0 or more everywhere", _at_least(self.aht_quantiles, 0.0)),
            (
                "aht_quantiles",
                "rising with the level",
                not np.any(np.diff(self.aht_quantiles, axis=0) < 0),
            ),
        ]

    def total(self, queue: str) -> float:
        """Return the mean contacts of a queue over the whole grid; KeyError if there is none."""
        if queue not in self.queues:
            raise KeyError(queue)
        return float(self.offered[self.queues.index(queue)].sum())

    def paths(self, count: int, seed: int) -> NDArray[np.float64]:
        """Draw contacts as they might come, shape (count, queues, intervals).

        Whole numbers. The intervals of a day, the days and the queues move together as they
        did in the past.

        Parameters
        ----------
        count
            Number of scenarios.
        seed
            Of the random choice; the same seed draws the same.

        Raises
        ------
        InputError
            The forecast has no scenarios, or the count is not positive.
        """
        if count < 1 or not self.scenarios:
            raise InputError(
                Fault(
                    column="scenarios",
                    expected="at least one, from a forecast made of a history",
                    found=f"{count} of a forecast " + ("made" if self.scenarios else "read"),
                )
            )
        noise = np.random.default_rng([seed, 1])
        drawn = [
            # The same past days for every queue keep what moves them together.
            each.draw(count, np.random.default_rng([seed, 0]), noise)
            for each in self.scenarios
        ]
        return np.stack(drawn, axis=1)

    def totals(self, period: Period, *, count: int = _SCENARIOS, seed: int = 0) -> Totals:
        """Return contacts of whole days or weeks with the range of the whole.

        Parameters
        ----------
        period
            ``day`` or ``week``.
        count, seed
            Scenarios behind the quantiles, see :meth:`paths`.

        Raises
        ------
        InputError
            The forecast has no scenarios.
        """
        return total_over(self.grid, period, self.offered, self.paths(count, seed), self.levels)

    def scaled(self, *, volume: float = 1.0, aht: float = 1.0) -> Forecast:
        """Return the forecast of a what-if: contacts and handling time times a factor."""
        return replace(
            self,
            offered=self.offered * volume,
            quantiles=self.quantiles * volume,
            aht_s=self.aht_s * aht,
            aht_quantiles=self.aht_quantiles * aht,
            scenarios=tuple(each.scaled(volume) for each in self.scenarios),
        )


def make_forecast(
    history: History,
    grid: TimeGrid,
    *,
    opening: Mapping[str, OpeningHours],
    special_days: Iterable[SpecialDay] = (),
    aht_s: Mapping[str, float] | None = None,
    country: str = "",
    models: Sequence[Model] = CANDIDATES,
    newcomers: Mapping[str, Newcomer] | None = None,
    executor: Executor | None = None,
) -> Forecast:
    """Forecast every queue of a history with what erred least at past origins.

    Only what lies before the grid's first date is used. For every lead a combination of models
    or a single one is believed, by the errors they made so far ahead; the ranges p10 … p90
    and the scenarios rest on the errors that this choice made.

    Parameters
    ----------
    history
        The past.
    grid
        The intervals to forecast, with the zone and the interval of the history.
    opening
        The usual hours of every queue.
    special_days
        Closed, short and campaign days, past and future.
    aht_s
        Mean handling time in seconds of queues whose history knows none.
    country
        Whose public holidays are no usual days, see
        :func:`~forecasting.special_days.public_holidays`; empty for none.
    models
        Models to choose from.
    newcomers
        Queues that may borrow the week of another while their own history is shorter than four
        weeks, and what is stated of them; one with a stated volume needs no history at all.
    executor
        Works on several queues at a time, such as a pool of processes; None works on one after
        the other.

    Raises
    ------
    InputError
        The grids do not fit each other, or a queue has no opening hours, no contacts before
        the grid or no handling time; all of it is reported.
    """
    special_days, stated = tuple(special_days), dict(newcomers or {})
    past = known_before(history, grid, opening)
    past, remarks = past.cleaned(opening, special_days, country)
    heard = set(past.queues)
    past = past.joined_by(
        name for name, each in stated.items() if each.volume is not None and name not in heard
    )
    calendars = [
        Calendar(queue=queue, opening=opening[queue], special_days=special_days, country=country)
        for queue in past.queues
    ]
    parts = forecast_queues(
        past,
        grid,
        calendars,
        models=models,
        newcomers=stated,
        aht_s=aht_s or {},
        executor=executor,
    )
    return Forecast(
        grid=grid,
        queues=past.queues,
        offered=np.array([part.offered for part in parts]),
        levels=np.array(LEVELS),
        quantiles=np.stack([part.quantiles for part in parts], axis=1),
        aht_s=np.array([part.handling.mean_s for part in parts]),
        aht_quantiles=np.stack([part.handling.quantiles_s for part in parts], axis=1),
        models=tuple(part.model for part in parts),
        remarks=(*remarks, *(remark for part in parts for remark in part.remarks)),
        scenarios=tuple(part.scenarios for part in parts),
    )


def _at_least(values: NDArray[np.float64], least: float) -> bool:
    return bool(np.all(np.isfinite(values) & (values >= least)))
