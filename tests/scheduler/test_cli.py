"""The terminal contract: verbs, JSON, exit codes, files."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from small_instances import WEEK

from scheduler import cli

ROSTERS = Path(__file__).parent.parent.parent / "rosters"
ERLANG = "erlang --offered 100 --interval 30m --aht 180s --answer-within 20s --service-level 0.8"


class Terminal:
    """Runs the program as a shell would and keeps what it printed."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch = monkeypatch
        self._capsys = capsys

    def run(self, line: str) -> tuple[int, str, str]:
        self._monkeypatch.setattr("sys.argv", ["callboard", *line.split()])
        try:
            cli.main()
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0
        told = self._capsys.readouterr()
        return code, told.out, told.err

    def json(self, line: str, code: int = 0) -> dict[str, Any]:
        ended, out, err = self.run(f"{line} --json")
        assert ended == code, err
        assert out.count("\n") == 1, "one JSON object and nothing else"
        answer: dict[str, Any] = json.loads(out)
        return answer


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(monkeypatch, capsys)


def test_the_calculator_gives_the_published_example(terminal: Terminal) -> None:
    answer = terminal.json(ERLANG)
    assert answer["agents"] == answer["scheduled"] == 14
    assert answer["service_level"] == pytest.approx(0.888350019, abs=1e-9)
    assert answer["asa_s"] == pytest.approx(7.83593701, abs=1e-8)
    assert answer["wait_probability"] == pytest.approx(0.174131934, abs=1e-9)


def test_overload_is_service_level_zero_and_no_asa(terminal: Terminal) -> None:
    answer = terminal.json(f"{ERLANG} --agents 5")
    assert answer["service_level"] == 0
    assert answer["asa_s"] is None
    assert answer["wait_probability"] == answer["occupancy"] == 1


def test_shrinkage_is_divided_by_once_and_without_float_dust(terminal: Terminal) -> None:
    answer = terminal.json("erlang --offered 100 --aht 180s --agents 21 --shrinkage 0.3")
    assert answer["scheduled"] == 30


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("erlang --offered -1 --aht 180s", "offered"),
        ("erlang --offered 10 --aht 180x", "--aht"),
        ("erlang --offered 10 --aht 0s", "aht"),
        ("erlang --offered 10 --aht 180s --service-level 1", "target"),
        ("erlang --offered 10 --aht 180s --definition best", "definition"),
        ("erlang --offered 10 --aht 180s --shrinkage 1", "shrinkage"),
        ("erlang --offered nan --aht 180s", "offered"),
        ("solve no-such-case", "no-such-case"),
        ("solve no-such-instance.txt", "no-such-instance.txt"),
        ("solve tiny --week tomorrow", "week"),
        ("solve tiny --seconds 0", "seconds"),
        ("dance", "dance"),
    ],
)
def test_bad_input_ends_with_two_and_says_where(terminal: Terminal, line: str, told: str) -> None:
    code, out, err = terminal.run(line)
    assert code == 2
    assert out == ""
    assert told in err


