"""A team's set-up without files: tried, saved, met by others, taken back, taken along."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pytest
from book_week import ADA, ANA, MIA, NAME, NOW, OTHER, PAT, a_team, tiny_files

from scheduler.errors import AccessDenied, Conflict, InputError
from scheduler.exchange.case_packing import Upload
from scheduler.exchange.write_case import Rows
from scheduler.store.database import Database
from scheduler.workflows.book import open_team, start_team
from scheduler.workflows.setup_versions import (
    case_folder,
    case_workbook,
    changes_between,
    look_at_upload,
    read_upload,
    restore_setup,
    take_upload,
    versions_of,
)
from scheduler.workflows.team_setup import (
    OpenSetup,
    look_at_text,
    open_setup,
    save_sheets,
    save_text,
    teams_to_set_up,
    try_sheets,
)

LATER = NOW + timedelta(hours=1)
MAX = 10_000_000


def edited(setup: OpenSetup, sheet: str, row: int, column: str, value: str) -> dict[str, Rows]:
    rows = [list(each) for each in setup.sheets[sheet]]
    rows[row][rows[0].index(column)] = value
    return {sheet: rows}


def hours(setup: OpenSetup, value: str) -> dict[str, Rows]:
    return edited(setup, "contracts", 1, "max_hours_week", value)


def renamed(setup: OpenSetup) -> dict[str, Rows]:
    """Give the queue another name, and everybody who serves it."""
    agents = [list(each) for each in setup.sheets["agents"]]
    skills = agents[0].index("skills")
    agents[1:] = [[*row[:skills], "line", *row[skills + 1 :]] for row in agents[1:]]
    return edited(setup, "queues", 1, "name", "line") | {"agents": agents}


def test_a_change_is_tried_and_saved_with_its_reason(database: Database) -> None:
    a_team(database)
    setup = open_setup(MIA, database, NAME)
    typed = hours(setup, "38")
    (change,) = try_sheets(MIA, database, NAME, typed, seen=1)
    assert (change.sheet, change.column, change.after) == ("contracts", "max_hours_week", "38")
    assert open_setup(MIA, database, NAME).version == 1
    assert save_sheets(MIA, database, NAME, typed, seen=1, now=LATER, reason=" new law ") == 2
    newest, first = versions_of(MIA, database, NAME)
    assert (newest.number, newest.who, newest.reason) == (2, "Mia", "new law")
    assert (newest.at, first.number, first.who) == (LATER, 1, "Ada")
    assert changes_between(MIA, database, NAME, 1, 2) == (change,)
    (contract,) = open_team(MIA, database, NAME).case.team.contracts
    assert contract.max_hours_week == 38
    text = open_setup(MIA, database, NAME).text
    before = open_setup(MIA, database, NAME, 1).text
    assert text != before
    assert len(text.splitlines()) == len(before.splitlines())


def test_faults_are_located_and_nothing_is_saved(database: Database) -> None:
    a_team(database)
    setup = open_setup(MIA, database, NAME)
    wrong = edited(setup, "agents", 2, "contract", "fll") | hours(setup, "many")
    for act in (
        lambda: try_sheets(MIA, database, NAME, wrong, seen=1),
        lambda: save_sheets(MIA, database, NAME, wrong, seen=1, now=LATER, reason=""),
    ):
        with pytest.raises(InputError) as error:
            act()
        assert {(fault.file, fault.row, fault.column) for fault in error.value.faults} == {
            ("contracts", 2, "max_hours_week"),
            ("agents", 3, "contract"),
        }
    # The book's history is of a queue of that name.
    with pytest.raises(InputError, match="history, queue"):
        try_sheets(MIA, database, NAME, renamed(setup), seen=1)
    with pytest.raises(InputError, match="reason"):
        save_sheets(
            MIA, database, NAME, hours(setup, "38"), seen=1, now=LATER, reason="very " * 200
        )
    assert open_setup(MIA, database, NAME).version == 1


def test_two_managers_meet_only_in_the_same_sheet(database: Database) -> None:
    a_team(database)
    setup = open_setup(MIA, database, NAME)
    save_sheets(ADA, database, NAME, hours(setup, "38"), seen=1, now=LATER, reason="")
    moved = edited(setup, "agents", 1, "hourly_cost", "21")
    assert save_sheets(MIA, database, NAME, moved, seen=1, now=LATER, reason="") == 3
    case = open_team(MIA, database, NAME).case
    assert case.team.contracts[0].max_hours_week == 38
    assert case.team.agents[0].hourly_cost == 21
    with pytest.raises(Conflict, match="version 3 since you opened version 1: contracts") as told:
        save_sheets(MIA, database, NAME, hours(setup, "36"), seen=1, now=LATER, reason="")
    assert "38" in str(told.value)
    # Having been told, one may save it over theirs.
    assert save_sheets(MIA, database, NAME, hours(setup, "36"), seen=3, now=LATER, reason="") == 4


def test_case_toml_can_be_typed_comments_and_all(database: Database) -> None:
    a_team(database)
    text = open_setup(MIA, database, NAME).text
    new = text + "\n# for the year's plan\n[capacity]\nheadcount = 4\n"
    (change,) = look_at_text(MIA, database, NAME, new)
    assert str(change) == "capacity, headcount: nothing → 4"
    windows = new.replace("\n", "\r\n")
    assert save_text(MIA, database, NAME, windows, seen=1, now=LATER, reason="plan") == 2
    setup = open_setup(MIA, database, NAME)
    assert setup.text == new
    rows = edited(setup, "capacity", 1, "value", "5")["capacity"]
    assert rows[1] == ["headcount", "5"]
    save_sheets(MIA, database, NAME, {"capacity": rows}, seen=2, now=LATER, reason="")
    assert open_setup(MIA, database, NAME).text == new.replace("count = 4", "count = 5")
    with pytest.raises(InputError, match="TOML"):
        look_at_text(MIA, database, NAME, "[")
    with pytest.raises(Conflict):
        save_text(MIA, database, NAME, text, seen=1, now=LATER, reason="")


def test_an_older_version_comes_back_as_a_new_one(database: Database) -> None:
    a_team(database)
    setup = open_setup(MIA, database, NAME)
    save_sheets(MIA, database, NAME, hours(setup, "38"), seen=1, now=LATER, reason="")
    back = {"seen": 2, "now": LATER, "reason": "was wrong"}
    assert restore_setup(MIA, database, NAME, 1, **back) == 3  # type: ignore[arg-type]  # mixed
    assert changes_between(MIA, database, NAME, 1, 3) == ()
    with pytest.raises(Conflict):
        restore_setup(MIA, database, NAME, 2, **back)  # type: ignore[arg-type]  # mixed
    for missing in (0, 9):
        with pytest.raises(InputError, match="from 1 to 3"):
            open_setup(MIA, database, NAME, missing)


@pytest.mark.parametrize("workbook", [False, True])
def test_what_is_taken_along_comes_back(database: Database, workbook: bool) -> None:
    a_team(database)
    take = case_workbook if workbook else case_folder
    upload = read_upload(take(MIA, database, NAME), "case", max_bytes=MAX)
    assert upload.typed == workbook
    assert look_at_upload(MIA, database, NAME, upload) == ()
    before = open_setup(MIA, database, NAME).text
    setup = open_setup(MIA, database, NAME)
    save_sheets(MIA, database, NAME, hours(setup, "38"), seen=1, now=LATER, reason="")
    assert [str(each) for each in look_at_upload(MIA, database, NAME, upload)] == [
        "contracts, full-time: max_hours_week 38 → 40"
    ]
    assert take_upload(MIA, database, NAME, upload, seen=2, now=LATER, reason="back") == 3
    assert open_setup(MIA, database, NAME).text.startswith(before.splitlines()[0])
    assert changes_between(MIA, database, NAME, 1, 3) == ()
    new = start_team(ADA, database, "tiny again", upload.files, now=LATER)
    assert new.case.history is not None


def test_a_table_that_an_upload_lacks_is_empty(database: Database) -> None:
    files = tiny_files(history=False)
    del files["requests.csv"]
    start_team(ADA, database, NAME, files, now=NOW)
    wish = b"agent_id,date,shift,kind,weight\nana,2026-02-24,,avoid,\n"
    more = Upload(files=files | {"requests.csv": wish}, typed=False)
    take_upload(MIA, database, NAME, more, seen=1, now=LATER, reason="")
    less = Upload(files=files, typed=False)
    (change,) = look_at_upload(MIA, database, NAME, less)
    assert (change.sheet, change.kind) == ("requests", "removed")


def test_uploads_that_are_no_case_are_refused() -> None:
    def zipped(**files: bytes) -> bytes:
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as archive:
            for name, data in files.items():
                archive.writestr(name.replace("__", "/"), data)
        return target.getvalue()

    for data in (b"", b"name = 'x'", zipped(a=b"1")):
        with pytest.raises(InputError, match=r"a \.zip of a case folder"):
            read_upload(data, "x.zip", max_bytes=MAX)
    with pytest.raises(InputError, match="at most 9 bytes"):
        read_upload(zipped(a=b"1"), "x.zip", max_bytes=9)
    nested = zipped(**{"demo__case.toml": b"1", "demo__agents.csv": b"2", "demo__x.exe": b""})
    assert read_upload(nested, "x.zip", max_bytes=MAX).files == {
        "case.toml": b"1",
        "agents.csv": b"2",
    }


def test_who_may_set_up_a_team(database: Database) -> None:
    a_team(database)
    assert teams_to_set_up(MIA, database) == teams_to_set_up(ADA, database) == (NAME,)
    for nobody in (ANA, PAT, OTHER):
        assert teams_to_set_up(nobody, database) == ()
        with pytest.raises(AccessDenied):
            try_sheets(nobody, database, NAME, {}, seen=1)
        with pytest.raises(AccessDenied):
            save_sheets(nobody, database, NAME, {}, seen=1, now=NOW, reason="")
    upload = Upload(files=tiny_files(), typed=False)
    for nobody in (ANA, OTHER):
        with pytest.raises(AccessDenied):
            open_setup(nobody, database, NAME)
        with pytest.raises(AccessDenied):
            case_folder(nobody, database, NAME)
        with pytest.raises(AccessDenied):
            take_upload(nobody, database, NAME, upload, seen=1, now=NOW, reason="")
