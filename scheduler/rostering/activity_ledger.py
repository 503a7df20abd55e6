"""What the solver finds time for: every activity of a problem, added up over the crews."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ortools.sat.python import cp_model

from scheduler.people import Agent
from scheduler.rostering.activities import Activity, ActivityBlock, common_part, marks
from scheduler.rostering.activity_places import CrewPlaces, Room, Value
from scheduler.rostering.breaks import Break
from scheduler.rostering.problem import Option, Problem
from scheduler.rostering.shifts import Shift

Linear = cp_model.LinearExpr
Member = tuple[Option, cp_model.IntVar]
Placed = tuple[Option, Shift]

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Crew:
    """A crew with activities, its members, and who of them does what everybody does once."""

    places: CrewPlaces
    members: tuple[Member, ...]
    alone: dict[str, tuple[cp_model.IntVar, ...]]


class ActivityLedger:
    """Activities of one model: who may do what, when meetings are held, and how much gets done.

    Parameters
    ----------
    cp
        The model that gets the variables.
    problem
        Its activities.
    """

    def __init__(self, cp: cp_model.CpModel, problem: Problem) -> None:
        self._cp, self._problem = cp, problem
        self._done: dict[tuple[str, date], list[Linear]] = {}
        self._own: dict[tuple[str, str, date], list[cp_model.IntVar]] = {}
        self._crews: list[_Crew] = []
        self._ids = {
            name: frozenset(agent.agent_id for agent in members)
            for name, members in problem.members.items()
        }
        self._held = {
            (block.activity, block.start): (block, cp.new_bool_var(f"held_{block.activity}_{n}"))
            for n, block in enumerate(meetings(problem))
        }

    def profile(self, agent: Agent) -> tuple[object, ...]:
        """Return what must be equal for two agents to be counted together."""
        names = tuple(name for name, ids in self._ids.items() if agent.agent_id in ids)
        own = any(self._problem.activity_by_name[name].zone == "agent" for name in names)
        return (*names, agent.zone.key) if own else names

    def crew(
        self, members: Sequence[Member], *, count: cp_model.IntVar, most: int
    ) -> CrewPlaces | None:
        """Make variables for the breaks and activities of a crew; None where it has no activity."""
        problem, (option, _) = self._problem, members[0]
        shift, agent = option.shift, problem.agents[option.agent_id]
        rooms, coming = [], []
        for activity in problem.activities:
            if agent.agent_id not in self._ids[activity.name]:
                continue
            if activity.kind == "together":
                coming += [
                    (block, held)
                    for (name, _), (block, held) in self._held.items()
                    if name == activity.name and covers(shift, block)
                ]
            elif found := _rooms(problem, activity, agent, shift):
                rooms.append((activity, found))
        if not rooms and not coming:
            return None
        slots = problem.slots
        places = CrewPlaces(
            self._cp,
            shift.windows,
            count=count,
            most=most,
            rooms=rooms,
            meetings=coming,
            moments=slots.starts_utc()[option.first : option.first + len(option.presence)],
        )
        self._enter(places, members, shift.day - shift.day.weekday() * _DAY)
        return places

    def _enter(self, places: CrewPlaces, members: Sequence[Member], monday: date) -> None:
        """Add what a crew does to the sums, and let members take part in what each does alone."""
        for each in places.attending:
            key = (each.block.activity, week_of(self._problem, each.block.start))
            length = (each.block.end - each.block.start) // timedelta(minutes=1)
            self._done.setdefault(key, []).append(length * each.coming)
        counts: dict[str, list[cp_model.IntVar]] = {}
        for part in places.parts:
            self._done.setdefault((part.activity.name, monday), []).append(part.minutes)
            if part.activity.kind == "each":
                counts.setdefault(part.activity.name, []).append(part.count)
        alone = {}
        for name, numbers in counts.items():
            own = tuple(self._cp.new_bool_var(f"{name}_{taken.name}") for _, taken in members)
            self._cp.add(Linear.sum(list(own)) == Linear.sum(numbers))
            alone[name] = own
            for (option, _), yes in zip(members, own, strict=True):
                self._own.setdefault((name, option.agent_id, monday), []).append(yes)
        for (_, taken), *own_ones in zip(members, *alone.values(), strict=True):
            if own_ones:
                self._cp.add(Linear.sum(own_ones) <= taken)
        self._crews.append(_Crew(places=places, members=tuple(members), alone=alone))

    def close(self) -> None:
        """State what concerns all crews: no more than wanted, and at once no more than may be."""
        for activity in self._problem.activities:
            for monday in self._problem.weeks:
                if activity.kind == "together":
                    self._cp.add(self.held(activity, monday) <= activity.times_week)
                elif activity.kind == "shared":
                    self._cp.add(self.done(activity, monday) <= activity.minutes_week)
                else:
                    for agent_id in self._ids[activity.name]:
                        own = self._own.get((activity.name, agent_id, monday), [])
                        self._cp.add(Linear.sum(own) <= activity.times_week)
            if activity.at_once is not None:
                self._bound(activity, activity.at_once)
        for key, (_, held) in self._held.items():
            there = [
                each.coming
                for crew in self._crews
                for each in crew.places.attending
                if (each.block.activity, each.block.start) == key
            ]
            self._cp.add(held <= Linear.sum(there))
        self._keep_past()

    def _bound(self, activity: Activity, most: int) -> None:
        """Let no more than so many be at an activity at once."""
        parts = [p for crew in self._crews for p in crew.places.parts if p.activity == activity]
        for moment in self._problem.slots.starts_utc():
            busy = [number for part in parts for number in part.busy(moment)]
            if busy:
                self._cp.add(Linear.sum(busy) <= most)

    def _keep_past(self) -> None:
        """Leave meetings before the freeze line as published, where any of their people is left."""
        published = self._problem.published
        if published is None:
            return
        was = {
            (block.activity, block.start)
            for each in published.roster.assignments
            for block in each.shift.activities
        }
        for key, (block, held) in self._held.items():
            if block.start < published.freeze and key not in was:
                self._cp.add(held == 0)
        for places in (crew.places for crew in self._crews):
            for each in places.attending:
                key = (each.block.activity, each.block.start)
                if each.block.start < published.freeze and key in was:
                    self._cp.add(each.coming == places.count)

    def done(self, activity: Activity, monday: date) -> Linear:
        """Minutes that all agents together spend on an activity in a week."""
        return Linear.sum(self._done.get((activity.name, monday), []))

    def own(self, activity: Activity, agent_id: str, monday: date) -> Linear:
        """How often one agent does an activity of the kind ``each`` in a week."""
        return Linear.sum(self._own.get((activity.name, agent_id, monday), []))

    def held(self, activity: Activity, monday: date) -> Linear:
        """How often people come together for an activity in a week."""
        return Linear.sum(
            [
                held
                for (name, start), (_, held) in self._held.items()
                if name == activity.name and week_of(self._problem, start) == monday
            ]
        )

    def deal(self, value: Value) -> Iterator[Placed]:
        """Give the members of every crew with activities their breaks and blocks."""
        for crew in self._crews:
            yield from _dealt(crew, value)


def _dealt(crew: _Crew, value: Value) -> Iterator[Placed]:
    left = [n for n, (_, taken) in enumerate(crew.members) if value(taken)]
    if not left:
        return
    day = crew.members[0][0].shift.day
    turn = day.toordinal() % len(left)
    left = left[turn:] + left[:turn]
    met = crew.places.met(value)
    alone = {name: [n for n in left if value(own[n])] for name, own in crew.alone.items()}
    taken = {n for chosen in alone.values() for n in chosen}
    anybody = [n for n in left if n not in taken]

    def placed(number: int, rests: Sequence[Break], *blocks: ActivityBlock) -> Placed:
        option = crew.members[number][0]
        return option, option.shift.with_breaks(rests).with_activities((*blocks, *met))

    for part in crew.places.parts:
        who = alone.get(part.activity.name, anybody)
        for rests, block in part.deal(day, value):
            yield placed(who.pop(0), rests, block)
    plain = crew.places.deal_plain(len(anybody), day, value)
    for number, rests in zip(anybody, plain, strict=True):
        yield placed(number, rests)


def meetings(problem: Problem) -> Iterator[ActivityBlock]:
    """Every time at which people could come together, of every activity of that kind."""
    grid = problem.requirement.grid
    for activity in problem.activities:
        if activity.kind != "together" or not problem.members[activity.name]:
            continue
        length = activity.length
        assert length is not None  # noqa: S101 - the kind has one
        for window in problem.activity_windows(activity, problem.members[activity.name][0]):
            room = common_part(window, (grid.start, grid.end))
            if room is None:
                continue
            for start in marks(window, activity.step, room):
                if start + length <= room[1] and week_of(problem, start) in problem.weeks:
                    yield ActivityBlock(start=start, end=start + length, activity=activity.name)


def week_of(problem: Problem, start: datetime) -> date:
    """Monday of the week, by the service's calendar, in which people come together."""
    day = start.astimezone(problem.requirement.grid.zone).date()
    return day - day.weekday() * _DAY


def covers(shift: Shift, block: ActivityBlock) -> bool:
    """Say whether somebody is at work all through a block, breaks that have no place apart."""
    return any(start <= block.start and block.end <= end for start, end in shift.worked)


def _rooms(problem: Problem, activity: Activity, agent: Agent, shift: Shift) -> list[Room]:
    """List where in a shift an activity done alone may be."""
    grid = problem.requirement.grid
    found = []
    for window in problem.activity_windows(activity, agent):
        for stretch in shift.worked:
            within = common_part(window, stretch)
            within = common_part(within, (grid.start, grid.end)) if within else None
            if within is not None:
                found.append(Room(window=window, within=within))
    return found
