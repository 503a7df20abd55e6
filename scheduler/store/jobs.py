"""Jobs: solves that somebody asked for, who runs them, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from scheduler.store.schema import job as jobs

Status = Literal["queued", "running", "done", "cancelled", "failed", "lost"]

# A process says every few seconds that it lives; one that builds a large problem may be late.
SILENCE = timedelta(seconds=45)
_LOST = "Its process ended without a word, perhaps for want of memory. Please try again."


@dataclass(frozen=True, slots=True, kw_only=True)
class BookedJob:
    """A job as the book holds it.

    Attributes
    ----------
    job_id
        Its key; later jobs have greater ones.
    team_id, kind, week
        Whose, what for, and the Monday of its week.
    request
        What was asked for, as JSON.
    asked_by
        Who asked, as the audit calls people.
    state
        ``cancelled`` jobs keep the best roster they had found; ``failed`` and ``lost`` ones say
        why in ``words``.
    created_at, started_at, seen_at, ended_at
        Instants in UTC; ``seen_at`` is the last sign of its process.
    progress
        The newest report of the search, as JSON.
    cancel
        Whether it is to end with the best it has.
    words
        What went wrong, for the person who asked.
    roster_id
        The draft it made.
    """

    job_id: int
    team_id: int
    kind: str
    week: date
    request: Any
    asked_by: str
    state: Status
    created_at: datetime
    started_at: datetime | None
    seen_at: datetime | None
    ended_at: datetime | None
    progress: Any
    cancel: bool
    words: str
    roster_id: int | None

    @property
    def active(self) -> bool:
        """Whether it waits or runs."""
        return self.state in ("queued", "running")

    def elapsed_s(self, now: datetime) -> float:
        """Return the seconds since it started, 0 while it waits."""
        if self.started_at is None:
            return 0.0
        return ((self.ended_at or now) - self.started_at).total_seconds()


_COLUMNS = [jobs.c[name] for name in BookedJob.__slots__]


def add_job(
    connection: Connection,
    team_id: int,
    kind: str,
    week: date,
    request: Any,
    *,
    who: str,
    at: datetime,
) -> int:
    """Queue a job and return its key."""
    made = connection.execute(
        insert(jobs).values(
            team_id=team_id,
            kind=kind,
            week=week,
            request=request,
            asked_by=who,
            state="queued",
            created_at=at,
            cancel=False,
            words="",
        )
    )
    (key,) = made.inserted_primary_key or (0,)
    return int(key)


def read_job(connection: Connection, job_id: int) -> BookedJob:
    """Return a job; KeyError if there is none."""
    row = connection.execute(select(*_COLUMNS).where(jobs.c.job_id == job_id)).first()
    if row is None:
        raise KeyError(job_id)
    return _job(row)


def newest_jobs(
    connection: Connection, team_id: int, kind: str, week: date, *, most: int = 50
) -> tuple[BookedJob, ...]:
    """Return the jobs of one kind and week of a team, the newest first."""
    query = select(*_COLUMNS).where(
        jobs.c.team_id == team_id, jobs.c.kind == kind, jobs.c.week == week
    )
    rows = connection.execute(query.order_by(jobs.c.job_id.desc()).limit(most))
    return tuple(_job(row) for row in rows)


def active_jobs(connection: Connection) -> tuple[BookedJob, ...]:
    """Return every job of the book that waits or runs, the oldest first."""
    query = select(*_COLUMNS).where(jobs.c.ended_at.is_(None)).order_by(jobs.c.job_id)
    return tuple(_job(row) for row in connection.execute(query))


def work_waits(connection: Connection, *, at: datetime) -> bool:
    """Say whether there is anything to claim, or a silent job to give up."""
    silent = (jobs.c.state == "running") & (jobs.c.seen_at <= at - SILENCE)
    query = select(jobs.c.job_id).where((jobs.c.state == "queued") | silent).limit(1)
    return connection.scalar(query) is not None


def claim_job(connection: Connection, *, most: int, at: datetime) -> int | None:
    """Take the oldest job that waits, unless ``most`` run already; None if there is none to run.

    Forecasts are short and people wait for them: one of them at a time runs besides the others.

    Parameters
    ----------
    connection
        A writing transaction. Whoever claims does so alone.
    most
        How many may run at once, of the whole book.
    at
        Now.
    """
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql("LOCK TABLE job IN SHARE ROW EXCLUSIVE MODE")
    _give_up_silent(connection, at)
    for lane, bound in ((jobs.c.kind == "forecast", 1), (jobs.c.kind != "forecast", most)):
        running = select(func.count()).select_from(jobs).where(lane, jobs.c.state == "running")
        if (connection.scalar(running) or 0) >= bound:
            continue
        waiting = select(func.min(jobs.c.job_id)).where(lane, jobs.c.state == "queued")
        job_id: int | None = connection.scalar(waiting)
        if job_id is not None:
            taken = {"state": "running", "started_at": at, "seen_at": at}
            connection.execute(update(jobs).where(jobs.c.job_id == job_id).values(**taken))
            return job_id
    return None


def _give_up_silent(connection: Connection, at: datetime) -> None:
    """Call jobs lost whose process has said nothing for long."""
    silent = (jobs.c.state == "running") & (jobs.c.seen_at <= at - SILENCE)
    lost = {"state": "lost", "ended_at": at, "words": _LOST}
    connection.execute(update(jobs).where(silent).values(**lost))


def lose_job(connection: Connection, job_id: int, *, at: datetime) -> None:
    """Call a job lost whose process is gone, unless it has said how it ended."""
    running = (jobs.c.job_id == job_id) & (jobs.c.state == "running")
    lost = {"state": "lost", "ended_at": at, "words": _LOST}
    connection.execute(update(jobs).where(running).values(**lost))


def beat(connection: Connection, job_id: int, progress: Any, *, at: datetime) -> bool:
    """Note that a job's process lives and where it stands; return whether it is to end."""
    values = {"seen_at": at} | ({} if progress is None else {"progress": progress})
    connection.execute(update(jobs).where(jobs.c.job_id == job_id).values(**values))
    return bool(connection.scalar(select(jobs.c.cancel).where(jobs.c.job_id == job_id)))


