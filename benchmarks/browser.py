"""A server of our own and a real browser before it: for the pictures and the browser tests."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from scheduler.config import Settings
from scheduler.server import demo_book
from scheduler.store.database import Database
from scheduler.store.jobs import active_jobs, ask_to_end

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
READY = (
    "[data-testid=stApp][data-test-script-state=notRunning][data-test-connection-state=CONNECTED]"
)
_PATIENCE_S = 60.0


def find_chromium() -> str | None:
    """Return the path of the system's Chromium; None where there is none."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


@contextmanager
def serving(settings: Settings, log: Path, *, book: str = "", hosts: str = "") -> Iterator[str]:
    """Run ``callboard serve`` on a free loopback port, give its address, stop it by its id.

    Parameters
    ----------
    settings
        Where cases and results are; host and port are chosen here.
    log
        File for what the server prints.
    book
        Path of a roster book; demo mode without.
    hosts
        Names it answers to besides the loopback's.
    """
    port = _free_port()
    environment = os.environ | {
        "CALLBOARD_ROSTERS": str(settings.rosters),
        "CALLBOARD_OUT": str(settings.out),
        "CALLBOARD_WORKERS": str(settings.workers),
        "CALLBOARD_NICE": str(settings.nice),
        "CALLBOARD_BOOK": book,
        "CALLBOARD_HOSTS": hosts,
        "CALLBOARD_DATABASE_URL": "",
    }
    # As a module: the tree that runs this is served, whichever one is installed.
    command = [sys.executable, "-m", "scheduler.cli", "serve", "--port", str(port)]
    with log.open("wb") as output:
        server = subprocess.Popen(  # noqa: S603  # our own program
            command, env=environment, stdout=output, stderr=output, stdin=subprocess.DEVNULL
        )
    try:
        _wait_until_healthy(server, port, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=20)
        _end_jobs(book or str(demo_book(settings)))


@contextmanager
def browsing(chromium: str) -> Iterator[Browser]:
    """Start the system's Chromium, without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


def sign_in(page: Page, address: str, role: str, agent: str = "") -> None:
    """Sign in as ``manager`` or ``planner``, or as an ``agent`` given as ``case/agent id``."""
    page.goto(f"{address}/login")
    if role == "agent":
        page.get_by_label("Agent").select_option(agent)
        page.get_by_role("button", name="Sign in as this agent").click()
    else:
        page.get_by_role("button", name=role.capitalize()).click()
    wait_ready(page)


def sign_in_with(page: Page, address: str, login: str, password: str) -> None:
    """Sign in to a roster book with a password."""
    page.goto(f"{address}/login")
    page.locator("#login").fill(login)
    page.locator("#password").fill(password)
    page.locator("form button").click()
    wait_ready(page)


def wait_ready(page: Page) -> None:
    """Wait until the script has run and the page is connected."""
    page.wait_for_selector(READY, state="attached", timeout=_PATIENCE_S * 1000)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _is_healthy(port: int) -> bool:
    try:
        with closing(HTTPConnection("127.0.0.1", port, timeout=2)) as connection:
            connection.request("GET", "/healthz")
            with connection.getresponse() as answer:
                return answer.status == 200
    except OSError:
        return False


def _wait_until_healthy(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    end = time.monotonic() + _PATIENCE_S
    while time.monotonic() < end and server.poll() is None:
        if _is_healthy(port):
            return
        time.sleep(0.1)
    raise RuntimeError(f"the server did not start: {log.read_text(errors='replace')}")


def _end_jobs(book: str) -> None:
    """End what still solves: jobs outlive their server on purpose."""
    database = Database(f"sqlite:///{book}")
    end = time.monotonic() + _PATIENCE_S
    with database.writing() as connection:
        for job in active_jobs(connection):
            ask_to_end(connection, job.job_id, at=datetime.now(UTC))
    while time.monotonic() < end and _solving(database):
        time.sleep(0.1)
    database.close()


def _solving(database: Database) -> bool:
    with database.reading() as connection:
        return bool(active_jobs(connection))
