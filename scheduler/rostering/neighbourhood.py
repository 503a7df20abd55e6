"""The part of a problem that a repair may move: a model in which everything else stays."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from ortools.sat.python import cp_model

from scheduler.rostering.problem import Option, Problem
from scheduler.rostering.roster import Assignment, Roster, Worked
from scheduler.rostering.solver import build
from scheduler.rostering.variables import RosterModel

AgentDay = tuple[str, date]


def movable_days(options: Iterable[Option], freeze: datetime) -> frozenset[AgentDay]:
    """Return the agents' days on which some option starts at the freeze line or after it."""
    return frozenset((o.agent_id, o.shift.day) for o in options if o.shift.start >= freeze)


def days_near(options: Iterable[Option], lost: Iterable[Assignment]) -> frozenset[AgentDay]:
    """Return the agents' days on which some option shares time with a lost shift."""
    spans = {(each.shift.start, each.shift.end) for each in lost}
    return frozenset(
        (o.agent_id, o.shift.day)
        for o in options
        if any(o.shift.start < end and start < o.shift.end for start, end in spans)
    )


def near_model(
    problem: Problem,
    options: Iterable[Option],
    kept: Roster,
    free: frozenset[AgentDay],
    *,
    start_from: Roster | None = None,
    most_touched: int | None = None,
) -> RosterModel:
    """State every rule over some free days of agents, while all other days are as in a roster.

    Parameters
    ----------
    problem
        The problem.
    options
        The options of the problem, or of one that differs only in leave and wishes.
    kept
        The roster whose shifts stay on days that are not free.
    free
        The agents' days that may change.
    start_from
        Roster from which the search starts; ``kept`` if None.
    most_touched
        At most so many agents have a day that differs from ``kept``; None for any number.
    """
    known = _work(kept)
    hinted = known if start_from is None else _work(start_from)
    model = build(
        problem, [o for o in options if (o.agent_id, o.shift.day) in free or _key(o) in known]
    )
    touched = []
    for agent_id in problem.agents:
        moved = model.whole(0, 1, f"touched_{agent_id}")
        touched.append(moved)
        stays: dict[Worked, list[cp_model.IntVar]] = {}
        for choice in model.choices(agent_id):
            key = _key(choice.option)
            model.cp.add_hint(choice.taken, int(key in hinted))
            if key in known:
                stays.setdefault(key[1], []).append(choice.taken)
            else:
                model.cp.add_implication(choice.taken, moved)
        for work, taken in stays.items():
            if (agent_id, work.day) in free:
                model.cp.add_bool_or([*taken, moved])
            else:
                model.cp.add_exactly_one(taken)
    if most_touched is not None:
        model.cp.add(model.total(touched) <= most_touched)
    return model


def _work(roster: Roster) -> set[tuple[str, Worked]]:
    return {(each.agent_id, Worked.of(each.shift)) for each in roster.assignments}


def _key(option: Option) -> tuple[str, Worked]:
    return option.agent_id, Worked.of(option.shift)
