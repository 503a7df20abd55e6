"""A roster of a thousand agents in a real browser: ``python -m benchmarks.large_grid``.

Prints how long the grid takes from asking for the page, with the rest of the app open already, to
cells on the screen, and the longest time between two frames while it is scrolled.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
from playwright.sync_api import Page

from benchmarks.browser import browsing, find_chromium, serving, sign_in_with, wait_ready
from benchmarks.large_case import enlarge
from benchmarks.sample_book import PASSWORD, login_of, make_sample_book
from scheduler.access import Role
from scheduler.config import Settings

HOME = Path(__file__).resolve().parent.parent
_GRID = "[data-testid=stDataFrame] canvas table td"
_FRAMES = """() => {
  window.gaps = []; let last = performance.now();
  const next = now => { window.gaps.push(now - last); last = now; requestAnimationFrame(next); };
  requestAnimationFrame(next);
}"""
_HEAP = "() => performance.memory ? performance.memory.usedJSHeapSize / 1e6 : 0"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=42, help="copies of the sample's 24 agents")
    parser.add_argument("--book", type=Path, help="a book made before; made anew without")
    parser.add_argument("--loads", type=int, default=5)
    asked = parser.parse_args()
    chromium = find_chromium()
    if chromium is None:
        raise SystemExit("No Chromium on this machine (Debian: apt-get install chromium).")
    with tempfile.TemporaryDirectory() as work:
        book = asked.book or _make(Path(work), asked.times)
        settings = Settings(rosters=HOME / "rosters", out=Path(work) / "out")
        with (
            serving(settings, Path(work) / "log.txt", book=str(book)) as address,
            browsing(chromium) as browser,
        ):
            page = browser.new_context(viewport={"width": 1400, "height": 900}).new_page()
            page.set_default_timeout(120_000)
            sign_in_with(page, address, login_of(Role.MANAGER), PASSWORD)
            page.locator(_GRID).first.wait_for(state="attached")
            loads = [_load(page, address) for _ in range(asked.loads)]
            gaps = _scroll(page)
            heap = page.evaluate(_HEAP)
    print(f"grid painted: {np.median(loads):.2f} s (of {asked.loads}; most {max(loads):.2f} s)")
    print(f"scrolling: {len(gaps)} frames, p95 {np.percentile(gaps, 95):.0f} ms,", end=" ")
    print(f"longest {max(gaps):.0f} ms; browser's heap {heap:.0f} MB")


def _make(work: Path, times: int) -> Path:
    case = enlarge(HOME / "rosters" / "demo", work / "large", times=times)
    return make_sample_book(work / "book.db", case, agent_id="n02", seconds=120).path


def _load(page: Page, address: str) -> float:
    """Return the seconds from asking for the page to cells of the grid."""
    begin = time.perf_counter()
    page.goto(address)
    page.locator(_GRID).first.wait_for(state="attached")
    seconds = time.perf_counter() - begin
    wait_ready(page)
    return seconds


def _scroll(page: Page) -> list[float]:
    """Turn the wheel over the grid and return the times between frames, in milliseconds."""
    grid = page.get_by_test_id("stDataFrame").first
    grid.scroll_into_view_if_needed()
    page.wait_for_timeout(1500)
    box = grid.bounding_box()
    if box is None:
        raise RuntimeError("the grid is not on the page")
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + min(box["height"], 400) / 2)
    page.evaluate(_FRAMES)
    for _ in range(60):
        page.mouse.wheel(0, 400)
        page.wait_for_timeout(30)
    gaps: list[float] = page.evaluate("() => window.gaps")
    return gaps


if __name__ == "__main__":
    main()
