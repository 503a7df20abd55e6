"""Tickets and cases: HubSpot, Salesforce, Zendesk.

They tell when a customer wrote and when the matter was closed, not how long somebody worked on it.
"""

from __future__ import annotations

import re

import numpy as np

from scheduler.exchange.acd_chunk import Chunk, contacts_of
from scheduler.exchange.acd_contacts import Contacts, Reason
from scheduler.exchange.acd_variant import RowByRow, Variant

_CREATED = "a ticket belongs to the interval in which it was created ({})"
_HANDLED = frozenset({"handled"})
_TAGS = re.compile(r"[ ,;]+")


def read_hubspot(chunk: Chunk) -> Contacts:
    """Read HubSpot tickets; a ticket with a close date counts as handled."""
    arrived, understood = chunk.instants("create date", "createdate")
    return contacts_of(
        chunk,
        understood,
        arrived=arrived,
        handled=chunk.filled("close date", "closed_date"),
        identity=chunk.hashes("ticket id"),
    )


def read_salesforce_report(chunk: Chunk) -> Contacts:
    """Read a report of cases; one with several emails stands in it several times."""
    arrived, understood = chunk.instants("date/time opened")
    return contacts_of(
        chunk,
        understood,
        arrived=arrived,
        handled=chunk.filled("date/time closed"),
        identity=chunk.hashes("case number"),
    )


def read_salesforce_api(chunk: Chunk) -> Contacts:
    """Read cases as Data Loader and the API export them."""
    arrived, understood = chunk.instants("createddate")
    return contacts_of(
        chunk,
        understood,
        arrived=arrived,
        handled=chunk.filled("closeddate"),
        reasons=((Reason.DELETED, chunk.is_one_of(("true", "1", "yes"), "isdeleted")),),
        identity=chunk.hashes("id"),
    )


def read_agent_work(chunk: Chunk) -> Contacts:
    """Read work that Omni-Channel gave to agents, in seconds of handle time."""
    arrived, understood = chunk.instants_apart("assign date", "assign time")
    handle_s, fine = chunk.spans("handle time")
    return contacts_of(
        chunk,
        understood & fine,
        arrived=arrived,
        handled=~np.isnan(handle_s),
        handle_s=handle_s,
        whole=np.ones(len(chunk), dtype=bool),
        identity=chunk.hashes("agent work: id", "agent work: name"),
    )


def read_zendesk(chunk: Chunk) -> Contacts:
    """Read Zendesk tickets; the latest state of a ticket counts."""
    arrived, understood = chunk.instants("created at", "created_at")
    updated, fine = chunk.instants("updated at", "updated_at", optional=True)
    states = ("solved", "closed")
    return contacts_of(
        chunk,
        understood & fine,
        arrived=arrived,
        handled=chunk.is_one_of(states, "status") | chunk.filled("solved at"),
        reasons=(
            (Reason.DELETED, chunk.is_one_of(("deleted",), "status")),
            (Reason.SPAM, chunk.cells("tags").holds(_is_spam)),
        ),
        identity=chunk.hashes("id"),
        version=np.nan_to_num(updated),
    )


def _is_spam(tags: str) -> bool:
    return "spam" in _TAGS.split(tags.casefold())


VARIANTS = (
    Variant(
        name="hubspot",
        title="HubSpot tickets",
        needs=(("ticket id",), ("create date", "createdate")),
        dates=("create date", "createdate"),
        queue=("pipeline", "hs_pipeline"),
        attribution=_CREATED.format("Create date"),
        counts=_HANDLED,
        reads=lambda: RowByRow(function=read_hubspot),
    ),
    Variant(
        name="salesforce-report",
        title="a Salesforce report of cases",
        needs=(("case number",), ("date/time opened",)),
        dates=("date/time opened",),
        queue=("case origin",),
        attribution=_CREATED.format("Date/Time Opened"),
        counts=_HANDLED,
        reads=lambda: RowByRow(function=read_salesforce_report),
        notes=True,
    ),
    Variant(
        name="salesforce-api",
        title="Salesforce cases from Data Loader or the API",
        needs=(("id",), ("casenumber",), ("createddate",)),
        dates=("createddate",),
        queue=("origin",),
        attribution=_CREATED.format("CreatedDate"),
        counts=_HANDLED,
        reads=lambda: RowByRow(function=read_salesforce_api),
    ),
    Variant(
        name="salesforce-agentwork",
        title="a Salesforce report of agent work (Omni-Channel)",
        needs=(("assign date",), ("assign time",), ("handle time",)),
        dates=("assign date",),
        queue=("service channel: developer name",),
        attribution="work belongs to the interval in which it was given to an agent (Assign Time), "
        "not to the one in which the customer came",
        counts=_HANDLED,
        reads=lambda: RowByRow(function=read_agent_work),
        notes=True,
    ),
    Variant(
        name="zendesk-csv",
        title="Zendesk tickets, CSV",
        needs=(("id",), ("created at",), ("via", "requester"), ("status",)),
        dates=("created at", "updated at"),
        queue=("via",),
        attribution=_CREATED.format("Created at"),
        counts=_HANDLED,
        reads=lambda: RowByRow(function=read_zendesk),
    ),
    Variant(
        name="zendesk-json",
        title="Zendesk tickets, JSON",
        needs=(("id",), ("created_at",), ("via.channel", "via"), ("status",)),
        dates=("created_at", "updated_at"),
        queue=("via.channel", "via"),
        attribution=_CREATED.format("created_at"),
        counts=_HANDLED,
        reads=lambda: RowByRow(function=read_zendesk),
    ),
)
