"""Putting a pseudonym in the place of everything that names one person."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

_IDS = frozenset({"agent_id", "other_id", "subject"})


@dataclass(frozen=True, kw_only=True)
class Scrub:
    """Rewrites texts, documents and files so that a person no longer appears in them.

    Attributes
    ----------
    agent_id
        The person's id in the team.
    names
        How the person is called, logins and mail addresses; found as whole words, in any case.
    pseudonym
        What takes their place.
    other_words
        What the team calls other things by, such as a shift: where the id is one of these it is
        replaced in its own columns only.
    """

    agent_id: str
    names: frozenset[str]
    pseudonym: str
    other_words: Collection[str] = field(default_factory=frozenset)

    @cached_property
    def _words(self) -> re.Pattern[str]:
        listed = "|".join(re.escape(name) for name in sorted(self.names, key=len, reverse=True))
        parts = [rf"(?i:{listed})"] if listed else []
        if self.agent_id not in self.other_words:
            parts.append(re.escape(self.agent_id))
        return re.compile(rf"(?<!\w)(?:{'|'.join(parts) or '(?!)'})(?!\w)")

    @cached_property
    def _names(self) -> re.Pattern[str]:
        listed = "|".join(re.escape(name) for name in sorted(self.names, key=len, reverse=True))
        return re.compile(rf"(?<!\w)(?i:{listed or '(?!)'})(?!\w)")

    def text(self, text: str) -> str:
        """Rewrite a text."""
        return self._words.sub(self.pseudonym, text)

    def own(self, key: str, text: str) -> str:
        """Rewrite the text of a column or key that may hold the id itself."""
        return self.pseudonym if key in _IDS and text == self.agent_id else self.text(text)

    def document(self, value: Any, key: str = "") -> Any:
        """Rewrite every text of a JSON value, keys among them."""
        if isinstance(value, str):
            return self.own(key, value)
        if isinstance(value, Mapping):
            return {self.text(name): self.document(each, name) for name, each in value.items()}
        if isinstance(value, list):
            return [self.document(each, key) for each in value]
        return value

    def file(self, name: str, data: bytes) -> bytes:
        """Rewrite a file of a set-up: ids in their columns, the person's own name, words else."""
        text = data.decode("utf-8-sig", "replace")
        if not name.endswith(".csv"):
            fresh = self._names.sub(self.pseudonym, self._settings(text))
            return data if fresh == text else fresh.encode()
        mark = max(",;\t", key=text.partition("\n")[0].count)
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=mark))
        if not rows:
            return data
        header = [cell.strip() for cell in rows[0]]
        fresh_rows = [rows[0], *(self._row(name, header, row) for row in rows[1:])]
        if fresh_rows == rows:
            return data
        target = io.StringIO(newline="")
        csv.writer(target, delimiter=mark, lineterminator="\n").writerows(fresh_rows)
        return target.getvalue().encode()

    def _settings(self, text: str) -> str:
        """Rewrite the ids that activities list; comments and order stay."""
        try:
            document = tomlkit.parse(text)
        except TOMLKitError:
            return text
        changed = False
        for activity in document.get("activities", ()):
            listed = activity.get("agents", ())
            named = listed.split(";") if isinstance(listed, str) else listed
            ids = [str(each).strip() for each in named]
            if self.agent_id in ids:
                changed = True
                activity["agents"] = [
                    self.pseudonym if each == self.agent_id else each for each in ids
                ]
        return tomlkit.dumps(document) if changed else text

    def _row(self, file: str, header: list[str], row: list[str]) -> list[str]:
        cells = dict(zip(header, row, strict=False))
        mine = self.agent_id in (plain_cell(cells.get(key, "")) for key in ("id", "agent_id"))
        fresh = []
        for key, cell in zip(header, row, strict=False):
            if (mine and key in ("id", "agent_id")) or (
                mine and file == "agents.csv" and key == "name"
            ):
                fresh.append(self.pseudonym)
            elif file == "agents.csv" and key == "name":
                fresh.append(cell)  # a namesake's
            else:
                fresh.append(self._names.sub(self.pseudonym, cell))
        return fresh + row[len(header) :]


def plain_cell(cell: str) -> str:
    """Return what a cell of a file says, without blanks and the apostrophe that guards formulas."""
    text = cell.strip()
    return text[1:] if re.match(r"'+[=+\-@]", text) else text
