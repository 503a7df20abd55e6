"""What the week simulator is built from: contacts, calendar, tally and queue, each with a twin."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.errors import InputError
from scheduler.staffing import simulation_kernel as column
from scheduler.staffing.week_contacts import Demand, draw_contacts
from scheduler.staffing.week_desk import lay_out_rules, set_desk
from scheduler.staffing.week_kernel import replicate_week
from scheduler.staffing.week_presence import Presence, calendar, draw_changes
from scheduler.staffing.week_queues import WeekQueue
from scheduler.staffing.week_tally import FIRST, tally

INTERVAL = 900.0


def seeded(seed: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(seed))


def presence(team: int, rows: list[tuple[int, float, float, tuple[bool, ...]]]) -> Presence:
    agent, start, end, serves = zip(*rows, strict=True)
    return Presence(
        team=team,
        agent=np.array(agent),
        start_s=np.array(start),
        end_s=np.array(end),
        serves=np.array(serves),
    )


def demand(offered: np.ndarray, **change: Any) -> Demand:
    queues = len(offered)
    settings = {
        "interval_s": INTERVAL,
        "offered": offered,
        "aht_s": np.full(offered.shape, 300.0),
        "spread": np.full(queues, -1.0),
        "patience_s": np.full(queues, np.inf),
        "redial": np.zeros(queues),
    }
    return Demand(**settings | change)


def test_contacts_come_in_order_inside_their_intervals() -> None:
    offered = np.array([[5.0, 0.0, 40.0], [0.0, 0.0, 0.0], [0.0, 20.0, 10.0]])
    edges_s = INTERVAL * np.arange(4)
    counts = np.empty((900, 3, 3))
    for seed in range(900):
        contacts, edges = draw_contacts(seeded(seed), demand(offered))
        for queue, (first, last) in enumerate(pairwise(edges)):
            counts[seed, queue] = np.histogram(contacts["came"][first:last], edges_s)[0]
    # Poisson: mean and variance are the same.
    error = np.sqrt(np.maximum(offered, 1e-9) / 900)
    assert np.abs((counts.mean(axis=0) - offered) / error).max() < 4.0
    np.testing.assert_allclose(counts.var(axis=0), offered, rtol=0.2)
    for queue, (first, last) in enumerate(pairwise(edges)):
        mine = contacts[first:last]
        assert np.all(np.diff(mine["came"]) > 0.0)
        assert np.all(mine["queue"] == queue)
    assert contacts.size == edges[-1]


@pytest.mark.parametrize(
    ("handling", "cv", "wanted"),
    [("exponential", 9.0, 1.0), ("lognormal", 0.6, 0.6), ("deterministic", 9.0, 0.0)],
)
def test_handling_times_have_their_mean_and_spread(handling: Any, cv: float, wanted: float) -> None:
    queue = WeekQueue(name="q", handling=handling, handling_cv=cv)
    contacts, _ = draw_contacts(
        seeded(2),
        demand(
            np.full((1, 2), 50_000.0),
            aht_s=np.array([[100.0, 400.0]]),
            spread=np.array([queue.spread]),
            patience_s=np.array([60.0]),
        ),
    )
    late = contacts["came"] >= INTERVAL
    for half, mean in ((~late, 100.0), (late, 400.0)):
        work = contacts["work_s"][half]
        assert work.mean() == pytest.approx(mean, rel=0.02)
        assert work.std() / mean == pytest.approx(wanted, abs=0.02)
    patience = contacts["gives_up"] - contacts["came"]
    assert patience.mean() == pytest.approx(60.0, rel=0.02)
    assert patience.std() == pytest.approx(60.0, rel=0.02)


def test_redials_get_room_for_everybody_abandoning_every_time() -> None:
    # Geometric: 3 redials each on average, and far more than they ever need.
    contacts, edges = draw_contacts(
        seeded(3), demand(np.full((1, 1), 4e4), redial=np.array([0.75]))
    )
    room = contacts.size - edges[-1]
    again = (seeded(4).geometric(0.25, size=(200, edges[-1])) - 1).sum(axis=1)
    assert again.max() < room < 1.1 * again.mean()


def test_without_room_a_redial_is_not_made() -> None:
    queue = WeekQueue(name="q", patience_s=1.0, redial=0.95, redial_after_s=1.0)
    offered = np.full((1, 4), 50.0)
    plan = calendar(presence(1, [(0, 0.0, 1.0, (True,))]), np.zeros(4), INTERVAL)
    contacts, edges = draw_contacts(
        seeded(5), demand(offered, patience_s=np.ones(1), redial=np.array([0.95]))
    )
    desk = set_desk(
        lay_out_rules([queue], plan.groups, np.ones((1, 1))),
        interval_s=INTERVAL,
        intervals=4,
        changes=plan.changes,
        contacts=contacts[: edges[-1] + 3].copy(),
        starts=edges,
    )
    assert replicate_week(seeded(5), desk, int(edges[-1])) == edges[-1] + 3


def naive_group(team: Presence, agent: int, at: float) -> list[bool] | None:
    """Look a person's queues up in the segments themselves."""
    for row in range(len(team.agent)):
        if team.agent[row] == agent and team.start_s[row] <= at < team.end_s[row]:
            return list(team.serves[row])
    return None


