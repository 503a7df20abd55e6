from __future__ import annotations

from datetime import time, timedelta

from builders import EARLY, LATE, NIGHT, agent, problem, queue, requirement

from scheduler.rostering.coverage import cover
from scheduler.rostering.shifts import ShiftTemplate
from scheduler.rostering.shortage import broken_queues, hires_needed, hires_words, shortages
from scheduler.rostering.solver import SolveParams, solve

ONE = SolveParams(seconds=20, workers=1)


def test_a_kept_promise_has_no_shortage() -> None:
    p = problem(days=1, need=requirement(days=1), templates=(EARLY, LATE, NIGHT))
    roster = solve(p, ONE).roster
    assert roster is not None
    assert shortages(p, roster) == ()
    assert broken_queues(p, roster) == ()


def test_shortages_are_stretches_of_a_day_below_the_requirement() -> None:
    need = requirement(days=2, queues=(queue(promise="interval"),), required=2)
    p = problem(days=2, need=need, agents=(agent(), agent("ben")), templates=(EARLY,))
    roster = solve(p, ONE).roster
    assert roster is not None
    found = shortages(p, roster)
    assert sum(s.missing_hours for s in found) == cover(p, roster).shortfall.sum() * 8
    assert all(s.end - s.start <= timedelta(days=1) for s in found)
    assert {s.wanted for s in found} == {2}


def test_hires_are_the_fewest_people_who_mend_it() -> None:
    thirds = tuple(
        ShiftTemplate(name=f"third-{n}", start=time(8 * n), end=time((8 * n + 8) % 24))
        for n in range(3)
    )
    need = requirement(days=1, queues=(queue(promise="interval"),), required=3)
    p = problem(days=1, need=need, templates=thirds)
    roster = solve(p, ONE).roster
    assert roster is not None
    found = hires_needed(p, roster)
    assert found is not None
    assert found.proven
    assert found.count == 8  # three people in three thirds of the day, one of whom is there
    assert hires_words(found) == "8 more people (8 like Ana)"


def test_what_no_shift_covers_no_hire_mends() -> None:
    need = requirement(days=1, queues=(queue(promise="interval"),), required=1)
    p = problem(days=1, need=need, templates=(EARLY,))
    roster = solve(p, ONE).roster
    assert roster is not None
    assert hires_needed(p, roster) is None
    assert "no number" in hires_words(None)
