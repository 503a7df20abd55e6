"""Every kind of export, made from the same contacts, gives the history that a plain count gives."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from scheduler.exchange.acd import detect, import_history, variants
from scheduler.exchange.acd_report import Imported
from scheduler.exchange.read_history import read_history_file
from scheduler.exchange.workbook import write_sheets

LONDON = ZoneInfo("Europe/London")
HALF_HOUR = timedelta(minutes=30)
MAX_BYTES = 50_000_000
FIRST = datetime(2026, 3, 16, 8, tzinfo=UTC)  # a Monday


@dataclass(frozen=True, kw_only=True)
class Contact:
    """One contact of the truth: ``outcome`` is handled, abandoned, outbound or menu."""

    key: int
    arrived: datetime
    queue: str
    outcome: str
    wait_s: int
    talk_s: int

    @property
    def local(self) -> datetime:
        return self.arrived.astimezone(LONDON)

    @property
    def ended(self) -> datetime:
        return self.arrived + timedelta(seconds=self.wait_s + self.talk_s)


def contacts(count: int = 240, seed: int = 5) -> list[Contact]:
    """Make contacts of five days in two queues; some are outbound or end in the menu."""
    draw = np.random.default_rng(seed)
    made = []
    for key in range(count):
        at = FIRST + timedelta(days=int(draw.integers(5)), seconds=int(draw.integers(9 * 3600)))
        outcome = str(draw.choice(["handled"] * 6 + ["abandoned"] * 2 + ["outbound", "menu"]))
        made.append(
            Contact(
                key=key,
                arrived=at,
                queue=str(draw.choice(["Sales", "Care"])),
                outcome=outcome,
                wait_s=int(draw.integers(0, 90)),
                talk_s=int(draw.integers(30, 600)) if outcome == "handled" else 0,
            )
        )
    return sorted(made, key=lambda contact: contact.arrived)


CONTACTS = contacts()


@dataclass(frozen=True, kw_only=True)
class Sample:
    """A file of some kind, and what of the truth it can tell."""

    variant: str
    data: bytes
    name: str = "export.csv"
    zone: ZoneInfo | None = None
    tells: frozenset[str] = frozenset({"queue", "handled", "abandoned", "aht_s"})
    outcomes: tuple[str, ...] = ("handled", "abandoned")

    def write(self, folder: Path) -> Path:
        path = folder / self.name
        path.write_bytes(self.data)
        return path

    def load(self, folder: Path, **more: object) -> Imported:
        arguments = {"zone": self.zone, "service_zone": LONDON, "interval": HALF_HOUR}
        arguments |= {"max_bytes": MAX_BYTES, **more}
        return import_history(self.write(folder), **arguments)  # type: ignore[arg-type]  # tests vary them


def table(
    header: str, rows: Sequence[Sequence[object]], delimiter: str = ",", quote: bool = False
) -> bytes:
    target = io.StringIO(newline="")
    style = csv.QUOTE_ALL if quote else csv.QUOTE_MINIMAL
    writer = csv.writer(target, delimiter=delimiter, quoting=style)
    writer.writerow(header.split(","))
    writer.writerows(rows)
    return target.getvalue().encode()


def lines(records: Sequence[object]) -> bytes:
    return "".join(json.dumps(each) + "\n" for each in records).encode()


def _aircall_rows(header: str) -> list[list[object]]:
    rows = []
    for each in CONTACTS:
        handled = each.outcome == "handled"
        cells = {
            "line": each.queue,
            "date (TZ offset incl.)": f"{each.local:%Y-%m-%d}",
            "time (TZ offset incl.)": f"{each.local:%H:%M:%S}",
            "datetime (tz offset incl.)": f"{each.local:%Y-%m-%d %H:%M:%S}",
            "number timezone": "Europe/London",
            "datetime (UTC)": f"{each.arrived:%Y-%m-%d %H:%M:%S}",
            "country_code": "GB",
            "direction": "outbound" if each.outcome == "outbound" else "inbound",
            "from": f"44{each.key:09}",
            "to": "441632960000",
            "answered": "Yes" if handled else "No",
            "missed_call_reason": "abandoned_in_ivr" if each.outcome == "menu" else "",
            "user": "Ann" if handled else "[No associated user]",
            "duration (total)": each.wait_s + each.talk_s,
            "duration (in call)": each.talk_s or "",
        }
        rows.append([cells.get(name, cells.get(name.lower(), "")) for name in header.split(",")])
    return rows


AIRCALL = {
    "aircall-1": "line,date (TZ offset incl.),time (TZ offset incl.),number timezone,"
    "datetime (UTC),country_code,direction,from,to,answered,missed_call_reason,user,"
    "duration (total),duration (in call),via,voicemail,tags",
    "aircall-2": "line,date (TZ offset incl.),time (TZ offset incl.),number timezone,"
    "datetime (UTC),country_code,direction,from,to,answered,missed_call_reason,user,"
    "duration (total),duration (in call),via,voicemail,tags,IVR Branch",
    "aircall-3": "line,datetime (tz offset incl.),number timezone,datetime (UTC),country_code,"
    "direction,from,to,answered,missed_call_reason,user,duration (total),duration (in call),"
    "voicemail,tags,ivr branch",
}


def _aircall(variant: str) -> Sample:
    header = AIRCALL[variant]
    return Sample(variant=variant, data=table(header, _aircall_rows(header)))


TICKETS = [each for each in CONTACTS if each.outcome in ("handled", "abandoned")]
CLOSED = frozenset({"queue", "handled"})


def _hubspot() -> Sample:
    rows = [
        [
            each.key,
            "Where is my parcel?\nIt is late.",
            f"{each.local:%Y-%m-%d %H:%M}",
            f"{each.ended.astimezone(LONDON):%Y-%m-%d %H:%M}" if each.talk_s else "",
            "Ann",
            each.queue,
        ]
        for each in TICKETS
    ]
    header = "Ticket ID,Ticket name,Create date,Close date,Ticket owner,Pipeline"
    return Sample(variant="hubspot", data=table(header, rows), zone=LONDON, tells=CLOSED)


def _salesforce_report() -> Sample:
    rows = [
        [
            f"{each.key:08}",
            f"{each.local:%d/%m/%Y %H:%M}",
            f"{each.ended.astimezone(LONDON):%d/%m/%Y %H:%M}" if each.talk_s else "",
            each.queue,
        ]
        for each in TICKETS
    ]
    header = "Case Number,Date/Time Opened,Date/Time Closed,Case Origin"
    text = table(header, [*rows, rows[0]], delimiter="\t").decode()
    text += "\r\nGrand Totals\r\nConfidential information\r\n"
    return Sample(
        variant="salesforce-report",
        data=text.encode("utf-16"),
        zone=LONDON,
        tells=CLOSED,
    )


def _salesforce_api() -> Sample:
    rows = [
        [
            f"500{each.key:015}",
            each.key,
            f"{each.arrived:%Y-%m-%dT%H:%M:%S}.000Z",
            f"{each.ended:%Y-%m-%dT%H:%M:%S}.000Z" if each.talk_s else "",
            each.queue,
            str(each.outcome == "menu").lower(),
        ]
        for each in CONTACTS
        if each.outcome != "outbound"
    ]
    header = "Id,CaseNumber,CreatedDate,ClosedDate,Origin,IsDeleted"
    data = table(header, rows, quote=True)
    return Sample(variant="salesforce-api", data=data, tells=CLOSED)


def _agent_work() -> Sample:
    rows = [
        [each.queue, each.talk_s, f"{each.local:%m/%d/%Y}", f"{each.local:%I:%M %p}"]
        for each in CONTACTS
        if each.outcome == "handled"
    ]
    header = "Service Channel: Developer Name,Handle Time,Assign Date,Assign Time"
    return Sample(
        variant="salesforce-agentwork",
        data=table(header, rows),
        zone=LONDON,
        tells=frozenset({"queue", "handled", "aht_s"}),
        outcomes=("handled",),
    )


def _zendesk_csv() -> Sample:
    rows = [
        [
            1,
            each.key,
            "Élodie",
            "spam" if each.outcome == "menu" else "vip late",
            "Solved" if each.outcome == "handled" else "Open",
            each.queue,
            f"{each.local:%Y-%m-%d %H:%M:%S}",
            "Deleted" if each.outcome == "outbound" else "",
        ]
        for each in CONTACTS
        if each.outcome != "outbound"
    ]
    header = "[Summation column],Id,Requester,Tags,Status,Via,Created at,Solved at"
    data = table(header, rows, delimiter=";").decode().encode("cp1252")
    return Sample(variant="zendesk-csv", data=data, zone=LONDON, tells=CLOSED)


def _zendesk_json() -> Sample:
    def record(each: Contact, status: str, hours: int) -> dict[str, object]:
        return {
            "id": each.key,
            "created_at": f"{each.arrived:%Y-%m-%dT%H:%M:%SZ}",
            "updated_at": f"{each.ended + timedelta(hours=hours):%Y-%m-%dT%H:%M:%SZ}",
            "via": {"channel": each.queue, "source": {"from": {}}},
            "status": status,
            "tags": ["spam"] if each.outcome == "menu" else [],
            "custom_fields": [{"id": 1, "value": None}],
        }

    final = {"handled": "solved", "outbound": "deleted"}
    records = [record(each, final.get(each.outcome, "open"), 1) for each in CONTACTS]
    older = [record(each, "open", 0) for each in CONTACTS[:40]]
    return Sample(
        variant="zendesk-json", data=lines([*records, *older]), name="export.json", tells=CLOSED
    )


def _amazon_records() -> Sample:
    def record(each: Contact) -> dict[str, object]:
        stamp = "{:%Y-%m-%dT%H:%M:%SZ}".format
        queued = {"EnqueueTimestamp": stamp(each.arrived), "Name": each.queue}
        agent = {
            "ConnectedToAgentTimestamp": stamp(each.ended - timedelta(seconds=each.talk_s)),
            "AgentInteractionDuration": each.talk_s - 20,
            "CustomerHoldDuration": 5,
            "AfterContactWorkDuration": 15,
        }
        return {
            "ContactId": f"c-{each.key}",
            "InitiationMethod": "OUTBOUND" if each.outcome == "outbound" else "INBOUND",
            "InitiationTimestamp": stamp(each.arrived - timedelta(seconds=40)),
            "DisconnectTimestamp": stamp(each.ended),
            "LastUpdateTimestamp": stamp(each.ended),
            "Queue": None if each.outcome in ("menu", "outbound") else queued,
            "Agent": agent if each.outcome == "handled" else None,
        }

    records = [record(each) for each in CONTACTS]
    # Delivered at least once, several on one line.
    text = "".join(json.dumps(each) for each in [*records, *records[:30]])
    return Sample(variant="amazon-records", data=text.encode(), name="export.json")


def _asterisk_events() -> list[list[object]]:
    events: list[tuple[float, list[object]]] = []
    for each in CONTACTS:
        if each.outcome in ("menu", "outbound"):
            continue
        start, call = each.arrived.timestamp(), f"{each.arrived.timestamp():.0f}.{each.key}"

        def event(
            at: float, name: str, *data: object, of: str = call, queue: str = each.queue
        ) -> None:
            events.append((at, [int(at), of, queue, "NONE", name, *data]))

        event(start, "ENTERQUEUE", "", f"0163296{each.key}", 1)
        if each.outcome == "abandoned":
            event(start + each.wait_s, "ABANDON", 1, 1, each.wait_s)
            continue
        event(start + each.wait_s, "RINGNOANSWER", 1000)
        event(start + each.wait_s, "CONNECT", each.wait_s, "x", 3)
        end = start + each.wait_s + each.talk_s
        event(end, "COMPLETECALLER", each.wait_s, each.talk_s, 1)
    return [row for _, row in sorted(events, key=lambda each: each[0])]


def _asterisk_log() -> Sample:
    rows = ["|".join(map(str, row)) for row in _asterisk_events()]
    text = "\n".join(["1773600000|NONE|NONE|NONE|QUEUESTART|", *rows])
    return Sample(variant="asterisk", data=text.encode(), name="queue_log")


def _asterisk_table() -> Sample:
    rows = []
    for epoch, *cells in _asterisk_events():
        at = datetime.fromtimestamp(float(str(epoch)), UTC)
        rows.append([f"{at:%Y-%m-%d %H:%M:%S.%f}", *cells, *[""] * (9 - len(cells))])
    header = "time,callid,queuename,agent,event,data1,data2,data3,data4,data5"
    return Sample(variant="asterisk", data=table(header, rows), zone=ZoneInfo("UTC"))


def _twilio_tasks() -> Sample:
    state = {"handled": "completed", "abandoned": "canceled"}
    tasks = [
        {
            "sid": f"WT{each.key}",
            "task_queue_entered_date": f"{each.arrived:%Y-%m-%dT%H:%M:%SZ}",
            "date_updated": f"{each.ended:%Y-%m-%dT%H:%M:%SZ}",
            "assignment_status": state[each.outcome],
            "task_queue_friendly_name": each.queue,
        }
        for each in TICKETS
    ]
    data = json.dumps({"tasks": tasks}).encode()
    tells = frozenset({"queue", "handled", "abandoned"})
    return Sample(variant="twilio-tasks", data=data, name="tasks.json", tells=tells)


def _technion() -> Sample:
    rows = [
        [
            f"{each.arrived:%Y-%m-%dT%H:%M:%S}",
            "PS",
            5,
            each.wait_s if each.outcome in ("handled", "abandoned") else 0,
            {"handled": "AGENT", "outbound": "PHANTOM"}.get(each.outcome, "HANG"),
            each.talk_s,
            "0:00:00" if each.outcome == "menu" else f"{each.arrived:%H:%M:%S}",
        ]
        for each in CONTACTS
    ]
    header = "arrival,type,vru_time,q_time,outcome,ser_time,q_start"
    return Sample(
        variant="technion",
        data=gzip.compress(table(header, rows), mtime=0),
        name="calls.csv.gz",
        zone=ZoneInfo("UTC"),
        tells=frozenset({"handled", "abandoned", "aht_s"}),
    )


Counted = dict[tuple[datetime, str], list[Contact]]


def by_interval(zone: ZoneInfo = LONDON) -> Counted:
    """Gather the contacts of every half hour and queue, one after the other."""
    found: Counted = defaultdict(list)
    for each in TICKETS:
        local = each.arrived.astimezone(zone)
        start = local.replace(minute=local.minute // 30 * 30, second=0)
        found[start, each.queue].append(each)
    return dict(sorted(found.items()))


def figures(group: Sequence[Contact]) -> tuple[int, int, int, float]:
    """Offered, handled, abandoned and mean handling time of some contacts."""
    talks = [each.talk_s for each in group if each.talk_s]
    aht = sum(talks) / len(talks) if talks else 0.0
    return len(group), len(talks), len(group) - len(talks), aht


def _intervals(
    variant: str,
    header: str,
    row: Callable[[datetime, str, tuple[int, int, int, float]], list[object]],
    *,
    more: Sequence[Sequence[object]] = (),
    zone: ZoneInfo | None = None,
    tells: frozenset[str] = frozenset({"queue", "handled", "abandoned", "aht_s"}),
    quote: bool = False,
) -> Sample:
    rows = [row(start, queue, figures(group)) for (start, queue), group in by_interval().items()]
    data = table(header, [*rows, *more], quote=quote)
    return Sample(variant=variant, data=data, zone=zone, tells=tells)


def _own() -> Sample:
    return _intervals(
        "callboard",
        "interval_start,queue,offered,handled,abandoned,aht_s",
        lambda start, queue, n: [start.isoformat(), queue, *n[:3], n[3] or ""],
        more=[["Total", "", 1, 1, 1, 1]],
    )


def _own_workbook() -> Sample:
    rows = list(csv.reader(io.StringIO(_own().data.decode())))
    data = write_sheets({"notes": [["nothing"]], "history": rows})
    return Sample(variant="callboard", data=data, name="history.xlsx")


def _genesys_wfm() -> Sample:
    def row(start: datetime, queue: str, n: tuple[int, int, int, float]) -> list[object]:
        stamp = f"{start.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z"
        return [stamp, queue, "Voice", "a|||b", "English", n[0], n[1], round(n[1] * n[3], 9)]

    return _intervals(
        "genesys-wfm",
        "Interval Start UTC Date,Queue,Media Type,Skill Set,Language,Offered,"
        "Interactions Handled,Total Handle Time (Seconds)",
        row,
        tells=frozenset({"queue", "handled", "aht_s"}),
    )


def _genesys_performance() -> Sample:
    stamp = "{:%m/%d/%y %I:%M %p}".format

    def row(start: datetime, queue: str, n: tuple[int, int, int, float]) -> list[object]:
        times = [stamp(start), stamp(start + HALF_HOUR), "TRUE"]
        return [*times, "voice", queue, *(each or "" for each in (*n[:3], n[3] * 1000))]

    first, last = stamp(FIRST.astimezone(LONDON)), stamp(FIRST + timedelta(days=5))
    return _intervals(
        "genesys-performance",
        "Interval Start,Interval End,Interval Complete,Media Type,Queue Name,Offer,Answer,Abandon,"
        "Avg Handle",
        row,
        more=[
            [first, last, "TRUE", "voice", "Sales; Care", 200, 150, 50, 1],
            ["", "", "", "", "", 200, 150, 50, 1],
        ],
        zone=LONDON,
        quote=True,
    )


def _amazon_forecast() -> Sample:
    return _intervals(
        "amazon-forecast",
        "QueueName,QueueId,ChannelType,TimeStamp,IntervalDuration,IncomingContactVolume,"
        "AverageHandleTime,ContactsHandled",
        lambda start, queue, n: [
            queue,
            "q",
            "VOICE",
            start.isoformat(),
            "30mins",
            n[0],
            n[3],
            n[1],
        ],
        tells=frozenset({"queue", "handled", "aht_s"}),
    )


def _amazon_metrics() -> Sample:
    def row(start: datetime, queue: str, n: tuple[int, int, int, float]) -> list[object]:
        times = [start.isoformat(), (start + HALF_HOUR).isoformat()]
        return [queue, *times, *n[:3], n[3]]

    return _intervals(
        "amazon-metrics",
        "Queue,StartInterval,EndInterval,Contacts queued,Contacts handled,Contacts abandoned,"
        "Average handle time",
        row,
    )


def _twilio_insights() -> Sample:
    return _intervals(
        "twilio-insights",
        "Date,Time,Queue,Conversations,Handled Conversations,Abandoned Conversations,"
        "Average Handling Time",
        lambda start, queue, n: [f"{start:%d/%m/%Y}", f"{start:%I:%M %p}", queue, *n],
        more=[["Total", "", "", 9, 9, 9, 9]],
        zone=LONDON,
    )


SAMPLES = {
    f"{at}-{sample.variant}": sample
    for at, sample in enumerate(
        [
            *(_aircall(variant) for variant in AIRCALL),
            *(_hubspot(), _salesforce_report(), _salesforce_api(), _agent_work()),
            *(_zendesk_csv(), _zendesk_json(), _amazon_records(), _asterisk_log()),
            *(_asterisk_table(), _twilio_tasks(), _technion(), _own(), _own_workbook()),
            *(_genesys_wfm(), _genesys_performance(), _amazon_forecast(), _amazon_metrics()),
            _twilio_insights(),
        ]
    )
}


def test_there_is_a_sample_of_every_kind_and_the_page_names_it() -> None:
    names = {name for name, _ in variants()}
    assert {sample.variant for sample in SAMPLES.values()} == names
    page = Path(__file__).parents[3] / "docs" / "import-history.md"
    assert {name for name in names if f"`{name}`" not in page.read_text(encoding="utf-8")} == set()


def test_our_own_table_reads_as_it_does_without_an_import(tmp_path: Path) -> None:
    sample = next(each for each in SAMPLES.values() if each.variant == "callboard")
    imported = sample.load(tmp_path).history
    path = sample.write(tmp_path)
    plain, _ = read_history_file(path, zone=LONDON, max_bytes=MAX_BYTES, interval=HALF_HOUR)
    assert (imported.queues, len(imported.grid)) == (plain.queues, len(plain.grid))
    for plane in ("offered", "handled", "abandoned", "aht_s"):
        assert np.array_equal(getattr(imported, plane), getattr(plain, plane), equal_nan=True)


@pytest.mark.parametrize("name", SAMPLES)
def test_every_sample_is_told_from_the_others(name: str, tmp_path: Path) -> None:
    sample = SAMPLES[name]
    found = detect(sample.write(tmp_path), max_bytes=MAX_BYTES)
    assert (found.variant, bool(found.reason)) == (sample.variant, True)
    # A page of tasks is one record and a workbook is packed; the others show themselves at once.
    if sample.name not in ("tasks.json", "history.xlsx"):
        assert detect(sample.data[:4000], max_bytes=MAX_BYTES) == found


@pytest.mark.parametrize("name", SAMPLES)
def test_every_sample_is_counted_as_a_plain_loop_counts(name: str, tmp_path: Path) -> None:
    sample = SAMPLES[name]
    imported = sample.load(tmp_path, short_abandon_s=0.0)
    history = imported.history
    assert imported.report.variant == sample.variant
    named = "queue" in sample.tells
    assert set(history.queues) == ({"Sales", "Care"} if named else {"contacts"})
    truth: Counted = defaultdict(list)
    for (start, queue), group in by_interval().items():
        kept = [each for each in group if each.outcome in sample.outcomes]
        truth[start, queue if named else "contacts"] += kept
    for row, queue in enumerate(history.queues):
        for at, start in enumerate(history.grid.starts_local()):
            offered, handled, abandoned, aht = figures(truth.get((start, queue), []))
            found = history.offered[row, at]
            assert found == offered or (np.isnan(found) and not offered), (queue, start)
            if offered and "handled" in sample.tells:
                assert history.handled[row, at] == handled
            if offered and "abandoned" in sample.tells:
                assert history.abandoned[row, at] == abandoned
            if handled and "aht_s" in sample.tells:
                assert history.aht_s[row, at] == pytest.approx(aht, rel=1e-9)
    known = ~np.isnan(history.offered)
    total = sum(len(group) for group in truth.values())
    assert history.offered[known].sum() == total
    for plane in ("handled", "abandoned", "aht_s"):
        assert np.isnan(getattr(history, plane)).all() == (plane not in sample.tells), plane


@pytest.mark.parametrize("name", SAMPLES)
def test_the_report_accounts_for_every_row(name: str, tmp_path: Path) -> None:
    report = SAMPLES[name].load(tmp_path).report
    assert report.found == report.counted + sum(each.count for each in report.left_out)
    if report.unit == "rows":
        assert report.found == report.rows
    assert report.attribution in str(report)
    assert all(each.reason in str(report) for each in report.left_out)


@pytest.mark.parametrize("name", SAMPLES)
def test_small_chunks_change_nothing(name: str, tmp_path: Path) -> None:
    whole, parts = (SAMPLES[name].load(tmp_path, chunk_rows=size) for size in (50_000, 7))
    for plane in ("offered", "handled", "abandoned"):
        found, again = getattr(whole.history, plane), getattr(parts.history, plane)
        assert np.array_equal(found, again, equal_nan=True)
    assert whole.report.left_out == parts.report.left_out
    assert whole.report.remarks == parts.report.remarks
    for one, other in zip(whole.waits, parts.waits, strict=True):
        assert (one.answered == other.answered).all()
        assert (one.abandoned == other.abandoned).all()
