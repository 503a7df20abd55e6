"""The terminal door: ``callboard`` and its verbs, in the order in which help lists them."""

from __future__ import annotations

import sys

from scheduler.cli import (
    accounts,
    asking,
    book,
    booked_changes,
    erasing,
    importing,
    outside,
    payroll,
    planning,
    repairing,
    requests,
    rosters,
    serving,
    upkeep,
)
from scheduler.cli.door import app
from scheduler.errors import CallboardError, InputError
from scheduler.terminal import print_faults

__all__ = [
    "accounts",
    "app",
    "asking",
    "book",
    "booked_changes",
    "erasing",
    "importing",
    "main",
    "outside",
    "payroll",
    "planning",
    "repairing",
    "requests",
    "rosters",
    "serving",
    "upkeep",
]


def main() -> None:
    """Run the terminal door; every deliberate error ends in exit code 2."""
    try:
        app()
    except InputError as error:
        print_faults(error)
        sys.exit(2)
    except CallboardError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)
    except OSError as error:
        # A place that cannot be written to is a choice of the user's, not a fault of ours.
        if error.filename is None:
            raise
        sys.stderr.write(f"{error.filename}: {error.strerror}\n")
        sys.exit(2)
