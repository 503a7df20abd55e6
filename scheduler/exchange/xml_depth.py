"""How deep the XML of a workbook is nested: an honest one is flat."""

from __future__ import annotations

import zipfile
import zlib
from xml.parsers import expat  # it only counts, and stops at the first declared entity

MOST_DEPTH = 64
_BLOCK = 1 << 20


class _Stop(Exception):
    """There is nothing more to be counted."""


# What an archive's damaged, locked or unknown parts end in; the reader proper says it in words.
_UNREADABLE = (
    _Stop,
    expat.ExpatError,
    zlib.error,
    zipfile.BadZipFile,
    RuntimeError,
    ValueError,
    OSError,
    EOFError,
)


def too_deep(archive: zipfile.ZipFile) -> str:
    """Return the name of the first part that is nested deeper than any honest one; empty for none.

    Readers of XML take time and memory by the depth. Parts that are no XML, or declare
    entities, are left to the reader proper, which refuses them.
    """
    for entry in archive.infolist():
        if entry.filename.endswith(".xml") and _is_deep(archive, entry):
            return entry.filename
    return ""


def _is_deep(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bool:
    parser, depth = expat.ParserCreate(), 0

    def begin(*_: object) -> None:
        nonlocal depth
        depth += 1
        if depth > MOST_DEPTH:
            raise _Stop

    def end(*_: object) -> None:
        nonlocal depth
        depth -= 1

    def stop(*_: object) -> None:
        raise _Stop

    parser.StartElementHandler, parser.EndElementHandler = begin, end
    parser.EntityDeclHandler = stop
    try:
        with archive.open(entry) as part:
            while block := part.read(_BLOCK):
                parser.Parse(block)
    except _UNREADABLE:
        return depth > MOST_DEPTH
    return False
