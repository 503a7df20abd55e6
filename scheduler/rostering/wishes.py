"""Wishes of agents, and decisions that are already taken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import Literal

from scheduler.errors import Fault, InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A wish: to work (a given shift, or any) on a local date, or not to.

    ``cannot`` is no wish but a fact: the agent is not available.

    Attributes
    ----------
    agent_id, day, kind, shift
        Whose wish it is, for which local date and shift; an empty ``shift`` means any.
    weight
        What it counts.
    window_from, window_until
        Hours of the date by the agent's clock: the wish is about shifts that overlap them. An end
        at or before the start is the next day's; None for the midnight that begins or ends the
        date. Without either it is about shifts that start on the date.
    """

    agent_id: str
    day: date
    kind: Literal["want", "avoid", "cannot"]
    shift: str = ""
    weight: int = 1
    window_from: time | None = None
    window_until: time | None = None

    @property
    def whole_day(self) -> bool:
        """Whether the wish is about the date as a whole."""
        return not self.shift and self.window_from is None and self.window_until is None

    def __post_init__(self) -> None:
        """Refuse weights that would turn the wish around."""
        if self.weight < 1:
            raise InputError(
                Fault(column="weight", expected="a whole number from 1", found=str(self.weight))
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """A decision already taken: this agent works this shift on this date.

    An empty ``shift`` pins a day off.
    """

    agent_id: str
    day: date
    shift: str
