"""The variation of a load: counts and handling times whose distribution is known."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.stats import gamma, nbinom, poisson
from test_requirement import GRID, OFFERED, PHONE, SHARE, forecast

from scheduler.errors import InputError
from scheduler.staffing.requirement import make_requirement
from scheduler.staffing.variation import handling_variation, load_variation, rate_variation

TENTHS = np.arange(1, 10) / 10


def test_quantiles_of_counts_give_the_variation_of_their_rate() -> None:
    levels, offered = np.array([0.1, 0.25, 0.5, 0.75, 0.9]), np.array([400.0, 90.0, 2_000.0])
    cv = np.array([0.1, 0.2, 0.05])
    # A gamma rate makes counts negative binomial.
    shape = cv**-2
    quantiles = nbinom.ppf(levels[:, None], shape, shape / (shape + offered))
    assert rate_variation(offered, levels, quantiles) == pytest.approx(cv, rel=0.06)


def test_counts_that_vary_by_chance_alone_have_a_certain_rate() -> None:
    levels, offered = np.array([0.1, 0.5, 0.9]), np.array([100.0, 0.0, 2_500.0])
    quantiles = poisson.ppf(levels[:, None], offered)
    found = rate_variation(offered, levels, quantiles)
    assert found[1] == 0.0
    assert found == pytest.approx([0.0, 0.0, 0.0], abs=0.03)


@pytest.mark.parametrize("cv", [0.05, 0.1, 0.2])
def test_the_level_of_handling_times_is_told_from_the_noise_of_single_contacts(cv: float) -> None:
    offered, aht_s = np.array([20.0, 200.0, 5_000.0]), np.array([200.0, 300.0, 60.0])
    # Mean of exponential times around a level: variances add, nearly gamma.
    shape = 1.0 / (cv**2 + 1.0 / offered)
    quantiles = aht_s * gamma.ppf(TENTHS[:, None], shape, scale=1.0 / shape)
    found = handling_variation(offered, aht_s, TENTHS, quantiles)
    assert found == pytest.approx(cv, rel=0.06, abs=0.015)


def test_handling_times_without_a_range_or_with_that_of_chance_are_certain() -> None:
    offered, aht_s = np.array([0.0, 3.0, 100.0]), np.full(3, 240.0)
    assert not handling_variation(offered, aht_s, TENTHS, np.tile(aht_s, (9, 1))).any()
    shape = np.maximum(offered, 1.0)
    by_chance = aht_s * gamma.ppf(TENTHS[:, None], shape, scale=1.0 / shape)
    assert handling_variation(offered, aht_s, TENTHS, by_chance) == pytest.approx(0.0, abs=0.02)


def test_a_load_varies_as_a_product_of_independent_factors_does() -> None:
    rng = np.random.default_rng(5)
    offered, aht_s = np.array([2_000.0]), np.array([240.0])
    rate, time = rng.gamma(100.0, 0.01, 400_000), rng.gamma(44.4, 1 / 44.4, 400_000)
    counts = rng.poisson(2_000.0 * rate)
    found = load_variation(
        offered,
        aht_s,
        TENTHS,
        contacts=np.quantile(counts, TENTHS)[:, None],
        aht_s_quantiles=np.quantile(240.0 * time, TENTHS)[:, None],
    )
    assert found[0] == pytest.approx(np.std(rate * time), rel=0.03)


def test_a_queue_staffed_for_the_range_allows_for_uncertain_handling_times() -> None:
    plain = forecast()
    tenths = np.array([0.1, 0.5, 0.9])
    counts = poisson.ppf(tenths[:, None, None], plain.offered)
    certain = replace(
        plain, levels=tenths, quantiles=counts, aht_quantiles=np.tile(plain.aht_s, (3, 1, 1))
    )
    wide = replace(certain, aht_quantiles=plain.aht_s * np.array([0.7, 1.0, 1.3])[:, None, None])
    queue = replace(PHONE, staff_for="range")
    few, many = (make_requirement(each, [queue], open_share=SHARE[:1]) for each in (certain, wide))
    assert many.base.sum() > few.base.sum()
    mean = make_requirement(wide, [PHONE], open_share=SHARE[:1])
    np.testing.assert_array_equal(
        mean.base, make_requirement(certain, [PHONE], open_share=SHARE[:1]).base
    )
    assert many.rate_cv is not None
    assert many.rate_cv.shape == (1, len(GRID))
    assert not many.rate_cv[:, OFFERED[0] == 0.0].any()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: rate_variation([5.0], [0.5], [[5.0]]), "levels"),
        (lambda: rate_variation([5.0], [0.1, 1.0], [[5.0], [6.0]]), "levels"),
        (lambda: rate_variation([5.0, 6.0], [0.1, 0.9], [[5.0], [6.0]]), "quantiles"),
        (lambda: rate_variation([-5.0], [0.1, 0.9], [[5.0], [6.0]]), "offered"),
        (lambda: handling_variation([5.0], [0.0], [0.1, 0.9], [[5.0], [6.0]]), "aht_s"),
        (lambda: handling_variation([5.0], [60.0], [0.1, 0.9], [[5.0]]), "quantiles"),
    ],
)
def test_bad_ranges_are_named(call: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        call()
