"""Erasing a person at the terminal."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from scheduler.cli.book import TeamName, book
from scheduler.cli.door import AsJson, open_book, user
from scheduler.terminal import out, print_json
from scheduler.workflows.erasing import erase_person


@book.command("erase")
def erase(
    team: TeamName,
    agent: Annotated[str, typer.Argument(help="Id of somebody whose last day is over.")],
    reason: Annotated[str, typer.Option(help="Why, for the audit, without a name.")],
    as_json: AsJson = False,
) -> None:
    """Erase a person's data: a pseudonym takes their place, for good."""
    done = erase_person(user(), open_book(), team, agent, reason=reason, now=datetime.now(UTC))
    if as_json:
        print_json({"pseudonym": done.pseudonym, "rows": done.rows})
    elif done.rows:
        out().print(f"{done.rows} rows have changed or gone; what is left says {done.pseudonym}.")
    else:
        out().print("There was nothing to erase.")
