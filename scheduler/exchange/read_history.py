"""A history on its own, without a case around it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from forecasting.history import History
from forecasting.special_days import OpeningHours
from scheduler.errors import Fault, Remark
from scheduler.exchange.history_names import OTHER_NAMES, with_usual_names
from scheduler.exchange.history_plan import HistoryPlan
from scheduler.exchange.history_table import read_history, read_history_rows
from scheduler.exchange.layout import TABLES
from scheduler.exchange.read_case import read_bytes
from scheduler.exchange.record import Findings
from scheduler.exchange.tables import Table, read_csv


def read_history_file(
    path: Path,
    *,
    zone: ZoneInfo,
    max_bytes: int,
    only_queue: str = "contacts",
    interval: timedelta | None = None,
    opening: OpeningHours | None = None,
) -> tuple[History, tuple[Remark, ...]]:
    """Read a CSV file of contacts.

    Parameters
    ----------
    path
        Columns ``interval_start`` and ``offered`` or ``calls``; ``queue``, ``handled`` (or
        ``served``), ``abandoned`` (or ``abandoned_in_queue``) and ``aht_s`` (or
        ``mean_service_s``) where it has them; rows whose ``imputed`` is not 0 are unknown.
    zone
        The service's zone, and that of times without offset.
    max_bytes
        Largest size of the file.
    only_queue
        Name of the queue where the file has no such column.
    interval
        Length of an interval; None takes the longest usual one that fits the rows.
    opening
        Usual hours; outside them missing rows are not remarked.

    Returns
    -------
    History
        Queues in the order in which the file names them.
    tuple of Remark
        What the reader did that the user should know.

    Raises
    ------
    InputError
        Every fault of the file.
    """
    findings = Findings()
    table = _read_table(path, max_bytes, findings)
    plan = HistoryPlan(
        zone=zone, interval=interval, only_queue=only_queue, stated_zone=zone, usual=opening
    )
    history = None if table is None else read_history(table, plan, findings)
    if history is None:
        if not findings.count:
            findings.add(Fault(file=path.name, expected="at least one row", found="none"))
        raise findings.error()
    return history, tuple(findings.remarks)


def read_last_start(path: Path, *, zone: ZoneInfo, max_bytes: int) -> datetime:
    """Return the start of the last interval that a CSV file of contacts has a row for, in UTC.

    Parameters
    ----------
    path, zone, max_bytes
        As for :func:`read_history_file`.

    Raises
    ------
    InputError
        Every fault of the file.
    """
    findings = Findings()
    table = _read_table(path, max_bytes, findings)
    plan = HistoryPlan(zone=zone, interval=None, only_queue=path.stem, stated_zone=zone)
    rows = None if table is None else read_history_rows(table, plan, findings)
    if rows is None:
        raise findings.error()
    return datetime.fromtimestamp(int(rows.starts.max()), UTC)


def _read_table(path: Path, max_bytes: int, findings: Findings) -> Table | None:
    known = (*TABLES["history"], *OTHER_NAMES)
    data = read_bytes(path, max_bytes)
    table = read_csv(data, path.name, known=known, required=("interval_start",), findings=findings)
    return None if table is None else with_usual_names(table, findings)
