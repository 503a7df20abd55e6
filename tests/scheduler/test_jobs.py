from __future__ import annotations

import fcntl
import os
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from scheduler import jobs
from scheduler.access import Role, User
from scheduler.config import Settings
from scheduler.errors import AccessDenied, InputError
from scheduler.jobs import Job, State, cancel, list_jobs, read_job, submit
from scheduler.workflows.desk import Request, open_case, submit_request
from scheduler.workflows.results import current_folder, current_mondays, read_result

ROSTERS = Path(__file__).resolve().parents[2] / "rosters"
MANAGER = User(name="Mo", role=Role.MANAGER)
TINY_WEEK = date(2026, 2, 23)
DEMO_WEEK = date(2003, 10, 27)


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    made = Settings(rosters=ROSTERS, out=tmp_path / "out", workers=1)
    yield made
    for job in list_jobs(made):
        if job.active:
            cancel(made, job.job_id)
    for job in list_jobs(made):
        await_process(made, job.job_id)


def tiny(**changes: object) -> Request:
    values = {"kind": "roster", "case": "tiny", "week": TINY_WEEK, "user": MANAGER, "seconds": 5.0}
    return Request(**(values | changes))  # type: ignore[arg-type]  # tests mix freely


def long_one() -> Request:
    return tiny(case="demo", week=DEMO_WEEK, seconds=300.0)


def folder_of(settings: Settings, job_id: str) -> Path:
    return settings.out / "jobs" / job_id


def await_process(settings: Settings, job_id: str) -> None:
    """Wait for the lock that a job's process holds for as long as it lives."""
    alive = folder_of(settings, job_id) / "alive"
    if alive.exists():
        with alive.open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)


def ended(settings: Settings, job_id: str) -> Job:
    await_process(settings, job_id)
    return read_job(settings, job_id)


def await_first_roster(settings: Settings, job_id: str) -> Job:
    end = time.monotonic() + 60
    pause = threading.Event()
    while time.monotonic() < end:
        job = read_job(settings, job_id)
        assert job.state.status == "running"
        if job.progress is not None and job.progress.solutions:
            return job
        pause.wait(0.1)
    raise AssertionError("no roster within a minute")


def test_a_solve_ends_done_and_becomes_the_weeks_roster(settings: Settings) -> None:
    job = ended(settings, submit(settings, tiny()))
    assert job.state.status == "done"
    assert job.state.words == ""
    assert job.state.started is not None
    assert job.state.ended is not None
    assert job.state.created <= job.state.started <= job.state.ended
    folder = current_folder(settings.out, "tiny", TINY_WEEK)
    result = read_result(MANAGER, folder, case="tiny")
    assert result is not None
    assert result.folder == job.result.resolve()
    assert result.numbers["status"] == "optimal"
    # Two agents all day on five days: ten shifts of eight hours, whoever works them.
    assert result.shifts is not None
    assert len(result.shifts) == 10
    assert {shift.start.astimezone(UTC).hour for shift in result.shifts} == {9}
    assert {path.name for path in result.calendars()} == {"ana.ics", "ben.ics", "cleo.ics"}
    assert current_mondays(settings.out, "tiny") == [TINY_WEEK]


def test_a_newer_roster_takes_the_name_and_the_older_one_stays_whole(settings: Settings) -> None:
    first = ended(settings, submit(settings, tiny()))
    second = ended(settings, submit(settings, tiny(seed=7)))
    folder = current_folder(settings.out, "tiny", TINY_WEEK)
    assert folder.resolve() == second.result.resolve()
    assert (first.result / "roster.csv").exists()
    assert [job.job_id for job in list_jobs(settings)] == [second.job_id, first.job_id]


def test_a_comparison_never_becomes_the_weeks_roster(settings: Settings) -> None:
    job = ended(settings, submit(settings, tiny(kind="what_if")))
    assert job.state.status == "done"
    assert (job.result / "roster.csv").exists()
    assert current_mondays(settings.out, "tiny") == []


def test_jobs_wait_their_turn_and_a_cancelled_one_keeps_its_best(settings: Settings) -> None:
    long_id = submit(settings, long_one())
    waiting, dropped = submit(settings, tiny()), submit(settings, tiny())
    assert [job.state.status for job in list_jobs(settings)] == ["queued", "queued", "running"]
    cancel(settings, dropped)
    assert read_job(settings, dropped).state.status == "cancelled"

    seen = await_first_roster(settings, long_id)
    assert seen.elapsed_s(datetime.now(UTC)) > 0
    cancel(settings, long_id)
    stopped = ended(settings, long_id)
    assert stopped.state.status == "cancelled"
    assert stopped.elapsed_s(datetime.now(UTC)) < 120
    result = read_result(MANAGER, stopped.result, case=stopped.request.case)
    assert result is not None
    assert result.numbers["status"] == "feasible"
    assert result.shifts

    # The process that ended has started the next one; the dropped one never ran.
    assert ended(settings, waiting).state.status == "done"
    assert not (folder_of(settings, dropped) / "alive").exists()


