"""History out of an export: what it is, what it says, and where it is kept."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd
import streamlit as st

from app_pages.export_choices import ask_choices
from app_pages.language import marked, moment_words, say, say_count
from app_pages.visit import Visit, bullets, complain, plain
from scheduler.errors import CallboardError
from scheduler.exchange.acd import variants
from scheduler.exchange.acd_report import Preview
from scheduler.exchange.case import Case
from scheduler.workflows.book import OpenTeam, import_into_book, imports_of, open_team, teams_of
from scheduler.workflows.history import Reading, look_at, read_exports
from scheduler.workflows.history_numbers import numbers
from scheduler.workflows.import_choices import Choices
from scheduler.workflows.kept_history import changes, history_csv
from scheduler.workflows.uploads import as_file

TITLE = "History"
_NO_TEAM = marked("a file of its own")
_LEFT_OUT = marked("(left out)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file that somebody sent.

    Attributes
    ----------
    key
        Tells it from every other upload of the session.
    name, data
        What its sender calls it, and its bytes.
    """

    key: str
    name: str
    data: bytes


def show(visit: Visit) -> None:
    """Show the page."""
    st.header(say("History from an export"))
    sent = st.file_uploader(
        say(
            "Export of your phone or ticket system: CSV, Excel, JSON or a log, also packed with "
            "gzip"
        ),
        key="export",
    )
    if sent is None:
        _say_what_can_be_read()
        return
    upload = Upload(key=sent.file_id, name=sent.name, data=sent.getvalue())
    team = _team(visit)
    case = None if team is None else team.case
    choices = ask_choices(case)
    try:
        seen = _look(visit, upload, choices)
    except CallboardError as error:
        complain(error)
        return
    _show_beginning(seen)
    if any(question.needed for question in seen.questions):
        return
    try:
        reading = _read(visit, upload, choices, None)
        wanted = replace(choices, queues=_queues(reading, case))
        if case is not None:
            reading = _read(visit, upload, wanted, team)
    except CallboardError as error:
        complain(error)
        return
    _show_reading(reading)
    _keep(visit, upload, reading, wanted, team)


def _say_what_can_be_read() -> None:
    st.info(say("Nothing is kept before you have seen how the file is understood."))
    with st.expander(say("What can be read")):
        bullets(dict.fromkeys(title for _, title in variants()))


def _team(visit: Visit) -> OpenTeam | None:
    """Let the user choose whose history it is."""
    names = [_NO_TEAM, *teams_of(visit.user, visit.database)]
    name = st.selectbox(
        say("It becomes the history of"),
        names,
        format_func=lambda each: say(each) if each == _NO_TEAM else each,
        key="history-team",
        width=260,
    )
    if name == _NO_TEAM:
        return None
    try:
        return open_team(visit.user, visit.database, name)
    except CallboardError as error:
        complain(error)
        return None


def _look(visit: Visit, upload: Upload, choices: Choices) -> Preview:
    with as_file(upload.name, upload.data) as path:
        return look_at(visit.user, path, choices, max_bytes=_limit(visit))


def _read(visit: Visit, upload: Upload, choices: Choices, team: OpenTeam | None) -> Reading:
    """Read a file whole; the last reading of a session is kept, for every click runs the page."""
    key = (upload.key, choices, team and (team.name, team.setup, team.history))
    kept = st.session_state.setdefault("readings", {})
    if key not in kept:
        with st.spinner(say("Reading all of it …")), as_file(upload.name, upload.data) as path:
            reading = read_exports(
                visit.user,
                [path],
                choices,
                case=None if team is None else team.case,
                max_bytes=_limit(visit),
                of_team=visit.user.team if team is None else team.name,
            )
        # Two: as the file calls its queues, and as the team does.
        for old in list(kept)[:-1]:
            del kept[old]
        kept[key] = reading
    found: Reading = kept[key]
    return found


def _limit(visit: Visit) -> int:
    return visit.settings.max_upload_mb * 1_000_000


def _show_beginning(seen: Preview) -> None:
    st.subheader(say("What it is"))
    title, reason = plain(seen.detected.title), plain(seen.detected.reason)
    st.markdown(say("**{title}**, because {reason}.", title=title, reason=reason))
    for question in seen.questions:
        tell = st.warning if question.needed else st.info
        tell(plain(question.text))
    frame = pd.DataFrame(list(seen.rows), columns=list(seen.header))
    st.dataframe(frame, hide_index=True, alt=say("The first rows as they are understood"))
    st.caption(say("The first rows, as they are understood."))


