"""The compiled week against a naive twin that looks at everybody after every single event."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from scheduler.staffing.week_contacts import Demand, draw_contacts
from scheduler.staffing.week_desk import Desk, lay_out_rules, set_desk
from scheduler.staffing.week_kernel import replicate_week
from scheduler.staffing.week_presence import Presence, calendar, draw_changes
from scheduler.staffing.week_queues import WeekQueue

INTERVAL = 900.0
NEVER = float("inf")


@dataclass(slots=True, kw_only=True)
class Contact:
    queue: int
    came: float
    gives_up: float
    work: float
    redial_at: float = NEVER
    began: float = NEVER
    ended: float = NEVER


@dataclass(slots=True, kw_only=True)
class Worker:
    number: int
    serves: frozenset[int] | None = None
    since: float = 0.0
    hands: list[list[Any]] = field(default_factory=list)  # contact, work left
    busy: float = 0.0
    present: float = 0.0


@dataclass(slots=True, kw_only=True)
class Twin:
    """Whoever gives up leaves at once; no lists, no heaps, no tournament."""

    queues: list[WeekQueue]
    factor: np.ndarray
    horizon: float
    rng: np.random.Generator
    team: list[Worker]
    contacts: list[Contact]
    line: list[Contact] = field(default_factory=list)
    now: float = 0.0

    def kind(self, contact: Contact) -> str:
        return self.queues[contact.queue].kind

    def stretch(self, worker: Worker, contact: Contact) -> float:
        return 1.0 + self.queues[contact.queue].slowdown * (len(worker.hands) - 1)

    def fits(self, contact: Contact, worker: Worker) -> bool:
        if worker.serves is None or contact.queue not in worker.serves:
            return False
        kinds = {self.kind(held) for held, _ in worker.hands}
        if not kinds:
            return self.kind(contact) != "deferred" or self.enough_free(worker)
        together = [contact.queue, *(held.queue for held, _ in worker.hands)]
        most = min(self.queues[queue].concurrency for queue in together)
        return kinds == {"chat"} == {self.kind(contact)} and len(together) <= most

    def enough_free(self, worker: Worker) -> bool:
        assert worker.serves is not None
        for queue in worker.serves:
            keep = self.queues[queue].keep_free
            idle = [w for w in self.team if w.serves and queue in w.serves and not w.hands]
            if keep and len(idle) - 1 < keep:
                return False
        return True

    def hand_over(self, contact: Contact, worker: Worker) -> None:
        contact.began = worker.since = self.now
        worker.hands.append([contact, contact.work * self.factor[worker.number, contact.queue]])

    def arrive(self, contact: Contact) -> None:
        free = [w for w in self.team if self.fits(contact, w)]
        if free:
            chosen = min(free, key=lambda w: (len(w.hands), w.since, w.number))
            self.hand_over(contact, chosen)
            return
        self.line.append(contact)
        queue = self.queues[contact.queue]
        if queue.redial and self.rng.random() < queue.redial:
            later = self.rng.standard_exponential() * queue.redial_after_s
            if contact.gives_up + later < self.horizon:
                contact.redial_at = contact.gives_up + later

    def share_out(self, worker: Worker | None) -> None:
        """Let one worker take what waits, then all idle ones begin deferred work."""

        def urgency(contact: Contact) -> tuple[int, float]:
            return self.queues[contact.queue].priority, contact.came

        real_time = [c for c in self.line if self.kind(c) != "deferred"]
        for contact in sorted(real_time, key=urgency):
            if worker is not None and self.fits(contact, worker):
                self.line.remove(contact)
                self.hand_over(contact, worker)
        if self.now < self.horizon:
            for contact in sorted((c for c in self.line if c not in real_time), key=urgency):
                free = [w for w in self.team if self.fits(contact, w)]
                if free:
                    self.line.remove(contact)
                    self.hand_over(contact, min(free, key=lambda w: (w.since, w.number)))

    def pass_time(self, then: float) -> None:
        for worker in self.team:
            used = min(1.0, sum(1.0 / self.queues[c.queue].concurrency for c, _ in worker.hands))
            if worker.serves is not None:
                counted = max(0.0, min(then, self.horizon) - self.now)
                worker.busy += used * counted
                worker.present += counted
            for held in worker.hands:
                held[1] -= (then - self.now) / self.stretch(worker, held[0])
        self.now = then

    def run(self, changes: list[tuple[float, int, frozenset[int] | None]]) -> None:
        coming = sorted(self.contacts, key=lambda c: c.came)
        while True:
            waits = [(c.gives_up, 3, "gives up", c) for c in self.line]
            clocks: list[Any] = [w for w in waits if w[0] < NEVER]
            clocks += [(c.redial_at, 4, "redials", c) for c in self.contacts if c.redial_at < NEVER]
            clocks += [
                (self.now + left * self.stretch(worker, contact), 1, "done", (worker, contact))
                for worker in self.team
                for contact, left in worker.hands
            ]
            clocks += [(change[0], 0, "moves", change) for change in changes[:1]]
            clocks += [(contact.came, 2, "comes", contact) for contact in coming[:1]]
            if not clocks:
                break
            then, _, what, whose = min(clocks, key=lambda clock: clock[:2])
            self.pass_time(then)
            worker = self.happen(what, whose, coming, changes)
            self.share_out(worker)
        self.pass_time(max(self.now, self.horizon))

    def happen(self, what: str, whose: Any, coming: list[Any], changes: list[Any]) -> Worker | None:
        if what == "moves":
            _, number, serves = changes.pop(0)
            worker = self.team[number]
            if worker.serves is None and serves is not None:
                worker.since = self.now
            worker.serves = serves
            return worker
        if what == "done":
            worker, contact = whose
            worker.hands = [held for held in worker.hands if held[0] is not contact]
            contact.ended = worker.since = self.now
            return worker
        if what == "comes":
            self.arrive(coming.pop(0))
        elif what == "gives up":
            self.line.remove(whose)
        else:
            whose.redial_at = NEVER
            if whose.began == NEVER:
                patience = self.rng.standard_exponential() * self.queues[whose.queue].patience_s
                again = Contact(
                    queue=whose.queue,
                    came=self.now,
                    gives_up=self.now + patience,
                    work=whose.work,
                )
                self.contacts.append(again)
                self.arrive(again)
        return None


def random_queue(dice: np.random.Generator, name: str) -> WeekQueue:
    kind = dice.choice(["call", "call", "chat", "deferred"])
    waits = kind != "deferred"
    return WeekQueue(
        name=name,
        kind=kind,
        patience_s=dice.choice([60.0, 300.0, NEVER]) if waits else NEVER,
        handling=dice.choice(["exponential", "lognormal", "deterministic"]),
        handling_cv=0.6,
        priority=int(dice.integers(3)),
        concurrency=int(dice.integers(1, 4)) if kind == "chat" else 1,
        slowdown=dice.choice([0.0, 0.4]) if kind == "chat" else 0.0,
        redial=dice.choice([0.0, 0.7]) if waits else 0.0,
        redial_after_s=200.0,
        keep_free=int(dice.integers(3)) if waits and dice.random() < 0.4 else 0,
    )


def random_presence(dice: np.random.Generator, queues: int, horizon: float) -> Presence:
    team = int(dice.integers(1, 7))
    rows = []
    for agent in range(team):
        # Some start and end with the horizon, some segments follow each other without a gap.
        cuts = np.unique(dice.choice(np.arange(0.0, horizon + 1.0, 450.0), 6))
        for start, end in pairwise(cuts):
            serves = dice.random(queues) < 0.6
            serves[dice.integers(queues)] = True
            if dice.random() < 0.75:
                rows.append((agent, start, end, serves))
    rows.append((team, 0.0, horizon, np.ones(queues, dtype=bool)))
    agent, start, end, serves = zip(*rows, strict=True)
    return Presence(
        team=team + 1,
        agent=np.array(agent),
        start_s=np.array(start),
        end_s=np.array(end),
        serves=np.array(serves),
    )


@dataclass(slots=True, kw_only=True)
class Case:
    """One random small roster, before anything is drawn."""

    queues: list[WeekQueue]
    presence: Presence
    demand: Demand
    factor: np.ndarray
    shrinkage: np.ndarray
    absence: Any

    def play(self, seed: int) -> tuple[Desk, int, Twin]:
        """Play it by the kernel and by the twin, with the same random numbers."""
        plan = calendar(self.presence, self.shrinkage, INTERVAL)
        rngs = [np.random.Generator(np.random.PCG64(seed)) for _ in range(2)]
        (contacts, starts), (same, _) = (draw_contacts(rng, self.demand) for rng in rngs)
        changes, _ = (draw_changes(rng, plan, self.absence) for rng in rngs)
        rules = lay_out_rules(self.queues, plan.groups, self.factor)
        size = self.shrinkage.size
        desk = set_desk(
            rules,
            interval_s=INTERVAL,
            intervals=size,
            changes=changes,
            contacts=contacts,
            starts=starts,
        )
        used = replicate_week(rngs[0], desk, int(starts[-1]))
        twin = Twin(
            queues=self.queues,
            factor=self.factor,
            horizon=size * INTERVAL,
            rng=rngs[1],
            team=[Worker(number=number) for number in range(self.presence.team)],
            contacts=[
                Contact(
                    queue=int(one["queue"]),
                    came=float(one["came"]),
                    gives_up=float(one["gives_up"]),
                    work=float(one["work_s"]),
                )
                for one in same[: starts[-1]]
            ],
        )
        sets = [frozenset(np.flatnonzero(group).tolist()) for group in plan.groups]
        twin.run(
            [
                (float(at), int(agent), sets[group] if group >= 0 else None)
                for at, agent, group in changes
            ]
        )
        return desk, used, twin


def random_case(seed: int) -> Case:
    dice = np.random.default_rng(seed)
    queues = [random_queue(dice, f"q{number}") for number in range(dice.integers(1, 5))]
    size = int(dice.integers(3, 7))
    shape = (len(queues), size)
    presence = random_presence(dice, len(queues), size * INTERVAL)
    return Case(
        queues=queues,
        presence=presence,
        demand=Demand(
            interval_s=INTERVAL,
            offered=dice.uniform(0.0, 16.0 / len(queues), shape),
            aht_s=dice.uniform(50.0, 500.0, shape),
            spread=np.array([queue.spread for queue in queues]),
            patience_s=np.array([queue.patience_s for queue in queues]),
            redial=np.array([queue.redial for queue in queues]),
        ),
        factor=dice.uniform(0.5, 2.0, (presence.team, len(queues))),
        shrinkage=np.full(size, 0.3) if dice.random() < 0.4 else np.zeros(size),
        absence=dice.choice(["independent", "even"]),
    )


@pytest.mark.parametrize("seed", range(200))
def test_every_contact_of_a_small_roster_fares_as_with_the_twin(seed: int) -> None:
    desk, used, twin = random_case(seed).play(seed)
    assert used == len(twin.contacts)
    found = desk.contacts[:used]
    answered = found["reached"] <= np.minimum(found["gives_up"], 1e300)
    began = np.array([contact.began for contact in twin.contacts])
    np.testing.assert_array_equal(answered, began < NEVER)
    for name, wanted in (
        ("queue", [contact.queue for contact in twin.contacts]),
        ("came", [contact.came for contact in twin.contacts]),
        ("ended", [contact.ended for contact in twin.contacts]),
    ):
        np.testing.assert_allclose(found[name], wanted, rtol=0, atol=1e-7)
    np.testing.assert_allclose(found["reached"][answered], began[answered], rtol=0, atol=1e-7)
    for name in ("busy", "present"):
        seconds = [getattr(worker, name) for worker in twin.team]
        np.testing.assert_allclose(desk.agents[f"{name}_s"], seconds, rtol=0, atol=1e-6)
        by_group = getattr(desk, f"{name}_s")
        assert by_group.sum() == pytest.approx(sum(seconds))
