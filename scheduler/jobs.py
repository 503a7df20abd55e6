"""Solves in child processes: a folder a job, a process a solve, everything in files.

A job is a folder below ``out/jobs`` with ``request.json``, ``settings.json``, ``state.json``,
``progress.json``, ``cancel`` (there once it is to end) and ``result/``. Its process holds a lock
on ``alive``, which says its id, for as long as it lives, so whoever looks can tell a running job
from a lost one, whatever has happened to the door that started it.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import TypeAdapter

from scheduler.config import Settings
from scheduler.errors import CallboardError
from scheduler.exchange.files import write_file
from scheduler.rostering.params import Progress
from scheduler.workflows.desk import Request, carry_out

Status = Literal["queued", "running", "done", "cancelled", "failed", "lost"]
_LOST = "Its process ended without a word, perhaps for want of memory. Please try again."
_BROKEN = "Something went wrong inside the program; the details are in log.txt of job {}."


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """How far a job has come.

    Attributes
    ----------
    status
        ``cancelled`` jobs keep the best roster they had found; ``failed`` ones say why in
        ``words``; the process of ``lost`` ones is gone.
    created, started, ended
        Instants in UTC; None for what has not happened.
    words
        What went wrong, for the person who asked.
    """

    status: Status
    created: datetime
    started: datetime | None = None
    ended: datetime | None = None
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job as its files tell it.

    Attributes
    ----------
    job_id
        Its key; later jobs have greater ones.
    request
        What was asked for.
    state
        How far it has come.
    progress
        The newest report of the search; None before the first.
    result
        Folder of what it gives.
    """

    job_id: str
    request: Request
    state: State
    progress: Progress | None
    result: Path

    @property
    def active(self) -> bool:
        """Whether it waits or runs."""
        return self.state.status in ("queued", "running")

    def elapsed_s(self, now: datetime) -> float:
        """Return the seconds since it started, 0 while it waits."""
        started = self.state.started
        return 0.0 if started is None else ((self.state.ended or now) - started).total_seconds()


def submit(settings: Settings, request: Request) -> str:
    """Queue a solve, start it if there is room, and return its id.

    Parameters
    ----------
    settings
        Where jobs are kept and how many may run at once.
    request
        What to solve.
    """
    now = datetime.now(UTC)
    job_id = f"{now:%Y%m%dT%H%M%S%f}-{secrets.token_hex(4)}"
    folder = _jobs(settings) / job_id
    write_file(folder / "request.json", _adapter(Request).dump_json(request))
    write_file(folder / "settings.json", _adapter(Settings).dump_json(settings))
    _write_state(folder, State(status="queued", created=now))
    start_waiting(settings)
    return job_id


def cancel(settings: Settings, job_id: str) -> None:
    """Ask a job to end with the best roster it has; one that still waits ends at once.

    Raises
    ------
    KeyError
        There is no such job.
    """
    folder = _folder(settings, job_id)
    (folder / "cancel").touch()
    with _locked(settings):
        state = _read_state(folder)
        if state.status == "queued":
            _write_state(folder, replace(state, status="cancelled", ended=datetime.now(UTC)))
    start_waiting(settings)


def read_job(settings: Settings, job_id: str) -> Job:
    """Read a job's files.

    Raises
    ------
    KeyError
        There is no such job.
    """
    folder = _folder(settings, job_id)
    report = folder / "progress.json"
    return Job(
        job_id=job_id,
        request=_adapter(Request).validate_json((folder / "request.json").read_bytes()),
        state=_true_state(folder),
        progress=_adapter(Progress).validate_json(report.read_bytes()) if report.exists() else None,
        result=folder / "result",
    )


def list_jobs(settings: Settings) -> Iterator[Job]:
    """Yield every job, the newest first."""
    for folder in reversed(_folders(settings)):
        yield read_job(settings, folder.name)


def start_waiting(settings: Settings) -> None:
    """Start queued jobs, the oldest first, as long as fewer than ``settings.workers`` run."""
    with _locked(settings):
        states = [(folder, _true_state(folder)) for folder in _folders(settings)]
        room = settings.workers - sum(state.status == "running" for _, state in states)
        queued = [(folder, state) for folder, state in states if state.status == "queued"]
        for folder, state in queued[: max(0, room)]:
            _start(folder, replace(state, status="running", started=datetime.now(UTC)))


