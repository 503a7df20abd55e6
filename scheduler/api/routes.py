"""The routes of the HTTP door, to be hung into the one application."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from scheduler.api.call import (
    LARGEST_BODY,
    Call,
    answer,
    read_json,
    refusal,
    too_large,
    unauthorised,
)
from scheduler.api.document import document
from scheduler.api.endpoint import Endpoint
from scheduler.api.endpoints import endpoints
from scheduler.errors import AccessDenied, Fault, InputError
from scheduler.store.database import Database
from scheduler.workflows.feeds import calendar_at
from scheduler.workflows.tokens import caller_of

OPEN_PATHS = ("/api/", "/ics/")
_FEED = re.compile(r"(/ics/)[^/?\s]+")


def api_routes(database: Database, now: Callable[[], datetime]) -> list[Route]:
    """Return the routes for programs; each checks its caller itself.

    Parameters
    ----------
    database
        The book.
    now
        Gives the time, aware.
    """
    table = endpoints()
    described = document(table)

    def describe(request: Request) -> Response:
        del request
        return answer(described)

    def calendar(request: Request) -> Response:
        found = calendar_at(database, request.path_params["token"], today=now().date())
        if found is None:
            return answer({"error": "there is no such calendar"}, 404)
        headers = {"cache-control": "private, no-cache", "referrer-policy": "no-referrer"}
        return Response(found, media_type="text/calendar; charset=utf-8", headers=headers)

    return [
        Route("/api/openapi.json", describe, methods=["GET"]),
        Route("/ics/{token}.ics", calendar, methods=["GET"]),
        *(
            Route(each.path, _endpoint(each, database, now), methods=[each.method])
            for each in table
        ),
        # The gate leaves these paths to us, so nothing else may answer below them.
        *(
            Route(f"{path}{{rest:path}}", _Nothing(), include_in_schema=False)
            for path in OPEN_PATHS
        ),
    ]


class _Nothing:
    """Says to every method that there is nothing."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        await answer({"error": "there is nothing at this address"}, 404)(scope, receive, send)


def mask_feed_tokens(logger: str = "uvicorn.access") -> None:
    """Keep the secret part of calendar addresses out of a log."""
    logging.getLogger(logger).addFilter(_mask)


def _mask(record: logging.LogRecord) -> bool:
    if isinstance(record.args, tuple):
        record.args = tuple(_masked(value) for value in record.args)
    record.msg = _masked(record.msg)
    return True


def _masked(value: Any) -> Any:
    return _FEED.sub(r"\1***", value) if isinstance(value, str) else value


def _endpoint(
    endpoint: Endpoint, database: Database, now: Callable[[], datetime]
) -> Callable[[Request], Any]:
    async def respond(request: Request) -> Response:
        body = b""
        if endpoint.body is not None:
            async for part in request.stream():
                body += part
                if len(body) > LARGEST_BODY:
                    return too_large()
        return await run_in_threadpool(_respond, endpoint, database, now(), request, body)

    return respond


def _respond(
    endpoint: Endpoint, database: Database, now: datetime, request: Request, body: bytes
) -> Response:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    caller = caller_of(database, token.strip(), now=now) if kind.lower() == "bearer" else None
    if caller is None:
        return unauthorised("a key is needed: Authorization: Bearer …")
    try:
        if endpoint.scope not in caller.scopes:
            raise AccessDenied(f"this key is not for {endpoint.scope}")
        query = dict(request.query_params)
        if "\0" in "".join(query.values()):
            raise InputError(Fault(column="query", expected="text", found="the character NUL"))
        said = None
        if endpoint.body is not None:
            said = endpoint.body.validate_python(read_json(body))
        call = Call(
            user=caller.user,
            database=database,
            now=now,
            path=dict(request.path_params),
            query=query,
            body=said,
        )
        return answer(endpoint.run(call), endpoint.status)
    except Exception as error:
        told = refusal(error)
        if told is None:
            raise
        return told
