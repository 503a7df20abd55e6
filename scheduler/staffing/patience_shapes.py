"""Distributions of patience: mixtures of exponentials, steps as measured, curves by points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from scheduler.errors import Fault, InputError

Floats = NDArray[np.float64]


class PatienceShape(Protocol):
    """What formulas ask of a distribution of patience."""

    @property
    def kinks_s(self) -> Floats:
        """Waits at which the share that stays jumps, rising, s."""

    @property
    def endless(self) -> float:
        """Share of contacts that never abandon."""

    @property
    def mean_s(self) -> float:
        """Mean patience, s; infinite where some never abandon."""

    def staying(self, waited_s: Floats) -> Floats:
        """Return the share of contacts whose patience is longer."""

    def spent_s(self, waited_s: Floats) -> Floats:
        """Return the mean wait of contacts offered this wait: the integral of ``staying``, s."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MixedPatience:
    """Several kinds of customers, each with exponential patience.

    One kind is the exponential of Erlang A; an infinite mean is a kind that never abandons.

    Attributes
    ----------
    shares
        Share of every kind, above 0, together 1.
    means_s
        Mean patience of every kind, s.

    Raises
    ------
    InputError
        Shares that do not add up to 1, a mean that is not above 0, or lengths that differ.
    """

    shares: tuple[float, ...] = (1.0,)
    means_s: tuple[float, ...]

    def __post_init__(self) -> None:
        """Check shares and means."""
        faults = []
        if len(self.shares) != len(self.means_s) or not self.means_s:
            faults.append(
                Fault(
                    column="shares, means_s",
                    expected="as many shares as means, at least one",
                    found=f"{len(self.shares)} and {len(self.means_s)}",
                )
            )
        if not (all(share > 0.0 for share in self.shares) and abs(sum(self.shares) - 1.0) < 1e-9):
            faults.append(
                Fault(column="shares", expected="above 0, together 1", found=f"{self.shares}")
            )
        if not all(mean > 0.0 for mean in self.means_s):
            faults.append(Fault(column="means_s", expected="above 0", found=f"{self.means_s}"))
        if faults:
            raise InputError(faults)

    @property
    def kinks_s(self) -> Floats:
        """None: the share that stays falls smoothly."""
        return np.zeros(0)

    @property
    def endless(self) -> float:
        """Share of contacts that never abandon."""
        return sum(share for share, mean in self._kinds() if mean == np.inf)

    @property
    def mean_s(self) -> float:
        """Mean patience, s; infinite where some never abandon."""
        return sum(share * mean for share, mean in self._kinds())

    def staying(self, waited_s: Floats) -> Floats:
        """Return the share of contacts whose patience is longer."""
        share_left = np.zeros(waited_s.shape)
        for share, mean in self._kinds():
            share_left += share * np.exp(-waited_s / mean)
        return share_left

    def spent_s(self, waited_s: Floats) -> Floats:
        """Return the mean wait of contacts offered this wait, s."""
        spent = np.zeros(waited_s.shape)
        for share, mean in self._kinds():
            spent += share * (waited_s if mean == np.inf else -mean * np.expm1(-waited_s / mean))
        return spent

    def _kinds(self) -> list[tuple[float, float]]:
        return list(zip(self.shares, self.means_s, strict=True))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SteppedPatience:
    """Patience that ends at certain waits only: as measured, or all at one wait.

    Attributes
    ----------
    times_s
        Waits at which contacts abandon, rising, above or equal 0, s, shape (steps,).
    staying_after
        Share that stays beyond each of them, falling, 0 to 1, shape (steps,).

    Raises
    ------
    InputError
        Waits that do not rise, shares that rise or lie outside 0 to 1, or lengths that differ.
    """

    times_s: Floats
    staying_after: Floats

    def __post_init__(self) -> None:
        """Check order and range."""
        times, shares = np.asarray(self.times_s), np.asarray(self.staying_after)
        faults = []
        if times.ndim != 1 or times.shape != shares.shape or not times.size:
            faults.append(
                Fault(
                    column="times_s, staying_after",
                    expected="two rows of one length, at least one step",
                    found=f"shapes {times.shape} and {shares.shape}",
                )
            )
        elif not (times[0] >= 0.0 and np.all(np.diff(times) > 0.0) and np.isfinite(times[-1])):
            faults.append(Fault(column="times_s", expected="rising, from 0", found=f"{times}"))
        elif not (shares[0] <= 1.0 and np.all(np.diff(shares) <= 0.0) and shares[-1] >= 0.0):
            faults.append(
                Fault(column="staying_after", expected="falling, 1 to 0", found=f"{shares}")
            )
        if faults:
            raise InputError(faults)

    @property
    def kinks_s(self) -> Floats:
        """The waits at which contacts abandon."""
        return self.times_s

    @property
    def endless(self) -> float:
        """Share of contacts that never abandon."""
        return float(self.staying_after[-1])

    @property
    def mean_s(self) -> float:
        """Mean patience, s; infinite where some never abandon."""
        return float("inf") if self.endless else float(self.spent_s(self.times_s[-1:])[0])

    def staying(self, waited_s: Floats) -> Floats:
        """Return the share of contacts whose patience is longer."""
        levels = np.concatenate([[1.0], self.staying_after])
        share: Floats = levels[np.searchsorted(self.times_s, waited_s, side="right")]
        return share

    def spent_s(self, waited_s: Floats) -> Floats:
        """Return the mean wait of contacts offered this wait, s."""
        edges = np.concatenate([[0.0], self.times_s])
        levels = np.concatenate([[1.0], self.staying_after])
        at = np.searchsorted(self.times_s, waited_s, side="right")
        whole = np.concatenate([[0.0], np.cumsum(np.diff(edges) * levels[:-1])])
        spent: Floats = whole[at] + (waited_s - edges[at]) * levels[at]
        return spent


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePatience:
    """Patience by points of its survival curve, straight between them, level after the last.

    Attributes
    ----------
    points
        Waits, rising, above 0, s, each with the share of contacts that are still there after
        it, falling, 0 to 1. Before the first point the curve falls from 1 at 0.

    Raises
    ------
    InputError
        No point, waits that do not rise, shares that rise or lie outside 0 to 1.
    """

    points: tuple[tuple[float, float], ...]

    def __post_init__(self) -> None:
        """Check order and range."""
        times, shares = self._curve()
        if times.size < 2 or not (np.all(np.diff(times) > 0.0) and np.isfinite(times[-1])):
            fault = Fault(column="points", expected="waits that rise from 0", found=f"{times[1:]}")
        elif not np.all(np.diff(shares) <= 0.0) or shares[-1] < 0.0:
            fault = Fault(column="points", expected="shares that fall from 1", found=f"{shares}")
        else:
            return
        raise InputError(fault)

    @property
    def kinks_s(self) -> Floats:
        """The waits at which the curve bends."""
        return self._curve()[0][1:]

    @property
    def endless(self) -> float:
        """Share of contacts that never abandon."""
        return self.points[-1][1]

    @property
    def mean_s(self) -> float:
        """Mean patience, s; infinite where some never abandon."""
        return float("inf") if self.endless else float(self.spent_s(self.kinks_s[-1:])[0])

    def staying(self, waited_s: Floats) -> Floats:
        """Return the share of contacts whose patience is longer."""
        share: Floats = np.interp(waited_s, *self._curve())
        return share

    def spent_s(self, waited_s: Floats) -> Floats:
        """Return the mean wait of contacts offered this wait, s."""
        times, shares = self._curve()
        whole = np.concatenate([[0.0], np.cumsum(np.diff(times) * (shares[1:] + shares[:-1]) / 2)])
        at = np.clip(np.searchsorted(times, waited_s, side="right") - 1, 0, times.size - 1)
        since = waited_s - times[at]
        spent: Floats = whole[at] + since * (shares[at] + self.staying(waited_s)) / 2.0
        return spent

    def _curve(self) -> tuple[Floats, Floats]:
        curve = np.array([(0.0, 1.0), *self.points])
        return curve[:, 0], curve[:, 1]


def patience_quantiles_s(shape: PatienceShape, size: int) -> Floats:
    """Return waits that customers of equal shares are willing to bear, rising, shape (size,).

    Drawing one of them draws a patience; infinite ones belong to those who never abandon.

    Parameters
    ----------
    shape
        The distribution.
    size
        How many: each stands for the middle of its share.
    """
    left = 1.0 - (np.arange(size) + 0.5) / size
    low, high = np.zeros(size), np.ones(size)
    ends = left > shape.endless
    while np.any(more := ends & (shape.staying(high) > left)):
        high = np.where(more, 2.0 * high, high)
    for _ in range(80):
        middle = (low + high) / 2.0
        longer = shape.staying(middle) > left
        low, high = np.where(longer, middle, low), np.where(longer, high, middle)
    return np.where(ends, high, np.inf)
