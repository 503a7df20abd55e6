"""Fairness: unpopular shifts are shared, past weeks included."""

from __future__ import annotations

from collections.abc import Iterator
from math import gcd
from typing import TYPE_CHECKING

from scheduler.people import Agent
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Penalty, Roster
from scheduler.rostering.shifts import Shift

if TYPE_CHECKING:
    from scheduler.rostering.variables import RosterModel


class Fairness:
    """Points above one's fair share have a price.

    Points are those of past weeks and those of the roster. The fair share of an agent is the
    points of all agents together × the agent's hours ÷ the hours of all, hours being the weekly
    maximum of the contract. What all have above their shares is added up and rounded up once.
    """

    name = "fairness"
    sentence = "Points for unpopular shifts, past weeks included, are shared by contract hours."
    unit = "points above the fair share"

    def post(self, model: RosterModel) -> None:
        """Price the points above the fair share."""
        problem = model.problem
        if not _counted(problem):
            return
        hours, every = _hours(problem)
        points = {
            agent_id: model.total(
                worth * c.taken
                for c in model.choices(agent_id)
                if (worth := points_of(problem, c.option.shift))
            )
            + agent.points
            for agent_id, agent in problem.agents.items()
        }
        most = {
            agent_id: agent.points
            + sum(points_of(problem, c.option.shift) for c in model.choices(agent_id))
            for agent_id, agent in problem.agents.items()
        }
        total = model.whole(0, sum(most.values()), "points")
        model.cp.add(total == model.total(points.values()))
        above = []
        for agent_id, own in points.items():
            excess = model.whole(0, every * most[agent_id], f"above_{agent_id}")
            model.cp.add(excess >= every * own - hours[agent_id] * total)
            above.append(excess)
        beyond = model.whole(0, sum(most.values()), "points_above")
        model.cp.add(every * beyond >= model.total(above))
        model.price(self.name, beyond, problem.prices.fairness)

    def price(self, problem: Problem, roster: Roster) -> Iterator[Penalty]:
        """Add up what agents have above their fair share."""
        if not _counted(problem):
            return
        hours, every = _hours(problem)
        points = {agent_id: agent.points for agent_id, agent in problem.agents.items()}
        for assignment in roster.assignments:
            points[assignment.agent_id] += points_of(problem, assignment.shift)
        total = sum(points.values())
        above = {
            agent_id: max(0, every * own - hours[agent_id] * total)
            for agent_id, own in points.items()
        }
        amount = -(-sum(above.values()) // every)
        if amount:
            worst = max(above, key=lambda agent_id: above[agent_id])
            yield Penalty(
                rule=self.name,
                subject="",
                amount=amount,
                price=problem.prices.fairness,
                unit=self.unit,
                words=f"{amount} points lie above fair shares; {problem.agents[worst].name} has "
                f"{points[worst]} where {hours[worst] * total / every:.1f} would be fair",
            )


def points_of(problem: Problem, shift: Shift) -> int:
    """Return what a shift counts as an unpopular one."""
    weekend = problem.limits.weekend_points if shift.day.weekday() >= 5 else 0
    return dict(problem.limits.points).get(shift.template, 0) + weekend


def _counted(problem: Problem) -> bool:
    return bool(problem.limits.points or problem.limits.weekend_points) and len(problem.agents) > 1


def _hours(problem: Problem) -> tuple[dict[str, int], int]:
    """Contract hours of each agent and of all together, in lowest terms."""

    def weekly(agent: Agent) -> int:
        contract = problem.contract_on(agent.agent_id, problem.first)
        return max(1, round(contract.max_hours_week))

    hours = {agent_id: weekly(agent) for agent_id, agent in problem.agents.items()}
    common = gcd(*hours.values())
    shares = {agent_id: each // common for agent_id, each in hours.items()}
    return shares, sum(shares.values())
