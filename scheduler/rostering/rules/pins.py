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
                zone = model.problem.agents[pin.agent_id].zone
                pinned = [c.taken for c in on_day if pin.meant(c.option.shift, zone)]
                model.require(clause, model.total(pinned) >= 1)
            else:
                model.forbid(clause, on_day)

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Look every pin up in the roster."""
        tours = roster.tours()
        for pin in problem.pins:
            zone = problem.agents[pin.agent_id].zone
            shifts = [a.shift for a in tours.get(pin.agent_id, ()) if a.shift.day == pin.day]
            if any(pin.meant(each, zone) for each in shifts) if pin.shift else not shifts:
                continue
            worked = [f"{s.template} {s.start.astimezone(zone):%H:%M}" for s in shifts]
            yield Violation(
                rule=self.name,
                agent_id=pin.agent_id,
                when=str(pin.day),
                amount=1,
                words=f"{_words(problem, pin)}, but the roster has {', '.join(worked) or 'none'}",
            )


def _words(problem: Problem, pin: Pin) -> str:
    return f"{problem.agents[pin.agent_id].name} is pinned to {pin.words} on {pin.day:%a %d %b}"
