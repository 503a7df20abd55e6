"""Hostile text in every free field of a case, and out through every file, mail and message.

Which fields are free is read off the layout, so a new one without a place here fails.
"""

from __future__ import annotations

import csv
import email
import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from email.policy import default
from html.parser import HTMLParser
from typing import Any

import pytest
import tomlkit
from hostile import UNSEEN, VISIBLE
from icalendar import Calendar
from openpyxl import load_workbook
from small_case import FILES
from small_problem import SHEET, small_problem, small_roster

from scheduler.errors import InputError
from scheduler.exchange import layout
from scheduler.exchange.calendars import feed_calendar
from scheduler.exchange.notation import (
    CHANGES,
    COUNTS,
    NAME_SET,
    NAMES,
    SUCCESSIONS,
    TEXT,
    WEEKS,
)
from scheduler.exchange.read_case import read_case_files, read_case_workbook
from scheduler.exchange.record import Column
from scheduler.exchange.senders import mail_of, webhook_body
from scheduler.exchange.tables import clean
from scheduler.exchange.write_case import case_files, workbook_bytes
from scheduler.exchange.write_roster import roster_files
from scheduler.publishing.feed import feed_events
from scheduler.publishing.notices import Letter, decision_notices, publication_notices
from scheduler.publishing.publication import changes
from scheduler.publishing.requests import Swap
from scheduler.rostering.coverage import cover
from scheduler.rostering.problem import Problem
from scheduler.rostering.roster import Roster

AT = datetime(2026, 3, 20, 12, tzinfo=UTC)
LAYOUTS = {
    name.casefold(): value
    for name, value in vars(layout).items()
    if isinstance(value, dict)
    and value
    and all(isinstance(column, Column) for column in value.values())
}
FREE_NOTATIONS = (TEXT, NAMES, NAME_SET, COUNTS, SUCCESSIONS, WEEKS, CHANGES)
FREE = {
    (part, key)
    for part, columns in LAYOUTS.items()
    for key, column in columns.items()
    if any(column.notation is each for each in FREE_NOTATIONS)
}
# Free by their notation, but only names of rules and of a week's words may stand there.
NAMES_OF_RULES = {("rules", "order"), ("rules", "waived"), ("rules", "tolerance")}
# These write lists with signs that some of the texts hold; a text with them is split and refused.
SPLIT = {
    ("agents", "skills"): ";",
    ("agents", "shifts"): ";>",
    ("agents", "contract_changes"): ";=",
    ("contracts", "forbidden_successions"): ";>",
    ("contracts", "most_of_shift"): ";>",
    ("contracts", "most_of_shift_period"): ";>",
    ("queues", "name"): ";",
    ("queues", "like"): ";",
    ("shifts", "name"): ";>",
    ("requests", "shift"): ";>",
    ("pins", "shift"): ";>",
    ("special_days", "queue"): ";",
    ("waits", "queue"): ";",
    ("limits", "people_on_shift"): ";>",
    ("limits", "least_on_shift"): ";>",
    ("limits", "seats"): ";",
    ("activities", "name"): ";",
    ("activities", "agents"): ";",
    ("activities", "skills"): ";",
    ("activities", "contracts"): ";",
    ("limits", "points"): ";>",
    ("limits", "languages"): ";",
    ("rotations", "weeks"): ";>",
}


def test_no_other_notation_takes_free_text() -> None:
    for part, columns in LAYOUTS.items():
        for key, column in columns.items():
            if (part, key) not in FREE:
                with pytest.raises(InputError):
                    column.notation.parse(VISIBLE["script"])


