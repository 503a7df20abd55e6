"""The sign-in desk of a roster book: passwords, their change, and signing out."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime
from functools import partial
from html import escape
from typing import TypeVar

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from scheduler.errors import InputError
from scheduler.free_text import harmless
from scheduler.language.words import Words
from scheduler.passwords import LONGEST, SHORTEST
from scheduler.sign_in.forms import (
    FORM,
    LOGIN,
    LOGOUT,
    PASSWORD,
    enter,
    frame,
    leave,
    read_form,
    session_key,
    show,
)
from scheduler.sign_in.provider import THERE
from scheduler.sign_in.sessions import Session, SessionTable
from scheduler.sign_in.speaking import words_for
from scheduler.store.database import Database
from scheduler.workflows.coming_in import Policy, Refused, SignedIn, change_password, sign_in

T = TypeVar("T")
_AT_ONCE = 2


class PasswordDesk:
    """Answers the sign-in page and the change of passwords.

    Parameters
    ----------
    database
        The book.
    sessions
        Who is signed in.
    policy, clock
        How sign-in is guarded, and what gives the time.
    provider
        Name of the OpenID provider that people may sign in with instead; empty for none.
    """

    def __init__(
        self,
        database: Database,
        sessions: SessionTable,
        policy: Policy,
        clock: Callable[[], datetime],
        provider: str = "",
    ) -> None:
        self._database = database
        self._sessions = sessions
        self._policy = policy
        self._clock = clock
        self._provider = provider
        self._limiter: CapacityLimiter | None = None

    def routes(self) -> list[Route]:
        """Return the pages this desk answers; only the sign-in page is open to everybody."""
        return [
            Route(LOGIN, self.ask, methods=["GET"]),
            Route(LOGIN, self.sign_in, methods=["POST"]),
            Route(PASSWORD, self.ask_password, methods=["GET"]),
            Route(PASSWORD, self.change_password, methods=["POST"]),
        ]

    def ask(self, request: Request) -> Response:
        """Show the sign-in page."""
        return show(request, login_page(words_for(request), self._provider))

    async def sign_in(self, request: Request) -> Response:
        """Open a session for whoever knows the password."""
        form = await read_form(request)
        if isinstance(form, Response):
            return form
        found = await self._slowly(
            partial(
                sign_in,
                self._database,
                form.get("login", ""),
                form.get("password", ""),
                address=address_of(request),
                earlier=session_key(request.scope),
                policy=self._policy,
                now=self._clock(),
            )
        )
        if isinstance(found, SignedIn):
            must_change = found.account.one_time_until is not None
            return enter(request, found.token, PASSWORD if must_change else "/")
        say = words_for(request)
        page = partial(login_page, say, self._provider)
        words = say("This login and password do not fit together.")
        return _refuse(request, found, page, words, 401)

    async def ask_password(self, request: Request) -> Response:
        """Show the form in which a password is changed."""
        session = await to_thread.run_sync(self._sessions.find, session_key(request.scope))
        if session is None:
            return RedirectResponse(LOGIN, status_code=303)
        return show(request, password_page(words_for(request), session))

    async def change_password(self, request: Request) -> Response:
        """Change a password, end the other sessions and go on in a new one."""
        form = await read_form(request)
        if isinstance(form, Response):
            return form
        session = await to_thread.run_sync(self._sessions.find, session_key(request.scope))
        if session is None or session.account_id is None:
            return RedirectResponse(LOGIN, status_code=303)
        say = words_for(request)
        page = partial(password_page, say, session)
        new = form.get("new", "")
        if new != form.get("again", ""):
            return show(request, page(fault=say("The two new passwords differ.")), 400)
        try:
            found = await self._slowly(
                partial(
                    change_password,
                    self._database,
                    session.account_id,
                    form.get("old", ""),
                    new,
                    address=address_of(request),
                    policy=self._policy,
                    now=self._clock(),
                )
            )
        except InputError as error:
            return show(request, page(fault=". ".join(map(str, error.faults))), 400)
        if isinstance(found, SignedIn):
            return enter(request, found.token)
        return _refuse(request, found, page, "", 400)

    async def _slowly(self, work: Callable[[], T]) -> T:
        """Work in a thread, few at once: each hash takes 19 MB and a moment of a processor."""
        if self._limiter is None:
            self._limiter = CapacityLimiter(_AT_ONCE)
        return await to_thread.run_sync(work, limiter=self._limiter)


def leave_route(sessions: SessionTable) -> Route:
    """Return the page on which people sign out, wherever they came in."""

    async def sign_out(request: Request) -> Response:
        """End the session here, not only in the browser."""
        key = session_key(request.scope)
        form = await read_form(request, key=key)
        if isinstance(form, Response):
            return form
        await to_thread.run_sync(sessions.close, key)
        return leave(request)

    return Route(LOGOUT, sign_out, methods=["POST"])


def address_of(request: Request) -> str:
    """Return the network address that a request came from, as the server trusts it."""
    return harmless(request.client.host)[:60] if request.client else ""


def _refuse(
    request: Request, refused: Refused, page: Callable[..., str], words: str, status: int
) -> Response:
    if refused.wait is None:
        return show(request, page(fault=words), status)
    seconds = math.ceil(refused.wait.total_seconds())
    words = words_for(request).count(
        "Too many tries. Please wait a minute.",
        "Too many tries. Please wait {n} minutes.",
        math.ceil(seconds / 60),
    )
    return show(request, page(fault=words), 429, **{"retry-after": str(seconds)})


def login_page(say: Words, provider: str = "", *, fault: str = "") -> str:
    """Return the sign-in page as HTML.

    Parameters
    ----------
    say
        The words of its language.
    provider
        Name of the OpenID provider to offer; empty for none.
    fault
        What was wrong with the last try.
    """
    # A link and no form: browsers hold forms to this site, wherever it would send them on to.
    with_provider = say("Sign in with {provider}", provider=escape(provider))
    other = f'<p><a class="button" href="{THERE}">{with_provider}</a></p>'
    body = _LOGIN.format(
        form=FORM,
        login=say("Login"),
        password=say("Password"),
        sign_in=say("Sign in"),
        lost=say("Lost your password? Ask your administrator for a one-time one."),
    )
    return frame(say, say("sign in"), (other if provider else "") + body, fault)


def password_page(say: Words, session: Session, *, fault: str = "") -> str:
    """Return the page on which a password is changed, as HTML; parameters as for signing in."""
    why = say("Please choose a password of your own before you go on.")
    advice = say(
        "{low} to {high} characters of any kind; a few unrelated words do well. "
        "You are signed out everywhere else.",
        low=SHORTEST,
        high=LONGEST,
    )
    body = _CHANGE.format(
        form=FORM,
        why=why if session.must_change else "",
        username=escape(session.user.login),
        low=SHORTEST,
        high=LONGEST,
        old=say("Password so far"),
        new=say("New password"),
        again=say("New password once more"),
        change=say("Change password"),
        advice=advice,
        back=say("Back"),
    )
    return frame(say, say("change password"), body, fault)


_LOGIN = """<form method="post" action="/login">{form}
<label for="login">{login}</label>
<input id="login" name="login" autocomplete="username" required autofocus>
<label for="password">{password}</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<button>{sign_in}</button>
<p>{lost}</p></form>"""

_CHANGE = """<p>{why}</p><form method="post" action="/password">{form}
<input type="hidden" name="username" value="{username}" autocomplete="username">
<label for="old">{old}</label>
<input id="old" name="old" type="password" autocomplete="current-password" required>
<label for="new">{new}</label>
<input id="new" name="new" type="password" autocomplete="new-password" required
 minlength="{low}" maxlength="{high}">
<label for="again">{again}</label>
<input id="again" name="again" type="password" autocomplete="new-password" required>
<button>{change}</button>
<p>{advice}</p></form><p><a href="/">{back}</a></p>"""
