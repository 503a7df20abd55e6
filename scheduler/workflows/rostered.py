"""A shift as people look at it: whose, where they live, and its times there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from scheduler.exchange.roster_table import break_words
from scheduler.exchange.stretches import activity_words, block_words
from scheduler.people import Agent
from scheduler.rostering.roster import Assignment


@dataclass(frozen=True, slots=True, kw_only=True)
class RosteredShift:
    """One shift of a roster, ready to be shown.

    Attributes
    ----------
    agent_id, agent, zone
        Whose shift, and in which zone they live.
    day
        The agent's local date to which the shift belongs.
    shift
        Name of the template.
    start, end
        Half-open, in the agent's zone.
    queues
        Names of the queues.
    breaks
        As ``12:00-12:30``, in the agent's zone.
    paid_minutes
        Paid time.
    blocks
        As ``phone 09:00-12:00``, in the agent's zone; empty where one queue holds the whole shift.
    activities
        As ``10:00-10:30 team meeting``, in the agent's zone.
    """

    agent_id: str
    agent: str
    zone: ZoneInfo
    day: date
    shift: str
    start: datetime
    end: datetime
    queues: tuple[str, ...]
    breaks: tuple[str, ...]
    paid_minutes: int
    blocks: tuple[str, ...] = ()
    activities: tuple[str, ...] = ()


def rostered(
    assignments: Iterable[Assignment], agents: Mapping[str, Agent], zone: ZoneInfo
) -> Iterator[RosteredShift]:
    """Yield assignments as people look at them.

    Parameters
    ----------
    assignments
        Who works when.
    agents
        The team by id; whoever has left it is shown by their id.
    zone
        Zone of the service, for those who have left.
    """
    for each in assignments:
        agent = agents.get(each.agent_id)
        home = zone if agent is None else agent.zone
        shift = each.shift
        yield RosteredShift(
            agent_id=each.agent_id,
            agent=each.agent_id if agent is None else agent.name,
            zone=home,
            day=shift.day,
            shift=shift.template,
            start=shift.start.astimezone(home),
            end=shift.end.astimezone(home),
            queues=each.queues,
            breaks=_parts(break_words(shift, home)),
            paid_minutes=shift.paid_minutes,
            blocks=_parts(block_words(each, home)),
            activities=_parts(activity_words(shift, home)),
        )


def _parts(words: str) -> tuple[str, ...]:
    return tuple(filter(None, words.split(";")))
