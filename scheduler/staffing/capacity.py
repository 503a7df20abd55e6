"""Whom to hire and when: a plan over weeks for a need that grows, and people who leave and learn.

A mixed-integer programme on expected headcounts: hires are whole people, attrition takes its
share of everybody every week, and new people need some weeks until they are worth a whole agent.
What is missing or idle is priced, so that there always is a plan and it shows where it is short.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from scheduler.errors import Fault, InputError
from scheduler.staffing.arguments import Floats, checked

PlanStatus = Literal["optimal", "feasible"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HiringTerms:
    """What people cost, how fast they learn and how many leave.

    Attributes
    ----------
    attrition
        Share of the headcount that leaves by the end of a week, 0 to below 1.
    ramp
        What a new person is worth in their first, second, ... week, 0 to 1; then a whole agent.
    shrinkage
        Share of paid time in which agents are not on the queue, 0 to below 1.
    hiring_cost
        Of finding and training a person.
    idle_cost, shortfall_cost
        Of an agent too many, and of one too few, on the queue for a week.

    Raises
    ------
    InputError
        A value out of range; all of them are reported.
    """

    attrition: float = 0.0
    ramp: tuple[float, ...] = ()
    shrinkage: float = 0.0
    hiring_cost: float
    idle_cost: float
    shortfall_cost: float

    def __post_init__(self) -> None:
        """Check every value."""
        shares = (("attrition", self.attrition), ("shrinkage", self.shrinkage))
        costs = (
            ("hiring_cost", self.hiring_cost),
            ("idle_cost", self.idle_cost),
            ("shortfall_cost", self.shortfall_cost),
        )
        faults = [
            Fault(column=name, expected="0 or more and below 1", found=f"{share:g}")
            for name, share in shares
            if not 0.0 <= share < 1.0
        ]
        faults += [
            Fault(column=name, expected="0 or more, finite", found=f"{cost:g}")
            for name, cost in costs
            if not 0.0 <= cost < np.inf
        ]
        if not all(0.0 <= worth <= 1.0 for worth in self.ramp):
            faults.append(Fault(column="ramp", expected="0 … 1 each", found=f"{self.ramp}"))
        if faults:
            raise InputError(faults)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HiringPlan:
    """A plan, week by week; arrays of shape (weeks,).

    Attributes
    ----------
    hires
        People who start at the beginning of the week, int64.
    headcount
        People employed in the week, on average over what attrition may do.
    capacity
        Agents on the queue, after shrinkage and learning.
    shortfall, idle
        Agents on the queue too few and too many.
    cost
        Of the whole plan.
    bound
        No plan costs less.
    status
        ``optimal`` within a millionth, or ``feasible``: time ended before that was proven.
    """

    hires: NDArray[np.int64]
    headcount: Floats
    capacity: Floats
    shortfall: Floats
    idle: Floats
    cost: float
    bound: float
    status: PlanStatus


def plan_hiring(
    required: ArrayLike,
    *,
    headcount: float,
    terms: HiringTerms,
    max_hires: ArrayLike,
    seconds: float = 10.0,
) -> HiringPlan:
    """Plan hires so that hiring, idle and missing agents together cost least.

    Hires late in the horizon have little time to pay off: plan some weeks more than you need.

    Parameters
    ----------
    required
        Agents needed on the queue every week, shape (weeks,).
    headcount
        People employed at the start; they have learnt everything.
    terms
        Costs, learning, attrition, shrinkage.
    max_hires
        Most people who can start in a week, one number or shape (weeks,).
    seconds
        Time limit of the search, s.

    Raises
    ------
    InputError
        A value out of range.
    """
    need, most = _weeks(required, max_hires, headcount, seconds)
    stays = np.power(1.0 - terms.attrition, np.arange(0.0, need.size))
    worth = np.ones(need.size)
    worth[: len(terms.ramp)] = terms.ramp[: need.size]
    people = _from_each_week(stays)
    agents = (1.0 - terms.shrinkage) * _from_each_week(stays * worth)
    at_first = headcount * stays
    missing = need - (1.0 - terms.shrinkage) * at_first

    # Unknown: hires, shortfall, idle. What hires add, with shortfall less idle, is what is missing.
    one, nothing = np.eye(need.size), np.zeros(need.size)
    price = np.concatenate(
        [nothing + terms.hiring_cost, nothing + terms.shortfall_cost, nothing + terms.idle_cost]
    )
    found = milp(
        price,
        integrality=np.concatenate([nothing + 1, nothing, nothing]),
        bounds=Bounds(0.0, np.concatenate([most, nothing + np.inf, nothing + np.inf])),
        constraints=LinearConstraint(np.hstack([agents, one, -one]), missing, missing),
        options={"time_limit": seconds, "mip_rel_gap": 1e-6},
    )
    # Without any answer in time: nobody is hired, which is a plan too.
    hires = nothing if found.x is None else np.round(found.x[: need.size])
    gap = agents @ hires - missing
    shortfall, idle = np.maximum(-gap, 0.0), np.maximum(gap, 0.0)
    cost = float(np.concatenate([hires, shortfall, idle]) @ price)
    bound = 0.0 if found.mip_dual_bound is None else float(found.mip_dual_bound)
    return HiringPlan(
        hires=hires.astype(np.int64),
        headcount=at_first + people @ hires,
        capacity=need + gap,
        shortfall=shortfall,
        idle=idle,
        cost=cost,
        bound=min(bound, cost),
        status="optimal" if found.status == 0 else "feasible",
    )


def _from_each_week(after: Floats) -> Floats:
    """Return what one hire of each week (columns) is worth in each week (rows)."""
    weeks = np.arange(after.size)
    age = weeks[:, None] - weeks
    return np.where(age >= 0, after[np.abs(age)], 0.0)


def _weeks(
    required: ArrayLike, max_hires: ArrayLike, headcount: float, seconds: float
) -> tuple[Floats, Floats]:
    need, most, _ = checked(required=required, max_hires=max_hires, headcount=headcount)
    faults = []
    if need.ndim != 1 or not need.size:
        faults.append(
            Fault(column="required", expected="one row of weeks", found=f"shape {need.shape}")
        )
    if not 0.0 < seconds < np.inf:
        faults.append(Fault(column="seconds", expected="above 0, finite", found=f"{seconds:g}"))
    if faults:
        raise InputError(faults)
    return need, most
