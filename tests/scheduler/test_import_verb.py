"""``callboard import``: what it prints, writes and refuses."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from scheduler import cli
from scheduler.access import Role, User
from scheduler.errors import AccessDenied
from scheduler.exchange.read_history import read_history_file
from scheduler.workflows import history, kept_history
from scheduler.workflows.import_choices import Choices

ROSTERS = Path(__file__).parent.parent.parent / "rosters"
HEADER = (
    "line,datetime (tz offset incl.),number timezone,datetime (UTC),direction,answered,"
    "missed_call_reason,user,duration (total),duration (in call)\n"
)
CALLS = HEADER + "".join(
    f"{line},{at},UTC,{at},{way},{answered},,{user},{total},{talk}\n"
    for line, at, way, answered, user, total, talk in (
        ("Care", "2026-02-16 09:00:10", "inbound", "Yes", "Ann", 200, 180),
        ("Care", "2026-02-16 09:05:00", "inbound", "No", "", 45, ""),
        ("Care", "2026-02-16 09:20:00", "outbound", "Yes", "Ann", 90, 80),
        ("Care", "2026-02-16 09:40:00", "inbound", "Yes", "Ben", 130, 120),
        ("Sales", "2026-02-16 10:10:00", "inbound", "Yes", "Ben", 61, 60),
    )
)
BARE = "Ticket ID,Ticket name,Create date,Close date,Ticket owner,Pipeline\n" + "".join(
    f"{n},Parcel,2026-02-16 {9 + n}:15,,Ann,Care\n" for n in range(4)
)


class Terminal:
    """Runs the verb in a folder with two exports and keeps what it printed."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], folder: Path
    ) -> None:
        monkeypatch.chdir(folder)
        self._monkeypatch = monkeypatch
        self._capsys = capsys
        self.folder = folder
        (folder / "calls.csv").write_text(CALLS)
        (folder / "bare.csv").write_text(BARE)
        shutil.copytree(ROSTERS / "tiny", folder / "tiny")

    def run(self, *words: str) -> tuple[int, str, str]:
        self._monkeypatch.setattr("sys.argv", ["callboard", "import", *words])
        try:
            cli.main()
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0
        told = self._capsys.readouterr()
        return code, told.out, told.err

    def json(self, *words: str, code: int = 0) -> dict[str, Any]:
        ended, out, err = self.run(*words, "--json")
        assert ended == code, err
        assert out.count("\n") == 1, "one JSON object and nothing else"
        answer: dict[str, Any] = json.loads(out)
        return answer

    def rows(self, name: str = "history.csv") -> list[dict[str, str]]:
        with (self.folder / name).open(encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def files(self) -> set[str]:
        return {path.name for path in self.folder.iterdir()}


@pytest.fixture
def terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Terminal:
    return Terminal(monkeypatch, capsys, tmp_path)


def test_an_export_becomes_a_history_that_other_verbs_read(terminal: Terminal) -> None:
    answer = terminal.json("calls.csv", "--out", "history.csv", "--timezone", "Europe/London")
    (report,) = answer["files"]
    assert (report["variant"], report["counted"], report["found"]) == ("aircall-3", 4, 5)
    assert report["left_out"][0] == {
        "reason": "made by the team, not by a customer",
        "count": 1,
        "first_row": 4,
    }
    care, sales = answer["queues"]["Care"], answer["queues"]["Sales"]
    assert (care["offered"], care["handled"], care["abandoned"]) == (3, 2, 1)
    assert care["aht_s"] == pytest.approx((180 + 120) / 2)
    assert sales["offered"] == 1
    counted = {
        (row["interval_start"], row["queue"]): row["offered"]
        for row in terminal.rows()
        if row["offered"] not in ("", "0")
    }
    assert counted == {
        ("2026-02-16T09:00:00+00:00", "Care"): "2",
        ("2026-02-16T09:30:00+00:00", "Care"): "1",
        ("2026-02-16T10:00:00+00:00", "Sales"): "1",
    }
    again = terminal.json("history.csv", "--out", "twice.csv", "--timezone", "Europe/London")
    assert again["files"][0]["variant"] == "callboard"
    assert (terminal.folder / "twice.csv").read_bytes() == (
        terminal.folder / "history.csv"
    ).read_bytes()


def test_what_was_read_and_dropped_is_printed(terminal: Terminal) -> None:
    code, out, err = terminal.run("calls.csv", "--out", "history.csv")
    assert (code, err) == (0, "")
    assert "Aircall calls without the column via" in out
    assert "left out: 1 (made by the team, not by a customer; first in row 4)" in out
    assert "no timezone stated: the days of the history are those of UTC" in out
    assert "History in history.csv" in out


def test_a_zone_that_nobody_stated_is_asked_for_once(terminal: Terminal) -> None:
    code, out, err = terminal.run("bare.csv", "--out", "history.csv")
    assert (code, out) == (2, "")
    assert "1 error:" in err
    assert "bare.csv, timezone: expected the zone of its times, such as Europe/London" in err
    assert "history.csv" not in terminal.files()
    answer = terminal.json("bare.csv", "--out", "history.csv", "--timezone", "America/New_York")
    assert answer["files"][0]["first"] == "2026-02-16T09:15:00-05:00"


def test_a_preview_shows_everything_and_writes_nothing(terminal: Terminal) -> None:
    before = terminal.files()
    code, out, _ = terminal.run("calls.csv", "--preview", "--out", "history.csv")
    assert code == 0
    assert "The first rows as they are understood" in out
    assert "asks (--wrap-up)" in out
    assert "Nothing was written." in out
    answer = terminal.json("calls.csv", "--preview")
    assert answer["previews"][0]["variant"] == "aircall-3"
    assert answer["previews"][0]["rows"][2]["left_out"] == "made by the team, not by a customer"
    assert answer["queues"]["Care"]["offered"] == 3
    assert terminal.files() == before


def test_a_preview_of_what_cannot_be_imported_shows_it_and_says_why(terminal: Terminal) -> None:
    code, out, err = terminal.run("bare.csv", "--preview")
    assert code == 2
    assert "asks (--timezone)" in out
    assert "expected the zone of its times" in err
    answer = terminal.json("bare.csv", "--preview", code=2)
    assert answer["previews"][0]["variant"] == "hubspot"
    assert "expected the zone of its times" in answer["faults"][0]


def test_the_same_file_twice_changes_nothing_in_a_case(terminal: Terminal) -> None:
    case = terminal.folder / "tiny" / "history.csv"
    before = _offered(terminal)
    line = ("calls.csv", "--queue", "Care=phone", "--into", "tiny")
    first = terminal.json(*line)
    assert first["changed"] > 0
    once = case.read_bytes()
    after = _offered(terminal)
    assert after["2026-02-16T09:00:00"] == "3"
    kept = {start for start in before if start[:10] != "2026-02-16"}
    assert len(kept) > 100
    assert {start: after[start] for start in kept} == {start: before[start] for start in kept}
    stamp = case.stat().st_mtime_ns
    second = terminal.json(*line)
    assert second["changed"] == 0
    assert case.read_bytes() == once
    assert case.stat().st_mtime_ns == stamp
    assert terminal.json(*line, "--preview")["changes"] == 0
    told = terminal.run(*line)[1]
    assert "nothing new, nothing changed" in told


def _offered(terminal: Terminal) -> dict[str, str]:
    """Contacts of the case by local start of the interval."""
    rows = terminal.rows("tiny/history.csv")
    return {row["interval_start"][:19]: row["offered"] for row in rows}


def test_several_exports_come_together_and_the_later_one_counts(terminal: Terminal) -> None:
    later = CALLS.replace("2026-02-16", "2026-02-17")
    (terminal.folder / "later.csv").write_text(later)
    both = terminal.json("calls.csv", "later.csv", "--out", "history.csv")
    assert [file["file"] for file in both["files"]] == ["calls.csv", "later.csv"]
    assert both["queues"]["Care"]["offered"] == 6
    same = terminal.json("calls.csv", "calls.csv", "--out", "history.csv")
    assert same["queues"]["Care"]["offered"] == 3


def test_queues_are_chosen_and_renamed(terminal: Terminal) -> None:
    answer = terminal.json("calls.csv", "--queue", "Care=phone", "--out", "history.csv")
    assert list(answer["queues"]) == ["phone"]
    reasons = {each["reason"]: each["count"] for each in answer["files"][0]["left_out"]}
    assert reasons["its queue is not wanted"] == 1
    both = terminal.json("calls.csv", "--queue", "Care", "--queue", "Sales", "--out", "history.csv")
    assert set(both["queues"]) == {"Care", "Sales"}


def test_choices_reach_the_importer(terminal: Terminal) -> None:
    answer = terminal.json(
        *("calls.csv", "--out", "history.csv", "--waits", "waits.csv", "--wrap-up", "30s"),
        *("--short-abandons", "1m", "--interval", "15m", "--timezone", "Europe/London"),
    )
    assert answer["queues"]["Care"]["aht_s"] == pytest.approx(180)
    assert answer["queues"]["Care"]["abandoned"] == 0
    assert {"2026-02-16T09:15:00+00:00"} <= {row["interval_start"] for row in terminal.rows()}
    waits = terminal.rows("waits.csv")
    assert waits[0] == {
        "queue": "Care",
        "wait_s": "10",
        "answered": "1",
        "abandoned": "0",
        "sent_on": "0",
    }


def _with_an_outage(terminal: Terminal) -> None:
    """Thirty calls in every hour from 9 to 17 of twenty days; none in three hours of the 11th."""
    lines = [
        f"2026-03-{day:02}T{hour:02}:00:00Z,phone,{0 if (day, hour // 3) == (11, 4) else 30}\n"
        for day in range(2, 28)
        if day % 7 not in (0, 1)
        for hour in range(9, 17)
    ]
    (terminal.folder / "past.csv").write_text("interval_start,queue,offered\n" + "".join(lines))


OPEN = ("--opening", "Mon-Fri 09:00-17:00", "--interval", "60m", "--timezone", "Europe/London")


def test_what_is_strange_is_shown_and_kept(terminal: Terminal) -> None:
    _with_an_outage(terminal)
    answer = terminal.json("past.csv", *OPEN, "--preview")
    (finding,) = answer["findings"]
    assert (finding["kind"], finding["found"], finding["replaced"]) == ("outage", 0, False)
    assert finding["start"] == "2026-03-11T12:00:00+00:00"
    assert finding["end"] == "2026-03-11T15:00:00+00:00"
    assert finding["usual"] == pytest.approx(90)
    told = terminal.run("past.csv", *OPEN, "--out", "history.csv")[1]
    assert "phone: 2026-03-11 12:00–15:00: no contact, where 90 are usual (kept;" in told
    assert {row["offered"] for row in terminal.rows()} == {"30", "0"}
    assert "replaced" not in terminal.rows()[0]


def test_what_is_strange_is_replaced_and_marked_on_request(terminal: Terminal) -> None:
    _with_an_outage(terminal)
    answer = terminal.json("past.csv", *OPEN, "--replace", "outage", "--out", "history.csv")
    assert answer["findings"][0]["replaced"] is True
    assert answer["findings"][0]["replacement"] == 90
    marked = [row for row in terminal.rows() if row["replaced"]]
    assert [(row["interval_start"][:13], row["offered"]) for row in marked] == [
        (f"2026-03-11T{hour}", "30") for hour in (12, 13, 14)
    ]
    zone = ZoneInfo("Europe/London")
    known, remarks = read_history_file(
        terminal.folder / "history.csv", zone=zone, max_bytes=1_000_000
    )
    assert int(known.replaced.sum()) == 3
    assert any("put in place of what was recorded" in str(remark) for remark in remarks)
    again = terminal.json("history.csv", *OPEN, "--out", "again.csv")
    assert any("not carried over" in remark for remark in again["files"][0]["remarks"])


def test_mean_patience_is_time_waited_over_those_who_gave_up(terminal: Terminal) -> None:
    answer = terminal.json("calls.csv", "--out", "history.csv")
    care = answer["queues"]["Care"]["patience"]
    waited = 20 + 45 + 10  # before the answer of two calls, and of the one that gave up
    assert care["mean_s"] == pytest.approx(waited)
    assert care["ci95"][0] < waited < care["ci95"][1]
    assert answer["queues"]["Sales"]["patience"]["mean_s"] is None


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("calls.csv",), "--out history.csv, --into CASE, or --preview"),
        (("missing.csv", "--out", "h.csv"), "missing.csv"),
        (("calls.csv", "--out", "h.csv", "--timezone", "Europe/Londn"), "Europe/London"),
        (("calls.csv", "--out", "h.csv", "--variant", "aircal"), "aircall"),
        (("calls.csv", "--out", "h.csv", "--queue", "Car"), "queues in the file: Care, Sales"),
        (
            ("calls.csv", "--out", "h.csv", "--queue", "Care", "--queue", "Sale"),
            "a queue of the exports (Care); found 'Sale'",
        ),
        (("calls.csv", "--out", "h.csv", "--opening", "Monday"), "Monday"),
        (("calls.csv", "--out", "h.csv", "--interval", "7m"), "interval"),
        (("calls.csv", "--out", "h.csv", "--short-abandons", "5x"), "--short-abandons"),
        (("calls.csv", "--out", "h.csv", "--replace", "ghost"), "gap, closure, outage"),
        (("calls.csv", "--out", "h.csv", "--dates", "ymd"), "dmy or mdy"),
        (("calls.csv", "--out", "h.csv", "--doubled-hour", "third"), "refuse, first or second"),
        (("calls.csv", "--into", "tiny"), "a queue of case tiny"),
        (("calls.csv", "--into", "tiny", "--interval", "15m"), "the interval of case tiny"),
        (("calls.csv", "--into", "nowhere"), "nowhere"),
        (("tiny/case.toml", "--out", "h.csv"), "case.toml"),
        (("calls.csv", "bare.csv", "--out", "h.csv"), "bare.csv, timezone"),
    ],
)
def test_bad_input_ends_with_two_and_writes_nothing(
    terminal: Terminal, words: tuple[str, ...], told: str
) -> None:
    before, history_before = terminal.files(), (terminal.folder / "tiny/history.csv").read_bytes()
    code, out, err = terminal.run(*words)
    assert (code, out) == (2, "")
    assert told in " ".join(err.split())
    assert terminal.files() == before
    assert (terminal.folder / "tiny/history.csv").read_bytes() == history_before


def test_a_place_that_cannot_be_written_to_is_told(terminal: Terminal) -> None:
    (terminal.folder / "file").write_text("in the way")
    code, out, err = terminal.run("calls.csv", "--out", "file/history.csv")
    assert (code, out) == (2, "")
    assert "file" in err
    assert "Traceback" not in err


def test_an_agent_may_not_import(terminal: Terminal) -> None:
    agent = User(name="Ana", role=Role.AGENT, agent_id="ana")
    calls = terminal.folder / "calls.csv"
    planner = User(name="Pia", role=Role.PLANNER)
    reading = history.read_exports(planner, [calls], Choices(), max_bytes=10_000)
    with pytest.raises(AccessDenied):
        history.look_at(agent, calls, Choices(), max_bytes=10_000)
    with pytest.raises(AccessDenied):
        history.read_exports(agent, [calls], Choices(), max_bytes=10_000)
    with pytest.raises(AccessDenied):
        kept_history.save_history(agent, reading, terminal.folder / "h.csv")
    with pytest.raises(AccessDenied):
        kept_history.save_waits(agent, reading, terminal.folder / "w.csv")
    assert not {"h.csv", "w.csv"} & terminal.files()
