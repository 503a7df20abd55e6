"""``callboard book``: a week from draft to decision at the terminal."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from book_terminal import Terminal

from scheduler.publishing.requests import ExtraHours, Preference
from scheduler.store.requests import add_request

ROSTERS = Path(__file__).resolve().parents[2] / "rosters"


@pytest.fixture
def terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Terminal:
    made = Terminal(monkeypatch, capsys, tmp_path)
    made.ask("team", "add", "tiny")
    return made


def test_a_week_at_the_terminal(terminal: Terminal) -> None:
    made = terminal.ask("book", "draft", "tiny", "--seconds", "20", "--replications", "10")
    assert (made["status"], made["roster"]) == ("optimal", 1)
    done = terminal.ask("book", "publish", "1", "--note", "Week 9.")
    assert done == {"week": "2026-02-23", "version": 1, "changes": 10}
    assert terminal.ask("book", "copy", "1") == {"roster": 2}
    assert terminal.ask("book", "changes", "1", "2") == {"changes": []}
    assert terminal.run("book", "changes", "1", "2") == ("Nothing has changed.\n", 0)
    rows = terminal.ask("book", "week", "tiny", "--week", "2026-02-26")["rosters"]
    assert [(row["roster"], row["state"], row["version"]) for row in rows] == [
        (1, "published", 1),
        (2, "draft", None),
    ]
    found = terminal.run("book", "publish", "2", "--note", "x", "--freeze", "tomorrow")
    assert found[1] == 2
    assert "a time such as" in found[0]


def test_requests_at_the_terminal(terminal: Terminal) -> None:
    now = datetime.now(UTC)
    day = now.date() + timedelta(days=30)
    wish = Preference(agent_id="ana", day=day, kind="avoid")
    late = ExtraHours(agent_id="ana", day=date(2026, 3, 2), shift="day")
    with terminal.database.writing() as connection:
        for ask, until in ((wish, now + timedelta(days=30)), (wish, now), (late, now)):
            add_request(connection, 1, ask, expires_at=until, who="ana", at=now)
    (first, *_) = terminal.ask("book", "requests", "tiny")["requests"]
    assert first["what"].startswith("ana wishes not to work any shift on")
    assert terminal.run("book", "weigh", "1") == ("It changes no published roster.\n", 0)
    assert terminal.run("book", "decide", "1", "--refuse")[1] == 2
    assert terminal.ask("book", "decide", "1", "--approve")["state"] == "approved"
    assert terminal.run("book", "decide", "1", "--approve")[1] == 2
    assert terminal.run("book", "weigh", "9")[1] == 2
    assert terminal.ask("book", "deliver") == {
        "sent": 0,
        "refused": 0,
        "unsure": 0,
        "expired": 2,
    }
    assert terminal.ask("book", "requests", "tiny") == {"requests": []}


def test_what_leaves_the_book_is_printed_once(terminal: Terminal) -> None:
    path = terminal.ask("book", "calendar", "tiny", "ana")["path"]
    assert path.startswith("/ics/")
    assert terminal.ask("book", "calendar", "tiny", "ana", "--end") == {"ended": True}
    assert terminal.run("book", "calendar", "tiny", "zoe")[1] == 2
    assert terminal.run("book", "address", "tiny", "--webhook", "http://example.org")[1] == 2
    assert terminal.run("book", "address", "tiny")[1] == 2
    where = ("--mail", "ana@example.org", "--agent", "ana")
    assert terminal.run("book", "address", "tiny", *where) == ("", 0)
    terminal.ask("account", "add", "mia", "--role", "manager", "--team", "tiny")
    made = ("book", "key", "mia", "--name", "screen", "--scope", "rosters:read")
    assert terminal.ask(*made)["key"].startswith("cb_")
    assert terminal.run("book", "key", "mia", "--name", "x", "--scope", "all")[1] == 2
