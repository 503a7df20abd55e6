"""Files appear whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from scheduler.exchange import files
from scheduler.exchange.files import write_file, write_folder


def _names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def _break(*_: object) -> None:
    raise OSError("the disk is full")


def test_a_file_is_written_with_its_folders(tmp_path: Path) -> None:
    write_file(tmp_path / "a" / "b.txt", b"new")
    write_file(tmp_path / "a" / "b.txt", b"newer")
    assert (tmp_path / "a" / "b.txt").read_bytes() == b"newer"
    assert _names(tmp_path) == ["a", "a/b.txt"]


@pytest.mark.parametrize("step", ["fsync", "rename"])
def test_a_failed_write_leaves_what_was_there(
    step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_file(tmp_path / "a.txt", b"old")
    if step == "fsync":
        monkeypatch.setattr(files.os, "fsync", _break)
    else:
        monkeypatch.setattr(files.Path, "replace", _break)
    with pytest.raises(OSError, match="full"):
        write_file(tmp_path / "a.txt", b"new")
    assert (tmp_path / "a.txt").read_bytes() == b"old"
    assert _names(tmp_path) == ["a.txt"]


def test_a_folder_gets_all_files_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out"
    write_folder(out, {"a.txt": b"old", "sub/b.txt": b"old"})
    (out / "other.txt").write_text("stays")
    real, calls = os.fsync, []

    def fail_at_the_second(handle: int) -> None:
        calls.append(handle)
        if len(calls) == 2:
            _break()
        real(handle)

    monkeypatch.setattr(files.os, "fsync", fail_at_the_second)
    with pytest.raises(OSError, match="full"):
        write_folder(out, {"a.txt": b"new", "sub/b.txt": b"new"})
    assert (out / "a.txt").read_bytes() == b"old"
    assert (out / "sub" / "b.txt").read_bytes() == b"old"
    monkeypatch.undo()
    write_folder(out, {"a.txt": b"new", "sub/b.txt": b"new"})
    assert (out / "a.txt").read_bytes() == b"new"
    assert _names(tmp_path) == [
        "out",
        "out/a.txt",
        "out/other.txt",
        "out/sub",
        "out/sub/b.txt",
    ]


def test_what_is_written_may_be_read_by_others(tmp_path: Path) -> None:
    write_file(tmp_path / "a.txt", b"x")
    assert (tmp_path / "a.txt").stat().st_mode & 0o777 == 0o644