def hostile_case(text: str) -> dict[str, bytes]:
    """The small case with a hostile text in every free field."""
    small = tomlkit.parse(FILES["case.toml"]).unwrap()
    for queue in small["queues"]:
        queue["name"] += without(";", text)
    for shift in small["shifts"]:
        shift["name"] += without(";>", text)
    for contract in small["contracts"]:
        contract["name"] = text + contract["name"]
    phone, early, night, full = (
        small["queues"][0]["name"],
        small["shifts"][0]["name"],
        small["shifts"][1]["name"],
        small["contracts"][0]["name"],
    )
    small["queues"][1]["like"] = phone
    small |= {"name": text, "about": text}
    small["shrinkage"][f"cause {text}"] = 0.01
    small["contracts"][0] |= {"most_of_shift": {night: 2}, "most_of_shift_period": {night: 3}}
    if fits(text, ("contracts", "forbidden_successions")):
        small["contracts"][0]["forbidden_successions"] = [f"{night}>{early}"]
    small["rotations"] = [{"name": text, "weeks": [[early] * 5 + ["off", "off"]]}]
    small["rules"]["limits"] = {
        "people_on_shift": {early: 1},
        "least_on_shift": {night: 1},
        "seats": {without(";", text): 2},
        "points": {night: 3},
        "languages": {f"lang:{without(';', text)}": 1},
    }
    agents = rows("agents")
    agents[0] |= {"site": text, "rotation": text, "rotation_start": "2026-03-23"}
    agents[1] |= {
        "contract_changes": f"2026-04-01={full}"
        if fits(text, ("agents", "contract_changes"))
        else ""
    }
    for agent in agents:
        agent |= {"id": text + agent["id"], "name": text, "contract": full}
        agent["skills"] = ";".join((phone, f"lang:{without(';', text)}"))
        agent["shifts"] = early
    one, other = (agent["id"] for agent in agents)
    tables: dict[str, list[dict[str, str]]] = {
        "agents": agents,
        "time_off": [{"agent_id": one, "start": "2026-03-26", "end": "2026-03-27", "kind": text}],
        "requests": [{"agent_id": one, "date": "2026-03-25", "shift": early, "kind": "want"}],
        "availability": [{"agent_id": one, "weekdays": "Mon", "kind": "avoid"}],
        "special_days": [
            {"date": "2026-03-24", "queue": phone, "kind": "campaign", "factor": "2", "name": text}
        ],
        "assignments": [
            {"agent_id": other, "date": "2026-03-27", "shift": early, "kind": "pinned"}
        ],
        "waits": [{"queue": phone, "wait_s": "5", "answered": "3", "abandoned": "1"}],
        "history": [{"interval_start": "2026-03-16T09:00Z", "queue": phone, "offered": "3"}],
    }
    activity = {"name": without(";", text), "kind": "each", "length": "1h", "skills": [phone]}
    for key, name in (("agents", one), ("contracts", full)):
        activity |= {key: [name]} if fits(text, ("activities", key)) else {}
    small["activities"] = [activity]
    files = {f"{name}.csv": as_csv(table) for name, table in tables.items()}
    return {"case.toml": tomlkit.dumps(small).encode(), **files}


def rows(name: str) -> list[dict[str, str]]:
    return [dict(row) for row in csv.DictReader(io.StringIO(FILES[f"{name}.csv"]))]


def as_csv(table: list[dict[str, str]]) -> bytes:
    columns = list(dict.fromkeys(key for row in table for key in row))
    target = io.StringIO()
    writer = csv.DictWriter(target, columns, restval="")
    writer.writeheader()
    # As a spreadsheet that guards itself would write it.
    writer.writerows({key: layout_safe(value) for key, value in row.items()} for row in table)
    return target.getvalue().encode()


def layout_safe(text: str) -> str:
    return f"'{text}" if text.lstrip("'")[:1] in tuple("=+-@\t") else text


def without(signs: str, text: str) -> str:
    """What is left of a text for names that other columns list, see the test below."""
    return text.translate(dict.fromkeys(map(ord, signs)))


@pytest.mark.parametrize(("part", "sign"), [("queues", ";"), ("shifts", ";"), ("shifts", ">")])
def test_names_that_lists_hold_do_without_their_signs(part: str, sign: str) -> None:
    small = tomlkit.parse(FILES["case.toml"]).unwrap()
    small[part].append(small[part][0] | {"name": f"a{sign}b"})
    files = {name: text.encode() for name, text in FILES.items()}
    with pytest.raises(InputError, match="a name without"):
        read_case_files(files | {"case.toml": tomlkit.dumps(small).encode()})


def fits(text: str, field: tuple[str, str]) -> bool:
    return not set(SPLIT.get(field, "")) & set(text)


