"""The terminal contract of ``callboard repair``."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from scheduler import cli

ROSTERS = Path(__file__).parents[2] / "rosters"
VERB = ["callboard", "repair", "sickness", str(ROSTERS / "sickness" / "roster.csv")]


def _run(monkeypatch: pytest.MonkeyPatch, *options: str) -> int:
    monkeypatch.setenv("CALLBOARD_ROSTERS", str(ROSTERS))
    monkeypatch.setattr("sys.argv", [*VERB, "--replications", "10", *options])
    with pytest.raises(SystemExit) as end:
        cli.main()
    return int(end.value.code or 0)


def test_json_says_what_was_lost_and_what_changes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    options = ("--sick", "ana=2026-02-25..2026-02-26", "--out", str(tmp_path), "--json")
    assert _run(monkeypatch, *options) == 0
    numbers = json.loads(capsys.readouterr().out)
    assert numbers["freeze"] == "2026-02-25T00:00:00+00:00"
    assert numbers["lost"] == [{"agent": "ana", "date": "2026-02-25", "shift": "day"}]
    assert numbers["touched"] == ["dan"]
    assert numbers["cost"]["repaired"] < numbers["cost"]["unrepaired"]
    assert numbers["service_on_the_days"][0]["unrepaired"] < 0.8
    with (tmp_path / "roster.csv").open(encoding="utf-8") as file:
        wednesday = {r["agent_id"] for r in csv.DictReader(file) if r["date"] == "2026-02-25"}
    assert wednesday == {"ben", "dan"}


def test_a_freeze_line_after_the_hole_lets_nobody_step_in(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(monkeypatch, "--sick", "ana=2026-02-25", "--freeze", "2026-02-26") == 0
    told = capsys.readouterr().out
    assert "People touched: 0" in told
    assert "nobody moves" in told


def test_a_clash_ends_with_one_and_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    case = tmp_path / "pinned"
    case.mkdir()
    for file in (ROSTERS / "sickness").iterdir():
        (case / file.name).write_bytes(file.read_bytes())
    (case / "assignments.csv").write_text("agent_id,date,shift,kind\nana,2026-02-25,day,pinned\n")
    monkeypatch.setattr(
        "sys.argv",
        ["callboard", "repair", str(case), str(case / "roster.csv"), "--sick", "ana=2026-02-25"],
    )
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert end.value.code == 1
    assert "Ana is pinned to shift day on Wed 25 Feb" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--sick", "ana"), "--sick: expected AGENT=DATE"),
        (("--leave", "ana=2026-02-30"), "--leave: expected AGENT=DATE"),
        (("--sick", "zed=2026-02-25"), "expected the id of an agent"),
        (("--freeze", "noon"), "--freeze: expected"),
    ],
)
def test_bad_options_end_with_two_and_say_what_was_expected(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    options: tuple[str, ...],
    told: str,
) -> None:
    assert _run(monkeypatch, *options) == 2
    assert told in capsys.readouterr().err


def _fill(monkeypatch: pytest.MonkeyPatch, *options: str) -> int:
    monkeypatch.setenv("CALLBOARD_ROSTERS", str(ROSTERS))
    roster = str(ROSTERS / "sickness" / "roster.csv")
    words = ["callboard", "fill", "sickness", roster, "--date", "2026-02-25", *options]
    monkeypatch.setattr("sys.argv", words)
    with pytest.raises(SystemExit) as end:
        cli.main()
    return int(end.value.code or 0)


def test_fill_ranks_who_can_and_says_what_others_would_break(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _fill(monkeypatch, "--shift", "day", "--instead-of", "ana", "--json") == 0
    found = json.loads(capsys.readouterr().out)["candidates"]
    assert [each["agent"] for each in found] == ["dan", "eva", "cleo"]
    broken = [{each["rule"] for each in row["breaks"]} for row in found]
    assert broken == [set(), {"time_off"}, {"days_week", "hours_week"}]
    assert found[0]["costs"]["changes"] == 4000
    assert found[0]["extra_hours"] == 8
    assert found[0]["service_before"] < 0.8 <= found[0]["service_after"]


def test_fill_ends_with_one_where_nobody_can_and_two_where_nothing_is_meant(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _fill(monkeypatch, "--shift", "day", "--freeze", "2026-02-26") == 1
    assert "freeze line" in capsys.readouterr().out
    assert _fill(monkeypatch, "--shift", "night", "--queue", "fax") == 2
    told = capsys.readouterr().err
    assert "night" in told
    assert "fax" in told
