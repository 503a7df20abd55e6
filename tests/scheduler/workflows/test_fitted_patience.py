"""Patience that is fitted to the waits of the past goes the whole way to the requirement."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from scheduler.errors import InputError
from scheduler.exchange.case import Case
from scheduler.exchange.read_case import read_case
from scheduler.staffing.patience import WaitCount, fit_patience
from scheduler.workflows.fitted_patience import fitted_queues, patience_fits
from scheduler.workflows.week import plan_week

TINY = Path(__file__).parents[3] / "rosters" / "tiny"
WAITS = (
    WaitCount(queue="phone", wait_s=0.0, answered=50),
    WaitCount(queue="phone", wait_s=40.0, answered=3, abandoned=2, sent_on=1),
)


@pytest.fixture(scope="module")
def case() -> Case:
    tiny = read_case(TINY, max_bytes=10**8)
    return replace(tiny, queues=(replace(tiny.queues[0], patience="history"),), waits=WAITS)


def test_counts_of_waits_are_fitted_like_single_calls(case: Case) -> None:
    single = fit_patience([0.0] * 50 + [40.0] * 6, [False] * 54 + [True] * 2)
    assert patience_fits(case)["phone"] == single
    assert single.patience_s == pytest.approx(120.0)
    assert fitted_queues(case)[0].patience_s == pytest.approx(120.0)


def test_the_week_is_planned_with_it_and_says_so(case: Case) -> None:
    plan = plan_week(case)
    assert plan.requirement.queues[0].patience_s == pytest.approx(120.0)
    words = [str(remark) for remark in plan.remarks]
    assert any("mean patience 120 s (33 to 991 s)" in word for word in words), words


def test_where_nobody_abandoned_customers_wait_for_ever(case: Case) -> None:
    patient = replace(case, waits=(WaitCount(queue="phone", wait_s=30.0, answered=9),))
    assert fitted_queues(patient)[0].patience is None


def test_without_waits_the_queue_is_named(case: Case) -> None:
    with pytest.raises(InputError, match=r"waits\.csv.*waits of queue phone"):
        plan_week(replace(case, waits=()))
