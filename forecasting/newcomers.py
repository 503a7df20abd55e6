"""Queues with little history of their own, and which others they may learn from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecasting.day_table import Weekly, completed
from forecasting.series import Series

# So many days say more about a queue than any other queue does.
OWN_DAYS = 28
# Fewer days say nothing alone.
LEAST_OWN_DAYS = 7
_HALF_LIFE_WEEKS = 12.0
TEAM = "the team's total"
FLAT = "nobody: contacts spread evenly over its opening hours"


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """What is stated of a queue, in case its history is short.

    Attributes
    ----------
    volume
        Contacts of a usual week, above 0; None where nobody knows.
    like
        The queue whose week and day it resembles; empty for the one that turns out most alike.
    kin
        Queues of the same channel, in which that one is sought first.
    """

    volume: float | None = None
    like: str = ""
    kin: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lender:
    """Whose week is borrowed.

    Attributes
    ----------
    words
        What a remark calls it.
    weekly
        Its contacts per fully open interval of the week, shape (7, slots), without gaps.
    queue
        Its name; empty where it is no single queue.
    """

    words: str
    weekly: Weekly
    queue: str = ""


def is_short(series: Series) -> bool:
    """Tell whether a queue has too few days of its own."""
    return series.days_known() < OWN_DAYS


def choose_lender(own: Series, stated: Newcomer, others: Mapping[str, Series]) -> Lender:
    """Choose whose week a queue with a short history borrows.

    The queue it is said to be like; else, among those of its channel, the one under whose week
    its own contacts are the likeliest, the busiest where it has none; else the team's total;
    else none, and contacts spread evenly.

    Parameters
    ----------
    own
        The short history.
    stated
        What is known of the queue.
    others
        The other queues; those whose history is short, too, cannot lend.
    """
    weeks = {
        name: completed(series.table.weekly_mean(_HALF_LIFE_WEEKS))
        for name, series in others.items()
        if not is_short(series)
    }
    weeks = {name: weekly for name, weekly in weeks.items() if weekly.any()}
    if stated.like in weeks:
        words = f"{stated.like}, as the case says"
        return Lender(words=words, weekly=weeks[stated.like], queue=stated.like)
    kin = [name for name in stated.kin if name in weeks]
    if kin:
        best = max(kin, key=lambda name: (_likelihood(own, weeks[name]), weeks[name].sum()))
        words = f"{best}, the queue of its channel most alike"
        return Lender(words=words, weekly=weeks[best], queue=best)
    if weeks:
        return Lender(words=TEAM, weekly=np.sum(list(weeks.values()), axis=0))
    return Lender(words=FLAT, weekly=np.ones((7, own.table.rate.shape[1])))


def _likelihood(own: Series, weekly: Weekly) -> float:
    """Return the log likelihood of where contacts fell, given how many came and when it was open.

    A multinomial distribution; what does not depend on the week is left out.
    """
    contacts, exposure = own_week(own)
    expected = exposure * np.maximum(weekly, 1e-3 * weekly.mean())
    if not contacts.any():
        return 0.0
    seen = exposure > 0
    share = expected[seen] / expected.sum()
    return float(contacts[seen] @ np.log(share))


def own_week(own: Series) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return contacts by weekday and slot, and how many times each was seen, shape (7, slots).

    Contacts are those of fully open, usual intervals.
    """
    table = own.table
    weekday = (table.weekdays == np.arange(7)[:, np.newaxis]).astype(np.float64)
    known = ~np.isnan(table.rate)
    return weekday @ np.nan_to_num(table.rate), weekday @ known
