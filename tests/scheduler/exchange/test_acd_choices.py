"""What a person may choose: menu calls, short abandons, after-call work, queues, hours."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from test_acd_samples import CONTACTS, LONDON, SAMPLES, TICKETS, Sample, lines, table

from forecasting.special_days import OpeningHours
from scheduler.exchange.acd import preview


def _sample(variant: str) -> Sample:
    return next(each for each in SAMPLES.values() if each.variant == variant)


def _own(data: bytes, **more: object) -> Sample:
    return replace(_sample("callboard"), data=data, **more)  # type: ignore[arg-type]  # fields vary


HEADER = "interval_start,queue,offered,handled,abandoned,aht_s"


@pytest.mark.parametrize("variant", ["aircall-1", "amazon-records", "technion"])
def test_calls_that_ended_in_the_menu_count_only_by_choice(variant: str, tmp_path: Path) -> None:
    menu = sum(each.outcome == "menu" for each in CONTACTS)
    without, included = (
        _sample(variant).load(tmp_path, include_ivr=choice) for choice in (False, True)
    )
    assert included.report.counted - without.report.counted == menu
    grown = np.nansum(included.history.abandoned) - np.nansum(without.history.abandoned)
    assert grown == menu
    reasons = [each.reason for each in without.report.left_out]
    assert any("menu" in reason for reason in reasons)


@pytest.mark.parametrize("variant", ["aircall-1", "amazon-records", "asterisk", "technion"])
def test_short_abandons_are_left_out_by_choice(variant: str, tmp_path: Path) -> None:
    short = sum(each.outcome == "abandoned" and each.wait_s < 20 for each in CONTACTS)
    assert short
    imported = _sample(variant).load(tmp_path, short_abandon_s=20)
    assert imported.report.counted == len(TICKETS) - short


def test_after_call_work_is_added_where_the_export_has_none(tmp_path: Path) -> None:
    bare, added = (_sample("aircall-1").load(tmp_path, wrap_up_s=each) for each in (0.0, 30.0))
    timed = ~np.isnan(bare.history.aht_s)
    assert added.history.aht_s[timed] == pytest.approx(bare.history.aht_s[timed] + 30)
    assert any("30 s of after-call work" in str(each) for each in added.report.remarks)
    assert any("wrap_up_s adds it" in str(each) for each in bare.report.remarks)
    whole = _sample("amazon-records").load(tmp_path, wrap_up_s=30.0)
    assert np.nansum(whole.history.aht_s) == pytest.approx(
        np.nansum(_sample("amazon-records").load(tmp_path).history.aht_s)
    )
    assert any("was not added" in str(each) for each in whole.report.remarks)


def test_queues_are_mapped_merged_and_left_out(tmp_path: Path) -> None:
    sample = _sample("aircall-2")
    one = sample.load(tmp_path, queue_map={"Sales": "phone", "Care": "phone"})
    assert one.history.queues == ("phone",)
    assert np.nansum(one.history.offered) == len(TICKETS)
    kept = sample.load(tmp_path, queue_map={"Sales": None})
    assert kept.history.queues == ("Care",)
    assert np.nansum(kept.history.offered) == sum(each.queue == "Care" for each in TICKETS)
    by_agent = sample.load(tmp_path, queue_from="User")
    assert set(by_agent.history.queues) == {"Ann", "[No associated user]"}


def test_waits_are_kept_for_a_fit_of_patience(tmp_path: Path) -> None:
    imported = _sample("asterisk").load(tmp_path)
    for waits in imported.waits:
        for outcome, counts in (("handled", waits.answered), ("abandoned", waits.abandoned)):
            expected = np.zeros(counts.size, dtype=np.int64)
            for each in TICKETS:
                if (each.queue, each.outcome) == (waits.queue, outcome):
                    expected[each.wait_s] += 1
            assert (counts == expected).all()
        assert not waits.sent_on.any()
    assert _sample("hubspot").load(tmp_path).waits == ()


def test_hours_keep_closed_time_out_of_the_remarks(tmp_path: Path) -> None:
    opening = OpeningHours.parse("Mon-Fri 08:00-17:00")
    sample = _sample("aircall-1")
    for hours in (opening, {"Sales": opening, "Care": opening}):
        imported = sample.load(tmp_path, opening=hours)
        history = imported.history
        care = history.offered[history.queues.index("Care")]
        wall = [start.hour + start.minute / 60 for start in history.grid.starts_local()]
        is_open = np.array([8 <= hour < 17 for hour in wall])
        zeros = int((care[is_open] == 0).sum())
        assert f"queue Care: {zeros} intervals" in str(imported.report)


def test_before_the_first_and_after_the_last_contact_nothing_is_known(tmp_path: Path) -> None:
    history = _sample("aircall-1").load(tmp_path).history
    known = np.flatnonzero(~np.isnan(history.offered[0]))
    first = min(CONTACTS, key=lambda each: each.arrived).arrived
    last = max(CONTACTS, key=lambda each: each.arrived).arrived
    assert known[0] == history.grid.index_of(first)
    assert known[-1] == history.grid.index_of(last)
    assert np.diff(known).max() == 1


def test_the_doubled_hour_goes_where_it_is_told(tmp_path: Path) -> None:
    header = "Ticket ID,Create date,Close date,Pipeline"
    rows = [[1, "2026-10-25 00:30", "", "a"], [2, "2026-10-25 01:30", "", "a"]]
    rows.append([3, "2026-10-25 02:30", "", "a"])
    sample = replace(_sample("hubspot"), data=table(header, rows))
    for choice, hour in (("first", 0), ("second", 1)):
        history = sample.load(tmp_path, doubled_hour=choice).history
        at = datetime(2026, 10, 25, hour, 30, tzinfo=UTC)
        assert history.offered[0, history.grid.index_of(at)] == 1
        assert len(history.grid) == 50


def test_a_rare_queue_has_quiet_days_not_unknown_ones(tmp_path: Path) -> None:
    header = "Ticket ID,Create date,Close date,Pipeline"
    days = [(2, "often"), (2, "rarely"), (3, "often"), (4, "often"), (4, "rarely")]
    rows = [[n, f"2026-03-0{day} 09:00", "", queue] for n, (day, queue) in enumerate(days)]
    history = replace(_sample("hubspot"), data=table(header, rows)).load(tmp_path).history
    quiet = history.select("rarely").offered[0, history.grid.day_slice(date(2026, 3, 3))]
    assert (quiet == 0).all()


def test_media_of_a_queue_are_queues_and_skill_sets_are_summed(tmp_path: Path) -> None:
    header = (
        "Interval Start UTC Date,Queue,Media Type,Skill Set,Language,Offered,"
        "Interactions Handled,Total Handle Time (Seconds)"
    )
    at = "2026-03-02T09:00:00Z"
    rows = [
        [at, "Care", "Voice", "a", "en", 4, 4, 400],
        [at, "Care", "Voice", "b", "en", 6, 2, 400],
        [at, "Care", "Voice", "b", "en", 6, 2, 400],
        [at, "Care", "Chat", "a", "en", 3, 3, 900],
        [at, "Sales", "Voice", "a", "en", 1, 0, 0],
    ]
    sample = replace(_sample("genesys-wfm"), data=table(header, rows))
    imported = sample.load(tmp_path)
    history = imported.history
    assert history.queues == ("Care (voice)", "Care (chat)", "Sales")
    column = history.grid.index_of(datetime(2026, 3, 2, 9, tzinfo=UTC))
    assert history.offered[:, column].tolist() == [10, 3, 1]
    # 800 seconds over 6 handled contacts.
    assert history.aht_s[0, column] == pytest.approx(800 / 6)
    assert [each.count for each in imported.report.left_out] == [1]
    one = sample.load(tmp_path, queue_map={"Care": "care", "Sales": None}).history
    assert one.queues == ("care",)
    assert np.nansum(one.offered) == 13


def test_the_last_interval_and_short_abandons_of_genesys(tmp_path: Path) -> None:
    header = (
        "Interval Start,Interval End,Interval Complete,Media Type,Queue Name,Offer,Answer,Abandon,"
        "Short Abandon,Avg Handle"
    )
    rows = [
        ["03/16/26 9:00 AM", "03/16/26 9:30 AM", "TRUE", "voice", "Care", 9, 5, 4, 3, "0:05:00"],
        ["03/16/26 9:30 AM", "03/16/26 10:00 AM", "TRUE", "", "Care", 9, 5, 4, 3, 300_000],
        ["03/16/26 9:30 AM", "03/16/26 10:00 AM", "TRUE", "voice", "Care", 9, 5, 4, "", 250],
        ["03/16/26 10:00 AM", "03/16/26 10:30 AM", "FALSE", "voice", "Care", 1, 1, "", "", ""],
    ]
    sample = replace(_sample("genesys-performance"), data=table(header, rows))
    imported = sample.load(tmp_path, short_abandon_s=5)
    at = imported.history.grid.index_of(datetime(2026, 3, 16, 9, tzinfo=UTC))
    assert imported.history.offered[0, at : at + 2].tolist() == [6, 9]
    assert imported.history.abandoned[0, at : at + 2].tolist() == [1, 4]
    assert imported.history.aht_s[0, at : at + 2].tolist() == [300, 0.25]
    reasons = {each.reason: each.first_row for each in imported.report.left_out}
    assert sorted(reasons.values()) == [3, 5]
    assert any("its own limit holds" in str(each) for each in imported.report.remarks)


def test_an_implausible_unit_is_remarked(tmp_path: Path) -> None:
    data = table(HEADER, [["2026-03-16T09:00Z", "a", 5, 5, 0, 0.3]])
    imported = _own(data).load(tmp_path, wrap_up_s=5, short_abandon_s=5)
    words = [str(each) for each in imported.report.remarks]
    assert any("under 0.3 s" in word for word in words)
    assert sum("no effect" in word for word in words) == 2


def test_rows_above_the_header_are_passed_over(tmp_path: Path) -> None:
    data = b"Report of calls\r\n\r\n" + _sample("aircall-1").data
    imported = replace(_sample("aircall-1"), data=data).load(tmp_path)
    assert imported.report.counted == len(TICKETS)
    assert any("passed over: 2" in str(each) for each in imported.report.remarks)
    assert imported.report.left_out[0].first_row == 4


def test_aircalls_own_measures_are_taken_where_it_has_them(tmp_path: Path) -> None:
    header = (
        "line,datetime (tz offset incl.),number timezone,datetime (utc),direction,answered,"
        "missed_call_reason,user,duration (total),duration (in call),call id,waiting time,"
        "time in ivr"
    )
    at = "2026-03-16 09:00:00"
    rows = [
        [
            "a",
            at,
            "UTC",
            f"{at}.083",
            "inbound",
            "Yes",
            "",
            "Ann",
            300,
            200,
            "1",
            "0:01:30",
            "0:00:20",
        ],
        [
            "a",
            at,
            "UTC",
            at,
            "inbound",
            "No",
            "out_of_opening_hours",
            "",
            26,
            "",
            "2",
            "0:00:26",
            "",
        ],
        ["a", at, "UTC", at, "inbound", "No", "agents_did_not_answer", "", 40, "", "3", "", ""],
    ]
    imported = replace(_sample("aircall-3"), data=table(header, rows)).load(tmp_path)
    assert np.nansum(imported.history.offered) == 2
    (waits,) = imported.waits
    assert np.flatnonzero(waits.answered).tolist() == [70]
    assert np.flatnonzero(waits.abandoned).tolist() == [40]


def test_the_latest_record_of_a_contact_counts(tmp_path: Path) -> None:
    def record(minute: int, updated: int, queue: str) -> dict[str, object]:
        return {
            "ContactId": "c",
            "InitiationMethod": "INBOUND",
            "InitiationTimestamp": f"2026-03-16T09:{minute:02}:00Z",
            "QueueInfo": {"EnqueueTimestamp": f"2026-03-16T09:{minute:02}:10Z", "Id": queue},
            "AgentInfo": {"ConnectedToAgentTimestamp": f"2026-03-16T09:{minute:02}:40Z"},
            "DisconnectTimestamp": f"2026-03-16T09:{minute + 5:02}:00Z",
            "LastUpdateTimestamp": f"2026-03-16T10:{updated:02}:00Z",
        }

    data = lines([record(1, 5, "a"), record(40, 9, "b"), record(20, 9, "c"), record(30, 7, "d")])
    imported = replace(_sample("amazon-records"), data=data).load(
        tmp_path, wrap_up_s=10, chunk_rows=2
    )
    assert imported.history.queues == ("b",)
    at = imported.history.grid.index_of(datetime(2026, 3, 16, 9, 40, tzinfo=UTC))
    assert imported.history.offered[0, at] == 1
    # From the agent at 9:40:40 to the end at 9:45, and the after-call work that is added.
    assert imported.history.aht_s[0, at] == 270
    assert {each.count for each in imported.report.left_out} == {1, 2}


def test_a_preview_shows_and_asks(tmp_path: Path) -> None:
    sample = _sample("hubspot")
    path = sample.write(tmp_path)
    shown = preview(path, max_bytes=10**6, rows=3)
    assert shown.detected.variant == "hubspot"
    assert shown.columns[0] == "Ticket ID"
    assert [len(row) for row in shown.rows] == [len(shown.header)] * 3
    assert [(each.key, each.needed) for each in shown.questions] == [("zone", True)]
    first = min(TICKETS, key=lambda each: each.arrived)
    assert shown.rows[0][:4] == ("2", f"{first.local:%Y-%m-%d %H:%M:00}", first.queue, "handled")
    told = preview(path, max_bytes=10**6, zone=ZoneInfo("Asia/Kathmandu"))
    assert told.questions == ()
    assert told.rows[0][1].endswith("Z")


@pytest.mark.parametrize("name", SAMPLES)
def test_every_sample_has_a_preview(name: str, tmp_path: Path) -> None:
    sample = SAMPLES[name]
    shown = preview(sample.write(tmp_path), max_bytes=10**6, zone=sample.zone)
    assert shown.detected.variant == sample.variant
    assert len(shown.rows) == 10
    assert shown.faults == ()
    assert all(each.key != "zone" for each in shown.questions)


def test_a_preview_asks_for_the_order_of_dates_and_shows_faults(tmp_path: Path) -> None:
    header = "Case Number,Date/Time Opened,Date/Time Closed,Case Origin"
    rows = [[1, "01/02/2026 09:00", "", "Email"], [2, "someday", "", "Email"]]
    path = tmp_path / "f.csv"
    path.write_bytes(table(header, rows))
    shown = preview(path, max_bytes=10**6)
    assert [each.key for each in shown.questions] == ["zone", "date_order"]
    assert [fault.row for fault in shown.faults] == [3]
    answered = preview(path, max_bytes=10**6, zone=LONDON, date_order="mdy")
    assert answered.rows[0][1] == "2026-01-02T09:00:00Z"
    assert answered.questions == ()
