"""What the numeric functions of this room accept, in one place."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scheduler.errors import Fault, InputError

Floats = NDArray[np.float64]
_Test = Callable[[Floats], NDArray[np.bool_]]


def _finite(low: float) -> _Test:
    return lambda v: np.isfinite(v) & (v >= low)


_RANGES: dict[str, tuple[str, _Test]] = {
    "load": ("0 or more, finite", _finite(0.0)),
    "offered": ("0 or more, finite", _finite(0.0)),
    "base": ("0 or more, finite", _finite(0.0)),
    "abandoned": ("0 or more, finite", _finite(0.0)),
    "mean_wait_s": ("0 or more, finite", _finite(0.0)),
    "wait_s": ("0 or more, finite", _finite(0.0)),
    "cv": ("0 to 1", lambda v: (v >= 0.0) & (v <= 1.0)),
    "required": ("0 or more, finite", _finite(0.0)),
    "headcount": ("0 or more, finite", _finite(0.0)),
    "max_hires": ("whole numbers, 0 or more", lambda v: _finite(0.0)(v) & (v == np.floor(v))),
    "agents": ("whole numbers, 0 or more", lambda v: _finite(0.0)(v) & (v == np.floor(v))),
    "aht_s": ("above 0, finite", lambda v: np.isfinite(v) & (v > 0.0)),
    "patience_s": ("above 0, infinite for none", lambda v: v > 0.0),
    "answer_within_s": ("0 or more, finite", _finite(0.0)),
    "short_abandon_s": ("0 or more, finite", _finite(0.0)),
    "target": ("0 or more and below 1", lambda v: (v >= 0.0) & (v < 1.0)),
    "shrinkage": ("0 or more and below 1", lambda v: (v >= 0.0) & (v < 1.0)),
    "max_occupancy": ("above 0, at most 1", lambda v: (v > 0.0) & (v <= 1.0)),
}


def checked(*, whole_agents: bool = True, **given: ArrayLike) -> list[Floats]:
    """Return the arguments as float arrays of one common shape.

    Parameters
    ----------
    whole_agents
        Whether ``agents`` must be whole numbers.
    given
        The arguments by name.

    Raises
    ------
    InputError
        Values that are no numbers or out of the range of their name (all arguments at fault
        are reported), or shapes that do not go together.
    """
    faults: list[Fault] = []
    arrays = [
        _as_floats(name, "base" if name == "agents" and not whole_agents else name, value, faults)
        for name, value in given.items()
    ]
    if faults:
        raise InputError(faults)
    try:
        shape = np.broadcast_shapes(*(array.shape for array in arrays))
    except ValueError:
        shapes = ", ".join(str(array.shape) for array in arrays)
        raise InputError(
            Fault(column=", ".join(given), expected="shapes that go together", found=shapes)
        ) from None
    # Copies in plain order, so that compiled functions see one kind of array.
    return [np.array(np.broadcast_to(array, shape), order="C") for array in arrays]


def _as_floats(name: str, like: str, value: ArrayLike, faults: list[Fault]) -> Floats:
    expected, holds = _RANGES[like]
    try:
        array = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        faults.append(Fault(column=name, expected=expected, found=repr(value)))
        return np.zeros(())
    wrong = array[~holds(array)]
    if wrong.size:
        faults.append(Fault(column=name, expected=expected, found=f"{wrong.flat[0]:g}"))
    return array
