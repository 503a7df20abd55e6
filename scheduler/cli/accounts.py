"""The administrator at the terminal: teams and accounts of the roster book."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from scheduler.access import Role
from scheduler.cli.door import AsJson, app, case_path, max_bytes, open_book, user
from scheduler.errors import Fault, InputError
from scheduler.exchange.read_case import CASE_FILES, read_bytes
from scheduler.store.accounts import Account, Person
from scheduler.terminal import out, print_json, table
from scheduler.workflows import administrator
from scheduler.workflows.book import start_team
from scheduler.workflows.coming_in import Policy

accounts = typer.Typer(help="Accounts of the roster book.", no_args_is_help=True)
teams = typer.Typer(help="Teams of the roster book.", no_args_is_help=True)
app.add_typer(teams, name="team")
app.add_typer(accounts, name="account")

Login = Annotated[str, typer.Argument(help="What the person types to sign in.")]
Team = Annotated[str | None, typer.Option(help="Name of the person's team; else every team.")]
AgentId = Annotated[str | None, typer.Option("--agent", help="Id in the team's agents.csv.")]


@teams.command("add")
def add_team(
    case: Annotated[str, typer.Argument(help="A case folder, or its name in rosters/.")],
    as_json: AsJson = False,
) -> None:
    """Take a case folder into the book as a team of that name."""
    folder = case_path(case)
    if not folder.is_dir():
        raise InputError(Fault(column="case", expected="a case folder", found=case))
    found = {
        name: read_bytes(folder / name, max_bytes())
        for name in CASE_FILES
        if (folder / name).exists()
    }
    opened = start_team(user(), open_book(), folder.name, found, now=datetime.now(UTC))
    if as_json:
        print_json({"team": opened.name, "agents": len(opened.case.team.agents)})
    else:
        out().print(f"Team {opened.name} is in the book.", markup=False)


@accounts.command("add")
def add(
    login: Login,
    role: Annotated[Role, typer.Option(help="What the person is to the team.")],
    name: Annotated[str, typer.Option(help="How the person is called on screen.")] = "",
    team: Team = None,
    agent: AgentId = None,
    subject: Annotated[
        str | None, typer.Option(help="issuer#sub of a person who signs in at a provider.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Add an account and print its one-time password, once."""
    book = open_book()
    person = Person(
        login=login,
        name=name or login,
        role=role,
        team_id=None if team is None else administrator.team_key(user(), book, team),
        agent_id=agent or "",
        subject=subject,
    )
    now = datetime.now(UTC)
    password = administrator.invite(user(), book, person, policy=Policy(), now=now)
    _tell(person.login, password, as_json=as_json)


@accounts.command("reset")
def reset(login: Login, as_json: AsJson = False) -> None:
    """Give an account a one-time password, print it once, and end the account's sessions."""
    now = datetime.now(UTC)
    password = administrator.reset_password(user(), open_book(), login, policy=Policy(), now=now)
    _tell(login, password, as_json=as_json)


def _tell(login: str, password: str | None, *, as_json: bool) -> None:
    if as_json:
        print_json({"login": login, "one_time_password": password})
    elif password is None:
        out().print(f"{login} signs in at the provider.", markup=False)
    else:
        words = f"One-time password of {login}, good for a day: {password}"
        out().print(words, markup=False)


@accounts.command("list")
def list_all(as_json: AsJson = False) -> None:
    """List the accounts."""
    found = administrator.list_accounts(user(), open_book())
    if as_json:
        print_json({"accounts": [_row(each) for each in found]})
        return
    columns = ("login", "name", "role", "team", "agent", "state")
    rows = [tuple(_row(each).values()) for each in found]
    out().print(table("Accounts", columns, rows))


def _row(account: Account) -> dict[str, Any]:
    person = account.person
    waits = "has to choose a password" if account.one_time_until else "may sign in"
    return {
        "login": person.login,
        "name": person.name,
        "role": str(person.role),
        "team": account.team,
        "agent": person.agent_id or None,
        "state": waits if person.active else "switched off",
    }


@accounts.command("change")
def change(
    login: Login,
    role: Annotated[Role | None, typer.Option(help="Another role.")] = None,
    name: Annotated[str | None, typer.Option(help="Another name on screen.")] = None,
    team: Team = None,
    every_team: Annotated[bool, typer.Option("--every-team", help="No team of their own.")] = False,
    agent: AgentId = None,
    active: Annotated[bool | None, typer.Option("--on/--off", help="May sign in?")] = None,
    reason: Annotated[str, typer.Option(help="Why; it goes into the audit.")] = "",
    as_json: AsJson = False,
) -> None:
    """Change whom an account is for, or switch it off; the person's sessions end."""
    book = open_book()
    account = administrator.see_account(user(), book, login)
    changes: dict[str, Any] = {
        "role": role,
        "name": name,
        "team_id": None if team is None else administrator.team_key(user(), book, team),
        "agent_id": agent,
        "active": active,
    }
    person = replace(
        account.person,
        **{key: value for key, value in changes.items() if value is not None}
        | ({"team_id": None} if every_team else {}),
    )
    now = datetime.now(UTC)
    seen = account.version
    administrator.change_person(user(), book, person, seen=seen, now=now, reason=reason)
    if as_json:
        print_json(_row(administrator.see_account(user(), book, login)))
    else:
        out().print(f"{person.login} has been changed.", markup=False)
