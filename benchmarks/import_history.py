"""A call log of five million rows imported: rows a second, and the most memory it took.

``python -m benchmarks.import_history [ROWS]``. The log is made here: a year of calls of four
queues in the columns of an Aircall export, one row a call, with humps over the day, some calls
that gave up, some outbound ones, and every two hundredth row twice. It is read in a process of its
own, so that the memory is the import's alone; the counts must be those that were written.
"""

from __future__ import annotations

import multiprocessing
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from scheduler.exchange.acd import import_history

ROWS = 5_000_000
SEED = 20260101
_PART = 100_000
_QUEUES = ("Sales", "Care", "Claims", "Billing")
_HEADER = (
    "line,datetime (tz offset incl.),number timezone,datetime (UTC),country_code,direction,from,"
    "to,answered,missed_call_reason,user,duration (total),duration (in call),voicemail,tags"
)
_MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a made log holds: rows, bytes, and the calls that an import must count."""

    rows: int
    size: int
    calls: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What an import of it counted, how long it took, and the most memory held."""

    calls: int
    seconds: float
    peak_mb: float
    before_mb: float


def write_log(path: Path, rows: int) -> Written:
    """Write a made call log of about so many rows; the same every time."""
    draw = np.random.default_rng(SEED)
    year_s, start = 364 * 86400, int(np.datetime64("2025-01-06", "s").astype(np.int64))
    written = counted = 0
    with path.open("w", encoding="utf-8", newline="") as target:
        target.write(_HEADER + "\n")
        while written < rows:
            count = min(_PART, rows - written)
            day = start + 86400 * (np.arange(written, written + count) * (year_s // 86400) // rows)
            hour = np.where(draw.random(count) < 0.5, 10.5, 15.0) + draw.normal(0, 1.8, count)
            at = day + (3600 * np.clip(hour, 7, 20.99)).astype(np.int64)
            wait, talk = draw.exponential(25, count), draw.lognormal(4.9, 0.8, count)
            gone, out = draw.random(count) < 0.07, draw.random(count) < 0.1
            queue = draw.choice(len(_QUEUES), count, p=[0.2, 0.5, 0.1, 0.2])
            lines = [
                _line(written + row, *cells)
                for row, cells in enumerate(
                    zip(
                        np.datetime_as_string(at.astype("datetime64[s]")).tolist(),
                        queue.tolist(),
                        wait.astype(int).tolist(),
                        talk.astype(int).tolist(),
                        gone.tolist(),
                        out.tolist(),
                        strict=True,
                    )
                )
            ]
            again = lines[::200] if written + count < rows else []
            target.writelines(lines + again)
            written += count
            counted += int(np.count_nonzero(~out))
    return Written(rows=rows, size=path.stat().st_size, calls=counted)


def _line(number: int, at: str, queue: int, wait: int, talk: int, gone: bool, out: bool) -> str:
    moment = at.replace("T", " ")
    answered, reason, user = ("No", "abandoned_in_classic", "") if gone else ("Yes", "", "Ann")
    talk = 0 if gone else talk
    return (
        f"{_QUEUES[queue]},{moment},UTC,{moment},GB,{'outbound' if out else 'inbound'},"
        f"44{number:010},441632960000,{answered},{reason},{user},{wait + talk},{talk or ''},,\n"
    )


def read_log(path: Path) -> Read:
    """Import a log in a process of its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_import, (path,))


def _import(path: Path) -> Read:
    before = _peak_mb()
    start = time.perf_counter()
    imported = import_history(
        path,
        zone=None,
        service_zone=ZoneInfo("Europe/London"),
        interval=timedelta(minutes=30),
        max_bytes=10_000 * _MEGABYTE,
    )
    return Read(
        calls=int(np.nansum(imported.history.offered)),
        seconds=time.perf_counter() - start,
        peak_mb=_peak_mb(),
        before_mb=before,
    )


def _peak_mb() -> float:
    """Return the most memory this process has held; Linux counts anew for a new program."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def main(rows: int = ROWS) -> None:
    """Print a line for a tenth of the rows and for all of them: memory must not grow alike."""
    print("rows | file | seconds | rows a second | peak memory | of it before the import")
    for count in (rows // 10, rows):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "calls.csv"
            written = write_log(path, count)
            read = read_log(path)
        assert read.calls == written.calls, (read.calls, written.calls)
        print(
            f"{count:,} | {written.size / _MEGABYTE:,.0f} MB | {read.seconds:.1f} | "
            f"{count / read.seconds:,.0f} | {read.peak_mb:.0f} MB | {read.before_mb:.0f} MB"
        )


if __name__ == "__main__":
    main(*(int(each) for each in sys.argv[1:2]))
