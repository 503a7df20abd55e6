"""Shift templates (patterns without a date) and the dated shifts made of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from forecasting.grid import local_instant
from scheduler.errors import Fault, InputError
from scheduler.people import EVERY_DAY
from scheduler.rostering.activities import ActivityBlock, Stretch
from scheduler.rostering.breaks import (
    Break,
    BreakTemplate,
    BreakWindow,
    Span,
    date_breaks,
    earliest_places,
    misfit,
)

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftTemplate:
    """A pattern such as "9:00 to 17:00 on weekdays", without a date.

    Attributes
    ----------
    name
        The key in every file.
    start, end
        Wall times in the template's zone; an ``end`` at or before ``start`` is the next day's.
    weekdays
        Weekdays (0 = Monday, in the template's zone) on which the shift starts.
    zone
        ``"service"``: times are the service's; ``"agent"``: each agent's own.
    dst
        What happens when clocks change during the shift: ``"keep_duration"`` moves the end,
        ``"keep_end"`` lengthens or shortens the shift. None refuses to guess.
    breaks
        Breaks at fixed times or in windows, in order of time.
    break_gap
        Least time between the end of a break and the start of the next.
    break_step
        Distance of the starts to choose from in a window.
    latest_start, start_step
        Where starts may be chosen: from ``start`` to ``latest_start``, both on one date, so far
        apart; None for ``start`` alone.
    other_lengths
        Lengths, by the wall clock, to choose from besides that from ``start`` to ``end``.
    on_call_paid
        Makes it an on-call shift, away from the queues, of whose time so many per cent are paid;
        None for a shift at work. For rules about rest and days both are shifts.

    Raises
    ------
    InputError
        A break has no room inside the shift after those before it, whatever start and length are
        chosen, or a choice makes no sense.
    """

    name: str
    start: time
    end: time
    weekdays: frozenset[int] = EVERY_DAY
    zone: Literal["service", "agent"] = "agent"
    dst: Literal["keep_duration", "keep_end"] | None = None
    breaks: tuple[BreakTemplate, ...] = ()
    break_gap: timedelta = timedelta(0)
    break_step: timedelta = timedelta(minutes=15)
    latest_start: time | None = None
    start_step: timedelta = timedelta(minutes=30)
    other_lengths: tuple[timedelta, ...] = ()
    on_call_paid: int | None = None

    def __post_init__(self) -> None:
        """Check choices, and that breaks lie in the shift, one after the other."""
        faults = [
            Fault(column=f"{name} of shift {self.name}", expected=expected, found=str(value))
            for name, value, least, expected in (
                ("break_gap", self.break_gap, timedelta(0), "0m or more"),
                ("break_step", self.break_step, _MINUTE, "1m or more"),
                ("start_step", self.start_step, _MINUTE, "1m or more"),
                *(("other_lengths", n, _MINUTE, "1m to 24h") for n in self.other_lengths),
            )
            if value < least or value > _DAY or value % _MINUTE
        ]
        if self.latest_start is not None and self.latest_start < self.start:
            found = f"{self.latest_start:%H:%M}"
            expected = "a time of the same date, not before the start"
            faults.append(
                Fault(column=f"latest_start of shift {self.name}", expected=expected, found=found)
            )
        if self.on_call_paid is not None and not 0 <= self.on_call_paid <= 100:
            column = f"on_call_paid of shift {self.name}"
            found = str(self.on_call_paid)
            faults.append(Fault(column=column, expected="0 … 100 per cent", found=found))
        if faults:
            raise InputError(faults)
        for variant in self.variants[1:]:
            variant.check_breaks()
        self.check_breaks()

    def check_breaks(self) -> None:
        """Refuse breaks that have no room, given the start and length of this template.

        Raises
        ------
        InputError
            One has none.
        """
        spans = [self._span(each) for each in self.breaks]
        bad = misfit(spans, self.duration, gap=self.break_gap, step=self.break_step)
        if bad is not None:
            hours = f"{self.start:%H:%M}-{self.end:%H:%M}"
            raise InputError(
                Fault(
                    column=f"breaks of shift {self.name}",
                    expected=f"breaks inside the shift {hours}, in order, none overlapping",
                    found=self.breaks[bad].words,
                )
            )

    @property
    def variants(self) -> tuple[ShiftTemplate, ...]:
        """Every choice of start and length as a template that leaves no choice; the first first."""
        if self.latest_start is None and not self.other_lengths:
            return (self,)
        last = self.after_start(self.latest_start or self.start)
        starts = [n * self.start_step for n in range(last // self.start_step + 1)]
        lengths = dict.fromkeys((self.duration, *self.other_lengths))
        return tuple(
            replace(
                self,
                start=_later(self.start, start),
                end=_later(self.start, start + length),
                latest_start=None,
                other_lengths=(),
            )
            for start in starts
            for length in lengths
        )

    def _span(self, rest: BreakTemplate) -> Span:
        """Return when a break may start, counted from the start of the shift."""
        if rest.start is not None and rest.end is not None:
            low = self.after_start(rest.start)
            return Span(low=low, high=low, length=self.after_start(rest.end) - low)
        assert rest.earliest is not None  # noqa: S101 - a break without start has a window
        assert rest.latest is not None  # noqa: S101 - as above
        return Span(
            low=self.after_start(rest.earliest),
            high=self.after_start(rest.latest),
            length=rest.length or timedelta(0),
        )

    @property
    def duration(self) -> timedelta:
        """Length by the wall clock, as if no clock changed; equal times mean 24 hours."""
        return self.after_start(self.end) or _DAY

    def after_start(self, at: time | timedelta) -> timedelta:
        """Wall-clock time from the start until ``at`` next comes round, or that very time."""
        if isinstance(at, timedelta):
            return at
        day = date(2000, 1, 1)
        gap = datetime.combine(day, at) - datetime.combine(day, self.start)
        return gap % _DAY


def _later(at: time, by: timedelta) -> time:
    return (datetime.combine(date(2000, 1, 1), at) + by).time()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """A template on a date, as one agent would work it.

    Attributes
    ----------
    template
        Name of the template.
    day
        The agent's local date on which the shift starts: the shift belongs to it.
    start, end
        Half-open, in UTC.
    breaks
        Dated breaks, in order.
    windows
        Breaks that still have to be placed; empty once they are.
    on_call_paid
        Per cent of the time that is paid while the agent is on call, away from every queue; None
        for a shift at work.
    activities
        Parts of it that are spent on activities, away from the queues, in order.
    """

    template: str
    day: date
    start: datetime
    end: datetime
    breaks: tuple[Break, ...] = ()
    windows: tuple[BreakWindow, ...] = ()
    on_call_paid: int | None = None
    activities: tuple[ActivityBlock, ...] = ()

    @property
    def on_call(self) -> bool:
        """Whether the agent is only on call, away from every queue."""
        return self.on_call_paid is not None

    @property
    def paid_minutes(self) -> int:
        """Absolute length without unpaid breaks, placed or not; on call, the share that is paid."""
        unpaid = sum(((b.end - b.start) for b in self.breaks if not b.paid), timedelta(0))
        unpaid += sum((w.length for w in self.windows if not w.paid), timedelta(0))
        minutes = round((self.end - self.start - unpaid).total_seconds() / 60)
        return minutes if self.on_call_paid is None else minutes * self.on_call_paid // 100

    @property
    def worked(self) -> tuple[Stretch, ...]:
        """Stretches at work on the queues: between breaks and activities that have a place."""
        if self.on_call:
            return ()
        found, free = [], self.start
        away = [(rest.start, rest.end) for rest in self.breaks]
        away += [(block.start, block.end) for block in self.activities]
        for start, end in (*sorted(away), (self.end, self.end)):
            if free < start:
                found.append((free, start))
            free = max(free, end)
        return tuple(found)

    def with_breaks(self, placed: Iterable[Break]) -> Shift:
        """Return the shift with its breaks in windows placed."""
        breaks = sorted((*self.breaks, *placed), key=lambda rest: rest.start)
        return replace(self, breaks=tuple(breaks), windows=())

    def with_activities(self, blocks: Iterable[ActivityBlock]) -> Shift:
        """Return the shift with these activities in it."""
        ordered = sorted(blocks, key=lambda block: (block.start, block.end, block.activity))
        return replace(self, activities=tuple(ordered))

    def settled(self) -> Shift:
        """Return the shift with its breaks in windows as early as activities let them be."""
        if not self.windows:
            return self
        busy = [(each.start, each.end) for each in self.activities]
        return self.with_breaks(earliest_places(self.windows, busy))


def date_shift(
    template: ShiftTemplate, day: date, *, zone: ZoneInfo, agent_zone: ZoneInfo
) -> Shift:
    """Give a template its date in the template's zone, whatever weekday that is.

    Parameters
    ----------
    template
        The pattern.
    day
        Date in the template's zone on which the shift starts.
    zone
        The zone the template's times are in.
    agent_zone
        Zone of the agent who would work it; ``Shift.day`` is the agent's date.

    Raises
    ------
    InputError
        Clocks change during the shift and the template does not say what to keep.
    """
    start = local_instant(day, template.start, zone)
    wall_end = local_instant(*_wall(template, day, template.duration), zone)
    if wall_end - start != template.duration and template.dst is None:
        raise InputError(
            Fault(
                column=f"dst of shift {template.name}",
                expected='"keep_duration" or "keep_end", because clocks change during it',
                found=f"nothing said, and a change in {zone.key} on {day}",
            )
        )
    keep_end = template.dst == "keep_end"
    end = wall_end if keep_end else start + template.duration

    def placed(at: time | timedelta) -> datetime:
        gap = template.after_start(at)
        by_clock = keep_end and isinstance(at, time)
        instant = local_instant(*_wall(template, day, gap), zone) if by_clock else start + gap
        return min(max(instant, start), end).astimezone(UTC)

    fixed, windows = date_breaks(
        template.breaks,
        (start.astimezone(UTC), end.astimezone(UTC)),
        placed,
        gap=template.break_gap,
        step=template.break_step,
    )
    return Shift(
        template=template.name,
        day=start.astimezone(agent_zone).date(),
        start=start.astimezone(UTC),
        end=end.astimezone(UTC),
        breaks=fixed,
        windows=windows,
        on_call_paid=template.on_call_paid,
    )


def _wall(template: ShiftTemplate, day: date, gap: timedelta) -> tuple[date, time]:
    moment = datetime.combine(day, template.start) + gap
    return moment.date(), moment.time()


def shift_on(
    template: ShiftTemplate, day: date, *, service_zone: ZoneInfo, agent_zone: ZoneInfo
) -> Shift | None:
    """Return the shift that starts on an agent's local date, or None if none does.

    Where starts or lengths may be chosen, it is the first: see :func:`shifts_on`.

    A template in the agent's zone starts on that very date. One in the service's zone may start
    on the date before or after in the service's zone; should clock changes bring two starts onto
    one local date, the first is the one that the date names.

    Parameters
    ----------
    template
        The pattern; its ``weekdays`` are not looked at here (see :func:`runs_on`).
    day
        The agent's local date.
    service_zone, agent_zone
        The two zones a template may be written in.
    """
    if template.zone == "agent":
        return date_shift(template, day, zone=agent_zone, agent_zone=agent_zone)
    for service_day in (day - _DAY, day, day + _DAY):
        start = local_instant(service_day, template.start, service_zone)
        if start.astimezone(agent_zone).date() == day:
            return date_shift(template, service_day, zone=service_zone, agent_zone=agent_zone)
    return None


# The same few templates are dated again and again, for every agent and by every rule.
@lru_cache(maxsize=100_000)
def shifts_on(
    template: ShiftTemplate, day: date, *, service_zone: ZoneInfo, agent_zone: ZoneInfo
) -> tuple[Shift, ...]:
    """Return every shift to choose from that starts on an agent's local date, each once.

    Parameters are those of :func:`shift_on`.
    """
    found = (
        shift_on(variant, day, service_zone=service_zone, agent_zone=agent_zone)
        for variant in template.variants
    )
    return tuple(dict.fromkeys(shift for shift in found if shift is not None))


def runs_on(
    template: ShiftTemplate, shift: Shift, *, service_zone: ZoneInfo, agent_zone: ZoneInfo
) -> bool:
    """Say whether the template runs on the weekday on which this shift starts, in its own zone."""
    zone = service_zone if template.zone == "service" else agent_zone
    return shift.start.astimezone(zone).weekday() in template.weekdays
