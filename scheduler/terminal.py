"""How results look in a terminal: tables, progress bars, errors."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from scheduler.errors import InputError
from scheduler.free_text import UNSEEN, harmless
from scheduler.people import Agent
from scheduler.rostering.params import Progress as SearchProgress
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Assignment
from scheduler.workflows.outcome import Outcome

Report = Callable[[SearchProgress], None]


class _Plain(Console):
    """A console that shows text as it is: no markup in it, nothing that steers the terminal."""

    def render_str(self, text: str, **options: Any) -> Text:
        """Turn a string into what is printed; every string comes this way, cells of tables too."""
        return super().render_str(harmless(text), **options)


def out() -> Console:
    """Return the console for results."""
    width = None if sys.stdout.isatty() else 150
    return _Plain(file=sys.stdout, highlight=False, width=width, markup=False, emoji=False)


def err() -> Console:
    """Return the console for errors and progress."""
    return _Plain(file=sys.stderr, highlight=False, soft_wrap=True, markup=False, emoji=False)


def print_json(numbers: dict[str, Any]) -> None:
    """Print one JSON object and nothing else."""
    words = json.dumps(numbers, ensure_ascii=False, allow_nan=False)
    # JSON lets stand what a terminal may take for a command.
    sys.stdout.write(UNSEEN.sub(lambda sign: f"\\u{ord(sign[0]):04x}", words) + "\n")


def print_faults(error: InputError) -> None:
    """Print every fault of an input, one a line."""
    console = err()
    count = len(error.faults)
    console.print(f"{count} error{'s' if count > 1 else ''}:", style="bold red")
    for fault in error.faults:
        console.print(f"  {fault}", markup=False)


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> Table:
    """Build a table; the first column is text, the others are set to the right."""
    made = Table(title=title, title_justify="left", title_style="bold")
    for number, column in enumerate(columns):
        made.add_column(column, justify="left" if number == 0 else "right")
    for row in rows:
        made.add_row(*("–" if cell is None else str(cell) for cell in row))
    return made


@contextmanager
def search_bar(seconds: float, *, quiet: bool) -> Iterator[Report | None]:
    """Show how a search goes, on a terminal only."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err(), transient=True) as bar:
        task = bar.add_task("searching", total=seconds)

        def report(progress: SearchProgress) -> None:
            gap = "" if progress.gap is None else f", gap {progress.gap:.1%}"
            text = f"rosters found: {progress.solutions}{gap}"
            bar.update(task, completed=progress.seconds, description=text)

        yield report


@contextmanager
def share_bar(what: str, *, quiet: bool) -> Iterator[Callable[[float], None] | None]:
    """Show a share done, 0 to 1, on a terminal only."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err(), transient=True) as bar:
        task = bar.add_task(what, total=1.0)
        yield lambda share: bar.update(task, completed=share)


def print_outcome(outcome: Outcome, numbers: dict[str, Any]) -> None:
    """Print a solved week: the grid, the promise, what is short."""
    console = out()
    case, monday = outcome.plan.case, outcome.plan.monday
    span = "week" if case.weeks == 1 else f"{case.weeks} weeks from the week"
    head = f"{case.name}: {span} of {monday:%A %d %B %Y}"
    console.print(f"{head} – {numbers['status']}", style="bold")
    if outcome.result.roster is None:
        print_clash(numbers)
        return
    for days in outcome.plan.problem.weeks.values():
        console.print(roster_grid(outcome, days))
    print_service(numbers["service_level"])
    console.print(
        f"Paid hours {numbers['paid_hours']:,.1f}; below the requirement "
        f"{numbers['shortfall_hours']:,.1f} agent-hours; gap to the bound {numbers['gap']:.2%}; "
        f"{numbers['seconds']:.1f} s. Rounds {len(numbers['loop']['rounds'])}: "
        f"{numbers['loop']['reason']}."
    )
    for words in numbers["departures"]:
        console.print(f"  · {words}", markup=False)
    if numbers["shortages"]:
        console.print(
            table(
                "Where it is short of the promise",
                ("queue", "day", "from", "to", "wanted", "there", "missing"),
                [tuple(row.values()) for row in numbers["shortages"]],
            )
        )
    if numbers["hires"]:
        console.print(f"What would mend it: {numbers['hires']}", markup=False)


def print_clash(numbers: dict[str, Any]) -> None:
    """Print which hard rules contradict each other, and what mends it."""
    console = out()
    if numbers["status"] != "infeasible":
        console.print("No roster was found in the time given; give it more with --seconds.")
        return
    last = 0
    for clause in numbers["clash"]:
        if clause["set"] != last:
            console.print("No roster can keep these together:", style="bold red")
            last = clause["set"]
        console.print(f"  · {clause['words']}  [{clause['rule']}]", markup=False)
    console.print("The smallest change that lets a roster exist: waive")
    for clause in numbers["mend"]:
        console.print(f"  · {clause['words']}  [{clause['rule']}]", markup=False)


def print_service(queues: dict[str, dict[str, Any]]) -> None:
    """Print the certificate, one queue a row."""

    def share(value: float | None) -> str | None:
        return None if value is None else f"{value:.1%}"

    rows = [
        (
            name,
            share(q["target"]),
            share(q["predicted"]),
            share(q["exact"]),
            share(q["simulated"]),
            " – ".join(share(edge) or "–" for edge in q["ci95"]),
            None if q["asa_s"] is None else f"{q['asa_s']['mean'] or 0:.0f} s",
            None if q["abandon_rate"] is None else share(q["abandon_rate"]["mean"]),
            None if q["occupancy"] is None else share(q["occupancy"]["mean"]),
            "yes" if q["kept"] else "NO",
        )
        for name, q in queues.items()
    ]
    columns = (
        "queue", "promise", "predicted", "exact", "simulated", "95 % interval",
        "ASA", "abandoned", "occupancy", "kept",
    )  # fmt: skip
    out().print(table("Service the roster will give", columns, rows))


def _cell(problem: Problem, agent: Agent, assignment: Assignment | None) -> str:
    """Write a shift and its queues, and when it starts where the template leaves that open."""
    if assignment is None:
        return "·"
    shift = assignment.shift
    words = f"{shift.template} {'+'.join(assignment.queues)}".rstrip()
    if len(problem.template_by_name[shift.template].variants) == 1:
        return words
    start, end = (at.astimezone(agent.zone) for at in (shift.start, shift.end))
    return f"{start:%H:%M}–{end:%H:%M} {words}"


def roster_grid(outcome: Outcome, days: Sequence[date]) -> Table:
    """Lay some days of the roster out, agents by local days."""
    problem = outcome.plan.problem
    roster = outcome.result.roster
    tours = roster.tours() if roster else {}
    rows = []
    for agent in problem.agents.values():
        by_day = {a.shift.day: a for a in tours.get(agent.agent_id, ())}
        cells = [_cell(problem, agent, by_day.get(day)) for day in days]
        hours = sum(by_day[day].shift.paid_minutes for day in days if day in by_day) / 60
        city = agent.zone.key.rpartition("/")[2].replace("_", " ")
        rows.append((f"{agent.name} ({city})", *cells, f"{hours:g}"))
    columns = ("agent (city)", *(f"{day:%a %d}" for day in days), "hours")
    return table("Roster, each agent's own days", columns, rows)
