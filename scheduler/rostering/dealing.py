"""From counts to people: which agent is on which queue, with as few changes as possible."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from scheduler.rostering.problem import Option, Problem
from scheduler.rostering.roster import Assignment, Block
from scheduler.rostering.sharing import Pool, queues_to_choose

Counts = Mapping[Pool, Mapping[str, int]]


@dataclass(slots=True)
class _Hand:
    """One agent's shift while its queues are dealt: slots and queues so far."""

    option: Option
    queues: tuple[str, ...]
    dealt: list[tuple[int, str]] = field(default_factory=list)

    @property
    def last(self) -> str:
        return self.dealt[-1][1] if self.dealt else ""

    @property
    def run(self) -> int:
        """Slots since the last change of queue."""
        return next(
            (n for n, (_, queue) in enumerate(reversed(self.dealt)) if queue != self.last),
            len(self.dealt),
        )


def deal(problem: Problem, taken: Sequence[Option], counts: Counts) -> Iterator[Assignment]:
    """Give every agent queues, so that each pool has its counts in every slot.

    From slot to slot everybody who can stays on their queue; where too many are on one,
    those who have been there longest move on.

    Parameters
    ----------
    problem
        The problem.
    taken
        The options that are worked, their breaks placed.
    counts
        Agents on each queue, for every pool that has a choice.
    """
    hands = [
        _Hand(option=option, queues=problem.queues_of(problem.agents[option.agent_id]))
        for option in taken
    ]
    pools: dict[Pool, list[_Hand]] = {}
    for hand in hands:
        for step, minutes in enumerate(hand.option.presence):
            if minutes and len(hand.queues) > 1:
                pool = Pool(queues=hand.queues, at=hand.option.first + step, minutes=minutes)
                pools.setdefault(pool, []).append(hand)
    for pool in sorted(pools, key=lambda pool: pool.at):
        needed = counts.get(pool)
        choice = queues_to_choose(problem, pool)
        if needed is None and choice:
            needed = {choice[0]: len(pools[pool])}
        if needed is not None:
            _deal_slot(pool.at, pools[pool], dict(needed))
    for hand in hands:
        yield _assignment(problem, hand)


def _deal_slot(at: int, hands: list[_Hand], needed: dict[str, int]) -> None:
    """Let stay who can, then fill what is left, the largest need first."""
    waiting = []
    for hand in sorted(hands, key=lambda hand: hand.run):
        if needed.get(hand.last, 0):
            needed[hand.last] -= 1
            hand.dealt.append((at, hand.last))
        else:
            waiting.append(hand)
    for hand in waiting:
        queue = max(needed, key=lambda name: needed[name])
        needed[queue] -= 1
        hand.dealt.append((at, queue))


def _assignment(problem: Problem, hand: _Hand) -> Assignment:
    agent_id, shift = hand.option.agent_id, hand.option.shift
    starts = problem.slots.starts_utc()
    runs = [(queue, next(run)[0]) for queue, run in groupby(hand.dealt, key=lambda each: each[1])]
    if len(runs) < 2:
        queues = (runs[0][0],) if runs else hand.queues[: 0 if shift.on_call else 1]
        return Assignment(agent_id=agent_id, shift=shift, queues=queues)
    edges = [shift.start, *(starts[at] for _, at in runs[1:]), shift.end]
    blocks = tuple(
        Block(start=start, end=end, queue=queue)
        for (queue, _), start, end in zip(runs, edges[:-1], edges[1:], strict=True)
    )
    return Assignment(
        agent_id=agent_id,
        shift=shift,
        queues=tuple(dict.fromkeys(queue for queue, _ in runs)),
        blocks=blocks,
    )
