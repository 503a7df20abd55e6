"""What leaves the book, from the terminal: notices, calendar addresses, keys for programs."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Annotated

import typer

from scheduler.cli.book import TeamName, book
from scheduler.cli.door import AsJson, open_book, user
from scheduler.config import read_door_settings
from scheduler.errors import Fault, InputError
from scheduler.exchange.senders import senders
from scheduler.terminal import out, print_json
from scheduler.workflows.deciding import expire_requests
from scheduler.workflows.delivery import deliver as deliver_letters
from scheduler.workflows.delivery import set_notice_address
from scheduler.workflows.feeds import end_calendar_address, make_calendar_address
from scheduler.workflows.leavers import see_off_leavers
from scheduler.workflows.tokens import SCOPES, make_token


@book.command("deliver")
def deliver(as_json: AsJson = False) -> None:
    """Send the notices that wait, close requests nobody decided in time, see leavers off."""
    door, database = read_door_settings(os.environ), open_book()
    see_off_leavers(database, now=datetime.now(UTC))
    late = expire_requests(database, now=datetime.now(UTC))
    ways = senders(door.mail_server, door.mail_from)
    done = deliver_letters(database, ways, now=lambda: datetime.now(UTC))
    if as_json:
        print_json(
            {"sent": done.sent, "refused": done.refused, "unsure": done.unsure, "expired": late}
        )
    else:
        words = f"{done.sent} sent, {done.refused} to be tried again, {done.unsure} unsure"
        out().print(f"Notices: {words}. Requests that came to an end: {late}.", markup=False)


@book.command("address")
def address(
    team: TeamName,
    mail: Annotated[str | None, typer.Option(help="Mail address; empty for none.")] = None,
    webhook: Annotated[str | None, typer.Option(help="Webhook; empty for none.")] = None,
    agent: Annotated[str, typer.Option(help="Id of the agent; without it, the team's.")] = "",
) -> None:
    """Say where notices to an agent, or to the team, go."""
    if mail is None and webhook is None:
        raise InputError(Fault(column="address", expected="--mail or --webhook", found="neither"))
    database, now = open_book(), datetime.now(UTC)
    if mail is not None:
        set_notice_address(user(), database, team, "mail", mail, agent_id=agent, now=now)
    if webhook is not None:
        set_notice_address(user(), database, team, "webhook", webhook, agent_id=agent, now=now)


@book.command("calendar")
def calendar(
    team: TeamName,
    agent: Annotated[str, typer.Argument(help="Id of the agent.")],
    end: Annotated[bool, typer.Option("--end", help="End the address instead.")] = False,
    as_json: AsJson = False,
) -> None:
    """Give an agent a new private calendar address and print it, once; an older one ends."""
    database, now = open_book(), datetime.now(UTC)
    told: dict[str, object]
    if end:
        done = end_calendar_address(user(), database, team, agent, now=now)
        told, words = {"ended": done}, "It has ended." if done else "There was none."
    else:
        path = f"/ics/{make_calendar_address(user(), database, team, agent, now=now)}.ics"
        told, words = {"path": path}, f"The address of the app, and then: {path}"
    if as_json:
        print_json(told)
    else:
        out().print(words, markup=False, soft_wrap=True)


@book.command("key")
def key(
    login: Annotated[str, typer.Argument(help="Login of the account that a program acts for.")],
    name: Annotated[str, typer.Option(help="What the key is for.")],
    scope: Annotated[list[str], typer.Option(help=f"One of {', '.join(SCOPES)}; several times.")],
    days: Annotated[int, typer.Option(help="How long it holds.")] = 90,
    as_json: AsJson = False,
) -> None:
    """Make a key for a program and print it, once."""
    now = datetime.now(UTC)
    made = make_token(user(), open_book(), login, name=name, scopes=scope, days=days, now=now)
    if as_json:
        print_json({"key": made})
    else:
        out().print(made, markup=False, soft_wrap=True)
