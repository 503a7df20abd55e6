"""Requests of agents at the terminal: what waits, what one would do, the decision."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, TypeVar

import typer

from scheduler.cli.book import TeamName, book
from scheduler.cli.door import AsJson, open_book, user
from scheduler.errors import Fault, InputError
from scheduler.publishing.requests import ask_words
from scheduler.terminal import out, print_json, table
from scheduler.workflows.asking import see_request
from scheduler.workflows.deciding import decide_request, open_requests, weigh_request

T = TypeVar("T")
RequestKey = Annotated[int, typer.Argument(min=1, help="Number of a request.")]


@book.command("requests")
def requests(team: TeamName, as_json: AsJson = False) -> None:
    """List the requests that wait for a decision."""
    found = open_requests(user(), open_book(), team)
    rows = [
        (str(each.request_id), ask_words(each.ask), "yes" if each.agreed else "no", each.made_by)
        for each in found
    ]
    columns = ("request", "what", "agreed", "by")
    if as_json:
        print_json({"requests": [dict(zip(columns, row, strict=True)) for row in rows]})
    else:
        out().print(table(f"Requests of {team}", columns, rows))


@book.command("weigh")
def weigh(request: RequestKey, as_json: AsJson = False) -> None:
    """Say what granting a request would do to rules and to service."""
    database = open_book()
    found = _found(lambda: weigh_request(user(), database, request, now=datetime.now(UTC)))
    if as_json:
        print_json(found.numbers())
        return
    told = [words for each in found.assessments for words in each.words]
    told += list(found.standing.words) if found.standing is not None else []
    for words in told or ["It changes no published roster."]:
        out().print(words, markup=False)


@book.command("decide")
def decide(
    request: RequestKey,
    approve: Annotated[bool, typer.Option("--approve/--refuse", help="The decision.")],
    reason: Annotated[str, typer.Option(help="Why; a refusal needs it.")] = "",
    as_json: AsJson = False,
) -> None:
    """Approve a request and publish what follows from it, or refuse it."""
    database = open_book()
    seen = _found(lambda: see_request(user(), database, request)).version
    now = datetime.now(UTC)
    done = decide_request(
        user(), database, request, approve=approve, reason=reason, seen=seen, now=now
    )
    if as_json:
        print_json({"state": done.state, "versions": done.versions})
        return
    out().print(f"Request {request} is {done.state}.", markup=False)
    for week, number in done.versions.items():
        out().print(f"Version {number} of the week of {week} is published.", markup=False)


def _found(look: Callable[[], T]) -> T:
    try:
        return look()
    except KeyError:
        fault = Fault(column="request", expected="the number of a request", found="another")
        raise InputError(fault) from None
