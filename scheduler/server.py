"""The web door: one ASGI application with sign-in, pages and health."""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from scheduler.api.routes import OPEN_PATHS, api_routes, mask_feed_tokens
from scheduler.config import DoorSettings, Settings
from scheduler.errors import Fault, InputError
from scheduler.gate import (
    HEADER,
    OPEN_BELOW,
    OPEN_TO_ALL,
    Gate,
    PageLanguage,
    SecurityHeaders,
    content_policy,
)
from scheduler.jobs import look_after
from scheduler.rounds import Rounds, delivery_rounds
from scheduler.sign_in.demo import DemoDesk
from scheduler.sign_in.desk import PasswordDesk, leave_route
from scheduler.sign_in.forms import UNKEPT
from scheduler.sign_in.provider import ProviderDesk
from scheduler.sign_in.sessions import BookSessions, DemoSessions, SessionTable
from scheduler.sign_in.speaking import language_route
from scheduler.store.database import Database
from scheduler.store.migrate import upgrade
from scheduler.store.sessions import Lasting
from scheduler.theme import THEME
from scheduler.workflows.administrator import FIRST_LOGIN, first_administrator
from scheduler.workflows.coming_in import Policy
from scheduler.workflows.samples import CaseFolders

LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """What the pages must know about the server they run in.

    Attributes
    ----------
    settings
        Where cases and results are.
    sessions
        Who is signed in.
    database
        The roster book; the demo mode has one of its own.
    demo
        Whether this is the demo mode: no passwords.
    refresh
        Brings in what has changed outside the book; does nothing but in the demo mode.
    rounds
        Send notices as long as the server lives; None in the demo mode, which tells nobody.
    """

    settings: Settings
    sessions: SessionTable
    database: Database
    demo: bool
    refresh: Callable[[], None]
    rounds: Rounds | None = None


_doors: list[Door] = []


def this_door() -> Door:
    """Return the door that this process has open.

    Streamlit runs ``app.py`` by its path and hands it nothing, so it has to ask.
    """
    return _doors[-1]


def make_app(
    settings: Settings, door: DoorSettings | None = None, hosts: Collection[str] = LOOPBACK
) -> st.App:
    """Build the application: pages, sign-in, health, and the gate before all of them.

    Parameters
    ----------
    settings
        Where cases and results are.
    door
        The roster book and how people sign in to it; the demo mode without.
    hosts
        Names under which the site may be asked for; empty for any.
    """
    opened, routes = open_door(settings, door or DoorSettings())
    _doors.append(opened)
    return st.App(
        Path(__file__).resolve().parent.parent / "app.py",
        lifespan=_lifespan,
        routes=routes,
        middleware=[
            Middleware(SecurityHeaders, policy=content_policy()),
            Middleware(
                Gate,
                sessions=opened.sessions,
                hosts=hosts,
                open_to_all=OPEN_TO_ALL,
                open_below=OPEN_BELOW if opened.demo else (*OPEN_BELOW, *OPEN_PATHS),
            ),
            Middleware(PageLanguage),
        ],
    )


def open_door(settings: Settings, door: DoorSettings) -> tuple[Door, list[Route]]:
    """Return the door of a book, or of the demo mode without one, and what it answers itself."""
    opened, routes = _demo_door(settings) if not door.book else _book_door(settings, door)
    own = [
        leave_route(opened.sessions),
        language_route(),
        Route("/healthz", _health, methods=["GET"]),
        Route("/favicon.ico", _no_icon, methods=["GET"]),
    ]
    return opened, [*routes, *own]


def _book_door(settings: Settings, door: DoorSettings) -> tuple[Door, list[Route]]:
    database = Database(door.book)
    policy = policy_of(door)
    sessions = BookSessions(database, policy, _now)
    provider = door.openid.name if door.openid else ""
    routes = PasswordDesk(database, sessions, policy, _now, provider).routes()
    if door.openid:
        routes += ProviderDesk(database, door.openid, policy, _now).routes()
    routes += api_routes(database, _now)
    mask_feed_tokens()
    opened = Door(
        settings=settings,
        sessions=sessions,
        database=database,
        demo=False,
        refresh=lambda: None,
        rounds=delivery_rounds(database, door, _now),
    )
    return opened, routes


