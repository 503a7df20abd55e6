"""Languages: speakers on shift while the desk is open."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from scheduler.people import Agent
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Penalty, Roster
from scheduler.rostering.rules.on_duty import counts, span_finder

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import IntVar

    from scheduler.rostering.variables import RosterModel


class Languages:
    """Like coverage, a shortage of speakers has a price: a roster always comes back."""

    name = "languages"
    sentence = "While any queue is open, so many speakers of certain languages are on shift."
    unit = "minutes of a speaker missing"

    def post(self, model: RosterModel) -> None:
        """Price the speakers missing from each open interval."""
        problem, span = model.problem, span_finder(model.problem)
        for language, wanted in problem.limits.languages:
            there: dict[int, list[IntVar]] = {}
            for agent_id, agent in problem.agents.items():
                for choice in model.choices(agent_id) if _speaks(agent, language) else ():
                    for at in range(*span(choice.option.shift)):
                        there.setdefault(at, []).append(choice.taken)
            past = counts(problem, Roster(assignments=()), lambda a, key=language: _speaks(a, key))  # type: ignore[misc]  # the default binds the loop's language
            for at in _open(problem):
                want = max(0, wanted - past[at])
                short = model.whole(0, want, f"short_{language}_{at}")
                model.cp.add(model.total([short, *there.get(at, ())]) >= want)
                model.price(self.name, _minutes(problem) * short, problem.prices.language)

    def price(self, problem: Problem, roster: Roster) -> Iterator[Penalty]:
        """Count the speakers in each open interval."""
        for language, wanted in problem.limits.languages:
            there = counts(problem, roster, lambda a, key=language: _speaks(a, key))  # type: ignore[misc]  # as above
            short = [wanted - there[at] for at in _open(problem) if there[at] < wanted]
            if short:
                amount = sum(short) * _minutes(problem)
                yield Penalty(
                    rule=self.name,
                    subject=language,
                    amount=amount,
                    price=problem.prices.language,
                    unit=self.unit,
                    words=f"{amount / 60:,.1f} hours of speakers of {language} are missing in "
                    f"{len(short)} intervals",
                )


def _speaks(agent: Agent, language: str) -> bool:
    return f"lang:{language}" in agent.skills


def _open(problem: Problem) -> list[int]:
    """Intervals in which any queue is open."""
    return [int(at) for at in np.flatnonzero(problem.requirement.open_share.max(axis=0) > 0)]


def _minutes(problem: Problem) -> int:
    return problem.requirement.grid.interval // timedelta(minutes=1)
