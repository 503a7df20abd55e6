"""How to search for a roster, and how a search tells where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from scheduler.errors import Fault, InputError

Strategy = Literal["auto", "model", "tours"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SolveParams:
    """How to search.

    Attributes
    ----------
    seconds
        Time limit of the search.
    workers
        Search threads; with 1 the same seed gives the same roster.
    seed
        Seed of the search.
    gap
        Relative distance to the bound at which a roster is good enough; 0 asks for proof.
    strategy
        ``model``: one model of every agent, day and shift. ``tours``: whole tours, found one
        agent at a time (column generation); not for every problem. ``auto`` decides.
    """

    seconds: float = 60.0
    workers: int = 2
    seed: int = 0
    gap: float = 0.0
    strategy: Strategy = "auto"

    def __post_init__(self) -> None:
        """Refuse what no search can do."""
        faults = [
            Fault(column=name, expected=expected, found=repr(getattr(self, name)))
            for name, expected, good in (
                ("seconds", "more than 0, at most 86400", 0 < self.seconds <= 86_400),
                ("workers", "1 … 64", 1 <= self.workers <= 64),
                ("seed", "0 … 2147483647", 0 <= self.seed < 2**31),
                ("gap", "0 … 1", 0 <= self.gap <= 1),
                ("strategy", " or ".join(get_args(Strategy)), self.strategy in get_args(Strategy)),
            )
            if not good
        ]
        if faults:
            raise InputError(faults)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where a search stands.

    Attributes
    ----------
    seconds, solutions, objective, bound
        Of the search that runs: since when, rosters found, the best one's cost, and the proven
        lower bound, in minutes of paid time.
    round
        Which search of the loop it is, from 1.
    service
        Service level of each queue, 0 to 1, as certified for the best roster of the rounds before;
        empty in the first.
    """

    seconds: float
    solutions: int
    objective: float | None
    bound: float | None
    round: int = 1
    service: Mapping[str, float] = field(default_factory=dict)

    @property
    def gap(self) -> float | None:
        """Relative distance of the best roster from the bound; None before the first roster."""
        return gap_between(self.objective, self.bound)


def gap_between(cost: float | None, bound: float | None) -> float | None:
    """Return the relative distance of a cost from its bound; None where either is unknown."""
    if cost is None or bound is None:
        return None
    return max(0.0, cost - bound) / max(1.0, abs(cost))
