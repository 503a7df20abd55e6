"""Uploads as files: readers of exports want a file, a page has bytes."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_ODD = re.compile(r"[^\w .()-]")
_LONGEST = 100


@contextmanager
def as_file(name: str, data: bytes) -> Iterator[Path]:
    """Lay bytes down as a file that is gone afterwards.

    Parameters
    ----------
    name
        What the sender calls it; faults show it, nothing else is done with it.
    data
        Its bytes.
    """
    with tempfile.TemporaryDirectory(prefix="callboard-") as folder:
        path = Path(folder) / (_ODD.sub("_", name)[-_LONGEST:].strip(" .") or "upload")
        path.write_bytes(data)
        yield path
