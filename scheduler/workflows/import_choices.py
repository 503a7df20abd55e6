"""What a person says about exports, before they are read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from forecasting.finding import KINDS
from scheduler.errors import Fault, InputError
from scheduler.exchange.acd_times import DateOrder, DoubledHour


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What a person says about exports, in words.

    Attributes
    ----------
    variant
        Their kind; empty finds it out.
    timezone
        Zone of times that state none, and of the days of the history where no case has one.
    interval
        Length of an interval; None for the case's, else half an hour.
    opening
        Usual hours in words; empty for the case's, else always.
    country
        Whose public holidays are no faults; empty for the case's.
    queues
        The queues wanted, each as the export calls it or as ``theirs=ours``; none for all.
    queue_name
        Name of the queue where a row names none; empty for the case's only one.
    queue_column
        Column that names the queue; empty for the usual one.
    replace
        Kinds of findings, see :data:`forecasting.finding.KINDS`, that give way to what was
        usual and are marked; the others are kept.
    include_ivr, short_abandon_s, wrap_up_s, date_order, doubled_hour
        As for :func:`scheduler.exchange.acd.import_history`.
    """

    variant: str = ""
    timezone: str = ""
    interval: timedelta | None = None
    opening: str = ""
    country: str = ""
    queues: tuple[str, ...] = ()
    queue_name: str = ""
    queue_column: str = ""
    replace: tuple[str, ...] = ()
    include_ivr: bool = False
    short_abandon_s: float = 0.0
    wrap_up_s: float = 0.0
    date_order: DateOrder | None = None
    doubled_hour: DoubledHour = "refuse"

    def __post_init__(self) -> None:
        """Refuse kinds of findings that there are not."""
        faults = [
            Fault(column="replace", expected=f"one of {', '.join(KINDS)}", found=repr(kind))
            for kind in self.replace
            if kind not in KINDS
        ]
        if faults:
            raise InputError(faults)

    @property
    def queue_map(self) -> dict[str, str | None]:
        """The house's name for each queue wanted."""
        pairs = (text.rsplit("=", 1) for text in self.queues)
        named: dict[str, str | None] = {pair[0].strip(): pair[-1].strip() for pair in pairs}
        if named and self.queue_name:
            named.setdefault("", self.queue_name)
        return named
