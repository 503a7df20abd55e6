"""The problem: a requirement, a team, shift templates, rules and wishes, ready to be solved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from math import gcd

import numpy as np
from numpy.typing import NDArray

from forecasting.grid import TimeGrid
from scheduler.errors import InputError
from scheduler.labour_law import Law, law_for, tightened
from scheduler.people import Agent, Contract, Team, TimeOff
from scheduler.rostering.activities import Activity, Stretch, dated_windows
from scheduler.rostering.envelope import Piece, concave_pieces
from scheduler.rostering.fingerprint import fingerprint_of
from scheduler.rostering.limits import TeamLimits
from scheduler.rostering.prices import ORDER, Prices
from scheduler.rostering.references import reference_faults
from scheduler.rostering.roster import Assignment, Block, Published
from scheduler.rostering.rotations import Rotation
from scheduler.rostering.shifts import Shift, ShiftTemplate, runs_on, shift_on, shifts_on
from scheduler.rostering.wanted import PeopleWanted
from scheduler.rostering.wishes import Pin, Request
from scheduler.staffing.requirement import Requirement

__all__ = ["ORDER", "Option", "Pin", "Prices", "Problem", "Request"]

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
_ZERO = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One thing an agent could do on a date: a dated shift, on whichever queues they can serve.

    ``presence`` holds the whole minutes at work in each slot of the grid, from ``first`` on.
    """

    agent_id: str
    shift: Shift
    first: int
    presence: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Everything that decides a roster; two equal problems have equal hashes.

    Attributes
    ----------
    requirement
        What the queues need, on the service's grid.
    team
        Agents, contracts, time off.
    templates
        Shift templates that may be used.
    first, days
        The rostered dates: each agent's own local dates ``first … first + days − 1``.
    requests, pins
        Wishes and decisions already taken.
    wanted
        How many people certain shifts should get on certain dates.
    published
        The roster that people already know, where there is one: then changes have a price and
        nothing before its freeze line moves.
    past
        Shifts worked before ``first``, for rest, runs and hours across the border.
    open_start
        Whether nobody knows what was worked before ``first``, beyond ``past``: then a run of
        working days that touches it may have begun before and is never too short.
    holidays
        Public holidays by country, for the rostered dates and those worked before.
    prices
        What departures cost.
    limits
        What rules need to know about the team as a whole.
    rotations
        Rotations that agents may be on.
    activities
        Meetings, training and other work away from the queues.
    waived
        Names of rules switched off by the manager.
    corrections
        Thousandths of contacts by which a pledge, named by queue and day or week, asks for more
        than its target, because a certificate found its curves too kind; below zero for less.
        For the pledge of one interval: agents more than required.
    order
        The manager's priorities: groups of priced rules, each group optimised before the next
        and never given up for it, but for its tolerance. Within a group prices decide.
    tolerance
        By how many minutes of paid time later groups may make a group dearer than its best, by
        the name of any of its rules; the most that is named counts.

    Raises
    ------
    InputError
        A request, pin or template refers to something that is not there.
    """

    requirement: Requirement
    team: Team
    templates: tuple[ShiftTemplate, ...]
    first: date
    days: int
    requests: tuple[Request, ...] = ()
    pins: tuple[Pin, ...] = ()
    wanted: tuple[PeopleWanted, ...] = ()
    published: Published | None = None
    past: tuple[Assignment, ...] = ()
    open_start: bool = False
    holidays: Mapping[str, frozenset[date]] = field(default_factory=dict)
    prices: Prices = field(default_factory=Prices)
    limits: TeamLimits = field(default_factory=TeamLimits)
    rotations: tuple[Rotation, ...] = ()
    activities: tuple[Activity, ...] = ()
    waived: frozenset[str] = frozenset()
    corrections: Mapping[tuple[str, str], int] = field(default_factory=dict)
    order: tuple[tuple[str, ...], ...] = ORDER
    tolerance: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check every reference."""
        faults = reference_faults(self)
        if faults:
            raise InputError(faults)

    def tolerance_of(self, group: Iterable[str]) -> int:
        """Return by how much later groups may make a group dearer, in minutes of paid time."""
        return max((self.tolerance.get(name, 0) for name in group), default=0)

    @property
    def last(self) -> date:
        """The last rostered local date."""
        return self.first + (self.days - 1) * _DAY

    def dates_from(self, day: date) -> Iterator[date]:
        """Every date from one on to the last rostered one."""
        while day <= self.last:
            yield day
            day += _DAY

    @cached_property
    def dates(self) -> tuple[date, ...]:
        """The rostered local dates, in order."""
        return tuple(self.first + n * _DAY for n in range(self.days))

    @cached_property
    def weeks(self) -> dict[date, tuple[date, ...]]:
        """Monday of each contract week and the rostered dates in it."""
        weeks: dict[date, list[date]] = {}
        for day in self.dates:
            weeks.setdefault(day - day.weekday() * _DAY, []).append(day)
        return {monday: tuple(days) for monday, days in weeks.items()}

    @cached_property
    def contracts(self) -> dict[str, Contract]:
        """Contract of every agent on the first rostered date, by agent id."""
        return {agent_id: self.contract_on(agent_id, self.first) for agent_id in self.agents}

    def contract_on(self, agent_id: str, day: date) -> Contract:
        """Return the contract under which an agent works on a local date, law included."""
        terms = self._terms[agent_id]
        return next(contract for start, contract in reversed(terms) if start <= day)

    def law_on(self, agent_id: str, day: date) -> Law | None:
        """Return the working-time law that an agent's contract names on a local date."""
        return law_for(self.contract_on(agent_id, day), self.agents[agent_id].country)

    @cached_property
    def _terms(self) -> dict[str, tuple[tuple[date, Contract], ...]]:
        """For each agent the contracts in order, each with the date from which it holds."""
        terms = {}
        for agent in self.team.agents:
            starts = (date.min, *(day for day, _ in agent.contract_changes))
            contracts = [(day, self.team.contract_of(agent, day)) for day in starts]
            terms[agent.agent_id] = tuple(
                (day, tightened(contract, law_for(contract, agent.country)))
                for day, contract in contracts
            )
        return terms

    @cached_property
    def agents(self) -> dict[str, Agent]:
        """Agents by id, in the team's order."""
        return {agent.agent_id: agent for agent in self.team.agents}

    @cached_property
    def time_off(self) -> dict[str, tuple[TimeOff, ...]]:
        """Time off by agent id."""
        return {
            agent_id: tuple(off for off in self.team.time_off if off.agent_id == agent_id)
            for agent_id in self.agents
        }

    @cached_property
    def past_by_agent(self) -> dict[str, tuple[Assignment, ...]]:
        """Past assignments by agent id, in order of time."""
        ordered = sorted(self.past, key=lambda a: a.shift.start)
        return {
            agent_id: tuple(a for a in ordered if a.agent_id == agent_id)
            for agent_id in self.agents
        }

    @cached_property
    def template_by_name(self) -> dict[str, ShiftTemplate]:
        """Templates by name."""
        return {template.name: template for template in self.templates}

    @cached_property
    def members(self) -> dict[str, tuple[Agent, ...]]:
        """Agents who belong to each activity, by its name; who serves no queue gets no shift."""
        return {
            activity.name: tuple(
                agent
                for agent in self.team.agents
                if self.queues_of(agent)
                and activity.belongs(agent, self.contracts[agent.agent_id].name)
            )
            for activity in self.activities
        }

    @cached_property
    def activity_by_name(self) -> dict[str, Activity]:
        """Activities by name."""
        return {activity.name: activity for activity in self.activities}

    def activity_windows(self, activity: Activity, agent: Agent) -> tuple[Stretch, ...]:
        """Return when an agent may do an activity, whatever shift they work, in UTC."""
        zone = agent.zone if activity.zone == "agent" else self.requirement.grid.zone
        return dated_windows(activity.windows, self.first, self.days, zone)

    @cached_property
    def queue_names(self) -> tuple[str, ...]:
        """Names of the queues, in the order of the requirement."""
        return tuple(queue.name for queue in self.requirement.queues)

    def queues_of(self, agent: Agent) -> tuple[str, ...]:
        """Queues that the agent can serve."""
        return tuple(name for name in self.queue_names if name in agent.skills)

    def queue_choices(self, agent: Agent, shift: Shift) -> tuple[tuple[str, ...], ...]:
        """Return every one queue an agent could spend a shift on; on call that is none."""
        return ((),) if shift.on_call else tuple((name,) for name in self.queues_of(agent))

    def shift_on(self, agent: Agent, template: ShiftTemplate, day: date) -> Shift | None:
        """Return the first shift a template gives an agent on a date, running that day or not."""
        zone = self.requirement.grid.zone
        return shift_on(template, day, service_zone=zone, agent_zone=agent.zone)

    def shifts_on(self, agent: Agent, template: ShiftTemplate, day: date) -> tuple[Shift, ...]:
        """Return every start and length that a template offers an agent on a local date."""
        zone = self.requirement.grid.zone
        return shifts_on(template, day, service_zone=zone, agent_zone=agent.zone)

    def planned(self, agent: Agent, shift: Shift) -> Shift | None:
        """Return a shift as its template has it, breaks in windows not placed.

        None where the template gives no shift with this start and end on that date.
        """
        template = self.template_by_name.get(shift.template)
        offered = () if template is None else self.shifts_on(agent, template, shift.day)
        hours = (shift.start, shift.end)
        return next((each for each in offered if (each.start, each.end) == hours), None)

    def runs_on(self, agent: Agent, shift: Shift) -> bool:
        """Say whether the shift's template runs on the weekday it starts on."""
        template = self.template_by_name[shift.template]
        zone = self.requirement.grid.zone
        return runs_on(template, shift, service_zone=zone, agent_zone=agent.zone)

    @cached_property
    def _dated(self) -> tuple[tuple[Agent, Shift], ...]:
        """Every shift that somebody could work: each agent, date and running template."""
        return tuple(
            (agent, shift)
            for agent in self.team.agents
            if self.queues_of(agent)
            for day in self.dates
            for template in self.templates
            for shift in self.shifts_on(agent, template, day)
            if self.runs_on(agent, shift)
        )

    @cached_property
    def slots(self) -> TimeGrid:
        """The grid on which agents are counted: intervals, or what breaks and activities ask for.

        A slot is the longest that divides the interval, all lengths of such breaks and of
        activities, and the times between their starts; without any it is the interval.
        """
        grid = self.requirement.grid
        slot = grid.interval // _MINUTE
        for window in {window for _, shift in self._dated for window in shift.windows}:
            marks = (window.length, *(start - grid.start for start in window.starts))
            slot = gcd(slot, *(mark // _MINUTE for mark in marks))
        for activity in self.activities:
            for agent in self.members[activity.name]:
                starts = [start for start, _ in self.activity_windows(activity, agent)]
                marks = (activity.length or _ZERO, activity.step, *(s - grid.start for s in starts))
                slot = gcd(slot, *(mark // _MINUTE for mark in marks))
        length = slot * _MINUTE
        count = len(grid) * (grid.interval // length)
        return TimeGrid(start=grid.start, interval=length, count=count, zone=grid.zone)

    @property
    def slots_an_interval(self) -> int:
        """How many slots an interval has."""
        return self.requirement.grid.interval // self.slots.interval

    def presence(
        self, shift: Shift, block: Block | None = None, grid: TimeGrid | None = None
    ) -> NDArray[np.int64]:
        """Whole minutes at work in each interval of a grid, breaks that have a place taken off.

        Parameters
        ----------
        shift
            The shift.
        block
            The part of the shift to count; None for all of it.
        grid
            The grid; the requirement's if None.
        """
        grid = grid or self.requirement.grid
        total = np.zeros(len(grid))
        for start, end in shift.worked:
            if block is not None:
                start, end = max(start, block.start), min(end, block.end)
            if start < end:
                total += grid.overlap(start, end)
        return np.floor(total * grid.interval_s / 60 + 1e-6).astype(np.int64)

    def placed(self, option: Option, shift: Shift) -> Option:
        """Return an option with the shift's breaks instead of its own."""
        if shift == option.shift:
            return option
        first, presence = trimmed(self.presence(shift, grid=self.slots))
        return replace(option, shift=shift, first=first, presence=presence)

    @cached_property
    def in_use(self) -> NDArray[np.bool_]:
        """Where anybody's presence can count, shape (queues, intervals).

        Contacts are expected, agents are wanted, or work that is due can be worked off.
        """
        need = self.requirement
        deferred = np.array([[queue.deferred] for queue in need.queues])
        wanted = (need.offered > 0) | (need.required > 0) | (need.floor > 0)
        due = need.due_s.any(axis=1, keepdims=True) & (need.open_share > 0)
        return np.asarray(np.where(deferred, due, wanted))

    @cached_property
    def options(self) -> tuple[Option, ...]:
        """Everything anybody could do.

        Agents without a skill for any queue have none. Only what templates and skills make
        meaningless is left out; what rules forbid is left to the rules, so that a clash can be
        explained.
        """
        known: dict[Shift, tuple[int, tuple[int, ...]]] = {}
        found: list[Option] = []
        for agent, shift in self._dated:
            if shift not in known:
                known[shift] = trimmed(self.presence(shift, grid=self.slots))
            first, presence = known[shift]
            found.append(
                Option(agent_id=agent.agent_id, shift=shift, first=first, presence=presence)
            )
        return tuple(found)

    @cached_property
    def envelopes(self) -> tuple[dict[int, tuple[Piece, ...]], ...]:
        """For each queue: intervals with contacts, and the envelope of what staff answer there."""
        need = self.requirement
        found: list[dict[int, tuple[Piece, ...]]] = []
        for row, queue in enumerate(need.queues):
            pieces = {
                int(at): concave_pieces(
                    float(need.offered[row, at]), need.curves[row][at], int(need.floor[row, at])
                )
                for at in np.flatnonzero(need.offered[row] > 0)
                if not queue.deferred
            }
            found.append({at: cuts for at, cuts in pieces.items() if cuts})
        return tuple(found)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over everything that decides the roster."""
        return fingerprint_of(self)


def trimmed(presence: NDArray[np.int64]) -> tuple[int, tuple[int, ...]]:
    """First slot with presence, and the minutes from there to the last."""
    at = np.flatnonzero(presence)
    if not at.size:
        return 0, ()
    return int(at[0]), tuple(int(m) for m in presence[at[0] : at[-1] + 1])
