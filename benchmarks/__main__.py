"""``make bench``: every table, one after the other, with the machine and versions in the head."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version

from benchmarks import promise

PACKAGES = ("numpy", "scipy", "numba", "ortools")


def main() -> None:
    """Print the head and every table."""
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    print(f"Python {platform.python_version()}, {versions}; {os.cpu_count()} processors.\n")
    print("The promise as objective: shifts, service level, proof, seconds")
    promise.main()


if __name__ == "__main__":
    main()