def _demo_door(settings: Settings) -> tuple[Door, list[Route]]:
    database = Database(f"sqlite:///{demo_book(settings)}")
    upgrade(database)
    folders = CaseFolders(database, settings.rosters, max_bytes=settings.max_upload_mb * 1_000_000)

    def refresh() -> None:
        for fault in folders.follow(_now()):
            sys.stderr.write(f"{fault}\n")

    refresh()
    sessions = DemoSessions()
    opened = Door(
        settings=settings, sessions=sessions, database=database, demo=True, refresh=refresh
    )
    return opened, DemoDesk(database, sessions, refresh).routes()


def demo_book(settings: Settings) -> Path:
    """Return where the demo mode keeps its book."""
    return settings.out.resolve() / "demo.db"


def policy_of(door: DoorSettings) -> Policy:
    """Return how sign-in is guarded under these settings."""
    lasting = Lasting(
        idle=timedelta(minutes=door.idle_minutes), absolute=timedelta(hours=door.session_hours)
    )
    return Policy(lasting=lasting)


def prepare_book(door: DoorSettings) -> None:
    """Bring the book to its newest form; tell the first administrator's password, once."""
    database = Database(door.book)
    upgrade(database)
    password = first_administrator(database, policy=policy_of(door), now=_now())
    database.close()
    if password is not None:
        sys.stderr.write(
            f"The book is new. Sign in as {FIRST_LOGIN} within a day, with the password\n\n"
            f"    {password}\n\nIt is told only here, and you will choose your own.\n"
        )


def run(settings: Settings, door: DoorSettings, *, host: str, port: int, demo: bool) -> None:
    """Serve the application until it is stopped.

    Parameters
    ----------
    settings
        Where cases and results are.
    door
        The roster book and how people sign in to it.
    host, port
        Where to listen.
    demo
        Use a book of its own and let everybody in without a password.

    Raises
    ------
    InputError
        Others could reach a door without passwords, and nobody has said that they may.
    """
    if demo or not door.book:
        door = DoorSettings(hosts=door.hosts)
        if host not in LOOPBACK:
            _warn_of_demo(host, demo)
    else:
        prepare_book(door)
    hosts = hosts_of(host, door)
    app = make_app(settings, door, hosts)
    app.run(config=streamlit_options(settings, host=host, port=port, hosts=hosts))


def _warn_of_demo(host: str, demo: bool) -> None:
    if not demo:
        expected = "a roster book (CALLBOARD_BOOK) so that people sign in, or --demo"
        found = f"demo mode at {host}, which others can reach"
        raise InputError(Fault(column="--host", expected=expected, found=found))
    sys.stderr.write(
        f"Demo mode has no passwords, and {host} can be reached by others: anybody who can "
        "connect may make rosters and see everybody's shifts.\n"
    )


def hosts_of(host: str, door: DoorSettings) -> tuple[str, ...]:
    """Names to answer to: those set, and this machine's own; any where others shall reach it."""
    return (*LOOPBACK, *door.hosts) if host in LOOPBACK or door.hosts else ()


def _now() -> datetime:
    return datetime.now(UTC)


def streamlit_options(
    settings: Settings, *, host: str, port: int, hosts: Collection[str] = LOOPBACK
) -> dict[str, Any]:
    """Return the options of Streamlit that the application relies on.

    They are given at the start, not in a file, so that they hold in whatever folder it starts.
    """
    return {
        "server.address": host,
        "server.port": port,
        "server.headless": True,
        "server.allowedHosts": list(hosts),
        "server.trustedUserHeaders": {HEADER: "session"},
        "server.maxUploadSize": settings.max_upload_mb,
        "server.fileWatcherType": "none",
        "runner.magicEnabled": False,
        # Collecting by force after every run costs 30 to 100 ms with the lock held; what lives
        # for ever is frozen at the start instead.
        "runner.postScriptGC": False,
        "browser.gatherUsageStats": False,
        "client.toolbarMode": "minimal",
        "client.showErrorDetails": "none",
        "client.disableDataExport": True,  # its CSV lets formulas through; ours does not
        **THEME,
    }


def _health(request: Request) -> Response:
    del request
    return JSONResponse({"status": "ok"}, headers=UNKEPT)


def _no_icon(request: Request) -> Response:
    del request
    return Response(status_code=204)


@asynccontextmanager
async def _lifespan(app: st.App) -> AsyncIterator[None]:
    """Load what pages need, uncollected; look after jobs and notices as long as it lives."""
    del app
    for library in ("altair", "pandas"):
        import_module(library)
    gc.collect()
    gc.freeze()
    door = this_door()
    looking = asyncio.create_task(look_after(door.settings, door.database))
    if door.rounds is not None:
        door.rounds.start()
    yield
    looking.cancel()
    if door.rounds is not None:
        await asyncio.to_thread(door.rounds.stop)
