from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from browser.conftest import DESK, PHONE, TINY_WEEK, Opener, Site
from icalendar import Calendar
from playwright.sync_api import Page, expect

from benchmarks.browser import sign_in, wait_ready
from scheduler.access import Role, User
from scheduler.rostering.params import SolveParams
from scheduler.server import demo_book
from scheduler.store.database import Database
from scheduler.workflows.drafts import make_draft
from scheduler.workflows.publish import publish_roster
from scheduler.workflows.rostered import RosteredShift
from scheduler.workflows.stored_roster import see_stored

pytestmark = pytest.mark.browser


def cells(page: Page) -> str:
    """Text of every data grid, which draws on a canvas and keeps a table for screen readers."""
    # One in a folded part of the page is there, too, but not to be seen.
    expect(page.get_by_test_id("stDataFrame").filter(visible=True).first).to_be_visible()
    page.locator("canvas table td").first.wait_for(state="attached")
    return " | ".join(page.locator("canvas table").all_text_contents())


def test_the_manager_generates_and_sees_progress_roster_and_service(
    open_page: Opener, site: Site
) -> None:
    page = open_page(DESK)
    sign_in(page, site.address, "manager")
    page.goto(f"{site.address}/?team=tiny")
    expect(page.get_by_text("There is no roster for this week yet")).to_be_visible()
    expect(page.get_by_text("Demo mode: no passwords")).to_be_visible()
    page.get_by_role("button", name="Generate").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()

    expect(page.get_by_role("heading", name="Who works when")).to_be_visible()
    wait_ready(page)
    text = cells(page)
    assert "day 09:00–17:00 phone" in text  # London's agents
    expect(page.get_by_role("heading", name="Service this roster will give")).to_be_visible()
    assert "80.0%" in text
    expect(page.get_by_test_id("stVegaLiteChart").first).to_be_visible()
    expect(page.get_by_role("button", name="Generate")).to_be_enabled()
    with page.expect_download() as download:
        page.get_by_role("button", name="Roster (CSV)").click()
    told = Path(download.value.path()).read_text().splitlines()
    assert len(told) == 1 + 10
    assert all("phone" in line for line in told[1:])
    with page.expect_download() as download:
        page.get_by_role("button", name="Calendars (ICS)").click()
    assert download.value.suggested_filename == f"tiny-{TINY_WEEK}-calendars.zip"


def test_the_manager_cancels_and_keeps_the_best_roster_so_far(
    open_page: Opener, site: Site
) -> None:
    page = open_page(DESK)
    sign_in(page, site.address, "manager")
    page.goto(f"{site.address}/?team=demo")
    seconds = page.get_by_label("Search at most, s")
    seconds.fill("300")
    seconds.press("Enter")
    wait_ready(page)
    page.get_by_role("button", name="Generate").click()
    # Forecast and problem of the sample take half a minute on a crowded machine.
    expect(page.get_by_text(re.compile(r"rosters found: [1-9]"))).to_be_visible(timeout=120_000)
    expect(page.get_by_text("of at most 300 s")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Stopped early")).to_be_visible(timeout=60_000)
    expect(page.get_by_role("heading", name="Who works when")).to_be_visible()
    wait_ready(page)
    assert "Pacific/Auckland" in cells(page)


def test_the_manager_reads_why_no_roster_exists(open_page: Opener, site: Site) -> None:
    page = open_page(DESK)
    sign_in(page, site.address, "manager")
    page.goto(f"{site.address}/?team=clash")
    page.get_by_role("button", name="Generate").click()
    expect(page.get_by_text("No roster can keep these together")).to_be_visible()
    expect(page.get_by_text("The smallest change that lets a roster exist")).to_be_visible()


def test_the_planner_compares_a_scenario_with_the_baseline(open_page: Opener, site: Site) -> None:
    page = open_page(DESK)
    sign_in(page, site.address, "planner")
    page.goto(f"{site.address}/?team=tiny")
    expect(page.get_by_role("button", name="Compare")).to_be_visible()
    volume = page.get_by_label("Contacts, ± %")
    volume.fill("100")
    volume.press("Tab")
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_role("heading", name="Side by side")).to_be_visible()
    wait_ready(page)
    # Twice the contacts: 40 hours of 6 an hour make 240, and 480.
    assert re.search(r"Contacts\s*240\.0\s*480\.0\s*\+240\.0", cells(page))
    expect(page.get_by_text("contacts +100%")).to_be_visible()
    expect(page.get_by_test_id("stVegaLiteChart")).to_have_count(4)
    page.reload()  # the comparison is in the book, not in the page
    expect(page.get_by_role("heading", name="Side by side")).to_be_visible()


