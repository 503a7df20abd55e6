"""The people of a team: agents, their contracts and their time off."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import pairwise
from zoneinfo import ZoneInfo

from scheduler.contract import EVERY_DAY, WEEKDAYS, Contract
from scheduler.errors import Fault, InputError

__all__ = ["EVERY_DAY", "WEEKDAYS", "Agent", "Contract", "Team", "TimeOff"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """One person who takes shifts.

    Attributes
    ----------
    agent_id, name
        The key in every file, and how the person is called.
    zone
        The agent's own time zone; every rule about the person is kept in it.
    country
        ISO 3166 country, with a subdivision where holidays differ: ``GB``, ``AU-WA``.
    contract
        Name of the agent's contract.
    skills
        Queues the agent can serve, languages such as ``lang:zh``, and skills that activities ask
        for.
    shifts
        Names of the shift templates the agent may get; empty for all.
    earliest_local, latest_local
        The local window that a whole shift must lie in, on the day it starts; None for no limit.
        A ``latest_local`` at or before ``earliest_local`` means the next day.
    hourly_cost
        Cost of a paid hour, in the case's currency.
    joined, left
        First and last local date of the employment; None for no such date in sight.
    contract_changes
        Pairs of a local date and the name of the contract that holds from it on, in order.
    overtime_hours
        Hours of overtime a week that the agent has agreed to.
    seniority
        0 and up; from the team's figure on the agent can lead a shift.
    site
        Where the agent needs a seat; empty for none, as at home.
    points
        Points for unpopular shifts of past weeks.
    rotation, rotation_start
        Name of the agent's rotation, and any date in its first week; empty and None for none.

    Raises
    ------
    InputError
        The last day lies before the first, or changes are out of order.
    """

    agent_id: str
    name: str
    zone: ZoneInfo
    contract: str
    country: str = ""
    skills: frozenset[str] = frozenset()
    shifts: frozenset[str] = frozenset()
    earliest_local: time | None = None
    latest_local: time | None = None
    hourly_cost: float = 0.0
    joined: date | None = None
    left: date | None = None
    contract_changes: tuple[tuple[date, str], ...] = ()
    overtime_hours: float = 0.0
    seniority: int = 0
    site: str = ""
    points: int = 0
    rotation: str = ""
    rotation_start: date | None = None

    def __post_init__(self) -> None:
        """Refuse dates out of order."""
        faults = []
        if self.joined is not None and self.left is not None and self.left < self.joined:
            faults.append(
                Fault(column="left", expected=f"a day from {self.joined}", found=str(self.left))
            )
        days = [day for day, _ in self.contract_changes]
        if any(one >= other for one, other in pairwise(days)):
            found = ", ".join(map(str, days))
            faults.append(Fault(column="contract_changes", expected="days in order", found=found))
        if not 0 <= self.overtime_hours <= 168:
            found = f"{self.overtime_hours:g}"
            faults.append(Fault(column="overtime_hours", expected="0 … 168", found=found))
        for name in ("seniority", "points"):
            if not 0 <= getattr(self, name) <= 10_000:
                found = str(getattr(self, name))
                faults.append(Fault(column=name, expected="0 … 10000", found=found))
        if bool(self.rotation) != (self.rotation_start is not None):
            expected = "both a rotation and a date in its first week, or neither"
            found = f"{self.rotation!r} and {self.rotation_start}"
            faults.append(Fault(column="rotation_start", expected=expected, found=found))
        if faults:
            raise InputError(faults)

    def employed_on(self, day: date) -> bool:
        """Say whether a local date lies in the employment."""
        after = self.joined is None or self.joined <= day
        return after and (self.left is None or day <= self.left)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeOff:
    """A stretch of time in which an agent takes no shift, half-open, in UTC."""

    agent_id: str
    start: datetime
    end: datetime
    kind: str = "leave"

    def __post_init__(self) -> None:
        """Refuse naive or empty stretches."""
        if self.start.tzinfo is None or self.end.tzinfo is None or self.start >= self.end:
            raise InputError(
                Fault(
                    column="start, end",
                    expected="two times with offset, start before end",
                    found=f"{self.start.isoformat()} … {self.end.isoformat()}",
                )
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """Agents with their contracts and time off, checked against each other.

    Raises
    ------
    InputError
        An agent twice, an unknown contract or agent, or overlapping time off.
    """

    agents: tuple[Agent, ...]
    contracts: tuple[Contract, ...]
    time_off: tuple[TimeOff, ...] = ()

    def __post_init__(self) -> None:
        """Check every reference between the three lists."""
        faults = [
            *_repeated("agents", "id", (agent.agent_id for agent in self.agents)),
            *_repeated("contracts", "name", (contract.name for contract in self.contracts)),
        ]
        known = {contract.name for contract in self.contracts}
        faults += [
            Fault(
                column=f"contract of agent {agent.agent_id}",
                expected=f"one of {', '.join(sorted(known)) or 'no contracts'}",
                found=repr(name),
            )
            for agent in self.agents
            for name in (agent.contract, *(name for _, name in agent.contract_changes))
            if name not in known
        ]
        people = {agent.agent_id for agent in self.agents}
        faults += [
            Fault(column="time off", expected="the id of an agent", found=repr(off.agent_id))
            for off in self.time_off
            if off.agent_id not in people
        ]
        faults += _overlaps(self.time_off)
        if faults:
            raise InputError(faults)

    def contract_of(self, agent: Agent, day: date | None = None) -> Contract:
        """Return the agent's contract on a local date; the first of all without one."""
        name = agent.contract
        for start, changed in agent.contract_changes:
            if day is not None and start <= day:
                name = changed
        return next(c for c in self.contracts if c.name == name)

    def agent(self, agent_id: str) -> Agent:
        """Return the agent with this id; KeyError if there is none."""
        for agent in self.agents:
            if agent.agent_id == agent_id:
                return agent
        raise KeyError(agent_id)


def _repeated(what: str, column: str, keys: Iterable[str]) -> list[Fault]:
    seen: set[str] = set()
    faults = []
    for key in keys:
        if key in seen:
            faults.append(Fault(column=f"{what}, {column}", expected="no key twice", found=key))
        seen.add(key)
    return faults


def _overlaps(time_off: Iterable[TimeOff]) -> list[Fault]:
    faults = []
    last: dict[str, TimeOff] = {}
    for off in sorted(time_off, key=lambda off: (off.agent_id, off.start)):
        before = last.get(off.agent_id)
        if before is not None and off.start < before.end:
            faults.append(
                Fault(
                    column=f"time off of agent {off.agent_id}",
                    expected="stretches that do not overlap",
                    found=f"{off.start.isoformat()} before the end {before.end.isoformat()}",
                )
            )
        last[off.agent_id] = max(before or off, off, key=lambda each: each.end)
    return faults
