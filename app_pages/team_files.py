"""The set-up as files: text to edit, a workbook or a folder to take along or bring in."""

from __future__ import annotations

from functools import partial

import streamlit as st

from app_pages.language import say
from app_pages.team_changes import show_changes
from app_pages.team_draft import Draft, start_again
from app_pages.visit import Visit, complain
from scheduler.errors import CallboardError
from scheduler.exchange.case_packing import Upload
from scheduler.workflows.setup_versions import (
    case_folder,
    case_workbook,
    look_at_upload,
    read_upload,
    take_upload,
)
from scheduler.workflows.team_setup import look_at_text, newest_setup, save_text, setup_text


def show(visit: Visit, draft: Draft) -> None:
    """Show the set-up as files."""
    if draft.edited:
        st.info(say("Files hold what is saved. Save or drop what you typed first."))
        return
    st.subheader(say("Take it along"))
    _offer_files(visit, draft)
    st.subheader(say("Bring it in"))
    _take_in(visit, draft)
    st.subheader(say("Edit case.toml"))
    _edit_text(visit, draft)


def mend_text(visit: Visit, team: str) -> None:
    """Offer the text of a set-up that cannot be read."""
    seen = newest_setup(visit.user, visit.database, team)
    kept = setup_text(visit.user, visit.database, team)
    key = f"mend-{team}-{seen}"
    text = st.text_area(say("The text of case.toml"), kept, height=500, key=key)
    if st.button(say("Save"), type="primary", disabled=text == kept):
        _save_text(visit, team, text, seen=seen, reason="")


def _offer_files(visit: Visit, draft: Draft) -> None:
    with st.container(horizontal=True):
        st.download_button(
            say("Excel workbook"),
            partial(case_workbook, visit.user, visit.database, draft.team),
            f"{draft.team}.xlsx",
            on_click="ignore",
        )
        st.download_button(
            say("Case folder (ZIP)"),
            partial(case_folder, visit.user, visit.database, draft.team),
            f"{draft.team}.zip",
            mime="application/zip",
            on_click="ignore",
        )
    st.caption(say("Both hold the whole set-up and the history."))


def _take_in(visit: Visit, draft: Draft) -> None:
    sent = st.file_uploader(
        say("A workbook, or a case folder packed as ZIP: it takes the place of the whole set-up"),
        type=["xlsx", "zip"],
        key=draft.field_key("upload"),
    )
    if sent is None:
        return
    limit = visit.settings.max_upload_mb * 1_000_000
    try:
        upload = read_upload(sent.getvalue(), sent.name, max_bytes=limit)
        changes = look_at_upload(visit.user, visit.database, draft.team, upload)
    except CallboardError as error:
        complain(error)
        return
    if not changes:
        st.success(say("The set-up holds all of this. History comes in on the page History."))
        return
    show_changes(changes)
    st.caption(say("Nothing is kept before you save it. History comes in on the page History."))
    reason = st.text_input(say("Why?"), key="team-upload-reason", max_chars=500)
    if st.button(say("Save this as a new version"), type="primary"):
        _keep_upload(visit, draft, upload, reason or sent.name)


def _keep_upload(visit: Visit, draft: Draft, upload: Upload, reason: str) -> None:
    try:
        version = take_upload(
            visit.user,
            visit.database,
            draft.team,
            upload,
            seen=draft.seen,
            now=visit.now(),
            reason=reason,
        )
    except CallboardError as error:
        complain(error)
        return
    _begin_again(visit, draft, version)


def _edit_text(visit: Visit, draft: Draft) -> None:
    st.caption(
        say("Every key can be set here. Comments, order and what you leave alone stay as they are.")
    )
    kept = draft.setup.text
    key = draft.field_key("text", draft.setup.version)
    text = st.text_area(say("The text of case.toml"), kept, height=500, key=key)
    if text == kept:
        return
    try:
        changes = look_at_text(visit.user, visit.database, draft.team, text)
    except CallboardError as error:
        complain(error)
        return
    show_changes(changes)
    reason = st.text_input(say("Why?"), key="team-text-reason", max_chars=500)
    if st.button(say("Save the text"), type="primary") and _save_text(
        visit, draft.team, text, seen=draft.seen, reason=reason or ""
    ):
        _begin_again(visit, draft, draft.seen + 1)


def _save_text(visit: Visit, team: str, text: str, *, seen: int, reason: str) -> bool:
    try:
        save_text(visit.user, visit.database, team, text, seen=seen, now=visit.now(), reason=reason)
    except CallboardError as error:
        complain(error)
        return False
    return True


def _begin_again(visit: Visit, draft: Draft, version: int) -> None:
    st.session_state["team-told"] = say("Saved as version {number}.", number=version)
    start_again(visit, draft)
    st.rerun()
