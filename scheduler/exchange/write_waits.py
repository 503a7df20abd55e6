"""How long contacts waited, as a table: what a fit of patience needs of a log of single calls."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from scheduler.exchange.acd_report import Waits
from scheduler.exchange.tables import neutralise

HEADER = ("queue", "wait_s", "answered", "abandoned", "sent_on")


def write_waits(waits: Iterable[Waits]) -> list[list[str]]:
    """Write waits as rows of text under a header: one row a queue and second that occurs."""
    rows = [list(HEADER)]
    for each in waits:
        columns = (each.answered, each.abandoned, each.sent_on)
        seconds = np.flatnonzero(np.sum(columns, axis=0)).tolist()
        name = neutralise(each.queue)
        rows += [[name, str(s), *(str(column[s]) for column in columns)] for s in seconds]
    return rows
