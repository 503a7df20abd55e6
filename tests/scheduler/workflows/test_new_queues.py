"""A queue that is to open next week, or a team that has no history at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from scheduler.access import Role, User
from scheduler.errors import InputError
from scheduler.exchange.case import Case
from scheduler.exchange.read_case import read_case
from scheduler.workflows import planner

ROSTERS = Path(__file__).parent.parent.parent.parent / "rosters"
PLANNER = User(name="p", role=Role.PLANNER)
WEEK = date(2003, 10, 27)


@pytest.fixture(scope="module")
def demo() -> Case:
    return read_case(ROSTERS / "demo", max_bytes=10_000_000)


def test_a_new_queue_is_staffed_by_its_volume_and_the_week_of_its_like(demo: Case) -> None:
    sales = replace(demo.queues[0], name="sales", volume=700.0, like="phone")
    plan = planner.requirement(
        PLANNER, replace(demo, queues=(*demo.queues, sales), week=WEEK), week=WEEK
    )
    phone, new = plan.need.index_of("phone"), plan.need.index_of("sales")
    dates = plan.need.grid.local_dates
    usual = dates != np.datetime64("2003-10-30")  # a bank holiday, a special day of the demo
    assert plan.need.offered[new].sum() <= 700.0
    assert plan.need.offered[new].sum() > 500.0
    assert plan.need.base[new].sum() > 0
    assert not plan.need.base[new][plan.need.offered[phone] == 0].any()
    assert np.corrcoef(plan.need.offered[new][usual], plan.need.offered[phone][usual])[0, 1] > 0.9
    assert any("sales: has no history" in str(each) for each in plan.remarks)


def test_a_team_without_a_history_needs_the_volume_of_every_queue(demo: Case) -> None:
    volumes = [500.0, 200.0, 150.0, 50.0]
    queues = tuple(
        replace(queue, volume=volume) for queue, volume in zip(demo.queues, volumes, strict=True)
    )
    found = planner.forecast(PLANNER, replace(demo, queues=queues, history=None), week=WEEK)
    assert found.queues == demo.queue_names
    assert np.all(found.offered.sum(axis=1) <= np.array(volumes) + 1e-6)
    assert found.offered.sum() > 0.7 * sum(volumes)
    with pytest.raises(InputError, match="volume of every queue"):
        planner.forecast(PLANNER, replace(demo, history=None), week=WEEK)


def test_a_queue_can_only_be_like_another(demo: Case) -> None:
    with pytest.raises(InputError, match="queues, like"):
        replace(demo, queues=(replace(demo.queues[0], like="fax"), *demo.queues[1:]))
