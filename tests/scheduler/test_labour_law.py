from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from builders import FREE, agent, problem

from scheduler.errors import InputError
from scheduler.labour_law import LAWS, law_for, tightened


@pytest.mark.parametrize(
    ("country", "name"),
    [
        ("GB", "GB"),
        ("GB-SCT", "GB"),
        ("DE-BY", "EU"),
        ("FR", "FR"),
        ("CA-ON", "CA-ON"),
        ("AU-WA", "AU"),
        ("CA-BC", None),
        ("", None),
    ],
)
def test_the_law_of_a_country_is_its_own_or_the_unions(country: str, name: str | None) -> None:
    law = law_for(replace(FREE, law="country"), country)
    assert (law and law.name) == name


def test_a_contract_may_name_a_law_or_none() -> None:
    assert law_for(replace(FREE, law="FR"), "GB") is LAWS["FR"]
    assert law_for(FREE, "GB") is None


def test_a_law_tightens_and_never_loosens() -> None:
    strict = replace(FREE, min_rest=timedelta(hours=14), max_hours_week=40)
    assert tightened(strict, LAWS["FR"]) == replace(strict, weekly_rest=timedelta(hours=35))
    loose = tightened(FREE, LAWS["FR"])
    assert (loose.min_rest, loose.max_hours_week) == (timedelta(hours=11), 48)


def test_every_law_says_where_it_stands() -> None:
    assert all(law.source and law.name == name for name, law in LAWS.items())


@pytest.mark.parametrize(
    ("change", "country", "words"),
    [
        ({"law": "UK"}, "GB", "law of contract full"),
        ({"law": "country"}, "CA-BC", "country of agent ana"),
        ({"law": "FR", "min_hours_week": 50}, "FR", "at most 48, by law"),
    ],
)
def test_a_law_that_cannot_be_applied_is_refused(
    change: dict[str, object], country: str, words: str
) -> None:
    contract = replace(FREE, **change)  # type: ignore[arg-type]  # wrong on purpose
    with pytest.raises(InputError, match=words):
        problem(agents=(agent(country=country),), contracts=(contract,))
