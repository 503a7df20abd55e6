"""The manager sets a team up in the browser: forms, tables, faults, versions, two at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser.conftest import DESK, Opener
from browser.team_site import MIA, NAME, TeamSite, sign_in_with_password, team_site
from playwright.sync_api import Page, expect

from benchmarks.browser import wait_ready
from scheduler.workflows.book import open_team
from scheduler.workflows.team_setup import newest_setup

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TeamSite]:
    with team_site(tmp_path_factory.mktemp("team-site")) as served:
        yield served


def open_part(page: Page, site: TeamSite, part: str) -> None:
    sign_in_with_password(page, site.address, "mia")
    page.goto(f"{site.address}/team")
    choose(page, part)


def choose(page: Page, part: str) -> None:
    page.get_by_role("radio", name=part, exact=True).click()
    wait_ready(page)


def type_into(page: Page, label: str, text: str) -> None:
    field = page.get_by_label(label, exact=True)
    field.fill(text)
    field.press("Enter")
    wait_ready(page)


def test_a_contract_is_changed_and_the_change_taken_back(open_page: Opener, site: TeamSite) -> None:
    version = newest_setup(MIA, site.database, NAME)
    page = open_page(DESK)
    open_part(page, site, "Contracts")
    type_into(page, "Hours a week, most", "many")
    expect(page.get_by_text("This cannot be saved yet:")).to_be_visible()
    expect(page.get_by_role("button", name="Save", exact=True)).to_be_disabled()
    type_into(page, "Hours a week, most", "38")
    expect(page.get_by_text("One change is not saved yet")).to_be_visible()
    # Nothing is lost on the way to another part and back.
    choose(page, "Shifts")
    choose(page, "Contracts")
    expect(page.get_by_label("Hours a week, most", exact=True)).to_have_value("38")
    type_into(page, "Why? It stands beside the version.", "A new agreement")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text(f"Saved as version {version + 1}.")).to_be_visible()
    (contract,) = open_team(MIA, site.database, NAME).case.team.contracts
    assert contract.max_hours_week == 38

    choose(page, "Versions")
    grids = page.locator("canvas table")
    expect(grids.first).to_contain_text("A new agreement")
    expect(grids.nth(1)).to_contain_text("Hours a week, most")
    page.get_by_role("button", name="Save it again as the newest").click()
    expect(page.get_by_text(f"Saved as version {version + 2}.")).to_be_visible()
    (contract,) = open_team(MIA, site.database, NAME).case.team.contracts
    assert contract.max_hours_week == 40


def test_people_are_typed_into_the_table_and_pasted(open_page: Opener, site: TeamSite) -> None:
    page = open_page(DESK)
    open_part(page, site, "People")
    page.get_by_text("Paste from a spreadsheet").click()
    rows = "Id\tName\tTime zone\tContract\tSkills\nzoe\tZoe\tEurope/Paris\tfull-time\tphone\n"
    page.get_by_label("Rows with tabs").fill(rows)
    page.get_by_label("Rows with tabs").press("Control+Enter")
    wait_ready(page)
    page.get_by_role("button", name="Add these rows").click()
    expect(page.get_by_text("One change is not saved yet")).to_be_visible()
    wait_ready(page)
    grid = page.get_by_test_id("stDataFrame").last
    expect(grid.locator("canvas table")).to_contain_text("Zoe")
    grid.scroll_into_view_if_needed()
    box = grid.bounding_box()
    assert box is not None
    # The second column of the first row: the name of Ana.
    page.mouse.click(box["x"] + 130, box["y"] + 52)
    page.keyboard.press("Enter")
    page.keyboard.press("Control+a")
    page.keyboard.type("Anna", delay=50)
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 changes are not saved yet")).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved as version")).to_be_visible()
    names = [agent.name for agent in open_team(MIA, site.database, NAME).case.team.agents]
    assert names == ["Anna", "Ben", "Cleo", "Zoe"]


def test_two_managers_are_told_of_each_other(open_page: Opener, site: TeamSite) -> None:
    first, second = open_page(DESK), open_page(DESK)
    for page, days in ((first, "4"), (second, "3")):
        open_part(page, site, "Contracts")
        type_into(page, "Days a week, most", days)
    first.get_by_role("button", name="Save", exact=True).click()
    expect(first.get_by_text("Saved as version")).to_be_visible()
    second.get_by_role("button", name="Save", exact=True).click()
    expect(second.get_by_text("Nothing of yours is lost")).to_be_visible()
    expect(second.get_by_label("Days a week, most", exact=True)).to_have_value("3")
    second.get_by_role("button", name="Put mine over theirs").click()
    expect(second.get_by_text("Saved as version")).to_be_visible()
    (contract,) = open_team(MIA, site.database, NAME).case.team.contracts
    assert contract.max_days_week == 3


def test_the_workbook_comes_back_and_tells_what_it_changes(
    open_page: Opener, site: TeamSite
) -> None:
    page = open_page(DESK)
    open_part(page, site, "Files")
    with page.expect_download() as download:
        page.get_by_role("button", name="Excel workbook").click()
    book = Path(download.value.path()).read_bytes()
    upload = {"name": "tiny.xlsx", "mimeType": "application/octet-stream", "buffer": book}
    page.locator("input[type=file]").set_input_files(upload)  # type: ignore[arg-type]  # a payload
    expect(page.get_by_text("The set-up holds all of this")).to_be_visible()
    text = page.get_by_label("The text of case.toml")
    text.fill(text.input_value().replace('aht = "5m"', 'aht = "6m" # measured'))
    text.press("Control+Enter")
    wait_ready(page)
    page.get_by_role("button", name="Save the text").click()
    expect(page.get_by_text("Saved as version")).to_be_visible()
    page.locator("input[type=file]").set_input_files(upload)  # type: ignore[arg-type]  # a payload
    expect(page.locator("canvas table").first).to_contain_text("Mean handling time")
    page.get_by_role("button", name="Save this as a new version").click()
    expect(page.get_by_text("Saved as version")).to_be_visible()
    wait_ready(page)
    # The workbook has no comments; the book's stays where it was.
    expect(page.get_by_label("The text of case.toml")).to_have_value(
        re.compile(r'aht = "5m" # measured')
    )