def _start(folder: Path, running: State) -> None:
    """Start a job's process; nobody sees it running before its lock is held."""
    with (folder / "alive").open("w") as alive, (folder / "log.txt").open("wb") as log:
        fcntl.flock(alive, fcntl.LOCK_EX)
        _write_state(folder, running)
        # The child inherits the open file and with it the lock, which falls when the child does.
        child = subprocess.Popen(  # noqa: S603  # our own interpreter, our own module
            [sys.executable, "-m", "scheduler.jobs", str(folder)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=[alive.fileno()],
            start_new_session=True,
        )
        alive.write(str(child.pid))
    threading.Thread(target=child.wait, daemon=True).start()


def _alive(folder: Path) -> bool:
    with (folder / "alive").open("a") as alive:
        try:
            fcntl.flock(alive, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _true_state(folder: Path) -> State:
    """Read the state; a job that runs without a process is lost."""
    state = _read_state(folder)
    if state.status != "running" or _alive(folder):
        return state
    state = _read_state(folder)  # it may have ended well between the two looks
    if state.status != "running":
        return state
    lost = replace(state, status="lost", ended=datetime.now(UTC), words=_LOST)
    _write_state(folder, lost)
    return lost


def _read_state(folder: Path) -> State:
    state: State = _adapter(State).validate_json((folder / "state.json").read_bytes())
    return state


def _write_state(folder: Path, state: State) -> None:
    write_file(folder / "state.json", _adapter(State).dump_json(state))


def _jobs(settings: Settings) -> Path:
    return settings.out.resolve() / "jobs"


def _folders(settings: Settings) -> list[Path]:
    return sorted(path.parent for path in _jobs(settings).glob("*/state.json"))


def _folder(settings: Settings, job_id: str) -> Path:
    for folder in _folders(settings):
        if folder.name == job_id:
            return folder
    raise KeyError(job_id)


@contextmanager
def _locked(settings: Settings) -> Iterator[None]:
    """Let one process at a time decide which jobs run."""
    jobs = _jobs(settings)
    jobs.mkdir(parents=True, exist_ok=True)
    with (jobs / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


class _Reporter:
    """Writes the newest report of a search to its file, at most twice a second."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._newest: Progress | None = None
        self._written: Progress | None = None
        self._next = 0.0

    def report(self, progress: Progress) -> None:
        """Keep a report; called from the threads of the search."""
        self._newest = progress

    def cancelled(self) -> bool:
        """Write what is new and say whether to stop; called ten times a second."""
        newest = self._newest
        if newest is not None and newest is not self._written and time.monotonic() >= self._next:
            write_file(self._folder / "progress.json", _adapter(Progress).dump_json(newest))
            self._written, self._next = newest, time.monotonic() + 0.5
        return (self._folder / "cancel").exists()


def run(folder: Path) -> None:
    """Carry out a job in this process and write how it ended."""
    request = _adapter(Request).validate_json((folder / "request.json").read_bytes())
    settings = _adapter(Settings).validate_json((folder / "settings.json").read_bytes())
    reporter = _Reporter(folder)
    status: Status = "failed"
    words = ""
    try:
        carry_out(
            request,
            settings,
            folder / "result",
            made=datetime.now(UTC),
            progress=reporter.report,
            cancelled=reporter.cancelled,
        )
        status = "cancelled" if (folder / "cancel").exists() else "done"
    except CallboardError as error:
        words = str(error)
    except Exception:  # noqa: BLE001  # whatever it was: the person who waits must hear of it
        traceback.print_exc()
        words = _BROKEN.format(folder.name)
    state = _read_state(folder)
    _write_state(folder, replace(state, status=status, ended=datetime.now(UTC), words=words))
    start_waiting(settings)


if __name__ == "__main__":
    os.nice(10)  # the app stays quick while solves take what is left
    run(Path(sys.argv[1]))
