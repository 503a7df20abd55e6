"""What a planner changes: fields, saved scenarios, and the words for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import time, timedelta
from typing import Any
from zoneinfo import available_timezones

import streamlit as st

from app_pages.language import marked, say, say_count, share
from app_pages.visit import Visit, complain
from app_pages.week_choice import Choice
from scheduler.errors import CallboardError, Fault, InputError
from scheduler.staffing.definitions import DEFINITIONS
from scheduler.workflows.scenario import MoreShift, Scenario, grid_of
from scheduler.workflows.scenarios import (
    SavedScenario,
    forget_scenario,
    save_scenario,
    saved_scenarios,
)

_UNCHANGED = marked("as it is")
_WIDE, _NARROW = 320, 155
_PROMISES = {"interval": marked("interval"), "day": marked("day"), "week": marked("week")}


def ask_for_scenarios(visit: Visit, choice: Choice, *, busy: bool) -> tuple[Scenario, ...]:
    """Show the fields; return what is to be compared when Compare is pressed, else nothing."""
    saved = saved_scenarios(visit.user, visit.database, choice.name)
    with st.form("scenario"):
        demand, people, promise, shifts = st.tabs(
            [say("Contacts"), say("People"), say("Promise"), say("Shifts")]
        )
        fields: dict[str, Any] = {}
        with demand:
            fields |= _demand()
        with people:
            fields |= _people()
        with promise:
            fields |= _promise(choice)
        with shifts:
            fields |= _shifts(choice)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            names = [each.scenario.name for each in saved]
            also = st.multiselect(
                say("Saved scenarios to compare, too"),
                names,
                placeholder=say("none"),
                width=_WIDE,
                key=f"saved-{choice.name}",
            )
            name = st.text_input(say("Name"), max_chars=100, width=_WIDE, key="scenario-name")
            pressed = st.form_submit_button(say("Compare"), type="primary", disabled=busy)
            save = st.form_submit_button(say("Save under this name"))
    _offer_to_forget(visit, choice, saved)
    if not (pressed or save):
        return ()
    try:
        base = _scenario(fields, name)
        if save:
            _save(visit, choice, base, saved)
            return ()
        own = () if base.unchanged else _named(_grid(base, fields), name)
        kept = (each.scenario for each in saved if each.scenario.name in also)
        return (*own, *kept)
    except CallboardError as error:
        complain(error)
        return ()


def _demand() -> dict[str, Any]:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        return {
            "volume": st.number_input(say("Contacts, ± %"), -95, 900, 20, step=5, width=_NARROW),
            "aht": st.number_input(say("AHT, ± %"), -90, 900, 0, step=5, width=_NARROW),
            "volumes": st.text_input(
                say("Several at once: contacts ± %"),
                placeholder="-10, 0, 10, 20",
                width=_WIDE,
                help=say("Several numbers make a grid: every combination is solved."),
            ),
        }


def _people() -> dict[str, Any]:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        return {
            "headcount": st.number_input(say("Agents, ±"), -500, 500, 0, width=_NARROW),
            "headcounts": st.text_input(
                say("Several at once: agents ±"), placeholder="-2, 0, 2", width=_WIDE
            ),
            "hires_zone": st.selectbox(
                say("New agents live in"),
                sorted(zone for zone in available_timezones() if "/" in zone),
                index=None,
                placeholder=say("where those like them do"),
                width=_WIDE,
            ),
            "shrinkage": _optional(say("Shrinkage, %"), 0.0, 95.0),
        }


def _promise(choice: Choice) -> dict[str, Any]:
    queues = [queue.name for queue in choice.case.queues]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        return {
            "queue": st.selectbox(
                say("Target of queue"), queues, width=_NARROW, key=f"queue-{choice.name}"
            ),
            "service_level": _optional(say("Service level, %"), 1.0, 99.9),
            "answer_within": _optional(say("Answered within, s"), 0.0, 36_000.0),
            "patience": _optional(say("Patience, s"), 1.0, 36_000.0),
            "promise": st.selectbox(
                say("Kept over each"),
                list(_PROMISES),
                index=None,
                format_func=lambda each: say(_PROMISES[each]),
                placeholder=say(_UNCHANGED),
                width=_NARROW,
            ),
            "definition": st.selectbox(
                say("Counted as"),
                list(DEFINITIONS),
                index=None,
                format_func=lambda each: each.replace("_", " "),
                placeholder=say(_UNCHANGED),
                width=_WIDE,
            ),
        }


def _shifts(choice: Choice) -> dict[str, Any]:
    names = [template.name for template in choice.case.templates]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        return {
            "without": st.multiselect(
                say("Shifts to drop"),
                names,
                placeholder=say("none"),
                width=_WIDE,
                key=f"without-{choice.name}",
            ),
            "like": st.selectbox(
                say("A shift more, like"),
                names,
                index=None,
                placeholder=say("none"),
                width=_NARROW,
                key=f"like-{choice.name}",
            ),
            "start": st.time_input(say("from"), time(9), width=_NARROW, step=900),
            "end": st.time_input(say("to"), time(17), width=_NARROW, step=900),
        }


def _optional(label: str, low: float, high: float) -> float | None:
    return st.number_input(
        label, low, high, None, step=1.0, placeholder=say(_UNCHANGED), width=_NARROW
    )


def _scenario(fields: dict[str, Any], name: str) -> Scenario:
    queue = fields["queue"]

    def of_queue(key: str, value: Any) -> dict[str, Any]:
        return {} if fields[key] is None else {queue: value}

    like = fields["like"]
    more = (MoreShift(like=like, start=fields["start"], end=fields["end"]),)
    return Scenario(
        name=name.strip() or say("scenario"),
        volume=1 + fields["volume"] / 100,
        aht=1 + fields["aht"] / 100,
        headcount=int(fields["headcount"]),
        hires_zone=fields["hires_zone"] or "",
        shrinkage=None if fields["shrinkage"] is None else fields["shrinkage"] / 100,
        service_level=of_queue("service_level", (fields["service_level"] or 0) / 100),
        answer_within=of_queue("answer_within", timedelta(seconds=fields["answer_within"] or 0)),
        patience=of_queue("patience", timedelta(seconds=fields["patience"] or 0)),
        promise=of_queue("promise", fields["promise"]),
        definition=of_queue("definition", fields["definition"]),
        without_shifts=tuple(fields["without"]),
        more_shifts=more if like else (),
    )


def _grid(base: Scenario, fields: dict[str, Any]) -> tuple[Scenario, ...]:
    """Return every combination of what the fields list besides."""
    volumes = [1 + each / 100 for each in numbers_in(fields["volumes"])]
    if volumes:  # the list stands for the one number
        base = replace(base, volume=1.0)
    headcounts = [int(each) for each in numbers_in(fields["headcounts"])]
    if headcounts:
        base = replace(base, headcount=0)
    return grid_of(base, volumes=volumes or [1.0], headcounts=headcounts or [0])


def _named(cells: tuple[Scenario, ...], name: str) -> tuple[Scenario, ...]:
    """Name scenarios by what they change, unless there is one with a name of its own."""
    if len(cells) == 1 and name.strip():
        return cells
    return tuple(replace(each, name=scenario_words(each)) for each in cells)


def numbers_in(text: str) -> list[float]:
    """Read numbers separated by commas, semicolons or spaces.

    Raises
    ------
    InputError
        Something is no number.
    """
    found = []
    for word in text.replace(";", " ").replace(",", " ").split():
        try:
            found.append(float(word.replace("−", "-").removesuffix("%")))
        except ValueError:
            expected = say("numbers separated by commas")
            raise InputError(Fault(column="grid", expected=expected, found=repr(word))) from None
    return found


def _save(
    visit: Visit, choice: Choice, scenario: Scenario, saved: tuple[SavedScenario, ...]
) -> None:
    name = st.session_state.get("scenario-name", "").strip()
    seen = next((each.version for each in saved if each.scenario.name == name), 0)
    save_scenario(
        visit.user, visit.database, choice.name, scenario, name=name, seen=seen, now=visit.now()
    )
    st.success(say("Saved for everybody who compares for this team."))


def _offer_to_forget(visit: Visit, choice: Choice, saved: tuple[SavedScenario, ...]) -> None:
    if not saved:
        return
    label = say_count("{n} saved scenario", "{n} saved scenarios", len(saved))
    with st.expander(label), st.container(horizontal=True, vertical_alignment="bottom"):
        by_name = {each.scenario.name: each for each in saved}
        name = st.selectbox(say("Scenario"), list(by_name), width=_WIDE, key=f"old-{choice.name}")
        each = by_name[name]
        st.markdown(
            say(
                "{changes}, saved by {who}",
                changes=scenario_words(each.scenario),
                who=each.saved_by,
            ),
            width="stretch",
        )
        if st.button(say("Remove")):
            forget_scenario(visit.user, visit.database, choice.name, name, now=visit.now())
            st.rerun()


def scenario_words(scenario: Scenario) -> str:
    """Say what a scenario changes: ``contacts +20 %, agents −2``."""
    parts = []
    if scenario.volume != 1:
        parts.append(say("contacts {change}", change=f"{scenario.volume - 1:+.0%}"))
    if scenario.aht != 1:
        parts.append(say("AHT {change}", change=f"{scenario.aht - 1:+.0%}"))
    if scenario.headcount:
        parts.append(say("agents {change}", change=f"{scenario.headcount:+d}"))
    if scenario.hires_zone:
        parts.append(say("new ones in {zone}", zone=scenario.hires_zone))
    if scenario.shrinkage is not None:
        parts.append(say("shrinkage {share}", share=share(scenario.shrinkage)))
    parts += _promises(scenario)
    parts += [say("without {shift}", shift=name) for name in scenario.without_shifts]
    parts += [say("with {shift}", shift=more.name) for more in scenario.more_shifts]
    return ", ".join(parts) or say("nothing changed")


def _promises(scenario: Scenario) -> Iterable[str]:
    for queue, level in scenario.service_level.items():
        yield f"{queue} {share(level)}"
    for queue, within in scenario.answer_within.items():
        yield say("{queue} within {n} s", queue=queue, n=f"{within.total_seconds():g}")
    for queue, patience in scenario.patience.items():
        yield say("{queue} patience {n} s", queue=queue, n=f"{patience.total_seconds():g}")
    for queue, promise in scenario.promise.items():
        yield say("{queue} over each {promise}", queue=queue, promise=say(_PROMISES[promise]))
    for queue, definition in scenario.definition.items():
        yield f"{queue}: {definition.replace('_', ' ')}"
