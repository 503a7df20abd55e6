"""What stands before every page of the web door: the check of sessions, the security headers."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Awaitable, Callable, Collection, MutableMapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from scheduler.language.words import USUAL
from scheduler.sign_in.forms import LANGUAGE, LOGIN, LOGOUT, PASSWORD, session_key
from scheduler.sign_in.provider import BACK, THERE
from scheduler.sign_in.sessions import SessionTable
from scheduler.sign_in.speaking import words_for

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

HEADER = "x-callboard-session"
OPEN_TO_ALL = frozenset({LOGIN, THERE, BACK, "/healthz", "/favicon.ico"})
OPEN_BELOW = (f"{LANGUAGE}/",)
_KEPT = frozenset({b"if-none-match", b"if-modified-since"})
_TO_CHANGE_PASSWORD = frozenset({PASSWORD, LOGOUT})


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
        behind_https = scope.get("scheme") in ("https", "wss")

        async def send_with_headers(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self._headers)
                if behind_https:
                    _only_https(message)
            await send(message)

        await self._app(scope, receive, send_with_headers)


def _only_https(message: MutableMapping[str, Any]) -> None:
    """Have browsers stay with https for a year, and keep every cookie to it, Streamlit's too."""
    message["headers"] = [
        (name, value + b"; Secure")
        if name.lower() == b"set-cookie" and b"secure" not in value.lower()
        else (name, value)
        for name, value in message["headers"]
    ]
    MutableHeaders(scope=message)["strict-transport-security"] = "max-age=31536000"


class PageLanguage:
    """Says in Streamlit's page, which always claims English, what language it will speak.

    Screen readers choose their voice by it (WCAG 2.2, 3.1.1).
    """

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, with the language in a page that is not English."""
        if scope["type"] != "http" or not _wants_page(scope):
            await self._app(scope, receive, send)
            return
        language = words_for(Request(scope)).language
        if language == USUAL:
            await self._app(scope, receive, send)
            return
        # The browser may keep the same page in the language before.
        scope["headers"] = [pair for pair in scope["headers"] if pair[0].lower() not in _KEPT]
        await self._app(scope, receive, _translating(send, language))


def _translating(send: Send, language: str) -> Send:
    """Return a send that holds a response back until its beginning can name the language."""
    held: list[MutableMapping[str, Any]] = []
    english, ours = b'<html lang="en"', f'<html lang="{language}"'.encode()

    async def send_translated(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            held.append(message)
            return
        for start in held:
            body = message.get("body", b"")
            if english in body:
                message["body"] = body.replace(english, ours, 1)
                headers = MutableHeaders(scope=start)
                if "content-length" in headers:
                    longer = len(message["body"]) - len(body)
                    headers["content-length"] = str(int(headers["content-length"]) + longer)
                del headers["etag"]
                del headers["last-modified"]
            await send(start)
        held.clear()
        await send(message)

    return send_translated


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
    open_to_all
        Paths that need no session.
    open_below
        Beginnings of paths that need none, because what answers there checks its caller itself.
    """

    def __init__(
        self,
        app: App,
        sessions: SessionTable,
        hosts: Collection[str] = (),
        open_to_all: Collection[str] = OPEN_TO_ALL,
        open_below: Collection[str] = (),
    ) -> None:
        self._app = app
        self._sessions = sessions
        self._hosts = frozenset(hosts)
        self._open = frozenset(open_to_all)
        self._open_below = tuple(open_below)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check one request or websocket."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        ours = HEADER.encode()
        scope["headers"] = [pair for pair in scope["headers"] if pair[0].lower() != ours]
        refusal = await self._check(scope)
        if refusal is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await refusal(scope, receive, send)

    async def _check(self, scope: Scope) -> Response | None:
        """Mark a request with its session and return None, or what to answer instead."""
        if self._hosts and _host(scope) not in self._hosts:
            return JSONResponse({"error": "no such site"}, status_code=421)
        path = scope["path"]
        is_open = path in self._open or path.startswith(self._open_below)
        if scope["type"] == "http" and is_open:
            return None
        key = session_key(scope)
        session = await run_in_threadpool(self._sessions.find, key)
        if session is None:
            return _send_to(LOGIN, scope, "sign in first", 401)
        if session.must_change and scope["path"] not in _TO_CHANGE_PASSWORD:
            return _send_to(PASSWORD, scope, "change your password first", 403)
        scope["headers"].append((HEADER.encode(), key.encode()))
        return None


def _host(scope: Scope) -> str | None:
    """Return the name that was asked for, without its port; None for no name at all."""
    name = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
    try:
        return urlsplit(f"//{name}").hostname
    except ValueError:
        return None


def _send_to(path: str, scope: Scope, error: str, status: int) -> Response:
    """Send people to a page; programs get a plain refusal."""
    if scope.get("method") == "GET" and _wants_page(scope):
        return RedirectResponse(path, status_code=303)
    return JSONResponse({"error": error}, status_code=status)


def _wants_page(scope: Scope) -> bool:
    return b"text/html" in dict(scope["headers"]).get(b"accept", b"")
