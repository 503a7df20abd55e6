"""History out of an export: what it is, what it says, and where it is kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from zoneinfo import available_timezones

import pandas as pd
import streamlit as st

from app_pages.visit import Visit, bullets, complain, plain
from forecasting.finding import KINDS
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
_NO_TEAM = "a file of its own"
_REPLACEABLE = [kind for kind in KINDS if kind != "out_of_hours"]
_LEFT_OUT = "(left out)"
_ORDERS = {"as the file tells": None, "day first": "dmy", "month first": "mdy"}
_DOUBLED = {"refuse them": "refuse", "the first": "first", "the second": "second"}


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
    st.header("History from an export")
    sent = st.file_uploader(
        "Export of your phone or ticket system: CSV, Excel, JSON or a log, also packed with gzip",
        key="export",
    )
    if sent is None:
        _say_what_can_be_read()
        return
    upload = Upload(key=sent.file_id, name=sent.name, data=sent.getvalue())
    team = _team(visit)
    case = None if team is None else team.case
    choices = _choices(case)
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
    st.info("Nothing is kept before you have seen how the file is understood.")
    with st.expander("What can be read"):
        bullets(dict.fromkeys(title for _, title in variants()))


def _team(visit: Visit) -> OpenTeam | None:
    """Let the user choose whose history it is."""
    names = [_NO_TEAM, *teams_of(visit.user, visit.database)]
    name = st.selectbox("It becomes the history of", names, key="history-team", width=260)
    if name == _NO_TEAM:
        return None
    try:
        return open_team(visit.user, visit.database, name)
    except CallboardError as error:
        complain(error)
        return None


def _choices(case: Case | None) -> Choices:
    """Ask what an export may leave open."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        zone = st.selectbox(
            "Zone of its times",
            sorted(available_timezones()),
            index=None,
            placeholder="as the file states",
            width=220,
        )
        order = st.selectbox("03/04/2026 has", list(_ORDERS), width=170)
        wrap_up = st.number_input("After-call work to add, s", 0, 3600, 0, step=5, width=200)
    with st.expander("More choices"), st.container(horizontal=True, vertical_alignment="bottom"):
        column = st.text_input("Column that names the queue", max_chars=200, width=220)
        short = st.number_input("Leave out who gave up before, s", 0, 600, 0, width=230)
        doubled = st.selectbox("Times that clocks show twice mean", list(_DOUBLED), width=260)
        opening = st.text_input("Opening hours", placeholder="Mon-Fri 07:00-21:00", width=220)
        menu = st.checkbox("Count who hung up in the menu")
        replaced = st.multiselect(
            "Replace by what is usual, and mark",
            _REPLACEABLE,
            format_func=lambda kind: kind.replace("_", " "),
            placeholder="nothing",
            width=320,
        )
    return Choices(
        timezone=zone or "",
        interval=None if case is None else case.interval,
        opening=opening,
        replace=tuple(replaced),
        queue_column=column,
        include_ivr=menu,
        short_abandon_s=float(short),
        wrap_up_s=float(wrap_up),
        date_order=_ORDERS[order],
        doubled_hour=_DOUBLED[doubled],
    )


def _look(visit: Visit, upload: Upload, choices: Choices) -> Preview:
    with as_file(upload.name, upload.data) as path:
        return look_at(visit.user, path, choices, max_bytes=_limit(visit))


def _read(visit: Visit, upload: Upload, choices: Choices, team: OpenTeam | None) -> Reading:
    """Read a file whole; the last reading of a session is kept, for every click runs the page."""
    key = (upload.key, choices, team and (team.name, team.setup, team.history))
    kept = st.session_state.setdefault("readings", {})
    if key not in kept:
        with st.spinner("Reading all of it …"), as_file(upload.name, upload.data) as path:
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
    st.subheader("What it is")
    st.markdown(f"**{plain(seen.detected.title)}**, because {plain(seen.detected.reason)}.")
    for question in seen.questions:
        say = st.warning if question.needed else st.info
        say(plain(question.text))
    frame = pd.DataFrame(list(seen.rows), columns=list(seen.header))
    st.dataframe(frame, hide_index=True, alt="The first rows as they are understood")
    st.caption("The first rows, as they are understood.")


def _queues(reading: Reading, case: Case | None) -> tuple[str, ...]:
    """Let the user say which of the case's queues each queue of the file is."""
    if case is None:
        return ()
    wanted = []
    st.subheader("Its queues")
    with st.container(horizontal=True):
        for name in reading.history.queues:
            options = [_LEFT_OUT, *case.queue_names]
            alone = len(case.queues) == len(reading.history.queues) == 1
            same = [each.casefold() for each in options]
            usual = same.index(name.casefold()) if name.casefold() in same else int(alone)
            ours = st.selectbox(plain(name), options, index=usual, key=f"q-{name}", width=200)
            if ours != _LEFT_OUT:
                wanted.append(f"{name}={ours}")
    if not wanted:
        st.info("Say which queue of the case at least one of them is.")
        st.stop()
    return tuple(wanted)


def _show_reading(reading: Reading) -> None:
    st.subheader("What it says")
    for report in reading.reports:
        bullets(str(report).splitlines()[1:])
    if reading.remarks:
        bullets(map(str, reading.remarks))
    if reading.findings:
        with st.expander(f"What is strange in it: {len(reading.findings)}"):
            bullets(
                f"{each['words']} ({'replaced and marked' if each['replaced'] else 'kept'})"
                for each in numbers(reading)["findings"]
            )
    st.dataframe(
        queue_frame(reading), hide_index=True, placeholder="–", alt="Contacts read, by queue"
    )


def queue_frame(reading: Reading) -> pd.DataFrame:
    """Sum up what was read, one queue a row."""
    rows = []
    for name, queue in numbers(reading)["queues"].items():
        patience = (queue.get("patience") or {}).get("mean_s")
        rows.append(
            {
                "queue": name,
                "days": queue["days"],
                "offered": queue["offered"],
                "handled": queue["handled"],
                "abandoned": queue["abandoned"],
                "AHT, s": None if queue["aht_s"] is None else round(queue["aht_s"]),
                "mean patience, s": None if patience is None else round(patience),
            }
        )
    return pd.DataFrame(rows)


def _keep(
    visit: Visit, upload: Upload, reading: Reading, choices: Choices, team: OpenTeam | None
) -> None:
    """Offer the history as a file, and to put it into the team's."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            "Download history.csv",
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
                f"Put it into the history of {plain(team.name)}",
                type="primary",
                on_click=_put,
                args=(visit, upload, choices, team.name),
            )
            st.markdown(f"{changed:,} intervals would change or be new.")
        else:
            st.success(f"The history of {plain(team.name)} holds all of this.")
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
    with st.expander(f"What has been imported before: {len(imports)}"):
        rows = [
            {
                "number": each.number,
                "when": f"{each.imported_at:%Y-%m-%d %H:%M} UTC",
                "who": each.imported_by,
                "file": each.name,
            }
            for each in reversed(imports)
        ]
        st.dataframe(pd.DataFrame(rows), hide_index=True, alt="Imports of history, newest first")
