"""Column generation: tours are found until no other can lower the linear program."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, inf

import numpy as np
from numpy.typing import NDArray

from scheduler.rostering.columns.master import Fractional, Master
from scheduler.rostering.columns.pricing import Pricer
from scheduler.rostering.columns.terms import NoTour

Floats = NDArray[np.float64]

# Weight of the best duals so far against the newest (Wentges, 1997): they jump about less.
_SMOOTHING = 0.5
_TOURS_EACH = 5
_BEAM = 2
_CLOSE = 1e-6


@dataclass(slots=True, kw_only=True)
class Root:
    """The linear program over all tours.

    Attributes
    ----------
    fractional
        Its optimum over the tours found.
    bound
        No roster costs less.
    closed
        Whether no other tour can lower the linear program.
    """

    fractional: Fractional
    bound: float
    closed: bool


def first_tours(master: Master, pricers: Sequence[Pricer]) -> list[int]:
    """Give every agent a tour to begin with; return agents that can have none.

    Raises
    ------
    NoTour
        None was found for an agent, and it is not proven that there is none.
    """
    worth = master.worth(np.array([d.short_price / 2 for d in master.demands], dtype=np.float64))
    without = []
    for pricer in pricers:
        found = pricer.price(worth, inf, beam=_BEAM)
        if not found.tours:
            found = pricer.any_tour()
        if not found.tours and not found.exact:
            raise NoTour(f"no tour was found for agent number {pricer.agent + 1}")
        if not found.tours:
            without.append(pricer.agent)
        master.add(found.tours)
    return without


def generate(
    master: Master,
    pricers: Sequence[Pricer],
    *,
    stop: Callable[[], bool],
    report: Callable[[float], None],
    known: float,
) -> Root:
    """Find tours until none is missing, the bound meets the value, or ``stop`` says so.

    The bound is Lagrange's: under any duals, the demands' worth and every agent's cheapest tour.
    All costs are whole numbers, so it may be rounded up.

    Parameters
    ----------
    master
        With at least one tour for every agent; gets the tours.
    pricers
        Of the agents that are free.
    stop
        Asked between agents.
    report
        Told each better bound.
    known
        A bound that is proven already, however weak.
    """
    wanted = np.array([demand.wanted for demand in master.demands], dtype=np.float64)
    low = np.array([-demand.over_price for demand in master.demands], dtype=np.float64)
    high = np.array([demand.short_price for demand in master.demands], dtype=np.float64)
    bound, quick = known, True
    centre: Floats | None = None
    while True:
        now = master.solve()
        smooth = _SMOOTHING if centre is not None else 0.0
        while True:
            duals = now.duals if centre is None else smooth * centre + (1 - smooth) * now.duals
            duals = np.clip(duals, low, high)
            added, proven = price_all(master, pricers, duals, quick=quick, stop=stop)
            total = proven + float(duals @ wanted)
            if total > bound:
                bound, centre = total, duals
                report(ceil(bound - _CLOSE))
            if stop() or added or (not smooth and not quick):
                break
            smooth, quick = (0.0, quick) if smooth else (smooth, False)
        if stop() or ceil(bound - _CLOSE) >= now.value - _CLOSE or not added:
            closed = not added and not stop()
            return Root(fractional=now, bound=ceil(bound - _CLOSE), closed=closed)


def price_all(
    master: Master,
    pricers: Sequence[Pricer],
    duals: Floats,
    *,
    quick: bool,
    stop: Callable[[], bool],
) -> tuple[int, float]:
    """Look once for better tours of every agent, under given duals.

    Returns
    -------
    added, proven
        Tours added, and the sum of what each agent's tour costs at least; −inf when stopped.
    """
    beam = _BEAM if quick else 0
    worth, reduced = master.worth(duals), master.reduced(duals)
    added, proven = 0, 0.0
    for pricer in pricers:
        if stop():
            return added, -inf
        best = float(reduced[master.of_agent[pricer.agent]].min())
        found = pricer.price(worth, best, beam=beam, wanted=_TOURS_EACH)
        proven += found.bound
        added += master.add(found.tours)
    return added, proven