def test_a_job_whose_process_was_killed_is_lost(settings: Settings) -> None:
    job_id = submit(settings, long_one())
    assert read_job(settings, job_id).state.status == "running"
    os.kill(int((folder_of(settings, job_id) / "alive").read_text()), signal.SIGKILL)
    job = ended(settings, job_id)
    assert job.state.status == "lost"
    assert "process ended" in job.state.words
    assert not job.active


def test_a_job_that_is_being_started_is_never_taken_for_lost(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def watch(folder: Path, state: State) -> None:
        write_state(folder, state)
        seen.append(read_job(settings, folder.name).state.status)

    write_state = jobs._write_state
    monkeypatch.setattr(jobs, "_write_state", watch)
    job_id = submit(settings, tiny())
    monkeypatch.undo()
    assert seen == ["queued", "running"]
    assert ended(settings, job_id).state.status == "done"


def test_a_case_with_faults_fails_in_words(tmp_path: Path) -> None:
    settings = Settings(rosters=tmp_path / "rosters", out=tmp_path / "out", workers=1)
    shutil.copytree(ROSTERS / "tiny", settings.rosters / "tiny")
    agents = settings.rosters / "tiny" / "agents.csv"
    agents.write_text(agents.read_text().replace("Europe/London", "Europe/Lodnon"))
    job = ended(settings, submit(settings, tiny()))
    assert job.state.status == "failed"
    assert "agents.csv, row 2" in job.state.words
    assert "Lodnon" in job.state.words
    assert "Traceback" not in job.state.words


def test_a_fault_of_the_program_fails_with_a_pointer_to_the_log(settings: Settings) -> None:
    settings.out.mkdir()
    (settings.out / "current").write_text("a file where a folder should be")
    job = ended(settings, submit(settings, tiny()))
    assert job.state.status == "failed"
    assert job.job_id in job.state.words
    assert "Traceback" in (folder_of(settings, job.job_id) / "log.txt").read_text()


def test_unknown_jobs_are_no_jobs(settings: Settings) -> None:
    for name in ("nothing", "../../etc", ""):
        with pytest.raises(KeyError):
            read_job(settings, name)
        with pytest.raises(KeyError):
            cancel(settings, name)


@pytest.mark.parametrize("name", ["../tiny", "/etc", "", ".", "..", "a/b", "a\\b", ".hidden"])
def test_a_cases_name_leads_nowhere_else(name: str) -> None:
    with pytest.raises(InputError):
        tiny(case=name)


def test_a_week_is_kept_as_its_monday() -> None:
    assert tiny(week=date(2026, 3, 1)).week == TINY_WEEK


@pytest.mark.parametrize(
    ("role", "kind", "allowed"),
    [
        (Role.MANAGER, "roster", True),
        (Role.MANAGER, "what_if", True),
        (Role.PLANNER, "roster", False),
        (Role.PLANNER, "what_if", True),
        (Role.AGENT, "roster", False),
        (Role.AGENT, "what_if", False),
    ],
)
def test_only_who_may_can_ask_for_a_solve(role: Role, kind: str, allowed: bool) -> None:
    asked: list[Request] = []

    def note(request: Request) -> str:
        asked.append(request)
        return "id"

    request = tiny(user=User(name="X", role=role, agent_id="ana"), kind=kind)
    if allowed:
        assert submit_request(request, note) == "id"
    else:
        with pytest.raises(AccessDenied):
            submit_request(request, note)
    assert bool(asked) is allowed


def test_an_unchanged_case_is_read_once_and_a_changed_one_anew(tmp_path: Path) -> None:
    settings = Settings(rosters=tmp_path, out=tmp_path / "out")
    shutil.copytree(ROSTERS / "tiny", tmp_path / "tiny")
    first = open_case(settings, "tiny")
    assert open_case(settings, "tiny") is first
    toml = tmp_path / "tiny" / "case.toml"
    toml.write_text(toml.read_text().replace("Six calls", "Half a dozen calls"))
    assert open_case(settings, "tiny").sentence.startswith("Half a dozen")
