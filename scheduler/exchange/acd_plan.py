"""What a person chooses for an import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from math import isfinite
from zoneinfo import ZoneInfo

from forecasting.special_days import OpeningHours
from scheduler.errors import Fault, InputError
from scheduler.exchange.acd_queues import QueueNames
from scheduler.exchange.acd_times import Clock, DateOrder, DoubledHour
from scheduler.exchange.history_plan import HistoryPlan

INTERVAL_MINUTES = (5, 6, 10, 12, 15, 20, 30, 60)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPlan:
    """What a person chooses for an import.

    Attributes
    ----------
    zone
        Zone of times that state none; None refuses them.
    service_zone
        The service's zone: the history runs over its local days.
    interval
        Length of an interval: 5, 6, 10, 12, 15, 20, 30 or 60 minutes.
    opening
        Usual hours, of all queues or by queue; outside them missing intervals are not remarked.
    include_ivr
        Whether contacts that ended in the menu, before any queue, count as offered.
    short_abandon_s
        Contacts that abandon sooner than this, in seconds, are left out.
    wrap_up_s
        After-call work in seconds, added to every handling time of an export that has none.
    queue_map
        The house's name for a queue of the file; None leaves it out.
    other_queues
        Whether queues that are not in the map are kept, under their own names.
    queue_from
        Column that names the queue; empty for the usual one.
    only_queue
        Name of the queue where a row names none.
    date_order, doubled_hour
        As in :class:`Clock`.

    Raises
    ------
    InputError
        A choice that no import can keep; all of them are reported.
    """

    zone: ZoneInfo | None
    service_zone: ZoneInfo
    interval: timedelta
    opening: OpeningHours | Mapping[str, OpeningHours] | None = None
    include_ivr: bool = False
    short_abandon_s: float = 0.0
    wrap_up_s: float = 0.0
    queue_map: Mapping[str, str | None] = field(default_factory=dict)
    other_queues: bool = True
    queue_from: str = ""
    only_queue: str = "contacts"
    date_order: DateOrder | None = None
    doubled_hour: DoubledHour = "refuse"

    def __post_init__(self) -> None:
        """Check every choice."""
        seconds = "a number of seconds, 0 or more"
        names = [self.only_queue, *(name for name in self.queue_map.values() if name is not None)]
        demands = (
            (
                "interval",
                f"one of {', '.join(map(str, INTERVAL_MINUTES))} minutes",
                self.interval,
                any(self.interval == timedelta(minutes=each) for each in INTERVAL_MINUTES),
            ),
            ("short_abandon_s", seconds, self.short_abandon_s, _is_amount(self.short_abandon_s)),
            ("wrap_up_s", seconds, self.wrap_up_s, _is_amount(self.wrap_up_s)),
            (
                "queue_map, only_queue",
                "names without ; that can be printed",
                names,
                all(name.strip() and name.isprintable() and ";" not in name for name in names),
            ),
            ("date_order", "dmy or mdy", self.date_order, self.date_order in (None, "dmy", "mdy")),
            (
                "doubled_hour",
                "refuse, first or second",
                self.doubled_hour,
                self.doubled_hour in ("refuse", "first", "second"),
            ),
        )
        faults = [
            Fault(column=column, expected=expected, found=str(found))
            for column, expected, found, holds in demands
            if not holds
        ]
        if faults:
            raise InputError(faults)

    @property
    def clock(self) -> Clock:
        """How times are to be understood."""
        return Clock(zone=self.zone, order=self.date_order, doubled=self.doubled_hour)

    def queue_names(self) -> QueueNames:
        """Begin to number the queues of a file."""
        return QueueNames(
            queue_map=self.queue_map,
            only_queue=self.only_queue,
            other_queues=self.other_queues,
        )

    @property
    def history(self) -> HistoryPlan:
        """How the history is to be laid on its grid."""
        zone, interval, opening = self.service_zone, self.interval, self.opening
        if isinstance(opening, Mapping):
            return HistoryPlan(zone=zone, interval=interval, opening=opening)
        return HistoryPlan(zone=zone, interval=interval, usual=opening)


def _is_amount(value: float) -> bool:
    return isfinite(value) and value >= 0
