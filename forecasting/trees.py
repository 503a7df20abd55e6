"""Gradient-boosted trees for queues with long history: an extra, on request."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from forecasting.day_record import DayRecord
from forecasting.grid import TimeGrid, slot_numbers
from forecasting.models import EwmaWeekday, Fitted
from forecasting.series import Series
from forecasting.tree_terms import HALF_LIFE_WEEKS, LONGEST_LEAD, terms_of

if TYPE_CHECKING:
    from sklearn.ensemble import HistGradientBoostingRegressor

_WEEK = 7
# Four weeks: what trees of then do not know yet, levels at the origin mostly tell.
_GROWN_EVERY = 28
_LONGEST_PAST = 78 * _WEEK
# Levels need so many days before the first that trees learn from.
_FIRST_LEVELS = 10 * _WEEK


def installed() -> bool:
    """Tell whether scikit-learn, which grows the trees, is there."""
    return find_spec("sklearn") is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trees:
    """How far an interval lies from its weekday's usual level, by boosted trees.

    The trees multiply the exponentially weighted mean of the weekday and slot by a factor that
    depends on slot, weekday, place in the month, days off around it, the last weeks of the slot
    and the lead; the level itself is left to the mean, for a year holds too few levels to learn
    from. They are fitted to the Poisson deviance with that mean as exposure (Friedman 2001,
    "Greedy function approximation: a gradient boosting machine", Annals of Statistics 29 (5)).
    They learn from at most a year and a half, every week seen from an origin one to four
    weeks before its end: levels are those known then. Which days were accidents is judged with
    hindsight, yet never from beyond the origin of the forecast.

    Trees are grown anew every fourth week, at dates that depend on nothing else, and meanwhile
    forecast from fresh levels. The last ones grown are kept, because a rehearsal asks for the
    same trees at several origins. One core, no chance: the same past gives the same trees.

    Attributes
    ----------
    offered_from_days
        Days on record below which the model is not offered for a queue.
    least_days
        Days on record below which it forecasts as ``EwmaWeekday`` does. Half of the above:
        what the oldest trials of a rehearsal have.
    rounds
        Number of trees.
    """

    name: str = "boosted trees"
    adaptive: bool = False
    usual_error: float = 0.97
    offered_from_days: int = 364
    least_days: int = 182
    rounds: int = 100
    _grown: dict[str, HistGradientBoostingRegressor | None] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def fit(self, past: Series) -> Fitted:
        """Grow the trees, or take those of the same four weeks."""
        elsewhere = EwmaWeekday(half_life_weeks=HALF_LIFE_WEEKS).fit(past)
        if past.days_known() < self.least_days:
            return elsewhere
        record = past.record
        end = record.table.days[-1] + 1
        cut = end - end.astype(np.int64) % _GROWN_EVERY
        rows = int((cut - record.table.days[0]).astype(np.int64))
        learned = DayRecord(table=record.table.head(rows), off_days=past.off_days)
        trees = self._trees(learned)
        if trees is None:
            return elsewhere
        return _FittedTrees(trees=trees, record=record, elsewhere=elsewhere)

    def _trees(self, record: DayRecord) -> HistGradientBoostingRegressor | None:
        """Return the trees of a past, None where nothing came, grown at most once in a row."""
        table = record.table
        key = hashlib.sha256(table.rate.tobytes() + str(table.days[0]).encode())
        key.update(record.off_days.tobytes())
        name = key.hexdigest()
        if name not in self._grown:
            self._grown.clear()
            self._grown[name] = _grow(record, self.rounds)
        return self._grown[name]


def _grow(record: DayRecord, rounds: int) -> HistGradientBoostingRegressor | None:
    # Imported here because scikit-learn is an extra.
    from sklearn.ensemble import HistGradientBoostingRegressor
    from threadpoolctl import threadpool_limits

    rows, origins = lived_again(record)
    usual, terms = terms_of(record, rows, origins)
    came = record.table.without(record.odd).rate[rows]
    used = ~np.isnan(came) & (usual > 0)
    if not came[used].any():
        return None
    usual = usual * _drift(rows, np.where(used, came, 0.0), np.where(used, usual, 0.0))
    trees = HistGradientBoostingRegressor(
        loss="poisson",
        learning_rate=0.06,
        max_iter=rounds,
        max_leaf_nodes=15,
        min_samples_leaf=40,
        l2_regularization=1.0,
        early_stopping=False,
        random_state=0,
    )
    # Several threads would take cores from other queues, and cannot be forked.
    with threadpool_limits(limits=1):
        trees.fit(terms[used], came[used] / usual[used], sample_weight=usual[used])
    return trees


def _drift(
    rows: NDArray[np.int64], came: NDArray[np.float64], usual: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return what came over what was usual in four weeks around each day, shape (days, 1).

    Growth or decline of the past, which need not go on, is thus nothing that trees learn.
    """
    month = (rows[-1] - rows) // _GROWN_EVERY
    came_then, usual_then = (np.bincount(month, each.sum(axis=1)) for each in (came, usual))
    drift = np.divide(came_then, usual_then, out=np.ones(came_then.size), where=came_then > 0)
    return np.asarray(drift[month][:, np.newaxis])


def lived_again(record: DayRecord) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return days to learn from and the origin from which each is seen, shape (days,) both.

    Weeks are counted back from the end of the record. One in four is seen from its first day,
    the next from a week before it, and so on, so that trees learn what leads do.
    """
    count = record.table.days.size
    first = max(int(np.argmax(record.table.known_days)) + _FIRST_LEVELS, count - _LONGEST_PAST, 0)
    rows = np.arange(first, count)
    week = (count - 1 - rows) // _WEEK
    origins = count - _WEEK * (week + 1) - _WEEK * (week % (LONGEST_LEAD // _WEEK))
    return rows, origins


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _FittedTrees:
    """Trees, the past whose levels they multiply, and what to expect where it knows none."""

    trees: HistGradientBoostingRegressor
    record: DayRecord
    elsewhere: Fitted

    def predict(self, grid: TimeGrid) -> NDArray[np.float64]:
        """Return the mean contacts per usual, fully open interval."""
        from threadpoolctl import threadpool_limits

        days, day = np.unique(grid.local_dates, return_inverse=True)
        rows = (days - self.record.table.days[0]).astype(np.int64)
        origins = np.full(rows.size, self.record.table.days.size)
        usual, terms = terms_of(self.record, rows, origins)
        at = day, slot_numbers(grid)
        known = ~np.isnan(usual[at])
        expected = self.elsewhere.predict(grid)
        if known.any():
            with threadpool_limits(limits=1):
                factor = self.trees.predict(terms[at][known])
            expected = np.where(known, 0.0, expected)
            expected[known] = usual[at][known] * factor
        return expected
