"""The documents keep their word: code runs and prints what they show, links lead somewhere."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.models import CommandInfo

from scheduler import cli
from scheduler.rostering.rules.catalogue import HARD, PRICED

ROOT = Path(__file__).resolve().parent.parent
PAGES = {
    str(page.relative_to(ROOT)): page.read_text(encoding="utf-8")
    for pattern in ("*.md", "rosters/*.md", "docs/**/*.md")
    for page in sorted(ROOT.glob(pattern))
}
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^\$ callboard (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s#]*)(?:#([^)\s]+))?\)")
TABLE_ROW = re.compile(r"^\| `(\w+)` \| (.*?) \| (hard|priced) \| (.*?) \|", re.MULTILINE)


def _assert_shown(shown: str, real: str) -> None:
    """Compare what a page shows with what came; ``…`` in a page stands for anything."""
    tidy = "\n".join(line.rstrip() for line in real.strip().splitlines())
    pattern = ".*?".join(re.escape(part) for part in shown.strip().split("…"))
    assert re.fullmatch(pattern, tidy, re.DOTALL), f"the page shows\n{shown}\nbut it is\n{tidy}"


def _call(command: str) -> str:
    """Run the program as a shell would; return how it ended, empty for well."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["callboard", *shlex.split(command)])
        with pytest.raises(SystemExit) as end:
            cli.main()
    return f"[exit {end.value.code}]\n" if end.value.code else ""


@pytest.mark.parametrize("name", [n for n, text in PAGES.items() if re.search("```(py|con)", text)])
def test_every_block_runs_and_prints_what_is_shown(
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "rosters").mkdir()
    for case in ROOT.glob("rosters/*/case.toml"):
        (tmp_path / "rosters" / case.parent.name).symlink_to(case.parent)
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"__name__": "page"}
    before, printed = "", ""
    for kind, code in BLOCK.findall(PAGES[name]):
        if kind == "python":
            exec(compile(code, name, "exec", dont_inherit=True), names)  # noqa: S102  # our own pages
            printed = capsys.readouterr().out
        elif kind == "text" and before == "python":
            _assert_shown(code, printed)
        for command, shown in COMMAND.findall(code) if kind == "console" else ():
            ended = _call(command)
            told = "".join(capsys.readouterr()) + ended
            if shown.strip() or ended:
                _assert_shown(shown, told)
        before = kind


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(name: str) -> None:
    lost = []
    for path, anchor in LINK.findall(PAGES[name]):
        target = ROOT / name if not path else (ROOT / name).parent / path
        if "://" in path or (target.exists() and not anchor):
            continue
        heads = re.findall(r"^#+ (.*)$", target.read_text() if target.exists() else "", re.M)
        slugs = [re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads]
        lost += [] if anchor in slugs else [f"{path}#{anchor}"]
    assert lost == []


def _verb(command: CommandInfo) -> str:
    return command.name or getattr(command.callback, "__name__", "")


def test_every_verb_is_in_the_readme() -> None:
    verbs = [_verb(command) for command in cli.app.registered_commands]
    for group in cli.app.registered_groups:
        inner = group.typer_instance.registered_commands if group.typer_instance else []
        verbs += [f"{group.name} {_verb(command)}" for command in inner]
    assert [verb for verb in verbs if f"callboard {verb}" not in PAGES["README.md"]] == []


def test_every_rule_stands_on_its_page_in_its_own_words() -> None:
    rules = [(rule, "hard") for rule in HARD] + [(rule, "priced") for rule in PRICED]
    told = [(rule.name, rule.sentence, kind, rule.unit) for rule, kind in rules]
    assert TABLE_ROW.findall(PAGES["docs/rules.md"]) == told


def test_decisions_are_short() -> None:
    decisions = {name: text for name, text in PAGES.items() if "/decisions/" in name}
    assert {name for name, text in decisions.items() if text.count("\n") > 40} == set()


def test_every_case_is_introduced() -> None:
    cases = [f"({path.parent.name}/case.toml)" for path in ROOT.glob("rosters/*/case.toml")]
    assert [case for case in cases if case not in PAGES["rosters/README.md"]] == []
