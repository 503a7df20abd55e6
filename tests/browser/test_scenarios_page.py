"""The planner's grid of scenarios in a real browser: asked, solved, compared, saved, shared."""

from __future__ import annotations

import re

import pytest
from browser.conftest import DESK, Opener, Site
from browser.test_three_desks import cells
from playwright.sync_api import expect

from benchmarks.browser import sign_in, wait_ready

pytestmark = pytest.mark.browser


def test_a_grid_of_scenarios_is_solved_compared_and_saved(open_page: Opener, site: Site) -> None:
    page = open_page(DESK)
    sign_in(page, site.address, "planner")
    page.goto(f"{site.address}/?team=tiny")
    page.get_by_role("textbox", name="Several at once: contacts ± %").fill("50, 100")
    page.get_by_role("tab", name="People").click()
    page.get_by_label("Several at once: agents ±").fill("0, 2")
    page.get_by_role("textbox", name="Name").fill("Growth")
    page.get_by_role("button", name="Save under this name").click()
    expect(page.get_by_text("Saved for everybody who compares")).to_be_visible()
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_text(re.compile(r"of 5 solved"))).to_be_visible()
    expect(page.get_by_role("heading", name="All scenarios")).to_be_visible(timeout=120_000)
    wait_ready(page)
    told = cells(page)
    for name in ("contacts +50%", "contacts +100%", "contacts +50%, agents +2"):
        assert name in told
    assert told.count("Baseline") >= 1
    expect(page.get_by_role("heading", name="Side by side")).to_be_visible()

    # A colleague's browser: the saved scenario is there, the comparison is one's own.
    other = open_page(DESK)
    sign_in(other, site.address, "manager")
    other.goto(f"{site.address}/what-if?team=tiny")
    expect(other.get_by_text("1 saved scenario")).to_be_visible()


def test_numbers_that_are_none_are_told_and_kept(open_page: Opener, site: Site) -> None:
    page = open_page(DESK)
    sign_in(page, site.address, "planner")
    page.goto(f"{site.address}/?team=tiny")
    field = page.get_by_role("textbox", name="Several at once: contacts ± %")
    field.fill("10, many")
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_text("numbers separated by commas")).to_be_visible()
    expect(field).to_have_value("10, many")
