"""What a forecast's uncertainty does to a service level, and how many agents hedge against it.

A forecast gives a mean rate; the real one lies around it. Service falls faster with more load
than it rises with less, so what is expected lies below the level at the mean rate. Model: the
rate is its mean times a gamma variable of mean 1 and coefficient of variation ``cv``, so counts
are negative binomial. G. Jongbloed and G. Koole, "Managing uncertainty in call centres using
Poisson mixtures" (2001). Within an interval the queue is taken to be steady: in a short interval
of overload Erlang C is too hard, for its line has no time to grow.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammainc, gammaincinv, roots_legendre

from scheduler.errors import Fault, InputError
from scheduler.staffing.arguments import Floats, checked
from scheduler.staffing.definitions import Definition
from scheduler.staffing.erlang import agents_required, service_level
from scheduler.staffing.search import Counts, smallest
from scheduler.staffing.square_root_staffing import TARGET_SLACK

# Chance beyond which rates are left out, points of Gauss and Legendre in a panel, panels.
_BEYOND, _POINTS, _PANELS = 1e-10, 20, 6
_HALVINGS = 60
# Factors of the rate where a quick answer will do.
_FACTORS = 16


def rate_factors(cv: Floats, *, seen: bool) -> tuple[Floats, Floats, Floats]:
    """Return some factors of the mean rate that stand for all there may be.

    Gauss and Legendre's points of the probability: quick, and within a tenth of a point of
    :func:`expected_service_level` where customers have patience.

    Parameters
    ----------
    cv
        Coefficient of variation of the rate, any shape.
    seen
        True for the rates as contacts see them, of whom more come at high rates; False for
        those of a clock.

    Returns
    -------
    tuple of ndarray
        Factors, shape (factors, *cv); their weights, together 1, and the probability of a
        lower rate, shape (factors,).
    """
    nodes, weights = roots_legendre(_FACTORS)
    below = (1.0 + nodes) / 2.0
    level = below.reshape(-1, *np.ones(np.ndim(cv), dtype=int))
    shape = _shape(cv)
    factors = np.where(cv > 0.0, gammaincinv(shape + seen, level) / shape, 1.0)
    return factors, weights / 2.0, below


def rate_quantile(cv: Floats, level: Floats | float) -> Floats:
    """Return a quantile of the factor of the mean rate; arguments broadcast."""
    quantile: Floats = np.where(cv > 0.0, gammaincinv(_shape(cv), level) / _shape(cv), 1.0)
    return quantile


def chance_below(levels: Floats, below: Floats, target: float) -> float:
    """Return the probability of rates at which a level reaches its target.

    Parameters
    ----------
    levels
        Service level at rising rates, which never rises but for rounding, shape (factors,).
    below
        Probabilities of a lower rate, as :func:`rate_factors` gives them, shape (factors,).
    target
        The target.
    """
    falling = np.minimum.accumulate(levels)
    if falling[-1] >= target:
        return 1.0
    if falling[0] < target:
        return 0.0
    return float(np.interp(-target, -falling, below))


def expected_service_level(
    load: ArrayLike,
    agents: ArrayLike,
    *,
    cv: ArrayLike,
    aht_s: ArrayLike,
    answer_within_s: ArrayLike,
    patience_s: ArrayLike = np.inf,
    definition: Definition = "answered_of_offered",
) -> Floats:
    """Return the share of contacts in time to expect while the rate is uncertain.

    Every rate counts with the contacts it brings.

    Parameters
    ----------
    load
        Offered load at the mean rate, erlang.
    agents
        Whole number of agents.
    cv
        Coefficient of variation of the rate: 0 (certain) to 1.
    aht_s, answer_within_s, patience_s, definition
        As in :func:`scheduler.staffing.erlang.service_level`.

    Raises
    ------
    InputError
        An argument out of range or an unknown definition.
    """
    arrays = checked(
        load=load, agents=agents, cv=cv, aht_s=aht_s, answer_within_s=answer_within_s,
        patience_s=patience_s,
    )  # fmt: skip
    erlangs, heads, spread, aht, within, patience = (np.ravel(array) for array in arrays)
    factor, share = _rates(erlangs, heads, spread, patience)
    level = service_level(
        erlangs[:, None] * factor, heads[:, None], aht_s=aht[:, None],
        answer_within_s=within[:, None], patience_s=patience[:, None], definition=definition,
    )  # fmt: skip
    mean = np.sum(share * level, axis=1)
    result: Floats = mean.reshape(arrays[0].shape)[()]
    return result


def target_chance(
    load: ArrayLike,
    agents: ArrayLike,
    *,
    cv: ArrayLike,
    aht_s: ArrayLike,
    answer_within_s: ArrayLike,
    target: ArrayLike,
    patience_s: ArrayLike = np.inf,
    definition: Definition = "answered_of_offered",
) -> Floats:
    """Return the probability that the rate lets the service level meet its target.

    Parameters
    ----------
    load, agents, cv, aht_s, answer_within_s, patience_s, definition
        As in :func:`expected_service_level`.
    target
        Least service level, 0 to below 1.

    Raises
    ------
    InputError
        As :func:`expected_service_level`.
    """
    arrays = checked(
        load=load, agents=agents, cv=cv, aht_s=aht_s, answer_within_s=answer_within_s,
        target=target, patience_s=patience_s,
    )  # fmt: skip
    erlangs, heads, spread, aht, within, least, patience = (np.ravel(array) for array in arrays)

    def meets(factor: Floats) -> NDArray[np.bool_]:
        level = service_level(
            erlangs * factor, heads, aht_s=aht, answer_within_s=within, patience_s=patience,
            definition=definition,
        )  # fmt: skip
        return level >= least - TARGET_SLACK

    # The greatest rate that meets the target: service never rises with the rate.
    low, high = np.zeros(erlangs.size), np.ones(erlangs.size)
    while np.any(more := meets(high) & (_share_below(high, spread) < 1.0 - _BEYOND)):
        high = np.where(more, 2.0 * high, high)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2.0
        met = meets(middle)
        low, high = np.where(met, middle, low), np.where(met, high, middle)
    chance = np.where(meets(np.ones(erlangs.size)), 1.0, 0.0)
    chance = np.where(spread > 0.0, _share_below(high, spread), chance)
    result: Floats = chance.reshape(arrays[0].shape)[()]
    return result


def agents_required_uncertain(
    load: ArrayLike,
    *,
    cv: ArrayLike,
    aht_s: ArrayLike,
    answer_within_s: ArrayLike,
    target: ArrayLike,
    patience_s: ArrayLike = np.inf,
    definition: Definition = "answered_of_offered",
    confidence: float | None = None,
) -> Counts:
    """Return the fewest agents that meet the target in expectation, or with a confidence.

    Parameters
    ----------
    load, cv, aht_s, answer_within_s, patience_s, definition
        As in :func:`expected_service_level`.
    target
        Least service level, 0 to below 1.
    confidence
        None: the expected service level meets the target. Else the probability, above 0 and
        below 1, with which the rate must let the interval meet it.

    Raises
    ------
    InputError
        As :func:`expected_service_level`.
    """
    arrays = checked(
        load=load, cv=cv, aht_s=aht_s, answer_within_s=answer_within_s, target=target,
        patience_s=patience_s,
    )  # fmt: skip
    if confidence is not None:
        _check_confidence(confidence)
        # Service never rises with the rate: what meets the target at this quantile of the rate
        # meets it with this probability.
        rate = rate_quantile(np.ravel(arrays[1]), confidence).reshape(arrays[0].shape)
        return agents_required(
            arrays[0] * rate, aht_s=aht_s, answer_within_s=answer_within_s, target=target,
            patience_s=patience_s, definition=definition,
        )  # fmt: skip
    erlangs, spread, aht, within, least, patience = (np.ravel(array) for array in arrays)
    line: dict[str, Any] = {"definition": definition}

    def meets(heads: Counts, at: Counts) -> NDArray[np.bool_]:
        level = expected_service_level(
            erlangs[at], heads, cv=spread[at], aht_s=aht[at], answer_within_s=within[at],
            patience_s=patience[at], **line,
        )  # fmt: skip
        return level >= least[at] - TARGET_SLACK

    certain = agents_required(
        erlangs, aht_s=aht, answer_within_s=within, target=least, patience_s=patience, **line
    )
    counts: Counts = smallest(meets, certain).reshape(arrays[0].shape)[()]
    return counts


def _rates(load: Floats, agents: Floats, cv: Floats, patience_s: Floats) -> tuple[Floats, Floats]:
    """Return factors of the mean rate, and the shares of contacts that come at them.

    Contacts see a gamma variable whose shape is greater by one: more of them come at high
    rates. Where nobody abandons service ends at a load of ``agents``: no panel crosses that.
    """
    shape = _shape(cv)
    low, high = (gammaincinv(shape + 1.0, p) / shape for p in (_BEYOND, 1.0 - _BEYOND))
    ends = np.where(np.isinf(patience_s) & (load > 0.0), agents / np.maximum(load, 1e-300), high)
    ends = np.clip(ends, low, high)
    steps = np.arange(1.0, _PANELS + 1.0) / _PANELS
    borders = np.column_stack(
        [
            low,
            low[:, None] + np.outer(ends - low, steps),
            ends[:, None] + np.outer(high - ends, steps),
        ]
    )
    nodes, weights = roots_legendre(_POINTS)
    half = np.diff(borders, axis=1)[:, :, None] / 2.0
    factor = (borders[:, :-1, None] + half * (1.0 + nodes)).reshape(load.size, -1)
    width = (half * weights).reshape(load.size, -1)
    shares = width * np.exp(shape[:, None] * (np.log(factor) + 1.0 - factor))
    shares /= shares.sum(axis=1, keepdims=True)
    certain = cv[:, None] == 0.0
    return np.where(certain, 1.0, factor), np.where(
        certain, 1.0 / nodes.size / (2 * _PANELS), shares
    )


def _shape(cv: Floats) -> Floats:
    """Return the shape of the rate's gamma variable; 1 in place of a certain rate's infinity."""
    shape: Floats = 1.0 / np.where(cv > 0.0, cv, 1.0) ** 2
    return shape


def _share_below(factor: Floats, cv: Floats) -> Floats:
    """Return the chance of a factor below this one; 1 for a certain rate."""
    share: Floats = np.where(cv > 0.0, gammainc(_shape(cv), _shape(cv) * factor), 1.0)
    return share


def _check_confidence(confidence: float) -> None:
    if not 0.0 < confidence < 1.0:
        raise InputError(
            Fault(column="confidence", expected="above 0 and below 1", found=f"{confidence:g}")
        )
