"""What a desk of the web door does: ask for a solve, see how it goes, read what it gave.

A solve takes long, so a page never solves: it asks for a job, which :func:`carry_out` does in
another process.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, Literal

from pydantic import TypeAdapter

from scheduler.access import Action, User
from scheduler.errors import Conflict
from scheduler.rostering.params import Progress, SolveParams
from scheduler.rostering.problem import Pin
from scheduler.store.database import Connection, Database
from scheduler.store.jobs import (
    BookedJob,
    Status,
    add_job,
    ask_to_end,
    end_job,
    forget_old_jobs,
    job_result,
    newest_jobs,
    read_job,
    wants_end,
)
from scheduler.workflows.book import opened, team_key, team_name
from scheduler.workflows.drafts import keep_draft, solve_draft
from scheduler.workflows.forecast_week import keep_forecast
from scheduler.workflows.manager import REPLICATIONS, solve_plan
from scheduler.workflows.outcome import outcome_numbers
from scheduler.workflows.scenario import Scenario
from scheduler.workflows.scenario_result import scenario_document
from scheduler.workflows.week import plan_week, require

Kind = Literal["roster", "what_if", "forecast"]
_ASKS: dict[str, Action] = {
    "roster": Action.MAKE_ROSTER,
    "what_if": Action.COMPARE,
    "forecast": Action.SEE_CASE,
}
_SEES: dict[str, Action] = _ASKS | {"roster": Action.SEE_ROSTER}
_KEPT = {"roster": 500, "what_if": 100, "forecast": 100}


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One solve that somebody asked for.

    Attributes
    ----------
    kind
        ``roster`` makes the week's roster, ``what_if`` only a comparison, ``forecast`` neither.
    team
        Name of the team.
    week
        Any date in the week; kept as the Monday of that week.
    user
        Who asks.
    scenario
        What to change first; a roster changes nothing.
    locks
        What has been decided before and stays.
    seconds, workers, seed
        How to search, see :class:`scheduler.rostering.params.SolveParams`.

    Raises
    ------
    InputError
        The search could not run like that.
    """

    kind: Kind
    team: str
    week: date
    user: User
    scenario: Scenario = field(default_factory=Scenario)
    locks: tuple[Pin, ...] = ()
    seconds: float = 60.0
    workers: int = 2
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse searches that cannot run."""
        self.params()
        object.__setattr__(self, "week", self.week - timedelta(days=self.week.weekday()))

    def params(self) -> SolveParams:
        """Say how to search."""
        return SolveParams(seconds=self.seconds, workers=self.workers, seed=self.seed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A solve that somebody asked for, and how far it has come.

    Attributes
    ----------
    job_id
        Its key; later jobs have greater ones.
    request
        What was asked for.
    status
        ``cancelled`` jobs keep the best roster they had found; ``failed`` and ``lost`` ones say
        why in ``words``.
    created, started, ended
        Instants in UTC; None for what has not happened.
    progress
        The newest report of the search; None before the first.
    words
        What went wrong, for the person who asked.
    roster_id
        The draft it made.
    """

    job_id: int
    request: Request
    status: Status
    created: datetime
    started: datetime | None = None
    ended: datetime | None = None
    progress: Progress | None = None
    words: str = ""
    roster_id: int | None = None

    @property
    def active(self) -> bool:
        """Whether it waits or runs."""
        return self.status in ("queued", "running")

    def elapsed_s(self, now: datetime) -> float:
        """Return the seconds since it started, 0 while it waits."""
        return 0.0 if self.started is None else ((self.ended or now) - self.started).total_seconds()


def submit_request(
    database: Database, request: Request, *, now: datetime, start: Callable[[], None]
) -> int:
    """Queue a solve, have the door start what it can, and return the job's key.

    Parameters
    ----------
    database
        The book.
    request
        What to solve.
    now
        The time of asking.
    start
        Starts jobs that wait, see :func:`scheduler.jobs.start_waiting`.

    Raises
    ------
    AccessDenied
        The user may not make rosters, or may not compare.
    InputError
        There is no such team.
    """
    require(request.user, _ASKS[request.kind], of_team=request.team)
    told = _adapter(Request).dump_python(request, mode="json")
    with database.writing() as connection:
        team_id = team_key(connection, request.team)
        forget_old_jobs(connection, team_id, request.kind, kept=_KEPT[request.kind])
        job_id = add_job(
            connection,
            team_id,
            request.kind,
            request.week,
            told,
            who=request.user.who,
            at=now,
        )
    start()
    return job_id


