"""What an agent may ask of their manager, and what becomes of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from forecasting.grid import local_instant
from scheduler.errors import Conflict, Fault, InputError
from scheduler.people import TimeOff

_DAY = timedelta(days=1)
_KIND = re.compile(r"[^\W_][\w -]{0,58}")
_YEARS = range(2000, 2200)
LONGEST_LEAVE = 366 * _DAY

State = Literal["requested", "approved", "refused", "withdrawn", "expired"]
Step = Literal["approve", "refuse", "withdraw", "expire"]
_STEPS: dict[Step, State] = {
    "approve": "approved",
    "refuse": "refused",
    "withdraw": "withdrawn",
    "expire": "expired",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """Whole local days off, both ends included; ``kind`` as in ``time_off.csv``."""

    agent_id: str
    first: date
    last: date
    kind: str = "leave"
    what: Literal["leave"] = "leave"

    def __post_init__(self) -> None:
        """Refuse leave that ends before it begins, or never."""
        if not timedelta(0) <= self.last - self.first < LONGEST_LEAVE:
            expected = "a last day from the first on, within a year"
            found = f"{self.first} … {self.last}"
            raise InputError(Fault(column="first, last", expected=expected, found=found))
        _sane(self.first, self.last)
        if not _KIND.fullmatch(self.kind) or self.kind != self.kind.strip():
            expected = "a word or a few, such as leave"
            raise InputError(Fault(column="kind", expected=expected, found=repr(self.kind)))

    def time_off(self, zone: ZoneInfo) -> TimeOff:
        """Return the stretch from the first local midnight to the one after the last day."""
        return TimeOff(
            agent_id=self.agent_id,
            start=local_instant(self.first, time(0), zone),
            end=local_instant(self.last + _DAY, time(0), zone),
            kind=self.kind,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """Two agents take each other's shifts; each shift is named by its owner's local date."""

    agent_id: str
    day: date
    shift: str
    other_id: str
    other_day: date
    other_shift: str
    what: Literal["swap"] = "swap"

    def __post_init__(self) -> None:
        """Refuse a swap with oneself, and one over two weeks."""
        _two_people(self.agent_id, self.other_id)
        _sane(self.day, self.other_day)
        if _monday(self.day) != _monday(self.other_day):
            expected = "two shifts of one week; give one away and take the other, else"
            found = f"{self.day} and {self.other_day}"
            raise InputError(Fault(column="day, other_day", expected=expected, found=found))


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveAway:
    """One agent's shift goes to another, who gives none back."""

    agent_id: str
    day: date
    shift: str
    other_id: str
    what: Literal["give_away"] = "give_away"

    def __post_init__(self) -> None:
        """Refuse a gift to oneself."""
        _two_people(self.agent_id, self.other_id)
        _sane(self.day)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtraHours:
    """An agent works a shift more, on a queue or, without one, on the first they can serve."""

    agent_id: str
    day: date
    shift: str
    queue: str = ""
    what: Literal["extra_hours"] = "extra_hours"

    def __post_init__(self) -> None:
        """Refuse days that no roster has."""
        _sane(self.day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preference:
    """A wish for rosters yet to be made, as in ``requests.csv``."""

    agent_id: str
    day: date
    kind: Literal["want", "avoid"]
    shift: str = ""
    weight: int = 1
    what: Literal["preference"] = "preference"

    def __post_init__(self) -> None:
        """Refuse weights that drown everybody else's wishes."""
        _sane(self.day)
        if not 1 <= self.weight <= 10:
            raise InputError(Fault(column="weight", expected="1 … 10", found=str(self.weight)))


Ask = Leave | Swap | GiveAway | ExtraHours | Preference
What = Literal["leave", "swap", "give_away", "extra_hours", "preference"]


def other_party(ask: Ask) -> str:
    """Return the colleague who has to agree; empty where nobody has."""
    return ask.other_id if isinstance(ask, Swap | GiveAway) else ""


def days_of(ask: Ask) -> tuple[date, date]:
    """Return the first and the last date that an ask is about."""
    match ask:
        case Leave():
            return ask.first, ask.last
        case Swap():
            return min(ask.day, ask.other_day), max(ask.day, ask.other_day)
        case _:
            return ask.day, ask.day


def expires_at(ask: Ask, zone: ZoneInfo) -> datetime:
    """Return the instant from which nobody can grant the ask: its first local day is over."""
    return local_instant(days_of(ask)[0] + _DAY, time(0), zone)


def next_state(state: State, step: Step) -> State:
    """Return the state after a step; only what is still requested can take one.

    Raises
    ------
    Conflict
        It has been settled already.
    """
    if state != "requested":
        raise Conflict(f"This request is {state} already; make a new one instead.")
    return _STEPS[step]


def ask_words(ask: Ask, names: dict[str, str] | None = None) -> str:
    """Tell what is asked for, in a sentence that begins with the agent.

    Parameters
    ----------
    ask
        What is asked for.
    names
        Names by agent id; ids stand for themselves where there is none.
    """
    called = names or {}
    me, other = called.get(ask.agent_id, ask.agent_id), other_party(ask)
    colleague = called.get(other, other)
    match ask:
        case Leave():
            span = _day(ask.first) if ask.first == ask.last else _span(ask.first, ask.last)
            return f"{me} asks for {ask.kind} on {span}"
        case Swap():
            return (
                f"{me} gives {ask.shift} on {_day(ask.day)} to {colleague} "
                f"for {ask.other_shift} on {_day(ask.other_day)}"
            )
        case GiveAway():
            return f"{me} gives {ask.shift} on {_day(ask.day)} to {colleague}"
        case ExtraHours():
            where = f" on {ask.queue}" if ask.queue else ""
            return f"{me} offers to work {ask.shift} on {_day(ask.day)}{where}"
        case Preference():
            wish = "to work" if ask.kind == "want" else "not to work"
            return f"{me} wishes {wish} {ask.shift or 'any shift'} on {_day(ask.day)}"


def _two_people(one: str, other: str) -> None:
    if one == other:
        raise InputError(Fault(column="other_id", expected="a colleague", found="oneself"))


def _sane(*days: date) -> None:
    faults = [
        Fault(column="day", expected=f"{_YEARS[0]} … {_YEARS[-1]}", found=str(day))
        for day in days
        if day.year not in _YEARS
    ]
    if faults:
        raise InputError(faults)


def _monday(day: date) -> date:
    return day - day.weekday() * _DAY


def _day(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b %Y}"


def _span(first: date, last: date) -> str:
    return f"{_day(first)} to {_day(last)}"
