"""Letters: written once, taken once, tried again with patience, never sent twice."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from scheduler.publishing.notices import Letter, Notice
from scheduler.store.audit import deeds
from scheduler.store.database import Database
from scheduler.store.outbox import (
    ATTEMPTS,
    FIRST_WAIT,
    PATIENCE,
    claim,
    count_letters,
    give_up_lost,
    mark_refused,
    mark_sent,
    mark_unsure,
    post,
    set_address,
)
from scheduler.store.setups import add_team

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def notice(number: int = 0, agent_id: str = "ana") -> Notice:
    return Notice(key=f"n{number}/{agent_id}", agent_id=agent_id, subject="s", body="b")


def a_book(database: Database, notices: int = 1) -> None:
    with database.writing() as connection:
        team_id = add_team(connection, "Support", who="ada", at=NOW)
        set_address(
            connection, team_id, "mail", "ana@example.org", agent_id="ana", who="ada", at=NOW
        )
        post(connection, team_id, [notice(n) for n in range(notices)], at=NOW)


def taken(database: Database, now: datetime = NOW) -> Letter | None:
    with database.writing() as connection:
        return claim(connection, now)


def test_a_notice_is_written_once_however_often_it_is_posted(database: Database) -> None:
    a_book(database, 2)
    with database.writing() as connection:
        assert post(connection, 1, [notice(1), notice(2), notice(0, "nobody")], at=NOW) == 1
        assert count_letters(connection) == {"waiting": 3}


def test_the_team_and_each_agent_have_their_own_addresses(database: Database) -> None:
    a_book(database, 0)
    with database.writing() as connection:
        hook = "https://hooks.example.org/secret"
        set_address(connection, 1, "webhook", hook, who="ada", at=NOW)
        assert post(connection, 1, [notice(agent_id=""), notice()], at=NOW) == 2
        places = {
            (each.channel, each.address)
            for each in (claim(connection, NOW), claim(connection, NOW))
            if each
        }
        assert places == {("webhook", hook), ("mail", "ana@example.org")}
        set_address(connection, 1, "webhook", "", who="ada", at=NOW)
        assert post(connection, 1, [notice(9, "")], at=NOW) == 0
        assert "example.org" not in str([deed for _, deed in deeds(connection)])


def test_a_claimed_letter_is_nobody_elses(database: Database) -> None:
    a_book(database)
    letter = taken(database)
    assert letter is not None
    assert (letter.key, letter.attempts) == ("n0/ana/mail", 1)
    assert taken(database) is None
    with database.writing() as connection:
        mark_sent(connection, letter, NOW)
        assert count_letters(connection) == {"sent": 1}
    assert taken(database, NOW + timedelta(days=9)) is None


def test_of_many_who_deliver_each_letter_has_one(database: Database) -> None:
    a_book(database, 30)

    def work(_: int) -> list[str]:
        mine = []
        while (letter := taken(database)) is not None:
            mine.append(letter.key)
        return mine

    with ThreadPoolExecutor(8) as pool:
        found = Counter(key for keys in pool.map(work, range(8)) for key in keys)
    assert set(found.values()) == {1}
    assert len(found) == 30


def test_a_refused_letter_waits_twice_as_long_each_time_and_fails_in_the_end(
    database: Database,
) -> None:
    a_book(database)
    now = NOW
    for attempt in range(1, ATTEMPTS + 1):
        letter = taken(database, now)
        assert letter is not None
        assert letter.attempts == attempt
        with database.writing() as connection:
            mark_refused(connection, letter, now, "connection refused")
        wait = FIRST_WAIT * 2 ** (attempt - 1)
        assert taken(database, now + wait - timedelta(seconds=1)) is None
        now += wait
    assert taken(database, now + timedelta(days=9)) is None
    with database.reading() as connection:
        assert count_letters(connection) == {"failed": 1}


def test_a_letter_whose_fate_is_unknown_is_never_sent_again(database: Database) -> None:
    a_book(database, 2)
    letter, lost = taken(database), taken(database)
    assert letter is not None
    assert lost is not None
    with database.writing() as connection:
        mark_unsure(connection, letter, NOW, "the line broke after the text")
        assert give_up_lost(connection, NOW + PATIENCE) == 0
        assert give_up_lost(connection, NOW + 2 * PATIENCE) == 1
        # A sender that comes back from the dead changes nothing.
        mark_sent(connection, lost, NOW)
        assert count_letters(connection) == {"unsure": 2}
    assert taken(database, NOW + timedelta(days=9)) is None
