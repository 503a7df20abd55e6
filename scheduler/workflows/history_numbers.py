"""An imported history in figures, as the doors show and print it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from forecasting.finding import Finding
from forecasting.history import History
from scheduler.exchange.acd_report import ImportReport, Preview, Waits
from scheduler.staffing.patience import fit_patience_from_counts
from scheduler.workflows.history import Reading
from scheduler.workflows.outcome import finite


def numbers(reading: Reading) -> dict[str, Any]:
    """Return what was read as figures for the door's JSON."""
    return {
        "files": [_report_numbers(report) for report in reading.reports],
        "queues": {queue: _queue_numbers(reading, queue) for queue in reading.history.queues},
        "findings": [_finding_numbers(each, reading) for each in reading.findings],
        "remarks": [str(remark) for remark in reading.remarks],
    }


def _finding_numbers(finding: Finding, reading: Reading) -> dict[str, Any]:
    """Say what is strange, how large it is, and what stands or would stand there instead."""
    nothing = np.isnan(finding.replacement).all()
    return {
        "queue": finding.queue,
        "kind": finding.kind,
        "start": finding.start.isoformat(),
        "end": finding.end.isoformat(),
        "found": finite(finding.found),
        "usual": finite(finding.usual),
        "replacement": None if nothing else int(np.nansum(finding.replacement)),
        "replaced": not nothing and finding.kind in reading.replaced,
        "words": str(finding),
    }


def preview_numbers(seen: Preview) -> dict[str, Any]:
    """Return the beginning of an export as figures for the door's JSON."""
    return {
        "variant": seen.detected.variant,
        "title": seen.detected.title,
        "reason": seen.detected.reason,
        "columns": list(seen.columns),
        "rows": [dict(zip(seen.header, row, strict=True)) for row in seen.rows],
        "questions": [
            {"key": each.key, "text": each.text, "needed": each.needed} for each in seen.questions
        ],
        "faults": [str(fault) for fault in seen.faults],
        "remarks": [str(remark) for remark in seen.remarks],
    }


def patience_numbers(waits: Waits) -> dict[str, Any] | None:
    """Fit mean patience to the waits of a queue; None where nobody waited.

    Who was answered, or left the queue in another way, would have waited longer.
    """
    contacts = waits.answered + waits.abandoned + waits.sent_on
    seconds = np.arange(contacts.size, dtype=np.float64)
    if not contacts[1:].any():
        return None
    fit = fit_patience_from_counts(contacts, waits.abandoned, seconds)
    return {
        "mean_s": finite(fit.patience_s),
        "ci95": [finite(fit.low_s), finite(fit.high_s)],
        "abandoned": int(fit.abandoned),
        "waited": int(contacts[1:].sum()),
    }


def _report_numbers(report: ImportReport) -> dict[str, Any]:
    return {
        "file": report.file,
        "variant": report.variant,
        "title": report.title,
        "reason": report.reason,
        "fingerprint": report.fingerprint,
        "unit": report.unit,
        "rows": report.rows,
        "found": report.found,
        "counted": report.counted,
        "left_out": [
            {"reason": each.reason, "count": each.count, "first_row": each.first_row}
            for each in report.left_out
        ],
        "first": report.first.isoformat(),
        "last": report.last.isoformat(),
        "attribution": report.attribution,
        "times": report.times,
        "remarks": [str(remark) for remark in report.remarks],
    }


def _queue_numbers(reading: Reading, queue: str) -> dict[str, Any]:
    """Sum up a queue: contacts, handling time, and patience where waits are known."""
    one = reading.history.select(queue)
    known = ~np.isnan(one.offered[0])
    figures: dict[str, Any] = {
        "days": int(np.unique(one.grid.local_dates[known]).size),
        "offered": int(np.nansum(one.offered)),
        **{name: _total(getattr(one, name)) for name in ("handled", "abandoned")},
        "aht_s": _mean_handling_time(one),
    }
    waits = next((each for each in reading.waits if each.queue == queue), None)
    if waits is not None:
        figures["patience"] = patience_numbers(waits)
    return figures


def _total(plane: NDArray[np.float64]) -> int | None:
    return None if np.isnan(plane).all() else int(np.nansum(plane))


def _mean_handling_time(one: History) -> float | None:
    """Weigh handling times by contacts handled, else offered."""
    weight = np.where(np.isnan(one.handled), one.offered, one.handled)
    timed = ~np.isnan(one.aht_s) & (weight > 0)
    if not timed.any():
        return None
    return float(np.average(one.aht_s[timed], weights=weight[timed]))
