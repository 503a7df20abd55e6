"""What a planner changes to ask "what if?", and what becomes of queues, shifts and people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import time, timedelta
from itertools import product
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from scheduler.errors import Fault, InputError
from scheduler.people import Agent, Team
from scheduler.rostering.breaks import BreakTemplate
from scheduler.rostering.shifts import ShiftTemplate
from scheduler.staffing.channels import Queue
from scheduler.staffing.deadline import Deadline

T = TypeVar("T")

MOST_SCENARIOS = 30
"""So many scenarios a grid may have."""
_DAY_MINUTES = 24 * 60
_NEVER: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class MoreShift:
    """A shift that the catalogue does not have: one it has, at other times.

    Attributes
    ----------
    like
        Name of the shift it resembles in zone, weekdays, breaks and who may work it.
    start, end
        Wall times; an ``end`` at or before ``start`` is the next day's.
    """

    like: str
    start: time
    end: time

    @property
    def name(self) -> str:
        """How the shift is called."""
        return f"{self.like} {self.start:%H:%M}-{self.end:%H:%M}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """What a planner changes to ask "what if?"; the default changes nothing.

    Attributes
    ----------
    name
        How the scenario is called in a comparison.
    volume, aht
        Factors on the contacts and handling times of the forecast.
    shrinkage
        Share of rostered time lost, instead of the case's; None keeps the case's.
    service_level, answer_within, definition, promise, patience
        Targets by queue, within how long, how the share is counted, over what it is kept
        (interval, day, week), and mean patience, instead of the case's.
    headcount
        Agents more or fewer than the team has. More are copies of the team's agents in turn,
        without their leave and wishes; fewer leaves the last ones out.
    hires_zone
        Where the additional agents live; empty for where those they resemble do.
    without_shifts
        Shifts that nobody works.
    more_shifts
        Shifts besides the catalogue's.

    Raises
    ------
    InputError
        A factor that makes no week, or a zone that does not exist; all faults at once.
    """

    name: str = "baseline"
    volume: float = 1.0
    aht: float = 1.0
    shrinkage: float | None = None
    service_level: Mapping[str, float] = field(default_factory=dict)
    answer_within: Mapping[str, timedelta] = field(default_factory=dict)
    definition: Mapping[str, str] = field(default_factory=dict)
    promise: Mapping[str, str] = field(default_factory=dict)
    patience: Mapping[str, timedelta] = field(default_factory=dict)
    headcount: int = 0
    hires_zone: str = ""
    without_shifts: tuple[str, ...] = ()
    more_shifts: tuple[MoreShift, ...] = ()

    def __post_init__(self) -> None:
        """Refuse factors that make no week."""
        faults = [
            Fault(column=name, expected="more than 0, at most 20", found=f"{value:g}")
            for name, value in (("volume", self.volume), ("aht", self.aht))
            if not 0 < value <= 20
        ]
        if self.shrinkage is not None and not 0 <= self.shrinkage < 1:
            faults.append(Fault(column="shrinkage", expected="0 … 1", found=f"{self.shrinkage:g}"))
        if self.hires_zone and not _is_zone(self.hires_zone):
            expected = "a zone such as Europe/London"
            faults.append(Fault(column="hires_zone", expected=expected, found=self.hires_zone))
        if faults:
            raise InputError(faults)

    @property
    def unchanged(self) -> bool:
        """Whether it changes nothing, whatever it is called."""
        return replace(self, name="baseline") == Scenario()


def grid_of(
    base: Scenario,
    *,
    volumes: Iterable[float] = (1.0,),
    ahts: Iterable[float] = (1.0,),
    headcounts: Iterable[int] = (0,),
) -> tuple[Scenario, ...]:
    """Return a scenario for every combination, each beside what the base changes.

    Parameters
    ----------
    base
        What all of them change.
    volumes, ahts
        Factors, on top of the base's.
    headcounts
        Agents more or fewer, on top of the base's.

    Raises
    ------
    InputError
        More than :data:`MOST_SCENARIOS`, or factors that make no week.
    """
    cells = list(product(dict.fromkeys(volumes), dict.fromkeys(ahts), dict.fromkeys(headcounts)))
    if len(cells) > MOST_SCENARIOS:
        expected = f"at most {MOST_SCENARIOS} combinations"
        raise InputError(Fault(column="grid", expected=expected, found=f"{len(cells)}"))
    return tuple(
        replace(
            base,
            volume=base.volume * volume,
            aht=base.aht * aht,
            headcount=base.headcount + headcount,
        )
        for volume, aht, headcount in cells
    )


def changed_queues(queues: Iterable[Queue], scenario: Scenario) -> tuple[Queue, ...]:
    """Return the queues as a scenario has them.

    Raises
    ------
    InputError
        The scenario names a queue that is not there, or gives one a value it cannot have.
    """
    queues = tuple(queues)
    known = {queue.name for queue in queues}
    changes = {
        key: getattr(scenario, key)
        for key in ("service_level", "answer_within", "definition", "promise", "patience")
    }
    faults = [
        Fault(
            column=key, expected=f"one of the queues {', '.join(sorted(known))}", found=repr(name)
        )
        for key, by_queue in changes.items()
        for name in by_queue
        if name not in known
    ]
    if faults:
        raise InputError(faults)
    changed = []
    for queue in queues:
        own = {
            key: by_queue[queue.name] for key, by_queue in changes.items() if queue.name in by_queue
        }
        if "answer_within" in own:
            own["answer_within"] = Deadline(span=own["answer_within"])
        level = own.get("service_level", queue.service_level)
        if not isinstance(queue.floor, str) and queue.floor > level:
            own["floor"] = level
        changed.append(replace(queue, **own))
    return tuple(changed)


def changed_people(
    team: Team, templates: tuple[ShiftTemplate, ...], scenario: Scenario
) -> tuple[Team, tuple[ShiftTemplate, ...]]:
    """Return the team and the shift templates as a scenario has them.

    A shift that nobody works any more keeps its template, on no weekday: past shifts refer to
    it. Who could work nothing else is left out of the team.

    Raises
    ------
    InputError
        The scenario names a shift that is not there, or its breaks have no room at other times.
    """
    by_name = {template.name: template for template in templates}
    named = (*scenario.without_shifts, *(more.like for more in scenario.more_shifts))
    faults = [
        Fault(column="shifts", expected=f"one of {', '.join(by_name)}", found=repr(name))
        for name in named
        if name not in by_name
    ]
    if faults:
        raise InputError(faults)
    dropped = frozenset(scenario.without_shifts)
    kept = tuple(
        replace(each, weekdays=_NEVER) if each.name in dropped else each for each in templates
    )
    added = tuple(_moved(by_name[more.like], more) for more in scenario.more_shifts)
    agents = []
    for agent in _sized(team.agents, scenario):
        shifts = agent.shifts | {m.name for m in scenario.more_shifts if m.like in agent.shifts}
        if not agent.shifts or shifts - dropped:
            agents.append(replace(agent, shifts=shifts) if agent.shifts else agent)
    people = {agent.agent_id for agent in agents}
    off = tuple(each for each in team.time_off if each.agent_id in people)
    return replace(team, agents=tuple(agents), time_off=off), (*kept, *added)


def _sized(agents: tuple[Agent, ...], scenario: Scenario) -> tuple[Agent, ...]:
    """Return the agents with some added or taken away at the end."""
    more = scenario.headcount
    if more <= 0 or not agents:
        return agents[: max(0, len(agents) + more)]
    hired = (_hire(agents[n % len(agents)], n, scenario.hires_zone) for n in range(more))
    return (*agents, *hired)


def _hire(like: Agent, number: int, zone: str) -> Agent:
    return replace(
        like,
        agent_id=f"hire-{number + 1}",
        name=f"New hire {number + 1} (like {like.name})",
        zone=ZoneInfo(zone) if zone else like.zone,
    )


def _moved(like: ShiftTemplate, more: MoreShift) -> ShiftTemplate:
    """Return a template at other times; breaks stay as far from its start as they were."""
    later = _minutes(more.start) - _minutes(like.start)
    return replace(
        like,
        name=more.name,
        start=more.start,
        end=more.end,
        breaks=tuple(_later(each, later) for each in like.breaks),
        latest_start=None,
        other_lengths=(),
    )


def _later(each: BreakTemplate, minutes: int) -> BreakTemplate:
    def moved(at: T) -> T | time:
        return _time((_minutes(at) + minutes) % _DAY_MINUTES) if isinstance(at, time) else at

    return replace(
        each,
        start=moved(each.start),
        end=moved(each.end),
        earliest=moved(each.earliest),
        latest=moved(each.latest),
    )


def _minutes(at: time) -> int:
    return 60 * at.hour + at.minute


def _time(minutes: int) -> time:
    return time(minutes // 60, minutes % 60)


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
