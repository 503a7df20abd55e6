"""Large-neighbourhood search: some agents get new tours, everybody else keeps theirs."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from scheduler.rostering.columns.choose import Effort, choose
from scheduler.rostering.columns.dive import dive
from scheduler.rostering.columns.generate import price_all
from scheduler.rostering.columns.master import Floats, Master
from scheduler.rostering.columns.pricing import Pricer

_ROUNDS = 6
_MOST_EACH = 40
_AIMED, _DEEP = 0.5, 0.25
_CLOSE = 1e-6


class Neighbourhoods:
    """Frees a few agents at a time and looks for better tours of theirs.

    Parameters
    ----------
    master, pricers
        The tours, and who finds new ones.
    chosen
        A tour for every agent, by its number.
    duals
        What the demands are worth in the linear program over all tours.
    rng
        Decides who is freed.
    """

    def __init__(
        self,
        master: Master,
        pricers: Sequence[Pricer],
        chosen: Sequence[int],
        duals: Floats,
        rng: np.random.Generator,
    ) -> None:
        self._duals = duals
        self._master, self._pricers, self._rng = master, pricers, rng
        self._tour_of = {master.tours[at].agent: at for at in chosen}
        self.value = master.value(chosen)
        self._size = min(6, len(pricers))
        self._failed = 0

    @property
    def chosen(self) -> list[int]:
        """The best tours so far."""
        return list(self._tour_of.values())

    def step(self, effort: Effort, *, stop: Callable[[], bool], at_least: float) -> bool:
        """Free some agents, look for tours, choose; say whether it got better.

        Now and then twice as many are freed and a dive decides instead of a model. Where even
        the shares of tours cannot be better, nothing is chosen at all.
        """
        master = self._master
        deep = bool(self._rng.random() < _DEEP)
        freed = self._freed(self._size * (2 if deep else 1))
        kept = [at for agent, at in self._tour_of.items() if agent not in freed]
        for at in kept:
            master.fix(at)
        now = master.solve()
        pricers = [pricer for pricer in self._pricers if pricer.agent in freed]
        for _ in range(_ROUNDS):
            added, _ = price_all(master, pricers, now.duals, quick=True, stop=stop)
            if not added or stop():
                break
            now = master.solve()
        room = self.value - now.value
        found: list[int] | None = None
        if deep and room >= 1 - _CLOSE:
            found = [*kept, *dive(master, pricers, stop=stop, hurry=stop)]
        for at in kept:
            master.release(master.tours[at].agent)
        if deep or room < 1 - _CLOSE:
            return self._settle(found, proven=True)
        candidates = self._candidates(freed, now.duals, room)
        hint = [self._tour_of[agent] for agent in freed]
        found, proven = choose(master, candidates, kept, hint, effort, stop=stop, at_least=at_least)
        return self._settle(found, proven=proven)

    def _freed(self, size: int) -> list[int]:
        """Choose whom to free: half of the times those who could best mend a costly demand."""
        agents = [pricer.agent for pricer in self._pricers]
        order = [agents[int(at)] for at in self._rng.permutation(len(agents))]
        missed = self._missed()
        if missed and self._rng.random() < _AIMED:
            row = missed[int(self._rng.integers(len(missed)))]
            near = self._nearest(row)
            half = near[: -(-size * 2 // 3)]
            order = [*half, *(agent for agent in order if agent not in half)]
        return order[:size]

    def _missed(self) -> list[int]:
        """Return demands that are not met and cost something."""
        there = np.zeros(len(self._master.demands), dtype=np.int64)
        for at in self._tour_of.values():
            for row, times in self._master.rows(self._master.tours[at]).items():
                there[row] += times
        return [
            row
            for row, (demand, count) in enumerate(
                zip(self._master.demands, there.tolist(), strict=True)
            )
            if demand.short_price * max(0, demand.wanted - count)
            + demand.over_price * max(0, count - demand.wanted)
        ]

    def _nearest(self, row: int) -> list[int]:
        """Return agents in order of what it takes them to change sides at a demand.

        Those who have a tour among the cheap ones that meets the demand where theirs does not,
        or the other way round.
        """
        master = self._master
        reduced = master.reduced(self._duals)
        cells = set(master.demands[row].cells)
        found = []
        for agent, own in self._tour_of.items():
            meets = not cells.isdisjoint(enumerate(master.tours[own].days))
            others = [
                float(reduced[at])
                for at in master.of_agent[agent]
                if cells.isdisjoint(enumerate(master.tours[at].days)) == meets
            ]
            if others:
                noise = float(self._rng.random()) * 5
                found.append((min(others) - float(reduced[own]) + noise, agent))
        return [agent for _, agent in sorted(found)]

    def _candidates(
        self, freed: Sequence[int], duals: Floats, slack: float
    ) -> dict[int, list[int]]:
        """Keep tours that can be part of something better: reduced cost within the slack."""
        reduced = self._master.reduced(duals)
        found = {}
        for agent in freed:
            tours = self._master.of_agent[agent]
            least = min(reduced[at] for at in tours)
            near = [at for at in tours if reduced[at] - least <= slack - 1 + _CLOSE]
            near.sort(key=lambda at: (reduced[at], at))
            own = self._tour_of[agent]
            found[agent] = list(dict.fromkeys([*near[:_MOST_EACH], own]))
        return found

    def _settle(self, found: list[int] | None, *, proven: bool) -> bool:
        """Keep what is better; free more agents when a few have nothing left to find."""
        value = self.value if found is None else self._master.value(found)
        if found is not None and value <= self.value:
            self._tour_of = {self._master.tours[at].agent: at for at in found}
        better, self.value = value < self.value, min(value, self.value)
        self._failed = 0 if better else self._failed + 1
        if not proven:
            self._size = max(2, self._size - 1)
        elif self._failed > 10:
            self._size, self._failed = min(self._size + 1, len(self._pricers)), 0
        return better
