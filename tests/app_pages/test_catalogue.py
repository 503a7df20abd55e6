"""The Chinese catalogue holds what the pages say, no more and no less."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from scheduler.language.words import LANGUAGES, PATTERNS, words_in

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    {ROOT / "app.py", *ROOT.glob("app_pages/*.py"), *ROOT.glob("scheduler/sign_in/*.py")}
    - {ROOT / "app_pages" / "language.py"}
)
PLACE = re.compile(r"\{(\w*)[^{}]*\}")
STUB = "Add to the page's file in scheduler/language/zh/, with the Chinese text in each msgstr:\n\n"


def said(page: Path) -> Iterator[tuple[str, str | None]]:
    """Every text that a page says, with its plural."""
    for node in ast.walk(ast.parse(page.read_text("utf-8"))):
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "TITLE":
            yield literal(node.value), None
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func)
        if name == "marked" or (name == "say" and isinstance(node.args[0], ast.Constant)):
            yield literal(node.args[0]), None
        elif name == "say":
            # A variable is said elsewhere; text put together here would never be found.
            assert not isinstance(node.args[0], ast.JoinedStr | ast.BinOp), ast.unparse(node)
        elif name == "say_count" or (name.endswith(".count") and len(node.args) == 3):
            yield literal(node.args[0]), literal(node.args[1])


def literal(node: ast.expr) -> str:
    value = ast.literal_eval(node)
    assert isinstance(value, str)
    return value


def needed() -> dict[str, str | None]:
    found: dict[str, str | None] = dict.fromkeys(PATTERNS)
    for page in PAGES:
        found |= dict(said(page))
    return found


def stub(text: str, plural: str | None) -> str:
    def quoted(words: str) -> str:
        return '"' + words.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'

    if plural is None:
        return f'msgid {quoted(text)}\nmsgstr ""\n'
    return f'msgid {quoted(text)}\nmsgid_plural {quoted(plural)}\nmsgstr[0] ""\n'


@pytest.mark.parametrize("language", [each for each in LANGUAGES if each != "en"])
def test_every_text_of_the_pages_is_translated(language: str) -> None:
    catalogue = words_in(language).catalogue
    assert catalogue is not None
    missing = {t: p for t, p in needed().items() if t not in catalogue.texts}
    assert not missing, STUB + "\n".join(stub(*each) for each in missing.items())
    stale = catalogue.texts.keys() - needed().keys()
    assert not stale, "nothing says these any more; take them out of scheduler/language"


@pytest.mark.parametrize("language", [each for each in LANGUAGES if each != "en"])
def test_translations_have_the_same_places(language: str) -> None:
    catalogue = words_in(language).catalogue
    assert catalogue is not None
    for text, plural in needed().items():
        for form in catalogue.texts.get(text, ()):
            places = set(PLACE.findall(plural or text))
            assert set(PLACE.findall(form)) == places, f"{text!r} and {form!r}"


def test_chinese_is_written_with_its_own_signs() -> None:
    catalogue = words_in("zh").catalogue
    assert catalogue is not None
    forms = [form for each in catalogue.texts.values() for form in each]
    assert [form for form in forms if re.search("[一-龥][,;:?!]", form)] == []


SHOWN = {"label", "help", "placeholder", "alt", "text", "title", "body"}
SHOWS_NOTHING = re.compile(r"st\.(session_state|context|user|query_params|form$)")
NOTATION = {"Mon-Fri 07:00-21:00"}


def bare(page: Path) -> Iterator[str]:
    """Every text that a page shows without saying it."""
    for node in ast.walk(ast.parse(page.read_text("utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func)
        shown = [word.value for word in node.keywords if word.arg in SHOWN]
        if name.startswith("st.") and not SHOWS_NOTHING.match(name):
            shown += node.args[:1]
        for each in shown:
            parts = each.values if isinstance(each, ast.JoinedStr) else [each]
            texts = [part.value for part in parts if isinstance(part, ast.Constant)]
            if any(re.search("[A-Za-z]{3}", str(text or "")) for text in set(texts) - NOTATION):
                yield f"{page.name}:{node.lineno}: {ast.unparse(each)}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_page_shows_a_text_that_it_does_not_say(page: Path) -> None:
    assert list(bare(page)) == []