def test_solve_gives_the_numbers_and_writes_every_file(terminal: Terminal, tmp_path: Path) -> None:
    answer = terminal.json(f"solve tiny --seconds 10 --out {tmp_path}/out")
    assert {
        "status", "objective", "bound", "gap", "paid_hours", "service_level",
        "shortfall_hours", "violations", "penalties", "seconds",
    } <= answer.keys()  # fmt: skip
    assert {"predicted", "simulated", "ci95"} <= answer["service_level"]["phone"].keys()
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"roster.csv", "coverage.csv", "roster.xlsx", "roster.html", "calendars"}
    with (tmp_path / "out" / "roster.csv").open(encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == 10


def test_an_instance_of_the_benchmark_gives_objective_bound_and_solution(
    terminal: Terminal, tmp_path: Path
) -> None:
    (tmp_path / "Week.txt").write_text(WEEK, encoding="utf-8")
    line = f"solve {tmp_path}/Week.txt --seconds 10 --out {tmp_path}/out"
    answer = terminal.json(line)
    assert answer["status"] == "optimal"
    assert answer["objective"] == answer["bound"] == sum(answer["penalties"].values())
    solution = (tmp_path / "out" / "Week.solution.txt").read_text()
    assert [len(row.split("\t")) for row in solution.splitlines()] == [7, 7, 7]
    code, out, _ = terminal.run(line)
    assert code == 0
    assert str(answer["objective"]) in out


def test_a_roster_comes_back_clean_and_a_spoilt_one_does_not(
    terminal: Terminal, tmp_path: Path
) -> None:
    terminal.run(f"solve tiny --seconds 10 --out {tmp_path}/out")
    roster = tmp_path / "out" / "roster.csv"
    assert terminal.json(f"check tiny {roster}") == {"violations": []}
    hand_made = tmp_path / "mine.csv"
    hand_made.write_text("agent_id,date,shift\nana,2026-02-23,day\nana,2026-02-28,day\n")
    found = terminal.json(f"check tiny {hand_made}", code=1)["violations"]
    assert {v["rule"] for v in found} == {"allowed_shifts"}
    assert {"rule", "agent", "when", "amount", "words"} == found[0].keys()


def test_simulate_gives_every_figure_with_its_interval(terminal: Terminal, tmp_path: Path) -> None:
    terminal.run(f"solve tiny --seconds 10 --out {tmp_path}/out")
    phone = terminal.json(f"simulate tiny {tmp_path}/out/roster.csv --replications 50")["queues"][
        "phone"
    ]
    for figure in ("service_level", "asa_s", "abandon_rate", "occupancy"):
        low, high = phone[figure]["ci95"]
        assert low <= phone[figure]["mean"] <= high


def test_a_clash_ends_with_one_and_names_the_rules_in_words(terminal: Terminal) -> None:
    code, out, _ = terminal.run("solve clash")
    assert code == 1
    assert "Ana is pinned to shift day on Wed 25 Feb" in out
    assert "Ben is paid at least 36 hours in the week of 23 Feb" in out
    answer = terminal.json("solve clash", code=1)
    assert answer["status"] == "infeasible"
    assert answer["objective"] is None


def test_understaffed_shows_what_is_short_and_what_mends_it(terminal: Terminal) -> None:
    code, out, _ = terminal.run("solve understaffed --seconds 10")
    assert code == 0
    assert "Where it is short of the promise" in out
    assert "5 more people" in out


def test_forecast_and_staff_write_their_tables(terminal: Terminal, tmp_path: Path) -> None:
    answer = terminal.json(f"forecast tiny --weeks 2 --out {tmp_path}/f.csv")
    assert answer["intervals"] == 2 * 7 * 24
    assert answer["offered"]["phone"] == pytest.approx(2 * 40 * 6, rel=0.02)
    header = (tmp_path / "f.csv").read_text().splitlines()[0].split(",")
    assert header[:3] == ["interval_start", "queue", "offered"]
    assert {"p10", "p90", "aht_s"} <= set(header)
    staffed = terminal.json(f"staff tiny --out {tmp_path}/r.csv")["queues"]["phone"]
    assert staffed["peak_required"] == 2
    assert 0.5 < staffed["target_chance"] <= 1
    assert 0.8 < staffed["expected_service_level"] < 1
    header = (tmp_path / "r.csv").read_text().splitlines()[0]
    assert header == "interval_start,queue,offered,aht_s,base,required,service_level,occupancy"


def test_capacity_plans_week_by_week(terminal: Terminal) -> None:
    answer = terminal.json("capacity tiny --weeks 12")
    assert [len(answer["weeks"]), answer["status"]] == [12, "optimal"]
    assert {"monday", "required", "hires", "headcount", "shortfall"} <= set(answer["weeks"][0])
    code, out, _ = terminal.run("capacity tiny --weeks 2")
    assert code == 0
    assert "Hiring plan" in out


def test_backtest_scores_every_model_of_a_bare_series(terminal: Terminal, tmp_path: Path) -> None:
    rows = (ROSTERS / "bank" / "history.csv").read_text().splitlines()[1:]
    series = tmp_path / "calls.csv"
    calls = [",".join((row.split(",")[0], row.split(",")[2])) for row in rows]
    series.write_text("interval_start,calls\n" + "\n".join(calls) + "\n")
    answer = terminal.json(
        f"backtest {series} --horizon-days 7 --origins 12 --timezone America/New_York"
    )
    assert answer["origins"] == 12
    naive, ewma = answer["models"]["seasonal naive"], answer["models"]["ewma weekday"]
    assert {"wape", "bias", "coverage80", "pinball"} <= naive.keys()
    assert ewma["wape"] < naive["wape"]
    assert answer["poisson_floor"] < ewma["wape"]
    without = terminal.json(f"backtest {series} --origins 4")
    assert any("no --timezone" in remark for remark in without["remarks"])


def test_a_backtest_at_stated_origins(terminal: Terminal, tmp_path: Path) -> None:
    days = tmp_path / "days.csv"
    days.write_text("date,kind\n2003-10-15,closed\n")
    bank = f"backtest {ROSTERS / 'bank' / 'history.csv'} --timezone America/New_York"
    command = f"{bank} --horizon-days 1 --first-origin 2003-10-07 --every 3"
    answer = terminal.json(command)
    assert [answer[key] for key in ("first_origin", "last_origin", "origins")] == [
        "2003-10-07",
        "2003-10-23",
        5,  # Tuesday, Friday, Wednesday, Monday, Thursday
    ]
    closed = terminal.json(f"{command} --special-days {days}")
    assert closed["origins"] == answer["origins"] - 1
    days.write_text("date,kind\n2003-10-15,holiday\n")
    code, _, err = terminal.run(f"{command} --special-days {days}")
    assert code == 2
    assert "days.csv, row 2, column kind" in err


def test_a_frozen_forecast_is_scored_by_what_came(terminal: Terminal, tmp_path: Path) -> None:
    frozen = tmp_path / "frozen.csv"
    terminal.json(f"forecast bank --week 2003-10-06 --out {frozen}")
    history = ROSTERS / "bank" / "history.csv"
    command = f"backtest {history} --timezone America/New_York --frozen {frozen}"
    answer = terminal.json(command)
    assert answer["intervals"] == 5 * 28
    assert 0.02 < answer["models"]["frozen"]["wape"] < 0.12
    code, out, _ = terminal.run(command)
    assert code == 0
    assert "frozen" in out


def test_every_fault_of_a_case_is_told_at_once(terminal: Terminal, tmp_path: Path) -> None:
    case = tmp_path / "case"
    shutil.copytree(ROSTERS / "tiny", case)
    agents = case / "agents.csv"
    agents.write_text(
        agents.read_text().replace("Europe/Paris", "Europe/Pari").replace("cleo,Cleo", "ana,Cleo")
    )
    history = case / "history.csv"
    history.write_text(history.read_text().replace(",6,", ",-6,", 1))
    code, out, err = terminal.run(f"solve {case} --json --out {tmp_path}/out")
    assert code == 2
    assert out == ""
    assert "agents.csv, row 3, column timezone" in err
    assert "agents.csv, row 4" in err
    assert "history.csv, row 2, column offered" in err
    assert not (tmp_path / "out").exists()


def test_the_rest_of_a_day_is_forecast_from_its_morning(terminal: Terminal, tmp_path: Path) -> None:
    plain = tmp_path / "plain.csv"
    terminal.json(f"forecast tiny --out {plain}")
    with plain.open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["interval_start"] < "2026-02-23T12"]
    morning = tmp_path / "morning.csv"
    lines = [f"{row['interval_start']},phone,{2 * float(row['offered']):g}" for row in rows]
    morning.write_text("interval_start,queue,offered\n" + "\n".join(lines) + "\n")
    told = terminal.json(f"forecast tiny --so-far {morning}")
    assert "contacts came where" in told["remarks"][-1]
    morning.write_text("interval_start,queue,offered\n2026-02-23T09:00:00+00:00,fax,3\n")
    code, _, err = terminal.run(f"forecast tiny --so-far {morning} --json")
    assert (code, "queues fax" in err) == (2, True)
