"""How long customers wait before they abandon: measured from calls, or from counts.

Who is answered shows only that their patience was longer than their wait: such waits are
censored. Leaving them out, or averaging the waits of those who abandon, makes customers look far
less patient than they are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaincinv

from scheduler.errors import Fault, InputError
from scheduler.staffing.arguments import Floats, checked
from scheduler.staffing.patience_shapes import SteppedPatience


@dataclass(frozen=True, slots=True, kw_only=True)
class PatienceFit:
    """Mean patience under the exponential model, with what it rests on.

    Attributes
    ----------
    patience_s
        Mean patience, s; infinite where nobody abandoned.
    low_s, high_s
        Its 95 % interval, s.
    abandoned
        Contacts that abandoned.
    waited_s
        Time that all contacts waited, s.
    """

    patience_s: float
    low_s: float
    high_s: float
    abandoned: float
    waited_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitCount:
    """Contacts of a queue that waited equally long, or so long on average.

    Attributes
    ----------
    queue
        The queue's name.
    wait_s
        Their wait, s.
    answered, abandoned
        Those that were answered then, and those that gave up.
    sent_on
        Those that left the queue in another way; like the answered they would have waited longer.

    Raises
    ------
    InputError
        A number below 0.
    """

    queue: str
    wait_s: float
    answered: int = 0
    abandoned: int = 0
    sent_on: int = 0

    def __post_init__(self) -> None:
        """Refuse numbers below 0."""
        faults = [
            Fault(column=name, expected="0 or more", found=f"{value:g}")
            for name in ("wait_s", "answered", "abandoned", "sent_on")
            if not (value := getattr(self, name)) >= 0
        ]
        if faults:
            raise InputError(faults)


def fit_patience_of_queue(counts: Iterable[WaitCount], queue: str) -> PatienceFit:
    """Fit mean patience to the waits of one queue.

    Parameters
    ----------
    counts
        Waits of any queues.
    queue
        Whose customers to fit.

    Raises
    ------
    InputError
        Nobody of the queue waited.
    """
    own = [each for each in counts if each.queue == queue]
    return fit_patience_from_counts(
        [each.answered + each.abandoned + each.sent_on for each in own],
        [each.abandoned for each in own],
        [each.wait_s for each in own],
    )


def fit_patience(wait_s: ArrayLike, abandoned: ArrayLike) -> PatienceFit:
    """Fit mean patience to single contacts by maximum likelihood.

    The likelihood of exponential patience with censored waits has its maximum at all time
    waited, by answered contacts too, over the number that abandoned. The interval takes that
    number for a Poisson count: F. Garwood, "Fiducial limits for the Poisson distribution" (1936).

    Parameters
    ----------
    wait_s
        Wait of every contact until it was answered or abandoned, s, shape (contacts,).
    abandoned
        Whether it abandoned, shape (contacts,).

    Raises
    ------
    InputError
        Lengths that differ, a negative wait, or no waiting at all.
    """
    waits, left = _contacts(wait_s, abandoned)
    return _fit(float(waits.sum()), float(left.sum()))


def fit_patience_from_counts(
    offered: ArrayLike, abandoned: ArrayLike, mean_wait_s: ArrayLike
) -> PatienceFit:
    """Fit mean patience to counts, as reports of a telephone system give them.

    Parameters
    ----------
    offered, abandoned
        Contacts that came and that abandoned, shape (intervals,).
    mean_wait_s
        Mean wait of *all* offered contacts, s, shape (intervals,): of those answered at once
        and of those who abandoned too.

    Raises
    ------
    InputError
        An argument out of range, more abandoned than offered, or no waiting at all.
    """
    contacts, lost, waits = checked(offered=offered, abandoned=abandoned, mean_wait_s=mean_wait_s)
    if np.any(lost > contacts):
        raise InputError(
            Fault(column="abandoned", expected="at most as many as offered", found="more")
        )
    return _fit(float(np.sum(contacts * waits)), float(lost.sum()))


def measured_patience(wait_s: ArrayLike, abandoned: ArrayLike) -> SteppedPatience:
    """Measure the whole distribution of patience, without a model.

    The product-limit estimate of E. L. Kaplan and P. Meier, "Nonparametric estimation from
    incomplete observations" (1958). Nobody is taken to abandon later than the longest wait of
    one who did. For :mod:`scheduler.staffing.general_patience`.

    Parameters
    ----------
    wait_s, abandoned
        As in :func:`fit_patience`.

    Raises
    ------
    InputError
        As :func:`fit_patience`, or nobody abandoned.
    """
    waits, left = _contacts(wait_s, abandoned)
    if not left.any():
        raise InputError(Fault(column="abandoned", expected="some who abandoned", found="none"))
    times, events = np.unique(waits[left], return_counts=True)
    at_risk = waits.size - np.searchsorted(np.sort(waits), times)
    staying = np.cumprod(1.0 - events / at_risk).astype(np.float64)
    return SteppedPatience(times_s=times, staying_after=staying)


def _contacts(wait_s: ArrayLike, abandoned: ArrayLike) -> tuple[Floats, NDArray[np.bool_]]:
    waits, left = checked(wait_s=wait_s, abandoned=abandoned)
    if waits.ndim != 1 or not np.all((left == 0.0) | (left == 1.0)):
        raise InputError(
            Fault(
                column="wait_s, abandoned",
                expected="one row of contacts, each abandoned or not",
                found=f"shape {waits.shape}",
            )
        )
    return waits, left == 1.0


def _fit(waited_s: float, abandoned: float) -> PatienceFit:
    if waited_s <= 0.0:
        raise InputError(Fault(column="wait_s", expected="some waiting", found="none at all"))
    # Half a chi-square quantile with 2 k degrees of freedom is a gamma quantile of shape k.
    most = gammaincinv(abandoned + 1.0, 0.975)
    least = gammaincinv(abandoned, 0.025) if abandoned > 0.0 else 0.0
    return PatienceFit(
        patience_s=waited_s / abandoned if abandoned > 0.0 else float("inf"),
        low_s=float(waited_s / most),
        high_s=float(waited_s / least) if least > 0.0 else float("inf"),
        abandoned=abandoned,
        waited_s=waited_s,
    )
