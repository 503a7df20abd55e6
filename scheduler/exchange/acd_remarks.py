"""What the user of an import should know beside the counts."""

from __future__ import annotations

import numpy as np

from forecasting.history import History
from scheduler.exchange.acd_plan import ImportPlan
from scheduler.exchange.acd_tally import Tally
from scheduler.exchange.acd_times import Clock
from scheduler.exchange.acd_variant import IntervalColumns, Variant

# Nobody handles a contact in so few seconds on average: the unit must be another.
_IMPLAUSIBLE_AHT_S = 3.0


def words_on_times(clock: Clock) -> str:
    """Say how times were understood."""
    words = ["offsets and zones are taken as stated"]
    if clock.zone is not None:
        words.append(f"times that state none are of {clock.zone.key}")
    if clock.order is not None:
        words.append(f"the {'day' if clock.order == 'dmy' else 'month'} comes first")
    if clock.doubled != "refuse":
        words.append(f"times that clocks show twice mean the {clock.doubled}")
    return "; ".join(words)


def words_on_contacts(tally: Tally, variant: Variant, plan: ImportPlan) -> list[str]:
    """Say what an export that lists contacts does not tell."""
    words = []
    if tally.open_ended:
        words.append(
            f"{tally.open_ended:,} contacts have no known end (open, or waiting when the file "
            "ended): offered, neither handled nor abandoned"
        )
    if tally.sent_on:
        words.append(
            f"{tally.sent_on:,} contacts left their queue by a timeout, a key or an empty queue: "
            "offered, neither handled nor abandoned"
        )
    if not tally.timed:
        words.append("the export has no handling times: the case's own AHT is used")
    elif tally.without_wrap_up and plan.wrap_up_s:
        words.append(
            f"{plan.wrap_up_s:g} s of after-call work were added to {tally.without_wrap_up:,} "
            "handling times, which hold none"
        )
    elif tally.without_wrap_up:
        words.append(
            f"{tally.without_wrap_up:,} handling times hold no after-call work: wrap_up_s adds it"
        )
    elif plan.wrap_up_s:
        words.append("wrap_up_s was not added: the export's handling times hold after-call work")
    if "abandoned" not in variant.counts:
        words.append("the export does not tell who gave up: abandoned stays unknown")
    return words


def words_on_intervals(columns: IntervalColumns, plan: ImportPlan, history: History) -> list[str]:
    """Say what an export that counts by interval already does not let anyone choose."""
    words = []
    if plan.short_abandon_s and columns.short:
        words.append(
            "contacts that gave up at once, as the export counts them, were taken off offered and "
            "abandoned; its own limit holds, not short_abandon_s"
        )
    elif plan.short_abandon_s:
        words.append("short_abandon_s has no effect: the export does not list contacts")
    if plan.wrap_up_s:
        words.append("wrap_up_s has no effect: mean handling times are read as they are")
    aht = history.aht_s[~np.isnan(history.aht_s)]
    if aht.size and np.median(aht) < _IMPLAUSIBLE_AHT_S:
        words.append(
            f"half of the mean handling times are under {np.median(aht):.3g} s: bare numbers are "
            f"read in units of {columns.unit_s:g} s"
        )
    return words
