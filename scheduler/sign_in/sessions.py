"""Who is signed in: rows of the book, or of a table in memory for the demo mode."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from scheduler.access import User
from scheduler.store.database import Database
from scheduler.store.sessions import digest_of
from scheduler.workflows.coming_in import Policy, account_here, sign_out

LASTS_S = 12 * 3600
_MOST = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Somebody who is signed in.

    Attributes
    ----------
    user
        Who.
    account_id
        Key of their account; None in the demo mode.
    must_change
        Whether they have to choose a password before anything else.
    """

    user: User
    account_id: int | None = None
    must_change: bool = False


class SessionTable(Protocol):
    """What the gate and the pages ask of sessions; keys are digests of cookies' tokens."""

    def find(self, key: str | None, *, present: bool = True) -> Session | None:
        """Return the live session of a key; ``present`` if this is a sign of the person."""

    def close(self, key: str) -> None:
        """End a session; nothing happens if there is none."""


class BookSessions:
    """Sessions in the roster book: they outlive the server and hold for all its processes.

    Parameters
    ----------
    database
        The book.
    policy
        How long they last.
    clock
        Gives the time, with its offset.
    """

    def __init__(self, database: Database, policy: Policy, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._policy = policy
        self._clock = clock

    def find(self, key: str | None, *, present: bool = True) -> Session | None:
        """Return the live session of a key."""
        if not key:
            return None
        account = account_here(
            self._database, key, policy=self._policy, now=self._clock(), present=present
        )
        if account is None:
            return None
        return Session(
            user=account.user,
            account_id=account.account_id,
            must_change=account.one_time_until is not None,
        )

    def close(self, key: str) -> None:
        """End a session."""
        sign_out(self._database, key, now=self._clock())


class DemoSessions:
    """Sessions in memory, for the demo mode: a restart signs everybody out.

    Parameters
    ----------
    clock
        Gives seconds that only rise.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._rows: dict[str, tuple[Session, float]] = {}
        self._lock = threading.Lock()

    def open(self, user: User) -> str:
        """Start a session and return the token for the cookie; the oldest make room."""
        token = secrets.token_urlsafe(32)
        now = self._clock()
        with self._lock:
            self._rows = {key: row for key, row in self._rows.items() if row[1] > now}
            while len(self._rows) >= _MOST:
                del self._rows[next(iter(self._rows))]
            self._rows[digest_of(token)] = Session(user=user), now + LASTS_S
        return token

    def find(self, key: str | None, *, present: bool = True) -> Session | None:
        """Return the live session of a key."""
        del present  # demo sessions do not go idle
        session, ends = self._rows.get(key or "", (None, 0.0))
        return session if ends > self._clock() else None

    def close(self, key: str) -> None:
        """End a session."""
        with self._lock:
            self._rows.pop(key, None)