@st.composite
def teams(draw: st.DrawFn) -> Presence:
    rows = []
    for agent in range(draw(st.integers(1, 4))):
        cuts = sorted(draw(st.sets(st.integers(-2, 30), min_size=2, max_size=6)))
        for start, end in pairwise(cuts):
            serves = draw(st.sampled_from([(True, False), (False, True), (True, True)]))
            if draw(st.booleans()):
                rows.append((agent, 225.0 * start, 225.0 * end, serves))
    rows.append((5, 0.0, 225.0, (True, True)))
    return presence(6, draw(st.permutations(rows)))


@settings(deadline=None, derandomize=True, max_examples=60)
@given(teams(), st.booleans(), st.integers(1, 2))
def test_the_calendar_puts_everybody_where_their_segments_say(
    team: Presence, shrinks: bool, cycles: int
) -> None:
    share = np.full(7 * cycles, 1e-300 if shrinks else 0.0)
    horizon = 7 * INTERVAL
    plan = calendar(team.repeated(cycles, horizon), share, INTERVAL)
    assert np.all(np.diff(plan.changes["time_s"]) >= 0.0)
    here: dict[int, list[bool] | None] = dict.fromkeys(range(team.team))
    change = 0
    for step in range(28 * cycles):
        at = 225.0 * step + 100.0
        while change < plan.changes.size and plan.changes["time_s"][change] <= at:
            group = plan.changes["group"][change]
            here[int(plan.changes["agent"][change])] = (
                list(plan.groups[group]) if group >= 0 else None
            )
            change += 1
        for agent in range(team.team):
            assert here[agent] == naive_group(team, agent, at % horizon)


