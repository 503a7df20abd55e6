from __future__ import annotations

from pathlib import Path

import pytest

from scheduler.config import DoorSettings, read_door_settings, read_settings
from scheduler.errors import InputError


def test_an_empty_environment_equals_the_defaults(tmp_path: Path) -> None:
    (tmp_path / "rosters").mkdir()
    settings = read_settings({}, tmp_path)
    assert settings.rosters == tmp_path / "rosters"
    assert settings.out == tmp_path / "rosters" / "out"
    assert (settings.host, settings.port, settings.workers) == ("127.0.0.1", 8501, 2)


def test_away_from_any_rosters_the_programs_own_are_used(tmp_path: Path) -> None:
    assert (read_settings({}, tmp_path).rosters / "demo" / "case.toml").exists()


def test_every_wrong_variable_is_told() -> None:
    wrong = {"CALLBOARD_PORT": "http", "CALLBOARD_WORKERS": "0", "CALLBOARD_MAX_UPLOAD_MB": "-1"}
    with pytest.raises(InputError) as told:
        read_settings(wrong, Path.cwd())
    assert {fault.column for fault in told.value.faults} == set(wrong)


def test_a_door_without_a_book_is_the_demo() -> None:
    assert read_door_settings({}) == DoorSettings()
    assert read_door_settings({"CALLBOARD_BOOK": "", "CALLBOARD_DATABASE_URL": ""}).book == ""


def test_a_book_is_a_file_or_on_a_server(tmp_path: Path) -> None:
    file = read_door_settings({"CALLBOARD_BOOK": str(tmp_path / "book.sqlite")})
    assert file.book == f"sqlite:///{tmp_path}/book.sqlite"
    url = "postgresql://me:secret@db.example/book"
    server = read_door_settings({"CALLBOARD_DATABASE_URL": url, "CALLBOARD_HOSTS": "a.example, b"})
    assert server.book == url
    assert server.hosts == ("a.example", "b")
    assert "secret" not in repr(server)


def test_every_wrong_variable_of_the_door_is_told_and_no_password() -> None:
    wrong = {
        "CALLBOARD_BOOK": "book.sqlite",
        "CALLBOARD_DATABASE_URL": "mysql://me:secret@db.example/book",
        "CALLBOARD_IDLE_MINUTES": "never",
        "CALLBOARD_SESSION_HOURS": "0",
    }
    with pytest.raises(InputError) as told:
        read_door_settings(wrong)
    assert len(told.value.faults) == 4
    assert "secret" not in str(told.value)
