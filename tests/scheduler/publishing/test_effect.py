"""The roster that would be, and what it does to rules and service."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from builders import EARLY, FREE, LATE, LONDON, MONDAY, NIGHT, agent, problem, queue, requirement

from scheduler.errors import InputError
from scheduler.people import TimeOff
from scheduler.publishing.assessment import assess
from scheduler.publishing.effect import effect_of
from scheduler.publishing.requests import Ask, ExtraHours, GiveAway, Leave, Preference, Swap
from scheduler.rostering.check import check
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Assignment, Roster

TUESDAY = MONDAY + timedelta(days=1)
PEOPLE = (
    agent("ana"),
    agent("ben", skills=frozenset({"phone", "chat"})),
    agent("cy", skills=frozenset({"chat"})),
    agent("kim", zone=ZoneInfo("Australia/Perth")),
)
QUEUES = (queue("phone"), queue("chat", channel="chat"))


def week(**changes: object) -> Problem:
    values: dict[str, object] = {
        "agents": PEOPLE,
        "templates": (
            EARLY,
            LATE,
            NIGHT,
            replace(EARLY, name="noon", start=time(12), zone="service"),
        ),
        "need": requirement(queues=QUEUES),
    }
    return problem(**(values | changes))  # type: ignore[arg-type]  # tests mix freely


def on(made: Problem, who: str, day: date, shift: str, *queues: str) -> Assignment:
    dated = made.shift_on(made.agents[who], made.template_by_name[shift], day)
    assert dated is not None
    return Assignment(agent_id=who, shift=dated, queues=queues or ("phone",))


def told(roster: Roster) -> list[str]:
    return [f"{a.agent_id} {a.shift.day:%a} {a.shift.template}" for a in roster.assignments]


def start(made: Problem) -> Roster:
    return Roster.of(
        [
            on(made, "ana", MONDAY, "early"),
            on(made, "ben", TUESDAY, "late"),
            on(made, "cy", MONDAY, "late", "chat"),
        ]
    )


def test_a_swap_changes_hands_and_keeps_hours_and_queues() -> None:
    made = week()
    ask = Swap(
        agent_id="ana",
        day=MONDAY,
        shift="early",
        other_id="ben",
        other_day=TUESDAY,
        other_shift="late",
    )
    found = effect_of(ask, made, start(made))
    assert told(found.roster) == ["ana Tue late", "ben Mon early", "cy Mon late"]
    assert {a.shift.start for a in found.roster.assignments} == {
        a.shift.start for a in start(made).assignments
    }
    assert check(found.problem, found.roster) == []


def test_a_given_shift_keeps_its_queue_and_the_checker_sees_the_missing_skill() -> None:
    made = week()
    ask = GiveAway(agent_id="ana", day=MONDAY, shift="early", other_id="cy")
    found = effect_of(ask, made, start(made))
    broken = {each.rule for each in check(found.problem, found.roster)}
    assert broken == {"skills", "one_shift_a_day"}


def test_a_shift_of_the_agents_own_zone_is_not_the_same_elsewhere() -> None:
    made = week()
    ask = GiveAway(agent_id="ana", day=MONDAY, shift="early", other_id="kim")
    with pytest.raises(InputError, match=r"same hours for Kim.*Australia/Perth"):
        effect_of(ask, made, start(made))


def test_a_shift_of_the_services_zone_moves_to_the_other_agents_date() -> None:
    late = replace(NIGHT, name="owl", zone="service", start=time(20), end=time(4))
    made = week(templates=(EARLY, LATE, late))
    before = Roster.of([on(made, "ana", MONDAY, "owl")])
    found = effect_of(
        GiveAway(agent_id="ana", day=MONDAY, shift="owl", other_id="kim"), made, before
    )
    (given,) = found.roster.assignments
    assert given.shift.day == TUESDAY  # 04:00 in Perth
    assert given.shift.start == before.assignments[0].shift.start
    assert given == on(made, "kim", TUESDAY, "owl")


def test_leave_takes_the_shifts_it_overlaps_and_no_others() -> None:
    made = week()
    before = Roster.of(
        [
            on(made, "ana", MONDAY, "night"),  # reaches into Tuesday
            on(made, "ana", TUESDAY + timedelta(days=1), "early"),
            on(made, "ben", TUESDAY, "late"),
        ]
    )
    ask = Leave(agent_id="ana", first=TUESDAY, last=TUESDAY)
    found = effect_of(ask, made, before)
    assert told(found.roster) == ["ana Wed early", "ben Tue late"]
    assert found.problem.time_off["ana"] == (ask.time_off(LONDON),)
    assert check(found.problem, found.roster) == []
    # The rule says why: the same shift would be a violation.
    assert {each.rule for each in check(found.problem, before)} == {"time_off"}


def test_leave_on_leave_is_refused() -> None:
    off = Leave(agent_id="ana", first=MONDAY, last=TUESDAY).time_off(LONDON)
    made = week(time_off=(off,))
    with pytest.raises(InputError, match="do not overlap"):
        effect_of(Leave(agent_id="ana", first=TUESDAY, last=TUESDAY), made, start(made))


def test_extra_hours_add_a_shift_on_a_queue_of_theirs() -> None:
    made = week()
    ask = ExtraHours(agent_id="ben", day=MONDAY, shift="early", queue="chat")
    found = effect_of(ask, made, start(made))
    assert on(made, "ben", MONDAY, "early", "chat") in found.roster.assignments
    usual = effect_of(replace(ask, queue=""), made, start(made))
    assert on(made, "ben", MONDAY, "early", "phone") in usual.roster.assignments


def test_a_preference_is_a_wish_and_moves_nobody() -> None:
    made = week()
    ask = Preference(agent_id="ana", day=MONDAY, kind="avoid", shift="early", weight=2)
    found = effect_of(ask, made, start(made))
    assert found.roster == start(made)
    (wish,) = found.problem.requests
    assert (wish.agent_id, wish.day, wish.kind, wish.shift, wish.weight) == (
        "ana",
        MONDAY,
        "avoid",
        "early",
        2,
    )


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (GiveAway(agent_id="ana", day=TUESDAY, shift="early", other_id="ben"), "that Ana has"),
        (GiveAway(agent_id="ana", day=MONDAY, shift="early", other_id="zoe"), "agent of the team"),
        (Leave(agent_id="zoe", first=MONDAY, last=MONDAY), "agent of the team"),
        (ExtraHours(agent_id="ana", day=MONDAY, shift="dawn"), "one of early, late"),
        (ExtraHours(agent_id="ana", day=MONDAY, shift="early"), "same moment already"),
        (ExtraHours(agent_id="ana", day=MONDAY, shift="late", queue="chat"), "Ana can serve"),
        (
            ExtraHours(agent_id="ana", day=MONDAY + timedelta(days=7), shift="late"),
            "date of the week",
        ),
    ],
)
def test_what_does_not_fit_the_week_is_refused_in_words(ask: Ask, words: str) -> None:
    made = week()
    with pytest.raises(InputError, match=words):
        effect_of(ask, made, start(made))


def test_an_assessment_names_the_broken_rule_and_the_lost_promise() -> None:
    rested = replace(FREE, min_rest=timedelta(hours=11))
    need = requirement(offered=24.0, required=1, queues=(queue(floor=0.0, promise="week"),))
    made = week(contracts=(rested,), need=need, agents=PEOPLE[:2])
    before = Roster.of(
        [
            *(on(made, "ana", day, "early") for day in made.dates),
            *(on(made, "ben", day, "late") for day in made.dates),
        ]
    )
    gift = GiveAway(agent_id="ana", day=TUESDAY, shift="early", other_id="ben")
    found = assess(made, before, effect_of(gift, made, before), replications=20)
    assert {each.rule for each in found.broken} == {"min_rest", "one_shift_a_day"}
    assert found.mended == ()
    assert not found.harmless
    assert found.paid_hours == (112.0, 112.0)
    assert len(found.changes) == 2
    away = assess(
        made,
        before,
        effect_of(Leave(agent_id="ana", first=MONDAY, last=MONDAY), made, before),
        replications=20,
    )
    assert away.broken == ()
    assert away.paid_hours == (112.0, 104.0)
    (service,) = away.service
    assert service.after < service.before
    assert away.worst_drop == pytest.approx(service.before - service.after)
    assert any(words.startswith("phone: ") for words in away.words)
    assert "paid hours 112 become 104" in away.words


def test_no_change_changes_nothing() -> None:
    made = week(need=requirement(offered=6.0), agents=PEOPLE[:2])
    before = start(week(agents=PEOPLE))
    before = Roster.of(a for a in before.assignments if a.agent_id != "cy")
    wish = Preference(agent_id="ana", day=MONDAY, kind="want")
    found = assess(made, before, effect_of(wish, made, before), replications=10)
    assert (found.changes, found.broken, found.mended, found.words) == ((), (), (), ())
    assert found.harmless
    assert found.worst_drop == 0


def test_time_off_in_the_case_and_leave_asked_for_are_the_same_thing() -> None:
    ask = Leave(agent_id="kim", first=date(2026, 3, 28), last=date(2026, 3, 29))
    auckland = ZoneInfo("Europe/London")
    off = ask.time_off(auckland)  # clocks go forward on the 29th
    assert isinstance(off, TimeOff)
    assert off.end - off.start == timedelta(hours=47)
