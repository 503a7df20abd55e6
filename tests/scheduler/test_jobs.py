"""Solves in child processes, on both databases."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from scheduler import jobs
from scheduler.access import EVERY_TEAM, Role, User
from scheduler.config import Settings
from scheduler.errors import AccessDenied, Conflict, InputError
from scheduler.jobs import log_of, start_waiting
from scheduler.rostering.problem import Pin
from scheduler.store.database import Database
from scheduler.store.jobs import (
    SILENCE,
    active_jobs,
    ask_to_end,
    beat,
    claim_job,
    end_job,
    forget_old_jobs,
    job_result,
)
from scheduler.store.jobs import newest_jobs as booked_jobs
from scheduler.workflows.book import change_setup, open_team
from scheduler.workflows.desk import (
    Job,
    Request,
    cancel_request,
    carry_out,
    jobs_of,
    result_of,
    see_job,
    submit_request,
)
from scheduler.workflows.drafts import see_roster
from scheduler.workflows.forecast_week import see_week
from scheduler.workflows.samples import CaseFolders
from scheduler.workflows.stored_roster import FILES, file_of, rosters_in_week, see_stored

ROSTERS = Path(__file__).resolve().parents[2] / "rosters"
MANAGER = User(name="Mo", role=Role.MANAGER)
TINY_WEEK = date(2026, 2, 23)
DEMO_WEEK = date(2003, 10, 27)
NOW = datetime(2026, 2, 18, 9, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(rosters=ROSTERS, out=tmp_path / "out", workers=1, nice=0)


@pytest.fixture
def quiet(database: Database) -> Iterator[Database]:
    """An empty book for whose jobs nothing runs on when a test is over."""
    yield database
    with database.writing() as connection:
        for job in active_jobs(connection):
            ask_to_end(connection, job.job_id, at=NOW)
    for process in list(_STARTED):
        process.wait(60)
        _STARTED.remove(process)
    for thread in threading.enumerate():
        if thread.name.startswith("await job"):
            thread.join(60)


@pytest.fixture
def book(quiet: Database, tmp_path: Path) -> Database:
    """A book with a tiny team and the sample."""
    chosen = tmp_path / "rosters"
    chosen.mkdir()
    for name in ("tiny", "demo"):
        (chosen / name).symlink_to(ROSTERS / name)
    CaseFolders(quiet, chosen, max_bytes=50_000_000).follow(NOW)
    return quiet


_STARTED: list[subprocess.Popen[bytes]] = []


@pytest.fixture(autouse=True)
def note_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    class Noted(subprocess.Popen):  # type: ignore[type-arg]  # bytes
        def __init__(self, *words: object, **more: object) -> None:
            super().__init__(*words, **more)  # type: ignore[call-overload]  # handed on
            _STARTED.append(self)

    monkeypatch.setattr(jobs.subprocess, "Popen", Noted)


def tiny(**changes: object) -> Request:
    values = {"kind": "roster", "team": "tiny", "week": TINY_WEEK, "user": MANAGER}
    return Request(**(values | {"seconds": 5.0, "workers": 1} | changes))  # type: ignore[arg-type]  # tests mix freely


def long_one() -> Request:
    return tiny(team="demo", week=DEMO_WEEK, seconds=300.0)


def submit(settings: Settings, book: Database, request: Request) -> int:
    now = datetime.now(UTC)
    return submit_request(book, request, now=now, start=lambda: start_waiting(settings, book))


def queue_up(book: Database, request: Request) -> int:
    """Queue a job that nobody starts."""
    return submit_request(book, request, now=NOW, start=lambda: None)


def cancel(settings: Settings, book: Database, job_id: int) -> None:
    def start() -> None:
        start_waiting(settings, book)

    cancel_request(MANAGER, book, job_id, now=datetime.now(UTC), start=start)


def look(book: Database, job_id: int) -> Job:
    return see_job(MANAGER, book, job_id)


def await_job(book: Database, job_id: int, until: str = "ended") -> Job:
    end = time.monotonic() + 90
    pause = threading.Event()
    while time.monotonic() < end:
        job = look(book, job_id)
        if not job.active:
            return job
        if until == "found" and job.progress is not None and job.progress.solutions:
            return job
        pause.wait(0.1)
    raise AssertionError(f"job {job_id}: {look(book, job_id)}")


def test_a_solve_ends_done_with_a_draft_in_the_book(settings: Settings, book: Database) -> None:
    job = await_job(book, submit(settings, book, tiny()))
    assert (job.status, job.words) == ("done", "")
    assert job.started is not None
    assert job.ended is not None
    assert job.created <= job.started <= job.ended
    assert job.roster_id is not None
    stored = see_stored(MANAGER, book, job.roster_id)
    assert stored.booked.state == "draft"
    assert stored.numbers["status"] == "optimal"
    # Two agents all day on five days: ten shifts of eight hours, whoever works them.
    assert len(stored.shifts) == 10
    assert {shift.start.astimezone(UTC).hour for shift in stored.shifts} == {9}
    assert result_of(MANAGER, book, job.job_id) is None
    for name in FILES:
        assert file_of(MANAGER, book, job.roster_id, name)
    (line,) = rosters_in_week(MANAGER, book, "tiny", TINY_WEEK)
    assert (line.roster_id, line.made_by) == (job.roster_id, "Mo")


def test_locks_are_kept_and_stand_with_the_draft(settings: Settings, book: Database) -> None:
    off = tuple(Pin(agent_id="ana", day=TINY_WEEK + timedelta(days=n), shift="") for n in range(2))
    job = await_job(book, submit(settings, book, tiny(locks=off)))
    assert job.roster_id is not None
    stored = see_stored(MANAGER, book, job.roster_id)
    assert set(stored.locks) == set(off)
    days = {shift.day for shift in stored.shifts if shift.agent_id == "ana"}
    assert days.isdisjoint(pin.day for pin in off)


def test_a_comparison_is_a_document_and_no_roster(settings: Settings, book: Database) -> None:
    job = await_job(book, submit(settings, book, tiny(kind="what_if")))
    assert (job.status, job.roster_id) == ("done", None)
    result = result_of(MANAGER, book, job.job_id)
    assert result is not None
    assert result["numbers"]["status"] == "optimal"
    assert result["agents"] in (2, 3)
    assert len(result["coverage"]) > 0
    assert rosters_in_week(MANAGER, book, "tiny", TINY_WEEK) == ()


def test_a_forecast_is_kept_until_the_team_changes(settings: Settings, book: Database) -> None:
    assert see_week(MANAGER, book, "tiny", TINY_WEEK) is None
    job = await_job(book, submit(settings, book, tiny(kind="forecast")))
    assert (job.status, job.roster_id) == ("done", None)
    seen = see_week(MANAGER, book, "tiny", TINY_WEEK)
    assert seen is not None
    # Six calls an hour at any time of its eight hours, all five days.
    assert seen.plan.forecast.offered.sum() == pytest.approx(6 * 8 * 5, rel=0.01)
    assert seen.models["phone"] not in ("", "file")
    team = open_team(MANAGER, book, "tiny")
    changed = {"time_off.csv": b"agent_id,start,end,kind\nben,2026-03-02,2026-03-03,leave\n"}
    change_setup(MANAGER, book, "tiny", changed, seen=team.setup, now=NOW)
    assert see_week(MANAGER, book, "tiny", TINY_WEEK) is None


def test_a_forecast_does_not_wait_for_solves(book: Database) -> None:
    solve, other = queue_up(book, tiny()), queue_up(book, tiny(kind="what_if"))
    first, second = (queue_up(book, tiny(kind="forecast")) for _ in range(2))
    with book.writing() as connection:
        claimed = [claim_job(connection, most=1, at=NOW) for _ in range(4)]
        assert claimed == [first, solve, None, None]
        assert end_job(connection, first, "done", at=NOW)
        assert claim_job(connection, most=1, at=NOW) == second
        assert claim_job(connection, most=2, at=NOW) == other


def test_jobs_wait_their_turn_and_a_cancelled_one_keeps_its_best(
    settings: Settings, book: Database
) -> None:
    long_id = submit(settings, book, long_one())
    waiting, dropped = (submit(settings, book, tiny()) for _ in range(2))
    assert [look(book, each).status for each in (long_id, waiting, dropped)] == [
        "running",
        "queued",
        "queued",
    ]
    cancel(settings, book, dropped)
    assert look(book, dropped).status == "cancelled"

    seen = await_job(book, long_id, until="found")
    assert seen.elapsed_s(datetime.now(UTC)) > 0
    cancel(settings, book, long_id)
    stopped = await_job(book, long_id)
    assert stopped.status == "cancelled"
    assert stopped.elapsed_s(datetime.now(UTC)) < 120
    assert stopped.roster_id is not None
    assert see_roster(MANAGER, book, stopped.roster_id).origin.result["status"] == "feasible"

    # Whoever started the one that ended has started the next; the dropped one never ran.
    assert await_job(book, waiting).status == "done"
    assert look(book, dropped).started is None


def test_a_job_whose_process_was_killed_is_lost_at_once(settings: Settings, book: Database) -> None:
    job_id = submit(settings, book, long_one())
    os.kill(_STARTED[-1].pid, signal.SIGKILL)
    job = await_job(book, job_id)
    assert job.status == "lost"
    assert "process ended" in job.words


def test_a_job_whose_server_is_gone_too_is_lost_when_it_has_been_silent(book: Database) -> None:
    first, second = queue_up(book, tiny()), queue_up(book, tiny())
    with book.writing() as connection:
        assert claim_job(connection, most=1, at=NOW) == first
        assert claim_job(connection, most=1, at=NOW + SILENCE / 2) is None
        assert not beat(connection, first, None, at=NOW + SILENCE / 2)
        assert claim_job(connection, most=1, at=NOW + SILENCE) is None
        assert claim_job(connection, most=1, at=NOW + 2 * SILENCE) == second
    assert look(book, second).status == "running"
    lost = look(book, first)
    assert (lost.status, lost.ended) == ("lost", NOW + 2 * SILENCE)


def test_what_a_job_gives_is_kept_once_and_with_its_end(book: Database) -> None:
    job_id = queue_up(book, tiny())

    def solve() -> None:
        carry_out(
            tiny(),
            book,
            job_id,
            clock=lambda: NOW,
            progress=lambda _: None,
            cancelled=lambda: False,
            replications=10,
        )

    with book.writing() as connection:
        claim_job(connection, most=1, at=NOW)
        claim_job(connection, most=1, at=NOW + 2 * SILENCE)
    assert look(book, job_id).status == "lost"
    solve()  # it was only silent
    assert look(book, job_id).status == "done"
    with pytest.raises(Conflict):
        solve()
    assert len(rosters_in_week(MANAGER, book, "tiny", TINY_WEEK)) == 1


def test_a_team_with_faults_fails_in_words(
    settings: Settings, quiet: Database, tmp_path: Path
) -> None:
    folder = tmp_path / "rosters" / "tiny"
    folder.mkdir(parents=True)
    for path in (ROSTERS / "tiny").iterdir():
        (folder / path.name).write_bytes(path.read_bytes().replace(b"Europe/L", b"Europe/N"))
    CaseFolders(quiet, folder.parent, max_bytes=10_000_000).follow(NOW)
    job = await_job(quiet, submit(settings, quiet, tiny()))
    assert job.status == "failed"
    assert "agents.csv, row 2" in job.words
    assert "Traceback" not in job.words


def test_a_fault_of_the_program_fails_with_a_pointer_to_the_log(
    settings: Settings, book: Database
) -> None:
    job_id = queue_up(book, tiny())
    with book.writing() as connection:
        # A request that no page could write: the reader of it stumbles.
        row = booked_jobs(connection, open_team(MANAGER, book, "tiny").team_id, "roster", TINY_WEEK)
        assert row[0].job_id == job_id
        connection.exec_driver_sql("UPDATE job SET request = '{}'")
    start_waiting(settings, book)
    end = time.monotonic() + 60
    while time.monotonic() < end and not log_of(settings, job_id).exists():
        threading.Event().wait(0.1)
    _STARTED[-1].wait(60)
    assert "Traceback" in log_of(settings, job_id).read_text()
    with book.reading() as connection:
        (job,) = booked_jobs(
            connection, open_team(MANAGER, book, "tiny").team_id, "roster", TINY_WEEK
        )
    assert job.state == "failed"
    assert f"log of job {job_id}" in job.words


def test_old_comparisons_make_room(book: Database) -> None:
    keys = [queue_up(book, tiny(kind="what_if")) for _ in range(5)]
    team_id = open_team(MANAGER, book, "tiny").team_id
    with book.writing() as connection:
        for key in keys[:4]:
            claim_job(connection, most=9, at=NOW)
            assert end_job(connection, key, "done", at=NOW, result={"n": key})
        forget_old_jobs(connection, team_id, "what_if", kept=2)
        left = booked_jobs(connection, team_id, "what_if", TINY_WEEK)
        assert [job.job_id for job in left] == [keys[4], keys[3], keys[2]]
        assert job_result(connection, keys[3]) == {"n": keys[3]}


def test_unknown_jobs_are_no_jobs(settings: Settings, book: Database) -> None:
    with pytest.raises(KeyError):
        look(book, 99)
    with pytest.raises(KeyError):
        cancel(settings, book, 99)
    with pytest.raises(InputError, match="team"):
        submit(settings, book, tiny(team="nobody"))


def test_a_week_is_kept_as_its_monday(book: Database) -> None:
    queue_up(book, tiny(week=date(2026, 3, 1)))
    (job,) = jobs_of(MANAGER, book, "tiny", "roster", TINY_WEEK)
    assert job.request == tiny()


def test_a_setup_changed_meanwhile_is_the_next_solves(book: Database) -> None:
    """A job opens the team when it starts, not when it was asked for."""
    files = {"agents.csv": (ROSTERS / "tiny" / "agents.csv").read_bytes() + b""}
    job_id = queue_up(book, tiny())
    change_setup(MANAGER, book, "tiny", files, seen=1, now=NOW)
    with book.writing() as connection:
        claim_job(connection, most=1, at=NOW)
    carry_out(
        tiny(),
        book,
        job_id,
        clock=lambda: NOW,
        progress=lambda _: None,
        cancelled=lambda: False,
        replications=10,
    )
    job = look(book, job_id)
    assert job.roster_id is not None
    assert see_roster(MANAGER, book, job.roster_id).origin.setup_version == 2


@pytest.mark.parametrize(
    ("role", "kind", "allowed"),
    [
        (Role.MANAGER, "roster", True),
        (Role.MANAGER, "what_if", True),
        (Role.PLANNER, "roster", False),
        (Role.PLANNER, "what_if", True),
        (Role.PLANNER, "forecast", True),
        (Role.AGENT, "forecast", False),
        (Role.AGENT, "roster", False),
        (Role.AGENT, "what_if", False),
    ],
)
@pytest.mark.parametrize("team", [EVERY_TEAM, "tiny", "demo"])
def test_only_who_may_can_ask_for_a_solve_or_see_one(
    book: Database, role: Role, kind: str, allowed: bool, team: str
) -> None:
    user = User(name="X", role=role, agent_id="ana", team=team)
    key = queue_up(book, tiny(kind=kind))
    request = tiny(user=user, kind=kind)
    if allowed and team != "demo":
        assert queue_up(book, request) > key
        cancel_request(user, book, key, now=NOW, start=lambda: None)
        return
    with pytest.raises(AccessDenied):
        queue_up(book, request)
    with pytest.raises(AccessDenied):
        cancel_request(user, book, key, now=NOW, start=lambda: None)
    if role is Role.AGENT or team == "demo":
        with pytest.raises(AccessDenied):
            see_job(user, book, key)
        with pytest.raises(AccessDenied):
            jobs_of(user, book, "tiny", tiny(kind=kind).kind, TINY_WEEK)
        with pytest.raises(AccessDenied):
            result_of(user, book, key)
