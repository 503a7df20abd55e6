"""Requests in words: what is asked for, what has become of it, what speaks against it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import streamlit as st

from app_pages.language import day_words, marked, say, say_count
from app_pages.visit import plain
from scheduler.publishing.leave import LeaveStanding
from scheduler.publishing.requests import Ask, ExtraHours, GiveAway, Leave, Preference, Swap

KINDS = {
    "leave": marked("Time off"),
    "swap": marked("Swap"),
    "give_away": marked("Give away"),
    "extra_hours": marked("Extra hours"),
    "preference": marked("Wish"),
}
STATES = {
    "requested": marked("Waiting"),
    "approved": marked("Approved"),
    "refused": marked("Refused"),
    "withdrawn": marked("Withdrawn"),
    "expired": marked("Too late"),
}
# What workflows say in fixed sentences, so that the catalogue has them.
SENTENCES = (
    marked("a rule about a colleague's working time"),
    marked("a rule of the whole team"),
    marked("a manager decides on this kind of request"),
    marked("the colleague has not agreed yet"),
    marked("it would break a rule or a promise"),
    marked("it changes a shift that starts too soon"),
    marked("granted by the team's rules"),
    marked("nobody decided in time"),
)


def ask_line(ask: Ask, names: Mapping[str, str]) -> str:
    """Say what is asked for, in Markdown; whoever has left the team is called by their id."""
    me = plain(names.get(ask.agent_id, ask.agent_id))
    match ask:
        case Leave():
            days = day_words(ask.first)
            if ask.last != ask.first:
                days += f" – {day_words(ask.last)}"
            return say("{who}: {kind}, {days}", who=me, kind=plain(ask.kind), days=days)
        case Swap():
            return say(
                "{giver} gives “{shift}” on {day}; {other} gives “{other_shift}” on {other_day}",
                giver=me,
                shift=plain(ask.shift),
                day=day_words(ask.day),
                other=plain(names.get(ask.other_id, ask.other_id)),
                other_shift=plain(ask.other_shift),
                other_day=day_words(ask.other_day),
            )
        case GiveAway():
            return say(
                "{giver} gives “{shift}” on {day} to {other}",
                giver=me,
                shift=plain(ask.shift),
                day=day_words(ask.day),
                other=plain(names.get(ask.other_id, ask.other_id)),
            )
        case ExtraHours():
            return say(
                "{who} also works “{shift}” on {day}",
                who=me,
                shift=plain(ask.shift),
                day=day_words(ask.day),
            )
        case Preference():
            return _wish_line(ask, me)


def _wish_line(ask: Preference, who: str) -> str:
    shift = f"“{plain(ask.shift)}”" if ask.shift else say("any shift")
    day = day_words(ask.day)
    if ask.kind == "want":
        return say("{who} would like to work {shift} on {day}", who=who, shift=shift, day=day)
    return say("{who} would rather not work {shift} on {day}", who=who, shift=shift, day=day)


def show_standing(standing: LeaveStanding) -> None:
    """Show what leave takes of the days left, and what the day's limit leaves."""
    for year, days in standing.wanted.items():
        left = standing.left[year]
        takes = say_count(
            "It takes {n} day of leave of {year}",
            "It takes {n} days of leave of {year}",
            days,
            year=str(year),
        )
        rest = (
            say_count("{n} day is left after it.", "{n} days are left after it.", left)
            if left >= 0
            else say_count("{n} day is missing.", "{n} days are missing.", -left)
        )
        st.markdown(say("{takes}; {rest}", takes=takes, rest=rest))
    for day in standing.crowded:
        st.markdown(say("**{day}**: as many are away already as may be.", day=day_words(day)))
    free = [places for places in standing.places.values() if places > 0]
    if free and not standing.crowded:
        st.markdown(
            say_count(
                "{n} more may be away on each of these days.",
                "{n} more may be away on each of these days.",
                min(free),
            )
        )


def sentences(found: Iterable[str]) -> str:
    """Write sentences of workflows as a list in Markdown, in the viewer's language if known."""
    return "\n".join(f"- {plain(say(each))}" for each in found)
