"""Delivery: real servers on this machine, refusals, and lines that break at the wrong moment."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from scheduler.access import Role, User
from scheduler.errors import AccessDenied, InputError
from scheduler.exchange.senders import mail_sender, send_to_webhook, senders
from scheduler.publishing.notices import Channel, Letter, Notice, NotTaken
from scheduler.store.database import Database
from scheduler.store.migrate import upgrade
from scheduler.store.outbox import FIRST_WAIT, count_letters, post, set_address
from scheduler.store.setups import add_team
from scheduler.workflows.delivery import Delivered, deliver, set_notice_address

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ADDRESSES: dict[Channel, str] = {"mail": "ana@example.org", "webhook": "https://example.org/hook"}


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Database]:
    """Two notices to Ana, by mail and by webhook each."""
    database = Database(f"sqlite:///{tmp_path}/book.sqlite")
    upgrade(database)
    with database.writing() as connection:
        team = add_team(connection, "Support", who="ada", at=NOW)
        for channel, where in ADDRESSES.items():
            set_address(connection, team, channel, where, agent_id="ana", who="ada", at=NOW)
        notices = [Notice(key=f"n{n}", agent_id="ana", subject="s", body="b") for n in range(2)]
        post(connection, team, notices, at=NOW)
    yield database
    database.close()


def states(book: Database) -> dict[str, int]:
    with book.reading() as connection:
        return count_letters(connection)


def run(book: Database, send: Callable[[Letter], None], now: datetime = NOW) -> Delivered:
    return deliver(book, {"mail": send, "webhook": send}, now=lambda: now)


def test_what_is_due_is_sent_once(book: Database) -> None:
    sent: list[str] = []
    assert run(book, lambda letter: sent.append(letter.key)) == Delivered(sent=4)
    assert run(book, lambda letter: sent.append(letter.key)) == Delivered()
    assert len(set(sent)) == len(sent) == 4


def test_what_was_not_taken_is_tried_again_later(book: Database) -> None:
    def refuse(letter: Letter) -> None:
        raise NotTaken("not today")

    assert run(book, refuse) == Delivered(refused=4)
    assert run(book, refuse, NOW + FIRST_WAIT - timedelta(seconds=1)) == Delivered()
    assert run(book, lambda _: None, NOW + FIRST_WAIT) == Delivered(sent=4)


def test_what_may_have_been_taken_is_never_sent_again(book: Database) -> None:
    def break_off(letter: Letter) -> None:
        raise TimeoutError("no answer")

    assert run(book, break_off) == Delivered(unsure=4)
    assert run(book, break_off, NOW + timedelta(days=9)) == Delivered()
    assert states(book) == {"unsure": 4}


def test_a_channel_that_nothing_sends_by_waits(book: Database) -> None:
    assert deliver(book, senders("", ""), now=lambda: NOW, most=0) == Delivered()
    done = deliver(book, {"mail": lambda _: None}, now=lambda: NOW)
    assert done == Delivered(sent=2, refused=2)
    assert states(book) == {"sent": 2, "waiting": 2}


@pytest.mark.parametrize(
    ("channel", "where"),
    [
        ("mail", "nobody"),
        ("mail", "a@b\nBcc: c@d"),
        ("mail", "a@b, c@d"),
        ("webhook", "http://example.org"),
        ("webhook", "https://example.org/x y"),
    ],
)
def test_what_is_no_address_is_refused(book: Database, channel: Channel, where: str) -> None:
    mia = User(name="Mia", role=Role.MANAGER, team="Support")
    with pytest.raises(InputError, match="address"):
        set_notice_address(mia, book, "Support", channel, where, now=NOW)
    ana = User(name="Ana", role=Role.AGENT, team="Support", agent_id="ana")
    with pytest.raises(AccessDenied):
        set_notice_address(ana, book, "Support", channel, "", now=NOW)
    set_notice_address(mia, book, "Support", "mail", "ana@example.org", agent_id="ana", now=NOW)


def letter(address: str, channel: Channel = "webhook") -> Letter:
    body = "Hello <!channel> & all"
    return Letter(
        notice_id=1,
        key="k",
        channel=channel,
        address=address,
        subject="Roster",
        body=body,
        attempts=1,
    )


class Hook:
    """A webhook on this machine that answers as it is told."""

    def __init__(self) -> None:
        self.status = 200
        self.heard: list[tuple[str, str, Any]] = []
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                size = int(self.headers["Content-Length"])
                body = json.loads(self.rfile.read(size))
                hook.heard.append((self.path, self.headers["Idempotency-Key"], body))
                self.send_response(hook.status)
                self.send_header("Location", "https://example.org/elsewhere")
                self.end_headers()

            def log_message(self, *args: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/services/T1?x=1"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def hook() -> Iterator[Hook]:
    made = Hook()
    yield made
    made.server.shutdown()
    made.server.server_close()


def test_a_webhook_hears_plain_text_and_the_same_key_each_time(hook: Hook) -> None:
    send_to_webhook(letter(hook.url))
    send_to_webhook(letter(hook.url))
    (path, key, body), again = hook.heard
    assert path == "/services/T1?x=1"
    assert body["text"] == "Roster\nHello &lt;!channel&gt; &amp; all"
    assert not any(body[name] for name in ("mrkdwn", "link_names", "unfurl_links", "unfurl_media"))
    assert again[1] == key


@pytest.mark.parametrize(("status", "error"), [(302, NotTaken), (404, NotTaken), (503, NotTaken)])
def test_a_webhook_that_refuses_has_not_taken_it(
    hook: Hook, status: int, error: type[Exception]
) -> None:
    hook.status = status
    with pytest.raises(error, match=str(status)):
        send_to_webhook(letter(hook.url))


def test_a_gateway_that_gave_up_leaves_it_open(hook: Hook) -> None:
    hook.status = 504
    with pytest.raises(Exception, match="504") as told:
        send_to_webhook(letter(hook.url))
    assert not isinstance(told.value, NotTaken)


@pytest.mark.parametrize(
    "address", ["http://example.org/x", "ftp://example.org", "nonsense", "http://127.0.0.1:1/x"]
)
def test_an_address_that_is_none_is_not_spoken_to(address: str) -> None:
    with pytest.raises(NotTaken, match="cannot be reached"):
        send_to_webhook(letter(address))


class MailServer:
    """Just enough SMTP for one mail at a time; ``breaks`` hangs up after the text."""

    def __init__(self, *, refuses: bool = False, breaks: bool = False) -> None:
        self.text = ""
        self._refuses, self._breaks = refuses, breaks
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"smtp://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        line, _ = self._socket.accept()
        with self._socket, line, line.makefile("rw", newline="") as talk:

            def say(words: str) -> None:
                talk.write(words + "\r\n")
                talk.flush()

            say("220 test")
            for said in talk:
                verb = said[:4].upper()
                if verb == "DATA":
                    say("354 go on")
                    while (row := talk.readline()) not in (".\r\n", ""):
                        self.text += row
                    if self._breaks:
                        return
                    say("250 taken")
                elif verb == "RCPT" and self._refuses:
                    say("550 nobody of that name")
                elif verb == "QUIT":
                    say("221 bye")
                    return
                else:
                    say("250 ok")


def test_a_mail_server_takes_a_mail() -> None:
    server = MailServer()
    mail_sender(server.url, "roster@example.org")(letter("ana@example.org", "mail"))
    assert "To: ana@example.org" in server.text
    assert "Auto-Submitted: auto-generated" in server.text
    assert "Message-ID: <" in server.text
    assert "Hello <!channel> & all" in server.text


def test_a_mail_server_that_refuses_or_is_not_there_has_not_taken_it() -> None:
    send = mail_sender(MailServer(refuses=True).url, "roster@example.org")
    with pytest.raises(NotTaken, match="refused"):
        send(letter("nobody@example.org", "mail"))
    with pytest.raises(NotTaken, match="cannot be reached"):
        mail_sender("smtp://127.0.0.1:1", "x@example.org")(letter("a@example.org", "mail"))


def test_a_line_that_breaks_after_the_text_leaves_it_open() -> None:
    send = mail_sender(MailServer(breaks=True).url, "roster@example.org")
    with pytest.raises(Exception, match=r"(?i)closed|disconnected") as told:
        send(letter("ana@example.org", "mail"))
    assert not isinstance(told.value, NotTaken)
