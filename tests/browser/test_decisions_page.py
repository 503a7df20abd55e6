"""The manager decides on requests: weighed before, published after, and told when it is late."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from browser.conftest import DESK, PHONE, Opener
from browser.team_site import DAY, MIA, NAME, TeamSite, sign_in_with_password, team_site
from playwright.sync_api import Locator, Page, expect

from benchmarks.browser import wait_ready
from scheduler.access import Role, User
from scheduler.publishing.requests import Ask, ExtraHours, Leave
from scheduler.workflows.asking import ask_for
from scheduler.workflows.deciding import decide_request, see_request_rules
from scheduler.workflows.publish import see_published

pytestmark = pytest.mark.browser
TALL = {**DESK, "height": 1800}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TeamSite]:
    """A site of its own, with a book in which people may ask."""
    with team_site(tmp_path_factory.mktemp("decisions-site")) as running:
        yield running


def asked(site: TeamSite, ask: Ask) -> int:
    user = User(name=ask.agent_id, role=Role.AGENT, agent_id=ask.agent_id, team=NAME)
    return ask_for(user, site.database, NAME, ask, now=datetime.now(UTC)).request_id


def decisions(page: Page, site: TeamSite) -> Page:
    sign_in_with_password(page, site.address, "mia")
    page.goto(f"{site.address}/decisions")
    expect(page.get_by_role("heading", name="What is granted without you")).to_be_visible()
    wait_ready(page)
    return page


def card(page: Page, words: str) -> Locator:
    """The innermost frame around a request."""
    return page.get_by_test_id("stVerticalBlock").filter(has_text=words).last


def worked(site: TeamSite, agent_id: str) -> list[int]:
    seen = see_published(MIA, site.database, NAME, site.monday)
    assert seen is not None
    return [(each.shift.day - site.monday).days for each in seen.roster.tour(agent_id)]


def test_a_request_is_weighed_refused_with_a_reason_and_gone(
    open_page: Opener, site: TeamSite
) -> None:
    asked(site, Leave(agent_id="ana", first=site.monday, last=site.monday + DAY))
    page = decisions(open_page(PHONE), site)
    expect(page.get_by_text("A promise is no longer kept: phone.")).to_be_visible()
    expect(page.get_by_text("23 days are left after it")).to_be_visible()
    expect(page.get_by_role("cell", name="80%")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.get_by_role("button", name="Refuse").click()
    expect(page.get_by_text("a reason, for whoever asked")).to_be_visible()
    page.get_by_label("Reason, for whoever asked").fill("Nobody can stand in")
    page.get_by_role("button", name="Refuse").click()
    expect(page.get_by_text("Refused.")).to_be_visible()
    expect(page.get_by_text("Nobody waits for a decision.")).to_be_visible()
    assert worked(site, "ana") == [0, 1, 2]


def test_what_was_weighed_on_an_older_roster_is_told_and_nothing_typed_is_lost(
    open_page: Opener, site: TeamSite
) -> None:
    first = asked(site, ExtraHours(agent_id="ana", day=site.monday + 3 * DAY, shift="day"))
    asked(site, ExtraHours(agent_id="cleo", day=site.monday, shift="day"))
    page = decisions(open_page(TALL), site)
    cleo = card(page, "Cleo also works")
    cleo.get_by_text("Show what it would do").click()
    expect(page.get_by_text("It breaks no rule, and no promise is lost.")).to_have_count(2)
    wait_ready(page)
    reason = cleo.get_by_label("Reason, for whoever asked")
    reason.fill("Thank you")
    reason.blur()  # which runs the page
    wait_ready(page)
    # Meanwhile another manager decides on the other request, which makes a new version.
    decide_request(
        MIA,
        site.database,
        first,
        approve=True,
        reason="",
        seen=1,
        now=datetime.now(UTC),
        replications=2,
    )
    cleo.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("The roster has changed since you looked")).to_be_visible()
    assert worked(site, "cleo") == [3, 4]
    page.get_by_role("button", name="Look again").click()
    expect(page.get_by_text("Ana also works")).to_have_count(0)
    wait_ready(page)
    expect(page.get_by_label("Reason, for whoever asked")).to_have_value("Thank you")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("Version 3 of the week of")).to_be_visible()
    assert worked(site, "cleo") == [0, 3, 4]


RULES_SAID = re.compile("Saved. The rules hold|Somebody has changed these rules")


def test_rules_are_saved_and_a_stale_form_is_told(open_page: Opener, site: TeamSite) -> None:
    one, other = decisions(open_page(TALL), site), decisions(open_page(TALL), site)
    for page, days in ((one, "20"), (other, "30")):
        page.get_by_label("Working days of leave a year").fill(days)
        page.get_by_role("button", name="Save the rules").click()
        expect(page.get_by_text(RULES_SAID).first).to_be_visible()
    expect(one.get_by_text("Saved. The rules hold")).to_be_visible()
    expect(other.get_by_text("Somebody has changed these rules").first).to_be_visible()
    expect(other.get_by_label("Working days of leave a year")).to_have_value("30")
    version, rules = see_request_rules(MIA, site.database, NAME)
    assert (version, rules.leave.days_a_year) == (1, 20)
    other.get_by_role("button", name="Show the rules as they are now").click()
    expect(other.get_by_label("Working days of leave a year")).to_have_value("20")
