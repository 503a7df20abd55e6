"""Genesys Cloud and the house's own tables: exports that already count by interval."""

from __future__ import annotations

from scheduler.exchange.acd_variant import IntervalColumns, Variant

_AS_COUNTED = "as the file counts them: contacts offered to the queue during the interval"

VARIANTS = (
    Variant(
        name="genesys-wfm",
        title="a Genesys Cloud history import",
        needs=(("interval start utc date",), ("queue",), ("offered",)),
        dates=("interval start utc date",),
        queue=("queue",),
        attribution=_AS_COUNTED,
        counts=frozenset({"handled"}),
        reads=IntervalColumns(
            start=("interval start utc date",),
            medium=("media type",),
            parts=("skill set", "language"),
            offered=("offered",),
            handled=("interactions handled",),
            handled_s=("total handle time (seconds)",),
            utc=True,
        ),
    ),
    Variant(
        name="genesys-performance",
        title="a Genesys Cloud export of queue performance",
        needs=(("interval start",), ("queue name",), ("offer",)),
        dates=("interval start", "interval end"),
        queue=("queue name",),
        attribution=_AS_COUNTED,
        reads=IntervalColumns(
            start=("interval start",),
            end=("interval end",),
            complete=("interval complete",),
            medium=("media type",),
            offered=("offer",),
            handled=("answer",),
            abandoned=("abandon",),
            short=("short abandon",),
            aht=("avg handle",),
            unit_s=0.001,
            blank_is_zero=True,
            blank_sums=True,
        ),
    ),
    Variant(
        name="callboard",
        title="a history of the house's own",
        needs=(("interval_start",), ("offered", "calls")),
        dates=("interval_start",),
        queue=("queue",),
        attribution=_AS_COUNTED,
        complete=False,
        reads=IntervalColumns(
            start=("interval_start",),
            offered=("offered", "calls"),
            handled=("handled",),
            abandoned=("abandoned",),
            aht=("aht_s",),
        ),
    ),
)
