"""One replication of a week, event by event: the compiled inside of ``week_simulation``.

Everything it knows and remembers stands in one :class:`scheduler.staffing.week_desk.Desk`. Who
has abandoned is found out only when an agent comes to their place in the line. All compiled
functions stand in this one file, because numba tells by its file alone whether the stored
machine code of a function is still good; a new order of the desk's fields is a change here, too.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numba import njit
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scheduler.staffing.arguments import Floats
    from scheduler.staffing.week_desk import Desk

Indices = NDArray[np.int64]
Records = NDArray[np.void]

# Nothing here keeps an array for longer than the call from Python does. Not counting references
# to arrays (_nrt) and inlining make the kernel ten times as fast.
_compiled = partial(njit, cache=True, error_model="numpy", _nrt=False)
_inlined = partial(_compiled, forceinline=True)


@_compiled()
def replicate_week(rng: np.random.Generator, desk: Desk, used: int) -> int:
    """Simulate a horizon once; what it gave stands in the desk's arrays afterwards.

    Parameters
    ----------
    rng
        Where the chance of redials comes from.
    desk
        The week, before anything happened.
    used
        How many contacts come; behind them is room for redials.

    Returns
    -------
    int
        How many contacts came, redials included.
    """
    queue, change, redials = _next_queue(desk), 0, 0
    while True:
        done = desk.ends[desk.sooner[1]]
        comes = desk.contacts[desk.queues[queue].upcoming].came if queue >= 0 else np.inf
        moves = desk.changes[change].time_s if change < desk.changes.size else np.inf
        again = desk.redials[0].time_s if redials > 0 else np.inf
        now = min(done, comes, moves, again)
        if now == np.inf:
            break
        agent, contact = -1, -1
        if moves == now:
            agent, group = desk.changes[change].agent, desk.changes[change].group
            change += 1
            if group == desk.agents[agent].group:
                continue
            _move(desk, agent, group, now)
        elif done == now:
            agent = desk.sooner[1]
            _finish(desk, agent, now)
        elif comes == now:
            contact = desk.queues[queue].upcoming
            desk.queues[queue].upcoming += 1
            queue = _next_queue(desk)
        else:
            caller = _pop_redial(desk, redials)
            redials -= 1
            answered = desk.contacts[caller].reached <= desk.contacts[caller].gives_up
            if answered or used == desk.contacts.size:
                continue
            contact, used = used, used + 1
            _call_again(rng, desk, caller, contact, now)
        if contact >= 0:
            agent = _whom(desk, contact)
            if agent >= 0:
                _take(desk, contact, agent, now)
            else:
                redials += _line_up(rng, desk, contact, redials)
        if agent >= 0:
            _turn_to_next(desk, agent, now)
        _begin_deferred(desk, now)
    for agent in range(desk.agents.size):
        _move(desk, agent, -1, desk.horizon_s)
    return used


@_inlined()
def _next_queue(desk: Desk) -> int:
    """Return the queue whose next contact comes first, -1 if nobody comes any more."""
    best, soonest = -1, np.inf
    for queue in range(desk.queues.size):
        upcoming = desk.queues[queue].upcoming
        if upcoming < desk.queues[queue].until and desk.contacts[upcoming].came < soonest:
            best, soonest = queue, desk.contacts[upcoming].came
    return best


@_inlined()
def _whom(desk: Desk, contact: int) -> int:
    """Return whom a real-time contact goes to, -1 for nobody: fewest in hand, then longest."""
    queue = desk.contacts[contact].queue
    if desk.queues[queue].deferred == 0:
        for level in range(desk.queues[queue].slots):
            agent = _longest_idle(desk, queue, level)
            if agent >= 0:
                return agent
    return -1


@_inlined()
def _line_up(rng: np.random.Generator, desk: Desk, contact: int, redials: int) -> int:
    """Put a contact at the end of its line; return how many redials may follow from it."""
    queue, gives_up = desk.queues[desk.contacts[contact].queue], desk.contacts[contact].gives_up
    if queue.head < 0:
        queue.head = contact
    else:
        desk.contacts[queue.tail].follower = contact
    queue.tail = contact
    if queue.redial > 0.0 and rng.random() < queue.redial:
        again = gives_up + rng.standard_exponential() * queue.redial_after_s
        if again < desk.horizon_s:
            _push_redial(desk, redials, again, contact)
            return 1
    return 0


@_inlined()
def _call_again(
    rng: np.random.Generator, desk: Desk, caller: int, contact: int, now: float
) -> None:
    """Let somebody who abandoned come again: the same work, new patience."""
    queue = desk.contacts[caller].queue
    patience_s = rng.standard_exponential() * desk.queues[queue].patience_s
    desk.contacts[contact].queue = queue
    desk.contacts[contact].came = now
    desk.contacts[contact].gives_up = now + patience_s
    desk.contacts[contact].work_s = desk.contacts[caller].work_s
    desk.contacts[contact].follower = -1
    desk.contacts[contact].reached = np.inf
    desk.contacts[contact].ended = np.inf


@_inlined()
def _move(desk: Desk, agent: int, group: int, now: float) -> None:
    """Move an agent to another group, or off; what is in hand will be finished in any case."""
    old, since = desk.agents[agent].group, desk.agents[agent].inside_since
    _settle(desk, agent, now)
    if desk.agents[agent].listed >= 0:
        _unlist(desk, agent)
    if old < 0:
        desk.agents[agent].since = now
    else:
        desk.agents[agent].present_s += now - since
        _spread(desk, desk.present_s, old, since, now, 1.0)
    desk.agents[agent].group = group
    desk.agents[agent].inside_since = now


@_inlined()
def _finish(desk: Desk, agent: int, now: float) -> None:
    """Take what needs the least time from here out of an agent's hands."""
    _settle(desk, agent, now)
    if desk.agents[agent].listed >= 0:
        _unlist(desk, agent)
    place, last = _nearest(desk, agent), desk.agents[agent].in_hand - 1
    desk.contacts[desk.hands[agent, place].contact].ended = now
    desk.hands[agent, place] = desk.hands[agent, last]
    desk.agents[agent].in_hand = last
    desk.agents[agent].since = now


