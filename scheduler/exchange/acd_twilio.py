"""Twilio: TaskRouter tasks and interval reports of Flex Insights."""

from __future__ import annotations

import numpy as np

from scheduler.exchange.acd_chunk import Chunk, contacts_of
from scheduler.exchange.acd_contacts import Contacts
from scheduler.exchange.acd_variant import IntervalColumns, RowByRow, Variant

_STATES = ("pending", "reserved", "assigned", "wrapping", "completed", "canceled")
_DONE = ("assigned", "wrapping", "completed")


def read_tasks(chunk: Chunk) -> Contacts:
    """Read tasks; the latest state counts. A canceled task waited until it was canceled."""
    entered, understood = chunk.instants("task_queue_entered_date", utc=True)
    updated, fine = chunk.instants("date_updated", utc=True, optional=True)
    status, known = chunk.choice(_STATES, "assignment_status")
    canceled = status.holds(lambda text: text.casefold() == "canceled")
    return contacts_of(
        chunk,
        understood & fine & known,
        arrived=entered,
        handled=status.holds(lambda text: text.casefold() in _DONE),
        abandoned=canceled,
        wait_s=np.where(canceled, updated - entered, np.nan),
        identity=chunk.hashes("sid"),
        version=np.nan_to_num(updated),
    )


VARIANTS = (
    Variant(
        name="twilio-tasks",
        title="Twilio TaskRouter tasks",
        needs=(("sid",), ("task_queue_entered_date",), ("assignment_status",)),
        dates=("task_queue_entered_date", "date_updated"),
        queue=("task_queue_friendly_name", "task_queue_name", "task_channel_unique_name"),
        attribution="a task belongs to the interval in which it entered its queue",
        reads=lambda: RowByRow(function=read_tasks),
    ),
    Variant(
        name="twilio-insights",
        title="an interval report of Twilio Flex Insights",
        needs=(("date",), ("time", "interval", "hour"), ("queue",), ("conversations",)),
        dates=("date",),
        queue=("queue",),
        attribution="Twilio counts conversations and all of their talk time in the interval in "
        "which they started, even where they ran on into later ones",
        complete=False,
        reads=IntervalColumns(
            start=("date",),
            clock=("time", "interval", "hour"),
            medium=("communication channel", "channel"),
            offered=("conversations",),
            handled=("handled conversations", "conversations handled"),
            abandoned=("abandoned conversations",),
            aht=("average handling time", "average handle time", "average talk time"),
            handled_s=("handling time", "handle time", "talk time"),
            blank_sums=True,
        ),
    ),
)
