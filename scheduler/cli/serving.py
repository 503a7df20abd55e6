"""The web door, opened from the terminal."""

from __future__ import annotations

from typing import Annotated

import typer

from scheduler.cli.door import app, settings


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535)] = None,
) -> None:
    """Open the app and the HTTP door."""
    from scheduler.server import run  # the web door loads seconds of libraries

    found = settings()
    run(found, host=host or found.host, port=port or found.port)
