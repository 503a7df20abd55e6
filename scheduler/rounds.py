"""What the server does by itself at intervals, in a thread of its own."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from scheduler.config import DoorSettings
from scheduler.exchange.senders import senders
from scheduler.store.database import Database
from scheduler.workflows.deciding import expire_requests
from scheduler.workflows.delivery import deliver
from scheduler.workflows.leavers import see_off_leavers

_PATIENCE_S = 10.0


class Rounds:
    """Does an errand, waits, and does it again until it is stopped.

    Parameters
    ----------
    errand
        What is done. What goes wrong in it is told on standard error, and the next round comes
        all the same.
    every
        The wait between two rounds.
    """

    def __init__(self, errand: Callable[[], object], every: timedelta) -> None:
        self._errand = errand
        self._every = every
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._go, name="rounds", daemon=True)

    def start(self) -> None:
        """Begin, with a round at once."""
        self._thread.start()

    def stop(self) -> None:
        """Let the round that is under way come to its end, unless that takes long."""
        self._stopped.set()
        self._thread.join(_PATIENCE_S)

    def _go(self) -> None:
        while not self._stopped.is_set():
            try:
                self._errand()
            except Exception as error:  # noqa: BLE001  # the book may be away for a while
                # Its kind only: what it says may quote a password of the book's address.
                sys.stderr.write(f"Notices were not sent this time: {type(error).__name__}\n")
            self._stopped.wait(self._every.total_seconds())


def delivery_rounds(
    database: Database, door: DoorSettings, now: Callable[[], datetime]
) -> Rounds | None:
    """Return the rounds that send notices, close late requests and see leavers off.

    Several servers of one book may go their rounds at once: each letter is claimed by one.

    Parameters
    ----------
    database
        The book.
    door
        How mail leaves, and how often; None comes of never.
    now
        Gives the time, aware.
    """
    if not door.deliver_seconds:
        return None
    ways = senders(door.mail_server, door.mail_from)

    def errand() -> None:
        see_off_leavers(database, now=now())
        expire_requests(database, now=now())
        deliver(database, ways, now=now)

    return Rounds(errand, timedelta(seconds=door.deliver_seconds))
