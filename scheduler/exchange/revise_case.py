"""Writing a change into the files of a case: what did not change stays to the byte.

Comments, the order of sections and keys nobody touched are the manager's own, so ``case.toml`` is
edited where something changed and never written anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields, replace
from typing import Any

import tomlkit
from tomlkit.items import AoT

from scheduler.exchange.case import Case
from scheduler.exchange.layout import CAPACITY, CASE, LIMITS, PRICES, TABLES
from scheduler.exchange.record import Findings, Layout, plain_values
from scheduler.exchange.sections import CASE_FILE
from scheduler.exchange.settings import shrinkage_values
from scheduler.exchange.tables import decode, write_csv
from scheduler.exchange.write_case import (
    case_tables,
    heading_values,
    listed_sections,
    stated_rules,
    toml_section,
    toml_value,
)


def revised_files(files: Mapping[str, bytes], before: Case, after: Case) -> dict[str, bytes]:
    """Give a case's files with a change in them; the history is not touched.

    Parameters
    ----------
    files
        The files as they are, by name.
    before
        The case they are read as.
    after
        The case they shall be read as.
    """
    revised = dict(files)
    text = decode(files[CASE_FILE], CASE_FILE, Findings()) or ""
    changed = revised_toml(text, before, after)
    if changed != text:
        revised[CASE_FILE] = changed.encode("utf-8")
    old, new = (case_tables(replace(case, history=None)) for case in (before, after))
    for name in TABLES:
        if name == "history" or old.get(name) == new.get(name):
            continue
        revised.pop(f"{name}.csv", None)
        if name in new:
            revised[f"{name}.csv"] = write_csv(new[name][0], new[name][1:])
    return revised


def revised_toml(text: str, before: Case, after: Case) -> str:
    """Give the text of ``case.toml`` with a change in it, comments and order kept."""
    document = tomlkit.parse(text)
    heading = [key for key in CASE if key != "history_timezone"]
    _turn(document, heading_values(before), heading_values(after), heading)
    for (name, old, layout), (_, new, _) in zip(
        listed_sections(before), listed_sections(after), strict=True
    ):
        if old != new:
            _turn_list(document, name, (old, new), layout)
    lost = [shrinkage_values(case.shrinkage, case.unplanned) for case in (before, after)]
    _turn_section(document, "shrinkage", lost[0], lost[1])
    rules = [plain_values(case, stated_rules(case)) for case in (before, after)]
    _turn_section(document, "rules", rules[0], rules[1])
    _turn_item(document, ("rules", "prices"), (before.prices, after.prices), PRICES)
    _turn_item(document, ("rules", "limits"), (before.limits, after.limits), LIMITS)
    _turn_item(document, ("capacity",), (before.hiring, after.hiring), CAPACITY)
    return tomlkit.dumps(document)


def _turn(section: Any, old: Mapping[str, object], new: Mapping[str, object], keys: Any) -> None:
    """Set the keys whose value is another, and drop those that have none any more."""
    for key in keys:
        if key not in new:
            section.pop(key, None)
        elif key not in old or old[key] != new[key]:
            section[key] = toml_value(new[key])


def _turn_section(
    parent: Any, name: str, old: Mapping[str, object], new: Mapping[str, object]
) -> None:
    if old == new:
        return
    if name not in parent:
        parent[name] = tomlkit.table()
    _turn(parent[name], old, new, list(dict.fromkeys((*old, *new))))


def _turn_item(
    document: Any, path: tuple[str, ...], items: tuple[object, object], layout: Layout
) -> None:
    old, new = (plain_values(item, layout) for item in items)
    if old == new:
        return
    parent = document
    for name in path[:-1]:
        if name not in parent:
            parent[name] = tomlkit.table()
        parent = parent[name]
    _turn_section(parent, path[-1], old, new)


def _turn_list(
    document: Any, name: str, items: tuple[tuple[Any, ...], tuple[Any, ...]], layout: Layout
) -> None:
    """Turn the sections of one name into others; each keeps what else is written in it."""
    old, new = items
    there = document.get(name)
    kept = {}
    if isinstance(there, AoT) and len(there) == len(old):
        kept = {each.name: (each, section) for each, section in zip(old, list(there), strict=True)}
    former = [_former(old, new, place) for place in range(len(new))]
    sections = []
    for item, name_before in zip(new, former, strict=True):
        if name_before in kept:
            was, section = kept[name_before]
            _turn(section, plain_values(was, layout), plain_values(item, layout), layout)
        else:
            section = toml_section(_stated(item, layout))
        sections.append(section)
    if kept and former == [each.name for each in old]:
        return
    if not kept or not sections:
        # Sections cannot stand where a list on one line stood.
        document.pop(name, None)
    if sections:
        listed = tomlkit.aot()
        for section in sections:
            listed.append(section)
        document[name] = listed


def _former(old: tuple[Any, ...], new: tuple[Any, ...], place: int) -> str:
    """Return what a member was called before: another name in the same place is a new name."""
    name: str = new[place].name
    names = [each.name for each in old]
    if name in names or len(old) != len(new) or names[place] in [each.name for each in new]:
        return name
    return str(names[place])


def _stated(item: Any, layout: Layout) -> dict[str, object]:
    """Leave out what nobody has to say because it is what is meant without."""
    usual = {}
    for each in fields(item):
        if each.default is not MISSING:
            usual[each.name] = each.default
        elif each.default_factory is not MISSING:
            usual[each.name] = each.default_factory()
    return {
        key: value
        for key, value in plain_values(item, layout).items()
        if (field := layout[key].field) not in usual or getattr(item, field) != usual[field]
    }
