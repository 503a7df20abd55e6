from __future__ import annotations

from pathlib import Path

import pytest

from scheduler.config import read_settings
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
