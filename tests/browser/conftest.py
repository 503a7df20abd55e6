from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from benchmarks.browser import browsing, find_chromium, serving
from scheduler.config import Settings

ROSTERS = Path(__file__).resolve().parents[2] / "rosters"
TINY_WEEK = date(2026, 2, 23)
DESK = {"width": 1400, "height": 900}
PHONE = {"width": 390, "height": 844}

Opener = Callable[[dict[str, int]], Page]


@dataclass(frozen=True)
class Site:
    address: str
    settings: Settings


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = find_chromium()
    if chromium is None:
        pytest.skip("no Chromium on this machine (Debian: apt-get install chromium)")
    expect.set_options(timeout=30_000)
    with browsing(chromium) as started:
        yield started


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    settings = Settings(rosters=ROSTERS, out=folder / "out", nice=0)
    with serving(settings, folder / "log.txt") as address:
        yield Site(address=address, settings=settings)


@pytest.fixture
def open_page(browser: Browser, site: Site) -> Iterator[Opener]:
    """Opens pages, each in a browser profile of its own, and checks what they asked for."""
    pages: list[Page] = []
    outside: list[str] = []
    errors: list[str] = []

    def opener(viewport: dict[str, int]) -> Page:
        context = browser.new_context(viewport=viewport)  # type: ignore[arg-type]  # width, height
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("request", lambda request: outside.append(request.url))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda m: errors.append(m.text) if "Content Security" in m.text else 0)
        pages.append(page)
        return page

    yield opener
    for page in pages:
        page.context.close()
    own = (site.address, site.address.replace("http", "ws"), "data:", "blob:")
    assert [url for url in outside if not url.startswith(own)] == []
    assert errors == []
