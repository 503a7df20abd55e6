"""What granting a request would do: to the roster, to rules, to service, to leave left."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from forecasting.special_days import public_holidays
from scheduler.exchange.case import Case
from scheduler.publishing.approval import RequestRules, Verdict, verdict
from scheduler.publishing.assessment import Assessment, assess
from scheduler.publishing.effect import Effect, effect_of
from scheduler.publishing.leave import LeaveStanding, leave_standing
from scheduler.publishing.requests import Ask, Leave
from scheduler.store.database import Database
from scheduler.store.requests import BookedRequest, read_request, read_rules
from scheduler.workflows.book import OpenTeam, team_name
from scheduler.workflows.outcome import violation_rows
from scheduler.workflows.touched import TouchedWeek, touched_weeks

REPLICATIONS = 200


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Weighed:
    """A request, and what granting it would do.

    Attributes
    ----------
    request
        As the book holds it.
    weeks, effects, assessments
        The published weeks it touches, how each would be, and what that does, in one order.
    standing
        Of leave: days left, who else is away; None for other requests.
    verdict
        What the team's own rules say.
    """

    request: BookedRequest
    weeks: tuple[TouchedWeek, ...]
    effects: tuple[Effect, ...]
    assessments: tuple[Assessment, ...]
    standing: LeaveStanding | None
    verdict: Verdict

    @property
    def versions(self) -> dict[str, int]:
        """Number of the publication of each touched week that was weighed, by Monday."""
        return {str(week.booked.origin.week): week.booked.number or 0 for week in self.weeks}

    def numbers(self) -> dict[str, Any]:
        """Give all of it ready for JSON, as it is kept with the decision."""
        return {
            "weeks": [
                {
                    "week": str(week.booked.origin.week),
                    "version": week.booked.number,
                    "broken": violation_rows(list(found.broken)),
                    "mended": violation_rows(list(found.mended)),
                    "wishes_lost": list(found.lost),
                    "wishes_met": list(found.met),
                    "service": [asdict(each) for each in found.service],
                    "paid_hours": list(found.paid_hours),
                    "words": list(found.words),
                }
                for week, found in zip(self.weeks, self.assessments, strict=True)
            ],
            "leave": list(self.standing.words) if self.standing is not None else [],
            "rules": list(self.verdict.reasons),
        }


def request_and_team(database: Database, request_id: int) -> tuple[BookedRequest, str]:
    """Return a request and the name of its team; KeyError if there is none."""
    with database.reading() as connection:
        request = read_request(connection, request_id)
        return request, team_name(connection, request.team_id)


def weigh(
    database: Database,
    request: BookedRequest,
    team: OpenTeam,
    *,
    now: datetime,
    replications: int = REPLICATIONS,
) -> Weighed:
    """Ask checker, certificate, leave rules and approval rules; permission is checked elsewhere.

    Raises
    ------
    InputError
        The request does not fit the published roster.
    """
    ask = request.ask
    weeks = touched_weeks(database, team, ask)
    effects = tuple(effect_of(ask, week.problem, week.booked.roster) for week in weeks)
    found = tuple(
        assess(week.problem, week.booked.roster, effect, replications=replications)
        for week, effect in zip(weeks, effects, strict=True)
    )
    with database.reading() as connection:
        _, rules = read_rules(connection, team.team_id)
    standing = standing_of(ask, team.case, rules)
    judged = verdict(ask, found, rules, now=now, agreed=request.agreed, standing=standing)
    return Weighed(
        request=request,
        weeks=weeks,
        effects=effects,
        assessments=found,
        standing=standing,
        verdict=judged,
    )


def standing_of(ask: Ask, case: Case, rules: RequestRules) -> LeaveStanding | None:
    """Hold leave against days left and the team's limit; None for other requests."""
    if not isinstance(ask, Leave):
        return None
    holidays = holidays_of(case, ask.agent_id, {ask.first.year, ask.last.year})
    return leave_standing(ask, case.team, rules.leave, holidays=holidays)


def holidays_of(case: Case, agent_id: str, years: set[int]) -> dict[str, frozenset[date]]:
    """Return the public holidays where an agent lives, by country."""
    country = case.team.agent(agent_id).country
    return {country: frozenset(public_holidays(country, years))} if country else {}
