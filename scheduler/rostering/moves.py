"""Single changes of a roster: one agent's day worked otherwise, what it breaks and what it costs.

A change is judged by the plain rules over that agent's own tour, and by the minutes it moves on
the queues; nobody else's tour has to be walked again. Rules that look at several people at once
are not seen whole here: whoever acts on a change checks it against the whole roster
(:class:`WholeJudge`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from scheduler.people import Team
from scheduler.rostering.check import check, penalties
from scheduler.rostering.coverage import agent_minutes, minutes_of
from scheduler.rostering.joining import joiner
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Assignment, Penalty, Published, Roster, Violation
from scheduler.rostering.service_price import SERVICE_RULES, Minutes, ServicePrice

_Verdict = tuple[tuple[Violation, ...], dict[str, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One agent's day worked otherwise.

    Attributes
    ----------
    agent_id, day
        Whose day, by the agent's calendar.
    before, after
        What is worked on it now and then; ``after`` is None for a day off.
    broken
        Hard rules that the change breaks and the roster without it does not.
    costs
        What each priced rule costs more (or less) in minutes of paid time; zeros left out.
    """

    agent_id: str
    day: date
    before: tuple[Assignment, ...]
    after: Assignment | None
    broken: tuple[Violation, ...]
    costs: Mapping[str, int]

    @property
    def cost(self) -> int:
        """What the change costs in all."""
        return sum(self.costs.values())

    @property
    def extra_minutes(self) -> int:
        """Paid minutes more; below zero for fewer."""
        paid = 0 if self.after is None else self.after.shift.paid_minutes
        return paid - sum(each.shift.paid_minutes for each in self.before)

    def rank(self, order: Iterable[tuple[str, ...]]) -> tuple[int, ...]:
        """Sort key: rules broken, then the costs of each group of priorities."""
        groups = (sum(self.costs.get(name, 0) for name in group) for group in order)
        return (len(self.broken), *groups)

    def applied(self, roster: Roster) -> Roster:
        """Return the roster with the change made."""
        gone = set(self.before)
        kept = [each for each in roster.assignments if each not in gone]
        return Roster.of(kept if self.after is None else [*kept, self.after])


class Moves:
    """Judges single changes of one roster.

    Parameters
    ----------
    problem
        The problem; with a published roster in it, changes of published days are priced.
    roster
        The roster to change, valid or not.
    like
        Judge of another roster of the same problem, whose work is used again.

    Attributes
    ----------
    problem, minutes
        The problem, and agent-minutes of the roster, shape (queues, intervals).
    settled
        Settles a planned shift of an agent beside the roster, see
        :func:`scheduler.rostering.joining.joiner`.
    """

    def __init__(self, problem: Problem, roster: Roster, *, like: Moves | None = None) -> None:
        self.problem = problem
        self.minutes = agent_minutes(problem, roster)
        self.settled = joiner(problem, roster)
        self._tours = roster.tours()
        self._price: ServicePrice = like._price if like else ServicePrice(problem)
        self._now = self._price.costs(self.minutes)
        self._priced: dict[object, dict[str, int]] = {}
        self._alone: dict[str, _Alone] = {}
        for agent_id, judge in like._alone.items() if like else ():
            if judge.tour == self._tours.get(agent_id, ()):
                self._alone[agent_id] = judge

    def worked(self, agent_id: str, day: date) -> tuple[Assignment, ...]:
        """Return what an agent works on a day now."""
        return tuple(a for a in self._tours.get(agent_id, ()) if a.shift.day == day)

    def minutes_after(self, before: tuple[Assignment, ...], after: Assignment | None) -> Minutes:
        """Agent-minutes once a change is made, shape (queues, intervals)."""
        minutes = self.minutes.copy()
        for each in before:
            minutes -= minutes_of(self.problem, each)
        if after is not None:
            minutes += minutes_of(self.problem, after)
        return minutes

    def move(self, agent_id: str, day: date, after: Assignment | None) -> Move:
        """Judge one change: what an agent's day breaks and costs when worked otherwise."""
        before = self.worked(agent_id, day)
        judge = self._alone.get(agent_id)
        if judge is None:
            judge = _Alone(self.problem, agent_id, self._tours.get(agent_id, ()))
            self._alone[agent_id] = judge
        broken, own = judge.verdict(before, after)
        costs = own | self._service(before, after)
        return Move(
            agent_id=agent_id,
            day=day,
            before=before,
            after=after,
            broken=broken,
            costs={rule: cost for rule, cost in costs.items() if cost},
        )

    def service_cost(self, agent_id: str, day: date, after: Assignment | None) -> dict[str, int]:
        """Price what a change does to service, by rule; nothing else is looked at."""
        return self._service(self.worked(agent_id, day), after)

    def _service(self, before: tuple[Assignment, ...], after: Assignment | None) -> dict[str, int]:
        """Price the service lost; changes that move the same minutes are priced once."""
        key = (frozenset(map(_where, before)), None if after is None else _where(after))
        if key not in self._priced:
            then = self._price.costs(self.minutes_after(before, after))
            self._priced[key] = {rule: cost - self._now[rule] for rule, cost in then.items()}
        return self._priced[key]


