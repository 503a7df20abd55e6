"""What the terminal lets people say about exports, for every verb that reads them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, cast

import typer

from scheduler.cli.door import duration
from scheduler.exchange.acd_times import DateOrder, DoubledHour
from scheduler.workflows.import_choices import Choices

Exports = Annotated[list[Path], typer.Argument(help="Files of the phone or ticket system.")]
Variant = Annotated[str, typer.Option(help="Kind of export, where it is not found out.")]
Timezone = Annotated[
    str, typer.Option(help="Zone of times that state none, and of the history's days.")
]
Interval = Annotated[str, typer.Option(help="30m unless a case says another.")]
Opening = Annotated[str, typer.Option(help='Such as "Mon-Fri 07:00-21:00".')]
Country = Annotated[str, typer.Option(help="Whose public holidays are no faults.")]
Queues = Annotated[
    list[str] | None, typer.Option(help="Only this queue; THEIRS=OURS renames it. Repeatable.")
]
QueueName = Annotated[str, typer.Option(help="Queue of rows that name none.")]
QueueColumn = Annotated[str, typer.Option(help="Column that names the queue.")]
IncludeIvr = Annotated[bool, typer.Option(help="Count who hung up in the menu.")]
ShortAbandons = Annotated[str, typer.Option(help="Leave out who gave up sooner, such as 5s.")]
WrapUp = Annotated[str, typer.Option(help="After-call work to add, such as 30s.")]
Dates = Annotated[str, typer.Option(help="What comes first in 03/04/2026: dmy or mdy.")]
DoubledHours = Annotated[
    str, typer.Option(help="Times that clocks show twice: refuse, first or second.")
]
Replace = Annotated[
    list[str] | None,
    typer.Option(help="Findings to replace by what is usual, such as outage. Repeatable."),
]
MaxMb = Annotated[int, typer.Option(min=1, help="Largest export, in megabytes.")]


def read_choices(
    *,
    interval: str,
    queues: list[str] | None,
    short_abandons: str,
    wrap_up: str,
    dates: str,
    doubled_hour: str,
    replace: list[str] | None,
    **others: Any,
) -> Choices:
    """Read what options say about exports; ``others`` mean what they are called.

    Raises
    ------
    InputError
        A duration cannot be read, or there is no such kind of finding.
    """
    return Choices(
        interval=duration("--interval", interval) if interval else None,
        queues=tuple(queues or ()),
        short_abandon_s=duration("--short-abandons", short_abandons).total_seconds(),
        wrap_up_s=duration("--wrap-up", wrap_up).total_seconds(),
        date_order=cast(DateOrder | None, dates or None),
        doubled_hour=cast(DoubledHour, doubled_hour),
        replace=tuple(replace or ()),
        **others,
    )
