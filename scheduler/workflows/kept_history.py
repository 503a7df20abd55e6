"""Keeping an imported history: in a file of its own, or in the history of a case."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from forecasting.history import History
from scheduler.access import Action, User
from scheduler.errors import Fault, InputError
from scheduler.exchange.acd_merge import merged
from scheduler.exchange.case import Case
from scheduler.exchange.files import write_file
from scheduler.exchange.tables import write_csv
from scheduler.exchange.write_case import history_plan
from scheduler.exchange.write_history import write_history
from scheduler.exchange.write_waits import write_waits
from scheduler.workflows.history import Reading
from scheduler.workflows.week import require

_PLANES = ("offered", "handled", "abandoned", "aht_s")


def save_history(user: User, reading: Reading, path: Path) -> None:
    """Write what was read as a ``history.csv`` of its own, whole or not at all.

    Raises
    ------
    AccessDenied
        The user may not import history.
    """
    require(user, Action.IMPORT_HISTORY)
    write_file(path, history_csv(reading))


def save_waits(user: User, reading: Reading, path: Path) -> None:
    """Write how long contacts waited as CSV; parameters and errors as for the history."""
    require(user, Action.IMPORT_HISTORY)
    header, *rows = write_waits(reading.waits)
    write_file(path, write_csv(header, rows))


def history_csv(reading: Reading) -> bytes:
    """Write what was read as the bytes of a ``history.csv``."""
    header, *rows = write_history(reading.history, reading.plan)
    return write_csv(header, rows)


def changes(reading: Reading, case: Case) -> int:
    """Count the intervals of a case's history that an import changes or adds."""
    together = _together(reading, case)
    if case.history is None:
        return int(np.count_nonzero(~np.isnan(together.offered)))
    before = merged(_blank(together), case.history)
    same = [
        np.isclose(getattr(together, name), getattr(before, name), equal_nan=True)
        for name in _PLANES
    ]
    return int(np.count_nonzero(~np.all(same, axis=0)))


def add_to_case(user: User, reading: Reading, case: Case, folder: Path) -> int:
    """Put what was read into the history of a case folder; return how many intervals changed.

    What the exports know takes the place of what the case said there; the rest stays. The same
    export twice changes nothing, and then nothing is written.

    Raises
    ------
    AccessDenied
        The user may not import history.
    InputError
        The case is a workbook.
    """
    require(user, Action.IMPORT_HISTORY, of_team=case.name)
    if not folder.is_dir():
        expected = "a case folder to put history into: export to a file, and paste it in"
        raise InputError(Fault(file=folder.name, expected=expected, found="a workbook"))
    changed = changes(reading, case)
    if changed:
        header, *rows = write_history(_together(reading, case), history_plan(case))
        write_file(folder / "history.csv", write_csv(header, rows))
    return changed


def _together(reading: Reading, case: Case) -> History:
    return reading.history if case.history is None else merged(case.history, reading.history)


def _blank(like: History) -> History:
    """Return a history of the same queues and intervals that knows nothing."""
    return History.of_offered(like.grid, like.queues, np.full(like.offered.shape, np.nan))
