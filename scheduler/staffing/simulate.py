"""What customers would feel: one queue simulated over a horizon, many times.

Contacts come as a Poisson stream whose rate is even within an interval, handling times and
patience are exponential. Exact in law for M(t)/M/n(t)+M, so stationary stretches agree with
Erlang C and A, and every other stretch shows what those cannot see: opening, steps, carry-over.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from scheduler.errors import Fault, InputError
from scheduler.staffing import simulation_kernel as kernel
from scheduler.staffing.arguments import Floats, checked
from scheduler.staffing.definitions import Definition, check_definition
from scheduler.staffing.patience_shapes import PatienceShape, patience_quantiles_s
from scheduler.staffing.simulation_calls import replicate_calls
from scheduler.staffing.simulation_summary import Estimate, QueueSimulation, summarise
from scheduler.staffing.uncertainty import rate_quantile
from scheduler.staffing.whole_teams import rates_at_a_time, team_at

__all__ = ["Estimate", "QueueSimulation", "simulate_queue"]

_GOLDEN = (np.sqrt(5.0) - 1.0) / 2.0
_SILVER = np.sqrt(2.0) - 1.0
# Tell the streams of the draws of teams and rates from those of the replications.
_TEAMS, _RATES = 1 << 40, 1 << 41
# Patiences of a distribution that are drawn from.
_PATIENCES = 20_000


def simulate_queue(
    offered: ArrayLike,
    agents: ArrayLike,
    *,
    interval_s: float,
    aht_s: ArrayLike,
    answer_within_s: float,
    patience_s: float | PatienceShape = np.inf,
    definition: Definition = "answered_of_offered",
    concurrency: int = 1,
    slowdown: float = 0.0,
    short_abandon_s: float = 5.0,
    rate_cv: ArrayLike = 0.0,
    replications: int = 200,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> QueueSimulation:
    """Simulate a queue over a horizon that starts empty.

    Agents who leave finish the contacts they have; callers who are left wait on, for the next
    agents or for their patience to end. After the horizon the last agents stay until nobody
    waits. A contact is handled at the speed of the interval it is in.

    Parameters
    ----------
    offered
        Expected contacts an interval, shape (intervals,).
    agents
        Agents on the queue, shape (intervals,). Where not whole, some replications have the
        whole number below and the others the one above, right on average and the same for a
        day through, see :mod:`scheduler.staffing.whole_teams`. They do so more evenly than
        chance would, which the 95 % intervals leave out: they are rather too wide.
    interval_s
        Length of an interval, s.
    aht_s
        Mean handling time, s, shape (intervals,) or one number; for chat: alone.
    answer_within_s
        Threshold of the target, s.
    patience_s
        Mean patience, exponential, s; infinite where nobody abandons. Or its distribution.
    definition
        How contacts that abandon count.
    concurrency, slowdown
        Contacts an agent handles at a time; with j of them each takes ``1 + slowdown (j - 1)``
        times as long. A contact goes to the agent with the fewest.
    short_abandon_s
        Up to which wait an abandoned contact is not counted, s, for
        ``excluding_short_abandons``.
    rate_cv
        Coefficient of variation of the rate, shape (intervals,) or one number: every
        replication draws how high the rates of all its intervals lie in their ranges.
    replications
        How often the horizon is simulated, at least 2.
    seed
        Same seed, same result; replications are independent streams of it.
    progress
        Called with the replications done and all of them.

    Raises
    ------
    InputError
        An argument out of range.
    """
    check_definition(definition, short_abandon_s)
    contacts, heads, aht = _arrays(offered, agents, aht_s)
    patience = _patiences(patience_s)
    checked(answer_within_s=answer_within_s, patience_s=patience)
    spread = checked(offered=contacts, cv=rate_cv)[1]
    _check_numbers(interval_s, concurrency, slowdown, replications, seed)
    finishing = rates_at_a_time(concurrency, slowdown)
    teams = _teams(heads, replications, seed)
    rates = contacts / interval_s * _factors(spread, replications, seed)
    tallies = np.empty((replications, contacts.size, kernel.COLUMNS))
    for replication in range(replications):
        rng = np.random.Generator(np.random.PCG64([seed, replication]))
        horizon = (
            rng, rates[replication], teams[replication], float(interval_s), aht,
            patience, float(answer_within_s), float(short_abandon_s),
        )  # fmt: skip
        tallies[replication] = (
            replicate_calls(*horizon) if concurrency == 1 else kernel.replicate(*horizon, finishing)
        )
        if progress is not None:
            progress(replication + 1, replications)
    return summarise(tallies, definition)


def _factors(cv: Floats, replications: int, seed: int) -> Floats:
    """Return the factors of the rates of every replication, shape (replications, intervals)."""
    if not cv.any():
        return np.ones((replications, 1))
    start = np.random.Generator(np.random.PCG64([seed, _RATES])).random()
    draws = (start + _SILVER * np.arange(replications)) % 1.0
    return rate_quantile(cv, draws[:, None])


def _patiences(patience_s: float | PatienceShape) -> Floats:
    """Return the mean of exponential patience alone, or patiences to draw from, s."""
    if isinstance(patience_s, int | float):
        return np.array([float(patience_s)])
    return patience_quantiles_s(patience_s, _PATIENCES)


def _teams(agents: Floats, replications: int, seed: int) -> Floats:
    """Return the whole teams of every replication, shape (replications, intervals).

    Every stretch without a closed interval has a draw of its own, from a random start on in
    steps of the golden ratio from replication to replication: these fill the unit evenly.
    """
    there = agents > 0.0
    stretch = np.cumsum(there & ~np.concatenate([[False], there[:-1]]))
    rng = np.random.Generator(np.random.PCG64([seed, _TEAMS]))
    draws = (rng.random(stretch[-1] + 1) + _GOLDEN * np.arange(replications)[:, None]) % 1.0
    return team_at(agents, draws[:, stretch])


def _arrays(offered: ArrayLike, agents: ArrayLike, aht_s: ArrayLike) -> list[Floats]:
    contacts, heads, aht = checked(whole_agents=False, offered=offered, agents=agents, aht_s=aht_s)
    if contacts.ndim != 1 or not contacts.size:
        raise InputError(
            Fault(
                column="offered", expected="one row of intervals", found=f"shape {contacts.shape}"
            )
        )
    return [contacts, heads, aht]


def _check_numbers(
    interval_s: float, concurrency: int, slowdown: float, replications: int, seed: int
) -> None:
    faults = [
        Fault(column=name, expected=expected, found=f"{value:g}")
        for name, expected, value, holds in (
            ("interval_s", "above 0, finite", interval_s, 0.0 < interval_s < np.inf),
            ("concurrency", "1 or more", concurrency, concurrency >= 1),
            ("slowdown", "0 or more and below 1", slowdown, 0.0 <= slowdown < 1.0),
            ("replications", "2 or more", replications, replications >= 2),
            ("seed", "0 or more", seed, seed >= 0),
        )
        if not holds
    ]
    if faults:
        raise InputError(faults)