@_inlined()
def _turn_to_next(desk: Desk, agent: int, now: float) -> None:
    """Give a settled agent what waits for them, and list them if they can take more."""
    if desk.agents[agent].group >= 0:
        contact = _first_waiting(desk, agent, now)
        while contact >= 0:
            _answer(desk, contact, agent, now)
            contact = _first_waiting(desk, agent, now)
        _list(desk, agent)
    _schedule(desk, agent, now)


@_inlined()
def _first_waiting(desk: Desk, agent: int, now: float) -> int:
    """Take the real-time contact that an agent answers next out of its line; -1 for none."""
    while _open_to_more(desk, agent):
        best = -1
        for k in range(desk.duties.shape[1]):
            queue = desk.duties[desk.agents[agent].group, k]
            if queue < 0 or (best >= 0 and desk.queues[queue].rank > desk.queues[best].rank):
                break
            if desk.agents[agent].in_hand < desk.queues[queue].slots and _older(desk, queue, best):
                best = queue
        if best < 0:
            break
        contact = _leave_line(desk, best)
        if desk.contacts[contact].gives_up >= now:
            return contact
        desk.contacts[contact].reached = now
    return -1


@_inlined()
def _begin_deferred(desk: Desk, now: float) -> None:
    """Let idle agents begin deferred work: by priority, then the oldest first."""
    while now < desk.horizon_s:
        best, whose = -1, -1
        for k in range(desk.duties.shape[1]):
            queue = desk.duties[-1, k]
            if queue < 0 or (best >= 0 and desk.queues[queue].rank > desk.queues[best].rank):
                break
            if _older(desk, queue, best):
                agent = _longest_idle(desk, queue, 0)
                if agent >= 0:
                    best, whose = queue, agent
        if best < 0:
            break
        _take(desk, _leave_line(desk, best), whose, now)
        _schedule(desk, whose, now)


