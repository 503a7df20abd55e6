"""Who of a crew is away when, on breaks and activities: counted first, dealt to people after.

Whoever does something alone does it once in a shift. So a crew falls into parts: those who only
have their breaks, and for each activity those who do it between two certain breaks. The members
of a part go through the same things in the same order. As with breaks alone, the n-th to begin
one of them can be the n-th to begin the next: sorting everybody's times keeps every least and
greatest distance between two things in a row, so the counts lose nothing.

A meeting takes everybody of a crew who belongs to it. No break and nothing done alone may then
be under way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ortools.sat.python import cp_model

from scheduler.rostering.activities import Activity, ActivityBlock, Stretch, common_part, marks
from scheduler.rostering.breaks import Break, BreakWindow
from scheduler.rostering.placing import BreakPlaces

Linear = cp_model.LinearExpr
Value = Callable[[cp_model.IntVar], int]

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A part of a shift in which an activity may be: its window, and what of it is left."""

    window: Stretch
    within: Stretch

    def clipped(self, low: datetime | None, high: datetime | None) -> Room | None:
        """Return the room from one moment to another; None where there is none."""
        edges = (low or self.within[0], high or self.within[1])
        within = common_part(self.within, edges) if edges[0] < edges[1] else None
        return None if within is None else Room(window=self.window, within=within)


