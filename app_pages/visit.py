"""Who looks at a page, and what every page says the same way."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import streamlit as st

from app_pages.language import day_words as day_words
from app_pages.language import say, say_count, words
from app_pages.language import share as share
from app_pages.language import week_words as week_words
from scheduler.access import User
from scheduler.config import Settings
from scheduler.errors import CallboardError, InputError
from scheduler.free_text import harmless
from scheduler.sign_in.forms import other_languages
from scheduler.store.database import Database

_MARKS = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~:$])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One run of a page.

    Attributes
    ----------
    settings
        Where cases and results are.
    database
        The roster book.
    user
        Who looks.
    case
        The case an agent belongs to; empty for the other roles.
    form_token
        What the form that signs out must carry.
    demo
        Whether this is the demo mode.
    signed_in
        Says whether the session still lives: a page may stay open for long.
    now
        The clock.
    """

    settings: Settings
    database: Database
    user: User
    case: str
    form_token: str
    demo: bool
    signed_in: Callable[[], bool]
    now: Callable[[], datetime]


def greet(visit: Visit) -> None:
    """Say who is signed in, whether this is the demo mode, and how to leave."""
    demo = say("Demo mode: no passwords")
    badge = f":orange-badge[{demo}] " if visit.demo else ""
    who = say("Signed in as **{name}**", name=plain(visit.user.name))
    st.html(_LOOKS)
    with st.container(
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
        key="head",
    ):
        st.markdown(f"{badge}{who}", width="content")
        # A form, so that leaving is a POST; nothing in it comes from a user.
        st.html(
            _LEAVE.format(
                form_token=visit.form_token,
                languages=other_languages(words().language),
                password="" if visit.demo else _CHANGE.format(words=say("Change password")),
                leave=say("Sign out"),
            ),
            width="content",
        )


_LOOKS = Path(__file__).parent / "looks.css"
_LEAVE = """
<form method="post" action="/logout"><input type="hidden" name="form" value="{form_token}">
{languages}{password}<button>{leave}</button></form>
"""
_CHANGE = """<a href="/password" target="_self">{words}</a>"""


def plain(text: str) -> str:
    """Escape text from files and people, so that Markdown shows it as it is."""
    return _MARKS.sub(r"\\\1", harmless(text)).replace("\n", " ")


def bullets(lines: Iterable[str]) -> None:
    """Show lines of text from files and people as a list."""
    st.markdown("\n".join(f"- {plain(line)}" for line in lines))


def complain(error: CallboardError) -> None:
    """Show a deliberate error in its own words, all faults of an input in a list."""
    faults = [str(fault) for fault in error.faults] if isinstance(error, InputError) else []
    if len(faults) > 1:
        st.error(say_count("One thing is in the way:", "{n} things are in the way:", len(faults)))
        bullets(faults)
    else:
        st.error(plain(str(error)))
