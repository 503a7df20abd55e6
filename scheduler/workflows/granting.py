"""Granting a request: new versions of the weeks it touches, and of the set-up, in one step."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from scheduler.access import User
from scheduler.errors import Fault, InputError
from scheduler.publishing.approval import verdict
from scheduler.publishing.effect import Effect
from scheduler.publishing.notices import decision_notices
from scheduler.publishing.publication import behind_line
from scheduler.publishing.requests import Ask, Leave, Preference, State, ask_words
from scheduler.rostering.problem import Request
from scheduler.store.database import Connection, Database
from scheduler.store.outbox import post
from scheduler.store.requests import BookedRequest, read_rules, settle
from scheduler.store.rosters import Origin, read_roster, save_draft
from scheduler.workflows.book import OpenTeam, opened, replace_table
from scheduler.workflows.publish import put_out, refuse_frozen
from scheduler.workflows.touched import TouchedWeek
from scheduler.workflows.weighing import Weighed, request_and_team, weigh

# The whole team reads it, so it names neither who asked nor what for.
_NOTE = "A request was granted."


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What a decision did: the request's state, and the new version of each week it changed."""

    state: State
    versions: dict[str, int]


def grant(
    user: User,
    database: Database,
    team: OpenTeam,
    weighed: Weighed,
    *,
    seen: int,
    reason: str,
    now: datetime,
) -> Decided:
    """Settle a request as approved, with everything that follows, or change nothing.

    For workflows that have checked permission. Every changed week gets a version; leave and
    wishes go into the set-up, so that rosters yet to be made know them.

    Raises
    ------
    InputError
        The colleague has not agreed, or a shift has begun.
    Conflict
        Request, set-up or roster have changed meanwhile.
    """
    request = weighed.request
    if not request.agreed:
        expected = "the colleague's agreement"
        raise InputError(Fault(column="other_id", expected=expected, found="none yet"))
    names = names_in(team)
    versions = {}
    with database.writing() as connection:
        numbers = weighed.numbers()
        settle(
            connection,
            request.request_id,
            "approve",
            seen=seen,
            reason=reason,
            who=user.who,
            at=now,
            assessment=numbers,
        )
        setup = _change_setup(connection, user, team, request.ask, now)
        for week, effect, found in zip(
            weighed.weeks, weighed.effects, weighed.assessments, strict=True
        ):
            if found.changes:
                refuse_frozen(behind_line(found.changes, now), week.problem.agents)
                number = _new_version(connection, user, setup, week, effect, now)
                versions[str(week.booked.origin.week)] = number
        tell(connection, request, "approved", reason, names=names, now=now)
    return Decided(state="approved", versions=versions)


def grant_by_rules(
    user: User, database: Database, request_id: int, *, now: datetime
) -> tuple[str, ...]:
    """Grant a request if its team's rules do, and return every reason why they do not.

    For workflows that have just made or changed the request for somebody who may.
    """
    request, name = request_and_team(database, request_id)
    team = opened(database, name)
    with database.reading() as connection:
        _, rules = read_rules(connection, team.team_id)
    if request.ask.what not in rules.automatic or not request.agreed:
        return verdict(request.ask, (), rules, now=now, agreed=request.agreed).reasons
    weighed = weigh(database, request, team, now=now)
    if weighed.verdict.granted:
        reason = "granted by the team's rules"
        grant(user, database, team, weighed, seen=request.version, reason=reason, now=now)
    return weighed.verdict.reasons


def tell(
    connection: Connection,
    request: BookedRequest,
    state: State,
    reason: str,
    *,
    names: dict[str, str] | None = None,
    now: datetime,
) -> None:
    """Put what became of a request into the outbox."""
    told = decision_notices(request.ask, state, reason, names, request_id=request.request_id)
    post(connection, request.team_id, told, at=now)


def names_in(team: OpenTeam) -> dict[str, str]:
    """Return the names of a team's agents by id."""
    return {agent.agent_id: agent.name for agent in team.case.team.agents}


def _new_version(
    connection: Connection,
    user: User,
    setup: int,
    week: TouchedWeek,
    effect: Effect,
    now: datetime,
) -> int:
    booked = week.booked
    origin = Origin(
        team_id=booked.origin.team_id,
        week=booked.origin.week,
        setup_version=setup,
        forecast_id=booked.origin.forecast_id,
        based_on=booked.roster_id,
    )
    key = save_draft(connection, origin, effect.roster, who=user.who, at=now)
    return put_out(
        connection,
        read_roster(connection, key),
        week.problem.agents,
        seen=1,
        after=booked.number or 0,
        note=_NOTE,
        user=user,
        at=now,
    )


def _change_setup(
    connection: Connection, user: User, team: OpenTeam, ask: Ask, now: datetime
) -> int:
    """Write leave and wishes into their file of the set-up; return the version that holds now."""
    match ask:
        case Leave():
            off = ask.time_off(team.case.team.agent(ask.agent_id).zone)
            people = replace(team.case.team, time_off=(*team.case.team.time_off, off))
            case, table = replace(team.case, team=people, history=None), "time_off"
        case Preference():
            wish = Request(
                agent_id=ask.agent_id,
                day=ask.day,
                kind=ask.kind,
                shift=ask.shift,
                weight=ask.weight,
            )
            requests = (*team.case.requests, wish)
            case, table = replace(team.case, requests=requests, history=None), "requests"
        case _:
            return team.setup
    reason = ask_words(ask, names_in(team))
    return replace_table(connection, user, team, case, table, now=now, reason=reason)
