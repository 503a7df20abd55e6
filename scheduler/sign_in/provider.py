"""The way to an OpenID provider and back: it ends in a session like any other."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from scheduler.access import Role
from scheduler.config import OpenIdSettings
from scheduler.errors import AccessDenied
from scheduler.language.words import Words
from scheduler.sign_in.forms import UNKEPT, enter, frame, kept, session_key, set_kept, show
from scheduler.sign_in.openid import Errand, NotVouchedFor, OpenIdProvider
from scheduler.sign_in.speaking import words_for
from scheduler.store.database import Database
from scheduler.workflows.coming_in import Policy, SignedIn
from scheduler.workflows.vouched import Seat, Vouched, come_in_vouched

THERE, BACK = "/login/provider", "/login/provider/back"
_ERRAND = "callboard_errand"
_LASTS_S = 600
_log = logging.getLogger(__name__)


class ProviderDesk:
    """Sends people to the provider and lets them in when they come back.

    Parameters
    ----------
    database
        The book.
    settings
        Which provider, and what its groups are here.
    policy, clock
        How sign-in is guarded, and what gives the time.
    """

    def __init__(
        self,
        database: Database,
        settings: OpenIdSettings,
        policy: Policy,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._settings = settings
        self._provider = OpenIdProvider(settings)
        self._seats = tuple(
            Seat(group=group, role=Role(role), team=team or None)
            for group, role, team in settings.groups
        )
        self._policy = policy
        self._clock = clock

    def routes(self) -> list[Route]:
        """Return the pages this desk answers, all of them open to everybody."""
        return [
            Route(THERE, self.send, methods=["GET"]),
            Route(BACK, self.receive, methods=["GET"]),
        ]

    async def send(self, request: Request) -> Response:
        """Send the person to the provider."""
        errand = Errand.begin()
        try:
            url = await to_thread.run_sync(self._provider.address, errand, _back(request))
        except NotVouchedFor as error:
            return _failed(request, error)
        answer = RedirectResponse(url, status_code=303, headers=UNKEPT)
        set_kept(request, answer, _ERRAND, errand.text(), samesite="lax", max_age=_LASTS_S)
        return answer

    async def receive(self, request: Request) -> Response:
        """Let in whom the provider vouches for."""
        errand = Errand.of(kept(request.scope, _ERRAND))
        if errand is None:
            return _failed(request, NotVouchedFor("no errand is under way"))
        earlier = session_key(request.scope)
        query = dict(request.query_params)
        try:
            found = await to_thread.run_sync(self._let_in, errand, query, _back(request), earlier)
        except NotVouchedFor as error:
            answer = _failed(request, error)
        except AccessDenied as error:
            say = words_for(request)
            page = frame(say, say("no access"), _back_link(say), _told(say, error))
            answer = show(request, page, 403)
        else:
            answer = enter(request, found.token)
        set_kept(request, answer, _ERRAND, "", samesite="lax", max_age=0)
        return answer

    def _let_in(
        self, errand: Errand, query: Mapping[str, str], back: str, earlier: str
    ) -> SignedIn:
        claims = self._provider.claims(errand, query, back)
        return come_in_vouched(
            self._database,
            vouched_of(claims, self._settings),
            self._seats,
            earlier=earlier,
            policy=self._policy,
            now=self._clock(),
        )


def vouched_of(claims: Mapping[str, Any], settings: OpenIdSettings) -> Vouched:
    """Read who comes from a provider's claims; people are known by issuer and ``sub`` only."""
    sub = str(claims["sub"])
    groups = claims.get(settings.groups_claim, ())
    login = str(claims.get("preferred_username") or claims.get("email") or sub)
    return Vouched(
        subject=f"{settings.issuer}#{sub}",
        login=login,
        name=str(claims.get("name") or login),
        groups=frozenset(map(str, groups if isinstance(groups, list) else [groups])),
        agent_id=str(claims.get(settings.agent_claim) or ""),
    )


def _back(request: Request) -> str:
    return str(request.url.replace(path=BACK, query="", fragment=""))


def _told(say: Words, error: AccessDenied) -> str:
    return say("You are signed in at the provider, but {reason}.", reason=error)


def _failed(request: Request, error: NotVouchedFor) -> Response:
    """Tell the person little, and the log why."""
    _log.warning("sign-in at the provider failed: %s", error)
    say = words_for(request)
    fault = say("The sign-in did not succeed. Please begin again.")
    return show(request, frame(say, say("sign in"), _back_link(say), fault), 400)


def _back_link(say: Words) -> str:
    return f'<p><a href="/login">{say("Back to sign-in")}</a></p>'
