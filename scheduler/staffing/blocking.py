"""How seldom a busy team blocks, compiled: 1 / Erlang B for small and for huge teams."""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_NEGLIGIBLE = 1e-17
# The expansion stands where it needs less time than the sum and keeps 13 digits.
_LARGE, _NEAR, _STEEPEST = 80.0, 0.3, 60.0
# f_0, f_1, ... of eta / (lambda - 1) = f_0 + f_1 eta + ..., with f_0 = 1 and
# -(i + 2) f_i = [f^3]_i without its terms in f_i, + [f^2]_(i - 1), from lambda' = eta lambda / mu.
_SERIES = (
    1.0,
    -0.3333333333333333,
    0.08333333333333333,
    -0.014814814814814815,
    0.0011574074074074073,
    0.0003527336860670194,
    -0.0001787551440329218,
    3.919263178522438e-05,
    -2.185448510679992e-06,
    -1.85406221071516e-06,
    8.296711340953087e-07,
    -1.7665952736826078e-07,
    6.707853543401498e-09,
    1.0261809784240309e-08,
    -4.382036018453353e-09,
    9.14769958223679e-10,
    -2.5514193994946248e-11,
    -5.830772132550426e-11,
    2.4361948020667415e-11,
    -5.0276692801141755e-12,
)


@njit(cache=True)
def inverse_blocking(load: Floats, agents: Floats) -> Floats:
    """Return 1/B, infinite where B is below the smallest number; shapes (elements,).

    Parameters
    ----------
    load
        Offered load, erlang.
    agents
        Whole numbers of agents.
    """
    result = np.ones(load.size)
    for i in range(load.size):
        result[i] = inverse(load[i], agents[i])
    return result


@njit(cache=True, error_model="numpy")
def inverse(load: float, agents: float) -> float:
    """Return 1/B of one team, with a relative error below 1e-12."""
    a = agents + 1.0
    mu = (load - a) / a
    if a > _LARGE and abs(mu) < _NEAR:
        half_square = _excess(mu)
        if a * half_square < _STEEPEST:
            return load * _expansion(a, half_square, math.copysign(1.0, mu))
    return _sum(load, agents)


@njit(cache=True, error_model="numpy")
def _sum(load: float, agents: float) -> float:
    """Sum 1/B = 1 + n/A + n (n - 1)/A^2 + ... from the full state down."""
    total, term, left = 1.0, 1.0, agents
    while left > 0.0 and total < np.inf:
        step = left / load
        term *= step
        total += term
        left -= 1.0
        if step < 1.0 and term < _NEGLIGIBLE * (1.0 - step) * total:
            break
    return total


@njit(cache=True, error_model="numpy")
def _excess(mu: float) -> float:
    """Return mu - ln(1 + mu) without cancellation."""
    s = mu / (2.0 + mu)
    square = s * s
    power, rest, k = 1.0, 0.0, 3.0
    while power > 1e-18:
        rest += power / k
        power *= square
        k += 2.0
    return mu * s - 2.0 * s * square * rest


@njit(cache=True, error_model="numpy")
def _expansion(a: float, half_square: float, sign: float) -> float:
    """Return 1/(A B) = Gamma(a, A) exp(A) / A^a with a = n + 1 and eta^2/2 = mu - ln(1 + mu).

    N. M. Temme's uniform expansion in the form of A. Gil, J. Segura and N. M. Temme, "Efficient
    and accurate algorithms for the computation and inversion of the incomplete gamma function
    ratios" (2012), section 2.4: beta_(m - 1) = f_m + (m + 1)/a beta_(m + 1).
    """
    eta = sign * math.sqrt(2.0 * half_square)
    last = len(_SERIES) - 1
    higher, beta = _SERIES[last], _SERIES[last - 1]
    series = higher * eta + beta
    for m in range(last - 2, -1, -1):
        higher, beta = beta, _SERIES[m + 1] + (m + 2.0) / a * higher
        series = series * eta + beta
    gamma_star = 1.0 + higher / a
    error = math.exp(a * half_square) * math.erfc(eta * math.sqrt(0.5 * a))
    return math.sqrt(math.pi / (2.0 * a)) * gamma_star * error + series / a
