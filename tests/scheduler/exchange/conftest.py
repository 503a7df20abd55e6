from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from small_case import FILES


@pytest.fixture
def folder(tmp_path: Path) -> Callable[[Mapping[str, str | bytes | None]], Path]:
    """Write the small case with some files changed (None leaves one out)."""

    def write(changes: Mapping[str, str | bytes | None]) -> Path:
        case = tmp_path / "small"
        case.mkdir(exist_ok=True)
        for name, content in {**FILES, **changes}.items():
            if content is None:
                (case / name).unlink(missing_ok=True)
            elif isinstance(content, bytes):
                (case / name).write_bytes(content)
            else:
                (case / name).write_text(content, encoding="utf-8")
        return case

    return write
