"""What the week simulator promises its callers, each in a small case."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from scheduler.errors import InputError
from scheduler.staffing.simulate import simulate_queue
from scheduler.staffing.week_presence import Presence
from scheduler.staffing.week_queues import WeekQueue
from scheduler.staffing.week_simulation import simulate_week

INTERVAL = 900.0
PHONE = WeekQueue(name="phone", patience_s=120.0)
MAIL = WeekQueue(name="mail", kind="deferred", answer_within_s=1800.0)
BASE: dict[str, Any] = {"interval_s": INTERVAL, "aht_s": 300.0, "replications": 50}


def team(*rows: tuple[int, float, float, tuple[int, ...]]) -> Presence:
    """Rows of agent, first and last interval, and a 0 or 1 for each queue."""
    agent, start, end, serves = zip(*rows, strict=True)
    return Presence(
        team=max(agent) + 1,
        agent=np.array(agent),
        start_s=INTERVAL * np.array(start, dtype=float),
        end_s=INTERVAL * np.array(end, dtype=float),
        serves=np.array(serves, dtype=bool),
    )


def crew(size: int, last: float, *serves: int) -> Presence:
    return team(*((agent, 0, last, serves) for agent in range(size)))


def test_same_seed_same_result_and_replications_do_not_depend_on_their_number() -> None:
    week: Any = ([PHONE, MAIL], [[20.0, 30.0], [5.0, 5.0]], crew(9, 2, 1, 1))
    settings = BASE | {"shrinkage": 0.2, "seed": 6}
    first, again = (simulate_week(*week, **settings) for _ in range(2))
    more = simulate_week(*week, **settings | {"replications": 60})
    other = simulate_week(*week, **settings | {"seed": 7})
    for row in range(2):
        np.testing.assert_array_equal(first.queues[row].in_time, again.queues[row].in_time)
        np.testing.assert_array_equal(first.queues[row].wait_s, more.queues[row].wait_s[:50])
    np.testing.assert_array_equal(first.agent_occupancy, again.agent_occupancy)
    assert np.any(first.queues[0].in_time != other.queues[0].in_time)


def test_two_rosters_meet_the_same_customers() -> None:
    few, many = (
        simulate_week([PHONE], [[20.0, 30.0]], crew(size, 2, 1), **BASE, shrinkage=0.3)
        for size in (5, 9)
    )
    np.testing.assert_array_equal(few.queues[0].offered, many.queues[0].offered)
    # Nearly twice the agents lose fewer of them.
    assert np.all(few.queues[0].abandoned.sum(axis=1) >= many.queues[0].abandoned.sum(axis=1))


def test_who_leaves_finishes_and_who_is_left_waits_or_abandons() -> None:
    slow = BASE | {"aht_s": 1e9}
    found = simulate_week([PHONE], [[10.0, 0.0]], crew(1, 1, 1), **slow).queues[0]
    np.testing.assert_array_equal(found.answered.sum(axis=1), found.offered.sum(axis=1) > 0)
    np.testing.assert_array_equal(found.answered + found.abandoned, found.offered)
    patient = WeekQueue(name="phone")
    left = simulate_week([patient], [[10.0, 0.0]], crew(1, 1, 1), **slow).queues[0]
    assert not left.abandoned.any()
    assert left.answered.sum() < left.offered.sum()
    # Who waits over a break is answered after it.
    back = team((0, 2, 3, (1,)), (1, 2, 3, (1,)))
    morning = simulate_week([patient], [[5.0, 0.0, 0.0]], back, **BASE).queues[0]
    np.testing.assert_array_equal(morning.answered, morning.offered)
    assert morning.overall_asa_s.mean > INTERVAL
    assert morning.overall_service_level.mean == 0.0


def test_after_the_horizon_the_last_agents_empty_the_lines_but_begin_no_deferred_work() -> None:
    queues = [WeekQueue(name="phone"), MAIL]
    week = simulate_week(queues, [[60.0], [60.0]], crew(2, 1, 1, 1), **BASE)
    np.testing.assert_array_equal(week.queues[0].answered, week.queues[0].offered)
    assert week.queues[1].answered.sum() < week.queues[1].offered.sum()
    assert week.queues[0].overall_occupancy.mean == pytest.approx(1.0, abs=0.05)


def test_urgent_contacts_go_first_and_deferred_work_last() -> None:
    queues = [
        WeekQueue(name="usual", patience_s=300.0),
        WeekQueue(name="urgent", patience_s=300.0, priority=-1),
        MAIL,
    ]
    week = simulate_week(queues, [[12.0] * 8] * 3, crew(10, 8, 1, 1, 1), **BASE)
    usual, urgent, mail = (queue.overall_asa_s for queue in week.queues)
    assert urgent.high < usual.low
    assert usual.high < mail.low


def test_agents_kept_free_answer_calls_while_mails_wait() -> None:
    mails = [[12.0] * 8, [40.0] * 8]
    found = [
        simulate_week(
            [WeekQueue(name="phone", patience_s=120.0, keep_free=keep), MAIL],
            mails,
            crew(8, 8, 1, 1),
            **BASE,
        ).queues
        for keep in (0, 1, 2)
    ]
    levels = [phone.overall_service_level for phone, _ in found]
    assert levels[0].high < levels[1].low
    assert levels[1].high < levels[2].low
    done = [mail.answered.sum() for _, mail in found]
    assert done[0] > done[1] > done[2] > 0


def test_deferred_work_is_in_time_when_finished_before_its_due_instant() -> None:
    # One mail agent who comes at the third interval; handling is short and certain.
    mail = WeekQueue(name="mail", kind="deferred", handling="deterministic")
    late = team((0, 2, 6, (1,)), (1, 2, 6, (1,)))
    due = INTERVAL * np.array([[4.0, 1.5, 5.0, 5.0, 7.0, 7.0]])
    settings = BASE | {"aht_s": 1.0}
    found = simulate_week([mail], [[3.0] * 6], late, **settings, due_s=np.stack([due] * 2, axis=-1))
    share = found.queues[0].service_level
    np.testing.assert_array_equal(share[:4], [1.0, 0.0, 1.0, 1.0])
    # What falls due after the horizon is nobody's failure, and nobody's success.
    assert not found.queues[0].counted[:, 4:].any()
    # In between, due instants lie on straight lines: half of the first interval is due too soon.
    due[0, :2] = INTERVAL * np.array([1.0, 3.0])
    between = simulate_week([mail], [[300.0] * 6], late, **settings | {"aht_s": 0.01}, due_s=due)
    assert between.queues[0].service_level[0] == pytest.approx(0.5, abs=0.02)


def test_cycles_hand_over_their_backlog() -> None:
    # Mails come in the last of four intervals, one agent works in the first and second.
    mail = WeekQueue(name="mail", kind="deferred", answer_within_s=3.0 * INTERVAL)
    agent = team((0, 0, 2, (1,)))
    offered = [[0.0, 0.0, 0.0, 4.0]]
    alone = simulate_week([mail], offered, agent, **BASE).queues[0]
    assert not alone.counted.any()
    cycles = simulate_week([mail], offered, agent, **BASE, cycles=5).queues[0]
    np.testing.assert_array_equal(cycles.counted, cycles.offered)
    assert cycles.offered.mean(axis=0)[3] == pytest.approx(12.0, abs=2.0)
    assert cycles.overall_service_level.mean > 0.8
    assert cycles.overall_occupancy.mean == pytest.approx(4 * 300 / 1800, abs=0.1)


def test_shrinkage_keeps_to_the_mean_of_the_one_queue_simulator() -> None:
    offered, size = [120.0] * 40, 32
    one = simulate_queue(
        offered, [size * 0.7] * 40, interval_s=1800.0, aht_s=300.0, answer_within_s=20.0,
        patience_s=120.0,
    )  # fmt: skip
    always = crew(size, 80, 1)
    settings = BASE | {"interval_s": 1800.0, "shrinkage": 0.3, "replications": 100}
    even = simulate_week([PHONE], [offered], always, **settings).queues[0]
    for name in ("overall_service_level", "overall_occupancy"):
        ours, theirs = getattr(even, name), getattr(one, name)
        assert ours.mean == pytest.approx(theirs.mean, abs=0.015)
    # With everybody drawn anew, many a contact is finished by somebody who is already away.
    restless = simulate_week([PHONE], [offered], always, **settings, absence="independent")
    assert restless.queues[0].overall_occupancy.high < even.overall_occupancy.low


def test_occupancy_is_that_of_everybody_on_the_queue() -> None:
    # Nobody but agent 0 can take calls; agent 1 does mails, agent 2 both.
    queues, people = [PHONE, MAIL], team((0, 0, 8, (1, 0)), (1, 0, 8, (0, 1)), (2, 0, 8, (1, 1)))
    week = simulate_week(queues, [[3.0] * 8, [0.0] * 8], people, **BASE)
    calls, mails = (queue.overall_occupancy.mean for queue in week.queues)
    own = week.agent_occupancy
    assert own[1] == 0.0
    assert calls == pytest.approx((own[0] + own[2]) / 2, rel=1e-9)
    assert mails == pytest.approx(own[2] / 2, rel=1e-9)
    assert own[0] == pytest.approx(own[2], rel=0.1)


def test_a_chat_takes_its_share_of_an_agent_and_keeps_calls_away() -> None:
    chat = WeekQueue(name="chat", kind="chat", concurrency=4, patience_s=60.0)
    endless = BASE | {"aht_s": [[300.0], [1e9]]}
    alone = simulate_week([PHONE, chat], [[0.0, 9.0], [9.0, 0.0]], crew(1, 2, 1, 1), **endless)
    calls, chats = alone.queues
    begun = chats.answered.sum(axis=1)
    assert begun.max() == 4.0
    assert np.all(calls.answered.sum(axis=1)[begun > 0] == 0)
    np.testing.assert_array_equal(chats.overall_occupancy.mean, calls.overall_occupancy.mean)


def test_nobody_there_and_nothing_to_do() -> None:
    nobody = Presence(
        team=1, agent=np.zeros(0, dtype=int), start_s=np.zeros(0), end_s=np.zeros(0),
        serves=np.zeros((0, 1), dtype=bool),
    )  # fmt: skip
    lost = simulate_week([PHONE], [[5.0, 5.0]], nobody, **BASE).queues[0]
    np.testing.assert_array_equal(lost.abandoned, lost.offered)
    assert not lost.occupancy.any()
    idle = simulate_week([PHONE], [[0.0]], crew(3, 1, 1), **BASE)
    assert idle.queues[0].overall_service_level.mean == 1.0
    assert not idle.agent_occupancy.any()


def test_progress_is_told() -> None:
    told: list[tuple[int, int]] = []
    simulate_week(
        [PHONE], [[5.0]], crew(1, 1, 1), **BASE | {"replications": 3},
        progress=lambda done, of: told.append((done, of)),
    )  # fmt: skip
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_every_caller_is_answered_or_abandons_and_any_stretch_can_be_asked_for() -> None:
    found = simulate_week([PHONE], [[5.0, 9.0]], crew(2, 2, 1), **BASE).queues[0]
    np.testing.assert_array_equal(found.offered, found.answered + found.abandoned)
    assert found.service_level_over([1]).mean == pytest.approx(found.service_level[1])


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"offered": [5.0]}, "offered"),
        ({"offered": [[5.0, 5.0], [1.0, 1.0]]}, "offered"),
        ({"offered": [[-1.0, 5.0]]}, "offered"),
        ({"aht_s": 0.0}, "aht_s"),
        ({"aht_factor": [[1.0, 1.0]]}, "aht_factor"),
        ({"aht_factor": -1.0}, "aht_factor"),
        ({"shrinkage": 1.0}, "shrinkage"),
        ({"shrinkage": [0.1, 0.1, 0.1]}, "shrinkage"),
        ({"absence": "never"}, "absence"),
        ({"cycles": 2}, "cycles"),
        ({"interval_s": 0.0}, "interval_s"),
        ({"replications": 1}, "replications"),
        ({"seed": -1}, "seed"),
        ({"queues": [MAIL], "due_s": [[np.inf, 1.0]]}, "due_s"),
        ({"queues": [MAIL], "due_s": [1.0, 2.0]}, "due_s"),
        ({"queues": [PHONE, MAIL], "offered": [[1.0], [1.0]]}, "serves"),
    ],
)
def test_bad_arguments_are_named(change: dict[str, Any], column: str) -> None:
    arguments: dict[str, Any] = {"queues": [PHONE], "offered": [[5.0, 5.0]], **BASE} | change
    with pytest.raises(InputError, match=column):
        simulate_week(presence=crew(2, 2, 1), **arguments)
