"""Attendance and hours of a published week, on both databases and at every door."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from book_week import (
    ADA,
    ANA,
    BEN,
    MIA,
    MONDAY,
    NAME,
    NOW,
    OTHER,
    PAT,
    a_known_draft,
    a_team,
    put_out,
)

from scheduler import cli
from scheduler.errors import AccessDenied, Conflict, InputError
from scheduler.store.audit import deeds, first_broken
from scheduler.store.database import Database
from scheduler.store.migrate import upgrade
from scheduler.workflows.attendance import Seen, attendance_of, mark_attendance
from scheduler.workflows.book import change_setup, open_team
from scheduler.workflows.hours import hours_for_payroll

SUNDAY = MONDAY + timedelta(days=6)
LATER = datetime(2026, 2, 28, 18, tzinfo=UTC)


@pytest.fixture
def week(database: Database) -> Database:
    """Ana and Ben from Monday to Wednesday, Ben and Cleo on Thursday and Friday, 9 to 17."""
    a_team(database)
    put_out(database, a_known_draft(database))
    return database


def test_the_manager_marks_and_agents_see_their_own_without_notes(week: Database) -> None:
    late = Seen(kind="present", came_at=datetime(2026, 2, 23, 9, 30, tzinfo=UTC), note="bus")
    done = mark_attendance(MIA, week, NAME, "ana", MONDAY, late, now=LATER)
    assert (done.version, done.mark.words) == (1, "late")
    with pytest.raises(Conflict):
        mark_attendance(MIA, week, NAME, "ana", MONDAY, Seen(kind="sick"), now=LATER)
    sick = Seen(kind="sick", note="a private matter")
    assert mark_attendance(MIA, week, NAME, "ana", MONDAY, sick, seen=1, now=LATER).version == 2
    mark_attendance(MIA, week, NAME, "ben", MONDAY, Seen(kind="no_show"), now=LATER)
    everybody = attendance_of(MIA, week, NAME, MONDAY, SUNDAY)
    assert [(each.mark.agent_id, each.mark.kind, each.version) for each in everybody] == [
        ("ana", "sick", 2),
        ("ben", "no_show", 1),
    ]
    (own,) = attendance_of(ANA, week, NAME, MONDAY, SUNDAY, agent_id="ana")
    assert (own.mark.kind, own.mark.note) == ("sick", "")
    for user, whose in ((ANA, "ben"), (ANA, None), (BEN, "ana"), (PAT, "ana"), (OTHER, None)):
        with pytest.raises(AccessDenied):
            attendance_of(user, week, NAME, MONDAY, SUNDAY, agent_id=whose)
    for user in (ANA, PAT, OTHER):
        with pytest.raises(AccessDenied):
            mark_attendance(user, week, NAME, "ana", MONDAY, Seen(kind="sick"), now=LATER)
    with week.reading() as connection:
        told = [deed for _, deed in deeds(connection) if deed.what == "mark attendance"]
        assert "private" not in str(told)
        assert told[0].subject == "ana 2026-02-23 day"
        assert first_broken(connection) is None


def test_only_a_published_shift_that_has_begun_is_marked(week: Database) -> None:
    for agent_id, day, now in (
        ("ana", MONDAY + timedelta(days=3), LATER),  # Ana is free
        ("zoe", MONDAY, LATER),
        ("ana", MONDAY, NOW),  # not begun
    ):
        with pytest.raises(InputError):
            mark_attendance(MIA, week, NAME, agent_id, day, Seen(kind="sick"), now=now)
    with pytest.raises(InputError):
        attendance_of(MIA, week, NAME, SUNDAY, MONDAY)


def test_hours_are_those_of_the_book(week: Database) -> None:
    late = Seen(kind="present", came_at=datetime(2026, 2, 23, 9, 30, tzinfo=UTC))
    mark_attendance(MIA, week, NAME, "ana", MONDAY, late, now=LATER)
    mark_attendance(MIA, week, NAME, "ben", MONDAY, Seen(kind="sick"), now=LATER)
    found = {
        each.agent_id: each
        for each in hours_for_payroll(MIA, week, NAME, MONDAY, SUNDAY, now=LATER)
    }
    told = {key: (h.rostered / 60, h.worked / 60, h.late, h.sick) for key, h in found.items()}
    assert told == {"ana": (24, 23.5, 30, 0), "ben": (40, 32, 0, 480), "cleo": (16, 16, 0, 0)}
    only = hours_for_payroll(MIA, week, NAME, SUNDAY, SUNDAY, now=LATER)
    assert {each.rostered for each in only} == {0}
    for user in (ANA, PAT, OTHER):
        with pytest.raises(AccessDenied):
            hours_for_payroll(user, week, NAME, MONDAY, SUNDAY, now=LATER)
    with week.reading() as connection:
        assert [deed.who for _, deed in deeds(connection) if deed.what == "export hours"] == [
            MIA.who
        ] * 2


def test_contracts_by_date_and_people_who_are_gone_count(week: Database) -> None:
    team = open_team(ADA, week, NAME)
    agents = (
        "id,name,timezone,country,contract,skills,left,contract_changes\n"
        "ana,Ana,Europe/London,GB,full-time,phone,2026-02-25,\n"
        "ben,Ben,Europe/Paris,FR,full-time,phone,,2026-02-26=few\n"
    )
    toml = (Path(__file__).resolve().parents[3] / "rosters" / "tiny" / "case.toml").read_text()
    toml += '\n[[contracts]]\nname = "few"\nmax_hours_week = 20\nnormal_hours_week = 20\n'
    change_setup(
        ADA,
        week,
        NAME,
        {
            "agents.csv": agents.encode(),
            "case.toml": toml.replace(
                "max_hours_week = 40", "max_hours_week = 40\nnormal_hours_week = 34"
            ).encode(),
            "requests.csv": b"agent_id,date,shift,kind\n",
        },
        seen=team.setup,
        now=LATER,
    )
    found = {
        each.agent_id: each
        for each in hours_for_payroll(MIA, week, NAME, MONDAY, SUNDAY, now=LATER)
    }
    # Three sevenths of 34 and four of 20 are 26 hours; Ben is rostered for 40.
    assert found["ben"].overtime == {"weekday": 14 * 60, "weekend": 0, "holiday": 0}
    assert found["ben"].contracts == ("full-time", "few")
    # Cleo is no longer in the team; what was published counts all the same.
    assert found["cleo"].worked == 16 * 60
    # After Ana's last day there is nothing of hers.
    later = hours_for_payroll(MIA, week, NAME, date(2026, 2, 26), SUNDAY, now=LATER)
    assert {each.agent_id for each in later} == {"ben", "cleo"}


def test_the_terminal_marks_lists_and_adds_up(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    book = Database(f"sqlite:///{tmp_path}/book.sqlite")
    upgrade(book)
    a_team(book)
    put_out(book, a_known_draft(book))
    book.close()
    monkeypatch.setenv("CALLBOARD_BOOK", str(tmp_path / "book.sqlite"))

    def run(*words: str) -> str:
        monkeypatch.setattr("sys.argv", ["callboard", "book", *words])
        with pytest.raises(SystemExit) as end:
            cli.main()
        told = capsys.readouterr()
        assert not end.value.code, told.err
        return told.out

    span = ("--from", "2026-02-23", "--to", "2026-03-01")
    assert "late" in run(
        "mark", NAME, "ana", "2026-02-23", "present", "--came", "2026-02-23T10:00Z"
    )
    done = json.loads(run("mark", NAME, "ana", "2026-02-23", "no_show", "--note", "x", "--json"))
    assert (done["version"], done["mark"]) == (2, "no-show")
    assert "no-show" in run("marks", NAME, *span)
    told = json.loads(run("hours", NAME, *span, "--json"))["hours"]
    assert [(row["agent_id"], row["no_show_hours"]) for row in told] == [
        ("ana", 8.0),
        ("ben", 0.0),
        ("cleo", 0.0),
    ]
    for name in ("hours.csv", "hours.xlsx"):
        run("hours", NAME, *span, "--out", str(tmp_path / name))
        assert (tmp_path / name).stat().st_size > 300
