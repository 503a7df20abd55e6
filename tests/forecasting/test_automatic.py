"""The choice: against loops over the errors it may know."""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pytest
from known_series import MONDAY

from forecasting.automatic import Ledger
from forecasting.trials import Trial


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """A model of which only the name and the record matter."""

    name: str
    adaptive: bool = False
    usual_error: float = 1.0

    def fit(self, past: object) -> object:
        raise NotImplementedError


MODELS = (Stand(name="a"), Stand(name="b"), Stand(name="c", adaptive=True))
DAYS = 4


def trial(week: int, *errors: float, level: float = 100.0) -> Trial:
    """Two intervals a day; model k misses each by ``errors[k]``, one above and one below."""
    sign = np.tile([1.0, -1.0], DAYS)
    return Trial(
        origin=MONDAY + timedelta(weeks=week),
        days=DAYS,
        lead_days=np.repeat(np.arange(1, DAYS + 1), 2),
        slots=np.tile([18, 19], DAYS),
        expected=level + np.outer(errors, sign),
        observed=np.full(2 * DAYS, level),
    )


def ledger_of(*trials: Trial, models: tuple[Stand, ...] = MODELS) -> Ledger:
    ledger = Ledger(models, DAYS)
    for each in trials:
        ledger.enter(each)
    return ledger


def test_errors_are_shares_pooled_over_similar_leads() -> None:
    rng = np.random.default_rng(3)
    trials = []
    for week in range(5):
        base = trial(week, 0.0, 0.0, 0.0)
        noise = rng.normal(0.0, 9.0, base.expected.shape)
        trials.append(
            Trial(
                origin=base.origin,
                days=DAYS,
                lead_days=base.lead_days,
                slots=base.slots,
                expected=base.expected + noise,
                observed=base.observed,
            )
        )
    today = MONDAY + timedelta(weeks=9)
    found = ledger_of(*trials).verdict(today)
    for lead in range(1, DAYS + 1):
        missed = total = 0.0
        days = set()
        for each in trials:
            counts = 0.5 ** ((today - each.origin).days / 42)
            for k, its in enumerate(each.lead_days):
                if lead <= 2 * its and its <= 2 * lead:
                    missed += counts * abs(each.expected[1, k] - each.observed[k])
                    total += counts * each.observed[k]
                    days.add((each.origin, its))
        assert found.errors[1, lead - 1] == pytest.approx(missed / total)
        assert found.days[lead - 1] == len(days)


def test_nothing_is_judged_by_what_has_not_come() -> None:
    good, late = trial(0, 5.0, 9.0, 9.0), trial(1, 90.0, 9.0, 9.0)
    day = late.origin + timedelta(days=2)  # two of its four days are over
    found = ledger_of(good, late).verdict(day)
    assert found.days.tolist() == [4, 6, 4, 4]
    old, new = 0.5 ** (9 / 42), 0.5 ** (2 / 42)
    assert found.errors[0, 0] == pytest.approx((old * 5 + new * 90) / (old + new) / 100)
    before = ledger_of(good).verdict(late.origin)
    np.testing.assert_array_equal(before.errors, ledger_of(good, late).verdict(late.origin).errors)


def test_without_a_past_the_usual_errors_decide() -> None:
    models = (Stand(name="a", usual_error=0.8), Stand(name="b"), Stand(name="c", adaptive=True))
    found = Ledger(models, DAYS).verdict(MONDAY)
    weights = np.array([1 / 0.8**2, 0.0, 1.0])
    np.testing.assert_allclose(found.weights.T, np.tile(weights / weights.sum(), (DAYS, 1)))
    assert np.isnan(found.errors).all()
    assert (found.chosen == 3).all()


def test_members_weigh_by_their_errors_and_one_adapts() -> None:
    rows = [trial(week, 10.0, 10.1, 30.0) for week in range(60)]
    found = ledger_of(*rows).verdict(MONDAY + timedelta(weeks=70))
    assert found.weights.sum(axis=0) == pytest.approx(1.0)
    assert (found.weights > 0).all()
    assert (found.weights[2] < 0.15).all()
    assert (found.weights[0] > found.weights[1]).all()


def test_a_single_model_is_chosen_where_it_erred_clearly_less() -> None:
    # The adaptive member spoils the combination, for all models err in the same direction.
    rows = [trial(week, 5.0, 30.0, 60.0) for week in range(60)]
    found = ledger_of(*rows).verdict(MONDAY + timedelta(weeks=70))
    assert (found.chosen == 0).all()
    few = ledger_of(trial(0, 20.0, 30.0, 40.0)).verdict(MONDAY + timedelta(weeks=70))
    assert (few.chosen == 3).all()


def test_few_contacts_are_compared_by_the_day() -> None:
    # Above and below by one in turn: no day is missed, though every interval is.
    rows = [trial(week, 1.0, 0.5, 0.0, level=2.0) for week in range(3)]
    found = ledger_of(*rows).verdict(MONDAY + timedelta(weeks=9))
    assert found.errors[:3] == pytest.approx(0.0)


def test_a_verdict_adds_the_combination_and_the_choice() -> None:
    found = Ledger(MODELS, DAYS).verdict(MONDAY)
    expected = np.array([[10.0, 10.0], [20.0, 20.0], [30.0, 1e-30]])
    rows = found.judge(expected, np.array([1, 99]))
    assert rows.shape == (5, 2)
    assert rows[3] == pytest.approx([20.0, 10.0])
    assert rows[4] == pytest.approx(rows[3])
    assert rows[2, 1] == 0.0