def _queues(reading: Reading, case: Case | None) -> tuple[str, ...]:
    """Let the user say which of the case's queues each queue of the file is."""
    if case is None:
        return ()
    wanted = []
    st.subheader(say("Its queues"))
    with st.container(horizontal=True):
        for name in reading.history.queues:
            options = [_LEFT_OUT, *case.queue_names]
            alone = len(case.queues) == len(reading.history.queues) == 1
            same = [each.casefold() for each in options]
            usual = same.index(name.casefold()) if name.casefold() in same else int(alone)
            ours = st.selectbox(
                plain(name),
                options,
                index=usual,
                format_func=_option_words,
                key=f"q-{name}",
                width=200,
            )
            if ours != _LEFT_OUT:
                wanted.append(f"{name}={ours}")
    if not wanted:
        st.info(say("Say which queue of the team at least one of them is."))
        st.stop()
    return tuple(wanted)


def _option_words(option: str) -> str:
    return say(option) if option == _LEFT_OUT else option


def _show_reading(reading: Reading) -> None:
    st.subheader(say("What it holds"))
    for report in reading.reports:
        bullets(str(report).splitlines()[1:])
    if reading.remarks:
        bullets(map(str, reading.remarks))
    if reading.findings:
        replaced, kept = say("replaced and marked"), say("left as it is")
        with st.expander(say("What is strange in it: {n}", n=len(reading.findings))):
            bullets(
                f"{each['words']} ({replaced if each['replaced'] else kept})"
                for each in numbers(reading)["findings"]
            )
    st.dataframe(
        queue_frame(reading), hide_index=True, placeholder="–", alt=say("Contacts read, by queue")
    )


def queue_frame(reading: Reading) -> pd.DataFrame:
    """Sum up what was read, one queue a row."""
    rows = []
    for name, queue in numbers(reading)["queues"].items():
        patience = (queue.get("patience") or {}).get("mean_s")
        rows.append(
            {
                say("queue"): name,
                say("days"): queue["days"],
                say("offered"): queue["offered"],
                say("handled"): queue["handled"],
                say("abandoned"): queue["abandoned"],
                say("AHT, s"): None if queue["aht_s"] is None else round(queue["aht_s"]),
                say("mean patience, s"): None if patience is None else round(patience),
            }
        )
    return pd.DataFrame(rows)


def _keep(
    visit: Visit, upload: Upload, reading: Reading, choices: Choices, team: OpenTeam | None
) -> None:
    """Offer the history as a file, and to put it into the team's."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            say("Download history.csv"),
            history_csv(reading),
            "history.csv",
            "text/csv",
            on_click="ignore",
        )
        if team is None:
            return
        changed = changes(reading, team.case)
        if changed:
            st.button(
                say("Put it into the history of {team}", team=plain(team.name)),
                type="primary",
                on_click=_put,
                args=(visit, upload, choices, team.name),
            )
            st.markdown(
                say_count(
                    "One interval would change or be new.",
                    "{n} intervals would change or be new.",
                    changed,
                )
            )
        else:
            st.success(say("The history of {team} holds all of this.", team=plain(team.name)))
    refused = st.session_state.pop("history-refused", None)
    if refused is not None:
        complain(refused)
    _show_imports(visit, team.name)


def _put(visit: Visit, upload: Upload, choices: Choices, name: str) -> None:
    """Keep it; a callback runs whole, whatever the user presses meanwhile."""
    try:
        with as_file(upload.name, upload.data) as path:
            import_into_book(
                visit.user,
                visit.database,
                name,
                [path],
                choices,
                max_bytes=_limit(visit),
                now=visit.now(),
            )
    except CallboardError as error:
        st.session_state["history-refused"] = error


def _show_imports(visit: Visit, name: str) -> None:
    """Show who brought which history when, the newest first."""
    imports = imports_of(visit.user, visit.database, name)
    if not imports:
        return
    with st.expander(say("What has been imported before: {n}", n=len(imports))):
        rows = [
            {
                say("number"): each.number,
                say("when"): moment_words(each.imported_at),
                say("who"): each.imported_by,
                say("file"): each.name,
            }
            for each in reversed(imports)
        ]
        st.dataframe(
            pd.DataFrame(rows), hide_index=True, alt=say("Imports of history, newest first")
        )
