"""The fields for each kind of request; what is chosen stays while others change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import streamlit as st

from app_pages.language import day_words, marked, say, say_count
from app_pages.visit import complain
from scheduler.errors import CallboardError
from scheduler.publishing.requests import Ask, ExtraHours, GiveAway, Leave, Preference, Swap
from scheduler.store.tours import PublishedDuty
from scheduler.workflows.before_asking import Choices

_WISHES = {"want": marked("I would like to work"), "avoid": marked("I would rather not work")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choosing:
    """Who chooses among what, and when."""

    me: str
    choices: Choices
    now: datetime

    @property
    def today(self) -> date:
        """The agent's date."""
        return self.now.astimezone(self.choices.zone).date()

    def duty_words(self, duty: PublishedDuty) -> str:
        """Write a published shift as ``Mon 23 Feb 09:00–17:00, day``, in the agent's time."""
        zone = self.choices.zone
        start, end = duty.start.astimezone(zone), duty.end.astimezone(zone)
        return f"{day_words(start.date())} {start:%H:%M}–{end:%H:%M}, {duty.shift}"


def choose_ask(kind: str, choosing: Choosing) -> Ask | None:
    """Show the fields of a kind of request; None while there is nothing to send."""
    form = {
        "leave": _leave,
        "swap": _swap,
        "give_away": _gift,
        "extra_hours": _extra,
        "preference": _wish,
    }[kind]
    try:
        return form(choosing)
    except CallboardError as error:
        complain(error)
        return None


def _leave(at: Choosing) -> Ask | None:
    for balance in at.choices.balance[:1]:
        st.markdown(
            say_count(
                "You have {n} day of leave left in {year}, of {allowed}.",
                "You have {n} days of leave left in {year}, of {allowed}.",
                balance.left,
                year=str(balance.year),
                allowed=str(balance.allowed),
            )
        )
    tomorrow = at.today + timedelta(days=1)
    with st.container(horizontal=True):
        first = _day(say("First day"), tomorrow, at, "leave-first")
        if (st.session_state.get("leave-last") or first) < first:
            st.session_state["leave-last"] = first
        last = _day(say("Last day"), first, at, "leave-last")
    kinds = list(at.choices.leave_kinds) or ["leave"]
    kind = kinds[0]
    if len(kinds) > 1:
        kind = st.selectbox(say("Kind of leave"), kinds, key="leave-kind")
    return Leave(agent_id=at.me, first=first, last=last, kind=kind)


def _swap(at: Choosing) -> Ask | None:
    mine = _my_shift(at, "swap")
    if mine is None:
        return None
    # Nobody swaps a shift for the same hours.
    theirs = [
        each
        for each in at.choices.theirs
        if _monday(each.day) == _monday(mine.day)
        and (each.start, each.end) != (mine.start, mine.end)
    ]
    other = _colleague(at, {each.agent_id for each in theirs}, "swap")
    if other is None:
        return None
    their = st.selectbox(
        say("Their shift that you take"),
        [each for each in theirs if each.agent_id == other],
        format_func=at.duty_words,
        key="swap-their-shift",
    )
    return Swap(
        agent_id=at.me,
        day=mine.day,
        shift=mine.shift,
        other_id=other,
        other_day=their.day,
        other_shift=their.shift,
    )


def _gift(at: Choosing) -> Ask | None:
    mine = _my_shift(at, "gift")
    other = None if mine is None else _colleague(at, set(at.choices.names) - {at.me}, "gift")
    if mine is None or other is None:
        return None
    return GiveAway(agent_id=at.me, day=mine.day, shift=mine.shift, other_id=other)


def _extra(at: Choosing) -> Ask | None:
    if not at.choices.weeks:
        st.info(say("No roster is published yet. Extra hours can be offered once one is out."))
        return None
    day = _day(say("Day"), at.today + timedelta(days=1), at, "extra-day")
    shift = st.selectbox(say("Shift"), at.choices.shifts, key="extra-shift")
    queues = ["", *at.choices.queues]
    queue = ""
    if len(queues) > 2:
        queue = st.selectbox(
            say("Queue"), queues, format_func=lambda each: each or say("any"), key="extra-queue"
        )
    return ExtraHours(agent_id=at.me, day=day, shift=shift or "", queue=queue)


def _wish(at: Choosing) -> Ask | None:
    weeks = at.choices.weeks
    usual = max((weeks[-1] + timedelta(days=7), at.today)) if weeks else at.today
    day = _day(say("Day"), usual, at, "wish-day")
    kind = st.selectbox(
        say("Wish"), list(_WISHES), format_func=lambda each: say(_WISHES[each]), key="wish-kind"
    )
    shift = st.selectbox(
        say("Shift"),
        ["", *at.choices.shifts],
        format_func=lambda each: each or say("any shift"),
        key="wish-shift",
    )
    return Preference(
        agent_id=at.me, day=day, kind="want" if kind == "want" else "avoid", shift=shift
    )


def _my_shift(at: Choosing, key: str) -> PublishedDuty | None:
    if not at.choices.mine:
        st.info(say("You have no published shift to come. Look again when a roster is out."))
        return None
    return st.selectbox(
        say("Your shift that you give"),
        at.choices.mine,
        format_func=at.duty_words,
        key=f"{key}-my-shift",
    )


def _colleague(at: Choosing, ids: set[str], key: str) -> str | None:
    if not ids:
        st.info(say("No colleague has a published shift in that week."))
        return None
    names = at.choices.names
    found: str = st.selectbox(
        say("Colleague"),
        sorted(ids, key=lambda each: (names.get(each, each), each)),
        format_func=lambda each: names.get(each, each),
        key=f"{key}-colleague",
    )
    return found


def _day(label: str, usual: date, at: Choosing, key: str) -> date:
    found: date | None = st.date_input(
        label,
        usual,
        min_value=at.today,
        max_value=at.today + timedelta(days=730),
        key=key,
        format="YYYY-MM-DD",
        width=160,
    )
    return found or usual


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
