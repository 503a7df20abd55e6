"""The agent's own local window."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from forecasting.grid import local_instant
from scheduler.people import Agent
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Clause, Roster, Violation
from scheduler.rostering.shifts import Shift

if TYPE_CHECKING:
    from scheduler.rostering.variables import RosterModel


class LocalWindow:
    """Whole shifts lie between an agent's earliest and latest local time."""

    name = "local_window"
    sentence = "A shift lies inside the agent's own hours of the day, by the agent's clock."
    unit = "minutes"
    each_shift_alone = True

    def post(self, model: RosterModel) -> None:
        """Forbid options that stick out of the window."""
        for agent in model.problem.agents.values():
            clause = Clause(
                rule=self.name,
                agent_id=agent.agent_id,
                when="every day",
                words=f"{agent.name} works only {_window_words(agent)} local time",
            )
            outside = [
                c for c in model.choices(agent.agent_id) if _outside(agent, c.option.shift) > 0
            ]
            model.forbid(clause, outside)

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Measure how far each shift sticks out."""
        for assignment in roster.assignments:
            agent, shift = problem.agents[assignment.agent_id], assignment.shift
            minutes = _outside(agent, shift)
            if minutes > 0:
                start, end = shift.start.astimezone(agent.zone), shift.end.astimezone(agent.zone)
                yield Violation(
                    rule=self.name,
                    agent_id=agent.agent_id,
                    when=str(shift.day),
                    amount=minutes,
                    words=f"{agent.name} works {start:%H:%M} to {end:%H:%M} on "
                    f"{shift.day:%a %d %b}, outside {_window_words(agent)} local time",
                )


def _window(agent: Agent, shift: Shift) -> tuple[datetime | None, datetime | None]:
    """Earliest start and latest end on the day of a shift, in UTC; None for no limit."""
    earliest, latest = agent.earliest_local, agent.latest_local
    opens = None if earliest is None else local_instant(shift.day, earliest, agent.zone)
    if latest is None:
        return opens, None
    overnight = latest <= (earliest or time(0))
    return opens, local_instant(shift.day + timedelta(days=overnight), latest, agent.zone)


def _outside(agent: Agent, shift: Shift) -> float:
    """Minutes of a shift outside the agent's window."""
    opens, closes = _window(agent, shift)
    early = opens - shift.start if opens else timedelta(0)
    late = shift.end - closes if closes else timedelta(0)
    return sum(max(0.0, part.total_seconds() / 60) for part in (early, late))


def _window_words(agent: Agent) -> str:
    words = [f"from {agent.earliest_local:%H:%M}"] if agent.earliest_local is not None else []
    words += [f"until {agent.latest_local:%H:%M}"] if agent.latest_local is not None else []
    return " ".join(words) or "at any hour,"
