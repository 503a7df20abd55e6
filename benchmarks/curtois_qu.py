"""The public staff-scheduling benchmark of T. Curtois and R. Qu beside what is published.

``python -m benchmarks.curtois_qu FOLDER --instances 1,3,5 --seconds 600`` solves the instances in
the folder and prints the table of every run so far; ``--quick`` takes the odd instances up to 11,
a minute each. No licence is stated for the instances, so they are no part of the repository.

Runs accumulate in a file of JSON lines, one run a line, with seconds, workers, versions and load.
Every roster is verified by the plain checker before it counts, and the solution is written in the
site's own format beside the table.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from scheduler.exchange.curtois_qu import read_instance
from scheduler.exchange.curtois_qu_problem import problem_of, solution_text
from scheduler.exchange.files import write_file
from scheduler.rostering.params import SolveParams
from scheduler.rostering.solver import solve

QUICK = (1, 3, 5, 7, 9, 11)
ALL = tuple(range(1, 25))
MAX_BYTES = 10_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is published of an instance; None where nothing is.

    Attributes
    ----------
    best, bound
        Best known objective and bound (wssuite/NurseScheduler, ``benchmark/nrp.yml``; proofs and
        bounds as on schedulingbenchmarks.org and in the report of Curtois and Qu, 2014).
    ejection, ip_vns, fix_relax
        Objectives after ten minutes: ejection chains (Curtois and Qu, 2014); integer programming
        with variable neighbourhoods (Rahimian and others, 2017); fix-and-relax with simulated
        annealing (Turhan and Bilgen), the last two as quoted in ORProjects/NRP.
    """

    best: int
    bound: int | None
    ejection: int | None
    ip_vns: int | None = None
    fix_relax: int | None = None


KNOWN = {
    1: Known(best=607, bound=607, ejection=607, ip_vns=607, fix_relax=607),
    2: Known(best=828, bound=828, ejection=923, ip_vns=828, fix_relax=828),
    3: Known(best=1001, bound=1001, ejection=1003, ip_vns=1001, fix_relax=1001),
    4: Known(best=1716, bound=1716, ejection=1719, ip_vns=1716, fix_relax=1716),
    5: Known(best=1143, bound=1143, ejection=1439, ip_vns=1143, fix_relax=1143),
    6: Known(best=1950, bound=1950, ejection=2344, ip_vns=1950, fix_relax=1950),
    7: Known(best=1056, bound=1056, ejection=1284, ip_vns=1056, fix_relax=1056),
    8: Known(best=1300, bound=1300, ejection=2529, ip_vns=1364, fix_relax=1341),
    9: Known(best=439, bound=439, ejection=474, ip_vns=439, fix_relax=439),
    10: Known(best=4631, bound=4631, ejection=4999, ip_vns=4631, fix_relax=4631),
    11: Known(best=3443, bound=3443, ejection=3967, ip_vns=3443, fix_relax=3443),
    12: Known(best=4040, bound=4040, ejection=5611, ip_vns=4042, fix_relax=4044),
    13: Known(best=1348, bound=1348, ejection=8707, ip_vns=3109, fix_relax=3200),
    14: Known(best=1278, bound=1278, ejection=2542, ip_vns=1281, fix_relax=1295),
    15: Known(best=3829, bound=3823, ejection=6049, ip_vns=4144, fix_relax=4420),
    16: Known(best=3225, bound=3225, ejection=4343, ip_vns=3306, fix_relax=3253),
    17: Known(best=5746, bound=5746, ejection=7835, ip_vns=5760, fix_relax=6138),
    18: Known(best=4459, bound=4459, ejection=6404, ip_vns=5049, fix_relax=5000),
    19: Known(best=3149, bound=3148, ejection=6522, ip_vns=3974, fix_relax=3809),
    20: Known(best=4769, bound=4743, ejection=23531),
    21: Known(best=21133, bound=20868, ejection=38294),
    22: Known(best=30241, bound=24064, ejection=None),
    23: Known(best=17428, bound=2765, ejection=None),
    24: Known(best=42463, bound=None, ejection=None),
}
COLUMNS = (
    "instance", "seconds", "workers", "load", "objective", "bound", "gap", "best known", "above it",
    "ejection", "IP+VNS", "F&R+SA",
)  # fmt: skip


