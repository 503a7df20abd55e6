"""All terms of a problem: every agent's tour, and what is wanted of all tours together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from scheduler.rostering.columns.terms import Demand, NoTour, TourTerms
from scheduler.rostering.moves import alone
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Assignment, Roster
from scheduler.rostering.rules.catalogue import HARD, PRICED
from scheduler.rostering.rules.rule import (
    HardRule,
    InTour,
    OnAllTours,
    OnEachShift,
    PricedRule,
)
from scheduler.rostering.variables import RosterModel

Rule = HardRule | PricedRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a roster made of tours must keep: each agent's terms, and the demands on all."""

    tours: dict[str, TourTerms]
    demands: tuple[Demand, ...]


def gather(problem: Problem) -> Terms:
    """Ask every rule how it lives within tours.

    Raises
    ------
    NoTour
        A rule cannot; the message says which.
    """
    if problem.past:
        raise NoTour("shifts before the horizon are not held within tours")
    if any(agent.contract_changes for agent in problem.team.agents):
        raise NoTour("contracts that change are not held within tours")
    every: tuple[Rule, ...] = (*HARD, *PRICED)
    rules = [rule for rule in every if rule.name not in problem.waived]
    told = [rule for rule in rules if isinstance(rule, InTour | OnAllTours)]
    telling = rules_that_tell(
        problem, [rule for rule in rules if rule in PRICED or rule not in told]
    )
    _refuse_levels(problem, telling)
    others = [rule for rule in telling if rule not in told]
    mute = [rule.name for rule in others if not isinstance(rule, OnEachShift)]
    if mute:
        raise NoTour(f"{', '.join(mute)} cannot be held within one agent's tour")
    tours = {}
    for agent_id, agent in problem.agents.items():
        terms = tours[agent_id] = TourTerms(problem, agent)
        for rule in told:
            if isinstance(rule, InTour):
                rule.in_tour(terms)
        if others:
            _forbid_each(terms, others)
    wanted = [rule.demands(problem) for rule in told if isinstance(rule, OnAllTours)]
    return Terms(tours=tours, demands=tuple(demand for each in wanted for demand in each))


def _refuse_levels(problem: Problem, telling: Iterable[Rule]) -> None:
    """Refuse priorities: one level alone may have something to price."""
    names = {rule.name for rule in telling}
    if sum(not names.isdisjoint(group) for group in problem.order) > 1:
        raise NoTour("several levels of priority are not held within tours")


def rules_that_tell(problem: Problem, rules: Iterable[Rule]) -> list[Rule]:
    """Leave out rules that say nothing about a problem, by letting them state it in a model."""
    model = RosterModel(problem)
    found = []
    for rule in rules:
        before = len(model.cp.proto.constraints)
        rule.post(model)
        said = model.priced(rule.name) if rule in PRICED else _grown(model, before)
        if said:
            found.append(rule)
    return found


def _grown(model: RosterModel, before: int) -> bool:
    return len(model.cp.proto.constraints) > before


def _forbid_each(terms: TourTerms, rules: Iterable[Rule]) -> None:
    """Forbid every shift that a rule refuses even alone."""
    problem = alone(terms.problem, terms.agent.agent_id)
    queues = problem.queues_of(terms.agent)[:1]
    for rule in rules:
        if not isinstance(rule, HardRule):
            continue
        for at, row in enumerate(terms.shifts):
            for kind, shift in enumerate(row):
                if shift is not None and terms.allowed[at, kind]:
                    only = Assignment(
                        agent_id=terms.agent.agent_id, shift=shift.settled(), queues=queues
                    )
                    terms.allowed[at, kind] = not [*rule.check(problem, Roster.of([only]))]
