"""Rosters made of whole tours: the linear program, a dive, a choice, and neighbourhoods."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import numpy as np

from scheduler.rostering.columns.choose import Effort, choose
from scheduler.rostering.columns.dive import dive
from scheduler.rostering.columns.gather import Terms
from scheduler.rostering.columns.generate import Root, first_tours, generate
from scheduler.rostering.columns.master import Master
from scheduler.rostering.columns.neighbourhood import Neighbourhoods
from scheduler.rostering.columns.pricing import Pricer
from scheduler.rostering.columns.spec import specify
from scheduler.rostering.params import Progress, SolveParams
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Assignment, Roster, Status

# The linear program may use so much of the time, so that whole tours are found in what is left.
_ROOT_SHARE = 0.6
_DIVE_SHARE = 0.9
_CHOICE_SHARE = 0.15
_MOST_EACH = 60
_CHOICE_EFFORT = 10.0
_STEP_EFFORT, _STEP_SECONDS = 2.0, 10.0


class ToursSearch:
    """Searches for the best roster of a problem among whole tours.

    Parameters
    ----------
    problem, terms
        The problem, and what its rules say about tours.
    params, progress, cancelled
        See :func:`scheduler.rostering.solver.solve`.
    began
        Monotonic time from which the time limit counts.

    Attributes
    ----------
    without
        Numbers of agents that can have no tour at all.
    status
        What is known so far.
    bound
        No roster costs less.
    value
        Cost of the best roster so far; None before the first.

    Raises
    ------
    NoTour
        There is more to count than fits, or no tour is found for somebody.
    """

    def __init__(
        self,
        problem: Problem,
        terms: Terms,
        params: SolveParams,
        progress: Callable[[Progress], None] | None,
        *,
        cancelled: Callable[[], bool] | None,
        began: float,
    ) -> None:
        self._problem, self._terms, self._params = problem, terms, params
        self._progress, self._cancelled, self._began = progress, cancelled, began
        specs = [specify(each) for each in terms.tours.values()]
        self._pricers = [Pricer(agent, spec) for agent, spec in enumerate(specs)]
        shape = (problem.days, len(problem.templates))
        self._master = Master(len(self._pricers), shape, terms.demands)
        self._chosen: list[int] = []
        self._found = 0
        self._rules = tuple(name for group in problem.order for name in group)
        self.status: Status = "unknown"
        self.bound = float(sum(pricer.least_cost for pricer in self._pricers))
        self.value: int | None = None
        self.without = first_tours(self._master, self._pricers)

    def run(self) -> None:
        """Search until the roster is proven best, or time is up, or somebody cancels."""
        if self.without:
            self.status = "infeasible"
            return
        root = generate(
            self._master,
            self._pricers,
            stop=lambda: self._over(_ROOT_SHARE),
            report=self._prove,
            known=self.bound,
        )
        self._prove(root.bound)
        self._take(
            dive(
                self._master,
                self._pricers,
                stop=self._over,
                hurry=lambda: self._over(_DIVE_SHARE),
            )
        )
        self._choose(root)
        self._improve(root)
        done = self.value is not None and self.value <= self.bound
        self.status = "optimal" if done else "feasible"

    @property
    def claims(self) -> dict[tuple[str, ...], float]:
        """What the rules cost together: whole tours know one level of priority alone."""
        return {} if self.value is None else {self._rules: float(self.value)}

    @property
    def bounds(self) -> dict[tuple[str, ...], float]:
        """What the rules cost together at least."""
        return {} if self.value is None else {self._rules: self.bound}

    @property
    def roster(self) -> Roster | None:
        """The best roster so far."""
        if self.value is None:
            return None
        agents = list(self._problem.agents.values())
        found = []
        for at in self._chosen:
            tour = self._master.tours[at]
            agent = agents[tour.agent]
            shifts = self._terms.tours[agent.agent_id].shifts
            queues = self._problem.queues_of(agent)[:1]
            for day, kind in enumerate(tour.days):
                shift = shifts[day][kind] if kind >= 0 else None
                if shift is not None:
                    found.append(
                        Assignment(agent_id=agent.agent_id, shift=shift.settled(), queues=queues)
                    )
        return Roster.of(found)

    def _choose(self, root: Root) -> None:
        """Choose among the cheapest tours that were found for everybody."""
        if self._over() or self._proven():
            return
        reduced = self._master.reduced(root.fractional.duals)
        own = {self._master.tours[at].agent: at for at in self._chosen}
        candidates = {
            agent: list(
                dict.fromkeys(
                    [*sorted(tours, key=lambda at: (reduced[at], at))[:_MOST_EACH], own[agent]]
                )
            )
            for agent, tours in enumerate(self._master.of_agent)
        }
        effort = self._effort(_CHOICE_SHARE * self._params.seconds, _CHOICE_EFFORT)
        found, _ = choose(
            self._master,
            candidates,
            (),
            self._chosen,
            effort,
            stop=self._over,
            at_least=self.bound,
        )
        self._take(found)

    def _improve(self, root: Root) -> None:
        """Let some agents have new tours, again and again."""
        rng = np.random.default_rng(self._params.seed)
        around = Neighbourhoods(
            self._master, self._pricers, self._chosen, root.fractional.duals, rng
        )
        while not self._over() and not self._proven():
            effort = self._effort(_STEP_SECONDS, _STEP_EFFORT)
            if around.step(effort, stop=self._over, at_least=self.bound):
                self._take(around.chosen)

    def _effort(self, seconds: float, deterministic: float) -> Effort:
        return Effort(
            seconds=min(seconds, self._left()),
            deterministic=deterministic,
            workers=self._params.workers,
            seed=self._params.seed,
        )

    def _take(self, chosen: Sequence[int] | None) -> None:
        """Keep tours that are better than those so far."""
        if chosen is None:
            return
        value = self._master.value(chosen)
        if self.value is None or value < self.value:
            self.value, self._chosen = value, list(chosen)
            self._found += 1
            self._tell()

    def _prove(self, bound: float) -> None:
        """Note a better bound."""
        if bound > self.bound:
            self.bound = bound
            self._tell()

    def _proven(self) -> bool:
        """Say whether the best roster is as good as was asked for."""
        if self.value is None:
            return False
        return self.value - self.bound <= self._params.gap * max(1, abs(self.value))

    def _left(self) -> float:
        return self._began + self._params.seconds - time.monotonic()

    def _over(self, share: float = 1.0) -> bool:
        """Say whether a share of the time is used up, or somebody has cancelled."""
        used = self._params.seconds - self._left()
        cancelled = self._cancelled is not None and self._cancelled()
        return cancelled or used >= share * self._params.seconds

    def _tell(self) -> None:
        if self._progress is not None:
            self._progress(
                Progress(
                    seconds=time.monotonic() - self._began,
                    solutions=self._found,
                    objective=self.value,
                    bound=self.bound,
                )
            )
