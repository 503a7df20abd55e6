"""A new team: typed, out of a sample, out of a file."""

from __future__ import annotations

import pytest
from book_week import ADA, MIA, NOW, TINY, tiny_files

from scheduler.errors import AccessDenied, Conflict, InputError
from scheduler.exchange.write_case import Rows
from scheduler.store.database import Database
from scheduler.workflows.book import open_team
from scheduler.workflows.new_team import (
    first_sheets,
    sample_names,
    start_sample,
    start_sent,
    start_typed,
    try_first,
)
from scheduler.workflows.team_setup import open_setup

PERSON = {"id": "ana", "name": "Ana", "timezone": "UTC", "contract": "full-time", "skills": "phone"}


def typed() -> dict[str, Rows]:
    sheets = dict(first_sheets("Asia/Kathmandu"))
    header = sheets["agents"][0]
    sheets["agents"] = [header, [PERSON.get(column, "") for column in header]]
    sheets["case"] = [[key, "Care" if key == "name" else value] for key, value in sheets["case"]]
    return sheets


def test_the_first_sheets_lack_only_a_name(database: Database) -> None:
    with pytest.raises(InputError) as error:
        try_first(first_sheets("Asia/Kathmandu"))
    assert [(fault.file, fault.column) for fault in error.value.faults] == [("case", "name")]
    assert any(each.of == "early" for each in try_first(typed()))
    team = start_typed(ADA, database, " Care ", typed(), now=NOW)
    assert (team.name, team.case.name, team.case.zone.key) == ("Care", "Care", "Asia/Kathmandu")
    assert team.case.queue_names == ("phone",)
    assert team.case.template_names == ("early", "late")
    assert [agent.agent_id for agent in team.case.team.agents] == ["ana"]
    with pytest.raises(Conflict):
        start_typed(ADA, database, "Care", typed(), now=NOW)
    case = [[key, "Mars" if key == "timezone" else value] for key, value in typed()["case"]]
    with pytest.raises(InputError, match="expected a time zone"):
        start_typed(ADA, database, "Other", {**typed(), "case": case}, now=NOW)


def test_a_sample_gets_the_name_of_the_team(database: Database) -> None:
    rosters = TINY.parent
    assert sample_names(rosters)[0] == "demo"
    first = {"max_bytes": 10_000_000, "now": NOW}
    team = start_sample(ADA, database, "Ours", rosters, "tiny", **first)  # type: ignore[arg-type]  # mixed
    assert team.case.name == "Ours"
    assert team.case.history is not None
    text = open_setup(ADA, database, "Ours").text
    assert text == tiny_files()["case.toml"].decode().replace('"tiny"', '"Ours"', 1)
    with pytest.raises(InputError, match="a sample case"):
        start_sample(ADA, database, "More", rosters, "../rosters/tiny", **first)  # type: ignore[arg-type]  # mixed


def test_only_administrators_add_teams(database: Database) -> None:
    rosters = TINY.parent
    for act in (
        lambda: start_typed(MIA, database, "Care", typed(), now=NOW),
        lambda: start_sent(MIA, database, "Care", tiny_files(), now=NOW),
        lambda: start_sample(MIA, database, "Care", rosters, "tiny", max_bytes=9, now=NOW),
    ):
        with pytest.raises(AccessDenied):
            act()
    start_sent(ADA, database, "Care", tiny_files(), now=NOW)
    assert open_team(ADA, database, "Care").case.name == "Care"
