"""Solves in child processes: a row of the book a job, a process a solve.

A process says in its job's row, every few seconds, that it lives and how far it is, and reads
there whether it is to end. What it gives is kept in the same transaction as its end, so it is
kept once, whatever happens to the door that started it.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import threading
import time
import traceback
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from scheduler.config import Settings
from scheduler.errors import CallboardError
from scheduler.rostering.params import Progress
from scheduler.store.database import Database
from scheduler.store.jobs import beat, claim_job, end_job, lose_job, wants_end, work_waits
from scheduler.workflows.desk import carry_out, progress_document, request_of

_BROKEN = "Something went wrong inside the program; the details are in the log of job {}."
_BEAT_S = 5.0
_LOOK_S = 0.5
_REPORT_S = 1.0
_LOOK_AFTER_S = 15.0


def start_waiting(settings: Settings, database: Database) -> None:
    """Start jobs that wait, the oldest first, as long as fewer than ``settings.workers`` run.

    The bound holds for the whole book, whoever starts its jobs.

    Parameters
    ----------
    settings
        How many may run at once, and where their logs go.
    database
        The book.
    """
    while True:
        now = datetime.now(UTC)
        with database.reading() as connection:
            if not work_waits(connection, at=now):
                return
        with database.writing() as connection:
            job_id = claim_job(connection, most=settings.workers, at=now)
        if job_id is None:
            return
        _start(settings, database, job_id)


async def look_after(settings: Settings, database: Database) -> None:
    """Start jobs that wait as long as the server lives, though nobody may be looking.

    Those of an earlier server, and those behind a job whose process outlived its server.
    """
    while True:
        try:
            await asyncio.to_thread(start_waiting, settings, database)
        except Exception:  # noqa: BLE001  # the book may be back for the next look
            traceback.print_exc()
        await asyncio.sleep(_LOOK_AFTER_S)


def log_of(settings: Settings, job_id: int) -> Path:
    """Return where a job's process writes what went wrong; gone when nothing did."""
    return settings.out.resolve() / "jobs" / f"{job_id}.txt"


def _start(settings: Settings, database: Database, job_id: int) -> None:
    """Start a job's process, and wait for it aside."""
    path = log_of(settings, job_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as log:
        child = subprocess.Popen(  # our own interpreter, our own module
            [sys.executable, "-m", "scheduler.jobs"],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    assert child.stdin is not None  # noqa: S101  # it is a pipe, as asked for above
    # An address may hold a password, which arguments would show to everybody.
    address = database.url.render_as_string(hide_password=False)
    told = {"book": address, "job": job_id, "nice": settings.nice}
    with suppress(BrokenPipeError), child.stdin:  # whoever died so early is found below
        child.stdin.write(json.dumps(told).encode())
    args, name = (child, settings, database, job_id), f"await job {job_id}"
    threading.Thread(target=_await, args=args, name=name, daemon=True).start()


def _await(
    child: subprocess.Popen[bytes], settings: Settings, database: Database, job_id: int
) -> None:
    """Wait for a process; a job whose process is gone without a word is lost."""
    child.wait()
    with database.writing() as connection:
        lose_job(connection, job_id, at=datetime.now(UTC))
    log = log_of(settings, job_id)
    if log.exists() and not log.stat().st_size:
        log.unlink()
    start_waiting(settings, database)


class _Pulse:
    """Says in the job's row that its process lives and where it stands, until it is stopped."""

    def __init__(self, database: Database, job_id: int) -> None:
        self._database = database
        self._job_id = job_id
        self._newest: Progress | None = None
        self._to_end = False
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def report(self, progress: Progress) -> None:
        """Keep a report; called from the threads of the search."""
        self._newest = progress

    def cancelled(self) -> bool:
        """Say whether to stop; called ten times a second."""
        return self._to_end

    def stop(self) -> None:
        """Be silent from now on."""
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        written, beaten = None, time.monotonic()
        while not self._over.wait(_LOOK_S):
            newest, silent = self._newest, time.monotonic() - beaten
            news = newest is not None and newest is not written
            try:
                if silent >= _BEAT_S or (news and silent >= _REPORT_S):
                    self._beat(newest if news else None)
                    written, beaten = newest, time.monotonic()
                else:
                    with self._database.reading() as connection:
                        self._to_end = wants_end(connection, self._job_id)
            except Exception:  # noqa: BLE001  # the book may be back for the next beat
                traceback.print_exc()

    def _beat(self, newest: Progress | None) -> None:
        told = None if newest is None else progress_document(newest)
        with self._database.writing() as connection:
            self._to_end = beat(connection, self._job_id, told, at=datetime.now(UTC))


def run(database: Database, job_id: int) -> None:
    """Carry out a job in this process and keep what it gives, or why it gives nothing."""
    pulse = _Pulse(database, job_id)
    words = ""
    try:
        carry_out(
            request_of(database, job_id),
            database,
            job_id,
            clock=lambda: datetime.now(UTC),
            progress=pulse.report,
            cancelled=pulse.cancelled,
        )
    except CallboardError as error:
        words = str(error)
    except Exception:  # noqa: BLE001  # whatever it was: the person who waits must hear of it
        traceback.print_exc()
        words = _BROKEN.format(job_id)
    finally:
        pulse.stop()
    if words:
        with database.writing() as connection:
            end_job(connection, job_id, "failed", at=datetime.now(UTC), words=words)


if __name__ == "__main__":
    told = json.load(sys.stdin)
    os.nice(told["nice"])  # the app stays quick while solves take what is left
    run(Database(told["book"]), told["job"])
