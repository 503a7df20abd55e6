"""What the manager pinned stays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scheduler.rostering.problem import Pin, Problem
from scheduler.rostering.roster import Clause, Roster, Violation

if TYPE_CHECKING:
    from scheduler.rostering.variables import RosterModel


class Pins:
    """A pinned shift is worked, a pinned day off is free."""

    name = "pins"
    sentence = "Pinned shifts and pinned days off stay as they are."
    unit = "shifts"

    def post(self, model: RosterModel) -> None:
        """Demand the pinned shift, or nothing on a pinned day off."""
        for pin in model.problem.pins:
            clause = Clause(
                rule=self.name,
                agent_id=pin.agent_id,
                when=str(pin.day),
                words=_words(model.problem, pin),
            )
            on_day = [c for c in model.choices(pin.agent_id) if c.option.shift.day == pin.day]
            if pin.shift:
                pinned = [c.taken for c in on_day if c.option.shift.template == pin.shift]
                model.require(clause, model.total(pinned) >= 1)
            else:
                model.forbid(clause, on_day)

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Look every pin up in the roster."""
        tours = roster.tours()
        for pin in problem.pins:
            worked = [
                a.shift.template for a in tours.get(pin.agent_id, ()) if a.shift.day == pin.day
            ]
            if (pin.shift in worked) if pin.shift else not worked:
                continue
            yield Violation(
                rule=self.name,
                agent_id=pin.agent_id,
                when=str(pin.day),
                amount=1,
                words=f"{_words(problem, pin)}, but the roster has {', '.join(worked) or 'none'}",
            )


def _words(problem: Problem, pin: Pin) -> str:
    what = f"shift {pin.shift}" if pin.shift else "a day off"
    return f"{problem.agents[pin.agent_id].name} is pinned to {what} on {pin.day:%a %d %b}"
