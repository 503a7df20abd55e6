"""axe-core finds nothing against WCAG A and AA on any page, in either theme, on desk and phone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser.conftest import DESK, PHONE, ROSTERS
from playwright.sync_api import Browser, Page, expect

from app import DESKS, path_of
from benchmarks.browser import serving, sign_in_with, wait_ready
from benchmarks.sample_book import PASSWORD, SampleBook, login_of, make_sample_book
from scheduler.access import Role
from scheduler.config import Settings

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LEVELS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
OPTIONS = {"runOnly": {"type": "tag", "values": LEVELS}, "resultTypes": ["violations"]}
# Each page once, at the first desk that has it, and with its place there.
PAGES = {
    page.__name__.rpartition(".")[2]: (role, "" if number == 0 else path_of(page))
    for role in (Role.MANAGER, Role.PLANNER, Role.AGENT, Role.ADMINISTRATOR)
    for number, page in enumerate(DESKS[role])
    if not any(page in DESKS[earlier] for earlier in list(DESKS)[1 : list(DESKS).index(role)])
}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> SampleBook:
    path = tmp_path_factory.mktemp("book") / "book.db"
    return make_sample_book(path, ROSTERS / "tiny", agent_id="ana", seconds=10)


@pytest.fixture(scope="module")
def address(book: SampleBook, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("accessible")
    settings = Settings(rosters=ROSTERS, out=folder / "out")
    with serving(settings, folder / "log.txt", book=str(book.path)) as served:
        yield served


def faults(page: Page) -> list[str]:
    """What axe finds on a page in both themes and both sizes."""
    found = []
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        for size in (DESK, PHONE):
            page.set_viewport_size(size)  # type: ignore[arg-type]  # width and height
            page.wait_for_timeout(300)
            for fault in Axe().run(page, options=OPTIONS).response["violations"]:
                where = [node["html"][:160] for node in fault["nodes"][:3]]
                found.append(f"{theme} {size['width']}: {fault['id']}: {fault['help']}: {where}")
    return found


@pytest.mark.parametrize("name", PAGES)
def test_a_page_keeps_to_wcag(name: str, browser: Browser, address: str) -> None:
    role, path = PAGES[name]
    page = browser.new_context().new_page()
    sign_in_with(page, address, login_of(role), PASSWORD)
    if path:
        page.goto(f"{address}/{path}")
        wait_ready(page)
    expect(page.get_by_role("progressbar")).to_have_count(0, timeout=120_000)
    page.wait_for_timeout(2000)  # charts and grids paint after the script has ended
    assert faults(page) == []
    page.context.close()


@pytest.mark.parametrize("view", ["Change", "Compare", "Publish"])
def test_a_view_of_the_roster_keeps_to_wcag(view: str, browser: Browser, address: str) -> None:
    page = browser.new_context().new_page()
    sign_in_with(page, address, login_of(Role.MANAGER), PASSWORD)
    radio, button = (page.get_by_role(r, name=view, exact=True) for r in ("radio", "button"))
    radio.or_(button).first.click()
    wait_ready(page)
    page.wait_for_timeout(2000)
    assert faults(page) == []
    page.context.close()


def test_the_sign_in_page_keeps_to_wcag(browser: Browser, address: str) -> None:
    page = browser.new_context(locale="zh-CN").new_page()
    page.goto(f"{address}/login")
    assert faults(page) == []
    page.context.close()