def cancel_request(
    user: User, database: Database, job_id: int, *, now: datetime, start: Callable[[], None]
) -> None:
    """End a solve early, keeping its best; whoever may ask for it may end it.

    Raises
    ------
    AccessDenied
        The user may not ask for such a solve.
    KeyError
        There is no such job.
    """
    with database.reading() as connection:
        job = read_job(connection, job_id)
        name = team_name(connection, job.team_id)
    require(user, _ASKS[job.kind], of_team=name)
    with database.writing() as connection:
        ask_to_end(connection, job_id, at=now)
    start()


def see_job(user: User, database: Database, job_id: int) -> Job:
    """Return a job.

    Raises
    ------
    AccessDenied
        The user may not see what it makes.
    KeyError
        There is no such job.
    """
    with database.reading() as connection:
        job = read_job(connection, job_id)
        name = team_name(connection, job.team_id)
    require(user, _SEES[job.kind], of_team=name)
    return _job(job)


def jobs_of(user: User, database: Database, name: str, kind: Kind, week: date) -> tuple[Job, ...]:
    """Return the jobs of one kind and week of a team, the newest first.

    Raises
    ------
    AccessDenied
        The user may not see what they make.
    """
    require(user, _SEES[kind], of_team=name)
    with database.reading() as connection:
        found = newest_jobs(connection, team_key(connection, name), kind, week)
    return tuple(_job(job) for job in found)


def result_of(user: User, database: Database, job_id: int) -> dict[str, Any] | None:
    """Return what a job gave that no roster holds: a scenario's numbers, or why there is none.

    Raises
    ------
    AccessDenied
        The user may not see what it makes.
    KeyError
        There is no such job.
    """
    see_job(user, database, job_id)
    with database.reading() as connection:
        found: dict[str, Any] | None = job_result(connection, job_id)
    return found


def request_of(database: Database, job_id: int) -> Request:
    """Return what a job was asked, for the process that does it."""
    with database.reading() as connection:
        return _request(read_job(connection, job_id))


def progress_document(progress: Progress) -> Any:
    """Write a report as it stands in a job's row."""
    return _adapter(Progress).dump_python(progress, mode="json")


def carry_out(
    request: Request,
    database: Database,
    job_id: int,
    *,
    clock: Callable[[], datetime],
    progress: Callable[[Progress], None],
    cancelled: Callable[[], bool],
    replications: int = REPLICATIONS,
) -> None:
    """Solve what was asked for and keep what it gave, in one transaction with the job's end.

    Parameters
    ----------
    request
        What was asked for.
    database, job_id
        The book, and the row of the job.
    clock
        Gives the time.
    progress, cancelled, replications
        See :func:`scheduler.workflows.manager.make_roster`.

    Raises
    ------
    AccessDenied
        The user may not ask for that.
    InputError
        The case cannot be read, or the week cannot be planned.
    Conflict
        The job has ended before; nothing is kept.
    """
    user, name = request.user, request.team
    require(user, _ASKS[request.kind], of_team=name)
    if request.kind == "forecast":
        team = opened(database, name)
        planned = plan_week(team.case, request.week)
        with database.writing() as connection:
            now = clock()
            kept = keep_forecast(connection, team, planned, who=user.who, at=now)
            _end(connection, job_id, at=now, result=kept)
        return
    if request.kind == "what_if":
        plan = plan_week(opened(database, name).case, request.week, request.scenario)
        outcome = solve_plan(plan, request.params(), progress, cancelled, replications)
        with database.writing() as connection:
            _end(connection, job_id, at=clock(), result=scenario_document(outcome))
        return
    solved = solve_draft(
        user,
        database,
        name,
        week=request.week,
        locks=request.locks,
        params=request.params(),
        progress=progress,
        cancelled=cancelled,
        replications=replications,
    )
    with database.writing() as connection:
        now = clock()
        roster_id = keep_draft(connection, user, solved, now=now)
        told = outcome_numbers(solved.outcome) if roster_id is None else None
        _end(connection, job_id, at=now, roster_id=roster_id, result=told)


def _end(
    connection: Connection,
    job_id: int,
    *,
    at: datetime,
    roster_id: int | None = None,
    result: Any = None,
) -> None:
    state: Status = "cancelled" if wants_end(connection, job_id) else "done"
    if not end_job(connection, job_id, state, at=at, roster_id=roster_id, result=result):
        raise Conflict(f"Job {job_id} has ended before.")


def _job(job: BookedJob) -> Job:
    told = job.progress
    return Job(
        job_id=job.job_id,
        request=_request(job),
        status=job.state,
        created=job.created_at,
        started=job.started_at,
        ended=job.ended_at,
        progress=None if told is None else _adapter(Progress).validate_python(told),
        words=job.words,
        roster_id=job.roster_id,
    )


def _request(job: BookedJob) -> Request:
    found: Request = _adapter(Request).validate_python(job.request)
    return found


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
