"""Queues and deadlines: what they read, what they refuse."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecasting.special_days import OpeningHours
from scheduler.errors import InputError
from scheduler.staffing.channels import Queue
from scheduler.staffing.deadline import Deadline, format_duration, parse_duration

PHONE = Queue(
    name="phone",
    channel="phone",
    service_level=0.8,
    answer_within=Deadline.parse("20s"),
    aht=timedelta(minutes=5),
    opening=OpeningHours.always(),
)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("20s", timedelta(seconds=20)),
        ("3m", timedelta(minutes=3)),
        ("24h", timedelta(days=1)),
        ("1h30m", timedelta(minutes=90)),
        ("1.5h", timedelta(minutes=90)),
        (" 2 M ", timedelta(minutes=2)),
        ("250ms", timedelta(seconds=0.25)),
        ("0s", timedelta(0)),
        ("2d", timedelta(days=2)),
    ],
)
def test_a_duration_is_read_as_people_write_it(text: str, length: timedelta) -> None:
    assert parse_duration(text) == length


@pytest.mark.parametrize(
    "text",
    ["", "20", "s", "-20s", "20 seconds", "1bd", "9999999d", "99999999999999999999d", "1e3s"],
)
def test_other_durations_are_refused_in_words(text: str) -> None:
    with pytest.raises(InputError, match="such as 20s, 3m"):
        parse_duration(text)


@given(st.integers(0, 10**11))
@settings(deadline=None, derandomize=True, max_examples=100)
def test_durations_round_trip(milliseconds: int) -> None:
    length = timedelta(milliseconds=milliseconds)
    assert parse_duration(format_duration(length)) == length


@pytest.mark.parametrize("text", ["20s", "24h", "1bd", "10bd", "0s", "1h30m"])
def test_deadlines_round_trip(text: str) -> None:
    assert str(Deadline.parse(text)) == text


def test_a_deadline_says_one_thing() -> None:
    with pytest.raises(InputError, match="business days"):
        Deadline(span=timedelta(hours=1), business_days=1)
    with pytest.raises(InputError, match="1bd"):
        Deadline.parse("one day")


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"name": " "}, "name"),
        ({"name": "a;b"}, "name"),  # agents.csv separates skills with it
        ({"channel": "fax"}, "channel"),
        ({"service_level": 80.0}, "service_level"),  # a percentage
        ({"service_level": 1.0}, "service_level"),  # no number of agents reaches it
        ({"service_level": float("nan")}, "service_level"),
        ({"answer_within": Deadline(business_days=1)}, "answer_within"),
        ({"definition": "asa"}, "definition"),
        ({"promise": "month"}, "promise"),
        ({"floor": 0.9}, "floor"),  # above the service level
        ({"floor": -0.1}, "floor"),
        ({"floor": "none"}, "floor"),
        ({"clock": "office"}, "clock"),
        ({"aht": timedelta(0)}, "aht"),
        ({"patience": timedelta(0)}, "patience"),
        ({"concurrency": 2}, "concurrency"),  # one call at a time
        ({"concurrency": 0}, "concurrency"),
        ({"volume": 0.0}, "volume"),
        ({"volume": float("inf")}, "volume"),
        ({"like": "phone"}, "like"),  # itself
        ({"slowdown": 1.0}, "slowdown"),
        ({"channel": "email", "patience": timedelta(1)}, "patience"),
    ],
)
def test_a_queue_refuses_what_makes_no_sense(change: dict[str, object], column: str) -> None:
    with pytest.raises(InputError) as refused:
        replace(PHONE, **change)
    assert f"{column} of queue" in str(refused.value)


def test_all_faults_of_a_queue_come_together() -> None:
    with pytest.raises(InputError) as refused:
        replace(PHONE, service_level=2.0, promise="year", floor="low")
    assert len(refused.value.faults) == 3


def test_what_a_queue_tells() -> None:
    chat = replace(PHONE, channel="chat", concurrency=3, slowdown=0.25, floor="stable")
    assert chat.stretch == (1.0, 1.25, 1.5)
    assert (chat.aht_s, chat.answer_within_s, chat.patience_s) == (300.0, 20.0, float("inf"))
    assert not chat.deferred
    social = replace(PHONE, channel="social", answer_within=Deadline.parse("1bd"))
    assert social.deferred
    assert replace(PHONE, patience=timedelta(minutes=2)).patience_s == 120.0
