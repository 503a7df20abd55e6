"""What stands before every page of the web door: the check of sessions, the security headers."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Awaitable, Callable, Collection, MutableMapping
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.responses import JSONResponse, RedirectResponse, Response

from scheduler.sign_in import COOKIE, Sessions, key_of

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

HEADER = "x-callboard-session"
LOGIN = "/login"
_OPEN_TO_ALL = frozenset({LOGIN, "/healthz", "/favicon.ico"})


def content_policy() -> str:
    """Return the Content-Security-Policy under which Streamlit's own page still runs.

    Its one inline script is allowed by its hash, taken from the installed page.
    """
    page = (Path(st.__file__).parent / "static" / "index.html").read_text("utf-8")
    inline = re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL)
    hashes = "".join(
        f" 'sha256-{base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()}'"
        for code in inline
    )
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' 'wasm-unsafe-eval'{hashes}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "frame-ancestors 'none'",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
        )
    )


class SecurityHeaders:
    """Adds the headers that tell browsers what this site never does."""

    def __init__(self, app: App, policy: str) -> None:
        self._app = app
        self._headers = {
            "content-security-policy": policy,
            "x-content-type-options": "nosniff",
            "x-frame-options": "DENY",
            "referrer-policy": "same-origin",
            "cross-origin-opener-policy": "same-origin",
            "permissions-policy": "camera=(), geolocation=(), microphone=()",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, with headers on responses."""

        async def send_with_headers(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self._headers)
            await send(message)

        await self._app(scope, receive, send_with_headers)


class Gate:
    """Lets nobody past the sign-in page without a live session, websockets included.

    The session's key goes on in a header that only this gate may set.

    Parameters
    ----------
    app
        What is behind the gate.
    sessions
        Who is signed in.
    hosts
        Names under which the site may be asked for, so that no other name that somebody points
        at this machine reaches it; empty for any.
    """

    def __init__(self, app: App, sessions: Sessions, hosts: Collection[str] = ()) -> None:
        self._app = app
        self._sessions = sessions
        self._hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check one request or websocket."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        key = session_key(scope)
        ours = HEADER.encode()
        scope["headers"] = [pair for pair in scope["headers"] if pair[0].lower() != ours]
        known = not self._hosts or _host(scope) in self._hosts
        if known and self._sessions.find(key) is not None:
            scope["headers"].append((ours, key.encode()))
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        elif not known:
            await JSONResponse({"error": "no such site"}, status_code=421)(scope, receive, send)
        elif scope["path"] in _OPEN_TO_ALL:
            await self._app(scope, receive, send)
        else:
            await _refusal(scope)(scope, receive, send)


def session_key(scope: Scope) -> str:
    """Return the key of the cookie's token; of no token where there is none."""
    raw = b"; ".join(value for name, value in scope["headers"] if name.lower() == b"cookie")
    try:
        morsel = SimpleCookie(raw.decode("latin-1")).get(COOKIE)
    except CookieError:
        morsel = None
    return key_of(morsel.value if morsel else "")


def _host(scope: Scope) -> str | None:
    """Return the name that was asked for, without its port; None for no name at all."""
    name = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
    try:
        return urlsplit(f"//{name}").hostname
    except ValueError:
        return None


def _refusal(scope: Scope) -> Response:
    """Send people to the sign-in page; programs get a plain refusal."""
    wants_page = b"text/html" in dict(scope["headers"]).get(b"accept", b"")
    if scope["method"] == "GET" and wants_page:
        return RedirectResponse(LOGIN, status_code=303)
    return JSONResponse({"error": "sign in first"}, status_code=401)
