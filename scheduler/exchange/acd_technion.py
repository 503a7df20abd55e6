"""The call log of the Technion's "Anonymous Bank", 1999, as prepared for this project.

Data: A. Mandelbaum, Technion, Israel Institute of Technology.
"""

from __future__ import annotations

import numpy as np

from scheduler.exchange.acd_chunk import Chunk, contacts_of
from scheduler.exchange.acd_contacts import Contacts, Reason
from scheduler.exchange.acd_variant import RowByRow, Variant


def read_technion(chunk: Chunk) -> Contacts:
    """Read calls: AGENT was served, HANG gave up, PHANTOM is none.

    A call that gave up without having entered the queue ended in the menu (VRU).
    """
    arrived, understood = chunk.instants("arrival")
    outcome, known = chunk.choice(("agent", "hang", "phantom"), "outcome")
    waited, fine = chunk.spans("q_time")
    served, sound = chunk.spans("ser_time")
    handled = outcome.holds(lambda text: text.casefold() == "agent")
    queued = (np.nan_to_num(waited) > 0) | chunk.cells("q_start").holds(_is_later_than_midnight)
    return contacts_of(
        chunk,
        understood & known & fine & sound,
        arrived=arrived,
        handled=handled,
        abandoned=~handled,
        reasons=(
            (Reason.PHANTOM, outcome.holds(lambda text: text.casefold() == "phantom")),
            (Reason.MENU, ~handled & ~queued),
        ),
        wait_s=waited,
        handle_s=served,
    )


def _is_later_than_midnight(clock: str) -> bool:
    """Tell whether the log knows a time: it writes 0:00:00 where there is none."""
    return bool(clock.strip("0:"))


VARIANTS = (
    Variant(
        name="technion",
        title="the call log of the Technion's Anonymous Bank",
        needs=(("arrival",), ("vru_time",), ("q_time",), ("outcome",), ("ser_time",)),
        dates=("arrival",),
        attribution="a call belongs to the interval in which it arrived at the menu (arrival)",
        reads=lambda: RowByRow(function=read_technion),
    ),
)
