"""What people are told when a roster is published or a request decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal
from urllib.parse import urlsplit

from scheduler.errors import CallboardError
from scheduler.people import Agent
from scheduler.publishing.publication import Change, change_words, changes_of
from scheduler.publishing.requests import Ask, State, ask_words, other_party

Channel = Literal["mail", "webhook"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One message to one agent, or to the whole team.

    Attributes
    ----------
    key
        What the message is about and for whom; no two messages have the same.
    agent_id
        Who is told; empty for the team's channel.
    subject, body
        Plain text.
    """

    key: str
    agent_id: str
    subject: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A notice on its way.

    Attributes
    ----------
    notice_id
        Its key in the book.
    key
        The same at every attempt, so that a receiver can tell a second copy.
    channel, address
        How and where it goes.
    subject, body
        Plain text.
    attempts
        Which attempt this is, from 1.
    """

    notice_id: int
    key: str
    channel: Channel
    address: str = field(repr=False)  # a webhook's is a secret, a person's is theirs
    subject: str
    body: str
    attempts: int


def masked_address(channel: Channel, where: str) -> str:
    """Show an address so that its owner knows it again and nobody else can use it."""
    if channel == "mail":
        name, _, house = where.rpartition("@")
        return f"{name[:1]}…@{house}"
    parts = urlsplit(where)
    return f"{parts.scheme}://{parts.hostname or ''}/…"


class NotTaken(CallboardError):
    """A letter was certainly not taken, so it may be sent again; the message says why."""


def publication_notices(
    found: Iterable[Change],
    agents: Mapping[str, Agent],
    *,
    team_id: int,
    week: date,
    number: int,
    note: str,
) -> tuple[Notice, ...]:
    """Tell the team that a version is out, and each agent what is new for them.

    The team is told how many, never who: its channel may be read by others.

    Parameters
    ----------
    found
        Changes since the version before.
    agents
        The team, by id; who has left it is told nothing.
    team_id, week, number
        Which publication.
    note
        The manager's words to the team.
    """
    found = tuple(found)
    concerned = [agent_id for agent_id in agents if changes_of(found, agent_id)]
    key = f"publication/{team_id}/{week}/{number}"
    title = f"Roster for the week of {week:%a} {week.day} {week:%b %Y}, version {number}"
    who = "1 person has" if len(concerned) == 1 else f"{len(concerned)} people have"
    everybody = Notice(
        key=f"{key}/team",
        agent_id="",
        subject=f"{title}, is published",
        body="\n".join(filter(None, (f"{title}, is published.", note, f"{who} changed shifts."))),
    )
    personal = tuple(
        Notice(
            key=f"{key}/{agent_id}",
            agent_id=agent_id,
            subject=f"{title}: your shifts have changed",
            body="\n".join(
                (
                    *((note, "") if note else ()),
                    *(change_words(change, agents) for change in changes_of(found, agent_id)),
                    f"Times are those of {agents[agent_id].zone.key}.",
                )
            ),
        )
        for agent_id in concerned
    )
    return (everybody, *personal)


def decision_notices(
    ask: Ask, state: State, reason: str, names: dict[str, str] | None = None, *, request_id: int
) -> tuple[Notice, ...]:
    """Tell whoever asked, and the colleague who is part of it, what became of a request."""
    people = filter(None, (ask.agent_id, other_party(ask)))
    body = "\n".join(filter(None, (f"{ask_words(ask, names)}.", f"It is {state}.", reason)))
    return tuple(
        Notice(
            key=f"request/{request_id}/{state}/{agent_id}",
            agent_id=agent_id,
            subject=f"Your request is {state}",
            body=body,
        )
        for agent_id in people
    )
