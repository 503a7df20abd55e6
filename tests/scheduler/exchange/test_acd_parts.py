"""The parts of an import, each held against a plain loop."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecasting.grid import TimeGrid
from forecasting.history import History
from scheduler.errors import InputError
from scheduler.exchange.acd_asterisk import COLUMNS, QueueLog
from scheduler.exchange.acd_chunk import Chunk, read_span
from scheduler.exchange.acd_contacts import Contacts, Outcome, Reason, joined
from scheduler.exchange.acd_layout import rows_of, with_quiet_days
from scheduler.exchange.acd_left_out import Seen
from scheduler.exchange.acd_merge import merged
from scheduler.exchange.acd_plan import ImportPlan
from scheduler.exchange.acd_queues import MOST_QUEUES, QueueNames
from scheduler.exchange.acd_report import LONGEST_WAIT_S
from scheduler.exchange.acd_tally import Tally
from scheduler.exchange.acd_times import Clock
from scheduler.exchange.interval_rows import Cells, IntervalRows, Place
from scheduler.exchange.record import Findings

LONDON = ZoneInfo("Europe/London")


def _plan(minutes: int = 30, zone: ZoneInfo = LONDON, **more: object) -> ImportPlan:
    arguments = {"zone": zone, "service_zone": zone, "interval": timedelta(minutes=minutes), **more}
    return ImportPlan(**arguments)  # type: ignore[arg-type]  # tests vary them


@given(st.lists(st.lists(st.integers(0, 40), max_size=12), max_size=8))
@settings(deadline=None, derandomize=True, max_examples=120)
def test_what_was_seen_is_remembered(batches: list[list[int]]) -> None:
    seen, plain = Seen(), set[int]()
    for batch in batches:
        found = seen.first_time(np.array(batch, dtype=np.uint64))
        for value, first in zip(batch, found, strict=True):
            assert first == (value not in plain)
            plain.add(value)


Row = tuple[int, str, Outcome, Reason, float, float, int, int]
ROWS = st.lists(
    st.tuples(
        st.integers(1_773_500_000, 1_775_000_000),  # over London's change of 29 March 2026
        st.sampled_from(["a", "b", ""]),
        st.sampled_from(Outcome),
        st.sampled_from([Reason.COUNTED, Reason.COUNTED, Reason.MENU, Reason.OUTBOUND]),
        st.sampled_from([np.nan, 0.0, 3.0, 7.5, 9000.0]),
        st.sampled_from([np.nan, 0.0, 60.0, 90.0]),
        st.integers(0, 30),
        st.integers(0, 3),
    ),
    min_size=1,
    max_size=40,
)


def _contacts(rows: list[Row], *, versions: bool) -> Contacts:
    arrived, queue, outcome, reason, wait_s, handle_s, identity, version = zip(*rows, strict=True)
    return Contacts(
        arrived=np.array(arrived, dtype=np.int64),
        queue=Cells.of("queue", list(queue)),
        outcome=np.array(outcome, dtype=np.int64),
        reason=np.array(reason, dtype=np.int64),
        wait_s=np.array(wait_s),
        handle_s=np.array(handle_s),
        whole=np.zeros(len(rows), dtype=bool),
        numbers=np.arange(2, len(rows) + 2),
        identity=np.array(identity, dtype=np.uint64),
        version=np.array(version, dtype=np.float64) if versions else None,
    )


def _kept(rows: list[Row], *, versions: bool) -> list[Row]:
    """Of the rows with one identity keep the newest, without versions the first."""
    best: dict[int, int] = {}
    for at, row in enumerate(rows):
        other = best.setdefault(row[6], at)
        if versions and row[7] > rows[other][7]:
            best[row[6]] = at
    return [rows[at] for at in sorted(best.values())]


@given(ROWS, st.booleans(), st.booleans(), st.integers(1, 9))
@settings(deadline=None, derandomize=True, max_examples=150)
def test_the_tally_counts_as_a_loop_does(
    rows: list[Row], versions: bool, menu: bool, size: int
) -> None:
    plan = _plan(include_ivr=menu, short_abandon_s=5.0, wrap_up_s=10.0)
    tally = Tally(plan=plan, file="f.csv", findings=Findings())
    for start in range(0, len(rows), size):
        tally.add(_contacts(rows[start : start + size], versions=versions))
    counts = tally.finish()
    offered: Counter[tuple[str, datetime]] = Counter()
    talk: dict[tuple[str, datetime], list[float]] = defaultdict(list)
    waits: Counter[tuple[str, Outcome, int]] = Counter()
    for second, queue, outcome, reason, wait_s, handle_s, *_ in _kept(rows, versions=versions):
        short = outcome is Outcome.ABANDONED and wait_s < 5
        if short or not (reason is Reason.COUNTED or (menu and reason is Reason.MENU)):
            continue
        at = datetime.fromtimestamp(second, UTC)
        key = queue or "contacts", at.replace(minute=at.minute // 30 * 30, second=0)
        offered[key] += 1
        if handle_s > 0:
            talk[key].append(handle_s + 10)
        if wait_s == wait_s and outcome is not Outcome.UNKNOWN:
            waits[key[0], outcome, int(min(wait_s, LONGEST_WAIT_S))] += 1
    assert tally.found == len(rows) == tally.counted + tally.left_out.total
    assert tally.counted == sum(offered.values())
    for one in tally.waits():
        planes = (one.answered, one.abandoned, one.sent_on)
        for outcome, plane in zip((1, 2, 3), planes, strict=True):
            assert plane.size == LONGEST_WAIT_S + 1
            for second in np.flatnonzero(plane):
                assert waits.pop((one.queue, Outcome(outcome), int(second))) == plane[second]
    assert not waits
    if not offered:
        return
    found = rows_of(counts, tally.queues, frozenset({"handled", "abandoned"}), plan)
    aht = found.values.get("aht_s", np.full(found.starts.size, np.nan))
    for at, second in enumerate(found.starts.tolist()):
        key = found.queues[found.queue[at]], datetime.fromtimestamp(second, UTC)
        assert found.values["offered"][at] == offered.pop(key)
        times = talk.get(key, [])
        expected = sum(times) / len(times) if times else np.nan
        assert aht[at] == pytest.approx(expected, nan_ok=True)
    assert not offered


def test_joined_parts_are_one_after_the_other() -> None:
    rows: list[Row] = [
        (1_773_500_000 + n, name, Outcome.HANDLED, Reason.COUNTED, 1.0, 2.0, n, 0)
        for n, name in enumerate("abcab")
    ]
    whole = _contacts(rows, versions=True)
    parts = joined([_contacts(rows[:2], versions=True), _contacts(rows[2:], versions=True)])
    assert [parts.queue.texts[code] for code in parts.queue.codes] == list("abcab")
    assert (parts.arrived == whole.arrived).all()
    assert parts.version is not None


@pytest.mark.parametrize(
    ("key", "minutes", "day"),
    [("Asia/Kathmandu", 60, date(2026, 3, 2)), ("Australia/Lord_Howe", 30, date(2026, 4, 5))],
)
def test_intervals_begin_at_local_midnight(key: str, minutes: int, day: date) -> None:
    zone = ZoneInfo(key)
    plan = _plan(minutes, zone)
    grid = TimeGrid.over_days(day, 2, plan.interval, zone)
    rows: list[Row] = [
        (int(start.timestamp()) + 60 * n, "a", Outcome.HANDLED, Reason.COUNTED, 1.0, 1.0, 0, 0)
        for n, start in enumerate(grid.starts_utc())
        if n < minutes
    ]
    tally = Tally(plan=plan, file="f", findings=Findings())
    for row in rows:
        tally.add(_contacts([(*row[:6], row[0], 0)], versions=False))
    found = rows_of(tally.finish(), tally.queues, frozenset(), plan)
    starts = {int(start.timestamp()) for start in grid.starts_utc()}
    assert set(found.starts.tolist()) <= starts
    assert found.values["offered"].sum() == len(rows)


def test_a_quiet_day_is_zero_and_an_outage_is_unknown() -> None:
    def at(day: int, hour: int = 10) -> int:
        return int(datetime(2026, 3, day, hour, tzinfo=UTC).timestamp())

    rows = IntervalRows(
        starts=np.array([at(2), at(3), at(6), at(2), at(6)]),
        queue=np.array([0, 0, 0, 1, 1]),
        values={"offered": np.ones(5), "aht_s": np.full(5, 60.0)},
        numbers=np.zeros(5, dtype=np.int64),
        queues=("busy", "rare"),
    )
    covered = np.array([at(2), at(3), at(6), at(9)])
    found = with_quiet_days(rows, covered, LONDON)
    # Of the 3rd the file has something, but not for the rare queue; of 4th and 5th it has nothing.
    assert found.starts[5:].tolist() == [at(3, 0)]
    assert found.queue[5:].tolist() == [1]
    assert found.values["offered"][5:].tolist() == [0.0]
    assert np.isnan(found.values["aht_s"][5])


def _history(first: date, days: int, queues: tuple[str, ...], value: float) -> History:
    grid = TimeGrid.over_days(first, days, timedelta(minutes=30), LONDON)
    offered = np.full((len(queues), len(grid)), value)
    offered[:, ::7] = np.nan
    return History.of_offered(grid, queues, offered)


def test_adding_twice_is_adding_once() -> None:
    before = _history(date(2026, 3, 27), 3, ("a", "b"), 1.0)
    new = _history(date(2026, 3, 29), 3, ("b", "c"), 2.0)
    once = merged(before, new)
    twice = merged(once, new)
    assert once.queues == twice.queues == ("a", "b", "c")
    assert np.array_equal(once.offered, twice.offered, equal_nan=True)
    assert [day.day for day in once.grid.dates()] == [27, 28, 29, 30, 31]
    assert len(once.grid) == 5 * 48 - 2
    shared = once.select("b").offered[0, once.grid.day_slice(date(2026, 3, 29))]
    # Where the new history knows nothing, the old one stands.
    old = before.select("b").offered[0, before.grid.day_slice(date(2026, 3, 29))]
    fresh = new.select("b").offered[0, new.grid.day_slice(date(2026, 3, 29))]
    assert np.array_equal(shared, np.where(np.isnan(fresh), old, fresh), equal_nan=True)
    other = _history(date(2026, 3, 1), 1, ("c",), 3.0)
    assert np.array_equal(merged(new, other).offered.shape, (2, 31 * 48 - 2))


def test_histories_of_different_grids_are_not_added() -> None:
    before = _history(date(2026, 3, 27), 1, ("a",), 1.0)
    grid = TimeGrid.over_days(date(2026, 3, 27), 1, timedelta(minutes=15), ZoneInfo("UTC"))
    with pytest.raises(InputError) as error:
        merged(before, History.of_offered(grid, ("a",), np.zeros((1, len(grid)))))
    assert [fault.column for fault in error.value.faults] == ["zone", "interval"]


@pytest.mark.parametrize(
    ("text", "second"),
    [("90", 90), ("1:30", 90), ("00:01:30", 90), ("100:00:00", 360_000), ("0:00:01.5", 1.5)],
)
def test_lengths_of_time(text: str, second: float) -> None:
    assert read_span(text) == second


@pytest.mark.parametrize("text", ["1:60", "1:60:00", "-5", "x", "1e999", "nan", "1:2:3:4", "５"])
def test_what_is_no_length_of_time_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        read_span(text)


def test_names_of_queues_are_mapped_tidied_and_bounded() -> None:
    names = QueueNames(queue_map={"x": "phone", "y": "phone", "z": None}, only_queue="all")
    assert [names.number(each) for each in ("x", "z", "", "y", "a;  b")] == [0, -1, 1, 0, 2]
    assert names.names == ["phone", "all", "a, b"]
    for wrong in ("a\x00b", "n" * 201):
        with pytest.raises(InputError):
            names.number(wrong)
    for at in range(MOST_QUEUES - 3):
        names.number(f"q{at}")
    with pytest.raises(InputError, match="queue_from names the column"):
        names.number("one more")


def _follow(lines: list[str], log: QueueLog | None = None) -> list[tuple[str, str, float, float]]:
    """Follow a log; return outcome or reason, queue, wait and handling of every contact."""
    log = log or QueueLog()
    rows = [(line.split("|") + [""] * 10)[:10] for line in lines]
    columns = {name: (at, name) for at, name in enumerate(COLUMNS)}
    numbers = np.arange(1, len(rows) + 1)
    place = Place(file="queue_log", numbers=numbers, findings=Findings())
    clock = Clock(zone=None)
    chunk = Chunk(columns=columns, rows=rows, place=place, clock=clock, queue="queuename")
    contacts = joined([log.read(chunk), log.rest()])
    return [
        (
            Reason(int(contacts.reason[at])).name
            if contacts.reason[at]
            else Outcome(int(contacts.outcome[at])).name,
            contacts.queue.texts[contacts.queue.codes[at]],
            float(contacts.wait_s[at]),
            float(contacts.handle_s[at]),
        )
        for at in range(len(contacts))
    ]


T = 1_773_650_000


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        (["5|ABANDON|1|1|5"], ("ABANDONED", 5, np.nan)),
        (["5|ABANDON|1|1"], ("ABANDONED", 5, np.nan)),
        (["5|CONNECT|5|u|2", "65|COMPLETEAGENT|5|60|1"], ("HANDLED", 5, 60)),
        (["5|CONNECT|5|u|2", "65|COMPLETECALLER|x|y|1"], ("HANDLED", 5, 60)),
        (["5|CONNECT|5|u|2", "65|TRANSFER|123|ctx|5|60"], ("HANDLED", 5, 60)),
        (["5|CONNECT|5|u|2", "65|BLINDTRANSFER|123|ctx|5|60|1"], ("HANDLED", 5, 60)),
        (["5|CONNECT|5|u|2", "65|ATTENDEDTRANSFER|BRIDGE|b|5|60|1"], ("HANDLED", 5, 60)),
        (["30|EXITWITHTIMEOUT|1|1|30"], ("SENT_ON", 30, np.nan)),
        (["30|EXITWITHKEY|1|1"], ("SENT_ON", 30, np.nan)),
        (["30|EXITEMPTY|1|1|30"], ("SENT_ON", 30, np.nan)),
        (["5|RINGNOANSWER|1000", "9|PAUSE|"], ("UNKNOWN", np.nan, np.nan)),
        (["5|CONNECT|5|u|2"], ("HANDLED", 5, np.nan)),
    ],
)
def test_every_end_of_a_call_in_a_queue(
    events: list[str], expected: tuple[str, float, float]
) -> None:
    parts = [event.partition("|") for event in ["0|ENTERQUEUE||1|1", *events]]
    (found,) = _follow([f"{T + int(at)}|c1|care|NONE|{rest}" for at, _, rest in parts])
    assert found[:2] == (expected[0], "care")
    assert found[2:] == pytest.approx(expected[1:], nan_ok=True)


def test_a_call_may_enter_again_and_an_end_may_lack_its_beginning() -> None:
    lines = [
        f"{T}|c0|care|NONE|ABANDON|1|1|9",
        f"{T}|c1|care|NONE|ENTERQUEUE||1|1",
        f"{T}|c1|care|NONE|ENTERQUEUE||1|1",
        f"{T + 30}|c1|care|NONE|EXITWITHTIMEOUT|1|1|30",
        f"{T + 40}|c1|care|NONE|ENTERQUEUE||1|1",
        f"{T + 41}|c1|sales|NONE|ENTERQUEUE||1|1",
        f"{T + 50}|c1|care|NONE|ABANDON|1|1|10",
        f"{T + 90}|c1|sales|NONE|ENTERQUEUE||1|1",
    ]
    assert [each[:2] for each in _follow(lines)] == [
        ("NO_BEGINNING", "care"),
        ("SENT_ON", "care"),
        ("ABANDONED", "care"),
        ("UNKNOWN", "sales"),
        ("UNKNOWN", "sales"),
    ]


def test_calls_without_end_cannot_fill_the_memory() -> None:
    log = QueueLog(most_open=3)
    lines = [f"{T + n}|c{n}|care|NONE|ENTERQUEUE||1|1" for n in range(8)]
    assert [each[0] for each in _follow(lines, log)] == ["UNKNOWN"] * 8


@pytest.mark.parametrize(
    ("choice", "column"),
    [
        ({"interval": timedelta(minutes=7)}, "interval"),
        ({"wrap_up_s": -1.0}, "wrap_up_s"),
        ({"short_abandon_s": float("nan")}, "short_abandon_s"),
        ({"queue_map": {"a": "b;c"}}, "queue_map, only_queue"),
        ({"only_queue": " "}, "queue_map, only_queue"),
        ({"date_order": "ymd"}, "date_order"),
        ({"doubled_hour": "both"}, "doubled_hour"),
    ],
)
def test_choices_that_no_import_can_keep(choice: dict[str, object], column: str) -> None:
    with pytest.raises(InputError) as error:
        _plan(**choice)  # type: ignore[arg-type]  # wrong on purpose
    assert [fault.column for fault in error.value.faults] == [column]
