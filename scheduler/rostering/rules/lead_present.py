"""Seniority: somebody who can lead is there whenever anybody is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from scheduler.people import Agent
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Penalty, Roster
from scheduler.rostering.rules.on_duty import Span, counts, span_finder

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import IntVar

    from scheduler.rostering.variables import RosterModel


class LeadPresent:
    """An interval that any shift touches wants a leader whose shift touches it too."""

    name = "lead_present"
    sentence = "Whenever anybody is on shift, somebody is who can lead."
    unit = "minutes without a leader"

    def post(self, model: RosterModel) -> None:
        """Price each interval with people and no leader; shifts of one span are counted once."""
        problem, span = model.problem, span_finder(model.problem)
        least = problem.limits.lead_seniority
        if least is None:
            return
        leads: dict[int, list[IntVar]] = {}
        others: dict[Span, list[IntVar]] = {}
        for agent_id, agent in problem.agents.items():
            for choice in model.choices(agent_id):
                reach = span(choice.option.shift)
                if agent.seniority < least:
                    others.setdefault(reach, []).append(choice.taken)
                    continue
                for at in range(*reach):
                    leads.setdefault(at, []).append(choice.taken)
        minutes = problem.requirement.grid.interval // timedelta(minutes=1)
        without = [
            model.whole(0, 1, f"no_lead_{at}") for at in range(len(problem.requirement.grid))
        ]
        past_leads, past_others = self._split(problem, Roster(assignments=()))
        for at, alone in enumerate(without):
            if past_others[at] and not past_leads[at]:
                model.cp.add(model.total([alone, *leads.get(at, ())]) >= 1)
            model.price(self.name, minutes * alone, problem.prices.lead)
        for number, (reach, taken) in enumerate(others.items()):
            anybody = model.whole(0, 1, f"anybody_{number}")
            for variable in taken:
                model.cp.add_implication(variable, anybody)
            for at in range(*reach):
                if not past_leads[at]:
                    model.cp.add(model.total([without[at], *leads.get(at, ())]) >= anybody)

    def price(self, problem: Problem, roster: Roster) -> Iterator[Penalty]:
        """Count the intervals in which people are on shift and nobody who leads."""
        if problem.limits.lead_seniority is None:
            return
        leads, others = self._split(problem, roster)
        alone = sum(1 for lead, other in zip(leads, others, strict=True) if other and not lead)
        if alone:
            minutes = alone * (problem.requirement.grid.interval // timedelta(minutes=1))
            yield Penalty(
                rule=self.name,
                subject="",
                amount=minutes,
                price=problem.prices.lead,
                unit=self.unit,
                words=f"people are on shift for {minutes / 60:,.1f} hours without anybody who "
                "leads",
            )

    def _split(self, problem: Problem, roster: Roster) -> tuple[list[int], list[int]]:
        """Count leaders and others on shift in each interval."""
        least = problem.limits.lead_seniority or 0

        def leads(agent: Agent) -> bool:
            return agent.seniority >= least

        def follows(agent: Agent) -> bool:
            return agent.seniority < least

        return counts(problem, roster, leads), counts(problem, roster, follows)