@pytest.mark.parametrize("absence", ["even", "independent"])
def test_each_agent_is_away_with_the_probability_of_shrinkage(absence: Any) -> None:
    share = np.array([0.3, 0.0, 0.3, 0.8])
    # Seven on one queue, two on both of whom one comes in the middle of the horizon.
    rows = [(agent, 0.0, 4 * INTERVAL, (True, False)) for agent in range(7)]
    rows += [(7, 0.0, 4 * INTERVAL, (True, True)), (8, 2 * INTERVAL, 4 * INTERVAL, (True, True))]
    plan = calendar(presence(9, rows), share, INTERVAL)
    row = (plan.changes["time_s"] // INTERVAL).astype(int)
    rng = seeded(6)
    away = np.stack([draw_changes(rng, plan, absence)["group"] < 0 for _ in range(4000)])
    error = np.sqrt(np.maximum(share * (1 - share), 1e-12) / 4000)[row]
    assert np.abs((away.mean(axis=0) - share[row]) / error).max() < 4.0
    for interval in range(4):
        count = away[:, (row == interval) & (plan.changes["agent"] < 7)].sum(axis=1)
        expected = 7 * share[interval]
        if absence == "even":
            assert set(count) <= {int(np.floor(expected)), int(np.ceil(expected))}
        else:
            assert count.var() == pytest.approx(
                expected * (1 - share[interval]), rel=0.15, abs=1e-9
            )
    if absence == "even":
        # Who is away stays away: the first and the third interval have the same share.
        one, other = (away[:, (row == i) & (plan.changes["agent"] < 7)] for i in (0, 2))
        np.testing.assert_array_equal(one, other)


def test_the_tally_counts_as_a_naive_loop() -> None:
    queues = [
        WeekQueue(name="call", patience_s=40.0, redial=0.5, redial_after_s=300.0),
        WeekQueue(name="mail", kind="deferred"),
    ]
    team = presence(2, [(0, 0.0, 3000.0, (True, True)), (1, 900.0, 3600.0, (True, False))])
    plan = calendar(team, np.zeros(4), INTERVAL)
    contacts, edges = draw_contacts(
        seeded(7),
        demand(
            np.array([[20.0, 12.0, 8.0, 4.0], [1.0, 1.0, 1.0, 6.0]]),
            aht_s=np.full((2, 4), 120.0),
            patience_s=np.array([40.0, np.inf]),
            redial=np.array([0.5, 0.0]),
        ),
    )
    desk = set_desk(
        lay_out_rules(queues, plan.groups, np.ones((2, 2))),
        interval_s=INTERVAL, intervals=4, changes=plan.changes, contacts=contacts, starts=edges,
    )  # fmt: skip
    used = replicate_week(seeded(7), desk, int(edges[-1]))
    # Mails of an interval fall due evenly over the next; those of the last come too late.
    due_s = np.stack([INTERVAL * np.arange(1, 5), INTERVAL * np.arange(2, 6)], axis=-1)
    found = tally(
        desk, first=int(edges[-1]), used=used, within_s=np.array([20.0, 0.0]),
        short_s=np.array([5.0, 5.0]), due_s=np.stack([due_s, due_s]),
    )  # fmt: skip
    wanted = np.zeros_like(found)
    for number, one in enumerate(desk.contacts[:used]):
        cell = wanted[one["queue"], int(one["came"] // INTERVAL)]
        waited, patience = one["reached"] - one["came"], one["gives_up"] - one["came"]
        answered = one["reached"] < np.inf and waited <= patience
        cell[column.OFFERED] += 1
        cell[FIRST] += number < edges[-1]
        cell[column.ANSWERED] += answered
        cell[column.WAIT_S] += waited if answered else 0.0
        cell[column.PATIENT_IN_TIME] += waited <= [20.0, 0.0][one["queue"]]
        if one["queue"] == 1:
            due = one["came"] + INTERVAL
            cell[column.IN_TIME] += due <= 3600.0 and one["ended"] <= due
            cell[column.ABANDONED_SHORTLY] += due > 3600.0
            continue
        cell[column.IN_TIME] += answered and waited <= 20.0
        for what, most in (
            (column.ABANDONED, np.inf),
            (column.ABANDONED_IN_TIME, 20.0),
            (column.ABANDONED_SHORTLY, 5.0),
        ):
            cell[what] += not answered and patience <= most
    np.testing.assert_allclose(found, wanted)
    assert used > edges[-1]
    seen = found.sum(axis=(0, 1))
    assert np.all(np.delete(seen, [column.BUSY_S, column.STAFFED_S]) > 0)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"kind": "letter"}, "kind of queue 'q': expected one of call, chat, deferred"),
        ({"definition": "asa"}, "definition"),
        ({"handling": "normal"}, "handling"),
        ({"answer_within_s": -1.0}, "answer_within_s"),
        ({"short_abandon_s": np.inf}, "short_abandon_s"),
        ({"handling_cv": np.nan}, "handling_cv"),
        ({"patience_s": 0.0}, "patience_s"),
        ({"slowdown": 1.0}, "slowdown"),
        ({"redial": 0.96}, "redial"),
        ({"redial_after_s": 0.0}, "redial_after_s"),
        ({"kind": "chat", "concurrency": 2.5}, "concurrency"),
        ({"concurrency": 2}, "1 for call"),
        ({"keep_free": -1}, "keep_free"),
        ({"kind": "deferred", "patience_s": 60.0}, "infinite for deferred"),
        ({"kind": "deferred", "keep_free": 1}, "0 for deferred"),
    ],
)
def test_a_queue_refuses_what_cannot_be(change: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        WeekQueue(name="q", **change)


def test_a_queue_tells_all_that_is_wrong() -> None:
    with pytest.raises(InputError) as caught:
        WeekQueue(name="q", patience_s=-1.0, redial=2.0, slowdown=-1.0)
    assert len(caught.value.faults) == 3


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([(3, 0.0, 9.0, (True,))], "segment 0: expected an agent from 0 to 1; found agent 3"),
        ([(0, 9.0, 9.0, (True,))], "a finite start before a finite end"),
        ([(0, 0.0, np.inf, (True,))], "finite"),
        ([(0, 0.0, 9.0, (False,))], "at least one queue"),
        ([(0, 5.0, 9.0, (True,)), (1, 0.0, 9.0, (True,)), (0, 0.0, 6.0, (True,))], "overlap"),
    ],
)
def test_segments_that_cannot_be_are_named(rows: list[Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        presence(2, rows)


def test_shapes_of_segments_must_go_together() -> None:
    one = np.zeros(1)
    with pytest.raises(InputError, match="team"):
        Presence(team=0, agent=one, start_s=one, end_s=one + 1, serves=np.ones((1, 1), bool))
    for serves in (np.ones(1, bool), np.ones((2, 1), bool), np.ones((1, 1))):
        with pytest.raises(InputError, match="serves"):
            Presence(team=1, agent=one, start_s=one, end_s=one + 1, serves=serves)
