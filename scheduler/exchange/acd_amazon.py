"""Amazon Connect: contact records, forecast imports and historical metrics."""

from __future__ import annotations

import numpy as np

from scheduler.exchange.acd_chunk import Chunk, contacts_of
from scheduler.exchange.acd_contacts import Contacts, Reason
from scheduler.exchange.acd_variant import IntervalColumns, RowByRow, Variant
from scheduler.exchange.interval_rows import Floats, Mask

_NOT_INBOUND = ("outbound", "external_outbound", "monitor", "disconnect", "agent_reply")


def _either(field: str, of: str) -> tuple[str, str]:
    """Name a field of a part of the record, as records and as the API call that part."""
    return f"{of}.{field}", f"{of}info.{field}"


def read_records(chunk: Chunk) -> Contacts:
    """Read contact records; the latest version of a contact counts, and it arrives when enqueued.

    Records are delivered at least once. Handling is talk, hold and after-call work where the record
    has them, else the time from the agent to the end.
    """
    moments = [
        chunk.instants("initiationtimestamp", utc=True),
        *(
            chunk.instants(*names, utc=True, optional=True)
            for names in (
                _either("enqueuetimestamp", "queue"),
                _either("connectedtoagenttimestamp", "agent"),
                ("disconnecttimestamp",),
                ("lastupdatetimestamp",),
            )
        ),
    ]
    begun, enqueued, connected, ended, updated = (values for values, _ in moments)
    handle_s, whole, measured = _handling(chunk, ended - connected)
    waited, fine = chunk.spans(*_either("duration", "queue"))
    left = np.where(np.isnan(connected), ended, connected) - enqueued
    reached = ~np.isnan(connected)
    return contacts_of(
        chunk,
        np.logical_and.reduce([fine, measured, *(each for _, each in moments)]),
        arrived=np.where(np.isnan(enqueued), begun, enqueued),
        handled=reached,
        abandoned=~np.isnan(ended),
        reasons=(
            (Reason.OUTBOUND, chunk.is_one_of(_NOT_INBOUND, "initiationmethod")),
            (Reason.MENU, np.isnan(enqueued) & ~reached),
        ),
        wait_s=np.where(np.isnan(waited), left, waited),
        handle_s=handle_s,
        whole=whole,
        identity=chunk.hashes(chunk.first_of("contactid", "id")),
        version=np.nan_to_num(updated),
    )


def _handling(chunk: Chunk, connected_s: Floats) -> tuple[Floats, Mask, Mask]:
    """Return handling times, where they hold after-call work, and where they can be read."""
    names = ("agentinteractionduration", "customerholdduration", "aftercontactworkduration")
    parts = [chunk.spans(*_either(name, "agent")) for name in names]
    (talk, _), (hold, _), (after, _) = parts
    total = np.where(np.isnan(talk), connected_s, talk + np.nan_to_num(hold))
    measured = np.logical_and.reduce([fine for _, fine in parts])
    return np.maximum(total, 0.0) + np.nan_to_num(after), ~np.isnan(after), measured


VARIANTS = (
    Variant(
        name="amazon-records",
        title="Amazon Connect contact records",
        needs=(("contactid", "id"), ("initiationtimestamp",), ("initiationmethod",)),
        dates=("initiationtimestamp",),
        queue=(*_either("name", "queue"), *_either("arn", "queue"), *_either("id", "queue")),
        attribution="a contact belongs to the interval in which it entered its queue "
        "(EnqueueTimestamp), without a queue to that of its beginning; Amazon's own reports count "
        "it when it ends",
        reads=lambda: RowByRow(function=read_records),
    ),
    Variant(
        name="amazon-forecast",
        title="an Amazon Connect forecast import",
        needs=(("queuename",), ("timestamp",), ("intervalduration",), ("incomingcontactvolume",)),
        dates=("timestamp",),
        queue=("queuename",),
        attribution="as the file counts them: contacts that came in during the interval",
        counts=frozenset({"handled"}),
        complete=False,
        reads=IntervalColumns(
            start=("timestamp",),
            length=("intervalduration",),
            medium=("channeltype",),
            offered=("incomingcontactvolume",),
            handled=("contactshandled",),
            aht=("averagehandletime",),
        ),
    ),
    Variant(
        name="amazon-metrics",
        title="an Amazon Connect historical metrics report",
        needs=(
            ("startinterval", "start interval", "interval start"),
            ("queue",),
            ("contacts queued", "contacts queued (enqueue timestamp)"),
        ),
        dates=("startinterval", "start interval", "interval start"),
        queue=("queue",),
        attribution="Amazon counts a contact in the interval in which it ended, not in the one in "
        "which it came: long contacts move demand to a later interval; contact records do not",
        complete=False,
        reads=IntervalColumns(
            start=("startinterval", "start interval", "interval start"),
            end=("endinterval", "end interval", "interval end"),
            medium=("channel",),
            offered=("contacts queued (enqueue timestamp)", "contacts queued"),
            handled=("contacts handled incoming", "contacts handled"),
            abandoned=("contacts abandoned", "contact abandoned"),
            aht=("average handle time",),
            handled_s=("contact handle time",),
            blank_sums=True,
        ),
    ),
)
