"""A case folder many times as large as another: its people copied, its contacts multiplied."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

_COUNTS = ("offered", "handled", "abandoned")


def enlarge(case: Path, target: Path, *, times: int) -> Path:
    """Write a case with so many times the agents and contacts into a new folder, and return it.

    Leave, wishes and pins stay those of the first copy of each agent.

    Parameters
    ----------
    case
        The case folder to take.
    target
        The folder to make; its name becomes the case's.
    times
        How many of each agent, and of each contact.
    """
    shutil.copytree(case, target)
    toml = target / "case.toml"
    name = f'name = "{case.name}"'
    toml.write_text(toml.read_text("utf-8").replace(name, f'name = "{target.name}"', 1), "utf-8")
    _rewrite(target / "agents.csv", lambda row: [_copy(row, n) for n in range(times)])
    _rewrite(target / "history.csv", lambda row: [_more(row, times)])
    return target


def _copy(row: dict[str, str], number: int) -> dict[str, str]:
    if number == 0:
        return row
    return row | {"id": f"{row['id']}-{number}", "name": f"{row['name']} {number + 1}"}


def _more(row: dict[str, str], times: int) -> dict[str, str]:
    counts = {name: row[name] for name in _COUNTS if row.get(name)}
    return row | {name: f"{float(text) * times:g}" for name, text in counts.items()}


def _rewrite(path: Path, change: Callable[[dict[str, str]], list[dict[str, str]]]) -> None:
    with path.open(newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        rows = [new for row in reader for new in change(row)]
        names = list(reader.fieldnames or ())
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
