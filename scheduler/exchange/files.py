"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path


def write_file(path: Path, data: bytes) -> None:
    """Write a file so that its name never stands for half of it.

    The bytes go to a temporary sibling, are forced to the disk, and take the name in one step.
    Missing folders are made.

    Raises
    ------
    OSError
        The disk refused; what was there before is still there.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.", suffix=".tmp")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write several files into a folder; none is replaced before all of them are on the disk.

    Parameters
    ----------
    folder
        Made where it is missing; other files in it stay.
    files
        Bytes by path relative to the folder.

    Raises
    ------
    OSError
        The disk refused; before the last bytes were written nothing in the folder has changed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    temporary = Path(
        tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name[:40]}.", suffix=".tmp")
    )
    try:
        for name, data in files.items():
            write_file(temporary / name, data)
        for name in files:
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            (temporary / name).replace(target)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
