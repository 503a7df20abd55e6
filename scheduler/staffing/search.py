"""The smallest whole number that meets a condition, for many conditions at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Meets = Callable[[Counts, Counts], NDArray[np.bool_]]


def smallest(meets: Meets, guess: Counts) -> Counts:
    """Return, for every element, the smallest count from 0 that meets its condition.

    Walks from the guess in steps that double until the answer is enclosed, then halves.

    Parameters
    ----------
    meets
        Called with counts and the numbers of the elements they are for; tells which meet their
        condition. Once met, a condition must stay met with a larger count.
    guess
        Where to begin, 0 or more, shape (elements,).
    """
    fails = np.full_like(guess, -1)
    holds = guess.copy()
    below = _gallop_up(meets, fails, holds)
    _gallop_down(meets, fails, holds, below)
    while (open_ := np.flatnonzero(holds - fails > 1)).size:
        middle = (holds[open_] + fails[open_]) // 2
        met = meets(middle, open_)
        holds[open_[met]] = middle[met]
        fails[open_[~met]] = middle[~met]
    return holds


def _gallop_up(meets: Meets, fails: Counts, holds: Counts) -> Counts:
    """Raise ``holds`` until it meets; return the elements that met at once."""
    open_ = np.arange(holds.size)
    at_once = open_
    step = 1
    while open_.size:
        met = meets(holds[open_], open_)
        if step == 1:
            at_once = open_[met]
        open_ = open_[~met]
        fails[open_] = holds[open_]
        holds[open_] += step
        step *= 2
    return at_once


def _gallop_down(meets: Meets, fails: Counts, holds: Counts, open_: Counts) -> None:
    """Lower ``holds`` of some elements while it still meets."""
    step = 1
    while (open_ := open_[holds[open_] > 0]).size:
        trial = np.maximum(holds[open_] - step, 0)
        met = meets(trial, open_)
        fails[open_[~met]] = trial[~met]
        open_ = open_[met]
        holds[open_] = trial[met]
        step *= 2
