"""Exports changed at random give a clean report or a clean error, never anything else.

Two thousand files in every run, alike many of every kind; ``CALLBOARD_SOAK`` states another number.
"""

from __future__ import annotations

import gzip
import os
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_acd_samples import LONDON, SAMPLES, Sample

from scheduler.errors import InputError
from scheduler.exchange.acd import import_history, preview

MOST = int(os.environ.get("CALLBOARD_SOAK", "2000"))
KEPT_ROWS = 25
PLACES = st.floats(0, 1, exclude_max=True)
NASTY = st.sampled_from(
    [
        *["", "0", "-1", "1e999", "nan", "inf", "9" * 400, "1_000", "٣", "true", "null", "'", '"'],
        *["=1+1", "'=1", "\ufeff", "\x00", "\ud7ff", "a;b", ";", "|", "||||||", "\t", "\r", "\n"],
        *["2026-03-29", "2026-03-29 01:30:00", "9999-12-31T00:00:00Z", "0001-01-01T00:00:00+14:00"],
        *["2026-02-30 10:00", "2026-10-25 01:30:00", "01/02/2026 09:00", "13/13/2026 09:00"],
        *["1773650000", "1773650000000", "99999999999999", "2026-03-16T09:00:00+99:99", "Total"],
        *["1999-01-01 00:00:00", "25:00", "0:0", "12:00 PM", "{", "}", "[", "]", "{}", '{"a":'],
        *["ENTERQUEUE", "COMPLETEAGENT", "ABANDON", "daily", "FALSE", "inbound", "Yes", "x" * 300],
    ]
)


def _shortened(sample: Sample) -> bytes:
    data = gzip.decompress(sample.data) if sample.data[:2] == b"\x1f\x8b" else sample.data
    if sample.name.endswith("xlsx") or data[:2] == b"\xff\xfe":
        return data
    return b"\n".join(data.split(b"\n")[:KEPT_ROWS])


FILES = {name: (_shortened(sample), sample) for name, sample in SAMPLES.items()}


@st.composite
def changed(draw: st.DrawFn, data: bytes) -> bytes:
    """Swap a cell, drop, double or move a line, write over some bytes, cut or pack the file."""
    for _ in range(draw(st.integers(1, 3))):
        kind = draw(st.sampled_from(["cell", "cell", "drop", "double", "move", "bytes", "cut"]))
        rows = data.split(b"\n")
        at = int(draw(PLACES) * len(rows))
        if kind == "cell":
            mark = draw(st.sampled_from([b",", b"|", b":", b";", b'"']))
            cells = rows[at].split(mark)
            new = draw(NASTY | st.text(max_size=5)).encode("utf-8", "surrogatepass")
            cells[int(draw(PLACES) * len(cells))] = new
            rows[at] = mark.join(cells)
        elif kind == "drop":
            del rows[at]
        elif kind == "double":
            rows.insert(at, rows[at])
        elif kind == "move":
            rows.append(rows.pop(at))
        data = b"\n".join(rows)
        place = int(draw(PLACES) * (len(data) + 1))
        if kind == "bytes":
            junk = draw(st.binary(max_size=6))
            data = data[:place] + junk + data[place + len(junk) :]
        elif kind == "cut":
            data = data[:place]
    return gzip.compress(data, 1, mtime=0) if draw(st.booleans()) else data


@pytest.mark.parametrize("name", sorted(FILES))
@given(data=st.data(), choice=st.booleans())
@settings(
    deadline=None,
    derandomize=True,
    max_examples=-(-MOST // len(FILES)),
    # Some of the files, workbooks above all, are large for what hypothesis is used to.
    suppress_health_check=[HealthCheck.data_too_large, HealthCheck.too_slow],
)
def test_changed_exports(name: str, data: st.DataObject, choice: bool) -> None:
    old, sample = FILES[name]
    with TemporaryDirectory() as place:
        path = Path(place, sample.name)
        path.write_bytes(data.draw(changed(old)))
        with suppress(InputError):
            imported = import_history(
                path,
                zone=sample.zone if choice else LONDON,
                service_zone=LONDON,
                interval=timedelta(minutes=30),
                max_bytes=2_000_000,
                variant=sample.variant if choice else None,
                include_ivr=choice,
                short_abandon_s=3.0 * choice,
                doubled_hour="refuse" if choice else "second",
                chunk_rows=10,
            )
            report = imported.report
            assert report.found == report.counted + sum(each.count for each in report.left_out)
            assert str(report)
            if report.unit == "contacts":
                assert np.nansum(imported.history.offered) == report.counted
        with suppress(InputError):
            assert preview(path, max_bytes=2_000_000).detected.variant
