"""``callboard account``, ``team``, ``backup``, ``restore`` and ``doctor``: what they do."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import pytest

from scheduler import cli
from scheduler.store.audit import deeds
from scheduler.store.database import Database


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "books" / "book.sqlite"
    monkeypatch.setenv("CALLBOARD_BOOK", str(path))
    monkeypatch.chdir(Path(__file__).resolve().parents[2])
    return path


class Terminal:
    """Runs verbs and reads what they print."""

    def __init__(self, capsys: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch) -> None:
        self._capsys = capsys
        self._patch = patch

    def run(self, command: str) -> tuple[int, str, str]:
        self._patch.setattr("sys.argv", ["callboard", *shlex.split(command)])
        with pytest.raises(SystemExit) as end:
            cli.main()
        out, err = self._capsys.readouterr()
        return int(end.value.code or 0), out, err

    def told(self, command: str) -> Any:
        code, out, err = self.run(f"{command} --json")
        assert (code, err) == (0, "")
        return json.loads(out)


@pytest.fixture
def terminal(
    book: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Terminal:
    return Terminal(capsys, monkeypatch)


def test_a_team_and_its_people_come_into_the_book(terminal: Terminal, book: Path) -> None:
    assert terminal.told("team add tiny")["team"] == "tiny"
    given = terminal.told("account add Mia --role manager --team tiny --name 'Mia M.'")
    assert given["login"] == "mia"
    assert len(given["one_time_password"]) == 19
    terminal.told("account add ana --role agent --team tiny --agent ana")
    terminal.told("account change mia --role planner --off --reason 'has left'")
    rows = {row["login"]: row for row in terminal.told("account list")["accounts"]}
    assert rows["mia"] == {
        "login": "mia",
        "name": "Mia M.",
        "role": "planner",
        "team": "tiny",
        "agent": None,
        "state": "switched off",
    }
    assert rows["ana"]["agent"] == "ana"
    other = terminal.told("account reset mia")["one_time_password"]
    assert other != given["one_time_password"]
    database = Database(f"sqlite:///{book}")
    with database.reading() as connection:
        written = str(list(deeds(connection)))
    database.close()
    assert "has left" in written
    assert given["one_time_password"] not in written
    assert other not in written


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("account add x --role manager --team nowhere", "a team of the book"),
        ("account add x --role agent", "the agent's team"),
        ("account reset nobody", "an account's login"),
        ("account change nobody --off", "an account's login"),
        ("team add rosters/tiny/case.toml", "a case folder"),
    ],
)
def test_what_cannot_be_is_told(terminal: Terminal, command: str, words: str) -> None:
    code, out, err = terminal.run(command)
    assert (code, out) == (2, "")
    assert words in err


def test_the_last_administrator_is_not_switched_off(terminal: Terminal) -> None:
    terminal.told("account add ada --role administrator")
    code, _, err = terminal.run("account change ada --off")
    assert code == 2
    assert "nobody would be left" in err


def test_without_a_book_there_are_no_accounts(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CALLBOARD_BOOK")
    code, _, err = terminal.run("account list")
    assert code == 2
    assert "CALLBOARD_BOOK" in err


def test_a_backup_comes_back_where_there_is_nothing(
    terminal: Terminal, book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal.told("account add ada --role administrator")
    file = tmp_path / "book.zip"
    made = terminal.told(f"backup {file}")
    assert made["rows"]["account"] == 1
    code, _, err = terminal.run(f"restore {file}")
    assert code == 2
    assert "an empty book" in err
    monkeypatch.setenv("CALLBOARD_BOOK", str(tmp_path / "new.sqlite"))
    assert terminal.told(f"restore {file}")["rows"] == made["rows"]
    (row,) = terminal.told("account list")["accounts"]
    assert row["login"] == "ada"
    code, out, _ = terminal.run("doctor --json")
    assert code == 0
    assert json.loads(out)["good"]


def test_the_doctor_tells_what_is_wrong(
    terminal: Terminal, book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, out, _ = terminal.run("doctor --json")
    told = {row["what"]: row for row in json.loads(out)["findings"]}
    assert code == 1
    assert "no file" in told["settings"]["words"]
    assert not book.exists()  # looking makes none
    assert terminal.told("migrate")["before"] is None
    code, out, _ = terminal.run("doctor")
    assert code == 1
    assert "callboard serve makes the first" in out
    book.chmod(0o644)
    code, out, _ = terminal.run("doctor --json")
    told = {row["what"]: row for row in json.loads(out)["findings"]}
    assert not told["file"]["good"]
    monkeypatch.setenv("CALLBOARD_PORT", "http")
    code, out, _ = terminal.run("doctor --json")
    assert code == 1
    assert "CALLBOARD_PORT" in out
