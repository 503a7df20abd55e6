"""Days from which a queue has lastingly more or fewer contacts than before."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

Floats = NDArray[np.float64]

# A side of a shift is judged by at most so many days, and needs so many.
_LONGEST, _SHORTEST = 28, 10
# The change must stand out from how much the level moves anyway, and be worth a word.
_STANDS_OUT, _LEAST_CHANGE = 4.0, 0.1
_BLOCK = 10
_MOST = 8
# A median of normal values varies so much more than their mean.
_MEDIAN_WIDTH = float(np.sqrt(np.pi / 2))


def level_shifts(totals: Floats, weekdays: NDArray[np.int64], false_alarm: float) -> list[int]:
    """Find the days on which the level of a series changes abruptly.

    On the square-root scale, where Poisson totals all vary alike, the median of up to 28 days
    after is held against that of those before. A change counts if it is larger than chance
    makes it in any of the days with the probability given, if it stands out from how the level
    moves between stretches of ten days, and if it is 10 % or more. The largest is taken first,
    then both sides are searched again (binary segmentation: A. J. Scott, M. Knott, "A cluster
    analysis method for grouping means in the analysis of variance", 1974).

    Parameters
    ----------
    totals
        Contacts of the days that can be compared, in order, shape (days,).
    weekdays
        Their weekdays, Monday is 0.
    false_alarm
        Probability, 0 to 1, that a level that never changes yields any shift.

    Returns
    -------
    list of int
        Positions of the first days at a new level, rising.
    """
    roots = np.sqrt(totals)
    for weekday in np.unique(weekdays):
        roots[weekdays == weekday] -= np.median(roots[weekdays == weekday])
    if roots.size < 2 * _SHORTEST:
        return []
    # A Poisson total has a standard deviation of 1/2 there, whatever its mean.
    noise = max(0.5, _spread(np.diff(roots)) / np.sqrt(2))
    rarely = -float(ndtri(false_alarm / (2 * roots.size)))
    least = noise * _MEDIAN_WIDTH * rarely
    drift = _STANDS_OUT * _moves(roots)
    found: list[int] = []
    waiting = [(0, roots.size)]
    while waiting and len(found) < _MOST:
        first, last = waiting.pop()
        at = _largest(roots, first, last, least, drift)
        if at is not None and _is_worth_a_word(totals, at, first, last, rarely):
            found.append(at)
            waiting += [(first, at), (at, last)]
    return sorted(found)


def sides(at: int, first: int, last: int) -> tuple[slice, slice]:
    """Return the days before and after a shift by which it is judged."""
    return slice(max(first, at - _LONGEST), at), slice(at, min(last, at + _LONGEST))


def _largest(roots: Floats, first: int, last: int, least: float, drift: float) -> int | None:
    """Return the day with the clearest change between two days; None where none is clear."""
    best, where = 1.0, None
    for at in range(first + _SHORTEST, last - _SHORTEST + 1):
        before, after = (roots[side] for side in sides(at, first, last))
        change = abs(float(np.median(after) - np.median(before)))
        chance = least * np.sqrt(1 / before.size + 1 / after.size)
        clear = change / max(chance, drift)
        if clear > best:
            best, where = clear, at
    return None if where is None else _sharpened(roots, where, first, last)


def _sharpened(roots: Floats, at: int, first: int, last: int) -> int:
    """Move a shift to the day that parts its surroundings with the least absolute error."""
    before, after = sides(at, first, last)
    start, stop = before.start, after.stop
    low, high = np.median(roots[before]), np.median(roots[after])
    apart = np.abs(roots[start:stop] - low) - np.abs(roots[start:stop] - high)
    # Days after `at` should be nearer to the new level, days before it nearer to the old one.
    cost = np.concatenate([[0.0], np.cumsum(apart)])
    inner = cost[_SHORTEST : cost.size - _SHORTEST + 1]
    return int(start) + _SHORTEST + int(np.argmin(inner))


def _is_worth_a_word(totals: Floats, at: int, first: int, last: int, rarely: float) -> bool:
    """Tell whether the means too differ by a tenth, and by more than Poisson counts do."""
    before, after = (totals[side] for side in sides(at, first, last))
    change = abs(float(after.mean() - before.mean()))
    pooled = float(np.concatenate([before, after]).mean())
    chance = rarely * np.sqrt(pooled * (1 / before.size + 1 / after.size))
    return change >= _LEAST_CHANGE * float(before.mean()) and change > chance


def _moves(roots: Floats) -> float:
    """Tell how much medians of ten days usually differ from the next ten days' one."""
    blocks = roots[: roots.size // _BLOCK * _BLOCK].reshape(-1, _BLOCK)
    medians = np.median(blocks, axis=1)
    # With few stretches a shift itself would be most of what moves.
    return _spread(np.diff(medians)) if medians.size >= 6 else 0.0


def _spread(values: Floats) -> float:
    """Return a robust standard deviation: 1.4826 median absolute deviations from zero."""
    return 1.4826 * float(np.median(np.abs(values)))
