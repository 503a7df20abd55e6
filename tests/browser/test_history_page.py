from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser.conftest import DESK, PHONE, ROSTERS, Opener, Site
from playwright.sync_api import Page, expect

from benchmarks.browser import serving, sign_in, wait_ready
from scheduler.config import Settings
from scheduler.server import demo_book
from scheduler.store.database import Database
from scheduler.store.history import read_history_csv
from scheduler.store.setups import team_names

pytestmark = pytest.mark.browser
# Lists of choices close when the page scrolls: here it need not.
TALL = {**DESK, "height": 1900}
CALLS = (
    "line,datetime (tz offset incl.),number timezone,datetime (UTC),direction,answered,"
    "missed_call_reason,user,duration (total),duration (in call)\n"
    "Care,2026-02-16 09:00:10,UTC,2026-02-16 09:00:10,inbound,Yes,,Ann,200,180\n"
    "Care,2026-02-16 09:05:00,UTC,2026-02-16 09:05:00,inbound,No,,,45,\n"
    "Sales,2026-02-16 10:10:00,UTC,2026-02-16 10:10:00,inbound,Yes,,Ben,61,60\n"
)
TICKETS = "Ticket ID,Ticket name,Create date,Pipeline\n1,Parcel,2026-02-16 09:15,Care\n"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site of its own, whose case may change."""
    folder = tmp_path_factory.mktemp("history-site")
    shutil.copytree(ROSTERS / "tiny", folder / "rosters" / "tiny")
    settings = Settings(rosters=folder / "rosters", out=folder / "out")
    with serving(settings, folder / "log.txt") as address:
        yield Site(address=address, settings=settings)


def send(page: Page, site: Site, text: str) -> None:
    sign_in(page, site.address, "planner")
    page.goto(f"{site.address}/history")
    upload = {"name": "calls.csv", "mimeType": "text/csv", "buffer": text.encode()}
    page.locator("input[type=file]").set_input_files(upload)  # type: ignore[arg-type]  # a payload
    expect(page.get_by_role("heading", name="What it is")).to_be_visible()


def history_of(site: Site) -> bytes:
    """The tiny team's history, as the demo mode's book holds it."""
    database = Database(f"sqlite:///{demo_book(site.settings)}")
    with database.reading() as connection:
        _, whole = read_history_csv(connection, team_names(connection)["tiny"])
    database.close()
    assert whole is not None
    return whole


def choose(page: Page, label: str, option: str) -> None:
    wait_ready(page)
    field = page.get_by_label(label)
    field.fill(option)
    expect(page.get_by_role("option", name=option)).to_be_visible()
    field.press("Enter")
    wait_ready(page)


def test_the_planner_looks_at_an_export_and_puts_it_into_a_case(
    open_page: Opener, site: Site
) -> None:
    before = history_of(site)
    page = open_page(TALL)
    send(page, site, CALLS)
    expect(page.get_by_text("Aircall calls without the column via")).to_be_visible()
    expect(page.get_by_text("3 rows; 3 of 3 contacts counted")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download history.csv").click()
    lines = Path(download.value.path()).read_text().splitlines()
    assert "2026-02-16T09:00:00+00:00,Care,2,1,1,180" in lines
    assert history_of(site) == before

    choose(page, "It becomes the history of", "tiny")
    expect(page.get_by_text("Say which queue of the team at least one of them is")).to_be_visible()
    choose(page, "Care", "phone")
    expect(page.get_by_text("intervals would change or be new")).to_be_visible()
    assert history_of(site) == before
    page.get_by_role("button", name="Put it into the history of tiny").click()
    expect(page.get_by_text("The history of tiny holds all of this")).to_be_visible()
    assert b"2026-02-16T09:00:00+00:00,phone,2,1,1,180" in history_of(site)
    page.get_by_text("What has been imported before: 2").click()
    expect(page.locator("canvas table").last).to_contain_text("calls.csv")


def test_a_zone_that_nobody_stated_is_asked_for_on_a_phone(open_page: Opener, site: Site) -> None:
    page = open_page(PHONE)
    send(page, site, TICKETS)
    expect(page.get_by_text("in which one are its times?")).to_be_visible()
    expect(page.get_by_role("button", name="Download history.csv")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.get_by_label("Zone of its times").fill("Europe/Lon")
    page.get_by_role("option", name="Europe/London").click()
    expect(page.get_by_role("button", name="Download history.csv")).to_be_visible()


def test_a_file_of_no_known_kind_is_refused_in_words(open_page: Opener, site: Site) -> None:
    page = open_page(DESK)
    sign_in(page, site.address, "planner")
    page.goto(f"{site.address}/history")
    upload = {"name": "x.csv", "mimeType": "text/csv", "buffer": b"a,b\n1,2\n"}
    page.locator("input[type=file]").set_input_files(upload)  # type: ignore[arg-type]  # a payload
    expect(page.get_by_text("x.csv")).not_to_have_count(0)
    expect(page.get_by_test_id("stAlert")).to_be_visible()
    expect(page.get_by_role("heading", name="What it holds")).to_have_count(0)
