"""History from other systems, brought in at the terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from scheduler.cli.door import AsJson, app, case_path, open_case, user
from scheduler.cli.import_options import (
    Country,
    Dates,
    DoubledHours,
    Exports,
    IncludeIvr,
    Interval,
    MaxMb,
    Opening,
    QueueColumn,
    QueueName,
    Queues,
    Replace,
    ShortAbandons,
    Timezone,
    Variant,
    WrapUp,
    read_choices,
)
from scheduler.errors import Fault, InputError
from scheduler.exchange.acd_report import Preview
from scheduler.exchange.case import Case
from scheduler.terminal import err, out, print_json, table
from scheduler.workflows import history, kept_history
from scheduler.workflows.history import Reading
from scheduler.workflows.history_numbers import numbers, preview_numbers
from scheduler.workflows.import_choices import Choices


@app.command("import")
def import_(
    exports: Exports,
    out_file: Annotated[Path | None, typer.Option("--out", help="history.csv to write.")] = None,
    into: Annotated[str, typer.Option(help="Case folder whose history takes it in.")] = "",
    look: Annotated[bool, typer.Option("--preview", help="Show it and write nothing.")] = False,
    variant: Variant = "",
    timezone: Timezone = "",
    interval: Interval = "",
    opening: Opening = "",
    country: Country = "",
    queue: Queues = None,
    queue_name: QueueName = "",
    queue_column: QueueColumn = "",
    include_ivr: IncludeIvr = False,
    short_abandons: ShortAbandons = "0s",
    wrap_up: WrapUp = "0s",
    dates: Dates = "",
    doubled_hour: DoubledHours = "refuse",
    replace: Replace = None,
    waits: Annotated[Path | None, typer.Option(help="CSV of waits to write, for patience.")] = None,
    max_mb: MaxMb = 4000,
    as_json: AsJson = False,
) -> None:
    """Import the history of contacts from exports of the systems a team already uses."""
    if not (out_file or into or look):
        expected = "where it goes: --out history.csv, --into CASE, or --preview to look first"
        raise InputError(Fault(column="import", expected=expected, found="none of them"))
    job = _Job(
        exports=tuple(exports),
        choices=read_choices(
            variant=variant,
            timezone=timezone,
            interval=interval,
            opening=opening,
            country=country,
            queues=queue,
            queue_name=queue_name,
            queue_column=queue_column,
            include_ivr=include_ivr,
            short_abandons=short_abandons,
            wrap_up=wrap_up,
            dates=dates,
            doubled_hour=doubled_hour,
            replace=replace,
        ),
        case=open_case(into) if into else None,
        max_bytes=max_mb * 1_000_000,
        as_json=as_json,
    )
    if look:
        _preview(job)
        return
    reading = job.read()
    answer = numbers(reading)
    if out_file is not None:
        kept_history.save_history(user(), reading, out_file)
        answer["out"] = str(out_file)
    if waits is not None:
        kept_history.save_waits(user(), reading, waits)
        answer["waits"] = str(waits)
    if job.case is not None:
        folder = case_path(into)
        answer["into"] = str(folder)
        answer["changed"] = kept_history.add_to_case(user(), reading, job.case, folder)
    if as_json:
        print_json(answer)
    else:
        _print_reading(reading, answer)
        _print_kept(answer)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    """What was asked for at the terminal."""

    exports: tuple[Path, ...]
    choices: Choices
    case: Case | None
    max_bytes: int
    as_json: bool

    def read(self) -> Reading:
        """Read everything, with a bar on a terminal."""
        with _rows_bar(quiet=self.as_json) as report:
            return history.read_exports(
                user(),
                self.exports,
                self.choices,
                case=self.case,
                max_bytes=self.max_bytes,
                progress=report,
            )

    def look(self) -> list[Preview]:
        """Read the beginning of every export."""
        return [
            history.look_at(user(), export, self.choices, max_bytes=self.max_bytes)
            for export in self.exports
        ]


def _preview(job: _Job) -> None:
    """Show the beginning of every export, then what an import would give; write nothing.

    What stands in the way of an import ends in exit code 2, after what could be shown.
    """
    seen = job.look()
    answer: dict[str, Any] = {"previews": [preview_numbers(each) for each in seen]}
    if not job.as_json:
        for export, each in zip(job.exports, seen, strict=True):
            _print_preview(export, each)
    try:
        reading = job.read()
    except InputError as error:
        if job.as_json:
            print_json({**answer, "faults": [str(fault) for fault in error.faults]})
        raise
    answer |= numbers(reading)
    if job.case is not None:
        answer["changes"] = kept_history.changes(reading, job.case)
    if job.as_json:
        print_json(answer)
    else:
        _print_reading(reading, answer)
        out().print("Nothing was written.")


def _print_preview(export: Path, seen: Preview) -> None:
    console = out()
    console.print(f"{export.name}: {seen.detected.title}", style="bold", markup=False)
    console.print(f"because {seen.detected.reason}", markup=False)
    console.print(table("The first rows as they are understood", seen.header, seen.rows))
    for question in seen.questions:
        console.print(f"asks ({_FLAGS[question.key]}): {question.text}", markup=False)


# So many findings of one kind and queue are printed.
_SHOWN = 10
_FLAGS = {
    "zone": "--timezone",
    "date_order": "--dates",
    "queue_from": "--queue-column",
    "wrap_up_s": "--wrap-up",
}


def _print_reading(reading: Reading, answer: dict[str, Any]) -> None:
    console = out()
    for report in reading.reports:
        console.print(str(report), markup=False)
    rows = [
        (
            name,
            queue["days"],
            f"{queue['offered']:,}",
            None if queue["handled"] is None else f"{queue['handled']:,}",
            None if queue["abandoned"] is None else f"{queue['abandoned']:,}",
            None if queue["aht_s"] is None else f"{queue['aht_s']:.0f} s",
            _patience_words(queue.get("patience")),
        )
        for name, queue in answer["queues"].items()
    ]
    columns = ("queue", "days", "offered", "handled", "abandoned", "AHT", "mean patience (95 %)")
    console.print(table("History", columns, rows))
    _print_findings(console, answer["findings"])
    _print_lines(console, answer["remarks"])


def _print_findings(console: Console, findings: list[dict[str, Any]]) -> None:
    """Print what is strange, the first of each kind and queue, and what becomes of it."""
    seen: dict[tuple[str, str], int] = {}
    if findings:
        console.print("What is strange in it:")
    for each in findings:
        key = each["queue"], each["kind"]
        seen[key] = seen.get(key, 0) + 1
        if seen[key] <= _SHOWN:
            console.print(f"  · {each['words']} ({_fate(each)})", markup=False)
    for (queue, kind), count in seen.items():
        if count > _SHOWN:
            more = f"  · {queue}: {count - _SHOWN} more of the kind {kind}; --json lists all"
            console.print(more, markup=False)


def _fate(finding: dict[str, Any]) -> str:
    if finding["replacement"] is None:
        return "kept"
    there = f"{finding['replacement']:,} contacts"
    if finding["replaced"]:
        return f"replaced by {there} and marked"
    return f"kept; --replace {finding['kind']} would put {there} there"


def _print_lines(console: Console, lines: list[str]) -> None:
    for line in lines:
        console.print(f"  · {line}", markup=False)


def _patience_words(patience: dict[str, Any] | None) -> str | None:
    if patience is None or patience["mean_s"] is None:
        return None
    low, high = patience["ci95"]
    return f"{patience['mean_s']:.0f} s ({low:.0f} – {high:.0f})"


def _print_kept(answer: dict[str, Any]) -> None:
    console = out()
    for key, words in (("out", "History"), ("waits", "Waits")):
        if key in answer:
            console.print(f"{words} in {answer[key]}", markup=False)
    if "into" in answer:
        changed = answer["changed"]
        words = f"{changed:,} intervals changed" if changed else "nothing new, nothing changed"
        console.print(f"{answer['into']}/history.csv: {words}", markup=False)


@contextmanager
def _rows_bar(*, quiet: bool) -> Iterator[Callable[[int], None] | None]:
    """Show the rows read so far, on a terminal only; how many there are nobody knows."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err(), transient=True) as bar:
        task = bar.add_task("reading", total=None)
        yield lambda rows: bar.update(task, description=f"rows read: {rows:,}")
