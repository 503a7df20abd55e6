"""Each meaning of service level goes the whole way: case, requirement, certificate."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest

from scheduler.exchange.read_case import read_case
from scheduler.rostering.problem import Problem
from scheduler.rostering.promise import QueueCertificate, certify
from scheduler.rostering.roster import Assignment, Roster
from scheduler.staffing import erlang
from scheduler.workflows.week import plan_week

TINY = Path(__file__).parents[3] / "rosters" / "tiny"
SHORT_S = 12.0


@cache
def planned(definition: str) -> Problem:
    """Plan the tiny case with impatient customers, busier, under a definition."""
    changes = {
        'promise = "interval"': f'promise = "day"\ndefinition = "{definition}"\npatience = "90s"',
        'answer_within = "20s"': 'answer_within = "20s"\nshort_abandon = "12s"',
        'aht = "5m"': 'aht = "15m"',
    }
    with TemporaryDirectory() as folder:
        copytree(TINY, folder, dirs_exist_ok=True)
        toml = Path(folder) / "case.toml"
        text = toml.read_text(encoding="utf-8")
        for old, new in changes.items():
            assert old in text
            text = text.replace(old, new)
        toml.write_text(text, encoding="utf-8")
        return plan_week(read_case(Path(folder), max_bytes=10**8)).problem


def everybody(problem: Problem) -> Roster:
    """Put every agent on every shift there is."""
    assignments = []
    for person in problem.team.agents:
        for day in problem.dates:
            shift = problem.shift_on(person, problem.templates[0], day)
            if shift is not None and problem.runs_on(person, shift):
                assignments.append(
                    Assignment(agent_id=person.agent_id, shift=shift, queues=("phone",))
                )
    return Roster(assignments=tuple(assignments))


@cache
def certified(definition: str) -> QueueCertificate:
    problem = planned(definition)
    return certify(problem, everybody(problem), replications=600, seed=4).of("phone")


@pytest.mark.parametrize("definition", erlang.DEFINITIONS)
def test_the_requirement_means_what_the_case_says(definition: erlang.Definition) -> None:
    need = planned(definition).requirement
    line: dict[str, Any] = {
        "aht_s": need.aht_s[0], "answer_within_s": 20.0, "patience_s": 90.0,
        "definition": definition, "short_abandon_s": SHORT_S,
    }  # fmt: skip
    np.testing.assert_array_equal(
        need.base[0], erlang.agents_required(need.load[0], target=0.8, **line)
    )
    busy = int(np.argmax(need.load[0]))
    level = erlang.service_level(
        need.load[0, busy], np.arange(4), **line | {"aht_s": need.aht_s[0, busy]}
    )
    np.testing.assert_allclose(need.curves[0][busy, :4], level, atol=1e-12)


@pytest.mark.parametrize("definition", erlang.DEFINITIONS)
def test_the_certificate_means_it_too(definition: str) -> None:
    found = certified(definition)
    assert found.exact is not None
    assert found.simulated.low < found.exact < found.simulated.high
    assert found.exact == pytest.approx(found.predicted, abs=0.03)
    assert len(found.pledges) == 5
    for pledge in found.pledges:
        assert pledge.exact == pytest.approx(pledge.simulated.mean, abs=0.05)


def test_the_six_differ_as_they_must() -> None:
    level = {definition: certified(definition).exact or 0.0 for definition in erlang.DEFINITIONS}
    plain = level["answered_of_offered"]
    assert plain < level["excluding_short_abandons"] < level["excluding_abandoned_within"]
    assert level["excluding_abandoned_within"] < level["abandoned_within_counted"]
    assert level["answered_of_answered"] > plain
    assert len({round(each, 4) for each in level.values()}) == 6
