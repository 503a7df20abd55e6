"""The cheapest tour: a dynamic program over days, by numba.

A *node* says what the day before allows: days off so far (up to the least there must be), or the
class of the last shift and the length of the run of working days. A *label* is a way to reach a
node with so many units of the sum that has bounds on both sides, a cost, and bit fields for sums
with an upper bound alone. Of two labels at the same node with the same units, one that is neither
cheaper nor has any smaller sum is dropped (resource-constrained shortest paths after Irnich and
Desaulniers, 2005). What lies ahead is bounded from below by the same program without bit fields,
backwards, so that only labels which can still beat a given cost are followed.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@njit(cache=True)
def run_length(most_run: int, least_run: int, days: int) -> int:  # pragma: no cover - compiled
    """Lengths of runs that must be told apart: without a bound, only up to the least."""
    return most_run if most_run < days else least_run


@njit(cache=True)
def count_nodes(
    classes: int, most_run: int, least_run: int, least_off: int, days: int
) -> int:  # pragma: no cover - compiled
    """Count the nodes: days off, then for each class lengths of runs, and of open first runs."""
    lengths = run_length(most_run, least_run, days)
    return least_off + classes * (lengths + max(0, least_run - 1))


@njit(cache=True)
def step_off(
    node: int, lengths: int, least_run: int, least_off: int
) -> int:  # pragma: no cover - compiled
    """Node after a day off, −1 where the run of working days would be too short."""
    if node < least_off:
        return min(node + 1, least_off - 1)
    at = (node - least_off) % (lengths + max(0, least_run - 1))
    if at >= lengths or at + 1 >= least_run:
        return 0
    return -1


@njit(cache=True)
def step_on(
    node: int,
    into: int,
    first_day: bool,
    lengths: int,
    bounded: bool,
    least_run: int,
    least_off: int,
    open_start: bool,
) -> int:  # pragma: no cover - compiled
    """Node after a working day of a class, −1 where days off are too few or the run too long."""
    width = lengths + max(0, least_run - 1)
    if node < least_off:
        if node != least_off - 1:
            return -1
        if first_day and open_start and least_run > 1:
            return least_off + into * width + lengths
        return least_off + into * width
    at = (node - least_off) % width
    if at >= lengths:  # a first run that is never too short
        length = at - lengths + 2
        if bounded and length > lengths:
            return -1
        if length < least_run:
            return least_off + into * width + lengths + length - 1
        return least_off + into * width + length - 1
    if at + 1 == lengths:
        return -1 if bounded else least_off + into * width + at
    return least_off + into * width + at + 1


@njit(cache=True)
def cost_ahead(
    cost: Floats,
    allowed: NDArray[np.bool_],
    follows: NDArray[np.bool_],
    class_of: Ints,
    units: Ints,
    least_units: int,
    most_units: int,
    runs: tuple[int, int, int, bool],
) -> Floats:  # pragma: no cover - compiled
    """Least cost of the days from one on, shape (days + 1, nodes, units + 1), bit fields aside."""
    most_run, least_run, least_off, open_start = runs
    days, kinds = cost.shape
    classes = follows.shape[1]
    lengths = run_length(most_run, least_run, days)
    bounded = most_run < days
    width = lengths + max(0, least_run - 1)
    nodes = least_off + classes * width
    ahead = np.full((days + 1, nodes, most_units + 1), np.inf)
    ahead[days, :, least_units:] = 0.0
    for day in range(days - 1, -1, -1):
        for node in range(nodes):
            off = step_off(node, lengths, least_run, least_off)
            if off >= 0:
                for unit in range(most_units + 1):
                    ahead[day, node, unit] = ahead[day + 1, off, unit]
            before = -1 if node < least_off else (node - least_off) // width
            for kind in range(kinds):
                if not allowed[day, kind]:
                    continue
                if before >= 0 and not follows[day, before, kind]:
                    continue
                to = step_on(
                    node, class_of[kind], day == 0, lengths, bounded, least_run, least_off,
                    open_start,
                )  # fmt: skip
                if to < 0:
                    continue
                more, price = units[day, kind], cost[day, kind]
                for unit in range(most_units + 1 - more):
                    total = price + ahead[day + 1, to, unit + more]
                    if total < ahead[day, node, unit]:
                        ahead[day, node, unit] = total
    return ahead


@njit(cache=True)
def cheapest_tours(
    cost: Floats,
    allowed: NDArray[np.bool_],
    follows: NDArray[np.bool_],
    class_of: Ints,
    units: Ints,
    adds: Ints,
    adds_at_start: Ints,
    keeps: Ints,
    limits: Ints,
    guard: int,
    runs: tuple[int, int, int, bool],
    ahead: Floats,
    below: float,
    beam: int,
    most_labels: int,
    wanted: int,
) -> tuple[Floats, Ints, bool]:  # pragma: no cover - compiled
    """Find tours that cost less than ``below``, the cheapest first.

    Parameters
    ----------
    cost … ahead
        See :class:`~scheduler.rostering.columns.spec.TourSpec` and :func:`cost_ahead`; ``runs``
        are most_run, least_run, least_off and open_start.
    below
        Only cheaper tours are looked for.
    beam
        Labels kept at a node with the same units; 0 for all.
    most_labels
        Labels at most.
    wanted
        Tours at most.

    Returns
    -------
    costs, tours, exact
        Costs, shape (n,); the kind worked on each day, −1 for none, shape (n, days); whether the
        first is proven the cheapest there is (or that there is none below).
    """
    most_run, least_run, least_off, open_start = runs
    days, kinds = cost.shape
    classes, most_units = follows.shape[1], ahead.shape[2] - 1
    lengths = run_length(most_run, least_run, days)
    bounded = most_run < days
    width = lengths + max(0, least_run - 1)
    nodes = least_off + classes * width
    size = 4096
    label_cost, label_used = np.empty(size), np.empty(size, dtype=np.int64)
    label_node, label_unit = np.empty(size, dtype=np.int32), np.empty(size, dtype=np.int32)
    label_from, label_kind = np.empty(size, dtype=np.int32), np.empty(size, dtype=np.int16)
    label_next = np.empty(size, dtype=np.int32)
    head = np.full((nodes, most_units + 1), -1, dtype=np.int32)
    length = np.zeros((nodes, most_units + 1), dtype=np.int32)
    label_cost[0], label_used[0], label_node[0], label_unit[0] = 0.0, 0, least_off - 1, 0
    label_from[0], label_kind[0] = -1, -1
    begin, end, exact = 0, 1, True
    for day in range(days):
        head[:, :] = -1
        length[:, :] = 0
        fresh = end
        for at in range(begin, fresh):
            node, unit = label_node[at], label_unit[at]
            if label_kind[at] == -2 or label_cost[at] + ahead[day, node, unit] >= below:
                continue
            before = -1 if node < least_off else (node - least_off) // width
            for kind in range(-1, kinds):
                used, price = label_used[at] & keeps[day], label_cost[at]
                if kind < 0:
                    to = step_off(node, lengths, least_run, least_off)
                    then = unit
                else:
                    if not allowed[day, kind]:
                        continue
                    if before >= 0 and not follows[day, before, kind]:
                        continue
                    to = step_on(
                        node, class_of[kind], day == 0, lengths, bounded, least_run, least_off,
                        open_start,
                    )  # fmt: skip
                    then = unit + units[day, kind]
                    price += cost[day, kind]
                    used += adds[day, kind]
                    if before < 0:
                        used += adds_at_start[day]
                if to < 0 or then > most_units or price + ahead[day + 1, to, then] >= below:
                    continue
                if ((limits[day] | guard) - used) & guard != guard:
                    continue
                # Is there a label as good, and which are no better than this one?
                dominated, last, worst = False, -1, -1
                each = head[to, then]
                while each >= 0:
                    other = label_used[each]
                    if label_cost[each] <= price and ((used | guard) - other) & guard == guard:
                        dominated = True
                        break
                    following = label_next[each]
                    if price <= label_cost[each] and ((other | guard) - used) & guard == guard:
                        label_kind[each] = -2
                        length[to, then] -= 1
                        if last < 0:
                            head[to, then] = following
                        else:
                            label_next[last] = following
                    else:
                        last = each
                        if worst < 0 or label_cost[each] > label_cost[worst]:
                            worst = each
                    each = following
                if dominated:
                    continue
                if beam and length[to, then] >= beam:
                    exact = False
                    if label_cost[worst] <= price:
                        continue
                    put = worst
                else:
                    if end >= most_labels:
                        exact = False
                        continue
                    if end == size:
                        size *= 2
                        label_cost = np.append(label_cost, np.empty(end))
                        label_used = np.append(label_used, np.empty(end, dtype=np.int64))
                        label_node = np.append(label_node, np.empty(end, dtype=np.int32))
                        label_unit = np.append(label_unit, np.empty(end, dtype=np.int32))
                        label_from = np.append(label_from, np.empty(end, dtype=np.int32))
                        label_kind = np.append(label_kind, np.empty(end, dtype=np.int16))
                        label_next = np.append(label_next, np.empty(end, dtype=np.int32))
                    put = end
                    end += 1
                    label_next[put] = head[to, then]
                    head[to, then] = put
                    length[to, then] += 1
                label_cost[put], label_used[put] = price, used
                label_node[put], label_unit[put] = to, then
                label_from[put], label_kind[put] = at, kind
        begin = fresh
    costs, tours = _read_off(
        label_cost, label_from, label_kind, label_node, label_unit, ahead, begin, end, days,
        below, wanted,
    )  # fmt: skip
    return costs, tours, exact


@njit(cache=True)
def _read_off(
    label_cost: Floats,
    label_from: NDArray[np.int32],
    label_kind: NDArray[np.int16],
    label_node: NDArray[np.int32],
    label_unit: NDArray[np.int32],
    ahead: Floats,
    begin: int,
    end: int,
    days: int,
    below: float,
    wanted: int,
) -> tuple[Floats, Ints]:  # pragma: no cover - compiled
    """Walk back from the cheapest final labels."""
    last = np.arange(begin, end)
    keep = np.zeros(len(last), dtype=np.bool_)
    for n in range(len(last)):
        at = last[n]
        final = ahead[days, label_node[at], label_unit[at]] == 0.0
        keep[n] = label_kind[at] != -2 and final and label_cost[at] < below
    last = last[keep]
    order = np.argsort(label_cost[last])[:wanted]
    costs, tours = label_cost[last[order]], np.empty((len(order), days), dtype=np.int64)
    for n in range(len(order)):
        at = last[order[n]]
        for day in range(days - 1, -1, -1):
            tours[n, day] = label_kind[at]
            at = label_from[at]
    return costs, tours
