"""An agent's requests on a phone, on a real book with real sign-in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from browser.conftest import PHONE, Opener
from browser.team_site import DAY, TeamSite, sign_in_with_password, team_site
from playwright.sync_api import Page, expect

from benchmarks.browser import wait_ready

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TeamSite]:
    """A site of its own, with a book in which people may ask."""
    with team_site(tmp_path_factory.mktemp("requests-site")) as running:
        yield running


def requests_of(page: Page, site: TeamSite, login: str) -> None:
    sign_in_with_password(page, site.address, login)
    page.goto(f"{site.address}/requests")
    expect(page.get_by_role("heading", name="Ask for something")).to_be_visible()
    wait_ready(page)


def fill_date(page: Page, label: str, day: date) -> None:
    page.get_by_role("spinbutton", name=f"year, {label}").click()
    page.keyboard.type(f"{day:%Y%m%d}")  # it goes on to month and day by itself
    page.get_by_role("heading", name="Ask for something").click()  # a date counts once it is left
    wait_ready(page)


def test_leave_is_looked_at_asked_for_and_withdrawn(open_page: Opener, site: TeamSite) -> None:
    page = open_page(PHONE)
    requests_of(page, site, "ana")
    expect(page.get_by_text("None yet.")).to_be_visible()
    expect(page.get_by_text("You have 25 days of leave left")).to_be_visible()
    expect(page.get_by_text("It takes 1 day of leave")).to_be_visible()
    page.get_by_role("button", name="Send the request").click()
    expect(page.get_by_text("a manager decides on this kind of request")).to_be_visible()
    expect(page.get_by_text("It waits for your manager.")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.get_by_role("button", name="Send the request").click()  # the same once more
    expect(page.get_by_text("asked for already")).to_be_visible()
    page.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_text("Withdrawn.", exact=True).first).to_be_visible()
    expect(page.get_by_text("It waits for your manager.")).to_have_count(0)


def test_a_gift_is_declined_with_a_reason_that_the_giver_reads(
    open_page: Opener, site: TeamSite
) -> None:
    giver, taker = open_page(PHONE), open_page(PHONE)
    requests_of(giver, site, "ben")
    giver.get_by_text("Give away", exact=True).click()
    first = f"{site.monday:%a} {site.monday.day} {site.monday:%b}"
    shift = giver.get_by_label("Your shift that you give")
    expect(shift).to_have_value(f"{first} 10:00–18:00, day")  # in Paris
    # Ana works on Monday herself: the first of the colleagues in the list cannot take it.
    expect(giver.get_by_test_id("stAlert")).to_be_visible()
    field = giver.get_by_label("Colleague")
    field.fill("Cleo")
    field.press("Enter")
    wait_ready(giver)
    giver.get_by_role("button", name="Send the request").click()
    expect(giver.get_by_text("It waits for your colleague.")).to_be_visible()

    requests_of(taker, site, "cleo")
    expect(taker.get_by_role("heading", name="Colleagues ask you")).to_be_visible()
    taker.get_by_label("If you decline").fill("I am at the dentist")
    taker.get_by_role("button", name="Decline").click()
    expect(taker.get_by_text("Declined; your colleague is told.")).to_be_visible()
    expect(taker.get_by_role("heading", name="Colleagues ask you")).to_have_count(0)
    giver.reload()
    expect(giver.get_by_text("Cleo declined: I am at the dentist")).to_be_visible()


def test_what_does_not_fit_is_said_before_it_is_sent(open_page: Opener, site: TeamSite) -> None:
    page = open_page(PHONE)
    requests_of(page, site, "cleo")
    page.get_by_text("Extra hours", exact=True).click()
    fill_date(page, "Day", site.monday + 30 * DAY)
    expect(page.get_by_text("a day of a published roster")).to_be_visible()
    expect(page.get_by_role("button", name="Send the request")).to_be_disabled()
    fill_date(page, "Day", site.monday + 3 * DAY)  # she works then already
    expect(page.get_by_role("button", name="Send the request")).to_be_disabled()
    fill_date(page, "Day", site.monday)
    expect(page.get_by_role("button", name="Send the request")).to_be_enabled()


def test_nothing_of_others_can_be_read_there(open_page: Opener, site: TeamSite) -> None:
    asking, other = open_page(PHONE), open_page(PHONE)
    requests_of(asking, site, "ana")
    fill_date(asking, "First day", site.monday + 60 * DAY)
    asking.get_by_role("button", name="Send the request").click()
    expect(asking.get_by_text("It waits for your manager.")).to_be_visible()
    requests_of(other, site, "cleo")
    body = other.inner_text("body")
    assert "Ana" not in body
    assert "It waits for your manager" not in body
