"""The keeper of the book at the terminal: backup, restore, migrate, doctor."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from scheduler.cli.door import AsJson, app, book_here, exit_unless, settings, user
from scheduler.errors import CallboardError
from scheduler.store.backup import Contents
from scheduler.store.examine import Finding
from scheduler.terminal import out, print_json, table
from scheduler.workflows import upkeep


@app.command()
def backup(
    path: Annotated[Path, typer.Argument(help="File to write.")], as_json: AsJson = False
) -> None:
    """Write the whole roster book into one file, while others go on working."""
    _tell(upkeep.back_up(user(), book_here(), path, now=datetime.now(UTC)), path, as_json)


@app.command()
def restore(
    path: Annotated[Path, typer.Argument(help="A backup.")], as_json: AsJson = False
) -> None:
    """Fill an empty roster book from a backup, on SQLite or PostgreSQL."""
    database = book_here(new=True)
    _tell(upkeep.bring_back(user(), database, path, now=datetime.now(UTC)), path, as_json)


def _tell(contents: Contents, path: Path, as_json: bool) -> None:
    if as_json:
        told = {"made_at": contents.made_at, "revision": contents.revision, "rows": contents.rows}
        print_json({"file": str(path), **told})
    else:
        rows = sum(contents.rows.values())
        words = f"{path}: {rows} rows at revision {contents.revision}, as of {contents.made_at}"
        out().print(words, markup=False)


@app.command()
def migrate(as_json: AsJson = False) -> None:
    """Bring the roster book to the newest form of its tables; serve does so, too."""
    before, after = upkeep.migrate(user(), book_here(new=True))
    if as_json:
        print_json({"before": before, "after": after})
    else:
        out().print(f"The book is at revision {after}; it was at {before or 'none'}.")


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Look over settings and roster book; nothing is changed."""
    found = list(_findings())
    good = all(each.good for each in found)
    if as_json:
        print_json({"good": good, "findings": [asdict(each) for each in found]})
    else:
        rows = [(each.what, "good" if each.good else "NOT GOOD", each.words) for each in found]
        out().print(table("Callboard", ("what", "state", "found"), rows))
    exit_unless(good)


def _findings() -> Iterator[Finding]:
    try:
        here = settings()
        for what, folder in (("cases", here.rosters), ("results", here.out)):
            place = folder if folder.exists() else folder.parent
            right = os.R_OK if what == "cases" else os.W_OK
            good = os.access(place, right) and (what != "cases" or folder.is_dir())
            yield Finding(what=what, good=good, words=str(folder))
        database = book_here()
    except CallboardError as error:
        yield Finding(what="settings", good=False, words=str(error))
        return
    yield from upkeep.look_over(user(), database)
