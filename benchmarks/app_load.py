"""How fast the app answers many people at once: ``python -m benchmarks.app_load --sessions 50``.

Each session is a websocket that speaks the app's protocol as a browser tab does, signed in as a
manager, planner or agent of the sample team with a published week. It waits a while, presses
something on its page or goes to another, and is timed from the press to the end of the answer.
Beside it two solves may run, each in a process of its own and as low in priority as the app's.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from benchmarks.app_tab import Click, Tab
from benchmarks.browser import serving
from benchmarks.sample_book import PASSWORD, SampleBook, login_of, make_sample_book
from scheduler.access import Role
from scheduler.config import Settings
from scheduler.workflows.coming_in import Policy, SignedIn, sign_in

HOME = Path(__file__).resolve().parent.parent
# Of five sessions: two managers, a planner, two agents.
ROLES = (Role.MANAGER, Role.AGENT, Role.PLANNER, Role.MANAGER, Role.AGENT)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60.0, help="how long people click")
    parser.add_argument("--think", type=float, default=5.0, help="mean seconds between clicks")
    parser.add_argument("--solves", type=int, default=2, help="how many run beside")
    parser.add_argument("--processes", type=int, default=1, help="web processes on one book")
    parser.add_argument("--case", type=Path, default=HOME / "rosters" / "demo")
    parser.add_argument("--agent", default="n02", help="whom the agents' sessions are signed in as")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as work, ExitStack() as stack:
        book = make_sample_book(
            Path(work) / "book.db", asked.case, agent_id=asked.agent, seconds=30
        )
        settings = Settings(rosters=HOME / "rosters", out=Path(work) / "out")
        addresses = [
            stack.enter_context(
                serving(settings, Path(work) / f"log{number}.txt", book=str(book.path))
            )
            for number in range(asked.processes)
        ]
        before = _use()
        tokens = [_token(book, ROLES[n % len(ROLES)]) for n in range(asked.sessions)]
        tabs = [Tab(addresses[n % len(addresses)], each) for n, each in enumerate(tokens)]
        with solving(asked.solves, asked.case, asked.seconds + 60, Path(work)):
            clicks, opened = asyncio.run(_click_all(tabs, asked.seconds, asked.think))
            after = _use()
        _report(clicks)
        held = (after.memory_mb - before.memory_mb) / asked.sessions
        used = 1000 * (after.cpu_s - opened.cpu_s) / len(clicks)
        print(
            f"servers: {used:.0f} ms of processor a click; {before.memory_mb:.0f} MB before,",
            end=" ",
        )
        print(f"{after.memory_mb:.0f} MB after, {held:.2f} MB a session")


@contextmanager
def solving(how_many: int, case: Path, seconds: float, work: Path) -> Iterator[None]:
    """Run solves beside, and end them by their ids."""
    command = [sys.executable, "-m", "scheduler.cli", "solve", str(case), "--workers", "1"]
    started = [
        subprocess.Popen(  # noqa: S603  # our own program
            [*command, "--seconds", str(seconds), "--out", str(work / f"solve{number}")],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=lambda: os.nice(10) and None,  # before any thread starts
        )
        for number in range(how_many)
    ]
    try:
        yield
    finally:
        for process in started:
            process.kill()
            process.wait()


def _token(book: SampleBook, role: Role) -> str:
    """Sign in and return what the browser's cookie would hold."""
    database = book.database
    entered = sign_in(
        database,
        login_of(role),
        PASSWORD,
        address="",
        earlier="",
        policy=Policy(),
        now=datetime.now(UTC),
    )
    database.close()
    if not isinstance(entered, SignedIn):
        raise RuntimeError(f"nobody signs in as {role}")
    return entered.token


async def _click_all(tabs: list[Tab], seconds: float, think: float) -> tuple[list[Click], Use]:
    """Open every tab, one after the other as people come in, then let all of them click.

    The clicks, and what the servers had used before the first.
    """
    for tab in tabs:
        await tab.open()
    opened = _use()
    end = time.monotonic() + seconds
    found = await asyncio.gather(
        *(_click(tab, end, think, random.Random(n)) for n, tab in enumerate(tabs))  # noqa: S311  # a seed, no secret
    )
    for tab in tabs:
        await tab.close()
    return [click for each in found for click in each], opened


async def _click(tab: Tab, end: float, think: float, chance: random.Random) -> list[Click]:
    clicks = []
    while True:
        await asyncio.sleep(chance.expovariate(1 / think))
        if time.monotonic() > end:
            return clicks
        clicks.append(await tab.click(chance))


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What our servers hold in memory and have used of the processors since they started."""

    memory_mb: float
    cpu_s: float


def _use() -> Use:
    memory = cpu = 0.0
    me = os.getpid()
    for task in Path(f"/proc/{me}/task").iterdir():
        for child in (task / "children").read_text().split():
            process = Path("/proc") / child
            if b"serve" in process.joinpath("cmdline").read_bytes():
                status = process.joinpath("status").read_text()
                memory += float(status.partition("VmRSS:")[2].split()[0]) / 1024
                user, system = (
                    process.joinpath("stat").read_text().rpartition(")")[2].split()[11:13]
                )
                cpu += (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
    return Use(memory_mb=memory, cpu_s=cpu)


def _report(clicks: list[Click]) -> None:
    print(f"{'page':<24}{'clicks':>8}{'p50, ms':>10}{'p95, ms':>10}{'most, ms':>10}")
    for page in sorted({click.page for click in clicks}):
        _row(page, [click.ms for click in clicks if click.page == page])
    _row("all", [click.ms for click in clicks])


def _row(name: str, ms: list[float]) -> None:
    p50, p95, most = np.percentile(ms, [50, 95, 100])
    print(f"{name:<24}{len(ms):>8}{p50:>10.0f}{p95:>10.0f}{most:>10.0f}")


if __name__ == "__main__":
    main()
