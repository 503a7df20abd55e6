"""The forecast of a queue with little history: another queue's week at its own level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from forecasting.counts import excess_of
from forecasting.day_table import Weekly
from forecasting.grid import TimeGrid, slot_numbers, slots_a_day
from forecasting.handling import HandlingTime, borrowed_seconds
from forecasting.history import History
from forecasting.holidays_to_come import holiday_factor
from forecasting.models import Model
from forecasting.newcomers import LEAST_OWN_DAYS, OWN_DAYS, Lender, Newcomer, own_week
from forecasting.past_errors import Errors
from forecasting.profile import smoothing_bell
from forecasting.queue_forecast import QueueForecast
from forecasting.scenarios import make_scenarios
from forecasting.series import Calendar, Series
from forecasting.special_days import open_share
from forecasting.spread import ASSUMED_EXCESS, LEVELS, Spread
from scheduler.errors import Fault, InputError, Remark

# A stated volume counts like so many weeks of records, and is off by so much.
_STATED_WEEKS = 1.0
_STATED_EXCESS = 0.3**2
_DAYS_A_WEEK = 5.0
_SPREAD_S = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BorrowedWeek:
    """What to expect of a usual week.

    Attributes
    ----------
    rate
        Contacts per fully open interval, shape (7, slots).
    own_share
        How far the shape is the queue's own, 0 to 1.
    level_excess
        Squared coefficient of variation of the level.
    """

    rate: Weekly
    own_share: float
    level_excess: float


def borrow(
    contacts: Weekly, exposure: Weekly, lent: Weekly, opened: Weekly, volume: float | None
) -> BorrowedWeek:
    """Bring a lent week to a queue's own level, and its shape towards the queue's own.

    The level is contacts over the weeks on record; a stated volume is added to both like one
    more week. What came on a weekday, or at a time of day, over what the lent shape expected
    is believed as far as it is beyond chance: its excess over Poisson noise and the luck of
    days says how much the ratios differ, and each is drawn to 1 by the variance of its own
    noise (empirical Bayes; Efron & Morris 1973, "Stein's estimation rule and its competitors",
    Journal of the American Statistical Association 68).

    Parameters
    ----------
    contacts, exposure
        The queue's own, see :func:`~forecasting.newcomers.own_week`.
    lent
        Contacts of the lending queue per fully open interval.
    opened
        Share of every interval of a usual week in which the queue is open.
    volume
        Contacts of a usual week as stated; None where nothing is.

    Every array has the shape (7, slots). There are own contacts or a stated volume.
    """
    # Times at which the lender has hardly any contacts are rare, not impossible.
    lent = np.maximum(lent, 0.01 * lent.max())
    shape = lent / max(float((lent * opened).sum()), 1e-12)
    weeks, came = float((exposure * shape).sum()), float(contacts.sum())
    trust = 0.0 if volume is None else _STATED_WEEKS
    level = (came + trust * (volume or 0.0)) / (weeks + trust)
    weekday, slot, own = _ratios(contacts, exposure, shape * came / max(weeks, 1e-12))
    fitted = shape * weekday[:, np.newaxis] * slot
    fitted /= max(float((fitted * opened).sum()), 1e-12)
    stated = trust / (weeks + trust)
    chance = ASSUMED_EXCESS / max(_DAYS_A_WEEK * weeks, 1.0) + 1.0 / max(came, 1.0)
    excess = stated**2 * _STATED_EXCESS + (1.0 - stated) ** 2 * chance
    return BorrowedWeek(rate=level * fitted, own_share=own, level_excess=excess)


def _ratios(
    contacts: Weekly, exposure: Weekly, rate: Weekly
) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """Return factors of weekdays and of times of day, and how far they are the queue's own."""
    expected = exposure * rate
    days = exposure.max(axis=1)
    luck = ASSUMED_EXCESS / np.maximum(days, 1.0)
    weekday, of_week = _drawn(contacts.sum(axis=1), expected.sum(axis=1), luck)
    expected = expected * weekday[:, np.newaxis]
    # Neighbouring times of day share what was learned; the luck of a day is that of all of it.
    bell = smoothing_bell(contacts.shape[1], _SPREAD_S * contacts.shape[1] / 86_400.0)
    came, usual = contacts.sum(axis=0) @ bell, expected.sum(axis=0) @ bell
    slot, of_day = _drawn(came, usual, np.zeros(came.size))
    return weekday, slot, (of_week + of_day) / 2.0


def _drawn(
    came: NDArray[np.float64], expected: NDArray[np.float64], luck: NDArray[np.float64]
) -> tuple[NDArray[np.float64], float]:
    """Draw ratios of counts to 1 by their noise; return them and the weight of what came.

    Parameters
    ----------
    came, expected
        Counts and what was expected of them, shape (n,).
    luck
        Squared coefficient of variation that chance adds to Poisson noise, shape (n,).
    """
    seen = expected > 0
    if not came[seen].any():
        return np.ones(came.size), 0.0
    excess = excess_of(came[seen], expected[seen], np.ones(int(seen.sum())))
    true = max(excess - float(np.average(luck[seen], weights=expected[seen])), 0.0)
    usual = np.where(seen, expected, 1.0)
    weight = np.where(seen, true / (true + luck + 1.0 / usual), 0.0)
    drawn = 1.0 + weight * (came / usual - 1.0)
    return drawn, float(np.average(weight[seen], weights=expected[seen]))


