"""One call of a program: whose it is, what it says, and how refusals are told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from pydantic import ValidationError
from starlette.responses import JSONResponse, Response

from scheduler.access import User
from scheduler.errors import AccessDenied, CallboardError, Conflict, Fault, InputError
from scheduler.free_text import takes
from scheduler.store.database import Database

LARGEST_BODY = 64_000
LARGEST_KEY = 2**31 - 1
_UNKEPT = {"cache-control": "no-store"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What an endpoint is asked.

    Attributes
    ----------
    user
        For whom the program acts.
    database, now
        The book and the time.
    path, query
        Parameters of the address, as text.
    body
        What was sent, read and checked; None for calls without a body.
    """

    user: User
    database: Database
    now: datetime
    path: dict[str, str]
    query: dict[str, str]
    body: Any = None

    @property
    def team(self) -> str:
        """The team's name."""
        return self.path["team"]

    @property
    def week(self) -> date:
        """Monday of the week that holds the date of the address."""
        day = self.day("week")
        return day - timedelta(days=day.weekday())

    def day(self, name: str) -> date:
        """Return the date that a part of the address is."""
        try:
            return date.fromisoformat(self.path[name])
        except ValueError:
            raise _not_found(name, "a date such as 2026-03-02", self.path[name]) from None

    @property
    def request_id(self) -> int:
        """Key of a request."""
        text = self.path["request_id"]
        if text.isascii() and text.isdecimal() and int(text) <= LARGEST_KEY:
            return int(text)
        raise _not_found("request_id", "the key of a request", text)


class NotFound(CallboardError):
    """There is nothing at this address."""


def instant(moment: datetime) -> str:
    """Write an instant as JSON gives it."""
    return moment.isoformat().replace("+00:00", "Z")


def answer(value: Any, status: int = 200) -> Response:
    """Send a JSON value."""
    return JSONResponse(value, status_code=status, headers=_UNKEPT)


def refusal(error: Exception) -> Response | None:
    """Tell a refusal in words and a status; None for what is nobody's fault but ours."""
    if isinstance(error, ValidationError):
        faults = [
            Fault(
                column=".".join(str(part) for part in each["loc"]) or "body",
                expected=each["msg"],
                found="something else",
            )
            for each in error.errors(include_input=False, include_context=False)
        ]
        return _told("what was sent does not fit", 422, faults)
    if isinstance(error, InputError):
        absent = any(fault.column == "team" for fault in error.faults)
        return _told("what was sent does not fit", 404 if absent else 422, error.faults)
    if isinstance(error, AccessDenied):
        return _told(str(error), 403)
    if isinstance(error, Conflict):
        return _told(str(error), 409)
    if isinstance(error, KeyError | NotFound):
        return _told("there is nothing at this address", 404)
    return None


def unauthorised(words: str) -> Response:
    """Ask for a key."""
    response = _told(words, 401)
    response.headers["www-authenticate"] = 'Bearer realm="callboard"'
    return response


def too_large() -> Response:
    """Refuse a body that no request has."""
    return _told(f"at most {LARGEST_BODY:,} bytes", 413)


def read_json(body: bytes) -> Any:
    """Read a body; text with control characters or half characters is refused with it.

    Raises
    ------
    InputError
        It is no JSON.
    """
    try:
        value = json.loads(body)
        fit = all(takes(text) for text in _texts(value))
    except (ValueError, RecursionError):
        raise InputError(Fault(column="body", expected="JSON", found="something else")) from None
    if not fit:
        expected = "text without control characters"
        raise InputError(Fault(column="body", expected=expected, found="some"))
    return value


def _texts(value: Any) -> Iterator[str]:
    """Yield every text of a JSON value, keys among them."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, each in value.items():
            yield name
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


def _told(error: str, status: int, faults: Any = ()) -> Response:
    rows = [
        {"where": fault.column, "expected": fault.expected, "found": fault.found}
        for fault in faults
    ]
    return answer({"error": error, "faults": rows} if rows else {"error": error}, status)


def _not_found(column: str, expected: str, found: str) -> InputError:
    return InputError(Fault(column=column, expected=expected, found=repr(found)))
