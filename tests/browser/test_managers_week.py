"""A manager's week: generate, cancel, change by hand, compare, publish."""

from __future__ import annotations

import re

import pytest
from browser.conftest import DESK, PHONE, Opener, Site
from playwright.sync_api import Page, expect

from benchmarks.browser import sign_in, wait_ready

pytestmark = pytest.mark.browser


def view(page: Page, name: str) -> None:
    page.get_by_role("radio", name=name).or_(
        page.get_by_role("button", name=name, exact=True)
    ).first.click()
    wait_ready(page)


def generate(page: Page, site: Site, team: str, seconds: int = 60) -> None:
    sign_in(page, site.address, "manager")
    page.goto(f"{site.address}/?team={team}")
    field = page.get_by_label("Search at most, s")
    field.fill(str(seconds))
    field.press("Enter")
    wait_ready(page)
    page.get_by_role("button", name="Generate").click()


def take(page: Page, what: str) -> None:
    """Take the first choice that says so."""
    offer = page.get_by_test_id("stVerticalBlock").or_(page.get_by_test_id("stHorizontalBlock"))
    offer.filter(has_text=what).filter(
        has=page.get_by_role("button", name="Take")
    ).last.get_by_role("button", name="Take").click()
    wait_ready(page)


def test_generate_cancel_change_publish(open_page: Opener, site: Site) -> None:
    page = open_page(DESK)
    generate(page, site, "demo", seconds=300)
    # Forecast and problem of the sample take half a minute on a crowded machine.
    expect(page.get_by_text(re.compile(r"rosters found: [1-9]"))).to_be_visible(timeout=120_000)
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Stopped early")).to_be_visible(timeout=60_000)
    expect(page.get_by_role("heading", name="Who works when")).to_be_visible()

    view(page, "Change")
    expect(page.get_by_text("Amelia Hart, Mon 27 Oct")).to_be_visible()
    take(page, "a day off")
    expect(page.get_by_text("Changed last: Amelia Hart, Mon 27 Oct")).to_be_visible()
    expect(page.get_by_role("button", name="Undo")).to_be_enabled()

    view(page, "Publish")
    page.get_by_label("Note to the team").fill("The week of the bank holiday.")
    page.get_by_label("Note to the team").press("Tab")
    wait_ready(page)
    page.get_by_role("button", name="Publish", exact=True).last.click()
    why = page.get_by_role("textbox", name="Publish in spite of broken rules, because")
    done = page.get_by_text("Version 1 is published. Agents see it now.")
    expect(why.or_(done)).to_be_visible()
    if why.is_visible():  # a contract's least hours, if the search left no spare shift
        why.fill("Amelia has agreed.")
        why.press("Tab")
        wait_ready(page)
        page.get_by_role("button", name="Publish", exact=True).last.click()
    expect(done).to_be_visible()


def test_locks_undo_comparison_and_holes(open_page: Opener, site: Site) -> None:
    page = open_page({**DESK, "height": 2600})  # lists of choices close when the page scrolls
    generate(page, site, "understaffed")
    expect(page.get_by_role("heading", name="Who works when")).to_be_visible(timeout=90_000)

    view(page, "Change")
    page.get_by_role("button", name="Lock").click()
    expect(page.get_by_role("button", name="Unlock")).to_be_visible()
    expect(page.get_by_text("Keep the locked day")).to_be_visible()
    page.get_by_role("button", name="Unlock").click()
    expect(page.get_by_role("button", name="Lock", exact=False).first).to_be_visible()
    expect(page.get_by_text("Keep the locked day")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    wait_ready(page)
    expect(page.get_by_text("Keep the locked day")).to_be_visible()

    page.get_by_role("button", name="Take").first.click()
    expect(page.get_by_text("Changed last:")).to_be_visible()
    view(page, "Compare")
    expect(page.get_by_text("One day of one agent differs.")).to_be_visible()

    view(page, "Change")
    field = page.get_by_role("combobox", name="Hole")
    field.fill("phone")
    expect(page.get_by_role("option").first).to_be_visible()
    field.press("Enter")
    wait_ready(page)
    expect(page.get_by_text(re.compile("breaks|allowed|Nobody")).last).to_be_visible()


def test_two_managers_never_publish_over_each_other(open_page: Opener, site: Site) -> None:
    first, second = open_page(DESK), open_page(DESK)
    generate(first, site, "flexible")
    expect(first.get_by_role("heading", name="Who works when")).to_be_visible(timeout=90_000)
    sign_in(second, site.address, "manager")
    second.goto(f"{site.address}/?team=flexible")
    wait_ready(second)
    for page in (first, second):
        view(page, "Publish")
        expect(page.get_by_label("Note to the team")).to_be_visible()
    view(second, "Change")
    second.get_by_role("button", name="Lock").click()  # a draft of their own
    expect(second.get_by_role("button", name="Unlock")).to_be_visible()
    view(second, "Publish")
    expect(second.get_by_label("Note to the team")).to_be_visible()

    first.get_by_label("Note to the team").fill("Here it is.")
    first.get_by_role("button", name="Publish", exact=True).last.click()
    expect(first.get_by_text("Version 1 is published.")).to_be_visible()
    first.get_by_text(re.compile("All . versions")).click()
    expect(first.locator("canvas table").first).to_contain_text("Here it is.")
    second.get_by_label("Note to the team").fill("Mine.")
    second.get_by_role("button", name="Publish", exact=True).last.click()
    expect(second.get_by_text("has been published in the meantime")).to_be_visible()
    expect(second.get_by_label("Note to the team")).to_have_value("Mine.")


def test_the_managers_page_fits_a_phone(open_page: Opener, site: Site) -> None:
    page = open_page(PHONE)
    generate(page, site, "tiny")
    expect(page.get_by_role("heading", name="Who works when")).to_be_visible(timeout=90_000)
    for name in ("Change", "Compare", "Publish"):
        view(page, name)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], name
