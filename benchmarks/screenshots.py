"""Pictures of the app on the sample team: ``make screenshots``, or a folder to put them in.

Every page of every role is taken on a book with a published week: on a desk, the agent's on a
phone too, one page in the dark theme and some in Chinese. They replace those of the docs.
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from playwright.sync_api import Browser, TimeoutError

from app import DESKS, path_of
from benchmarks.browser import browsing, find_chromium, serving, sign_in_with, wait_ready
from benchmarks.sample_book import PASSWORD, login_of, make_sample_book
from scheduler.access import Role
from scheduler.config import Settings

HOME = Path(__file__).resolve().parent.parent
DESK, PHONE = (1400, 900), (390, 844)
_PATIENCE_MS = 240_000
_TAKEN_BY = (Role.MANAGER, Role.PLANNER, Role.AGENT, Role.ADMINISTRATOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What to take.

    Attributes
    ----------
    name
        Of the file, without its ending.
    role
        Whose page it is; None for the sign-in page.
    path
        Its place in the address.
    heading
        What to scroll to; the top of the page if empty.
    size
        Width and height, in pixels.
    theme, language
        As the browser prefers them.
    """

    name: str
    role: Role | None = None
    path: str = ""
    heading: str = ""
    size: tuple[int, int] = DESK
    theme: str = "light"
    language: str = "en-GB"


def pictures() -> list[Picture]:
    """Return every picture, the pages each at the first desk that has it."""
    found = [Picture(name="sign-in-phone", size=PHONE)]
    seen = set()
    for role in _TAKEN_BY:
        for number, page in enumerate(DESKS[role]):
            if page in seen:
                continue
            seen.add(page)
            name, path = path_of(page), "" if number == 0 else path_of(page)
            one = Picture(name=f"{name}-desk", role=role, path=path)
            found.append(one)
            if role is Role.AGENT:
                found.append(replace(one, name=f"{name}-phone", size=PHONE))
    roster = Picture(name="roster-dark", role=Role.MANAGER, theme="dark")
    coverage = "Coverage, Europe/London time"
    mine = Picture(name="my-shifts-chinese", role=Role.AGENT, size=PHONE, language="zh-CN")
    return [
        *found,
        replace(roster, name="coverage-desk", theme="light", heading=coverage),
        roster,
        replace(roster, name="roster-chinese", theme="light", language="zh-CN"),
        mine,
    ]


def main() -> None:
    """Take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=HOME / "docs" / "screenshots")
    parser.add_argument("--only", default="", help="pictures whose names hold this")
    parser.add_argument("--seconds", type=float, default=60, help="to search the roster for")
    asked = parser.parse_args()
    chromium = find_chromium()
    if chromium is None:
        raise SystemExit("No Chromium on this machine (Debian: apt-get install chromium).")
    asked.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        case = HOME / "rosters" / "demo"
        book = make_sample_book(Path(work) / "book.db", case, agent_id="n02", seconds=asked.seconds)
        settings = Settings(rosters=HOME / "rosters", out=Path(work) / "out")
        with (
            serving(settings, Path(work) / "log.txt", book=str(book.path)) as address,
            browsing(chromium) as browser,
        ):
            for picture in pictures():
                if asked.only in picture.name:
                    take(browser, address, picture, asked.folder)


def take(browser: Browser, address: str, picture: Picture, folder: Path) -> None:
    """Write one picture."""
    width, height = picture.size
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=picture.theme,  # type: ignore[arg-type]  # light or dark
        locale=picture.language,
    )
    page = context.new_page()
    page.set_default_timeout(_PATIENCE_MS)
    if picture.role is None:
        page.goto(f"{address}/login")
    else:
        sign_in_with(page, address, login_of(picture.role), PASSWORD)
        page.goto(f"{address}/{picture.path}")
        wait_ready(page)
        try:
            page.get_by_role("progressbar").wait_for(state="detached")
        except TimeoutError as error:
            raise SystemExit(f"{picture.name} is not ready:\n{page.inner_text('body')}") from error
        for painted in ("stDataFrame", "stVegaLiteChart"):
            for each in page.get_by_test_id(painted).all():
                each.locator("canvas, svg").first.wait_for(state="attached")
        page.wait_for_timeout(4000)  # what is there has to paint, too
        if picture.heading:
            heading = page.get_by_role("heading", name=picture.heading)
            heading.evaluate("e => e.scrollIntoView()")
            page.wait_for_timeout(1500)
    file = folder / f"{picture.name}.png"
    page.screenshot(path=file)
    print(f"{file.name}: {file.stat().st_size / 1000:.0f} kB")
    context.close()


if __name__ == "__main__":
    main()
