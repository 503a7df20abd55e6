"""What people are told: each about themselves, the team about nobody."""

from __future__ import annotations

from datetime import timedelta

from builders import EARLY, LATE, LONDON, MONDAY, agent

from scheduler.publishing.notices import decision_notices, publication_notices
from scheduler.publishing.publication import changes
from scheduler.publishing.requests import Leave, Swap
from scheduler.rostering.roster import Assignment, Roster
from scheduler.rostering.shifts import ShiftTemplate, date_shift

PEOPLE = {each.agent_id: each for each in (agent("ana"), agent("ben"), agent("cy"))}


def assigned(who: str, template: ShiftTemplate = EARLY, day: int = 0) -> Assignment:
    on = MONDAY + timedelta(days=day)
    shift = date_shift(template, on, zone=LONDON, agent_zone=LONDON)
    return Assignment(agent_id=who, shift=shift, queues=("phone",))


def test_a_publication_tells_each_agent_their_own_changes_and_the_team_only_how_many() -> None:
    before = Roster.of([assigned("ana"), assigned("cy")])
    after = Roster.of([assigned("ana", LATE), assigned("ben"), assigned("cy")])
    team, ana, ben = publication_notices(
        changes(before, after), PEOPLE, team_id=3, week=MONDAY, number=2, note="Ben is back."
    )
    assert (team.agent_id, ana.agent_id, ben.agent_id) == ("", "ana", "ben")
    title = "Roster for the week of Mon 2 Mar 2026, version 2"
    assert team.body == f"{title}, is published.\nBen is back.\n2 people have changed shifts."
    assert ana.subject == f"{title}: your shifts have changed"
    assert ana.body == (
        "Ben is back.\n\n"
        "Ana, Mon 2 Mar: early 06:00–14:00 on phone becomes late 14:00–22:00 on phone\n"
        "Times are those of Europe/London."
    )
    for each in (team, ana):
        assert "Ben," not in each.body
    assert len({team.key, ana.key, ben.key}) == 3


def test_a_decision_goes_to_both_who_are_part_of_it() -> None:
    swap = Swap(
        agent_id="ana",
        day=MONDAY,
        shift="early",
        other_id="ben",
        other_day=MONDAY,
        other_shift="late",
    )
    found = decision_notices(swap, "approved", "", {"ana": "Ana"}, request_id=7)
    assert [each.agent_id for each in found] == ["ana", "ben"]
    assert found[0].subject == "Your request is approved"
    leave = Leave(agent_id="ana", first=MONDAY, last=MONDAY)
    (only,) = decision_notices(leave, "refused", "Too many are away.", {}, request_id=8)
    assert only.body.endswith("It is refused.\nToo many are away.")
