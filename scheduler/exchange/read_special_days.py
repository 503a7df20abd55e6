"""Special days on their own, without a case around them."""

from __future__ import annotations

from pathlib import Path

from forecasting.special_days import SpecialDay
from scheduler.exchange.layout import REQUIRED, TABLES
from scheduler.exchange.people_tables import Names, read_special_days
from scheduler.exchange.read_case import read_bytes
from scheduler.exchange.record import Findings
from scheduler.exchange.tables import read_csv


def read_special_days_file(
    path: Path, *, queues: tuple[str, ...], max_bytes: int
) -> tuple[SpecialDay, ...]:
    """Read a CSV file as ``special_days.csv`` of a case.

    Parameters
    ----------
    path
        Columns ``date`` and ``kind``; ``queue``, ``factor``, ``opens``, ``closes``, ``name``
        where it has them.
    queues
        Queues that the rows may name.
    max_bytes
        Largest size of the file.

    Raises
    ------
    InputError
        Every fault of the file.
    """
    findings = Findings()
    known, required = TABLES["special_days"], REQUIRED["special_days"]
    table = read_csv(
        read_bytes(path, max_bytes), path.name, known=known, required=required, findings=findings
    )
    names = Names(queues=queues, shifts=None, contracts=None, rotations=None, agents=None)
    days = read_special_days(table, names, findings)
    if findings.count:
        raise findings.error()
    return days
