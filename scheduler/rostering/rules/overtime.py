"""Overtime: only with consent, and at a price."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from scheduler.people import Agent
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Assignment, Clause, Penalty, Roster, Violation
from scheduler.rostering.rules.contract_weeks import HAIR, in_weeks, paid_minutes, shared, week_of

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import LinearExpr

    from scheduler.rostering.variables import RosterModel


class OvertimeConsent:
    """Beyond the normal hours of the contract an agent works what they have agreed to."""

    name = "overtime_consent"
    sentence = "Overtime in a week is at most what the agent has agreed to."
    unit = "hours"

    def post(self, model: RosterModel) -> None:
        """Bound the paid minutes of each week by normal hours and consent."""
        for agent in model.problem.agents.values():
            for monday, normal in _weeks(model.problem, agent):
                consent = int(agent.overtime_hours * 60 + HAIR)
                clause = Clause(
                    rule=self.name,
                    agent_id=agent.agent_id,
                    when=f"week of {monday}",
                    words=f"{agent.name} works at most {consent / 60:g} hours of overtime in the "
                    f"week of {monday:%d %b}",
                )
                had = _past(model.problem, agent, monday)
                paid = _paid(model, agent, monday)
                model.require(clause, paid <= max(0, normal + consent - had))

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Compare the overtime of each week with the consent."""
        for agent_id, tour in roster.tours().items():
            agent = problem.agents[agent_id]
            for monday, normal in _weeks(problem, agent):
                extra = _overtime(problem, agent, tour, monday, normal)
                consent = int(agent.overtime_hours * 60 + HAIR)
                if extra > consent and paid_minutes(tour, monday):
                    yield Violation(
                        rule=self.name,
                        agent_id=agent_id,
                        when=f"week of {monday}",
                        amount=round((extra - consent) / 60, 2),
                        words=f"{agent.name} works {extra / 60:g} hours of overtime in the week of "
                        f"{monday:%d %b}, having agreed to {consent / 60:g}",
                    )


class Overtime:
    """The premium on time beyond the normal hours of the contract."""

    name = "overtime"
    sentence = "Overtime costs its premium on top of the paid time."
    unit = "minutes of overtime"

    def post(self, model: RosterModel) -> None:
        """Price what exceeds the normal hours of each week."""
        for agent in model.problem.agents.values():
            for monday, normal in _weeks(model.problem, agent):
                had = _past(model.problem, agent, monday)
                most = sum(
                    c.option.shift.paid_minutes
                    for c in model.choices(agent.agent_id)
                    if in_weeks(c.option.shift.day, monday)
                )
                extra = model.whole(0, most + had, f"overtime_{agent.agent_id}_{monday}")
                model.cp.add(extra >= _paid(model, agent, monday) + had - normal)
                model.price(self.name, extra, model.problem.prices.overtime)

    def price(self, problem: Problem, roster: Roster) -> Iterator[Penalty]:
        """Measure the overtime of each agent and week."""
        tours = roster.tours()
        for agent_id, agent in problem.agents.items():
            for monday, normal in _weeks(problem, agent):
                extra = _overtime(problem, agent, tours.get(agent_id, ()), monday, normal)
                if extra:
                    yield Penalty(
                        rule=self.name,
                        subject=agent_id,
                        amount=extra,
                        price=problem.prices.overtime,
                        unit=self.unit,
                        words=f"{agent.name} works {extra / 60:g} hours of overtime in the week of "
                        f"{monday:%d %b}",
                    )


def _weeks(problem: Problem, agent: Agent) -> Iterator[tuple[date, int]]:
    """Mondays of the weeks that have normal hours, and these in minutes."""
    for monday in problem.weeks:
        contracts = [problem.contract_on(agent.agent_id, day) for day in week_of(monday)]
        if all(contract.normal_hours_week is not None for contract in contracts):
            yield monday, int(shared(problem, agent, monday, "normal_hours_week") * 60 + HAIR)


def _paid(model: RosterModel, agent: Agent, monday: date) -> LinearExpr:
    return model.total(
        c.taken * c.option.shift.paid_minutes
        for c in model.choices(agent.agent_id)
        if in_weeks(c.option.shift.day, monday)
    )


def _past(problem: Problem, agent: Agent, monday: date) -> int:
    return paid_minutes(problem.past_by_agent[agent.agent_id], monday)


def _overtime(
    problem: Problem, agent: Agent, tour: tuple[Assignment, ...], monday: date, normal: int
) -> int:
    return max(0, paid_minutes(tour, monday) + _past(problem, agent, monday) - normal)
