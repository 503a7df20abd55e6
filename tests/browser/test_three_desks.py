from __future__ import annotations

import fcntl
import re
from pathlib import Path

import pytest
from browser.conftest import DESK, PHONE, TINY_WEEK, Opener, Site
from icalendar import Calendar
from playwright.sync_api import Page, expect

from benchmarks.browser import sign_in, wait_ready
from scheduler.access import Role, User
from scheduler.jobs import list_jobs, submit
from scheduler.workflows.desk import Request
from scheduler.workflows.results import current_folder, read_shifts

pytestmark = pytest.mark.browser


def cells(page: Page) -> str:
    """Text of every data grid, which draws on a canvas and keeps a table for screen readers."""
    expect(page.get_by_test_id("stDataFrame").first).to_be_visible()
    page.locator("canvas table td").first.wait_for(state="attached")
    return " | ".join(page.locator("canvas table").all_text_contents())


def test_the_manager_generates_and_sees_progress_roster_and_service(
    open_page: Opener, site: Site
) -> None:
    page = open_page(DESK)
    sign_in(page, site.address, "manager")
    page.goto(f"{site.address}/?case=tiny")
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
    kept = current_folder(site.settings.out, "tiny", TINY_WEEK) / "roster.csv"
    assert Path(download.value.path()).read_bytes() == kept.read_bytes()
    with page.expect_download() as download:
        page.get_by_role("button", name="Calendars (ICS)").click()
    assert download.value.suggested_filename == f"tiny-{TINY_WEEK}-calendars.zip"


def test_the_manager_cancels_and_keeps_the_best_roster_so_far(
    open_page: Opener, site: Site
) -> None:
    page = open_page(DESK)
    sign_in(page, site.address, "manager")
    page.goto(f"{site.address}/?case=demo")
    seconds = page.get_by_label("Search at most, s")
    seconds.fill("300")
    seconds.press("Enter")
    wait_ready(page)
    page.get_by_role("button", name="Generate").click()
    expect(page.get_by_text(re.compile(r"rosters found: [1-9]"))).to_be_visible()
    expect(page.get_by_text("of at most 300 s")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Stopped early")).to_be_visible()
    expect(page.get_by_role("heading", name="Who works when")).to_be_visible()
    wait_ready(page)
    assert "Pacific/Auckland" in cells(page)


def test_the_manager_reads_why_no_roster_exists(open_page: Opener, site: Site) -> None:
    page = open_page(DESK)
    sign_in(page, site.address, "manager")
    page.goto(f"{site.address}/?case=clash")
    page.get_by_role("button", name="Generate").click()
    expect(page.get_by_text("No roster can keep these together")).to_be_visible()
    expect(page.get_by_text("The smallest change that lets a roster exist")).to_be_visible()


def test_the_planner_compares_a_scenario_with_the_baseline(open_page: Opener, site: Site) -> None:
    page = open_page(DESK)
    sign_in(page, site.address, "planner")
    page.goto(f"{site.address}/?case=tiny")
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
    page.reload()  # the comparison is in files, not in the page
    expect(page.get_by_role("heading", name="Side by side")).to_be_visible()


def test_the_planner_sees_forecast_and_requirement(open_page: Opener, site: Site) -> None:
    page = open_page(DESK)
    sign_in(page, site.address, "planner")
    page.goto(f"{site.address}/forecast?case=tiny")
    expect(page.get_by_role("heading", name="Forecast and requirement")).to_be_visible()
    expect(page.get_by_test_id("stVegaLiteChart").first).to_be_visible()
    wait_ready(page)
    assert "Mon 23 Feb" in cells(page)


@pytest.fixture
def tiny_roster(site: Site) -> None:
    """A roster of the tiny case, made by this test unless another has made one."""
    if current_folder(site.settings.out, "tiny", TINY_WEEK).exists():
        return
    manager = User(name="Mo", role=Role.MANAGER)
    request = Request(kind="roster", case="tiny", week=TINY_WEEK, user=manager, seconds=10.0)
    job_id = submit(site.settings, request)
    alive = site.settings.out / "jobs" / job_id / "alive"
    with alive.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
    assert next(list_jobs(site.settings)).state.status == "done"


@pytest.mark.usefixtures("tiny_roster")
def test_the_agent_sees_own_shifts_on_a_phone_and_takes_them_along(
    open_page: Opener, site: Site
) -> None:
    folder = current_folder(site.settings.out, "tiny", TINY_WEEK)
    shifts = list(read_shifts(folder))
    me = shifts[0]
    mine = [shift for shift in shifts if shift.agent_id == me.agent_id]
    others = {shift.agent for shift in shifts} - {me.agent}

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
    other.goto(f"{site.address}/forecast?case=tiny")
    wait_ready(other)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Callboard")).to_be_visible()
    other.get_by_role("link", name="What if").click()
    expect(other.get_by_text("Your session has ended")).to_be_visible()
