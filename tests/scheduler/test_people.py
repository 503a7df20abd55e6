from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from builders import FREE, agent

from scheduler.errors import InputError
from scheduler.people import Contract, Team, TimeOff


def _off(start: int, end: int, agent_id: str = "ana") -> TimeOff:
    return TimeOff(
        agent_id=agent_id,
        start=datetime(2026, 3, start, tzinfo=UTC),
        end=datetime(2026, 3, end, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"min_hours_week": -1}, "hours are not negative"),
        ({"min_hours_week": 41}, "the minimum is above the maximum"),
        ({"max_hours_week": 169}, "a week has 168 hours"),
        ({"max_days_week": 8}, "a week has seven days"),
        ({"max_days_week": -1}, "days are not negative"),
        ({"max_consecutive_days": 0}, "nobody could work"),
        ({"min_consecutive_days": 7}, "more in a row than the contract allows"),
        ({"min_consecutive_days_off": 0}, "a block has at least a day"),
        ({"max_weekends": -1}, "weekends are not negative"),
        ({"of_weekends": 0}, "no weekends to count"),
        ({"max_late_week": 8}, "a week has seven days"),
        ({"most_of_shift": (("late", -1),)}, "a cap is not negative"),
        ({"most_of_shift_period": (("late", 372),)}, "more than a year has days"),
        ({"period_weeks": 0}, "a period has weeks"),
        ({"min_hours_period": 50, "max_hours_period": 40}, "the minimum is above the maximum"),
        ({"weekly_rest": timedelta(days=7)}, "nobody could work"),
        ({"start_tolerance": timedelta(minutes=-1)}, "a tolerance is not negative"),
        ({"min_rest": timedelta(hours=-1)}, "rest is not negative"),
        ({"weekdays": frozenset({7})}, "there is no eighth weekday"),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_contracts_that_no_week_can_meet_are_refused(change: dict[str, object], why: str) -> None:
    with pytest.raises(InputError):
        Contract(name="x", **change)  # type: ignore[arg-type]  # wrong on purpose


def test_time_off_needs_offsets_and_length() -> None:
    with pytest.raises(InputError, match="start before end"):
        _off(3, 3)
    with pytest.raises(InputError, match="offset"):
        TimeOff(agent_id="ana", start=datetime(2026, 3, 1), end=datetime(2026, 3, 2))  # noqa: DTZ001 - naive on purpose


def test_a_team_tells_everything_that_does_not_fit() -> None:
    with pytest.raises(InputError) as told:
        Team(
            agents=(agent(), agent(), agent("ben", contract="none")),
            contracts=(FREE, FREE),
            time_off=(_off(1, 3), _off(2, 4), _off(1, 2, "zed")),
        )
    text = str(told.value)
    for part in ("found ana", "found full", "'none'", "'zed'", "do not overlap"):
        assert part in text


def test_time_off_that_only_touches_is_no_overlap() -> None:
    team = Team(agents=(agent(),), contracts=(FREE,), time_off=(_off(2, 3), _off(1, 2)))
    assert team.agent("ana").name == "Ana"
    assert team.contract_of(team.agents[0]) is FREE
    with pytest.raises(KeyError):
        team.agent("zed")


def test_a_long_leave_is_overlapped_by_what_lies_inside_it() -> None:
    with pytest.raises(InputError, match="do not overlap"):
        Team(
            agents=(agent(),),
            contracts=(replace(FREE),),
            time_off=(_off(1, 10), _off(2, 3), _off(5, 6)),
        )
