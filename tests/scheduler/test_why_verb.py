"""The terminal contract of ``callboard why``."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from scheduler import cli
from scheduler.access import Role, User
from scheduler.errors import AccessDenied
from scheduler.exchange.read_case import read_case
from scheduler.workflows.reasons import why_short, why_wish

ROSTERS = Path(__file__).parents[2] / "rosters"
ROSTER = ROSTERS / "sickness" / "roster.csv"


def _run(monkeypatch: pytest.MonkeyPatch, *options: str) -> int:
    monkeypatch.setenv("CALLBOARD_ROSTERS", str(ROSTERS))
    monkeypatch.setattr("sys.argv", ["callboard", "why", "sickness", str(ROSTER), *options])
    with pytest.raises(SystemExit) as end:
        cli.main()
    return int(end.value.code or 0)


def test_a_roster_that_keeps_its_promise_is_not_short(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(monkeypatch) == 0
    assert "nothing is short" in capsys.readouterr().out


def test_a_wish_against_leave_is_forbidden_in_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ("--agent", "eva", "--date", "2026-02-25", "--shift", "day", "--json")
    assert _run(monkeypatch, *asked) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["answer"] == "forbidden"
    assert {clause["rule"] for clause in told["forbidding"]} == {"time_off"}


def test_a_day_off_somebody_else_can_cover_is_free(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(monkeypatch, "--agent", "ana", "--date", "2026-02-25", "--shift", "off") == 0
    assert "ana, 2026-02-25: day; wished: a day off – free" in capsys.readouterr().out


def test_an_agent_without_a_date_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(monkeypatch, "--agent", "ana") == 2
    assert "--agent, --date" in capsys.readouterr().err


def test_agents_ask_about_themselves_only() -> None:
    case = read_case(ROSTERS / "sickness", max_bytes=50_000_000)
    eva = User(name="Eva", role=Role.AGENT, agent_id="eva")
    day = date(2026, 2, 25)
    told = why_wish(eva, case, ROSTER, agent_id="eva", day=day, shift="day", max_bytes=1_000_000)
    assert told["answer"] == "forbidden"
    with pytest.raises(AccessDenied):
        why_wish(eva, case, ROSTER, agent_id="ana", day=day, shift=None, max_bytes=1_000_000)
    with pytest.raises(AccessDenied):
        why_short(eva, case, ROSTER, max_bytes=1_000_000)
