"""A case: everything a manager hands in to get a week's roster."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from forecasting.history import History
from forecasting.special_days import SpecialDay
from scheduler.errors import Fault, InputError, Remark
from scheduler.exchange.refusal import among, nearest
from scheduler.people import Team
from scheduler.rostering.activities import Activity
from scheduler.rostering.limits import TeamLimits
from scheduler.rostering.problem import Pin, Prices, Request
from scheduler.rostering.rotations import Rotation
from scheduler.rostering.rules.catalogue import HARD, PRICED
from scheduler.rostering.shifts import ShiftTemplate
from scheduler.rostering.wishes import WeeklyRequest
from scheduler.staffing.channels import Queue
from scheduler.staffing.hiring_policy import HiringPolicy
from scheduler.staffing.patience import WaitCount

HOUR = timedelta(hours=1)
HALF_HOUR = timedelta(minutes=30)
LEAST_INTERVAL = timedelta(minutes=5)
MOST_WEEKS = 13
RULES = tuple(rule.name for rule in HARD)
PRICED_RULES = tuple(rule.name for rule in PRICED)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Case:
    """What a case folder or workbook holds.

    Attributes
    ----------
    name, sentence
        What the case is called, and in one sentence what it shows.
    zone
        The service's time zone.
    interval
        Length of an interval: a divisor of one hour, five minutes or more.
    country
        ISO 3166 country of the service; empty for none.
    week
        Any date in the week to roster; None for the week after the history.
    weeks
        How many weeks are rostered together, 1 … 13.
    queues
        The queues, at least one.
    shrinkage
        Share of rostered time lost, by cause; together below 1.
    unplanned
        Causes among them that no calendar can hold beforehand.
    templates
        Shift templates.
    team
        Agents, contracts, time off.
    history
        What happened; None where nothing is known.
    waits
        How long contacts waited, for queues whose patience is fitted.
    special_days, requests
        As the files list them.
    weekly
        Wishes and facts that come back every week.
    pins, past
        Decisions already taken, and shifts worked before the week, by name and local date.
    prices
        What departures cost.
    hiring
        How people come and go, for plans over months.
    limits
        What rules need to know about the team as a whole.
    rotations
        Rotations that agents may be on.
    activities
        Meetings, training and other work away from the queues.
    order
        Priorities, the most important first: a priced rule each, or several joined by ``+`` that
        are weighed against each other; empty for the house's order.
    tolerance
        Pairs of a priced rule and by how many minutes of paid time lower priorities may make its
        level dearer.
    waived
        Names of hard rules switched off.
    remarks
        What the reader did that the user should know.

    Raises
    ------
    InputError
        A name twice, a reference to something that is not there, or a value out of range.
    """

    name: str
    zone: ZoneInfo
    queues: tuple[Queue, ...]
    templates: tuple[ShiftTemplate, ...]
    team: Team
    sentence: str = ""
    interval: timedelta = HALF_HOUR
    country: str = ""
    week: date | None = None
    weeks: int = 1
    shrinkage: Mapping[str, float] = field(default_factory=dict)
    unplanned: frozenset[str] = frozenset()
    history: History | None = None
    waits: tuple[WaitCount, ...] = ()
    special_days: tuple[SpecialDay, ...] = ()
    requests: tuple[Request, ...] = ()
    weekly: tuple[WeeklyRequest, ...] = ()
    pins: tuple[Pin, ...] = ()
    past: tuple[Pin, ...] = ()
    prices: Prices = field(default_factory=Prices)
    limits: TeamLimits = field(default_factory=TeamLimits)
    rotations: tuple[Rotation, ...] = ()
    activities: tuple[Activity, ...] = ()
    hiring: HiringPolicy = field(default_factory=HiringPolicy)
    order: tuple[str, ...] = ()
    tolerance: tuple[tuple[str, int], ...] = ()
    waived: frozenset[str] = frozenset()
    remarks: tuple[Remark, ...] = ()

    def __post_init__(self) -> None:
        """Check every value alone and every reference."""
        faults = [*self._values(), *self._references()]
        if faults:
            raise InputError(faults)

    @property
    def queue_names(self) -> tuple[str, ...]:
        """Names of the queues, in order."""
        return tuple(queue.name for queue in self.queues)

    @property
    def template_names(self) -> tuple[str, ...]:
        """Names of the shift templates, in order."""
        return tuple(template.name for template in self.templates)

    def _values(self) -> Iterator[Fault]:
        if not self.queues:
            yield Fault(column="queues", expected="at least one queue", found="none")
        if self.interval < LEAST_INTERVAL or HOUR % self.interval:
            expected = "a divisor of 60, from 5"
            minutes = f"{self.interval / timedelta(minutes=1):g}"
            yield Fault(column="interval_minutes", expected=expected, found=minutes)
        if not 1 <= self.weeks <= MOST_WEEKS:
            yield Fault(column="weeks", expected=f"1 … {MOST_WEEKS}", found=str(self.weeks))
        yield from _repeated("queues, name", self.queue_names)
        yield from _repeated("shifts, name", self.template_names)
        yield from _repeated("rotations, name", [each.name for each in self.rotations])
        yield from _repeated("activities, name", [each.name for each in self.activities])
        yield from check_shrinkage(self.shrinkage)
        yield from check_rules("order", ordered_rules(self.order), PRICED_RULES)
        yield from check_tolerance(self.tolerance)
        yield from check_rules("waived", sorted(self.waived), RULES)
        for name in self.template_names:
            if not name.strip() or ";" in name or ">" in name:
                expected = "a name without ';' and '>'"
                yield Fault(column="shifts, name", expected=expected, found=repr(name))

    def _references(self) -> Iterator[Fault]:
        people = [agent.agent_id for agent in self.team.agents]
        shifts, queues = self.template_names, self.queue_names
        history = self.history.queues if self.history is not None else ()
        references = (
            ("agents, shifts", shifts, [n for each in self.team.agents for n in each.shifts]),
            ("contracts, shifts", shifts, [n for c in self.team.contracts for n in c.named_shifts]),
            ("rotations, shifts", shifts, [n for r in self.rotations for n in r.named_shifts]),
            ("limits, shifts", shifts, self.limits.named_shifts),
            (
                "activities, skills",
                sorted({*queues, *(name for each in self.team.agents for name in each.skills)}),
                [name for activity in self.activities for name in activity.skills],
            ),
            ("activities, agents", people, [n for a in self.activities for n in a.agents]),
            (
                "activities, contracts",
                [contract.name for contract in self.team.contracts],
                [name for activity in self.activities for name in activity.contracts],
            ),
            (
                "agents, rotation",
                ("", *(each.name for each in self.rotations)),
                [each.rotation for each in self.team.agents],
            ),
            ("requests, agent_id", people, [each.agent_id for each in self.requests]),
            ("availability, agent_id", people, [each.agent_id for each in self.weekly]),
            ("requests, shift", ("", *shifts), [each.shift for each in self.requests]),
            ("assignments, agent_id", people, [pin.agent_id for pin in (*self.pins, *self.past)]),
            ("assignments, shift", ("", *shifts), [pin.shift for pin in self.pins]),
            ("assignments, shift", shifts, [pin.shift for pin in self.past]),
            ("special_days, queue", ("", *queues), [day.queue for day in self.special_days]),
            ("history, queue", queues, history),
            ("queues, like", ("", *queues), [queue.like for queue in self.queues]),
            ("shrinkage, unplanned", tuple(self.shrinkage), self.unplanned),
            ("waits, queue", queues, [each.queue for each in self.waits]),
        )
        for column, known, used in references:
            for name in sorted(set(used) - set(known)):
                expected = f"a known name{among(name, known)}"
                yield Fault(column=column, expected=expected, found=repr(name))


def check_shrinkage(shares: Mapping[str, float]) -> Iterator[Fault]:
    """Find shares of lost time that are out of range, alone or together."""
    for cause, share in shares.items():
        if not 0 <= share < 1:
            column = f"shrinkage, {cause}"
            yield Fault(column=column, expected="0 or more and below 1", found=f"{share:g}")
    total = sum(shares.values())
    if not total < 1:
        expected = "all causes together below 1"
        yield Fault(column="shrinkage", expected=expected, found=f"{total:g}")


def ordered_rules(order: Iterable[str]) -> list[str]:
    """List the rules of the manager's priorities, those joined by ``+`` one by one."""
    return [name.strip() for level in order for name in level.split("+")]


def check_tolerance(tolerance: Iterable[tuple[str, int]]) -> Iterator[Fault]:
    """Find tolerances of what is no priced rule, and negative ones."""
    yield from check_rules("tolerance", [name for name, _ in tolerance], PRICED_RULES)
    for name, minutes in tolerance:
        if minutes < 0:
            expected = f"0 or more minutes of paid time for {name}"
            yield Fault(column="rules, tolerance", expected=expected, found=str(minutes))


def check_rules(column: str, names: Iterable[str], known: Iterable[str]) -> Iterator[Fault]:
    """Find names of rules that there are not, and names given twice."""
    choices = tuple(known)
    for name in names:
        if name not in choices:
            expected = f"names among {', '.join(choices)}{nearest(name, choices)}"
            yield Fault(column=f"rules, {column}", expected=expected, found=repr(name))
    yield from _repeated(f"rules, {column}", names)


def _repeated(column: str, names: Iterable[str]) -> Iterator[Fault]:
    for name in sorted(name for name, times in Counter(names).items() if times > 1):
        yield Fault(column=column, expected="no name twice", found=repr(name))
