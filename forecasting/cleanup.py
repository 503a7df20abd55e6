"""What is strange in a history: found, shown, and kept or replaced by choice; never silently."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from forecasting.finding import KINDS, Finding, Kind, Record
from forecasting.special_days import OpeningHours, SpecialDay, open_share
from forecasting.strange_days import (
    Judged,
    closures,
    gaps,
    out_of_hours,
    outages,
    outliers,
    shifts,
)
from scheduler.errors import Remark

if TYPE_CHECKING:
    from forecasting.history import History

# So many dates are named in one remark.
_NAMED = 6


def find(
    history: History,
    queue: str,
    opening: OpeningHours,
    special_days: Iterable[SpecialDay] = (),
    country: str = "",
) -> tuple[Finding, ...]:
    """Find what is strange in the records of a queue.

    A queue of Poisson arrivals at a steady level yields a closure, an outage, an outlier or a
    level shift each with a probability of about 0.01 over its whole history; where days or
    intervals vary more than that, more is asked of a finding.

    Parameters
    ----------
    history
        What happened.
    queue
        Name of the queue; KeyError if there is none.
    opening, special_days
        When the queue should have been open. Days that a special day describes are neither
        outliers nor have they outages.
    country
        Whose public holidays are not either; empty for none.

    Returns
    -------
    tuple of Finding
        In the order of time.
    """
    judged = Judged.of(Record.of(history, queue, opening, tuple(special_days), country))
    silent = outages(judged)
    explained = np.zeros(len(history.grid), dtype=bool)
    for each in (*silent, *(empty := closures(judged))):
        explained[each.at] = True
    found = [
        *gaps(judged),
        *empty,
        *silent,
        *outliers(judged, explained),
        *shifts(judged),
        *out_of_hours(judged),
    ]
    return tuple(sorted(found, key=lambda each: (each.start, KINDS.index(each.kind))))


def replaced(history: History, findings: Iterable[Finding]) -> History:
    """Return a history in which findings are replaced by what was usual, and marked.

    What was handled, what was abandoned and how long it took are unknown there.

    Parameters
    ----------
    history
        The history in which they were found.
    findings
        Those to replace; the others are kept by leaving them out.
    """
    planes = {
        name: getattr(history, name).copy() for name in ("offered", "handled", "abandoned", "aht_s")
    }
    marked = history.replaced.copy()
    for each in findings:
        row = history.queues.index(each.queue)
        here = each.replacement
        changed = ~np.isnan(here) & (here != planes["offered"][row, each.at])
        for plane in planes.values():
            plane[row, each.at][changed] = np.nan
        planes["offered"][row, each.at][changed] = here[changed]
        marked[row, each.at] |= changed
    return replace(history, **planes, replaced=marked)


def cleaned(
    history: History,
    opening: Mapping[str, OpeningHours],
    special_days: Iterable[SpecialDay] = (),
    country: str = "",
) -> tuple[History, tuple[Remark, ...]]:
    """Return a history fit for a forecast, and every change made to it in words.

    Phone systems often leave out intervals without a contact. Inside a day that has other
    records such an interval counts as zero, unless it is part of an outage. Outages and days of
    nothing but zeros on a queue that is usually busy become unknown. Outliers and level shifts
    are told and kept.

    Parameters
    ----------
    history
        The past.
    opening
        The usual hours of every queue.
    special_days
        Closed, short and campaign days.
    country
        Whose public holidays are kept as they were; empty for none.
    """
    special_days = tuple(special_days)
    offered = history.offered.copy()
    remarks: list[Remark] = []
    for row, queue in enumerate(history.queues):
        found = find(history, queue, opening[queue], special_days, country)
        is_open = open_share(opening[queue], special_days, queue, history.grid) > 0
        left_out = np.zeros(len(history.grid), dtype=bool)
        for each in found:
            if each.kind in ("gap", "closure", "outage"):
                left_out[each.at] = True
        quiet = is_open & np.isnan(offered[row]) & ~left_out
        offered[row, quiet] = 0.0
        offered[row, left_out] = np.nan
        texts = words(found, filled=int(quiet.sum()), replaced=int(history.replaced[row].sum()))
        remarks += [Remark(text=f"{queue}: {text}") for text in texts]
    return replace(history, offered=offered), tuple(remarks)


def words(found: Iterable[Finding], *, filled: int = 0, replaced: int = 0) -> list[str]:
    """Say what was found in a queue, and what a forecast makes of it.

    Parameters
    ----------
    found
        Findings of one queue.
    filled
        Open intervals without a record that count as zero.
    replaced
        Intervals that hold a value put in place of another.
    """
    by_kind: dict[Kind, list[Finding]] = {kind: [] for kind in KINDS}
    for each in found:
        by_kind[each.kind].append(each)
    texts = []
    if filled:
        texts.append(f"{filled} open intervals without a record counted as no contacts")
    if replaced:
        texts.append(f"{replaced} intervals hold a value put in place of what was recorded")
    texts += [_WORDS[kind].format(_dates(those)) for kind, those in by_kind.items() if those]
    return texts


_WORDS: dict[Kind, str] = {
    "gap": "no record on {}: these days are left out",
    "closure": "not one contact on {}: taken as closed, left out",
    "outage": "parts of a day without a contact where many are usual, on {}: left out",
    "outlier": "far from the usual number of contacts on {}: kept; describe them as special days "
    "to set them apart",
    "level_shift": "lastingly more or fewer contacts from {} on: kept, forecasts follow the last "
    "weeks most",
    "out_of_hours": "contacts outside opening hours on {}: left out",
}


def _dates(findings: list[Finding]) -> str:
    """Name the first days and count the others."""
    days = list(dict.fromkeys(each.days for each in findings))
    more = f" and {len(days) - _NAMED} more" if len(days) > _NAMED else ""
    return ", ".join(days[:_NAMED]) + more
