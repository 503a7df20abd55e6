"""History from the systems teams already use: find out what a file is, look at it, import it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from forecasting.special_days import OpeningHours
from scheduler.exchange.acd_detect import VARIANTS, lay_out_text
from scheduler.exchange.acd_export import open_export, with_order
from scheduler.exchange.acd_plan import ImportPlan
from scheduler.exchange.acd_preview import preview_of
from scheduler.exchange.acd_read import read_contacts, read_intervals
from scheduler.exchange.acd_report import Detected, Imported, Preview
from scheduler.exchange.acd_source import decode_head
from scheduler.exchange.acd_times import DateOrder, DoubledHour
from scheduler.exchange.acd_variant import IntervalColumns
from scheduler.exchange.tables import check_size

CHUNK_ROWS = 10_000
_HALF_HOUR = timedelta(minutes=30)
_UTC = ZoneInfo("UTC")


def variants() -> tuple[tuple[str, str], ...]:
    """Return the key and the title of every kind of export that can be read."""
    return tuple((variant.name, variant.title) for variant in VARIANTS)


def detect(what: Path | bytes, *, max_bytes: int) -> Detected:
    """Tell which kind of export a file is.

    Parameters
    ----------
    what
        The file, or its first bytes, some 100 KB; they may be packed with gzip. A workbook cannot
        be told from its beginning.
    max_bytes
        Largest size of the file.

    Raises
    ------
    InputError
        It is of no known kind; the message names the nearest and what it lacks.
    """
    if isinstance(what, bytes):
        check_size(len(what), "", max_bytes)
        layout = lay_out_text(decode_head(what), "", None)
    else:
        plan = ImportPlan(zone=None, service_zone=_UTC, interval=_HALF_HOUR)
        layout = open_export(what, None, plan, max_bytes).layout
    variant = layout.variant
    return Detected(variant=variant.name, title=variant.title, reason=layout.reason)


def preview(
    path: Path,
    *,
    max_bytes: int,
    variant: str | None = None,
    zone: ZoneInfo | None = None,
    queue_from: str = "",
    date_order: DateOrder | None = None,
    doubled_hour: DoubledHour = "refuse",
    rows: int = 10,
) -> Preview:
    """Show the beginning of an export as :func:`import_history` would understand it.

    Parameters
    ----------
    path, max_bytes, variant, zone, queue_from, date_order, doubled_hour
        As for :func:`import_history`.
    rows
        How many contacts or intervals are shown.

    Raises
    ------
    InputError
        The file cannot be read, is of no known kind or has no rows. Faults of single rows are in
        the preview.
    """
    plan = ImportPlan(
        zone=zone,
        service_zone=_UTC,
        interval=_HALF_HOUR,
        queue_from=queue_from,
        date_order=date_order,
        doubled_hour=doubled_hour,
    )
    return preview_of(open_export(path, variant, plan, max_bytes), rows)


def import_history(
    path: Path,
    *,
    zone: ZoneInfo | None,
    service_zone: ZoneInfo,
    interval: timedelta,
    max_bytes: int,
    variant: str | None = None,
    opening: OpeningHours | Mapping[str, OpeningHours] | None = None,
    include_ivr: bool = False,
    short_abandon_s: float = 0.0,
    wrap_up_s: float = 0.0,
    queue_map: Mapping[str, str | None] | None = None,
    other_queues: bool = True,
    queue_from: str = "",
    only_queue: str = "contacts",
    date_order: DateOrder | None = None,
    doubled_hour: DoubledHour = "refuse",
    chunk_rows: int = CHUNK_ROWS,
    progress: Callable[[int], None] | None = None,
) -> Imported:
    """Read the history of contacts out of an export.

    Exports that list contacts one by one are counted by arrival; exports that count by interval
    already are read as they are. Nothing is imported unless the whole file can be understood. The
    same file gives the same history, and :func:`~scheduler.exchange.acd_merge.merged` of a
    history with it twice is the same as with it once.

    Parameters
    ----------
    path
        The file: CSV, a log, JSON records, or a workbook; the first three may be packed with gzip.
    zone
        Zone of the times that state none; None refuses them.
    service_zone
        The service's zone: the history runs over its local days.
    interval
        Length of an interval: 5, 6, 10, 12, 15, 20, 30 or 60 minutes.
    max_bytes
        Largest size of the file, and of what it unpacks to.
    variant
        Its kind, one of :func:`variants`; None finds it out.
    opening
        Usual hours, of all queues or by queue; outside them missing intervals are not remarked.
    include_ivr
        Whether contacts that ended in the menu, before any queue, count as offered.
    short_abandon_s
        Contacts that abandon sooner than this are left out.
    wrap_up_s
        After-call work added to every handling time of an export that has none.
    queue_map
        The house's name for a queue of the file; None leaves it out.
    other_queues
        Whether queues that are not in the map are kept, under their own names.
    queue_from
        Column that names the queue; empty for the usual one.
    only_queue
        Name of the queue where a row names none.
    date_order
        Whether the day (``dmy``) or the month (``mdy``) comes first; None lets the file tell.
    doubled_hour
        Which of the two is meant by a time that clocks show twice: ``first``, ``second``, or
        ``refuse``.
    chunk_rows
        Rows held at a time.
    progress
        Told the rows read so far while contacts are counted.

    Raises
    ------
    InputError
        Every fault found, with its row and column; at most 1,000 are listed.
    """
    plan = ImportPlan(
        zone=zone,
        service_zone=service_zone,
        interval=interval,
        opening=opening,
        include_ivr=include_ivr,
        short_abandon_s=short_abandon_s,
        wrap_up_s=wrap_up_s,
        queue_map=queue_map or {},
        other_queues=other_queues,
        queue_from=queue_from,
        only_queue=only_queue,
        date_order=date_order,
        doubled_hour=doubled_hour,
    )
    reader = with_order(open_export(path, variant, plan, max_bytes), chunk_rows)
    reads = reader.layout.variant.reads
    if isinstance(reads, IntervalColumns):
        return read_intervals(reader, reads, plan, chunk_rows)
    return read_contacts(reader, reads(), plan, chunk_rows, progress)
