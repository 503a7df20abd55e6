"""A week's life: history, forecast, roster, publication, swap, sickness, the agent's calendar."""

from __future__ import annotations

from datetime import timedelta

from book_week import (
    ADA,
    ANA,
    DAY,
    MIA,
    MONDAY,
    NAME,
    NOW,
    QUICK,
    TINY,
    a_known_draft,
    tiny_files,
)
from icalendar import Calendar

from scheduler.access import Role, User
from scheduler.people import TimeOff
from scheduler.publishing.requests import Swap
from scheduler.rostering.check import check
from scheduler.store.audit import deeds, first_broken
from scheduler.store.database import Database
from scheduler.store.schema import feed
from scheduler.store.tokens import feed_owner
from scheduler.workflows.asking import agree_to, ask_for
from scheduler.workflows.book import import_into_book, open_team, start_team
from scheduler.workflows.booked_week import plan_of
from scheduler.workflows.deciding import decide_request, weigh_request
from scheduler.workflows.drafts import make_draft, repair_draft, rosters_of, see_roster
from scheduler.workflows.feeds import calendar_at, end_calendar_address, make_calendar_address
from scheduler.workflows.import_choices import Choices
from scheduler.workflows.planner import forecast
from scheduler.workflows.publish import publish_roster, see_published

CLEO = User(name="Cleo", role=Role.AGENT, agent_id="cleo", team=NAME)
THURSDAY = MONDAY + 3 * DAY


def shifts_at(database: Database, token: str) -> dict[str, tuple[str, int]]:
    data = calendar_at(database, token, today=MONDAY)
    assert data is not None
    assert b"Ben" not in data
    assert b"Cleo" not in data
    return {
        f"{event['DTSTART'].dt:%a}": (str(event["STATUS"]), int(event["SEQUENCE"]))
        for event in Calendar.from_ical(data).walk("VEVENT")
    }


def test_a_weeks_life(database: Database) -> None:
    # The team comes without a history; the manager brings one in and looks at the forecast.
    start_team(ADA, database, NAME, tiny_files(history=False), now=NOW)
    brought = import_into_book(
        MIA,
        database,
        NAME,
        [TINY / "history.csv"],
        Choices(timezone="Europe/London"),
        max_bytes=1_000_000,
        now=NOW,
    )
    assert (brought.number, brought.known) == (1, False)
    team = open_team(MIA, database, NAME)
    assert forecast(ADA, team.case, week=MONDAY).offered.sum() > 0

    # The solver makes a roster; the manager changes it by hand and publishes that.
    made, outcome = make_draft(
        MIA, database, NAME, week=MONDAY, now=NOW, params=QUICK, replications=10
    )
    assert outcome.result.status == "optimal"
    assert made is not None
    by_hand = a_known_draft(database)
    first = publish_roster(MIA, database, by_hand, seen=1, after=0, note="Week 9.", now=NOW)
    assert (first.number, len(first.changes)) == (1, 10)

    # Ana takes her private calendar address.
    token = make_calendar_address(ANA, database, NAME, "ana", now=NOW)
    assert len(token) >= 43  # 256 bits
    assert shifts_at(database, token) == {d: ("CONFIRMED", 0) for d in ("Mon", "Tue", "Wed")}

    # Ana and Cleo swap Monday for Thursday; Mia sees that it does no harm, and approves.
    swap = Swap(
        agent_id="ana",
        day=MONDAY,
        shift="day",
        other_id="cleo",
        other_day=THURSDAY,
        other_shift="day",
    )
    request = ask_for(ANA, database, NAME, swap, now=NOW).request_id
    agree_to(CLEO, database, request, seen=1, now=NOW)
    weighed = weigh_request(MIA, database, request, now=NOW, replications=10)
    assert weighed.assessments[0].harmless
    decided = decide_request(
        MIA, database, request, approve=True, reason="", seen=2, now=NOW, replications=10
    )
    assert decided.versions == {str(MONDAY): 2}
    assert shifts_at(database, token) == {
        "Mon": ("CANCELLED", 1),
        "Tue": ("CONFIRMED", 0),
        "Wed": ("CONFIRMED", 0),
        "Thu": ("CONFIRMED", 1),
    }

    # On Tuesday evening Ben calls in sick for Wednesday; Cleo stands in.
    evening = NOW.replace(day=24, hour=18)
    wednesday = evening.replace(day=25, hour=0)
    sick = TimeOff(
        agent_id="ben", start=wednesday, end=wednesday + timedelta(days=1), kind="sickness"
    )
    current = rosters_of(MIA, database, NAME, MONDAY)[-1]
    draft, repaired = repair_draft(
        MIA, database, current, [sick], now=evening, reason="Ben is ill", params=QUICK
    )
    assert draft is not None
    assert repaired.touched == ("cleo",)
    done = publish_roster(MIA, database, draft, seen=1, after=2, note="Get well soon.", now=evening)
    assert done.number == 3
    assert {change.agent_id for change in done.changes} == {"ben", "cleo"}
    assert shifts_at(database, token)["Wed"] == ("CONFIRMED", 0)
    hers = make_calendar_address(CLEO, database, NAME, "cleo", now=evening)
    assert shifts_at_of(database, hers) == {"Mon", "Wed", "Fri"}

    # What is published is whole, valid, and everything that was done stands in the audit.
    seen = see_published(ANA, database, NAME, MONDAY)
    assert seen is not None
    team = open_team(MIA, database, NAME)
    booked = see_roster(MIA, database, draft)
    plan = plan_of(database, team, MONDAY, booked.origin.forecast_id)
    assert check(plan.problem, seen.roster) == []
    with database.reading() as connection:
        told = [deed.what for _, deed in deeds(connection)]
        assert told.count("publish") == 3
        assert first_broken(connection) is None

    # A new address ends the old one, and an ended one shows nothing.
    newer = make_calendar_address(ANA, database, NAME, "ana", now=evening)
    assert calendar_at(database, token, today=MONDAY) is None
    assert calendar_at(database, newer, today=MONDAY) is not None
    assert end_calendar_address(ANA, database, NAME, "ana", now=evening)
    assert calendar_at(database, newer, today=MONDAY) is None
    with database.reading() as connection:
        assert feed_owner(connection, hers) == (1, "cleo")
        (row,) = connection.execute(feed.select()).all()
        assert hers not in str(row)


def shifts_at_of(database: Database, token: str) -> set[str]:
    data = calendar_at(database, token, today=MONDAY)
    assert data is not None
    events = Calendar.from_ical(data).walk("VEVENT")
    return {f"{e['DTSTART'].dt:%a}" for e in events if e["STATUS"] == "CONFIRMED"}