@_inlined()
def _longest_idle(desk: Desk, queue: int, level: int) -> int:
    """Return who may take a queue's contact and longest had this many in hand; -1 for nobody."""
    best = -1
    for k in range(desk.groups_of.shape[1]):
        group = desk.groups_of[queue, k]
        if group < 0:
            break
        agent = desk.lists[level, group].first
        if agent < 0 or (best >= 0 and not _idle_longer(desk, agent, best)):
            continue
        if desk.queues[queue].deferred == 0 or _enough_stay_free(desk, group):
            best = agent
    return best


@_inlined()
def _enough_stay_free(desk: Desk, group: int) -> bool:
    """Tell whether real-time queues can spare an idle agent of a group."""
    for k in range(desk.duties.shape[1]):
        queue = desk.duties[group, k]
        if queue < 0:
            break
        if desk.queues[queue].keep_free > 0:
            idle = 0
            for m in range(desk.groups_of.shape[1]):
                if desk.groups_of[queue, m] >= 0:
                    idle += desk.lists[0, desk.groups_of[queue, m]].size
            if idle <= desk.queues[queue].keep_free:
                return False
    return True


@_inlined()
def _idle_longer(desk: Desk, one: int, other: int) -> bool:
    since: float = desk.agents[one].since
    others: float = desk.agents[other].since
    return since < others or (since == others and one < other)


@_inlined()
def _older(desk: Desk, queue: int, other: int) -> bool:
    """Tell whether the first in a line came before the first in another, if there is one."""
    head: int = desk.queues[queue].head
    if head < 0 or other < 0:
        return head >= 0
    older: bool = desk.contacts[head].came < desk.contacts[desk.queues[other].head].came
    return older


@_inlined()
def _leave_line(desk: Desk, queue: int) -> int:
    contact: int = desk.queues[queue].head
    desk.queues[queue].head = desk.contacts[contact].follower
    return contact


@_inlined()
def _take(desk: Desk, contact: int, agent: int, now: float) -> None:
    """Let an agent out of the lists take a contact."""
    _settle(desk, agent, now)
    _unlist(desk, agent)
    _answer(desk, contact, agent, now)


@_inlined()
def _answer(desk: Desk, contact: int, agent: int, now: float) -> None:
    """Put a contact into the hands of a settled agent who is in no list."""
    queue = desk.contacts[contact].queue
    desk.contacts[contact].reached = now
    hand = desk.hands[agent, desk.agents[agent].in_hand]
    hand.contact = contact
    hand.left_s = desk.contacts[contact].work_s * desk.factor[agent, queue]
    hand.slowdown = desk.queues[queue].slowdown
    hand.slots = desk.queues[queue].slots
    desk.agents[agent].in_hand += 1
    desk.agents[agent].since = now


@_inlined()
def _open_to_more(desk: Desk, agent: int) -> bool:
    """Tell whether an agent has fewer in hand than each of these allows."""
    count = desk.agents[agent].in_hand
    for place in range(count):  # noqa: SIM110 - compiled code knows no generators
        if desk.hands[agent, place].slots <= count:
            return False
    return True


@_inlined()
def _settle(desk: Desk, agent: int, now: float) -> None:
    """Bring what an agent has left to do, and was busy with, up to date."""
    since, count, used = desk.agents[agent].touched, desk.agents[agent].in_hand, 0.0
    desk.agents[agent].touched = now
    for place in range(count):
        hand = desk.hands[agent, place]
        hand.left_s -= (now - since) / (1.0 + hand.slowdown * (count - 1))
        used += 1.0 / hand.slots
    if count > 0 and desk.agents[agent].group >= 0:
        busy, until = min(used, 1.0), min(now, desk.horizon_s)
        desk.agents[agent].busy_s += max(until - since, 0.0) * busy
        _spread(desk, desk.busy_s, desk.agents[agent].group, since, until, busy)


