"""A roster, what may be said about it, and the result of a solve."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from scheduler.errors import Fault, InputError
from scheduler.rostering.shifts import Shift

Status = Literal["optimal", "feasible", "infeasible", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A part of a shift on one queue, half-open, in UTC; breaks inside it stay breaks."""

    start: datetime
    end: datetime
    queue: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """One agent works one dated shift on one or more queues.

    Attributes
    ----------
    agent_id, shift
        Who works what.
    queues
        The queues served, in order of time.
    blocks
        On which queue the agent is when, in order of time: one queue at a time. Empty for the
        whole shift on ``queues``; several share the time evenly then, so that nobody is counted
        twice.
    """

    agent_id: str
    shift: Shift
    queues: tuple[str, ...]
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """Who works when: assignments in order of agent and start."""

    assignments: tuple[Assignment, ...]

    @classmethod
    def of(cls, assignments: Iterable[Assignment]) -> Roster:
        """Build a roster from assignments in any order."""
        ordered = sorted(assignments, key=lambda a: (a.agent_id, a.shift.start, a.shift.template))
        return cls(assignments=tuple(ordered))

    def tour(self, agent_id: str) -> tuple[Assignment, ...]:
        """One agent's assignments, in order of time."""
        return tuple(a for a in self.assignments if a.agent_id == agent_id)

    def tours(self) -> dict[str, tuple[Assignment, ...]]:
        """Every working agent's assignments, in order of time."""
        found: dict[str, list[Assignment]] = {}
        for assignment in self.assignments:
            found.setdefault(assignment.agent_id, []).append(assignment)
        return {agent_id: tuple(tour) for agent_id, tour in found.items()}

    @property
    def paid_hours(self) -> float:
        """Paid time of everybody, in hours."""
        return sum(a.shift.paid_minutes for a in self.assignments) / 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Worked:
    """What people remember of a shift; its breaks may move without anybody calling it changed."""

    template: str
    day: date
    start: datetime
    end: datetime

    @classmethod
    def of(cls, shift: Shift) -> Worked:
        """Reduce a shift to what people remember."""
        return cls(template=shift.template, day=shift.day, start=shift.start, end=shift.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A roster that people already know.

    Attributes
    ----------
    roster
        The roster as it was published.
    freeze
        The freeze line: what starts before it no longer moves; notice is counted from it.

    Raises
    ------
    InputError
        The freeze line has no offset.
    """

    roster: Roster
    freeze: datetime

    def __post_init__(self) -> None:
        """Refuse a freeze line that may mean several instants."""
        if self.freeze.tzinfo is None:
            raise InputError(
                Fault(
                    column="freeze",
                    expected="a time with its offset",
                    found=self.freeze.isoformat(),
                )
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """A hard rule that a roster breaks.

    Attributes
    ----------
    rule
        Name of the rule.
    agent_id
        Whose tour breaks it; empty where it is nobody's in particular.
    when
        A date, week or time, in words.
    amount
        By how much, in the rule's unit.
    words
        A sentence a manager understands.
    """

    rule: str
    agent_id: str
    when: str
    amount: float
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Penalty:
    """A priced departure from what was wished: ``amount`` units at ``price`` each.

    ``subject`` names the queue or the agent it is about; empty for the roster as a whole.
    """

    rule: str
    subject: str
    amount: int
    price: int
    unit: str
    words: str

    @property
    def cost(self) -> int:
        """Amount times price, in minutes of paid time."""
        return self.amount * self.price


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One hard demand of one rule on one agent: what a clash is made of."""

    rule: str
    agent_id: str
    when: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """Hard demands that contradict each other.

    Attributes
    ----------
    sets
        Each a set that cannot be kept together, though it can without any one of its members.
        The first is a smallest one; the next is a smallest among what is left once the first is
        mended, and so on.
    mend
        A smallest set of demands whose waiving lets a roster exist.
    proven_smallest
        Whether it is proven that none of the sets could have fewer members.
    """

    sets: tuple[tuple[Clause, ...], ...]
    mend: tuple[Clause, ...]
    proven_smallest: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One level of the manager's priorities, and what became of it.

    Attributes
    ----------
    rules
        The priced rules that are weighed against each other in it.
    best, bound
        What they cost when it was this level's turn, and what was proven they cost at least.
    tolerance
        By how much later levels might make it dearer.
    cost
        What they cost in the roster.

    All in minutes of paid time.
    """

    rules: tuple[str, ...]
    best: int
    bound: float
    tolerance: int
    cost: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterResult:
    """What a solve gave: never a number that stands for something else.

    Attributes
    ----------
    status
        ``optimal``, ``feasible``, ``infeasible`` (hard rules clash) or ``unknown`` (time ran out).
    roster
        The roster; None unless optimal or feasible.
    objective, bound
        Cost of the roster and proven lower bound, in minutes of paid time; None without roster.
    gap
        (objective − bound) / max(1, |objective|). What later levels used of a tolerance is in it.
    levels
        What each level of priority reached and what it gave up, in order; levels that time did
        not reach are missing.
    penalties
        Everything the objective is made of, named.
    clash
        For ``infeasible``: what contradicts what.
    seconds
        Time spent building and solving.
    seed, workers, time_limit_s, problem_hash, versions
        What is needed to run the same solve again.
    """

    status: Status
    roster: Roster | None
    objective: int | None
    bound: float | None
    gap: float | None
    seconds: float
    seed: int
    workers: int
    time_limit_s: float
    problem_hash: str
    versions: dict[str, str] = field(default_factory=dict)
    penalties: tuple[Penalty, ...] = ()
    clash: Clash | None = None
    levels: tuple[Level, ...] = ()
