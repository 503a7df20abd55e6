"""What a problem refers to that is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scheduler.errors import Fault
from scheduler.labour_law import KEYS, law_for
from scheduler.people import Contract, Team
from scheduler.rostering.prices import ORDER
from scheduler.rostering.rotations import Rotation

if TYPE_CHECKING:
    from scheduler.rostering.problem import Problem
    from scheduler.rostering.wishes import Pin, Request


def reference_faults(problem: Problem) -> list[Fault]:
    """Check every reference of a problem to shifts, agents, rules, rotations and laws."""
    names = [template.name for template in problem.templates]
    people = {agent.agent_id for agent in problem.team.agents}
    faults = [
        Fault(column="shifts, name", expected="no name twice", found=name)
        for name in sorted(set(names))
        if names.count(name) > 1
    ]
    references: list[tuple[str, Request | Pin]] = [
        *(("requests", request) for request in problem.requests),
        *(("assignments", pin) for pin in problem.pins),
    ]
    for what, item in references:
        if item.agent_id not in people:
            faults.append(
                Fault(column=what, expected="the id of an agent", found=repr(item.agent_id))
            )
        if item.shift and item.shift not in names:
            faults.append(
                Fault(column=what, expected="the name of a shift", found=repr(item.shift))
            )
    ordered = [name for group in problem.order for name in group]
    every = sorted(name for group in ORDER for name in group)
    if sorted(ordered) != every:
        faults.append(
            Fault(
                column="rules, order",
                expected=f"groups that hold each of {', '.join(every)} once",
                found=", ".join(ordered) or "nothing",
            )
        )
    for name, minutes in problem.tolerance.items():
        if name not in every or minutes < 0:
            expected = "0 or more, by the name of a priced rule"
            found = f"{name!r}: {minutes}"
            faults.append(Fault(column="rules, tolerance", expected=expected, found=found))
    for agent in problem.team.agents:
        faults += [
            Fault(
                column=f"shifts of agent {agent.agent_id}",
                expected=f"names among {', '.join(names)}",
                found=repr(name),
            )
            for name in sorted(agent.shifts - set(names))
        ]
    named = [
        *((f"contract {each.name}", each.named_shifts) for each in problem.team.contracts),
        *((f"rotation {each.name}", each.named_shifts) for each in problem.rotations),
        ("the limits", problem.limits.named_shifts),
        ("the people wanted", frozenset(wish.shift for wish in problem.wanted)),
    ]
    for where, used in named:
        faults += [
            Fault(
                column=f"shifts of {where}",
                expected=f"names among {', '.join(names)}",
                found=repr(name),
            )
            for name in sorted(used - set(names))
        ]
    faults += _activity_faults(problem)
    faults += _unknown_rotations(problem.team, problem.rotations)
    for contract in problem.team.contracts:
        faults += _lawless(problem.team, contract)
    return faults


def _activity_faults(problem: Problem) -> list[Fault]:
    """Find activities with one name, and what they refer to that is not there."""
    names = [activity.name for activity in problem.activities]
    faults = [
        Fault(column="activities, name", expected="no name twice", found=name)
        for name in sorted(set(names))
        if names.count(name) > 1
    ]
    people = {agent.agent_id for agent in problem.team.agents}
    contracts = {contract.name for contract in problem.team.contracts}
    for activity in problem.activities:
        faults += [
            Fault(column=f"{key} of activity {activity.name}", expected=expected, found=repr(name))
            for key, named, known, expected in (
                ("agents", activity.agents, people, "the id of an agent"),
                ("contracts", activity.contracts, contracts, "the name of a contract"),
            )
            for name in sorted(named - known)
        ]
    return faults


def _unknown_rotations(team: Team, rotations: tuple[Rotation, ...]) -> list[Fault]:
    names = ["", *(rotation.name for rotation in rotations)]
    return [
        Fault(
            column=f"rotation of agent {agent.agent_id}",
            expected=f"names among {', '.join(names[1:]) or 'no rotations'}",
            found=repr(agent.rotation),
        )
        for agent in team.agents
        if agent.rotation not in names
    ]


def _lawless(team: Team, contract: Contract) -> list[Fault]:
    """Find out why a contract cannot be put under its law."""
    if contract.law not in KEYS:
        expected = f"nothing, or one of {', '.join(KEYS[1:])}"
        column = f"law of contract {contract.name}"
        return [Fault(column=column, expected=expected, found=repr(contract.law))]
    faults = []
    for agent in team.agents:
        under = (agent.contract, *(name for _, name in agent.contract_changes))
        law = law_for(contract, agent.country)
        if contract.name not in under or not contract.law:
            continue
        if law is None:
            expected = f"a country whose law is known, because of contract {contract.name}"
            column = f"country of agent {agent.agent_id}"
            faults.append(Fault(column=column, expected=expected, found=repr(agent.country)))
        elif law.max_hours_week is not None and contract.min_hours_week > law.max_hours_week:
            faults.append(
                Fault(
                    column=f"min_hours_week of contract {contract.name}",
                    expected=f"at most {law.max_hours_week:g}, by law ({law.source})",
                    found=f"{contract.min_hours_week:g}",
                )
            )
    return faults
