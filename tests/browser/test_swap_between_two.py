"""Two agents swap shifts, their manager approves: pages, next version and calendar agree."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from urllib.request import urlopen

import pytest
from browser.conftest import DESK, PHONE, Opener
from browser.team_site import DAY, TeamSite, sign_in_with_password, team_site
from icalendar import Calendar
from playwright.sync_api import Page, expect

from benchmarks.browser import wait_ready

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TeamSite]:
    """A site of its own, with a book in which people may ask."""
    with team_site(tmp_path_factory.mktemp("swap-site")) as running:
        yield running


def words(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b}"


def pick(page: Page, label: str, option: str) -> None:
    field = page.get_by_label(label)
    field.fill(option)
    field.press("Enter")
    wait_ready(page)


def calendar_address(page: Page) -> str:
    page.get_by_role("button", name="Make a new address").click()
    code = page.get_by_test_id("stCode")
    expect(code).to_contain_text("/ics/")
    wait_ready(page)
    return code.inner_text().strip()


def held(address: str) -> set[date]:
    """Days of the shifts in a calendar that are not cancelled."""
    with urlopen(address, timeout=30) as answer:  # noqa: S310  # our own server on loopback
        calendar = Calendar.from_ical(answer.read())
    events = calendar.walk("VEVENT")
    return {each["dtstart"].dt.date() for each in events if each.get("status") != "CANCELLED"}


def test_a_swap_from_asking_to_the_new_version(open_page: Opener, site: TeamSite) -> None:
    ana, ben, cleo = (open_page(PHONE) for _ in range(3))
    manager = open_page({**DESK, "height": 1500})
    tuesday, thursday = site.monday + DAY, site.monday + 3 * DAY
    sign_in_with_password(ana, site.address, "ana")
    expect(ana.get_by_role("heading", name=words(site.monday))).to_be_visible()
    feed = calendar_address(ana)
    assert held(feed) == {site.monday + n * DAY for n in range(3)}

    ana.goto(f"{site.address}/requests")
    ana.get_by_text("Swap", exact=True).click()
    wait_ready(ana)
    pick(ana, "Your shift that you give", words(tuesday))
    pick(ana, "Colleague", "Cleo")
    pick(ana, "Their shift that you take", words(thursday))
    expect(ana.get_by_text("No rule speaks against it.")).to_be_visible()
    ana.get_by_role("button", name="Send the request").click()
    expect(ana.get_by_text("It waits for your colleague.")).to_be_visible()

    # Somebody else sees nothing of it, and the manager cannot approve it yet.
    sign_in_with_password(ben, site.address, "ben")
    ben.goto(f"{site.address}/requests")
    expect(ben.get_by_text("None yet.")).to_be_visible()
    expect(ben.get_by_role("heading", name="Colleagues ask you")).to_have_count(0)
    sign_in_with_password(manager, site.address, "mia")
    manager.goto(f"{site.address}/decisions")
    expect(manager.get_by_role("button", name="Approve")).to_be_disabled()

    sign_in_with_password(cleo, site.address, "cleo")
    cleo.goto(f"{site.address}/requests")
    line = f"Ana gives “day” on {words(tuesday)}; Cleo gives “day” on {words(thursday)}"
    expect(cleo.get_by_text(line)).to_be_visible()
    cleo.get_by_role("button", name="Agree").click()
    expect(cleo.get_by_text("It waits for your manager.")).to_be_visible()

    manager.reload()
    expect(manager.get_by_text("It breaks no rule, and no promise is lost.")).to_be_visible()
    wait_ready(manager)
    manager.get_by_role("button", name="Approve").click()
    expect(manager.get_by_text("Version 2 of the week of")).to_be_visible()

    for page, mine, gone in ((ana, thursday, tuesday), (cleo, tuesday, thursday)):
        page.goto(f"{site.address}/")
        expect(page.get_by_role("heading", name="Why is it so?")).to_be_visible()
        expect(page.get_by_text(words(mine), exact=True)).to_be_visible()
        expect(page.get_by_text(words(gone), exact=True)).to_have_count(0)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert held(feed) == {site.monday, site.monday + 2 * DAY, thursday}


def test_the_next_shift_its_colleagues_and_its_reason_on_a_phone(
    open_page: Opener, site: TeamSite
) -> None:
    page = open_page(PHONE)
    sign_in_with_password(page, site.address, "ben")
    heading = page.get_by_role("heading", name=f"{words(site.monday)}, 10:00 – 18:00")
    expect(heading).to_be_in_viewport()
    expect(page.get_by_text("Ana: ")).to_have_count(0)
    page.get_by_text("Who else is on").click()
    expect(page.get_by_text("Ana: day, 10:00 – 18:00")).to_be_visible()  # in Ben's own time
    page.get_by_role("button", name="Tell me").click()
    expect(page.get_by_text("the roster would be worse for")).to_be_visible()
    expect(page.get_by_role("table")).to_contain_text("10:00 18:00")
    page.get_by_label("Mail address for notices").fill("nobody")
    page.get_by_role("button", name="Save the address").click()
    expect(page.get_by_text("expected a mail address")).to_be_visible()
    expect(page.get_by_label("Mail address for notices")).to_have_value("nobody")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    for word in ("Cleo", "hourly", "draft"):
        assert word not in page.inner_text("body")
