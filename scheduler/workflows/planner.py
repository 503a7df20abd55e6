"""What a planner does: calculate, forecast, staff, ask what-if."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from forecasting.accuracy import Score
from forecasting.accuracy import backtest as score
from forecasting.candidates import CANDIDATES, with_trees
from forecasting.forecast import Forecast
from forecasting.frozen import score_frozen
from forecasting.history import History
from forecasting.special_days import OpeningHours
from scheduler.access import Action, User
from scheduler.errors import Fault, InputError, Remark
from scheduler.exchange.case import Case
from scheduler.exchange.files import write_file
from scheduler.exchange.notation import read_zone
from scheduler.exchange.read_case import read_bytes
from scheduler.exchange.read_history import read_history_file
from scheduler.exchange.read_special_days import read_special_days_file
from scheduler.exchange.series import forecast_csv, read_forecast, requirement_csv
from scheduler.rostering.params import Progress, SolveParams
from scheduler.staffing import erlang
from scheduler.staffing.definitions import DEFINITIONS
from scheduler.staffing.patience import PatienceFit
from scheduler.staffing.requirement import Requirement
from scheduler.staffing.shrinkage import scheduled
from scheduler.workflows.fitted_patience import patience_fits, patience_remarks
from scheduler.workflows.manager import REPLICATIONS, solve_plan
from scheduler.workflows.outcome import Outcome, finite
from scheduler.workflows.scenario import Scenario
from scheduler.workflows.staffing_risk import Risk, risks
from scheduler.workflows.week import (
    plan_week,
    require,
    staff_week,
    unrostered_shrinkage,
    week_of,
)
from scheduler.workflows.week_forecast import forecast_week


def calculate(
    *,
    offered: float,
    interval: timedelta,
    aht: timedelta,
    answer_within: timedelta,
    target: float,
    patience: timedelta | None,
    definition: str,
    agents: int | None,
    shrinkage: float,
) -> dict[str, Any]:
    """Answer the calculator: smallest agents for a target, or what some agents give.

    Parameters
    ----------
    offered
        Contacts arriving in the interval.
    interval, aht, answer_within, patience
        Lengths of time; without patience nobody abandons.
    target, definition
        Service level to reach, 0 to below 1, and its meaning.
    agents
        Agents on the queue instead of a search.
    shrinkage
        Share of rostered time lost.

    Raises
    ------
    InputError
        A value out of range.
    """
    _refuse(offered=offered, interval=interval, aht=aht, definition=definition)
    load = offered * aht / interval
    patience_s = float("inf") if patience is None else patience.total_seconds()
    line: dict[str, Any] = {"aht_s": aht.total_seconds(), "patience_s": patience_s}
    goal: dict[str, Any] = {
        "answer_within_s": answer_within.total_seconds(),
        "definition": definition,
    }
    need = agents
    if need is None:
        need = int(erlang.agents_required(load, target=target, **line, **goal))
    return {
        "agents": need,
        "service_level": float(erlang.service_level(load, need, **line, **goal)),
        "asa_s": finite(float(erlang.asa_s(load, need, **line))),
        "occupancy": float(erlang.occupancy(load, need, **line)),
        "wait_probability": float(erlang.wait_probability(load, need, **line)),
        "abandon_rate": float(erlang.abandon_rate(load, need, **line)),
        "scheduled": int(scheduled(need, shrinkage)),
        "load": load,
    }


def _refuse(*, offered: float, interval: timedelta, aht: timedelta, definition: str) -> None:
    faults = []
    if not np.isfinite(offered) or offered < 0:
        faults.append(Fault(column="offered", expected="0 or more", found=f"{offered:g}"))
    for name, value in (("interval", interval), ("aht", aht)):
        if value <= timedelta(0):
            faults.append(Fault(column=name, expected="more than 0s", found=str(value)))
    if definition not in DEFINITIONS:
        expected = f"one of {', '.join(DEFINITIONS)}"
        faults.append(Fault(column="definition", expected=expected, found=repr(definition)))
    if faults:
        raise InputError(faults)


def forecast(
    user: User, case: Case, *, week: date | None = None, weeks: int = 1, trees: bool = False
) -> Forecast:
    """Forecast whole weeks of a case, see :func:`forecast_week`.

    Raises
    ------
    AccessDenied
        The user may not see the case.
    """
    require(user, Action.SEE_CASE, of_team=case.name)
    return forecast_week(case, week_of(case, week), weeks, trees=trees)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StaffingPlan:
    """A week's requirement, and what it rests on.

    Attributes
    ----------
    need
        The requirement.
    risks
        What the forecast's range does to it, for phone and chat, by queue.
    patience
        Patience that was fitted to the past, by queue.
    remarks
        What was done that the user should know.
    """

    need: Requirement
    risks: dict[str, Risk]
    patience: dict[str, PatienceFit]
    remarks: tuple[Remark, ...]


def requirement(user: User, case: Case, *, week: date | None = None) -> StaffingPlan:
    """Staff a week of a case, and say what its forecast's range does; errors as for forecasting."""
    found = forecast(user, case, week=week)
    need = staff_week(case, found)
    return StaffingPlan(
        need=need,
        risks=risks(need, found),
        patience=patience_fits(case),
        remarks=(
            *case.remarks,
            *found.remarks,
            *patience_remarks(case),
            *unrostered_shrinkage(case)[1],
        ),
    )