class Part:
    """Some of a crew: they do one activity alone, after some of their breaks and before the others.

    Parameters
    ----------
    cp
        The model that gets the variables.
    activity, rooms
        What they do, and where in the shift it may be.
    windows, after
        Their breaks, and how many of them come first.
    name, most
        Name for variables, and a bound on how many they are.

    Attributes
    ----------
    count
        How many they are.
    minutes
        Minutes that all of them together spend on the activity.
    """

    def __init__(
        self,
        cp: cp_model.CpModel,
        activity: Activity,
        rooms: Sequence[Room],
        windows: Sequence[BreakWindow],
        *,
        after: int,
        name: str,
        most: int,
    ) -> None:
        self.activity = activity
        self.count = cp.new_int_var(0, most, name)
        self._cp, self._most = cp, most
        self._starting: dict[datetime, cp_model.IntVar] = {}
        self._ending: dict[datetime, cp_model.IntVar] = {}
        self._under_way: list[tuple[Stretch, Linear]] = []
        for room in rooms:
            self._open(room)
        cp.add(Linear.sum(list(self._starting.values())) == self.count)
        self.minutes = Linear.sum(
            [number * ((end - start) // _MINUTE) for (start, end), number in self._under_way]
        )
        self._places = BreakPlaces(cp, windows, count=self.count, most=most) if windows else None
        if self._places is not None:
            self._keep_order(self._places, windows, after)

    def _open(self, room: Room) -> None:
        """Let blocks begin and end at the moments of a room."""
        moments = marks(room.window, self.activity.step, room.within)
        if self.activity.length is not None:
            for start in moments:
                end = start + self.activity.length
                if end <= room.within[1]:
                    self._starting[start] = self._new("starts", start)
                    self._under_way.append(((start, end), self._starting[start]))
        elif moments and moments[-1] - moments[0] >= self.activity.shortest:
            self._open_any_length(moments)

    def _open_any_length(self, moments: list[datetime]) -> None:
        """Bound how long everybody is at it: the n-th to begin is the n-th to end."""
        least, longest, before = self.activity.shortest, self.activity.longest, Linear.sum([])
        starting = {at: self._new("starts", at) for at in moments if at + least <= moments[-1]}
        for at, then in zip(moments, (*moments[1:], None), strict=True):
            now: Linear = before
            if at in starting:
                now = now + starting[at]
            if at - least >= moments[0]:
                self._ending[at] = self._new("ends", at)
                now = now - self._ending[at]
            if then is None:
                self._cp.add(now == 0)
                break
            on = self._new("on", at)
            self._cp.add(on == now)
            begun = [(start, n) for start, n in starting.items() if at - longest < start <= at]
            self._cp.add(on <= Linear.sum([n for _, n in begun]))
            self._cp.add(on >= Linear.sum([n for start, n in begun if at - least < start]))
            self._under_way.append(((at, then), on))
            before = on
        self._starting |= starting

    def _new(self, what: str, at: datetime) -> cp_model.IntVar:
        return self._cp.new_int_var(0, self._most, f"{self.count.name}_{what}_{at:%d%H%M}")

    def _keep_order(self, places: BreakPlaces, windows: Sequence[BreakWindow], after: int) -> None:
        """Let the activity begin after the breaks before it, and end before those after it."""
        if after > 0:
            for start in self._starting:
                begun = [number for at, number in self._starting.items() if at <= start]
                self._cp.add(Linear.sum(begun) <= Linear.sum(places.back(after - 1, start)))
        if after < len(windows):
            for start in windows[after].starts:
                done = self._done(start)
                self._cp.add(Linear.sum(places.started(after, start)) <= Linear.sum(done))

    def _done(self, by: datetime) -> list[cp_model.IntVar]:
        length = self.activity.length
        if length is None:
            return [number for at, number in self._ending.items() if at <= by]
        return [number for at, number in self._starting.items() if at + length <= by]

    def busy(self, moment: datetime) -> list[Linear]:
        """Return what adds up to those who are at the activity at a moment."""
        return [number for (start, end), number in self._under_way if start <= moment < end]

    def away(self, moment: datetime) -> list[Linear]:
        """Return what adds up to those who are at the activity or on a break at a moment."""
        resting = self._places.away(moment) if self._places is not None else []
        return [*self.busy(moment), *resting]

    def deal(self, day: date, value: Value) -> Iterator[tuple[tuple[Break, ...], ActivityBlock]]:
        """Give each member their breaks and their block, the n-th of each together."""
        members, length = value(self.count), self.activity.length
        starts = _expanded(self._starting, value)
        ends = [at + length for at in starts] if length else _expanded(self._ending, value)
        breaks: Iterator[tuple[Break, ...]] = iter([()] * members)
        if self._places is not None:
            breaks = self._places.deal(members, day, value)
        for member, rests in enumerate(breaks):
            turn = (member + day.toordinal()) % members
            name = self.activity.name
            yield rests, ActivityBlock(start=starts[turn], end=ends[turn], activity=name)


def _expanded(numbers: dict[datetime, cp_model.IntVar], value: Value) -> list[datetime]:
    """List every moment as often as its number says, in order."""
    return [at for at in sorted(numbers) for _ in range(value(numbers[at]))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance:
    """A meeting that a crew would be at: its block, whether it is held, and how many come."""

    block: ActivityBlock
    held: cp_model.IntVar
    coming: cp_model.IntVar


class CrewPlaces:
    """The breaks and activities of a whole crew.

    Parameters
    ----------
    cp
        The model that gets the variables.
    windows
        The breaks of the shift that have no place yet, in order.
    count, most
        How many members there are, and a bound on it.
    rooms
        For each activity done alone that the members belong to: where in the shift it may be.
    meetings
        The meetings that lie in the shift and that they belong to, and whether each is held.
    moments
        Starts of the slots of the shift.

    Attributes
    ----------
    count
        How many members there are.
    parts
        Those of them who do something alone.
    attending
        The meetings at which all of them would be.
    """

    def __init__(
        self,
        cp: cp_model.CpModel,
        windows: Sequence[BreakWindow],
        *,
        count: cp_model.IntVar,
        most: int,
        rooms: Sequence[tuple[Activity, Sequence[Room]]],
        meetings: Sequence[tuple[ActivityBlock, cp_model.IntVar]],
        moments: Sequence[datetime],
    ) -> None:
        self.parts = [
            part
            for activity, places in rooms
            for part in _parts(cp, activity, places, windows, name=count.name, most=most)
        ]
        self.count = count
        self.attending: list[Attendance] = []
        plain = count
        if self.parts and windows:
            plain = cp.new_int_var(0, most, f"{count.name}_plain")
            cp.add(plain + Linear.sum([part.count for part in self.parts]) == count)
        elif self.parts:
            cp.add(Linear.sum([part.count for part in self.parts]) <= count)
        self._plain = BreakPlaces(cp, windows, count=plain, most=most) if windows else None
        for number, (block, held) in enumerate(meetings):
            coming = cp.new_int_var(0, most, f"{count.name}_comes{number}")
            cp.add(coming <= most * held)
            cp.add(coming <= count)
            cp.add(coming >= count - most * (1 - held))
            self.attending.append(Attendance(block=block, held=held, coming=coming))
        for moment in moments:
            if any(each.block.start <= moment < each.block.end for each in self.attending):
                cp.add(Linear.sum(self.away(moment)) <= count)

    def away(self, moment: datetime) -> list[Linear]:
        """Return what adds up to the members who are away from the queues at a moment."""
        found: list[Linear] = [n for part in self.parts for n in part.away(moment)]
        found += self._plain.away(moment) if self._plain is not None else []
        return found + [
            each.coming for each in self.attending if each.block.start <= moment < each.block.end
        ]

    def deal_plain(self, members: int, day: date, value: Value) -> Iterator[tuple[Break, ...]]:
        """Give those who do nothing alone their breaks."""
        if self._plain is None or not members:
            return iter([()] * members)
        return self._plain.deal(members, day, value)

    def met(self, value: Value) -> list[ActivityBlock]:
        """List the meetings that are held."""
        return [each.block for each in self.attending if value(each.held)]


def _parts(
    cp: cp_model.CpModel,
    activity: Activity,
    rooms: Sequence[Room],
    windows: Sequence[BreakWindow],
    *,
    name: str,
    most: int,
) -> Iterator[Part]:
    """Make a part for every place among the breaks at which there is room for an activity."""
    for after in range(len(windows) + 1):
        low = windows[after - 1].starts[0] + windows[after - 1].length if after else None
        high = windows[after].starts[-1] if after < len(windows) else None
        left = [each for room in rooms if (each := room.clipped(low, high)) is not None]
        if any(_fits(activity, room) for room in left):
            label = f"{name}_{activity.name}_{after}"
            yield Part(cp, activity, left, windows, after=after, name=label, most=most)


def _fits(activity: Activity, room: Room) -> bool:
    """Say whether a shortest block has room."""
    moments = marks(room.window, activity.step, room.within)
    last = room.within[1] if activity.length else moments[-1] if moments else None
    return bool(moments) and last is not None and moments[0] + activity.shortest <= last
