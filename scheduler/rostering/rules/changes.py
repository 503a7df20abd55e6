"""What is published stays, unless a change is worth its price."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Assignment, Penalty, Published, Roster, Worked
from scheduler.rostering.rules.time_off import overlap

if TYPE_CHECKING:
    from scheduler.rostering.variables import Choice, RosterModel

# Days of notice, and how many times the price a change costs with no more than that.
_NOTICE = ((0, 4), (1, 3), (6, 2))


class Changes:
    """Each agent's day that differs from the published roster has a price, by notice.

    A day differs when another shift is worked, one more or one fewer. Shifts lost to time off
    are no choice and cost nothing.
    """

    name = "changes"
    sentence = "Published days change only where it is worth it, the less so the shorter notice is."
    unit = "changed days"

    def post(self, model: RosterModel) -> None:
        """Price each agent's day by one variable that says whether it differs."""
        problem = model.problem
        if problem.published is None:
            return
        known = published_days(problem)
        for agent_id in problem.agents:
            by_day: dict[date, list[Choice]] = {day: [] for day in problem.dates}
            for choice in model.choices(agent_id):
                by_day[choice.option.shift.day].append(choice)
            for day, choices in by_day.items():
                changed = model.whole(0, 1, f"changed_{agent_id}_{day}")
                kept = known.get((agent_id, day), frozenset())
                for work in kept:
                    same = [c.taken for c in choices if Worked.of(c.option.shift) == work]
                    model.cp.add(model.total([changed, *same]) >= 1)
                for choice in choices:
                    if Worked.of(choice.option.shift) not in kept:
                        model.cp.add_implication(choice.taken, changed)
                model.price(self.name, changed, price_of(problem, problem.published, agent_id, day))

    def price(self, problem: Problem, roster: Roster) -> Iterator[Penalty]:
        """Compare each agent's day with the published one."""
        if problem.published is None:
            return
        known, now = published_days(problem), days_worked(problem, roster)
        for agent_id, agent in problem.agents.items():
            for day in problem.dates:
                before = known.get((agent_id, day), frozenset())
                after = now.get((agent_id, day), frozenset())
                if before != after:
                    yield Penalty(
                        rule=self.name,
                        subject=agent_id,
                        amount=1,
                        price=price_of(problem, problem.published, agent_id, day),
                        unit=self.unit,
                        words=f"{agent.name} has {named(after)} instead of {named(before)} "
                        f"on {day:%a %d %b}",
                    )


def price_of(problem: Problem, published: Published, agent_id: str, day: date) -> int:
    """Price of changing an agent's day, in minutes of paid time, by days of notice."""
    today = published.freeze.astimezone(problem.agents[agent_id].zone).date()
    notice = (day - today).days
    times = next((times for most, times in _NOTICE if notice <= most), 1)
    return times * problem.prices.change


def lost_shifts(problem: Problem, agent_id: str) -> tuple[Assignment, ...]:
    """Return an agent's published shifts that fall into time off."""
    if problem.published is None or not problem.time_off[agent_id]:
        return ()
    return tuple(
        each for each in problem.published.roster.tour(agent_id) if _is_lost(problem, each)
    )


def _is_lost(problem: Problem, assignment: Assignment) -> bool:
    off = problem.time_off[assignment.agent_id]
    return any(overlap(assignment.shift, each) > 0 for each in off)


def published_days(problem: Problem) -> dict[tuple[str, date], frozenset[Worked]]:
    """Return what each agent expects to work on each day, shifts lost to time off left out."""
    if problem.published is None:
        return {}
    kept = (a for a in _of_team(problem, problem.published.roster) if not _is_lost(problem, a))
    return _by_day(problem, kept)


def days_worked(problem: Problem, roster: Roster) -> dict[tuple[str, date], frozenset[Worked]]:
    """Return what a roster has each agent work on each rostered day; days off are left out."""
    return _by_day(problem, _of_team(problem, roster))


def _of_team(problem: Problem, roster: Roster) -> Iterator[Assignment]:
    return (each for each in roster.assignments if each.agent_id in problem.agents)


def _by_day(
    problem: Problem, assignments: Iterable[Assignment]
) -> dict[tuple[str, date], frozenset[Worked]]:
    found: dict[tuple[str, date], set[Worked]] = {}
    for each in assignments:
        if each.shift.day in problem.dates:
            found.setdefault((each.agent_id, each.shift.day), set()).add(Worked.of(each.shift))
    return {key: frozenset(worked) for key, worked in found.items()}


def named(worked: frozenset[Worked]) -> str:
    """Say what is worked on a day."""
    return " and ".join(sorted(f"shift {each.template}" for each in worked)) or "a day off"
