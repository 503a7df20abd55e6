"""The concave envelope of a staff → answered-in-time curve, in whole numbers.

A curve says how many thousandths of contacts of an interval are answered in time with *n* agents
on the queue. The least concave curve above it, from the floor on, is the lower edge of a few
lines; as linear cuts they let the solver see the promise itself. Whole numbers keep the solver's
sums and the checker's sums equal to the last digit.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

MILLI = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """The cut ``run · v ≤ rise · (n − at) + run · value``.

    ``v`` is in thousandths of a contact, ``n`` in agents; all four numbers are whole.
    """

    at: int
    value: int
    rise: int
    run: int

    def bound(self, minutes: int, interval_minutes: int) -> int:
        """Largest whole ``v`` that the cut allows for so many agent-minutes in the interval."""
        length = interval_minutes
        top = self.rise * (minutes - self.at * length) + self.run * self.value * length
        return top // (self.run * length)


def concave_pieces(offered: float, curve: NDArray[np.float64], floor: int) -> tuple[Piece, ...]:
    """Build the cuts of one interval.

    Parameters
    ----------
    offered
        Contacts arriving in the interval.
    curve : (n + 1,)
        Service level with 0 … n agents, non-decreasing.
    floor
        Smallest number of agents from which the envelope is taken. Below it the first line goes
        on downwards, so that a shortage below the floor is felt and never flattered.

    Returns
    -------
    tuple of Piece
        From steep to flat; the last is level. Empty when nothing is offered.
    """
    values = np.rint(MILLI * offered * curve).astype(np.int64)
    if offered <= 0 or values.size == 0 or values[-1] <= 0:
        return ()
    floor = min(floor, values.size - 1)
    hull = [floor]
    for n in range(floor + 1, values.size):
        while len(hull) > 1 and _below(values, hull[-2], hull[-1], n):
            hull.pop()
        hull.append(n)
    pieces = [
        Piece(at=a, value=int(values[a]), rise=int(values[b] - values[a]), run=b - a)
        for a, b in pairwise(hull)
        if values[b] > values[a]
    ]
    top = int(values[-1])
    if not pieces and floor > 0:
        pieces.append(Piece(at=0, value=0, rise=top, run=floor))
    return (*pieces, Piece(at=0, value=top, rise=0, run=1))


def _below(values: NDArray[np.int64], left: int, middle: int, right: int) -> bool:
    """Whether the middle point lies on or below the line from left to right."""
    over = int(values[right] - values[left]) * (middle - left)
    return int(values[middle] - values[left]) * (right - left) <= over


def answered_in_time(pieces: tuple[Piece, ...], minutes: int, interval_minutes: int) -> int:
    """Thousandths of contacts answered in time by the envelope; below zero far under the floor."""
    return min((piece.bound(minutes, interval_minutes) for piece in pieces), default=0)
