"""What a new version changes, and what may no longer move."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from builders import EARLY, LATE, LONDON, MONDAY, NIGHT, agent
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.publishing.publication import (
    CHANGE_COLUMNS,
    behind_line,
    change_table,
    change_words,
    changes,
    changes_of,
)
from scheduler.rostering.roster import Assignment, Roster
from scheduler.rostering.shifts import BreakTemplate, ShiftTemplate, date_shift

PEOPLE = {each.agent_id: each for each in (agent("ana"), agent("ben"))}


def assigned(
    who: str = "ana",
    template: ShiftTemplate = EARLY,
    day: int = 0,
    zone: ZoneInfo = LONDON,
    queues: tuple[str, ...] = ("phone",),
) -> Assignment:
    shift = date_shift(template, MONDAY + timedelta(days=day), zone=zone, agent_zone=zone)
    return Assignment(agent_id=who, shift=shift, queues=queues)


def test_the_same_roster_changes_nothing() -> None:
    made = Roster.of([assigned(), assigned("ben", LATE, 2)])
    assert changes(made, made) == ()


def test_changes_are_told_by_agent_and_day() -> None:
    before = Roster.of([assigned(), assigned(day=1), assigned("ben", LATE)])
    after = Roster.of([assigned(template=LATE), assigned(day=1), assigned("ben", NIGHT, 3)])
    found = changes(before, after)
    assert [change_words(each, PEOPLE) for each in found] == [
        "Ana, Mon 2 Mar: early 06:00–14:00 on phone becomes late 14:00–22:00 on phone",
        "Ben, Mon 2 Mar: late 14:00–22:00 on phone is gone",
        "Ben, Thu 5 Mar: new night 22:00–06:00 (+1 d) on phone",
    ]
    assert changes_of(found, "ben") == found[1:]


def test_the_table_has_a_row_a_change_and_empty_days_off() -> None:
    rows = change_table(changes(Roster.of([]), Roster.of([assigned()])), PEOPLE)
    assert [tuple(row) for row in rows] == [CHANGE_COLUMNS]
    assert rows[0] == {
        "agent_id": "ana",
        "agent": "Ana",
        "date": "2026-03-02",
        "before": "",
        "after": "early 06:00–14:00 on phone",
    }


def test_times_are_the_agents_own() -> None:
    perth = ZoneInfo("Australia/Perth")
    found = changes(Roster.of([]), Roster.of([assigned(zone=perth)]))
    own = {"ana": agent("ana", zone=perth)}
    assert "early 06:00–14:00" in change_words(found[0], own)
    # Somebody who has left the team is called by their id, in UTC.
    assert change_words(found[0], {}) == "ana, Mon 2 Mar: new early 22:00–06:00 (+1 d) on phone"


def test_moved_breaks_and_moved_work_are_changes() -> None:
    at_ten = replace(EARLY, breaks=(BreakTemplate(start=time(10), end=time(10, 15)),))
    at_twelve = replace(EARLY, breaks=(BreakTemplate(start=time(12), end=time(12, 15)),))
    found = changes(
        Roster.of([assigned(template=at_ten)]), Roster.of([assigned(template=at_twelve)])
    )
    assert change_words(found[0], PEOPLE) == (
        "Ana, Mon 2 Mar: early 06:00–14:00 on phone with breaks 10:00–10:15 "
        "becomes early 06:00–14:00 on phone with breaks 12:00–12:15"
    )
    other = changes(Roster.of([assigned()]), Roster.of([assigned(queues=("chat", "phone"))]))
    assert "on phone becomes early 06:00–14:00 on chat and phone" in change_words(other[0], PEOPLE)


def test_what_started_before_the_line_may_not_move() -> None:
    before = Roster.of([assigned(template=LATE), assigned("ben", LATE, 1)])
    after = Roster.of([assigned(), assigned("ben", NIGHT, 1)])
    found = changes(before, after)
    noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    # Ana's late shift has not begun at noon, but the early one that replaces it has.
    assert [each.agent_id for each in behind_line(found, noon)] == ["ana"]
    assert behind_line(found, noon.replace(hour=6)) == ()
    assert behind_line(found, noon + timedelta(days=3)) == found


def test_a_shift_that_stays_beside_a_new_one_does_not_count_as_moved() -> None:
    found = changes(Roster.of([assigned()]), Roster.of([assigned(), assigned(template=NIGHT)]))
    assert found[0].moves_at == assigned(template=NIGHT).shift.start


_ROSTERS = st.lists(
    st.tuples(
        st.sampled_from(["ana", "ben", "cy"]),
        st.sampled_from([EARLY, LATE, NIGHT]),
        st.integers(0, 4),
    ),
    max_size=8,
    unique=True,
).map(lambda rows: Roster.of(assigned(*row) for row in rows))


@settings(deadline=None, derandomize=True, max_examples=200)
@given(before=_ROSTERS, after=_ROSTERS)
def test_changes_lead_from_one_roster_to_the_other(before: Roster, after: Roster) -> None:
    found = changes(before, after)
    gone = {each for change in found for each in change.before}
    come = [each for change in found for each in change.after]
    rebuilt = Roster.of([*(a for a in before.assignments if a not in gone), *come])
    assert rebuilt == after
    back = [replace(c, before=c.after, after=c.before) for c in found]
    assert list(changes(after, before)) == back
