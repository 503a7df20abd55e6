"""``make bench``: every table, one after the other, with the machine and versions in the head."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version

from benchmarks import (
    erlang_speed,
    import_history,
    peer_rosters,
    promise,
    repair,
    simulators,
    transient_day,
)

PACKAGES = ("numpy", "scipy", "numba", "ortools", "pyworkforce", "simpy", "ciw")
TABLES = {
    "The promise as objective: shifts, service level, proof, seconds": promise.main,
    "The search for agents against pyworkforce and a plain birth-death chain": erlang_speed.main,
    "An exact day": transient_day.main,
    "The simulator against simpy and ciw": simulators.main,
    "Small rosters asked of pyworkforce and of ours": peer_rosters.main,
    "Sick calls on a published week, repaired": repair.main,
    "A call log of five million rows imported": import_history.main,
}


def main() -> None:
    """Print the head and every table."""
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    print(f"Python {platform.python_version()}, {versions}; {os.cpu_count()} processors.")
    for title, table in TABLES.items():
        print(f"\n{title}")
        table()


if __name__ == "__main__":
    main()
