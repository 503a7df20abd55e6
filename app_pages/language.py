"""The viewer's language and zone: every text, date and number of a page goes through here.

``say("Week of {week}", week=week_words(monday))``: the English text is the key of the catalogue,
one file a page in ``scheduler/language/zh/``, and must stand in the call literally, so that a test
can hold the catalogue to the pages. A text that stands in a constant is wrapped in :func:`marked`
where it stands and in :func:`say` where it is shown; a page's ``TITLE`` counts as marked. What
people and files say is handed in as a value, after ``plain()`` where Markdown is shown.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from scheduler.language.words import USUAL, Words, chosen_language, words_in
from scheduler.sign_in.forms import kept_language


def words() -> Words:
    """Return the words of the viewer's language; English outside a page."""
    run = get_script_run_ctx(suppress_warning=True)
    return words_in(USUAL) if run is None else _words_of(run.session_id)


# Asking the context takes half a millisecond, and a page says hundreds of texts. A session is one
# load of the page, and another language is chosen by loading it again.
@lru_cache(maxsize=4096)
def _words_of(session_id: str) -> Words:
    del session_id  # the context is that of the session that runs
    asked = st.context.headers.get("accept-language") or st.context.locale or ""
    return words_in(chosen_language(kept_language(st.context.cookies), asked))


def say(text: str, /, **values: object) -> str:
    """Say a text in the viewer's language; ``values`` stand in its ``{places}``."""
    return words()(text, **values)


def say_count(one: str, many: str, n: int, /, **values: object) -> str:
    """Say a text that counts: ``say_count("{n} shift", "{n} shifts", 3)``."""
    return words().count(one, many, n, **values)


def marked(text: str) -> str:
    """Return a text of a constant as it is; it is to be said where it is shown."""
    return text


def day_words(day: date) -> str:
    """Write a date as ``Mon 27 Oct``."""
    return words().day(day)


def week_words(monday: date) -> str:
    """Write a week as ``Mon 27 Oct – Sun 2 Nov 2003``."""
    return words().week(monday)


def month_words(day: date) -> str:
    """Write a month as ``Oct 2003``."""
    return words().month(day)


def moment_words(at: datetime, zone: tzinfo | None = None) -> str:
    """Write an instant as ``Mon 27 Oct, 07:30``.

    Parameters
    ----------
    at
        Aware.
    zone
        Whose clocks; the viewer's own if None.
    """
    return words().moment(at.astimezone(zone or viewer_zone()))


def number_words(value: float, places: int = 0) -> str:
    """Write a number as ``1,234.5``."""
    return words().number(value, places)


def share(value: float | None, places: int = 1) -> str:
    """Write a share as per cent, a missing one as a dash."""
    return words().share(value, places)


def viewer_zone() -> tzinfo:
    """Return the zone of the viewer's browser; UTC where it does not say."""
    name = None
    if get_script_run_ctx(suppress_warning=True) is not None:
        name = st.context.timezone
    try:
        return ZoneInfo(name) if name else UTC
    except (ZoneInfoNotFoundError, ValueError):
        return UTC