def run(path: Path, number: int, params: SolveParams, solutions: Path) -> dict[str, Any]:
    """Solve one instance, write its solution and return the line of the table's file."""
    problem = problem_of(read_instance(path, max_bytes=MAX_BYTES))
    load = os.getloadavg()[0]
    result = solve(problem, params)
    if result.roster is not None:
        name = f"Instance{number}.{result.objective}.txt"
        write_file(solutions / name, solution_text(problem, result.roster).encode())
    return {
        "instance": number,
        "limit_s": params.seconds,
        "seconds": round(result.seconds, 1),
        "workers": params.workers,
        "seed": params.seed,
        "strategy": params.strategy,
        "status": result.status,
        "objective": result.objective,
        "bound": result.bound,
        "load": round((load + os.getloadavg()[0]) / 2, 1),
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "versions": result.versions,
        "python": platform.python_version(),
    }


def table(runs: list[dict[str, Any]]) -> str:
    """Return every run beside what is published, as a Markdown table."""
    lines = [COLUMNS, ("---",) * len(COLUMNS), *map(_row, sorted(runs, key=_order))]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def _order(line: dict[str, Any]) -> tuple[int, float, str]:
    return line["instance"], line["limit_s"], line["when"]


def _row(line: dict[str, Any]) -> tuple[object, ...]:
    known, objective, bound = KNOWN[line["instance"]], line["objective"], line["bound"]
    found = objective is not None
    return (
        line["instance"],
        f"{line['seconds']:.0f}",
        line["workers"],
        line["load"],
        objective if found else line["status"],
        f"{bound:.0f}" if found else "–",
        f"{(objective - bound) / max(1, objective):.1%}" if found else "–",
        known.best,
        f"{objective / known.best - 1:.2%}" if found else "–",
        *("–" if n is None else n for n in (known.ejection, known.ip_vns, known.fix_relax)),
    )


def main() -> None:
    """Solve what is asked for and print the table."""
    asked = argparse.ArgumentParser(prog="python -m benchmarks.curtois_qu", description=__doc__)
    asked.add_argument("folder", type=Path, help="folder with Instance1.txt …")
    asked.add_argument("--instances", default="", help="numbers, joined by commas; all if empty")
    asked.add_argument("--seconds", type=float, default=600.0)
    asked.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    asked.add_argument("--seed", type=int, default=0)
    asked.add_argument("--strategy", default="auto", choices=("auto", "model", "tours"))
    asked.add_argument("--quick", action="store_true", help="1, 3 … 11, a minute each")
    asked.add_argument("--results", type=Path, default=Path("rosters/out/curtois_qu.jsonl"))
    given = asked.parse_args()
    numbers = tuple(int(each) for each in given.instances.split(",") if each)
    numbers = numbers or (QUICK if given.quick else ALL)
    params = SolveParams(
        seconds=60.0 if given.quick else given.seconds,
        workers=given.workers,
        seed=given.seed,
        strategy=given.strategy,
    )
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} processors; "
          f"Python {platform.python_version()}, ortools {version('ortools')}")  # fmt: skip
    given.results.parent.mkdir(parents=True, exist_ok=True)
    for number in numbers:
        path = given.folder / f"Instance{number}.txt"
        if number not in KNOWN or not path.is_file():
            print(f"instance {number} left out: there is no {path}")
            continue
        line = run(path, number, params, given.results.parent / "curtois_qu")
        with given.results.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
        print(f"instance {number}: {line['objective']} ≥ {line['bound']}, {line['seconds']} s")
    if given.results.exists():
        lines = given.results.read_text(encoding="utf-8").splitlines()
        print(table([json.loads(line) for line in lines]))


if __name__ == "__main__":
    main()
