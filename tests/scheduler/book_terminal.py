"""Runs verbs of the terminal on a book of its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scheduler import cli
from scheduler.store.database import Database

ROSTERS = Path(__file__).resolve().parents[2] / "rosters"


class Terminal:
    """Runs verbs on a book of its own."""

    def __init__(
        self, patch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], folder: Path
    ) -> None:
        patch.setenv("CALLBOARD_BOOK", str(folder / "book.sqlite"))
        patch.setenv("CALLBOARD_ROSTERS", str(ROSTERS))
        self._patch, self._capsys = patch, capsys
        self.database = Database(f"sqlite:///{folder}/book.sqlite")

    def run(self, *words: str) -> tuple[str, int]:
        self._patch.setattr("sys.argv", ["callboard", *words])
        with pytest.raises(SystemExit) as end:
            cli.main()
        told = self._capsys.readouterr()
        code = end.value.code
        return told.out if not code else told.err, int(code or 0)

    def ask(self, *words: str) -> Any:
        text, code = self.run(*words, "--json")
        assert code == 0, text
        return json.loads(text)
