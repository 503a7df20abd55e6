"""Records in JSON: one a line, one after another, or in a list."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import NoReturn, TextIO

from scheduler.errors import Fault
from scheduler.exchange.record import Findings
from scheduler.exchange.refusal import shown

LONGEST_LINE = 1 << 26
MOST_FIELDS = 2000
_DEEPEST = 5
_BETWEEN = " \t\r\n,[]\ufeff"
# What pages of an interface hold their records in.
_INSIDE = ("tickets", "tasks", "contacts")

Record = dict[str, str]


def read_records(stream: TextIO, file: str, findings: Findings) -> Iterator[tuple[int, Record]]:
    """Yield records as text by field, with their number from 1; broken ones are noted.

    Fields of a part of a record get the part's name before them: ``queue.name``. Names are in
    small letters. Values that are neither text, numbers, yes or no nor lists of them are left out.
    """
    decoder = json.JSONDecoder(parse_constant=_refuse_constant)
    number = 0
    while line := stream.readline(LONGEST_LINE):
        at = _skip(line, 0)
        while at < len(line):
            number += 1
            try:
                value, at = decoder.raw_decode(line, at)
            except (ValueError, RecursionError) as error:
                found = f"{str(error)[:80]} in {shown(line[at : at + 40])}"
                expected = "a record in JSON on one line"
                findings.add(Fault(file=file, row=number, expected=expected, found=found))
                break
            at = _skip(line, at)
            number -= 1
            for each in _inside(value):
                number += 1
                record = _flat(each)
                if record is None:
                    expected = f"a record in braces with at most {MOST_FIELDS} fields"
                    fault = Fault(file=file, row=number, expected=expected, found=shown(each))
                    findings.add(fault)
                else:
                    yield number, record
        if findings.full(file):
            return


def _refuse_constant(name: str) -> NoReturn:
    message = f"{name} is no number"
    raise ValueError(message)


def _skip(line: str, at: int) -> int:
    while at < len(line) and line[at] in _BETWEEN:
        at += 1
    return at


def _inside(value: object) -> list[object]:
    if isinstance(value, dict):
        for name in _INSIDE:
            if isinstance(value.get(name), list):
                return list(value[name])
    return [value]


def _flat(value: object) -> Record | None:
    """Lay the parts of a record side by side; None for what is no record."""
    if not isinstance(value, dict):
        return None
    record: Record = {}
    waiting: list[tuple[str, int, Mapping[str, object]]] = [("", 1, value)]
    while waiting:
        prefix, depth, part = waiting.pop()
        for key, each in part.items():
            name = prefix + " ".join(key.casefold().split())
            if isinstance(each, dict):
                if depth < _DEEPEST:
                    waiting.append((f"{name}.", depth + 1, each))
            elif (text := _text(each)) is not None:
                record[name] = text
        if len(record) > MOST_FIELDS:
            return None
    return record


def _text(value: object) -> str | None:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        words = [_text(each) for each in value if not isinstance(each, list | dict)]
        return ";".join(word for word in words if word)
    if isinstance(value, str):
        # JSON can escape halves of characters, which no file could hold.
        return value.encode("utf-8", "replace").decode()
    return str(value) if isinstance(value, int | float) else None
