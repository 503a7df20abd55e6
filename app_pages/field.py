"""One field of a form: what it is called, and hints that many fields share."""

from __future__ import annotations

from dataclasses import dataclass

from app_pages.language import marked


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a form or column of a table.

    Attributes
    ----------
    label
        Its name on screen.
    help
        What may stand in it; empty where that is plain.
    first
        Whether most teams need it: the others stand under "More".
    """

    label: str
    help: str = ""
    first: bool = False


def field(label: str, help: str = "", *, first: bool = False) -> Field:
    """Make a field of its words, as the class has them."""
    return Field(label=label, help=help, first=first)


DURATION = marked("Such as 20s, 3m, 1h30m.")
CLOCK = marked("Such as 07:30; 24:00 ends the day.")
DATE = marked("Such as 2026-03-02.")
NAME = marked("The key in every table.")
DAYS = marked("Such as Mon-Fri, or Mon;Wed.")
LIMIT = marked("Empty: no limit.")