@_inlined()
def _spread(
    desk: Desk, seconds: Floats, group: int, since: float, until: float, weight: float
) -> None:
    """Add a stretch of time of a group to the intervals in which it lies."""
    last = seconds.shape[1] - 1
    row = min(int(since / desk.interval_s), last)
    while since < until:
        edge = until if row == last else min((row + 1) * desk.interval_s, until)
        seconds[group, row] += max(edge - since, 0.0) * weight
        since = max(since, edge)
        row += 1


@_inlined()
def _nearest(desk: Desk, agent: int) -> int:
    """Return the place in an agent's hands of what they finish first."""
    best, least, count = 0, np.inf, desk.agents[agent].in_hand
    for place in range(count):
        hand = desk.hands[agent, place]
        left_s = hand.left_s * (1.0 + hand.slowdown * (count - 1))
        if left_s < least:
            best, least = place, left_s
    return best


@_inlined()
def _schedule(desk: Desk, agent: int, now: float) -> None:
    """Note when a settled agent next finishes something, and replay the tournament."""
    desk.ends[agent] = np.inf
    count = desk.agents[agent].in_hand
    if count > 0:
        hand = desk.hands[agent, _nearest(desk, agent)]
        desk.ends[agent] = now + max(hand.left_s, 0.0) * (1.0 + hand.slowdown * (count - 1))
    node = (desk.ends.size + agent) >> 1
    while node >= 1:
        one, other = desk.sooner[2 * node], desk.sooner[2 * node + 1]
        winner = one if desk.ends[one] <= desk.ends[other] else other
        if winner == desk.sooner[node] and winner != agent:
            break
        desk.sooner[node] = winner
        node >>= 1


@_inlined()
def _list(desk: Desk, agent: int) -> None:
    """List an agent who can take a contact, behind those whose hands changed earlier."""
    if not _open_to_more(desk, agent):
        return
    level = desk.agents[agent].in_hand
    chain = desk.lists[level, desk.agents[agent].group]
    earlier, later = chain.last, -1
    while earlier >= 0 and _idle_longer(desk, agent, earlier):
        earlier, later = desk.agents[earlier].before, earlier
    desk.agents[agent].before, desk.agents[agent].after = earlier, later
    if earlier >= 0:
        desk.agents[earlier].after = agent
    else:
        chain.first = agent
    if later >= 0:
        desk.agents[later].before = agent
    else:
        chain.last = agent
    chain.size += 1
    desk.agents[agent].listed = level


@_inlined()
def _unlist(desk: Desk, agent: int) -> None:
    chain = desk.lists[desk.agents[agent].listed, desk.agents[agent].group]
    earlier, later = desk.agents[agent].before, desk.agents[agent].after
    if earlier >= 0:
        desk.agents[earlier].after = later
    else:
        chain.first = later
    if later >= 0:
        desk.agents[later].before = earlier
    else:
        chain.last = earlier
    chain.size -= 1
    desk.agents[agent].listed = -1


@_inlined()
def _push_redial(desk: Desk, size: int, time_s: float, caller: int) -> None:
    """Put a redial on the heap of so many: the soonest first."""
    at = size
    while at > 0 and desk.redials[(at - 1) >> 1].time_s > time_s:
        desk.redials[at] = desk.redials[(at - 1) >> 1]
        at = (at - 1) >> 1
    desk.redials[at].time_s = time_s
    desk.redials[at].caller = caller


@_inlined()
def _pop_redial(desk: Desk, size: int) -> int:
    """Take the soonest redial off the heap of so many; return who calls."""
    caller: int = desk.redials[0].caller
    last, at, child = size - 1, 0, 1
    while child < last:
        if child + 1 < last and desk.redials[child + 1].time_s < desk.redials[child].time_s:
            child += 1
        if desk.redials[last].time_s <= desk.redials[child].time_s:
            break
        desk.redials[at] = desk.redials[child]
        at, child = child, 2 * child + 1
    desk.redials[at] = desk.redials[last]
    return caller
