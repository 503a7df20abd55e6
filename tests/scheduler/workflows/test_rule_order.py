"""The manager's priorities as a table and back."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.exchange.case import PRICED_RULES
from scheduler.workflows.rule_order import Priority, as_cells, as_priorities
from scheduler.workflows.team_setup import rule_words


def test_levels_share_a_place_and_the_others_follow() -> None:
    cells = {"order": "requests;promise+coverage", "tolerance": "promise=60"}
    table = as_priorities(cells, PRICED_RULES)
    assert table[:3] == [
        Priority(rule="requests", place=1),
        Priority(rule="promise", place=2, tolerance=60),
        Priority(rule="coverage", place=2),
    ]
    assert [each.rule for each in table[3:]] == [
        rule for rule in PRICED_RULES if rule not in ("requests", "promise", "coverage")
    ]
    assert as_cells(table) == cells


@given(st.dictionaries(st.sampled_from(PRICED_RULES), st.tuples(st.integers(1, 5), st.integers(0))))
@settings(deadline=None, derandomize=True, max_examples=50)
def test_a_table_means_what_its_cells_mean(said: dict[str, tuple[int, int]]) -> None:
    table = [Priority(rule=rule, place=said[rule][0], tolerance=said[rule][1]) for rule in said]
    again = {each.rule: each for each in as_priorities(as_cells(table), PRICED_RULES)}
    for rule, (place, minutes) in said.items():
        assert (again[rule].tolerance or 0) == minutes
        before = {name for name, (other, _) in said.items() if other < place}
        assert before == {
            name for name in said if (again[name].place or 0) < (again[rule].place or 0)
        }


def test_every_rule_has_a_sentence() -> None:
    hard, priced = rule_words()
    assert tuple(priced) == PRICED_RULES
    assert all(text.endswith(".") for text in (*hard.values(), *priced.values()))
