"""Before an agent asks: what there is to ask for, and what the checker says to it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from scheduler.access import Action, User
from scheduler.errors import Fault, InputError
from scheduler.people import Agent
from scheduler.publishing.effect import Effect, effect_of
from scheduler.publishing.leave import LeaveBalance, LeaveStanding, leave_balance
from scheduler.publishing.requests import Ask, Leave, Preference, days_of, expires_at, other_party
from scheduler.rostering.check import check
from scheduler.rostering.roster import Violation
from scheduler.store.database import Connection, Database
from scheduler.store.requests import read_rules
from scheduler.store.tours import PublishedDuty, published_duties, published_weeks
from scheduler.workflows.book import OpenTeam, opened
from scheduler.workflows.touched import TouchedWeek, touched_weeks
from scheduler.workflows.week import require
from scheduler.workflows.weighing import holidays_of, request_and_team, standing_of

_OF_A_COLLEAGUE = "a rule about a colleague's working time"
_OF_THE_TEAM = "a rule of the whole team"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What an agent may ask for.

    Attributes
    ----------
    zone
        The agent's own.
    mine, theirs
        Published shifts that have not begun: the agent's own, and the colleagues'.
    names
        Names of those who are in the team today, by agent id.
    shifts
        Names of the shift templates that the agent may get.
    queues
        Queues that the agent can serve.
    weeks
        Mondays of the weeks that are published, from this one on.
    leave_kinds
        Kinds of time off that use up days of leave.
    balance
        Days of leave of this year and the next.
    """

    zone: ZoneInfo
    mine: tuple[PublishedDuty, ...]
    theirs: tuple[PublishedDuty, ...]
    names: dict[str, str]
    shifts: tuple[str, ...]
    queues: tuple[str, ...]
    weeks: tuple[date, ...]
    leave_kinds: tuple[str, ...]
    balance: tuple[LeaveBalance, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What the checker says to an ask, in words that its reader may see.

    Attributes
    ----------
    broken
        Rules that would be broken: the reader's own in full, those of others only as such.
    standing
        Of leave: days left, who else is away; None for other requests.
    freed
        The reader's own shifts that leave would take away.
    too_late
        Whether it is a wish for a week whose roster is published already.
    """

    broken: tuple[str, ...]
    standing: LeaveStanding | None
    freed: tuple[PublishedDuty, ...]
    too_late: bool

    @property
    def clear(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.broken and (self.standing is None or self.standing.within)


def choices_for(
    user: User, database: Database, name: str, agent_id: str, *, now: datetime
) -> Choices:
    """Return what an agent may choose from when asking; nothing that is not published.

    Parameters
    ----------
    user
        Who asks; agents for themselves.
    database, name
        The book and the team.
    agent_id
        For whom.
    now
        The time: shifts that have begun are no longer there.

    Raises
    ------
    AccessDenied
        The user may not ask for this agent.
    InputError
        There is no such agent in the team.
    """
    require(user, Action.ASK, of_team=name, of_agent=agent_id)
    team = opened(database, name)
    agent = agent_of(team, agent_id)
    today = now.astimezone(agent.zone).date()
    with database.reading() as connection:
        duties = published_duties(connection, team.team_id, since=now)
        weeks = _weeks_out(connection, team, today)
        _, rules = read_rules(connection, team.team_id)
    coming = [each for each in duties if each.start > now]
    years = (today.year, today.year + 1)
    holidays = holidays_of(team.case, agent_id, set(years))
    queues = [queue.name for queue in team.case.queues]
    return Choices(
        zone=agent.zone,
        mine=tuple(each for each in coming if each.agent_id == agent_id),
        theirs=tuple(each for each in coming if each.agent_id != agent_id),
        names={
            each.agent_id: each.name for each in team.case.team.agents if each.employed_on(today)
        },
        shifts=tuple(
            each.name for each in team.case.templates if each.name in (agent.shifts or {each.name})
        ),
        queues=tuple(each for each in queues if each in agent.skills),
        weeks=weeks,
        leave_kinds=tuple(sorted(rules.leave.counted)),
        balance=tuple(
            leave_balance(agent_id, team.case.team, rules.leave, year, holidays=holidays)
            for year in years
        ),
    )


def look_before_asking(
    user: User, database: Database, name: str, ask: Ask, *, now: datetime
) -> Look:
    """Say what the plain checker finds in an ask; nothing is kept.

    Raises
    ------
    AccessDenied
        The user may not ask for this agent.
    InputError
        It does not fit the published roster, or comes too late.
    """
    require(user, Action.ASK, of_team=name, of_agent=ask.agent_id)
    return _look(database, opened(database, name), ask, ask.agent_id, now)


def look_before_agreeing(user: User, database: Database, request_id: int, *, now: datetime) -> Look:
    """Say to the colleague what the plain checker finds in what they are asked to agree to.

    Raises
    ------
    AccessDenied
        The user is not the colleague.
    InputError
        It no longer fits the published roster, or is too late.
    KeyError
        There is no such request.
    """
    request, name = request_and_team(database, request_id)
    me = other_party(request.ask)
    require(user, Action.ASK, of_team=name, of_agent=me)
    return _look(database, opened(database, name), request.ask, me, now)


def effects_on(
    database: Database, team: OpenTeam, ask: Ask, *, now: datetime
) -> tuple[tuple[TouchedWeek, Effect], ...]:
    """Return every published week that an ask touches, and how it would be.

    Raises
    ------
    InputError
        It does not fit the published roster, comes too late, or moves shifts of a week that has
        no published roster.
    """
    late = expires_at(ask, agent_of(team, ask.agent_id).zone)
    if late <= now:
        raise InputError(
            Fault(column="day", expected="a day that is not over", found=f"over since {late:%c}")
        )
    weeks = touched_weeks(database, team, ask)
    if not weeks and not isinstance(ask, Leave | Preference):
        expected, found = "a day of a published roster", str(days_of(ask)[0])
        raise InputError(Fault(column="day", expected=expected, found=found))
    return tuple((week, effect_of(ask, week.problem, week.booked.roster)) for week in weeks)


def agent_of(team: OpenTeam, agent_id: str) -> Agent:
    """Return an agent's row of the team.

    Raises
    ------
    InputError
        There is no such agent.
    """
    try:
        return team.case.team.agent(agent_id)
    except KeyError:
        expected, found = "the id of an agent of the team", repr(agent_id)
        raise InputError(Fault(column="agent_id", expected=expected, found=found)) from None


def _look(database: Database, team: OpenTeam, ask: Ask, me: str, now: datetime) -> Look:
    found = effects_on(database, team, ask, now=now)
    with database.reading() as connection:
        _, rules = read_rules(connection, team.team_id)
    broken: list[str] = []
    freed: list[PublishedDuty] = []
    for week, effect in found:
        before = week.booked.roster
        new = Counter(check(effect.problem, effect.roster))
        new -= Counter(check(week.problem, before))
        broken += [told_to(me, each) for each in new.elements()]
        kept = set(effect.roster.tour(me))
        freed += [
            PublishedDuty(
                agent_id=me,
                day=each.shift.day,
                shift=each.shift.template,
                start=each.shift.start,
                end=each.shift.end,
            )
            for each in before.tour(me)
            if each not in kept
        ]
    return Look(
        broken=tuple(dict.fromkeys(broken)),
        standing=standing_of(ask, team.case, rules),
        freed=tuple(freed),
        too_late=isinstance(ask, Preference) and _is_published(database, team, ask.day),
    )


def told_to(agent_id: str, violation: Violation) -> str:
    """Tell an agent's own rules in full; others' leave and contracts, and wages, are not theirs."""
    if violation.agent_id == agent_id:
        return violation.words
    return _OF_A_COLLEAGUE if violation.agent_id else _OF_THE_TEAM


def _is_published(database: Database, team: OpenTeam, day: date) -> bool:
    with database.reading() as connection:
        return day - timedelta(days=day.weekday()) in _weeks_out(connection, team, day)


def _weeks_out(connection: Connection, team: OpenTeam, day: date) -> tuple[date, ...]:
    """Return the Mondays from a day's week on that a publication holds."""
    monday = day - timedelta(days=day.weekday())
    reach = range(team.case.weeks)
    since = monday - timedelta(weeks=len(reach) - 1)
    firsts = published_weeks(connection, team.team_id, since=since)
    weeks = {first + timedelta(weeks=n) for first in firsts for n in reach}
    return tuple(sorted(week for week in weeks if week >= monday))
