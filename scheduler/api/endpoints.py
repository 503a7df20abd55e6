"""The endpoints: one function a question, one table that routes and document are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from scheduler.api.call import LARGEST_KEY, Call, NotFound, instant
from scheduler.api.endpoint import Endpoint
from scheduler.api.payroll import payroll_endpoints
from scheduler.publishing.requests import Ask, Leave, Preference, Swap
from scheduler.publishing.requests import ExtraHours as Extra
from scheduler.publishing.requests import GiveAway as Gift
from scheduler.rostering.roster import Assignment
from scheduler.store.requests import BookedRequest
from scheduler.workflows.asking import (
    agree_to,
    ask_for,
    decline,
    requests_of,
    see_request,
    withdraw,
)
from scheduler.workflows.deciding import decide_request, open_requests, weigh_request
from scheduler.workflows.publish import see_published
from scheduler.workflows.requirement import published_requirement

AnyAsk = Annotated[Leave | Swap | Gift | Extra | Preference, Field(discriminator="what")]
Version = Annotated[int, Field(ge=1, le=LARGEST_KEY)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The version of a request that was looked at."""

    version: Version


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A colleague's no; the reason is for whoever asked."""

    version: Version
    reason: Annotated[str, Field(max_length=500)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A manager's decision on a request; a refusal needs a reason."""

    version: Version
    approve: bool
    reason: Annotated[str, Field(max_length=2000)] = ""


def _roster(call: Call) -> Any:
    found = see_published(call.user, call.database, call.team, call.week)
    if found is None:
        raise NotFound
    return {
        "team": call.team,
        "week": str(found.week),
        "version": found.number,
        "published_at": instant(found.published_at),
        "note": found.note,
        "shifts": [_shift(each) for each in found.roster.assignments],
    }


def _requirement(call: Call) -> Any:
    found = published_requirement(call.user, call.database, call.team, call.week)
    if found is None:
        raise NotFound
    names = [queue.name for queue in found.queues]
    return {
        "team": call.team,
        "week": str(call.week),
        "interval_minutes": int(found.grid.interval_s // 60),
        "starts": [instant(start) for start in found.grid.starts_utc()],
        "queues": {
            name: {
                "offered": [round(float(x), 6) for x in found.offered[row]],
                "aht_s": [round(float(x), 3) for x in found.aht_s[row]],
                "base": [int(n) for n in found.base[row]],
                "required": [int(n) for n in found.required[row]],
            }
            for row, name in enumerate(names)
        },
    }


def _requests(call: Call) -> Any:
    agent_id = call.query.get("agent_id", call.user.agent_id)
    if agent_id:
        found = requests_of(call.user, call.database, call.team, agent_id)
    else:
        found = open_requests(call.user, call.database, call.team)
    return {"requests": [_request(each) for each in found]}


def _ask(call: Call) -> Any:
    ask: Ask = call.body
    answer = ask_for(call.user, call.database, call.team, ask, now=call.now)
    return {
        "request_id": answer.request_id,
        "granted": answer.granted,
        "reasons": list(answer.reasons),
    }


def _one_request(call: Call) -> Any:
    return _request(see_request(call.user, call.database, call.request_id))


def _agree(call: Call) -> Any:
    seen = call.body.version
    answer = agree_to(call.user, call.database, call.request_id, seen=seen, now=call.now)
    return {"granted": answer.granted, "reasons": list(answer.reasons)}


def _decline(call: Call) -> Any:
    said = call.body
    decline(
        call.user,
        call.database,
        call.request_id,
        seen=said.version,
        reason=said.reason,
        now=call.now,
    )
    return {"state": "refused"}


def _withdraw(call: Call) -> Any:
    withdraw(call.user, call.database, call.request_id, seen=call.body.version, now=call.now)
    return {"state": "withdrawn"}


def _weigh(call: Call) -> Any:
    return weigh_request(call.user, call.database, call.request_id, now=call.now).numbers()


def _decide(call: Call) -> Any:
    decided = decide_request(
        call.user,
        call.database,
        call.request_id,
        approve=call.body.approve,
        reason=call.body.reason,
        seen=call.body.version,
        now=call.now,
    )
    return {"state": decided.state, "versions": decided.versions}


def _request(request: BookedRequest) -> dict[str, Any]:
    settled = request.settled_at
    return {
        "request_id": request.request_id,
        "ask": TypeAdapter(AnyAsk).dump_python(request.ask, mode="json"),
        "state": request.state,
        "version": request.version,
        "made_at": instant(request.made_at),
        "expires_at": instant(request.expires_at),
        "agreed": request.agreed,
        "settled_at": None if settled is None else instant(settled),
        "reason": request.reason,
    }


def _shift(assignment: Assignment) -> dict[str, Any]:
    shift = assignment.shift
    return {
        "agent_id": assignment.agent_id,
        "date": shift.day.isoformat(),
        "shift": shift.template,
        "start": instant(shift.start),
        "end": instant(shift.end),
        "queues": list(assignment.queues),
        "breaks": [
            {"start": instant(rest.start), "end": instant(rest.end)} for rest in shift.breaks
        ],
        "activities": [
            {"activity": each.activity, "start": instant(each.start), "end": instant(each.end)}
            for each in shift.activities
        ],
    }


def endpoints() -> tuple[Endpoint, ...]:
    """Return every endpoint, in the order of the document."""
    asks, steps = TypeAdapter(AnyAsk), TypeAdapter(Step)
    one = "/api/requests/{request_id}"
    team = "/api/teams/{team}"
    return (
        Endpoint(
            method="GET",
            path=f"{team}/rosters/{{week}}",
            scope="rosters:read",
            summary="The published roster of the week that holds a date.",
            run=_roster,
        ),
        Endpoint(
            method="GET",
            path=f"{team}/requirement/{{week}}",
            scope="requirement:read",
            summary="What the published roster of a week was made for, by queue and interval.",
            run=_requirement,
        ),
        Endpoint(
            method="GET",
            path=f"{team}/requests",
            scope="requests:read",
            summary="An agent's requests (agent_id); without one, those that wait for a decision.",
            run=_requests,
            takes_agent=True,
        ),
        Endpoint(
            method="POST",
            path=f"{team}/requests",
            scope="requests:write",
            summary="Ask for leave, a swap, a give-away, extra hours, or note a preference.",
            run=_ask,
            body=asks,
            status=201,
        ),
        Endpoint(
            method="GET",
            path=one,
            scope="requests:read",
            summary="One request.",
            run=_one_request,
        ),
        Endpoint(
            method="GET",
            path=f"{one}/assessment",
            scope="requests:read",
            summary="What granting a request would do to rules and to service.",
            run=_weigh,
        ),
        Endpoint(
            method="POST",
            path=f"{one}/agreement",
            scope="requests:write",
            summary="Agree to a swap, or to take a shift.",
            run=_agree,
            body=steps,
        ),
        Endpoint(
            method="POST",
            path=f"{one}/refusal",
            scope="requests:write",
            summary="Say no to a swap or a shift, also after having agreed.",
            run=_decline,
            body=TypeAdapter(Refusal),
        ),
        Endpoint(
            method="POST",
            path=f"{one}/withdrawal",
            scope="requests:write",
            summary="Take a request back.",
            run=_withdraw,
            body=steps,
        ),
        Endpoint(
            method="POST",
            path=f"{one}/decision",
            scope="requests:write",
            summary="Approve a request, which publishes what follows from it, or refuse it.",
            run=_decide,
            body=TypeAdapter(Decision),
        ),
        *payroll_endpoints(),
    )
