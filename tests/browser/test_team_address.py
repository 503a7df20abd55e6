"""A team's webhook: set on the page, shown masked, told of a decision by the server itself."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from browser.conftest import DESK, Opener
from browser.team_site import DAY, NAME, TeamSite, sign_in_with_password, team_site
from playwright.sync_api import expect

from benchmarks.browser import wait_ready
from scheduler.access import Role, User
from scheduler.publishing.requests import ExtraHours
from scheduler.store.audit import deeds
from scheduler.workflows.asking import ask_for

pytestmark = pytest.mark.browser
SECRET = "T0-B0-s3cr3t"  # noqa: S105  # of a webhook that is made up
PATIENCE_S = 60.0


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TeamSite]:
    """A site of its own, whose server sends what waits every second."""
    with team_site(tmp_path_factory.mktemp("address-site")) as running:
        yield running


class Channel:
    """A webhook on this machine that remembers what it hears."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.rang = threading.Event()
        channel = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                channel.heard.append(f"{self.path} {json.loads(body)['text']}")
                self.send_response(200)
                self.end_headers()
                channel.rang.set()

            def log_message(self, *args: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def channel() -> Iterator[Channel]:
    made = Channel()
    yield made
    made.server.shutdown()
    made.server.server_close()


def test_a_decision_is_told_at_an_address_that_nobody_sees_again(
    open_page: Opener, site: TeamSite, channel: Channel
) -> None:
    page = open_page({**DESK, "height": 2200})
    sign_in_with_password(page, site.address, "mia")
    page.goto(f"{site.address}/decisions")
    expect(page.get_by_text("Nothing is told to a channel of the team yet.")).to_be_visible()
    where = f"http://127.0.0.1:{channel.server.server_port}/services/{SECRET}"
    page.get_by_label("Address of a webhook").fill(where)
    page.get_by_role("button", name="Save this address").click()
    expect(page.get_by_text("Saved. It is not shown again.")).to_be_visible()
    expect(page.get_by_text("New versions are told at http://127.0.0.1/…")).to_be_visible()

    ana = User(name="Ana", role=Role.AGENT, agent_id="ana", team=NAME)
    extra = ExtraHours(agent_id="ana", day=site.monday + 3 * DAY, shift="day")
    ask_for(ana, site.database, NAME, extra, now=datetime.now(UTC))
    page.reload()
    expect(page.get_by_text("It breaks no rule, and no promise is lost.")).to_be_visible()
    wait_ready(page)
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("Version 2 of the week of")).to_be_visible()
    assert channel.rang.wait(PATIENCE_S)
    assert "version 2, is published" in channel.heard[0]
    assert "Ana" not in channel.heard[0]  # the team is told how many, never who
    wait_ready(page)
    assert SECRET not in page.content()
    assert SECRET not in site.log.read_text()
    with site.database.reading() as connection:
        assert SECRET not in str(list(deeds(connection)))
