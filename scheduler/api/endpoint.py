"""What an endpoint is: one question that a program may ask."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import TypeAdapter

from scheduler.api.call import Call
from scheduler.workflows.tokens import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One question that a program may ask.

    Attributes
    ----------
    method, path
        How it is asked; ``{name}`` in the path are parameters.
    scope
        What the key must be for.
    summary
        What it gives, in a sentence.
    run
        The function that answers, with a JSON value.
    body
        How what is sent is read; None where nothing is.
    status
        Of the answer where all is well.
    takes_agent
        Whether ``?agent_id=`` narrows it to one agent.
    """

    method: Literal["GET", "POST"]
    path: str
    scope: Scope
    summary: str
    run: Callable[[Call], Any]
    body: TypeAdapter[Any] | None = None
    status: int = 200
    takes_agent: bool = False
