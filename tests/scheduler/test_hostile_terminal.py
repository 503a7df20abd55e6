"""Whatever stands in names, notes and faults, the terminal shows text and is steered by none."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hostile import UNSEEN, VISIBLE
from rich.console import Console

from scheduler import cli, terminal
from scheduler.errors import Fault, InputError
from scheduler.free_text import takes

ALL = VISIBLE | UNSEEN
ROSTERS = Path(__file__).resolve().parents[2] / "rosters"


def told(console: Console, *things: Any, **options: Any) -> str:
    console.file = io.StringIO()
    console.width = 300
    for thing in things:
        console.print(thing, **options)
    return console.file.getvalue()


@pytest.mark.parametrize("text", ALL.values(), ids=ALL)
def test_printed_text_is_text(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    for console in (terminal.out(), terminal.err()):
        shown = told(console, text, style="bold")
        shown += told(console, terminal.table(text, (text, "b"), [(text, text)]))
        assert takes(shown)
    if text in VISIBLE.values() and "\n" not in text and "\t" not in text:
        assert shown.count(text) == 5  # nothing in it was taken for markup
    terminal.print_faults(InputError(Fault(file=text, expected=text, found=text, column=text)))
    terminal.print_json({text: text})
    output, errors = capsys.readouterr()
    assert takes(output)
    assert takes(errors)
    assert json.loads(output) == {text: text}


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Callable[..., int]:
    """Run a verb on a book of its own; nothing that it prints may steer a terminal."""
    monkeypatch.setenv("CALLBOARD_BOOK", str(tmp_path / "book.sqlite"))
    monkeypatch.setenv("CALLBOARD_ROSTERS", str(ROSTERS))

    def call(*words: str) -> int:
        monkeypatch.setattr("sys.argv", ["callboard", *words])
        with pytest.raises(SystemExit) as end:
            cli.main()
        output = capsys.readouterr()
        assert takes(output.out + output.err), words
        return int(end.value.code or 0)

    return call


def test_verbs_show_what_can_be_seen(run: Callable[..., int]) -> None:
    for text in VISIBLE.values():
        added = run("account", "add", f"--name={text}", "--role=administrator", "--", f"x{text}")
        assert added == 0
        assert run("book", "week", "--week=2026-02-23", "--", text) == 2
        assert run("book", "requests", "--json", "--", text) == 2
        assert run("solve", "--", text) == 2
    assert run("account", "list") == run("account", "list", "--json") == 0


def test_verbs_refuse_what_cannot_be_seen_and_do_not_echo_it(run: Callable[..., int]) -> None:
    for text in UNSEEN.values():
        assert run("account", "add", f"--name={text}", "--role=administrator", "x") == 2
        assert run("account", "add", "--name=x", "--role=administrator", f"x{text}x") == 2
        assert run("team", "add", "--", text.replace("\0", "")) == 2
