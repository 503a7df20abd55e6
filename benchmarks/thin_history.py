"""Make the history of two cases out of the bank's: every call is kept or dropped by chance.

``python -m benchmarks.thin_history`` reads ``rosters/bank/history.csv`` and writes the history of
``rosters/demo`` and ``rosters/omni``. Each call goes, independently and with a fixed seed,
to one of the sample team's queues or to none: binomial thinning, which keeps the shape of days
and weeks and their excess variation.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

SEED = 20031024
SHARES = {
    "demo": {"phone": 0.0155, "chat": 0.006, "email": 0.005, "social": 0.0015},
    "omni": {"phone": 0.03, "chat": 0.02, "email": 0.015, "social": 0.006},
}
ROSTERS = Path(__file__).resolve().parent.parent / "rosters"


def main() -> None:
    """Write the thinned histories."""
    with (ROSTERS / "bank" / "history.csv").open(newline="", encoding="utf-8") as source:
        rows = list(csv.DictReader(source))
    for case, shares in SHARES.items():
        thin(rows, shares, ROSTERS / case / "history.csv")


def thin(rows: list[dict[str, str]], shares: dict[str, float], path: Path) -> None:
    """Write one history: each call goes to a queue with its share, or to none."""
    chance = np.random.default_rng(SEED)
    kept = [*shares.values(), 1 - sum(shares.values())]
    with path.open("w", newline="", encoding="utf-8") as target:
        writer = csv.writer(target, lineterminator="\n")
        writer.writerow(["interval_start", "queue", "offered", "handled", "abandoned", "aht_s"])
        for row in rows:
            counts = chance.multinomial(int(row["offered"]), kept)
            for queue, count in zip(shares, counts, strict=False):
                writer.writerow([row["interval_start"], queue, count, "", "", ""])


if __name__ == "__main__":
    main()
