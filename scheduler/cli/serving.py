"""The web door, opened from the terminal."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from scheduler.cli.door import app, settings
from scheduler.config import read_door_settings


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535)] = None,
    demo: Annotated[bool, typer.Option("--demo", help="A book of its own, no passwords.")] = False,
) -> None:
    """Open the app: with sign-in where there is a roster book, else in demo mode."""
    from scheduler.server import run  # the web door loads seconds of libraries

    found = settings()
    run(
        found,
        read_door_settings(os.environ),
        host=host or found.host,
        port=port or found.port,
        demo=demo,
    )
