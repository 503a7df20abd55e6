"""A team of the book: set-up, history, drafts and publications, permission first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from book_week import (
    ADA,
    ANA,
    DAY,
    MIA,
    MONDAY,
    NAME,
    NOW,
    OTHER,
    PAT,
    TINY,
    a_draft,
    a_known_draft,
    a_team,
    put_out,
    tiny_files,
)

from scheduler.access import User
from scheduler.errors import AccessDenied, Conflict, InputError
from scheduler.exchange.read_case import read_case
from scheduler.rostering.roster import Roster
from scheduler.store.audit import deeds, first_broken
from scheduler.store.database import Database
from scheduler.store.outbox import claim, count_letters, set_address
from scheduler.workflows.book import (
    change_setup,
    import_into_book,
    imports_of,
    open_team,
    start_team,
)
from scheduler.workflows.drafts import compare, copy_draft, replay, rosters_of, see_roster
from scheduler.workflows.import_choices import Choices
from scheduler.workflows.publish import publish_roster, see_published

LIMIT = 50_000_000


def test_a_team_of_the_book_is_the_case_of_its_folder(database: Database) -> None:
    a_team(database)
    team = open_team(MIA, database, NAME)
    folder = read_case(TINY, max_bytes=LIMIT)
    assert (team.setup, team.history) == (1, 1)
    assert team.case.team == folder.team
    assert team.case.queues == folder.queues
    assert team.case.history is not None
    assert folder.history is not None
    assert team.case.history.grid == folder.history.grid
    with pytest.raises(Conflict, match="named tiny"):
        a_team(database)
    with pytest.raises(InputError, match="a team of the book"):
        open_team(ADA, database, "nobody")


def test_files_with_faults_start_no_team(database: Database) -> None:
    broken = tiny_files() | {"agents.csv": b"id,name\nana,\n"}
    with pytest.raises(InputError, match=r"agents\.csv"):
        start_team(ADA, database, NAME, broken, now=NOW)
    with pytest.raises(InputError, match=r"case\.toml"):
        start_team(ADA, database, NAME, {"agents.csv": broken["agents.csv"]}, now=NOW)
    with database.reading() as connection:
        assert list(deeds(connection)) == []


def test_a_set_up_is_changed_whole_and_only_if_it_reads(database: Database) -> None:
    a_team(database)
    requests = b"agent_id,date,shift,kind,weight\nben,2026-02-26,,avoid,2\n"
    changed = change_setup(
        MIA, database, NAME, {"requests.csv": requests}, seen=1, now=NOW, reason="Ben's wish"
    )
    assert changed == 2
    (wish,) = open_team(MIA, database, NAME).case.requests
    assert (wish.agent_id, wish.weight) == ("ben", 2)
    with pytest.raises(InputError, match="zoe"):
        change_setup(
            MIA, database, NAME, {"requests.csv": requests.replace(b"ben", b"zoe")}, seen=2, now=NOW
        )
    with pytest.raises(Conflict):
        change_setup(MIA, database, NAME, {"requests.csv": requests}, seen=1, now=NOW)


def test_history_comes_in_once_and_says_who_brought_it(database: Database, tmp_path: Path) -> None:
    start_team(ADA, database, NAME, tiny_files(history=False), now=NOW)
    rows = (TINY / "history.csv").read_text().splitlines()
    first, second = tmp_path / "january.csv", tmp_path / "february.csv"
    half = len(rows) // 2
    first.write_text("\n".join(rows[: half + 1]) + "\n")
    second.write_text("\n".join((rows[0], *rows[half + 1 :])) + "\n")
    choices = Choices(timezone="Europe/London")

    def bring(*files: Path) -> Any:
        return import_into_book(MIA, database, NAME, files, choices, max_bytes=LIMIT, now=NOW)

    assert (bring(first).number, bring(second).number) == (1, 2)
    again = bring(first)
    assert (again.number, again.known) == (1, True)
    whole, folder = open_team(MIA, database, NAME).case.history, read_case(TINY, max_bytes=LIMIT)
    assert whole is not None
    assert folder.history is not None
    assert whole.grid == folder.history.grid
    np.testing.assert_array_equal(whole.offered, folder.history.offered)
    one, two = imports_of(MIA, database, NAME)
    assert (one.name, two.name, two.imported_by) == ("january.csv", "february.csv", "Mia")
    assert "january.csv" in one.report
    bad = tmp_path / "bad.csv"
    bad.write_text("interval_start,queue,offered\nyesterday,phone,6\n")
    with pytest.raises(InputError):
        bring(bad)
    assert len(imports_of(MIA, database, NAME)) == 2


def test_a_draft_becomes_the_version_that_agents_see(database: Database) -> None:
    a_team(database)
    with database.writing() as connection:
        set_address(connection, 1, "mail", "ana@example.org", agent_id="ana", who="x", at=NOW)
        set_address(connection, 1, "webhook", "https://example.org/x", who="x", at=NOW)
    key = a_known_draft(database)
    assert see_published(ANA, database, NAME, MONDAY) is None
    done = put_out(database, key)
    assert done.number == 1
    assert put_out(database, key).number == 1  # saying it twice is saying it once
    seen = see_published(ANA, database, NAME, MONDAY)
    assert seen is not None
    assert (seen.number, seen.note) == (1, "Here it is.")
    assert len(seen.roster.assignments) == 10
    with database.writing() as connection:
        assert count_letters(connection) == {"waiting": 2}
        letters = [claim(connection, NOW), claim(connection, NOW)]
        bodies = {letter.channel: letter.body for letter in letters if letter}
        assert "3 people have changed shifts." in bodies["webhook"]
        assert "Ben" not in bodies["mail"] + bodies["webhook"]
        assert first_broken(connection) is None


def test_two_managers_cannot_publish_over_each_other(database: Database) -> None:
    a_team(database)
    first, second = a_draft(database), a_draft(database)
    put_out(database, first)
    with pytest.raises(Conflict, match="Version 1"):
        put_out(database, second)
    assert put_out(database, second, after=1).number == 2


def test_what_has_begun_never_moves_and_what_is_frozen_needs_a_reason(database: Database) -> None:
    a_team(database)
    key = a_known_draft(database)
    put_out(database, key)
    booked = see_roster(MIA, database, key)
    less = Roster.of(booked.roster.assignments[1:])
    gone = booked.roster.assignments[0].shift.start
    draft = copy_draft(MIA, database, key, now=NOW, roster=less)
    later = gone + timedelta(minutes=1)
    with pytest.raises(InputError, match=r"has begun or is frozen; found Ana, Mon 23 Feb"):
        put_out(database, draft, after=1, now=later)
    for despite in ("", "she is ill"):
        with pytest.raises(InputError, match="has begun"):
            publish_roster(
                MIA, database, draft, seen=1, after=1, note="", now=later, despite=despite
            )
    frozen = {"seen": 1, "after": 1, "note": "", "now": NOW, "freeze": later}
    with pytest.raises(InputError, match="frozen"):
        publish_roster(MIA, database, draft, **frozen)
    done = publish_roster(MIA, database, draft, **frozen, despite="she is ill")
    assert done.number == 2
    with database.reading() as connection:
        last = list(deeds(connection))[-1][1]
        assert (last.what, last.reason) == ("publish in spite of rules", "she is ill")


def test_a_roster_that_breaks_a_hard_rule_is_not_published_by_itself(database: Database) -> None:
    a_team(database)
    key = a_known_draft(database)
    *rest, last = see_roster(MIA, database, key).roster.assignments
    shift = replace(
        last.shift,
        day=last.shift.day + DAY,
        start=last.shift.start + DAY,
        end=last.shift.end + DAY,
    )
    saturday = Roster.of((*rest, replace(last, shift=shift)))
    draft = copy_draft(MIA, database, key, now=NOW, roster=saturday)
    with pytest.raises(InputError, match="every hard rule kept"):
        put_out(database, draft)
    assert see_published(ANA, database, NAME, MONDAY) is None


def test_versions_are_compared_and_an_old_one_comes_back(database: Database) -> None:
    a_team(database)
    key = a_known_draft(database)
    put_out(database, key)
    booked = see_roster(MIA, database, key)
    draft = copy_draft(MIA, database, key, now=NOW, roster=Roster.of(booked.roster.assignments[1:]))
    put_out(database, draft, after=1)
    (words,) = compare(MIA, database, key, draft).words
    assert words == "Ana, Mon 23 Feb: day 09:00–17:00 on phone is gone"
    back = copy_draft(MIA, database, key, now=NOW)
    assert put_out(database, back, after=2).number == 3
    seen = see_published(ANA, database, NAME, MONDAY)
    assert seen is not None
    assert seen.roster == booked.roster
    assert rosters_of(MIA, database, NAME, MONDAY)[1:] == (key, draft, back)


def test_a_stored_roster_is_replayed_to_the_same_result(database: Database) -> None:
    a_team(database)
    key = a_draft(database)
    # What changes afterwards does not matter: the roster is bound to what it was made of.
    requests = b"agent_id,date,shift,kind,weight\nben,2026-02-26,,avoid,2\n"
    change_setup(MIA, database, NAME, {"requests.csv": requests}, seen=1, now=NOW)
    same, outcome = replay(MIA, database, key, replications=10)
    assert same
    assert outcome.result.roster == see_roster(MIA, database, key).roster
    with pytest.raises(Conflict, match="by hand"):
        replay(MIA, database, copy_draft(MIA, database, key, now=NOW))


def test_permission_comes_first(database: Database) -> None:
    a_team(database)
    key = a_draft(database)
    files = tiny_files()
    asks: dict[str, tuple[Callable[[User], object], set[str]]] = {
        "start": (lambda u: start_team(u, database, "x", files, now=NOW), {"Ada"}),
        "open": (lambda u: open_team(u, database, NAME), {"Ada", "Mia", "Pat"}),
        "set-up": (
            lambda u: change_setup(u, database, NAME, {}, seen=9, now=NOW),
            {"Ada", "Mia"},
        ),
        "imports": (lambda u: imports_of(u, database, NAME), {"Ada", "Mia", "Pat"}),
        "draft": (lambda u: copy_draft(u, database, key, now=NOW), {"Ada", "Mia"}),
        "see": (lambda u: see_roster(u, database, key), {"Ada", "Mia", "Pat"}),
        "list": (lambda u: rosters_of(u, database, NAME, MONDAY), {"Ada", "Mia", "Pat"}),
        "compare": (lambda u: compare(u, database, key, key), {"Ada", "Mia", "Pat"}),
        "published": (
            lambda u: see_published(u, database, NAME, MONDAY),
            {"Ada", "Mia", "Pat", "Ana"},
        ),
        "publish": (
            lambda u: publish_roster(u, database, key, seen=9, after=9, note="", now=NOW),
            {"Ada", "Mia"},
        ),
    }
    for what, (ask, allowed) in asks.items():
        may = set()
        for user in (ADA, MIA, PAT, ANA, OTHER):
            try:
                ask(user)
            except AccessDenied:
                continue
            except (Conflict, KeyError):
                pass  # the question was allowed, its details were wrong
            may.add(user.name)
        assert may == allowed, what
