"""Catalogues of translations as gettext writes them: the English text is the key.

The standard library reads only their compiled form, which would have to be kept beside the text
and could go stale; a catalogue of ours is small enough to be read at the start.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from gettext import c2py
from pathlib import Path

_LINE = re.compile(r'(?:(msgid|msgid_plural|msgstr(?:\[\d\])?) )?(".*")')
_FORMS = re.compile(r"nplurals=(\d+); *plural=([^;\n]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """One language's texts.

    Attributes
    ----------
    texts
        English to translated; of a text that counts something the singular stands for both, and
        every plural form is given.
    form
        Which of the forms goes with a number.
    """

    texts: Mapping[str, tuple[str, ...]]
    form: Callable[[int], int]

    def __post_init__(self) -> None:
        empty = [text for text, forms in self.texts.items() if not all(forms)]
        if empty:
            raise ValueError(f"texts without a translation: {empty}")


def read_catalogue(folder: Path) -> Catalogue:
    """Read a language's ``.po`` files, one a page so that they stay short.

    The first of them that has ``Plural-Forms`` says how forms go with numbers.

    Raises
    ------
    ValueError
        A file is none of that kind, or a text has two translations or none; it is named.
    """
    texts: dict[str, tuple[str, ...]] = {}
    head = None
    for path in sorted(folder.glob("*.po")):
        for text, forms in _entries(path):
            if not text:
                head = head or _FORMS.search(forms[0])
            elif texts.get(text, forms) != forms:
                raise ValueError(f"{path.name}: {text!r} has another translation elsewhere")
            else:
                texts[text] = forms
    return Catalogue(texts=texts, form=c2py(head[2] if head else "n != 1"))


def _entries(path: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each text with its translated forms."""
    entry: dict[str, str] = {}
    field = ""
    for number, line in enumerate([*path.read_text("utf-8").splitlines(), ""], start=1):
        if line.startswith("#"):
            continue
        if not line.strip():
            if entry:
                yield entry.pop("msgid"), tuple(v for k, v in entry.items() if k[:6] == "msgstr")
            entry = {}
            continue
        found = _LINE.fullmatch(line.strip())
        field = (found[1] or field) if found else ""
        if found is None or not field or (found[1] and field in entry):
            raise ValueError(f"{path.name}: line {number} is not understood: {line}")
        entry[field] = entry.get(field, "") + ast.literal_eval(found[2])
