"""Asterisk: the log of queue events, as a file or as a table of a database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from scheduler.exchange.acd_chunk import Chunk, hashed
from scheduler.exchange.acd_contacts import Contacts, Outcome, Reason
from scheduler.exchange.acd_variant import Variant
from scheduler.exchange.interval_rows import Cells

# The columns of the database's table; lines of the file hold the same, separated by |.
COLUMNS = ("time", "callid", "queuename", "agent", "event", *(f"data{n}" for n in range(1, 6)))
MOST_OPEN = 200_000

_SERVED = ("COMPLETEAGENT", "COMPLETECALLER")
_PASSED_ON = ("TRANSFER", "BLINDTRANSFER", "ATTENDEDTRANSFER")
_SENT_ON = ("EXITWITHTIMEOUT", "EXITEMPTY", "EXITWITHKEY", "AGENTDUMP", "SYSCOMPAT")
_ENDS = (*_SERVED, *_PASSED_ON, *_SENT_ON, "ABANDON")
_READ = frozenset({"ENTERQUEUE", "CONNECT", *_ENDS})


@dataclass(slots=True)
class _Call:
    """A call in a queue whose end has not been read yet."""

    entered: float
    row: int
    connected: float = np.nan


@dataclass(slots=True)
class _Rows:
    """Contacts being gathered, a list for each field."""

    arrived: list[float] = field(default_factory=list)
    queue: list[str] = field(default_factory=list)
    outcome: list[int] = field(default_factory=list)
    reason: list[int] = field(default_factory=list)
    wait_s: list[float] = field(default_factory=list)
    handle_s: list[float] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    def add(
        self,
        key: tuple[str, str],
        call: _Call,
        outcome: Outcome,
        wait_s: float = np.nan,
        handle_s: float = np.nan,
        reason: Reason = Reason.COUNTED,
    ) -> None:
        """Add a contact."""
        self.arrived.append(call.entered)
        self.queue.append(key[1])
        self.outcome.append(outcome)
        self.reason.append(reason)
        self.wait_s.append(wait_s)
        self.handle_s.append(handle_s)
        self.numbers.append(call.row)
        self.keys.append(f"{key[0]}|{key[1]}|{call.entered}")

    def contacts(self) -> Contacts:
        """Return the contacts gathered."""
        return Contacts(
            arrived=np.floor(np.array(self.arrived)).astype(np.int64),
            queue=Cells.of("queue", self.queue),
            outcome=np.array(self.outcome, dtype=np.int64),
            reason=np.array(self.reason, dtype=np.int64),
            wait_s=np.maximum(np.array(self.wait_s, dtype=np.float64), 0.0),
            handle_s=np.array(self.handle_s, dtype=np.float64),
            whole=np.zeros(len(self.arrived), dtype=bool),
            numbers=np.array(self.numbers, dtype=np.int64),
            identity=hashed(self.keys),
        )


@dataclass(slots=True)
class QueueLog:
    """Follows calls from the event with which they enter a queue to the one that ends it.

    Attributes
    ----------
    most_open
        So many calls are followed at a time; older ones are given up.
    """

    most_open: int = MOST_OPEN
    _open: dict[tuple[str, str], _Call] = field(default_factory=dict)

    def read(self, chunk: Chunk) -> Contacts:
        """Return the contacts that these events complete."""
        times, understood = chunk.instants("time")
        events = [event.strip() for event in chunk.raw("event")]
        wanted = np.array([event in _READ for event in events], dtype=bool) & understood
        data = [chunk.raw(name) for name in COLUMNS[5:8]]
        calls, queues = chunk.raw("callid"), chunk.raw(chunk.queue or "queuename")
        rows = _Rows()
        for at in np.flatnonzero(wanted).tolist():
            key = calls[at].strip(), queues[at].strip()
            values = [column[at] for column in data]
            self._event(
                rows, key, events[at], float(times[at]), int(chunk.place.numbers[at]), values
            )
        while len(self._open) > self.most_open:
            key = next(iter(self._open))
            self._give_up(rows, key, self._open.pop(key))
        return rows.contacts()

    def rest(self) -> Contacts:
        """Return the calls whose end is not in the log."""
        rows = _Rows()
        for key, call in self._open.items():
            self._give_up(rows, key, call)
        self._open.clear()
        return rows.contacts()

    def _event(
        self,
        rows: _Rows,
        key: tuple[str, str],
        event: str,
        at: float,
        row: int,
        data: list[str],
    ) -> None:
        call = self._open.get(key)
        if event == "ENTERQUEUE":
            if call is not None and call.entered != at:
                self._give_up(rows, key, self._open.pop(key))
            self._open.setdefault(key, _Call(entered=at, row=row))
        elif event == "CONNECT":
            if call is not None:
                call.connected = at
        elif call is None:
            beginning = _Call(entered=at, row=row)
            rows.add(key, beginning, Outcome.UNKNOWN, reason=Reason.NO_BEGINNING)
        else:
            _ENDINGS[event](rows, key, self._open.pop(key), at, data)

    def _give_up(self, rows: _Rows, key: tuple[str, str], call: _Call) -> None:
        """Count a call without its end: it was answered if an agent was connected."""
        if np.isnan(call.connected):
            rows.add(key, call, Outcome.UNKNOWN)
        else:
            rows.add(key, call, Outcome.HANDLED, call.connected - call.entered)


Ending = Callable[[_Rows, tuple[str, str], _Call, float, list[str]], None]


def _served(rows: _Rows, key: tuple[str, str], call: _Call, at: float, data: list[str]) -> None:
    """Take wait and talk from the log; where it states none, the times of its events tell."""
    began = at if np.isnan(call.connected) else call.connected
    wait_s = _stated(data[0], began - call.entered)
    rows.add(key, call, Outcome.HANDLED, wait_s, _stated(data[1], at - began))


def _passed_on(rows: _Rows, key: tuple[str, str], call: _Call, at: float, data: list[str]) -> None:
    # Where a transfer states its times depends on its kind and on Asterisk's version.
    began = at if np.isnan(call.connected) else call.connected
    rows.add(key, call, Outcome.HANDLED, began - call.entered, at - began)


def _abandoned(rows: _Rows, key: tuple[str, str], call: _Call, at: float, data: list[str]) -> None:
    rows.add(key, call, Outcome.ABANDONED, _stated(data[2], at - call.entered))


def _sent_on(rows: _Rows, key: tuple[str, str], call: _Call, at: float, data: list[str]) -> None:
    rows.add(key, call, Outcome.SENT_ON, at - call.entered)


_ENDINGS: dict[str, Ending] = {
    **dict.fromkeys(_SERVED, _served),
    **dict.fromkeys(_PASSED_ON, _passed_on),
    **dict.fromkeys(_SENT_ON, _sent_on),
    "ABANDON": _abandoned,
}


def _stated(text: str, otherwise: float) -> float:
    text = text.strip()
    return float(text) if text.isascii() and text.isdigit() and len(text) < 9 else otherwise


VARIANTS = (
    Variant(
        name="asterisk",
        title="an Asterisk queue_log",
        needs=(
            ("time",),
            ("callid",),
            ("queuename",),
            ("event",),
            *((name,) for name in COLUMNS[5:8]),
        ),
        dates=("time",),
        queue=("queuename",),
        attribution="a call belongs to the interval in which it entered the queue (ENTERQUEUE)",
        reads=QueueLog,
    ),
)
