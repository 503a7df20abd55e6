"""The solver's side of a problem: its variables, and how rules speak to them.

Rules never index raw variables. They ask for an agent's choices, state hard demands as clauses
that carry their own sentence, and price departures by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from ortools.sat.python import cp_model

from scheduler.rostering.activity_ledger import ActivityLedger
from scheduler.rostering.coverage import agent_minutes
from scheduler.rostering.dealing import deal
from scheduler.rostering.envelope import answered_in_time
from scheduler.rostering.placing import BreakPlaces
from scheduler.rostering.problem import Option, Problem
from scheduler.rostering.roster import Clause, Roster
from scheduler.rostering.sharing import Crew, Sharing, crew_of

Linear = cp_model.LinearExpr


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """An option and the variable that is 1 when it is taken."""

    option: Option
    taken: cp_model.IntVar


class RosterModel:
    """Variables, demands and prices of one problem in CP-SAT.

    Parameters
    ----------
    problem
        The problem.
    explain
        True gives every clause a switch, so that a clash can be found among them.
    options
        What may be chosen from; all of the problem's options if None.
    """

    def __init__(
        self,
        problem: Problem,
        *,
        explain: bool = False,
        options: Iterable[Option] | None = None,
    ) -> None:
        self.problem = problem
        self.cp = cp_model.CpModel()
        self.explain = explain
        self.clauses: list[tuple[Clause, cp_model.IntVar]] = []
        self._terms: dict[str, list[Linear]] = {}
        self._switches: dict[Clause, cp_model.IntVar] = {}
        self._choices: dict[str, list[Choice]] = {agent_id: [] for agent_id in problem.agents}
        for number, option in enumerate(problem.options if options is None else options):
            taken = self.cp.new_bool_var(f"x{number}")
            self._choices[option.agent_id].append(Choice(option=option, taken=taken))
        self._answered: dict[str, dict[int, tuple[int, cp_model.IntVar]]] = {}
        self._days: dict[tuple[str, date], cp_model.IntVar] = {}
        self._sharing: Sharing | None = None
        self._activities = ActivityLedger(self.cp, problem)
        self._members: list[tuple[Crew, list[Choice]]] = []

    def choices(self, agent_id: str) -> list[Choice]:
        """Return everything an agent could do."""
        return self._choices[agent_id]

    @staticmethod
    def total(terms: Iterable[Linear]) -> Linear:
        """Add expressions up; nothing adds up to a constant zero."""
        return cp_model.LinearExpr.sum(list(terms))

    def works(self, agent_id: str, day: date) -> list[cp_model.IntVar]:
        """Variables of an agent's options on a local date."""
        return [c.taken for c in self._choices[agent_id] if c.option.shift.day == day]

    def day_worked(self, agent_id: str, day: date) -> cp_model.IntVar:
        """Return the variable that is 1 when an agent starts any shift on a local date."""
        worked = self._days.get((agent_id, day))
        if worked is None:
            worked = self.cp.new_bool_var(f"day_{agent_id}_{day}")
            self.cp.add_max_equality(worked, [0, *self.works(agent_id, day)])
            self._days[agent_id, day] = worked
        return worked

    def require(self, clause: Clause, demand: cp_model.BoundedLinearExpression | bool) -> None:
        """State a hard demand; demands of equal clauses are switched together."""
        if demand is True:
            return
        constraint = self.cp.add(demand) if demand is not False else self.cp.add_bool_or([])
        if self.explain:
            switch = self._switches.get(clause)
            if switch is None:
                switch = self.cp.new_bool_var(f"clause{len(self._switches)}")
                self._switches[clause] = switch
                self.clauses.append((clause, switch))
            constraint.only_enforce_if(switch)

    def forbid(self, clause: Clause, choices: Iterable[Choice]) -> None:
        """Demand that none of these choices is taken."""
        taken = [choice.taken for choice in choices]
        if taken:
            self.require(clause, self.total(taken) <= 0)

    def price(self, rule: str, amount: Linear, price: int) -> None:
        """Add ``amount × price`` to what a rule makes the roster cost."""
        if price:
            self._terms.setdefault(rule, []).append(price * amount)

    def priced(self, rule: str) -> bool:
        """Say whether a rule has anything that costs."""
        return bool(self._terms.get(rule))

    def whole(self, low: int, high: int, name: str) -> cp_model.IntVar:
        """Make a whole-number variable."""
        return self.cp.new_int_var(low, high, name)

    @property
    def sharing(self) -> Sharing:
        """Who is on which queue when, counted by crew; made when first asked for."""
        if self._sharing is None:
            self._sharing = Sharing(self.cp, self.problem, self._crews())
            self._activities.close()
        return self._sharing

    @property
    def activities(self) -> ActivityLedger:
        """How much of every activity gets done; sharing is made with it."""
        _ = self.sharing
        return self._activities

    def _crews(self) -> list[Crew]:
        """Count the agents who share queues, presence and breaks, so that rules see few counts."""
        groups: dict[tuple[object, ...], list[Choice]] = {}
        for agent_id, choices in self._choices.items():
            agent = self.problem.agents[agent_id]
            queues, profile = self.problem.queues_of(agent), self._activities.profile(agent)
            for choice in choices:
                option = choice.option
                if option.presence:
                    key: tuple[object, ...] = (
                        *(queues, option.first, option.presence, option.shift.windows),
                        *((profile, option.shift.day, option.shift.worked) if profile else ()),
                    )
                    groups.setdefault(key, []).append(choice)
        return [self._crew(f"crew{n}", members) for n, members in enumerate(groups.values())]

    def _crew(self, name: str, members: list[Choice]) -> Crew:
        """Count the members of one crew and place their breaks and activities."""
        option, most = members[0].option, len(members)
        count = self.cp.new_int_var(0, most, name)
        self.cp.add(count == self.total(choice.taken for choice in members))
        pairs = [(choice.option, choice.taken) for choice in members]
        places = self._activities.crew(pairs, count=count, most=most)
        crew = crew_of(self.cp, self.problem, option, count=count, most=most, places=places)
        self._members.append((crew, members))
        return crew

    def minutes_on_queue(self, queue: str) -> list[Linear]:
        """Agent-minutes on a queue in each interval, as expressions."""
        there = agent_minutes(self.problem, Roster(assignments=()))
        carried = there[self.problem.requirement.index_of(queue)]
        return [
            minutes + int(past)
            for minutes, past in zip(self.sharing.minutes(queue), carried, strict=True)
        ]

    def answered(self, queue: str) -> dict[int, tuple[int, cp_model.IntVar]]:
        """Thousandths of contacts answered in time, by interval: least value and variable.

        Each variable lies below the cuts of its interval's concave envelope.
        """
        if queue not in self._answered:
            length = self.problem.requirement.grid.interval // timedelta(minutes=1)
            row = self.problem.requirement.index_of(queue)
            minutes = self.minutes_on_queue(queue)
            found = {}
            for at, pieces in self.problem.envelopes[row].items():
                low = answered_in_time(pieces, 0, length)
                value = self.whole(low, pieces[-1].value, f"answered_{queue}_{at}")
                for p in pieces[:-1]:
                    level = (p.run * p.value - p.rise * p.at) * length
                    self.cp.add(p.run * length * value <= p.rise * minutes[at] + level)
                found[at] = (low, value)
            self._answered[queue] = found
        return self._answered[queue]

    def keep(self, value: Callable[[cp_model.IntVar], int]) -> None:
        """Demand every choice as a solution has it."""
        for choices in self._choices.values():
            for choice in choices:
                self.cp.add(choice.taken == value(choice.taken))

    def cost(self, rules: Iterable[str]) -> Linear:
        """Add up everything that some rules price, as one expression."""
        return self.total(term for rule in rules for term in self._terms.get(rule, ()))

    def roster(self, value: Callable[[Linear], int]) -> Roster:
        """Read a roster off a solution; each agent keeps a queue as long as the counts allow."""
        taken = self._with_breaks(value)
        shares = self._sharing.shares if self._sharing is not None else {}
        counts = {
            pool: {queue: value(number) for queue, number in by_queue.items()}
            for pool, by_queue in shares.items()
        }
        return Roster.of(deal(self.problem, taken, counts))

    def _with_breaks(self, value: Callable[[cp_model.IntVar], int]) -> list[Option]:
        """Return the options that are taken, their breaks and activities placed."""
        placed = {
            option: self.problem.placed(option, shift)
            for option, shift in self._activities.deal(value)
        }
        for crew, members in self._members:
            if isinstance(crew.places, BreakPlaces):
                there = [choice.option for choice in members if value(choice.taken)]
                day = members[0].option.shift.day
                breaks = crew.places.deal(len(there), day, value)
                for option, rests in zip(there, breaks, strict=True):
                    placed[option] = self.problem.placed(option, option.shift.with_breaks(rests))
        taken = [c.option for choices in self._choices.values() for c in choices if value(c.taken)]
        return [
            placed.get(option) or self.problem.placed(option, option.shift.settled())
            for option in taken
        ]
