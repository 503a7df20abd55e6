"""From an empty book to a published week in the browser, without a terminal or a case folder."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from browser.conftest import DESK, ROSTERS, Opener
from playwright.sync_api import Page, expect

from benchmarks.browser import serving, sign_in_with, wait_ready
from scheduler.config import Settings

pytestmark = [pytest.mark.browser, pytest.mark.slow]
TALL = {**DESK, "height": 1900}
OWN = "violet-harbour-drum-19"
PEOPLE = "Id\tName\tTime zone\tContract\tSkills\n" + "".join(
    f"{name.lower()}\t{name}\tEurope/London\tfull-time\tphone\n"
    for name in ("Ana", "Ben", "Cleo", "Dan", "Eve", "Fay")
)


@dataclass(frozen=True)
class NewSite:
    address: str
    one_time: str


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NewSite]:
    folder = tmp_path_factory.mktemp("first-start")
    settings = Settings(rosters=ROSTERS, out=folder / "out")
    with serving(settings, folder / "log.txt", book=str(folder / "book.sqlite")) as address:
        told = re.search(r"with the password\s+(\S+)", (folder / "log.txt").read_text())
        assert told is not None
        yield NewSite(address=address, one_time=told[1])


def contacts() -> bytes:
    """Four weeks of three calls in each half hour of the day, as a telephone system exports."""
    rows = ["interval_start,queue,offered,handled,abandoned,aht_s"]
    monday = date(2026, 1, 26)
    for day in (monday + timedelta(days=n) for n in range(28)):
        for half in range(14, 42) if day.weekday() < 5 else ():
            clock = f"{half // 2:02}:{half % 2 * 30:02}"
            rows.append(f"{day}T{clock}:00+00:00,phone,3,3,0,240")
    return "\n".join([*rows, ""]).encode()


def choose(page: Page, label: str, option: str) -> None:
    wait_ready(page)
    field = page.get_by_label(label, exact=True)
    field.fill(option)
    expect(page.get_by_role("option", name=option, exact=True)).to_be_visible()
    field.press("Enter")
    wait_ready(page)


def type_into(page: Page, label: str, text: str) -> None:
    field = page.get_by_label(label, exact=True)
    field.fill(text)
    field.press("Tab")
    wait_ready(page)


def test_from_the_first_start_to_a_published_week(open_page: Opener, site: NewSite) -> None:
    page = open_page(TALL)
    page.goto(f"{site.address}/login")
    page.locator("#login").fill("admin")
    page.locator("#password").fill(site.one_time)
    page.locator("form button").click()
    page.locator("#old").fill(site.one_time)
    page.locator("#new").fill(OWN)
    page.locator("#again").fill(OWN)
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_text("There is no team yet")).to_be_visible()

    page.get_by_role("link", name="New team").click()
    expect(page.get_by_role("heading", name="New team")).to_be_visible()
    type_into(page, "Name", "Care")
    choose(page, "Time zone of the service", "Europe/London")
    page.get_by_text("Paste from a spreadsheet").click()
    page.get_by_label("Rows with tabs").fill(PEOPLE)
    page.get_by_label("Rows with tabs").press("Control+Enter")
    wait_ready(page)
    page.get_by_role("button", name="Add these rows").click()
    wait_ready(page)
    page.get_by_role("button", name="Add the team").click()
    expect(page.get_by_text("The team is in the book.")).to_be_visible()

    page.get_by_role("link", name="History").click()
    upload = {"name": "contacts.csv", "mimeType": "text/csv", "buffer": contacts()}
    page.locator("input[type=file]").set_input_files(upload)  # type: ignore[arg-type]  # a payload
    choose(page, "It becomes the history of", "Care")
    page.get_by_role("button", name=re.compile("Put it into the history")).click()
    expect(page.get_by_text(re.compile("The history of Care holds all of this"))).to_be_visible()

    page.get_by_role("link", name="Roster").click()
    seconds = page.get_by_label("Search at most, s")
    seconds.fill("10")
    seconds.press("Tab")
    wait_ready(page)
    page.get_by_role("button", name="Generate").click()
    expect(page.get_by_role("heading", name="Who works when")).to_be_visible(timeout=90_000)
    wait_ready(page)
    page.get_by_test_id("stButtonGroup").get_by_text("Publish", exact=True).click()
    page.get_by_label("Note to the team").fill("Our first week.")
    page.get_by_label("Note to the team").press("Tab")
    wait_ready(page)
    page.get_by_role("button", name="Publish", exact=True).last.click()
    expect(page.get_by_text("Version 1 is published.")).to_be_visible()


def test_an_administrator_lets_people_in_and_out(open_page: Opener, site: NewSite) -> None:
    """Runs after the first start: the administrator has a password of their own by then."""
    page, other = open_page(TALL), open_page(DESK)
    sign_in_with(page, site.address, "admin", OWN)
    page.goto(f"{site.address}/accounts")
    type_into(page, "Login, such as an address", "mia@example.org")
    page.get_by_role("button", name="Add and make a one-time password").click()
    expect(page.get_by_text("One-time password of mia@example.org:")).to_be_visible()
    password = page.get_by_test_id("stCode").inner_text().strip()
    other.goto(f"{site.address}/login")
    other.locator("#login").fill("mia@example.org")
    other.locator("#password").fill(password)
    other.locator("form button").click()
    other.locator("#old").fill(password)
    other.locator("#new").fill(OWN)
    other.locator("#again").fill(OWN)
    other.get_by_role("button", name="Change password").click()
    expect(other.get_by_text("Signed in as")).to_be_visible()
    # A manager has no accounts to see, and may make keys.
    expect(other.get_by_role("link", name="Accounts")).to_have_count(0)
    other.get_by_role("link", name="Keys").click()
    type_into(other, "What is it for?", "Wall screen")
    choose(other, "It may", "read published rosters")
    other.keyboard.press("Escape")  # several may be chosen, so the list stays open
    other.get_by_role("button", name="Make the key").click()
    expect(other.get_by_test_id("stCode")).to_contain_text("cb_")
    other.get_by_role("button", name="End this key").click()
    expect(other.get_by_role("button", name="End this key")).to_have_count(0)

    choose(page, "Account", "mia@example.org")
    page.get_by_text("May sign in", exact=True).last.click()
    wait_ready(page)
    page.get_by_role("button", name="Save the change").click()
    expect(page.get_by_text("mia@example.org has been changed.")).to_be_visible()
    other.get_by_role("link", name="Team").click()
    expect(other.get_by_text("Your session has ended")).to_be_visible()
    # Somebody must be left to manage accounts.
    choose(page, "Account", "admin")
    page.get_by_text("May sign in", exact=True).last.click()
    wait_ready(page)
    page.get_by_role("button", name="Save the change").click()
    expect(page.get_by_text("nobody would be left")).to_be_visible()
