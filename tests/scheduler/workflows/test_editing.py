"""A roster changed by hand: what is offered holds, every change is a draft, locks stay."""

from __future__ import annotations

from datetime import date, time

import pytest
from book_week import (
    ANA,
    DAY,
    MIA,
    MONDAY,
    NAME,
    NOW,
    OTHER,
    PAT,
    QUICK,
    a_known_draft,
    a_team,
    tiny_files,
)

from scheduler.access import User
from scheduler.errors import AccessDenied, InputError
from scheduler.rostering.check import check
from scheduler.rostering.day_choices import DayChoice
from scheduler.rostering.problem import Pin
from scheduler.store.database import Database
from scheduler.workflows.book import change_setup
from scheduler.workflows.drafts import compare, make_draft, replay, see_roster
from scheduler.workflows.editing import (
    candidates_for,
    change_day,
    choices_for,
    holes_of,
    lock_day,
)
from scheduler.workflows.stored_roster import roster_numbers, rosters_in_week, see_stored

FRIDAY = MONDAY + 4 * DAY


@pytest.fixture
def draft(database: Database) -> int:
    """Ana and Ben from Monday to Wednesday, Ben and Cleo on Thursday and Friday."""
    a_team(database)
    return a_known_draft(database)


def worked(database: Database, key: int, day: date) -> set[str]:
    return {
        a.agent_id for a in see_roster(MIA, database, key).roster.assignments if a.shift.day == day
    }


def test_every_choice_does_what_it_says(database: Database, draft: int) -> None:
    stored = see_stored(MIA, database, draft)
    problem, roster = stored.plan.problem, stored.booked.roster
    before = check(problem, roster)
    offered = choices_for(MIA, database, draft, "ana", MONDAY)
    assert [choice.move.after is None for choice in offered].count(True) == 1
    for choice in offered:
        now = check(problem, choice.move.applied(roster))
        assert len(choice.move.broken) == len([v for v in now if v not in before])
    ranks = [len(choice.move.broken) for choice in offered]
    assert ranks == sorted(ranks)


def test_a_day_off_costs_service_and_a_shift_brings_it_back(database: Database, draft: int) -> None:
    def step(choice: DayChoice) -> float:
        (found,) = choice.service
        return found.after - found.before

    (off,) = choices_for(MIA, database, draft, "ana", MONDAY)
    assert step(off) < 0
    thinner = change_day(MIA, database, draft, "ana", MONDAY, off.move.after, now=NOW)
    assert worked(database, thinner, MONDAY) == {"ben"}
    assert worked(database, draft, MONDAY) == {"ana", "ben"}  # the one before stays
    back = choices_for(MIA, database, thinner, "ana", MONDAY)
    assert step(back[0]) == pytest.approx(-step(off))
    again = change_day(MIA, database, thinner, "ana", MONDAY, back[0].move.after, now=NOW)
    assert worked(database, again, MONDAY) == {"ana", "ben"}
    lines = rosters_in_week(MIA, database, NAME, MONDAY)
    assert [line.roster_id for line in lines][:2] == [again, thinner]
    assert lines[0].based_on == thinner
    assert "Ana" in lines[0].result["edit"]
    stored = see_stored(MIA, database, again)
    assert stored.numbers["paid_hours"] == stored.booked.roster.paid_hours == 80
    known = roster_numbers(stored.plan, stored.booked.roster)
    assert stored.numbers["service_level"] == known["service_level"]


def test_locks_go_with_the_draft_and_into_the_next_search(database: Database, draft: int) -> None:
    locked = lock_day(MIA, database, draft, "ana", FRIDAY, locked=True, now=NOW)
    stored = see_stored(MIA, database, locked)
    assert stored.locks == (Pin(agent_id="ana", day=FRIDAY, shift=""),)
    assert compare(MIA, database, draft, locked).rows == ()
    # A locked day that is changed stays locked, as it is now.
    shift = choices_for(MIA, database, locked, "ana", FRIDAY)[0].move.after
    changed = change_day(MIA, database, locked, "ana", FRIDAY, shift, now=NOW)
    (lock,) = see_stored(MIA, database, changed).locks
    assert (lock.day, lock.shift) == (FRIDAY, "day")
    assert (lock.start, lock.end) == (time(9), time(17))
    key, outcome = make_draft(
        MIA,
        database,
        NAME,
        week=MONDAY,
        now=NOW,
        locks=(lock, Pin(agent_id="ben", day=MONDAY, shift="")),
        params=QUICK,
        replications=10,
    )
    assert key is not None
    assert outcome.result.status == "optimal"
    assert "ana" in worked(database, key, FRIDAY)
    assert "ben" not in worked(database, key, MONDAY)
    assert replay(MIA, database, key, replications=10)[0]
    free = lock_day(MIA, database, changed, "ana", FRIDAY, locked=False, now=NOW)
    assert see_stored(MIA, database, free).locks == ()


def test_a_hole_is_filled_by_one_of_its_candidates(database: Database, draft: int) -> None:
    assert holes_of(MIA, database, draft) == ()
    (off,) = choices_for(MIA, database, draft, "ana", MONDAY)
    thin = change_day(MIA, database, draft, "ana", MONDAY, off.move.after, now=NOW)
    holes = holes_of(MIA, database, thin)
    assert holes
    found = candidates_for(MIA, database, thin, holes[0])
    assert {each.move.agent_id for each in found} == {"ana", "cleo"}
    best = found[0].move
    filled = change_day(MIA, database, thin, best.agent_id, best.day, best.after, now=NOW)
    assert holes_of(MIA, database, filled) == ()


def test_what_is_not_the_teams_is_refused(database: Database, draft: int) -> None:
    with pytest.raises(InputError, match="agent"):
        choices_for(MIA, database, draft, "nobody", MONDAY)
    with pytest.raises(InputError, match="day"):
        change_day(MIA, database, draft, "ana", MONDAY - DAY, None, now=NOW)
    with pytest.raises(InputError, match="day"):
        lock_day(MIA, database, draft, "ana", MONDAY + 7 * DAY, locked=True, now=NOW)
    shift = choices_for(MIA, database, draft, "cleo", MONDAY)[0].move.after
    assert shift is not None
    with pytest.raises(InputError, match="shift"):  # Cleo's, not Ana's
        change_day(MIA, database, draft, "ana", MONDAY, shift, now=NOW)
    # The set-up has changed since the choice was offered.
    toml = tiny_files()["case.toml"].replace(b'"17:00"', b'"16:00"')
    change_setup(MIA, database, NAME, {"case.toml": toml}, seen=1, now=NOW)
    with pytest.raises(InputError, match="shift"):
        change_day(MIA, database, draft, "cleo", MONDAY, shift, now=NOW)


@pytest.mark.parametrize("user", [ANA, PAT, OTHER])
def test_only_who_makes_rosters_changes_them(database: Database, draft: int, user: User) -> None:
    with pytest.raises(AccessDenied):
        choices_for(user, database, draft, "ana", MONDAY)
    with pytest.raises(AccessDenied):
        change_day(user, database, draft, "ana", MONDAY, None, now=NOW)
    with pytest.raises(AccessDenied):
        lock_day(user, database, draft, "ana", MONDAY, locked=True, now=NOW)
    with pytest.raises(AccessDenied):
        holes_of(user, database, draft)
