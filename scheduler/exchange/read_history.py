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
    plan = HistoryPlan(
        zone=zone, interval=interval, only_queue=only_queue, stated_zone=zone, usual=opening
    )
    history, _ = _read(path, plan, max_bytes, findings)
    return history, tuple(findings.remarks)


def read_so_far(
    path: Path, *, zone: ZoneInfo, max_bytes: int, only_queue: str, interval: timedelta
) -> tuple[History, datetime]:
    """Read a CSV file of contacts of a day that is not over.

    Parameters are those of :func:`read_history_file`.

    Returns
    -------
    History
        The contacts; what follows the last row of a day is no knowledge.
    datetime
        Start of the last interval that has a row, in UTC.

    Raises
    ------
    InputError
        Every fault of the file.
    """
    plan = HistoryPlan(zone=zone, interval=interval, only_queue=only_queue, stated_zone=zone)
    history, table = _read(path, plan, max_bytes, Findings())
    rows = read_history_rows(table, plan, Findings())
    assert rows is not None  # noqa: S101  # the same rows have just been read without a fault
    return history, datetime.fromtimestamp(int(rows.starts.max()), UTC)


def _read(
    path: Path, plan: HistoryPlan, max_bytes: int, findings: Findings
) -> tuple[History, Table]:
    known = (*TABLES["history"], *OTHER_NAMES)
    data = read_bytes(path, max_bytes)
    table = read_csv(data, path.name, known=known, required=("interval_start",), findings=findings)
    table = None if table is None else with_usual_names(table, findings)
    history = None if table is None else read_history(table, plan, findings)
    if table is None or history is None:
        if not findings.count:
            findings.add(Fault(file=path.name, expected="at least one row", found="none"))
        raise findings.error()
    return history, table
