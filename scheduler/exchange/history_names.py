"""Other names for the columns of a history that stands on its own."""

from __future__ import annotations

from dataclasses import replace

from scheduler.exchange.record import Findings
from scheduler.exchange.tables import Table, clean

USUAL_NAME = {
    "calls": "offered",
    "served": "handled",
    "abandoned_in_queue": "abandoned",
    "mean_service_s": "aht_s",
}
IMPUTED = "imputed"
_NO = ("", "0", "0.0", "false", "no")
# What these say is not needed; named so that they are not taken for misspelt columns.
_NOT_READ = ("queued", "mean_wait_q_s")
OTHER_NAMES = (*USUAL_NAME, IMPUTED, *_NOT_READ)


def with_usual_names(table: Table, findings: Findings) -> Table:
    """Return a history's table under its usual column names, imputed counts made unknown.

    Parameters
    ----------
    table
        Columns as the file names them.
    findings
        Where it is remarked what was left out.
    """
    header = tuple(
        usual if (usual := USUAL_NAME.get(name)) and usual not in table.header else name
        for name in table.header
    )
    for name in _NOT_READ:
        if name in header:
            findings.remark(f"column {name!r} is not read", file=table.file, row=1)
    named = replace(table, header=header)
    told = IMPUTED in header and "offered" in header
    return _without_imputed(named, findings) if told else named


def _without_imputed(table: Table, findings: Findings) -> Table:
    """Empty the counts of rows that say that somebody else filled them in."""
    flag, count = table.header.index(IMPUTED), table.header.index("offered")
    filled = [clean(row[flag]).casefold() not in _NO for row in table.rows]
    rows = [
        ["" if place == count else cell for place, cell in enumerate(row)] if made_up else row
        for row, made_up in zip(table.rows, filled, strict=True)
    ]
    if any(filled):
        words = f"{sum(filled)} rows marked as imputed count as unknown"
        findings.remark(words, file=table.file)
    return replace(table, rows=rows)
