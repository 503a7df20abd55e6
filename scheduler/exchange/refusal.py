"""How a refused value is put into words."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import NoReturn

from scheduler.errors import Fault, InputError


def refuse(expected: str, raw: object) -> NoReturn:
    """Raise the fault of one value, without its place."""
    raise InputError(Fault(expected=expected, found=shown(raw)))


def shown(raw: object) -> str:
    """Write what was found in a form short enough for a message."""
    words = repr(raw)
    return words if len(words) <= 60 else f"{words[:57]}…"


def nearest(word: str, known: Iterable[str]) -> str:
    """Return ``" (did you mean 'x'?)"`` for the closest known word, or nothing."""
    folded = {each.casefold(): each for each in known}
    close = get_close_matches(word[:80].casefold(), folded, n=1, cutoff=0.6)
    return f" (did you mean {folded[close[0]]!r}?)" if close else ""


def among(word: str, known: Iterable[str]) -> str:
    """Return the closest known word as :func:`nearest` does, else all of them if they are few."""
    names = list(known)
    few = f" ({', '.join(names)})" if 0 < len(names) <= 8 else ""
    return nearest(word, names) or few
