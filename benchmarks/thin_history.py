"""Make the sample team's history out of the bank's: every call is kept or dropped by chance.

``python -m benchmarks.thin_history`` reads ``rosters/bank/history.csv`` and writes
``rosters/demo/history.csv``. Each call goes, independently of all others and with a fixed seed,
to one of the sample team's queues or to none: binomial thinning, which keeps the shape of days
and weeks and their excess variation.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

SEED = 20031024
SHARES = {"phone": 0.0155, "chat": 0.006, "email": 0.005, "social": 0.0015}
ROSTERS = Path(__file__).resolve().parent.parent / "rosters"


def main() -> None:
    """Write the thinned history."""
    chance = np.random.default_rng(SEED)
    kept = [*SHARES.values(), 1 - sum(SHARES.values())]
    with (ROSTERS / "bank" / "history.csv").open(newline="", encoding="utf-8") as source:
        rows = list(csv.DictReader(source))
    with (ROSTERS / "demo" / "history.csv").open("w", newline="", encoding="utf-8") as target:
        writer = csv.writer(target, lineterminator="\n")
        writer.writerow(["interval_start", "queue", "offered", "handled", "abandoned", "aht_s"])
        for row in rows:
            counts = chance.multinomial(int(row["offered"]), kept)
            for queue, count in zip(SHARES, counts, strict=False):
                writer.writerow([row["interval_start"], queue, count, "", "", ""])


if __name__ == "__main__":
    main()