def write_forecast(found: Forecast, path: Path) -> None:
    """Write a forecast as CSV, whole or not at all."""
    write_file(path, forecast_csv(found))


def write_requirement(need: Requirement, path: Path) -> None:
    """Write a requirement as CSV, whole or not at all."""
    write_file(path, requirement_csv(need))


def what_if(
    user: User,
    case: Case,
    scenario: Scenario,
    *,
    week: date | None = None,
    params: SolveParams | None = None,
    progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    replications: int = REPLICATIONS,
) -> Outcome:
    """Solve a week as it would be under a scenario; parameters as for a manager's roster.

    Raises
    ------
    AccessDenied
        The user may not compare scenarios.
    """
    require(user, Action.COMPARE, of_team=case.name)
    plan = plan_week(case, week, scenario)
    return solve_plan(plan, params, progress, cancelled, replications)


def backtest(
    path: Path,
    *,
    timezone: str,
    max_bytes: int,
    queue: str,
    opening: str,
    horizon_days: int,
    origins: int,
    country: str,
    first_origin: date | None = None,
    every: int | None = None,
    special_days: Path | None = None,
    trees: bool = False,
) -> dict[str, Any]:
    """Score every model on a series' own past.

    Parameters
    ----------
    path
        A CSV of contacts, see :func:`scheduler.exchange.read_history.read_history_file`.
    timezone
        The zone of the service and of times without offset; empty takes times without offset
        as they stand, as if clocks never changed, and says so.
    max_bytes
        Largest size of the file.
    queue
        Which queue; may be empty where there is only one.
    opening
        Opening hours in words; empty for always.
    horizon_days, origins, country, first_origin, every
        See :func:`forecasting.accuracy.backtest`.
    special_days
        A CSV as ``special_days.csv`` of a case; none if None.
    trees
        Whether boosted trees compete, where there is a year of history.

    Raises
    ------
    InputError
        No such queue, too little history, a file has faults, or no scikit-learn for trees.
    """
    series, remarks = _series(path, timezone, max_bytes)
    name = _queue_of(series, queue)
    days = (
        ()
        if special_days is None
        else read_special_days_file(special_days, queues=series.queues, max_bytes=max_bytes)
    )
    found = score(
        series,
        queue=name,
        opening=OpeningHours.parse(opening) if opening else OpeningHours.always(),
        horizon_days=horizon_days,
        origins=origins,
        special_days=days,
        country=country,
        first_origin=first_origin,
        every=every,
        models=with_trees() if trees else CANDIDATES,
    )
    return {
        "queue": name,
        "horizon_days": found.horizon_days,
        "origins": len(found.origins),
        "first_origin": found.origins[0].isoformat(),
        "last_origin": found.origins[-1].isoformat(),
        "intervals": found.intervals,
        "poisson_floor": finite(found.poisson_floor),
        "models": {score.model: _score_numbers(score) for score in found.scores},
        "remarks": [str(remark) for remark in (*remarks, *found.remarks)],
    }


def backtest_frozen(
    path: Path, frozen: Path, *, timezone: str, max_bytes: int, queue: str
) -> dict[str, Any]:
    """Score a forecast that was written to a file against the history that came after.

    Parameters
    ----------
    path, timezone, max_bytes, queue
        As for :func:`backtest`.
    frozen
        A forecast as :func:`write_forecast` writes it.

    Raises
    ------
    InputError
        Faults of either file, or nothing of the forecast has come yet.
    """
    series, remarks = _series(path, timezone, max_bytes)
    name = _queue_of(series, queue)
    found = read_forecast(
        read_bytes(frozen, max_bytes), frozen.name, zone=read_zone(timezone or "UTC")
    )
    score, intervals = score_frozen(found, series, name)
    return {
        "queue": name,
        "intervals": intervals,
        "models": {score.model: _score_numbers(score)},
        "remarks": [str(remark) for remark in (*remarks, *found.remarks)],
    }


def _queue_of(series: History, queue: str) -> str:
    name = queue or (series.queues[0] if len(series.queues) == 1 else "")
    if name not in series.queues:
        expected = f"one of {', '.join(series.queues)}"
        raise InputError(Fault(column="queue", expected=expected, found=repr(queue)))
    return name


def _score_numbers(score: Score) -> dict[str, Any]:
    return {
        "wape": finite(score.wape),
        "bias": finite(score.bias),
        "coverage80": finite(score.coverage80),
        "pinball": finite(score.pinball),
    }


def _series(path: Path, timezone: str, max_bytes: int) -> tuple[History, tuple[Remark, ...]]:
    zone = read_zone(timezone or "UTC")
    series, remarks = read_history_file(path, zone=zone, max_bytes=max_bytes)
    if timezone:
        return series, remarks
    text = "no --timezone: times without offset are taken as they stand, without clock changes"
    return series, (*remarks, Remark(file=path.name, text=text))
