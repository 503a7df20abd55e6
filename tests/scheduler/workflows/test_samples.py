from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scheduler.access import Role, User
from scheduler.errors import InputError
from scheduler.store.database import Database
from scheduler.workflows.book import (
    change_setup,
    import_into_book,
    imports_of,
    open_team,
    teams_of,
)
from scheduler.workflows.import_choices import Choices
from scheduler.workflows.samples import CaseFolders, readable_cases

ROSTERS = Path(__file__).resolve().parents[3] / "rosters"
NOW = datetime(2026, 2, 18, 9, tzinfo=UTC)
MANAGER = User(name="Manager", role=Role.MANAGER)


@pytest.fixture
def rosters(tmp_path: Path) -> Path:
    for name in ("tiny", "clash"):
        shutil.copytree(ROSTERS / name, tmp_path / "rosters" / name)
    return tmp_path / "rosters"


def folders(database: Database, rosters: Path) -> CaseFolders:
    return CaseFolders(database, rosters, max_bytes=10_000_000)


def rename_ana(rosters: Path, name: str) -> None:
    agents = rosters / "tiny" / "agents.csv"
    agents.write_text(agents.read_text().replace("Ana,", f"{name},"))


def people(database: Database) -> list[str]:
    return [agent.name for agent in open_team(MANAGER, database, "tiny").case.team.agents]


def test_a_team_a_folder_and_looking_again_changes_nothing(
    database: Database, rosters: Path
) -> None:
    assert folders(database, rosters).follow(NOW) == ()
    assert teams_of(MANAGER, database) == ["clash", "tiny"]
    before = open_team(MANAGER, database, "tiny")
    assert folders(database, rosters).follow(NOW + timedelta(days=1)) == ()
    after = open_team(MANAGER, database, "tiny")
    assert (after.setup, after.history) == (before.setup, before.history) == (1, 1)


def test_a_team_follows_its_folder_there_and_back(database: Database, rosters: Path) -> None:
    following = folders(database, rosters)
    following.follow(NOW)
    history = rosters / "tiny" / "history.csv"
    whole = history.read_text()
    rename_ana(rosters, "Anabel")
    history.write_text("\n".join(whole.splitlines()[:-20]) + "\n")
    following.follow(NOW)
    assert "Anabel" in people(database)
    assert len(imports_of(MANAGER, database, "tiny")) == 2
    history.write_text(whole)
    following.follow(NOW)
    team = open_team(MANAGER, database, "tiny")
    assert (team.setup, team.history) == (2, 3)


def test_what_somebody_changed_in_the_app_stays_theirs(database: Database, rosters: Path) -> None:
    following = folders(database, rosters)
    following.follow(NOW)
    changed = (rosters / "tiny" / "agents.csv").read_bytes().replace(b"Ana,", b"Anja,")
    change_setup(MANAGER, database, "tiny", {"agents.csv": changed}, seen=1, now=NOW)
    rename_ana(rosters, "Anabel")
    following.follow(NOW)
    assert "Anja" in people(database)

    part = rosters.parent / "part.csv"
    lines = (rosters / "tiny" / "history.csv").read_text().splitlines()
    part.write_text("\n".join([lines[0], *lines[-8:]]) + "\n")
    told = import_into_book(
        MANAGER,
        database,
        "tiny",
        [part],
        Choices(timezone="Europe/London"),
        max_bytes=1_000_000,
        now=NOW,
    )
    (rosters / "tiny" / "history.csv").write_text("\n".join(lines[:-20]) + "\n")
    folders(database, rosters).follow(NOW)
    assert open_team(MANAGER, database, "tiny").history == told.number


def test_faults_wait_until_the_team_is_opened_and_too_large_files_are_named(
    database: Database, rosters: Path
) -> None:
    agents = rosters / "tiny" / "agents.csv"
    agents.write_text(agents.read_text().replace("Europe/London", "Europe/Lodnon"))
    assert folders(database, rosters).follow(NOW) == ()
    with pytest.raises(InputError, match="Lodnon"):
        open_team(MANAGER, database, "tiny")
    assert list(readable_cases(database)) == ["clash"]
    (fault, *_) = CaseFolders(database, rosters, max_bytes=10).follow(NOW)
    assert "case.toml" in str(fault)
