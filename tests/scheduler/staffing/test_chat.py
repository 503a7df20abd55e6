"""Chat: the balanced chain against a naive twin, Erlang, and simulated reference cases."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.errors import InputError
from scheduler.staffing import chat, erlang

QUICK = settings(deadline=None, derandomize=True, max_examples=60)
AHT = 600.0


def naive_chain(
    load: float, agents: int, stretch: list[float], patience_s: float, most: int = 400
) -> tuple[float, float, float]:
    """Return P(no wait), the share that abandons and the mean share of slots in use."""
    slots = agents * len(stretch)

    def finishing(state: int) -> float:
        chats = [state // agents + (agent < state % agents) for agent in range(agents)]
        return sum(each / stretch[each - 1] for each in chats if each) / AHT

    weights = [1.0]
    for state in range(1, slots + most):
        waiting = max(state - slots, 0)
        weights.append(
            weights[-1] * load / AHT / (finishing(min(state, slots)) + waiting / patience_s)
        )
    found = np.array(weights) / sum(weights)
    states = np.arange(found.size)
    waiting = np.maximum(states - slots, 0)
    return (
        float(found[:slots].sum()),
        float(found @ waiting) / patience_s / (load / AHT),
        float(found @ np.minimum(states, slots)) / slots,
    )


@given(
    st.floats(0.05, 15.0),
    st.integers(1, 5),
    st.sampled_from([[1.0], [1.0, 1.2], [1.0, 1.2, 1.5], [1.0, 1.9]]),
    st.floats(60.0, 900.0),
)
@QUICK
def test_chain_against_its_twin(
    load: float, agents: int, stretch: list[float], patience_s: float
) -> None:
    free, abandoned, used = naive_chain(load, agents, stretch, patience_s)
    line = {"aht_s": AHT, "stretch": stretch, "patience_s": patience_s}
    level = chat.chat_service_level(load, agents, answer_within_s=0, **line)
    assert level == pytest.approx(free, abs=1e-10)
    assert chat.chat_occupancy(load, agents, **line) == pytest.approx(used, abs=1e-10)
    # Over a day every contact is answered or gone.
    answered = chat.chat_service_level(load, agents, answer_within_s=86_400, **line)
    assert answered == pytest.approx(1.0 - abandoned, abs=1e-9)


@given(st.floats(0.01, 60.0), st.integers(0, 70), st.sampled_from([30.0, 300.0, np.inf]))
@QUICK
def test_one_chat_at_a_time_is_a_phone_call(load: float, agents: int, patience_s: float) -> None:
    line = {"aht_s": AHT, "patience_s": patience_s}
    for definition in erlang.DEFINITIONS:
        target = {"answer_within_s": 20, "definition": definition}
        assert chat.chat_service_level(
            load, agents, stretch=[1.0], **line, **target
        ) == pytest.approx(erlang.service_level(load, agents, **line, **target), abs=1e-12)
    assert chat.chat_occupancy(load, agents, stretch=[1.0], **line) == pytest.approx(
        erlang.occupancy(load, agents, **line), abs=1e-12
    )


@pytest.mark.parametrize(
    ("chats_per_hour", "agents", "simulated"), [(30, 3, 0.8187), (120, 11, 0.877), (600, 50, 0.841)]
)
def test_agents_for_chats_agree_with_simulated_routing(
    chats_per_hour: float, agents: int, simulated: float
) -> None:
    # 600 s alone, x1 / 1.2 / 1.5 with 1 / 2 / 3 at a time, patience 300 s, 80 % in 30 s; the
    # simulation sends every chat to the least loaded agent.
    load = chats_per_hour * AHT / 3600
    target = {
        "aht_s": AHT,
        "answer_within_s": 30,
        "stretch": (1.0, 1.2, 1.5),
        "patience_s": 300,
    }
    assert chat.chat_agents_required(load, target=0.8, **target) == agents
    level = chat.chat_service_level(load, agents, **target)
    assert level == pytest.approx(simulated, abs=0.008)


def test_edges_of_a_chat_team() -> None:
    line = {"aht_s": AHT, "stretch": (1.0, 1.2)}
    assert chat.chat_agents_required(0, answer_within_s=30, target=0.8, **line) == 0
    assert chat.chat_service_level([0, 5], 0, answer_within_s=30, **line).tolist() == [1, 0]
    # Two slots at 1.2 are 1.67 contacts at a time: five agents stand against 8.33 erlang.
    level = chat.chat_service_level([8.3, 8.4], 5, answer_within_s=3e5, **line)
    assert level == pytest.approx([1, 0], abs=1e-6)
    assert chat.chat_occupancy([0, 5, 50], [0, 0, 5], **line).tolist() == [0, 0, 1]
    # So many agents that the probability of full hands underflows.
    assert chat.chat_occupancy(10, 5000, **line) == pytest.approx(10 / 10_000)


@pytest.mark.parametrize("stretch", [(), (1.2,), (1.0, 2.0), (1.0, 1.5, 2.5)])
def test_another_chat_that_slows_an_agent_down_is_refused(stretch: tuple[float, ...]) -> None:
    with pytest.raises(InputError, match="stretch"):
        chat.chat_service_level(5, 7, aht_s=AHT, answer_within_s=30, stretch=stretch)
