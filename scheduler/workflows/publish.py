"""Publishing: a draft becomes the version of a week that agents rely on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from scheduler.access import Action, User
from scheduler.errors import Fault, InputError
from scheduler.people import Agent
from scheduler.publishing.notices import publication_notices
from scheduler.publishing.publication import Change, behind_line, change_words, changes
from scheduler.rostering.check import check
from scheduler.rostering.roster import Roster, Violation
from scheduler.store.audit import Deed, record
from scheduler.store.database import Connection, Database
from scheduler.store.outbox import post
from scheduler.store.rosters import BookedRoster, publish, published_roster
from scheduler.workflows.book import team_key
from scheduler.workflows.booked_week import booked_roster, plan_of, roster_before
from scheduler.workflows.week import require


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """A version of a week that agents may rely on: no pay, no costs, no drafts."""

    week: date
    number: int
    published_at: datetime
    note: str
    roster: Roster


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What publishing did: the version's number, and what it changed."""

    number: int
    changes: tuple[Change, ...]


def publish_roster(
    user: User,
    database: Database,
    roster_id: int,
    *,
    seen: int,
    after: int,
    note: str,
    now: datetime,
    freeze: datetime | None = None,
    despite: str = "",
) -> Published:
    """Publish a draft, tell those whom it changes, and let the version before rest.

    Saying it again after it has happened changes nothing.

    Parameters
    ----------
    user
        Who publishes.
    database
        The book.
    roster_id, seen
        The draft, and the version of it that was looked at.
    after
        Number of the publication that it replaces; 0 where the week has none.
    note
        What the team is told.
    now
        The time of publishing: what a version before said and has begun never moves.
    freeze
        The freeze line; None for now.
    despite
        Why it is published although it breaks hard rules or moves what is frozen; empty refuses.

    Raises
    ------
    AccessDenied
        The user may not publish rosters of this team.
    InputError
        It breaks hard rules or moves what may not move; every one of them is named.
    Conflict
        The draft has changed, or another version has been published.
    KeyError
        There is no such roster.
    """
    booked, team = booked_roster(user, Action.PUBLISH, database, roster_id)
    if booked.number == after + 1:
        return Published(number=booked.number, changes=())
    problem = plan_of(database, team, booked.origin.week, booked.origin.forecast_id).problem
    broken = [] if despite else check(problem, booked.roster)
    with database.writing() as connection:
        before = roster_before(connection, team.team_id, booked.origin.week)
        found = changes(before, booked.roster)
        line = now if freeze is None or despite else max(now, freeze)
        # Before the first version nobody relies on anything, so nothing is frozen.
        frozen = behind_line(found, line) if before.assignments else ()
        _refuse(frozen, broken, problem.agents)
        number = put_out(
            connection, booked, problem.agents, seen=seen, after=after, note=note, user=user, at=now
        )
        if despite:
            what, subject = "publish in spite of rules", f"week {booked.origin.week}, {number}"
            deed = Deed(at=now, who=user.who, what=what, subject=subject, reason=despite)
            record(connection, replace(deed, team_id=team.team_id))
    return Published(number=number, changes=found)


def current_number(user: User, database: Database, roster_id: int) -> int:
    """Return the number of the version that a roster's week has now; 0 before the first.

    Raises
    ------
    AccessDenied
        The user may not see whole rosters of its team.
    KeyError
        There is no such roster.
    """
    booked, team = booked_roster(user, Action.SEE_ROSTER, database, roster_id)
    with database.reading() as connection:
        current = published_roster(connection, team.team_id, booked.origin.week)
    return 0 if current is None else current.number or 0


def put_out(
    connection: Connection,
    booked: BookedRoster,
    agents: Mapping[str, Agent],
    *,
    seen: int,
    after: int,
    note: str,
    user: User,
    at: datetime,
) -> int:
    """Publish a draft and put the notices into the outbox, in one transaction.

    For workflows that have checked permission, rules and freeze line; parameters and errors as
    for :func:`publish_roster`.
    """
    team_id, week = booked.origin.team_id, booked.origin.week
    found = changes(roster_before(connection, team_id, week), booked.roster)
    number = publish(
        connection, booked.roster_id, seen=seen, after=after, note=note, who=user.who, at=at
    )
    told = publication_notices(found, agents, team_id=team_id, week=week, number=number, note=note)
    post(connection, team_id, told, at=at)
    return number


def refuse_frozen(frozen: Iterable[Change], agents: Mapping[str, Agent]) -> None:
    """Raise if anything moves that may not.

    Raises
    ------
    InputError
        With every change in a sentence.
    """
    _refuse(tuple(frozen), (), agents)


def _refuse(
    frozen: Sequence[Change], broken: Sequence[Violation], agents: Mapping[str, Agent]
) -> None:
    faults = [
        Fault(
            column="freeze line",
            expected="no change to what has begun or is frozen",
            found=change_words(change, agents),
        )
        for change in frozen
    ]
    faults += [
        Fault(column=each.rule, expected="every hard rule kept", found=each.words)
        for each in broken
    ]
    if faults:
        raise InputError(faults)


def see_published(user: User, database: Database, name: str, week: date) -> Publication | None:
    """Return the version of a week that holds now; None before the first.

    Raises
    ------
    AccessDenied
        The user may not see published rosters of this team.
    """
    require(user, Action.SEE_PUBLISHED, of_team=name)
    with database.reading() as connection:
        booked = published_roster(connection, team_key(connection, name), week)
    if booked is None or booked.number is None or booked.published_at is None:
        return None
    return Publication(
        week=week,
        number=booked.number,
        published_at=booked.published_at,
        note=booked.note,
        roster=booked.roster,
    )