def test_the_planner_sees_forecast_and_requirement(open_page: Opener, site: Site) -> None:
    page = open_page(DESK)
    sign_in(page, site.address, "planner")
    page.goto(f"{site.address}/forecast?team=tiny")
    expect(page.get_by_role("heading", name="Forecast and requirement")).to_be_visible()
    chart = page.get_by_test_id("stVegaLiteChart").first
    expect(chart).to_be_visible(timeout=120_000)  # a job makes the forecast first
    wait_ready(page)
    assert "Mon 23 Feb" in cells(page)


@pytest.fixture
def tiny_roster(site: Site) -> list[RosteredShift]:
    """A published roster of the tiny team."""
    database = Database(f"sqlite:///{demo_book(site.settings)}")
    manager = User(name="Mo", role=Role.MANAGER)
    now = datetime(2026, 2, 18, 9, tzinfo=UTC)
    key, _ = make_draft(
        manager, database, "tiny", week=TINY_WEEK, now=now, params=SolveParams(seconds=10)
    )
    assert key is not None
    publish_roster(manager, database, key, seen=1, after=0, note="", now=now)
    shifts = see_stored(manager, database, key).shifts
    database.close()
    return list(shifts)


def test_the_agent_sees_own_shifts_on_a_phone_and_takes_them_along(
    open_page: Opener, site: Site, tiny_roster: list[RosteredShift]
) -> None:
    me = tiny_roster[0]
    mine = [shift for shift in tiny_roster if shift.agent_id == me.agent_id]
    others = {shift.agent for shift in tiny_roster} - {me.agent}

    page = open_page(PHONE)
    sign_in(page, site.address, "agent", f"tiny/{me.agent_id}")
    expect(page.get_by_role("heading", name="My shifts")).to_be_visible()
    for shift in mine:
        words = f"{shift.start:%a} {shift.start.day} {shift.start:%b}"
        expect(page.get_by_text(words, exact=True)).to_be_visible()
    expect(page.get_by_text(f"{mine[0].start:%H:%M} – {mine[0].end:%H:%M}").first).to_be_visible()
    expect(page.get_by_text(me.zone.key).first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    for other in others:
        expect(page.get_by_text(other)).to_have_count(0)

    with page.expect_download() as download:
        page.get_by_role("button", name="Add to my calendar").first.click()
    calendar = Calendar.from_ical(Path(download.value.path()).read_bytes())
    events = {(event["dtstart"].dt, event["dtend"].dt) for event in calendar.walk("VEVENT")}
    assert events == {(shift.start, shift.end) for shift in mine}


@pytest.mark.parametrize(
    ("role", "lacks"),
    [("agent", ("roster", "forecast", "what-if")), ("planner", ("roster", "my-shifts"))],
)
def test_a_page_that_a_role_lacks_cannot_be_reached(
    open_page: Opener, site: Site, role: str, lacks: tuple[str, ...]
) -> None:
    page = open_page(DESK)
    sign_in(page, site.address, role, "tiny/ana")
    for path in lacks:
        page.goto(f"{site.address}/{path}")
        wait_ready(page)
        expect(page.get_by_text("Page not found")).to_be_visible()
        expect(page.get_by_role("button", name="Generate")).to_have_count(0)


def test_signing_out_ends_every_tab(open_page: Opener, site: Site) -> None:
    page = open_page(DESK)
    sign_in(page, site.address, "planner")
    other = page.context.new_page()
    other.goto(f"{site.address}/forecast?team=tiny")
    wait_ready(other)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Callboard")).to_be_visible()
    other.get_by_role("link", name="What if").click()
    expect(other.get_by_text("Your session has ended")).to_be_visible()
