"""Settings, read once at a door and passed in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scheduler.errors import Fault, InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What an installation may set.

    Attributes
    ----------
    rosters
        Folder that holds the case folders.
    out
        Folder for what the program writes: exports, jobs of the app.
    host, port
        Where the web door listens.
    max_upload_mb
        Largest case file, workbook or upload that is read, in megabytes.
    workers
        Search workers of one solve.
    """

    rosters: Path
    out: Path
    host: str = "127.0.0.1"
    port: int = 8501
    max_upload_mb: int = 50
    workers: int = 2


def read_settings(environment: Mapping[str, str], here: Path) -> Settings:
    """Build settings from ``CALLBOARD_*`` variables.

    Parameters
    ----------
    environment
        The variables, usually ``os.environ``.
    here
        Folder against which defaults are resolved: the current folder where it has
        ``rosters/``, else the one that holds this program.

    Raises
    ------
    InputError
        A variable is not what it should be; all of them are reported.
    """
    home = here if (here / "rosters").is_dir() else Path(__file__).resolve().parent.parent
    faults: list[Fault] = []

    def whole(name: str, default: int, low: int, high: int) -> int:
        text = environment.get(name, str(default))
        if text.isdecimal() and low <= int(text) <= high:
            return int(text)
        faults.append(
            Fault(file="environment", column=name, expected=f"{low} … {high}", found=repr(text))
        )
        return default

    rosters = Path(environment.get("CALLBOARD_ROSTERS", home / "rosters"))
    settings = Settings(
        rosters=rosters,
        out=Path(environment.get("CALLBOARD_OUT", rosters / "out")),
        host=environment.get("CALLBOARD_HOST", "127.0.0.1"),
        port=whole("CALLBOARD_PORT", 8501, 1, 65535),
        max_upload_mb=whole("CALLBOARD_MAX_UPLOAD_MB", 50, 1, 2000),
        workers=whole("CALLBOARD_WORKERS", 2, 1, 64),
    )
    if faults:
        raise InputError(faults)
    return settings
