"""What a desk of the web door does: ask for a solve, see how it went, read what it gave.

A solve takes long, so a page never solves: it hands a :class:`Request` to the ``submit`` that
its door passes in, and reads the folder that :func:`carry_out` fills in another process.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Literal

from scheduler.access import Action, User, decide
from scheduler.config import Settings
from scheduler.errors import Fault, InputError
from scheduler.exchange.case import Case
from scheduler.exchange.files import write_file
from scheduler.exchange.read_case import read_case
from scheduler.rostering.params import Progress, SolveParams
from scheduler.workflows import manager, planner
from scheduler.workflows.results import NUMBERS, current_folder, make_current
from scheduler.workflows.week import Scenario, WeekPlan, plan_week, require

Kind = Literal["roster", "what_if"]
_ASKS: dict[Kind, Action] = {"roster": Action.MAKE_ROSTER, "what_if": Action.COMPARE}
_NAME = re.compile(r"[\w][\w .-]{0,99}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One solve that somebody asked for.

    Attributes
    ----------
    kind
        ``roster`` makes the week's roster, ``what_if`` only a comparison.
    case
        Name of a case folder.
    week
        Any date in the week; kept as the Monday of that week.
    user
        Who asks.
    scenario
        What to change first.
    seconds, seed
        Time limit and seed of the search.

    Raises
    ------
    InputError
        The case's name is no folder's name, or the search could not run like that.
    """

    kind: Kind
    case: str
    week: date
    user: User
    scenario: Scenario = field(default_factory=Scenario)
    seconds: float = 60.0
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse names that lead out of the rosters, and searches that cannot run."""
        if not _NAME.fullmatch(self.case):
            raise InputError(
                Fault(column="case", expected="the name of a case", found=repr(self.case))
            )
        SolveParams(seconds=self.seconds, seed=self.seed)
        object.__setattr__(self, "week", self.week - timedelta(days=self.week.weekday()))


Submit = Callable[[Request], str]


def submit_request(request: Request, submit: Submit) -> str:
    """Hand a request to the door's ``submit`` and return the job's id.

    Raises
    ------
    AccessDenied
        The user may not make rosters, or may not compare.
    """
    require(request.user, _ASKS[request.kind], of_team=request.case)
    return submit(request)


def cancel_request(user: User, request: Request, cancel: Callable[[], None]) -> None:
    """End a solve early; whoever may ask for it may end it.

    Raises
    ------
    AccessDenied
        The user may not ask for such a solve.
    """
    require(user, _ASKS[request.kind], of_team=request.case)
    cancel()


def case_names(rosters: Path) -> list[str]:
    """Return the names of the case folders: the sample first, then by the alphabet."""
    names = (toml.parent.name for toml in rosters.glob("*/case.toml"))
    return sorted(names, key=lambda name: (name != "demo", name))


def cases_of(user: User, rosters: Path) -> list[str]:
    """Return the names of the cases that a user may see, in the order of :func:`case_names`."""
    names = case_names(rosters)
    return [name for name in names if decide(user, Action.SEE_CASE, of_team=name).allowed]


def open_case(settings: Settings, name: str) -> Case:
    """Read a case by its name; unchanged files are read once.

    Raises
    ------
    InputError
        There is no such case, or its files have faults.
    """
    if name not in case_names(settings.rosters):
        raise InputError(Fault(column="case", expected="the name of a case", found=repr(name)))
    folder = settings.rosters / name
    return _read(folder, _stamp(folder), settings.max_upload_mb * 1_000_000)


@lru_cache(maxsize=16)
def _read(folder: Path, stamp: tuple[tuple[str, int, int], ...], max_bytes: int) -> Case:
    del stamp  # a part of the key: another stamp, another reading
    return read_case(folder, max_bytes=max_bytes)


def _stamp(folder: Path) -> tuple[tuple[str, int, int], ...]:
    files = sorted(path for path in folder.iterdir() if path.is_file())
    return tuple((path.name, path.stat().st_mtime_ns, path.stat().st_size) for path in files)


def see_case(user: User, settings: Settings, name: str) -> Case:
    """Read a case for somebody who wants to see it; faults as for :func:`open_case`.

    Raises
    ------
    AccessDenied
        The user may not see the case.
    """
    require(user, Action.SEE_CASE, of_team=name)
    return open_case(settings, name)


def see_week(user: User, case: Case, monday: date) -> WeekPlan:
    """Forecast and staff a week without rostering it; the same case and week are planned once.

    Raises
    ------
    AccessDenied
        The user may not see the case.
    InputError
        The case has no history before the week.
    """
    require(user, Action.SEE_CASE, of_team=case.name)
    return _planned(case, monday)


# Cases compare by identity and the cache keeps them alive, so a case read anew is planned anew.
@lru_cache(maxsize=16)
def _planned(case: Case, monday: date) -> WeekPlan:
    return plan_week(case, monday)


def carry_out(
    request: Request,
    settings: Settings,
    folder: Path,
    *,
    made: datetime,
    progress: Callable[[Progress], None],
    cancelled: Callable[[], bool],
) -> None:
    """Solve what was asked for and leave everything it gave in a folder.

    A roster also becomes the current one of its case and week, see
    :func:`scheduler.workflows.results.current_folder`.

    Parameters
    ----------
    request
        What was asked for.
    settings
        Where cases and results are.
    folder
        Where the files of the result go.
    made
        The time to stamp the result with.
    progress, cancelled
        See :func:`scheduler.rostering.solver.solve`.

    Raises
    ------
    AccessDenied
        The user may not ask for that.
    InputError
        The case cannot be read, or the week cannot be planned.
    """
    case = open_case(settings, request.case)
    params = SolveParams(seconds=request.seconds, workers=settings.workers, seed=request.seed)
    solve = planner.what_if if request.kind == "what_if" else manager.make_roster
    outcome = solve(
        request.user,
        case,
        scenario=request.scenario,
        week=request.week,
        params=params,
        progress=progress,
        cancelled=cancelled,
    )
    numbers = manager.numbers(request.user, outcome)
    numbers["made"] = made.isoformat()
    if outcome.result.roster is not None:
        manager.export_roster(request.user, outcome, folder, made=made)
    write_file(folder / NUMBERS, json.dumps(numbers, allow_nan=False).encode())
    if request.kind == "roster" and outcome.result.roster is not None:
        make_current(current_folder(settings.out, request.case, request.week), folder)
