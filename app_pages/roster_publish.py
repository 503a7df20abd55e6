"""Comparing two versions of a week, publishing one, going back to an older one."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from app_pages.language import number_words, say, say_count
from app_pages.roster_versions import version_words
from app_pages.visit import Visit
from scheduler.errors import CallboardError
from scheduler.store.roster_lines import RosterLine
from scheduler.workflows.drafts import compare, copy_draft
from scheduler.workflows.publish import publish_roster
from scheduler.workflows.stored_roster import StoredRoster


def show_compare(visit: Visit, lines: tuple[RosterLine, ...], stored: StoredRoster) -> None:
    """Show what differs between the version shown and another one."""
    others = {line.roster_id: line for line in lines if line.roster_id != stored.booked.roster_id}
    if not others:
        st.info(say("There is nothing to compare with yet: this is the week's only version."))
        return
    held = next((key for key, line in others.items() if line.state == "published"), None)
    keys = list(others)
    other = st.selectbox(
        say("Compare with"),
        keys,
        index=keys.index(held) if held is not None else 0,
        format_func=lambda key: version_words(others[key]),
        key=f"compare-{stored.booked.roster_id}",
        width=520,
    )
    found = compare(visit.user, visit.database, other, stored.booked.roster_id)
    if not found.rows:
        st.success(say("Everybody works the same in both."))
        return
    st.markdown(
        say_count("One day of one agent differs.", "{n} days of agents differ.", len(found.rows))
    )
    names = {
        "agent_id": say("id"),
        "agent": say("agent"),
        "date": say("day"),
        "before": say("there"),
        "after": say("here"),
    }
    frame = pd.DataFrame(found.rows).rename(columns=names)
    st.dataframe(frame, hide_index=True, alt=say("Days that differ between two versions"))
    _numbers_beside(others[other], stored)


def _numbers_beside(other: RosterLine, stored: StoredRoster) -> None:
    """Show both versions' numbers, as far as the other's are known."""
    told = other.result or {}
    rows = []
    for key, name in (("paid_hours", say("paid hours")), ("shortfall_hours", say("hours short"))):
        there, here = told.get(key), stored.numbers.get(key)
        rows.append({"": name, say("there"): _one(there), say("here"): _one(here)})
    for queue, here in stored.numbers["service_level"].items():
        there = (told.get("service_level") or {}).get(queue)
        rows.append(
            {
                "": say("{queue}: service level", queue=queue),
                say("there"): _per_cent(there),
                say("here"): _per_cent(here),
            }
        )
    st.dataframe(pd.DataFrame(rows), hide_index=True, alt=say("Numbers of both versions"))


def _one(value: float | None) -> str:
    return "–" if value is None else number_words(value, 1)


def _per_cent(queue: dict[str, float] | None) -> str:
    level = None if queue is None else queue.get("simulated")
    return "–" if level is None else f"{100 * level:.1f}%"


def show_publish(visit: Visit, lines: tuple[RosterLine, ...], stored: StoredRoster) -> None:
    """Let a manager publish a draft with a note, or go back to an older version."""
    booked = stored.booked
    if booked.state == "published":
        st.success(say("This version holds now: agents see it."))
        return
    if booked.state == "superseded":
        st.markdown(
            say("A later version holds. Going back makes a draft of this one, to be published.")
        )
        st.button(say("Go back to this version"), on_click=_copy, args=(visit, booked.roster_id))
        return
    current = next((line for line in lines if line.state == "published"), None)
    after = 0 if current is None or current.number is None else current.number
    if current is None:
        st.markdown(say("Nothing of this week is published yet: agents see nothing of it."))
    else:
        words = compare(visit.user, visit.database, current.roster_id, booked.roster_id).words
        st.markdown(
            say_count(
                "One day changes for the team; whoever it concerns is told.",
                "{n} days change for the team; whoever they concern is told.",
                len(words),
            )
        )
    key = f"{booked.roster_id}"
    st.text_area(
        say("Note to the team"), max_chars=2000, key=f"note-{key}", persist_state="session"
    )
    if f"refused-{key}" in st.session_state or stored.numbers.get("violations"):
        st.text_input(
            say("Publish in spite of broken rules, because"),
            max_chars=500,
            help=say(
                "Left empty, a roster that breaks hard rules or moves what has begun stays a draft."
            ),
            key=f"despite-{key}",
            persist_state="session",
        )
    st.button(
        say("Publish"),
        type="primary",
        on_click=_publish,
        args=(visit, booked.roster_id, booked.version, after),
    )


def _publish(visit: Visit, roster_id: int, seen: int, after: int) -> None:
    """Publish; a callback runs whole, whatever the user presses meanwhile.

    What was typed is read here: the press may come in one with the last letters.
    """
    try:
        done = publish_roster(
            visit.user,
            visit.database,
            roster_id,
            seen=seen,
            after=after,
            note=st.session_state.get(f"note-{roster_id}", ""),
            now=visit.now(),
            despite=st.session_state.get(f"despite-{roster_id}", ""),
        )
    except CallboardError as error:
        st.session_state["refused"] = error
        st.session_state[f"refused-{roster_id}"] = True
    else:
        st.session_state["published"] = done.number


def _copy(visit: Visit, roster_id: int) -> None:
    try:
        copy_draft(visit.user, visit.database, roster_id, now=visit.now())
    except CallboardError as error:
        st.session_state["refused"] = error


def say_difference(visit: Visit, lines: tuple[RosterLine, ...], stored: StoredRoster) -> None:
    """Say how far a draft is from what agents see."""
    current = next((line for line in lines if line.state == "published"), None)
    if current is None or stored.booked.state != "draft":
        return
    rows = compare(visit.user, visit.database, current.roster_id, stored.booked.roster_id).rows
    st.caption(
        say_count(
            "One day differs from version {version}, which agents see.",
            "{n} days differ from version {version}, which agents see.",
            len(rows),
            version=current.number,
        )
        if rows
        else say("The same as version {version}, which agents see.", version=current.number)
    )


def say_published() -> None:
    """Say that a version was published, once."""
    number = st.session_state.pop("published", None)
    if number is not None:
        st.success(say("Version {n} is published. Agents see it now.", n=number))
