"""Aircall: call exports in three variants."""

from __future__ import annotations

import numpy as np

from scheduler.exchange.acd_chunk import Chunk, contacts_of
from scheduler.exchange.acd_contacts import Contacts, Reason
from scheduler.exchange.acd_variant import RowByRow, Variant

_AT = "datetime (utc)"
_CALL_ID = ("call id (internal)", "call id")
_SAME_CALL = ("line", _AT, "direction", "from", "to", "user", "duration (total)")
_NEEDS = (
    ("line",),
    (_AT,),
    ("direction",),
    ("answered",),
    ("duration (total)",),
    ("duration (in call)",),
)
_REASON = "missed_call_reason"


def read_aircall(chunk: Chunk) -> Contacts:
    """Read calls.

    Aircall counts seconds and has no after-call work. The wait is what the call had beside
    talking; where the export tells the time in the menu, that is taken off.
    """
    arrived, understood = chunk.instants(_AT, utc=True)
    direction, known = chunk.choice(("inbound", "outbound"), "direction")
    answered, told = chunk.choice(("yes", "no"), "answered")
    spans = [
        chunk.spans(name)
        for name in ("duration (total)", "duration (in call)", "waiting time", "time in ivr")
    ]
    (total, _), (talk, _), (waited, _), (menu, _) = spans
    understood &= known & told & np.logical_and.reduce([fine for _, fine in spans])
    handled = answered.holds(lambda text: text.casefold() == "yes")
    waited = np.where(np.isnan(waited), total - np.where(handled, talk, 0.0), waited)
    return contacts_of(
        chunk,
        understood,
        arrived=arrived,
        handled=handled,
        abandoned=~handled,
        reasons=(
            (Reason.OUTBOUND, direction.holds(lambda text: text.casefold() == "outbound")),
            (Reason.CLOSED, ~handled & chunk.is_one_of(("out_of_opening_hours",), _REASON)),
            (Reason.MENU, ~handled & chunk.is_one_of(("abandoned_in_ivr",), _REASON)),
        ),
        wait_s=waited - np.nan_to_num(menu),
        handle_s=talk,
        identity=chunk.hashes(*(_CALL_ID if chunk.first_of(*_CALL_ID) else _SAME_CALL)),
    )


def _variant(
    number: int, words: str, more: tuple[tuple[str, ...], ...], lacks: tuple[str, ...]
) -> Variant:
    return Variant(
        name=f"aircall-{number}",
        title=f"Aircall calls {words}",
        needs=(*_NEEDS, *more),
        lacks=lacks,
        dates=(_AT,),
        queue=("line",),
        attribution="a call belongs to the interval in which it came in (datetime (UTC))",
        reads=lambda: RowByRow(function=read_aircall),
    )


VARIANTS = (
    _variant(1, "with the column via", (("via",),), ("ivr branch",)),
    _variant(2, "with the columns via and IVR Branch", (("via",), ("ivr branch",)), ()),
    _variant(3, "without the column via", (), ("via",)),
)
