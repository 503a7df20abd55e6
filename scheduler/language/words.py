"""Text, dates and numbers in one language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path

from scheduler.language.catalogue import Catalogue, read_catalogue

# As people who speak it call it; the first is what texts are written in.
LANGUAGES = {"en": "English", "zh": "中文"}
USUAL = "en"
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# What this file asks the catalogue for, so that a catalogue can be held to it.
PATTERNS = (
    *_WEEKDAYS,
    *_MONTHS,
    "{weekday} {number} {month}",
    "{first} – {last} {year}",
    "{day} {year}",
    "{day}, {clock}",
    "{month} {year}",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """How one language says things.

    Attributes
    ----------
    language
        One of :data:`LANGUAGES`.
    catalogue
        Its texts; None for English, in which they are written.
    """

    language: str
    catalogue: Catalogue | None = None

    def __call__(self, text: str, /, **values: object) -> str:
        """Say a text.

        Parameters
        ----------
        text
            In English; where the catalogue lacks it, it is said in English.
        values
            What stands in its ``{places}``; without any, the text is taken as it is.
        """
        if self.catalogue is not None:
            text = self.catalogue.texts.get(text, (text,))[0]
        return text.format(**values) if values else text

    def count(self, one: str, many: str, n: int, /, **values: object) -> str:
        """Say a text that counts, as ``count("{n} shift", "{n} shifts", 3)``."""
        text = one if n == 1 else many
        if self.catalogue is not None and one in self.catalogue.texts:
            text = self.catalogue.texts[one][self.catalogue.form(n)]
        return text.format(**({"n": self.number(n)} | values))

    def day(self, day: date) -> str:
        """Write a date without its year: ``Mon 27 Oct``."""
        month, weekday = self(_MONTHS[day.month - 1]), self(_WEEKDAYS[day.weekday()])
        return self("{weekday} {number} {month}", weekday=weekday, number=day.day, month=month)

    def weekday(self, day: date) -> str:
        """Write the day of the week: ``Mon``."""
        return self(_WEEKDAYS[day.weekday()])

    def month(self, day: date) -> str:
        """Write a month: ``Oct 2003``."""
        return self("{month} {year}", month=self(_MONTHS[day.month - 1]), year=day.year)

    def day_and_year(self, day: date) -> str:
        """Write a date: ``Mon 27 Oct 2003``."""
        return self("{day} {year}", day=self.day(day), year=day.year)

    def week(self, monday: date) -> str:
        """Write a week: ``Mon 27 Oct – Sun 2 Nov 2003``."""
        sunday = monday + timedelta(days=6)
        if sunday.year != monday.year:
            return f"{self.day_and_year(monday)} – {self.day_and_year(sunday)}"
        first, last = self.day(monday), self.day(sunday)
        return self("{first} – {last} {year}", first=first, last=last, year=monday.year)

    def clock(self, at: datetime | time) -> str:
        """Write a time of day: ``07:30``."""
        return f"{at:%H:%M}"

    def moment(self, at: datetime) -> str:
        """Write a local date and time: ``Mon 27 Oct, 07:30``."""
        return self("{day}, {clock}", day=self.day(at), clock=self.clock(at))

    def number(self, value: float, places: int = 0) -> str:
        """Write a number; English and Chinese group and divide its digits alike."""
        return f"{value:,.{places}f}"

    def share(self, value: float | None, places: int = 1) -> str:
        """Write a share, 0 to 1, as per cent; a missing one as a dash."""
        return "–" if value is None else f"{value:.{places}%}"


@cache
def words_in(language: str) -> Words:
    """Return the words of one of :data:`LANGUAGES`; the catalogue is read once."""
    if language == USUAL:
        return Words(language=USUAL)
    return Words(language=language, catalogue=read_catalogue(Path(__file__).parent / language))


def chosen_language(kept: str, accepted: str) -> str:
    """Return the language to speak.

    Parameters
    ----------
    kept
        What the person has chosen; anything but one of :data:`LANGUAGES` counts as nothing.
    accepted
        What the browser asks for, as ``Accept-Language`` writes it (RFC 9110, 12.5.4), or a single
        tag: ``zh-CN``.
    """
    if kept in LANGUAGES:
        return kept
    asked: list[tuple[float, str]] = []
    for part in accepted.split(","):
        tag, _, rest = part.partition(";")
        quality = re.fullmatch(r"\s*q=([01](?:\.\d{0,3})?)\s*", rest)
        asked.append((float(quality[1]) if quality else 1.0, tag.strip().lower().split("-")[0]))
    wanted = sorted((each for each in asked if each[0] > 0), key=lambda each: -each[0])
    return next((tag for _, tag in wanted if tag in LANGUAGES), USUAL)