@pytest.mark.parametrize("kind", VISIBLE)
def test_a_case_goes_in_and_out_and_stays_text(kind: str) -> None:
    text = VISIBLE[kind].strip()
    case = read_case_files(hostile_case(text))
    for name, data in case_files(case).items():
        if name.endswith(".csv"):
            assert_no_formula(data)
    book = workbook_bytes(case)
    assert_only_text(book)
    # Reading what was written gives the same texts, so nothing was lost to the guard either.
    again = read_case_workbook(book, "case.xlsx", max_bytes=5_000_000)
    assert [agent.name for agent in again.team.agents] == [text, text]
    assert again.team == case.team
    holding = fields_holding(book, text)
    missing = {field for field in FREE - NAMES_OF_RULES - holding if fits(text, field)}
    assert not missing, f"free fields without a hostile text: {sorted(missing)}"


def fields_holding(book: bytes, text: str) -> set[tuple[str, str]]:
    """Which fields of a workbook hold a text."""
    found = set()
    for sheet in load_workbook(io.BytesIO(book)):
        header, *below = [[clean(str(c or "")) for c in row] for row in sheet.values]
        for row in below:
            if header == ["key", "value"]:
                row = ["", row[1]]
                key = ""
            for name, cell in zip(header, row, strict=True):
                if text in cell:
                    part = {"assignments": "pins"}.get(sheet.title, sheet.title)
                    found.add((part, name))
    for part in ("case", "rules"):
        for key, cell in list(load_workbook(io.BytesIO(book))[part].values)[1:]:
            if text in clean(str(cell or "")):
                head, _, tail = str(key).rpartition(".")
                found.add((head or part, tail))
    return found


@pytest.mark.parametrize("field", sorted(NAMES_OF_RULES))
def test_rules_are_named_by_their_names_only(field: tuple[str, str]) -> None:
    small = tomlkit.parse(FILES["case.toml"]).unwrap()
    value = {VISIBLE["script"]: 1} if field[1] == "tolerance" else [VISIBLE["script"]]
    small["rules"][field[1]] = value
    files = {name: text.encode() for name, text in FILES.items()}
    with pytest.raises(InputError):
        read_case_files(files | {"case.toml": tomlkit.dumps(small).encode()})


@pytest.mark.parametrize("kind", UNSEEN)
def test_what_cannot_be_seen_does_not_come_into_a_case(kind: str) -> None:
    with pytest.raises(InputError):
        read_case_files(hostile_case(UNSEEN[kind]))


def hostile_problem(text: str) -> tuple[Problem, Roster]:
    """The small problem and its roster, everything in them named with a hostile text."""
    old = small_problem()
    queue = {q.name: f"{without(';', text)}{q.name}" for q in old.requirement.queues}
    need = replace(
        old.requirement,
        queues=tuple(replace(q, name=queue[q.name]) for q in old.requirement.queues),
    )
    agents = tuple(
        replace(
            agent,
            agent_id=text + agent.agent_id,
            name=text,
            skills=frozenset(queue[each] for each in agent.skills),
        )
        for agent in old.team.agents
    )
    templates = tuple(replace(each, name=text + each.name) for each in old.templates)
    problem = replace(
        old, requirement=need, team=replace(old.team, agents=agents), templates=templates
    )
    roster = Roster.of(
        replace(
            each,
            agent_id=text + each.agent_id,
            shift=replace(each.shift, template=text + each.shift.template),
            queues=tuple(queue[name] for name in each.queues),
        )
        for each in small_roster(old).assignments
    )
    return problem, roster


def files_of(text: str) -> dict[str, bytes]:
    problem, roster = hostile_problem(text)
    sheet = replace(
        SHEET,
        title=text,
        sentence=text,
        numbers=((text, text),),
        queue_columns=(text, text),
        queue_rows=((text, text),),
    )
    return roster_files(problem, roster, cover(problem, roster), sheet)