def wants_end(connection: Connection, job_id: int) -> bool:
    """Say whether somebody has asked a job to end."""
    return bool(connection.scalar(select(jobs.c.cancel).where(jobs.c.job_id == job_id)))


def ask_to_end(connection: Connection, job_id: int, *, at: datetime) -> None:
    """Ask a job to end with the best it has; one that waits ends at once.

    Raises
    ------
    KeyError
        There is no such job.
    """
    this = jobs.c.job_id == job_id
    if connection.execute(update(jobs).where(this).values(cancel=True)).rowcount != 1:
        raise KeyError(job_id)
    waits = this & (jobs.c.state == "queued")
    connection.execute(update(jobs).where(waits).values(state="cancelled", ended_at=at))


def end_job(
    connection: Connection,
    job_id: int,
    state: Status,
    *,
    at: datetime,
    words: str = "",
    roster_id: int | None = None,
    result: Any = None,
) -> bool:
    """Say how a job ended, in the transaction that keeps what it gave; False if it had ended.

    A job that was thought to be lost may still come home: its process was only silent.
    """
    open_still = (jobs.c.job_id == job_id) & jobs.c.state.in_(("running", "lost"))
    values: dict[str, Any] = {"state": state, "ended_at": at, "words": words}
    values |= {"roster_id": roster_id, "result": result}
    return connection.execute(update(jobs).where(open_still).values(**values)).rowcount == 1


def job_result(connection: Connection, job_id: int) -> Any:
    """Return the document a job left; None for none."""
    return connection.scalar(select(jobs.c.result).where(jobs.c.job_id == job_id))


def forget_old_jobs(connection: Connection, team_id: int, kind: str, *, kept: int) -> None:
    """Remove a team's jobs of one kind that have ended, but the newest ``kept``."""
    ended = (jobs.c.team_id == team_id) & (jobs.c.kind == kind) & jobs.c.ended_at.is_not(None)
    newest = select(jobs.c.job_id).where(ended).order_by(jobs.c.job_id.desc()).limit(kept)
    keys = list(connection.scalars(newest))
    if len(keys) == kept:
        connection.execute(delete(jobs).where(ended, jobs.c.job_id < keys[-1]))


def _job(row: Row[Any]) -> BookedJob:
    return BookedJob(**row._asdict())