def forecast_newcomer(
    history: History,
    grid: TimeGrid,
    calendar: Calendar,
    stated: Newcomer,
    lender: Lender,
    models: Sequence[Model],
    usual_aht_s: float | None,
) -> QueueForecast:
    """Forecast a queue with little or no history.

    From its second week on the mean of the models that know nothing but the queue's own past
    takes part, by the share of its days in those that are enough.

    Parameters
    ----------
    history
        Cleaned records of all queues.
    grid
        The intervals to forecast.
    calendar
        The queue's name, hours and days.
    stated
        What is stated of it.
    lender
        Whose week it borrows.
    models
        Models of queues with a past.
    usual_aht_s
        Its mean handling time in seconds as stated, if it is.

    Raises
    ------
    InputError
        The queue has neither contacts nor a volume, or nothing tells its handling time.
    """
    own = calendar.series(history)
    contacts, exposure = own_week(own)
    seconds = borrowed_seconds(history, calendar.queue, lender.queue, usual_aht_s)
    _refuse(calendar.queue, bool(contacts.any()) or stated.volume is not None, seconds is not None)
    week = borrow(contacts, exposure, lender.weekly, _opened(calendar, grid), stated.volume)
    weight = calendar.weight(grid)
    factor, texts = holiday_factor(history, own, calendar, grid, weight)
    slots = slot_numbers(grid)
    usual, own_part = _mixed(own, models, grid, week.rate[grid.weekdays, slots])
    expected = usual * weight * factor
    lead_days = (grid.local_dates - history.grid.local_dates[-1]).astype(np.int64)
    leads = int(lead_days[-1])
    spread = Spread(
        excess=np.full(leads, ASSUMED_EXCESS + week.level_excess),
        shape=np.repeat(np.array(LEVELS)[:, np.newaxis], leads, axis=1),
    )
    texts = [*_words(own, int(contacts.sum()), stated, lender, own_part), *texts]
    return QueueForecast(
        offered=expected,
        quantiles=spread.quantiles(expected, lead_days),
        handling=HandlingTime.assumed(np.asarray(seconds)[slots], expected),
        scenarios=make_scenarios(
            Errors.pool([]), spread, expected, lead_days, slots, slots_a_day(grid)
        ),
        model=f"borrowed from {lender.queue}" if lender.queue else "borrowed",
        remarks=tuple(Remark(text=f"{calendar.queue}: {text}") for text in texts),
    )


def _mixed(
    own: Series, models: Sequence[Model], grid: TimeGrid, borrowed: NDArray[np.float64]
) -> tuple[NDArray[np.float64], float]:
    """Return usual contacts of both kinds of forecast together, and the part of the own one."""
    part = own.days_known() / OWN_DAYS if own.days_known() >= LEAST_OWN_DAYS else 0.0
    if not part:
        return borrowed, 0.0
    alone = np.mean([model.fit(own).predict(grid) for model in models], axis=0)
    return part * alone + (1.0 - part) * borrowed, part


def _refuse(queue: str, known: bool, timed: bool) -> None:
    wanted = {
        f"history of {queue}": (known, "contacts in opening hours, or a volume in the case"),
        f"handling time of {queue}": (timed, "seconds above 0 in the history or in the case"),
    }
    faults = [
        Fault(column=column, expected=expected, found="none")
        for column, (there, expected) in wanted.items()
        if not there
    ]
    if faults:
        raise InputError(faults)


def _opened(calendar: Calendar, grid: TimeGrid) -> Weekly:
    """Return the share of every interval of a usual week in which a queue is open."""
    # Some week without a clock change, in a zone that has none.
    week = TimeGrid.over_days(date(2024, 1, 1), 7, grid.interval, ZoneInfo("UTC"))
    return open_share(calendar.opening, (), calendar.queue, week).reshape(7, -1)


def _words(
    own: Series, contacts: int, stated: Newcomer, lender: Lender, own_part: float
) -> list[str]:
    days = int(own.table.known_days.sum())
    known = f"has only {days} days of its own" if days else "has no history of its own"
    alone = f"; what its own past says alone weighs {own_part:.0%}" if own_part else ""
    basis = [f"{stated.volume:,.0f} a week as stated"] if stated.volume is not None else []
    basis += [f"{contacts:,} contacts on record"] if days else []
    return [
        f"{known}: the shape of its week and day is borrowed from {lender.words}, "
        f"its level from {' and '.join(basis)}{alone}",
        "ranges are assumed, for the history is too short to measure them",
    ]
