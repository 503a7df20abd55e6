"""The web door: one ASGI application with sign-in, pages and health."""

from __future__ import annotations

import gc
import sys
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from scheduler.config import Settings
from scheduler.errors import InputError
from scheduler.exchange.case import Case
from scheduler.gate import HEADER, LOGIN, Gate, SecurityHeaders, content_policy, session_key
from scheduler.sign_in import COOKIE, LASTS_S, Sessions, chosen, login_page
from scheduler.workflows.desk import case_names, open_case

LOOPBACK = ("localhost", "127.0.0.1", "::1")
_LARGEST_FORM = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """What the pages must know about the server they run in."""

    settings: Settings
    sessions: Sessions = field(default_factory=Sessions)


_doors: list[Door] = []


def this_door() -> Door:
    """Return the door that this process has open.

    Streamlit runs ``app.py`` by its path and hands it nothing, so it has to ask.
    """
    return _doors[-1]


def make_app(settings: Settings, hosts: Collection[str] = LOOPBACK) -> st.App:
    """Build the application: pages, sign-in, health, and the gate before all of them.

    Parameters
    ----------
    settings
        Where cases and results are.
    hosts
        Names under which the site may be asked for; empty for any.
    """
    door = Door(settings=settings)
    _doors.append(door)
    desk = _FrontDesk(door)
    return st.App(
        Path(__file__).resolve().parent.parent / "app.py",
        lifespan=_lifespan,
        routes=[
            Route(LOGIN, desk.ask, methods=["GET"]),
            Route(LOGIN, desk.sign_in, methods=["POST"]),
            Route("/logout", desk.sign_out, methods=["POST"]),
            Route("/healthz", _health, methods=["GET"]),
            Route("/favicon.ico", _no_icon, methods=["GET"]),
        ],
        middleware=[
            Middleware(SecurityHeaders, policy=content_policy()),
            Middleware(Gate, sessions=door.sessions, hosts=hosts),
        ],
    )


def run(settings: Settings, *, host: str, port: int) -> None:
    """Serve the application until it is stopped.

    Parameters
    ----------
    settings
        Where cases and results are.
    host, port
        Where to listen; anything but this machine's own address is warned of in demo mode.
    """
    if host not in LOOPBACK:
        sys.stderr.write(
            f"Demo mode has no passwords, and {host} can be reached by others: anybody who can "
            "connect may make rosters and see everybody's shifts.\n"
        )
    app = make_app(settings, _hosts(host))
    app.run(config=streamlit_options(settings, host=host, port=port))


def _hosts(host: str) -> tuple[str, ...]:
    """Names to answer to: this machine's own, or any where others shall reach it."""
    return LOOPBACK if host in LOOPBACK else ()


def streamlit_options(settings: Settings, *, host: str, port: int) -> dict[str, Any]:
    """Return the options of Streamlit that the application relies on.

    They are given at the start, not in a file, so that they hold in whatever folder it starts.
    """
    return {
        "server.address": host,
        "server.port": port,
        "server.headless": True,
        "server.allowedHosts": list(_hosts(host)),
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
        "theme.paddingTop": "1rem",
        "theme.light.primaryColor": "#1d4ed8",
        "theme.dark.primaryColor": "#3b6ef0",
    }


class _FrontDesk:
    """Answers the sign-in page's requests."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def ask(self, request: Request) -> Response:
        """Show the sign-in page."""
        del request
        return HTMLResponse(login_page(self._cases()), headers=_UNKEPT)

    async def sign_in(self, request: Request) -> Response:
        """Open a session for whoever was chosen."""
        if not _same_site(request):
            return JSONResponse({"error": "not from this site's own page"}, status_code=403)
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > _LARGEST_FORM:
                return JSONResponse({"error": "too large"}, status_code=413)
        form = dict(parse_qsl(body.decode("utf-8", "replace")))
        settings = self._door.settings
        found = await run_in_threadpool(chosen, form, lambda name: open_case(settings, name))
        if found is None:
            page = login_page(self._cases(), "There is nobody of that name. Please choose again.")
            return HTMLResponse(page, status_code=400, headers=_UNKEPT)
        self._door.sessions.close(session_key(request.scope))
        token = self._door.sessions.open(*found)
        answer = RedirectResponse("/", status_code=303, headers=_UNKEPT)
        secure = request.url.scheme == "https"
        answer.set_cookie(
            COOKIE, token, max_age=LASTS_S, httponly=True, samesite="lax", secure=secure
        )
        return answer

    async def sign_out(self, request: Request) -> Response:
        """End the session here, not only in the browser."""
        if not _same_site(request):
            return JSONResponse({"error": "not from this site's own page"}, status_code=403)
        self._door.sessions.close(session_key(request.scope))
        answer = RedirectResponse(LOGIN, status_code=303, headers=_UNKEPT)
        answer.delete_cookie(COOKIE, httponly=True, samesite="lax")
        return answer

    def _cases(self) -> dict[str, Case]:
        """Return the cases that can be read; the manager's desk shows the faults of the others."""
        found = {}
        for name in case_names(self._door.settings.rosters):
            try:
                found[name] = open_case(self._door.settings, name)
            except InputError:
                continue
        return found


_UNKEPT = {"cache-control": "no-store"}


def _same_site(request: Request) -> bool:
    """Whether a form came from this site; browsers say so in Origin."""
    origin = request.headers.get("origin")
    return origin is None or origin.partition("://")[2] == request.headers.get("host")


def _health(request: Request) -> Response:
    del request
    return JSONResponse({"status": "ok"}, headers=_UNKEPT)


def _no_icon(request: Request) -> Response:
    del request
    return Response(status_code=204)


@asynccontextmanager
async def _lifespan(app: st.App) -> AsyncIterator[None]:
    """Load what pages need, then spare it the garbage collector's attention."""
    del app
    for library in ("altair", "pandas"):
        import_module(library)
    gc.collect()
    gc.freeze()
    yield