@pytest.mark.parametrize("kind", VISIBLE)
def test_a_roster_leaves_by_every_file_as_text(kind: str) -> None:
    text = VISIBLE[kind]
    hostile, tame = files_of(text), files_of("tame")
    assert_no_formula(hostile["roster.csv"])
    assert_no_formula(hostile["coverage.csv"])
    assert_only_text(hostile["roster.xlsx"])
    assert skeleton(hostile["roster.html"]) == skeleton(tame["roster.html"])
    calendars = [name for name in hostile if name.startswith("calendars/")]
    assert len(calendars) == 4
    for name in calendars:
        assert "/" not in name.removeprefix("calendars/")
    shapes = [
        sorted(map(ics_shape, part)) for part in (calendar_files(hostile), calendar_files(tame))
    ]
    assert shapes[0] == shapes[1]


def calendar_files(files: dict[str, bytes]) -> list[bytes]:
    return [data for name, data in files.items() if name.endswith(".ics")]


@pytest.mark.parametrize("kind", VISIBLE)
def test_a_feed_is_of_the_same_shape_whatever_the_names(kind: str) -> None:
    def feed(text: str) -> bytes:
        problem, roster = hostile_problem(text)
        agent = problem.team.agents[0]
        return feed_calendar(agent, feed_events([(1, AT, roster.tour(agent.agent_id))]))

    assert ics_shape(feed(VISIBLE[kind])) == ics_shape(feed("tame"))


@pytest.mark.parametrize("kind", VISIBLE)
def test_letters_carry_it_as_text(kind: str) -> None:
    def letters(text: str) -> list[Letter]:
        problem, roster = hostile_problem(text)
        told = publication_notices(
            changes(Roster(assignments=()), roster),
            problem.agents,
            team_id=1,
            week=problem.first,
            number=1,
            note=text,
        )
        swap = Swap(
            agent_id=f"{text}a",
            day=problem.first,
            shift=text,
            other_id=f"{text}b",
            other_day=problem.first,
            other_shift=text,
        )
        told += decision_notices(swap, "refused", text, {}, request_id=1)
        return [
            Letter(
                notice_id=1,
                key=each.key,
                channel="mail",
                address="ana@example.org",
                subject=each.subject,
                body=each.body,
                attempts=1,
            )
            for each in told
        ]

    hostile, tame = letters(VISIBLE[kind]), letters("tame")
    for letter, other in zip(hostile, tame, strict=True):
        mail = email.message_from_bytes(bytes(mail_of(letter, "us@example.org")), policy=default)
        names = mail_of(other, "us@example.org").keys()
        assert [n for n in mail.keys() if n != "Content-Transfer-Encoding"] == [  # noqa: SIM118  # repeated headers count
            n for n in names if n != "Content-Transfer-Encoding"
        ]
        assert (mail["To"], mail.get_content_type()) == ("ana@example.org", "text/plain")
        said = json.loads(webhook_body(letter))
        assert not set("<>") & set(said["text"])
        assert "](" not in said["text"]
        for call in ("@channel", "@here", "@everyone"):
            assert call not in said["text"].casefold()
        assert not any(value for name, value in said.items() if name != "text")


def assert_no_formula(data: bytes) -> None:
    table = list(csv.reader(io.StringIO(data.decode(), newline="")))
    for row in table:
        assert len(row) == len(table[0])
        for cell in row:
            assert not cell.startswith(tuple("=+-@\t\r")), cell


def assert_only_text(data: bytes) -> None:
    """No formula, no link, nothing to be fetched; text that looks like a formula is marked."""
    for sheet in load_workbook(io.BytesIO(data)):
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type in ("s", "n"), cell.value
                assert cell.hyperlink is None
                if isinstance(cell.value, str):
                    assert not cell.value.startswith(tuple("=+-@\t\r")), cell.value


class _Skeleton(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Any] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, [name for name, _ in attrs]))

    def handle_endtag(self, tag: str) -> None:
        self.found.append(tag)


def skeleton(page: bytes) -> list[Any]:
    """Tags and the names of their attributes, in order: what text must not change."""
    parser = _Skeleton()
    parser.feed(page.decode())
    return parser.found


def ics_shape(data: bytes) -> list[str]:
    """Names of the properties, in order."""
    return [name for name, _ in Calendar.from_ical(data).property_items()]