class _Alone:
    """One agent's tour under the rules that need no other tour."""

    def __init__(self, problem: Problem, agent_id: str, tour: tuple[Assignment, ...]) -> None:
        waived = problem.waived | frozenset(SERVICE_RULES)
        self._problem = replace(alone(problem, agent_id), waived=waived)
        self.tour = tour
        self._broken = {_key(each) for each in check(self._problem, Roster.of(tour))}
        self._costs = cost_by_rule(penalties(self._problem, Roster.of(tour)))
        self._known: dict[object, _Verdict] = {}

    def verdict(self, before: tuple[Assignment, ...], after: Assignment | None) -> _Verdict:
        """Return what a change breaks anew, and what it costs by the agent's own rules."""
        key = (before, after)
        if key not in self._known:
            self._known[key] = self._judged(before, after)
        return self._known[key]

    def _judged(self, before: tuple[Assignment, ...], after: Assignment | None) -> _Verdict:
        kept = tuple(each for each in self.tour if each not in before)
        then = Roster.of(kept if after is None else (*kept, after))
        broken = check(self._problem, then)
        costs = cost_by_rule(penalties(self._problem, then))
        return (
            tuple(each for each in broken if _key(each) not in self._broken),
            {r: costs.get(r, 0) - self._costs.get(r, 0) for r in {*costs, *self._costs}},
        )


def alone(problem: Problem, agent_id: str) -> Problem:
    """Reduce a problem to one agent; rules about several people at once say nothing then."""
    agent = problem.agents[agent_id]
    published = problem.published
    return replace(
        problem,
        team=Team(
            agents=(agent,),
            contracts=problem.team.contracts,
            time_off=problem.time_off[agent_id],
        ),
        requests=tuple(each for each in problem.requests if each.agent_id == agent_id),
        pins=tuple(each for each in problem.pins if each.agent_id == agent_id),
        past=problem.past_by_agent[agent_id],
        limits=problem.limits.of_one_agent(),
        activities=tuple(
            replace(each, agents=each.agents & {agent_id}, at_once=None)
            for each in problem.activities
            if agent in problem.members[each.name]
        ),
        wanted=(),
        published=None
        if published is None
        else Published(roster=Roster.of(published.roster.tour(agent_id)), freeze=published.freeze),
    )


class WholeJudge:
    """Judges changes against the whole roster: every rule, every price."""

    def __init__(self, problem: Problem, roster: Roster) -> None:
        self._problem, self._roster = problem, roster
        self._broken = {_key(each) for each in check(problem, roster)}
        self._costs = cost_by_rule(penalties(problem, roster))

    def judged(self, move: Move) -> Move:
        """Return the change with what it breaks and costs by all rules."""
        then = move.applied(self._roster)
        costs = cost_by_rule(penalties(self._problem, then))
        found = {r: costs.get(r, 0) - self._costs.get(r, 0) for r in {*costs, *self._costs}}
        broken = check(self._problem, then)
        return replace(
            move,
            broken=tuple(each for each in broken if _key(each) not in self._broken),
            costs={rule: cost for rule, cost in found.items() if cost},
        )


def cost_by_rule(paid: Iterable[Penalty]) -> dict[str, int]:
    """Add up what is paid, rule by rule."""
    found: dict[str, int] = {}
    for penalty in paid:
        found[penalty.rule] = found.get(penalty.rule, 0) + penalty.cost
    return found


def _key(violation: Violation) -> tuple[str, str, str, float]:
    return violation.rule, violation.agent_id, violation.when, violation.amount


def _where(assignment: Assignment) -> object:
    """Return what decides the minutes on the queues."""
    return (assignment.shift.worked, assignment.queues, assignment.blocks)
