"""Patience from the past: queues that say ``history`` get what their customers' waits tell."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from math import isfinite

from scheduler.errors import Fault, InputError, Remark
from scheduler.exchange.case import Case
from scheduler.staffing.channels import HISTORY, Queue
from scheduler.staffing.patience import PatienceFit, fit_patience_of_queue

_FILE = "waits.csv"


def patience_fits(case: Case) -> dict[str, PatienceFit]:
    """Fit the patience of every queue that asks for it, by name.

    Raises
    ------
    InputError
        A queue of which no waits are known; all of them are reported.
    """
    fits, faults = {}, []
    for queue in case.queues:
        if queue.patience != HISTORY:
            continue
        try:
            fits[queue.name] = fit_patience_of_queue(case.waits, queue.name)
        except InputError:
            expected = f"waits of queue {queue.name}, for its patience is {HISTORY!r}"
            faults.append(Fault(file=_FILE, column="wait_s", expected=expected, found="none"))
    if faults:
        raise InputError(faults)
    return fits


def fitted_queues(case: Case) -> tuple[Queue, ...]:
    """Return the queues of a case with the patience that was fitted; errors as for the fits."""
    fits = patience_fits(case)
    return tuple(
        replace(queue, patience=_mean(fits[queue.name])) if queue.name in fits else queue
        for queue in case.queues
    )


def patience_remarks(case: Case) -> tuple[Remark, ...]:
    """Tell what was fitted, with its 95 % interval and what it rests on."""
    return tuple(
        Remark(file=_FILE, text=f"{name}: {_words(fit)}")
        for name, fit in patience_fits(case).items()
    )


def _mean(fit: PatienceFit) -> timedelta | None:
    return timedelta(seconds=fit.patience_s) if isfinite(fit.patience_s) else None


def _words(fit: PatienceFit) -> str:
    waited = f"{fit.waited_s / 3600:,.1f} hours of waiting"
    if not isfinite(fit.patience_s):
        return f"nobody abandoned in {waited}: customers are taken to wait for ever"
    return (
        f"mean patience {fit.patience_s:.0f} s ({fit.low_s:.0f} to {fit.high_s:.0f} s), fitted "
        f"to {fit.abandoned:,.0f} who abandoned in {waited}"
    )
