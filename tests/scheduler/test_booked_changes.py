"""``callboard book change``, ``import-history``, ``repair``: the book changed at the terminal."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from book_terminal import Terminal

from scheduler.access import Role, User
from scheduler.workflows.book import open_team
from scheduler.workflows.setup_versions import case_workbook, versions_of

TINY = Path(__file__).resolve().parents[2] / "rosters" / "tiny"
ADA = User(name="Ada", role=Role.ADMINISTRATOR)
CALLS = (
    "line,datetime (tz offset incl.),number timezone,datetime (UTC),direction,answered,"
    "missed_call_reason,user,duration (total),duration (in call)\n"
    "Care,2026-02-23 09:00:10,UTC,2026-02-23 09:00:10,inbound,Yes,,Ann,200,180\n"
)


@pytest.fixture
def terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Terminal:
    made = Terminal(monkeypatch, capsys, tmp_path)
    made.ask("team", "add", "tiny")
    return made


def test_a_set_up_is_changed_by_a_folder_or_a_workbook(terminal: Terminal, tmp_path: Path) -> None:
    folder, book = tmp_path / "changed", tmp_path / "tiny.xlsx"
    shutil.copytree(TINY, folder)
    book.write_bytes(case_workbook(ADA, terminal.database, "tiny"))
    toml = folder / "case.toml"
    toml.write_text(toml.read_text().replace("max_hours_week = 40", "max_hours_week = 38"))
    told = ("book", "change", "tiny", str(folder))
    done = terminal.ask(*told, "--preview")
    assert (done["version"], len(done["changes"])) == (1, 1)
    assert terminal.ask(*told, "--reason", "New law.")["version"] == 2
    assert terminal.run(*told) == ("Nothing changes; tiny is at version 2.\n", 0)
    words = "  · contracts, full-time: max_hours_week 38 → 40\nSaved; tiny is at version 3.\n"
    assert terminal.run("book", "change", "tiny", str(book)) == (words, 0)
    newest, older, _ = versions_of(ADA, terminal.database, "tiny")
    assert (older.reason, newest.reason) == ("New law.", str(book))
    toml.write_text(toml.read_text().replace("max_hours_week = 38", "max_hours_week = -1"))
    text, code = terminal.run(*told)
    assert code == 2
    assert "max_hours_week" in text
    assert terminal.run("book", "change", "none", str(folder))[1] == 2
    assert terminal.run("book", "change", "tiny", str(tmp_path / "nowhere"))[1] == 2


def test_history_comes_in_once(terminal: Terminal, tmp_path: Path) -> None:
    export = tmp_path / "calls.csv"
    export.write_text(CALLS)
    told = ("book", "import-history", "tiny", str(export), "--queue", "Care=phone")
    done = terminal.ask(*told)
    assert (done["import"], done["known"]) == (2, False)
    assert terminal.ask(*told)["known"] is True
    assert "The book knew this already, as import 2" in terminal.run(*told)[0]
    history = open_team(ADA, terminal.database, "tiny").case.history
    assert history is not None
    assert history.grid.end.date() >= date(2026, 2, 23)
    export.write_text("a,b\n1,2\n")
    assert terminal.run(*told)[1] == 2


def test_a_published_roster_is_mended_in_the_book(terminal: Terminal) -> None:
    terminal.ask("book", "draft", "tiny", "--seconds", "20", "--replications", "10")
    terminal.ask("book", "publish", "1", "--note", "Week 9.")
    assert terminal.run("book", "repair", "1")[1] == 2
    assert terminal.run("book", "repair", "1", "--absent", "ana")[1] == 2
    assert terminal.run("book", "repair", "1", "--absent", "zoe=2026-02-24")[1] == 2
    assert terminal.run("book", "repair", "9", "--absent", "ana=2026-02-24")[1] == 2
    off = ("--absent", "ana=2026-02-23..2026-02-27", "--reason", "Flu.")
    done = terminal.ask("book", "repair", "1", *off)
    assert (done["roster"], done["status"]) == (2, "optimal")
    newest, *_ = versions_of(ADA, terminal.database, "tiny")
    assert newest.reason == "Flu."
    (time_off,) = (
        off
        for off in open_team(ADA, terminal.database, "tiny").case.team.time_off
        if off.agent_id == "ana"
    )
    assert time_off.kind == "sick"
