from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app_pages.comparison import comparison_frame
from app_pages.coverage import clock_words, coverage_frame
from app_pages.job_panel import progress_words
from app_pages.my_shifts import clock_words as change_words
from app_pages.my_shifts import offset_words
from app_pages.roster_grid import LOCKED, make_grid, without_idle_days
from app_pages.service import service_frame
from app_pages.visit import plain, week_words
from app_pages.what_if import scenario_words
from scheduler.access import Role, User
from scheduler.exchange.read_case import read_case
from scheduler.people import TimeOff
from scheduler.rostering.params import Progress
from scheduler.rostering.problem import Pin
from scheduler.workflows.agent import ClockChange
from scheduler.workflows.desk import Job, Request
from scheduler.workflows.rostered import RosteredShift
from scheduler.workflows.scenario import Scenario

ROSTERS = Path(__file__).resolve().parents[2] / "rosters"
MONDAY = date(2026, 3, 23)
LONDON = ZoneInfo("Europe/London")
AUCKLAND = ZoneInfo("Pacific/Auckland")


def shift(agent_id: str, zone: ZoneInfo, start: datetime, hours: int = 8) -> RosteredShift:
    local = start.astimezone(zone)
    return RosteredShift(
        agent_id=agent_id,
        agent=agent_id.capitalize(),
        zone=zone,
        day=local.date(),
        shift="day",
        start=local,
        end=(start + timedelta(hours=hours)).astimezone(zone),
        queues=("phone", "chat"),
        breaks=(),
        paid_minutes=hours * 60,
    )


@pytest.mark.parametrize(
    "text",
    ["![x](http://e.example/a.png)", "**bold** _it_", "<b>", "# head", "a\nb", "$x$", ":red[x]"],
)
def test_text_from_people_has_no_marks_left(text: str) -> None:
    shown = plain(text)
    marks = "`*_{}[]()<>#!|~:$-.+"
    assert shown == "".join(f"\\{c}" if c in marks else c for c in text.replace("\n", " "))


def test_no_page_lets_html_or_scripts_through() -> None:
    pages = [*(ROSTERS.parent / "app_pages").glob("*.py"), ROSTERS.parent / "app.py"]
    assert len(pages) > 10
    for page in pages:
        assert "unsafe_allow" not in page.read_text()


def test_a_shift_stands_on_its_own_day_and_in_the_services_time_where_it_falls() -> None:
    case = read_case(ROSTERS / "tiny", max_bytes=10**7)
    ana, ben, *others = case.team.agents
    team = replace(
        case.team,
        agents=(replace(ana, zone=AUCKLAND), ben, *others),
        time_off=(
            TimeOff(
                agent_id=ben.agent_id,
                start=datetime(2026, 3, 24, tzinfo=UTC),
                end=datetime(2026, 3, 25, tzinfo=UTC),
            ),
        ),
    )
    case = replace(case, team=team)
    # Tuesday 06:00 in Auckland is Monday 17:00 in London.
    shifts = [shift(ana.agent_id, AUCKLAND, datetime(2026, 3, 23, 17, tzinfo=UTC))]
    own = without_idle_days(make_grid(case, MONDAY, shifts, None)).cells.set_index("agent")
    assert own.loc[ana.name, "Tue 24 Mar"] == "day 06:00–14:00 phone+chat"
    assert own.loc[ben.name, "Tue 24 Mar"] == "leave"
    assert own.loc[ana.name, "hours"] == "8"
    assert "Mon 23 Mar" not in own  # nobody works
    service = make_grid(case, MONDAY, shifts, LONDON)
    assert service.cells.loc[0, "Mon 23 Mar"] == "day 17:00–01:00 phone+chat"
    assert "background-color" in service.looks.loc[0, "Mon 23 Mar"]
    assert service.cells.shape == service.looks.shape


def test_the_grid_to_change_keeps_every_day_and_marks_what_is_locked() -> None:
    case = read_case(ROSTERS / "tiny", max_bytes=10**7)
    ana = case.team.agents[0]
    lock = Pin(agent_id=ana.agent_id, day=MONDAY, shift="")
    grid = make_grid(case, MONDAY, [], None, [lock], brief=True)
    assert list(grid.cells) == ["agent", *grid.days]
    assert list(grid.days.values()) == [MONDAY + timedelta(days=n) for n in range(7)]
    assert grid.agent_ids[0] == ana.agent_id
    assert grid.cells.iloc[0]["Mon 23 Mar"] == f"{LOCKED} –"


def test_namesakes_and_people_who_have_left_have_rows_of_their_own() -> None:
    case = read_case(ROSTERS / "tiny", max_bytes=10**7)
    ana, *others = case.team.agents
    twins = tuple(replace(agent, name=ana.name) for agent in others)
    case = replace(case, team=replace(case.team, agents=(ana, *twins)))
    gone = shift("gone", LONDON, datetime(2026, 3, 23, 9, tzinfo=UTC))
    grid = make_grid(case, MONDAY, [gone], None)
    assert list(grid.cells["agent"]) == [ana.name] * (1 + len(twins)) + ["Gone"]
    assert grid.cells.iloc[-1]["Mon 23 Mar"] == "day 09:00–17:00 phone+chat"
    grid.cells.style.apply(lambda _: grid.looks, axis=None).to_html()


def test_a_time_that_comes_twice_is_shown_with_its_offset() -> None:
    first = datetime(2026, 10, 25, 0, 0, tzinfo=UTC)
    starts = [(first + n * timedelta(minutes=30)).astimezone(LONDON) for n in range(5)]
    assert clock_words(starts, ["phone"] * 5) == [
        "01:00 +0100",
        "01:30 +0100",
        "01:00 +0000",
        "01:30 +0000",
        "02:00",
    ]


def test_coverage_keeps_open_intervals_and_splits_what_is_scheduled() -> None:
    def row(hour: int, offered: str, scheduled: str, surplus: str) -> dict[str, str]:
        return {
            "interval_start_local": f"2026-03-23T{hour:02}:00:00+00:00",
            "queue": "phone",
            "offered": offered,
            "required": "2" if float(offered) else "0",
            "scheduled": scheduled,
            "shortfall": "0",
            "surplus": surplus,
            "service_level": "1",
        }

    frame = coverage_frame([row(8, "0", "0", "0"), row(9, "0", "1", "1"), row(10, "6", "3", "1")])
    assert list(frame["time"]) == ["09:00", "10:00"]
    assert list(frame["within"]) == [0.0, 2.0]
    assert frame["service_level"].isna().tolist() == [True, False]  # nobody to serve at nine
    assert coverage_frame([]).empty


def queue(simulated: float) -> dict[str, object]:
    return {
        "target": 0.8,
        "predicted": 0.9,
        "simulated": simulated,
        "ci95": [simulated - 0.01, None],
        "kept": simulated >= 0.8,
        "asa_s": {"mean": 12.0},
        "abandon_rate": None,
        "occupancy": {"mean": None},
    }


def result(paid: float, simulated: float, offered: str) -> dict[str, Any]:
    return {
        "numbers": {
            "paid_hours": paid,
            "shortfall_hours": 1.5,
            "service_level": {"phone": queue(simulated)},
        },
        "agents": 1,
        "coverage": [{"offered": offered}],
    }


def test_a_comparison_shows_both_and_the_difference() -> None:
    frame = comparison_frame(result(80, 0.85, "240"), result(96, 0.8, "480")).set_index("measure")
    assert list(frame.loc["Contacts"]) == ["240.0", "480.0", "+240.0"]
    assert list(frame.loc["Agents with shifts"]) == ["1", "1", "+0"]
    assert list(frame.loc["Paid hours"]) == ["80.0", "96.0", "+16.0"]
    assert list(frame.loc["phone: service level, simulated"]) == ["85.0%", "80.0%", "-5.0 points"]
    assert list(frame.loc["phone: occupancy"]) == ["–", "–", "–"]


def test_the_certificate_says_what_is_not_known_with_a_dash() -> None:
    row = service_frame({"service_level": {"phone": queue(0.7)}}).iloc[0]
    assert (row["simulated"], row["kept"], row["ASA"]) == ("70.0%", "NO", "12 s")
    assert (row["95 % interval"], row["abandoned"], row["occupancy"]) == ("–", "–", "–")


def test_progress_in_words() -> None:
    now = datetime(2026, 3, 23, tzinfo=UTC)
    user = User(name="Mo", role=Role.MANAGER)
    job = Job(
        job_id=1,
        request=Request(kind="roster", team="tiny", week=MONDAY, user=user),
        status="queued",
        created=now,
    )
    assert progress_words(job, 0) == "Roster: waiting for another solve to end"
    job = replace(job, status="running", started=now)
    assert "building the problem · 3 s of at most 60 s" in progress_words(job, 3.2)
    progress = Progress(seconds=3, solutions=4, objective=200.0, bound=150.0)
    words = progress_words(replace(job, progress=progress), 3.2)
    assert words == "Roster: rosters found: 4 · gap 25.0% · 3 s of at most 60 s"
    later = replace(progress, round=2, service={"phone": 0.8125})
    words = progress_words(replace(job, progress=later), 3.2)
    assert "round 2 · rosters found: 4 · gap 25.0% · phone 81.2%" in words


def test_weeks_offsets_scenarios_and_clock_changes_in_words() -> None:
    assert week_words(MONDAY) == "Mon 23 Mar – Sun 29 Mar 2026"
    assert offset_words(datetime(2026, 1, 1, tzinfo=ZoneInfo("Asia/Kathmandu"))) == "UTC+05:45"
    scenario = Scenario(volume=1.2, headcount=-2, shrinkage=0.3, service_level={"phone": 0.9})
    assert scenario_words(scenario) == "contacts +20%, agents -2, shrinkage 30.0%, phone 90.0%"
    assert scenario_words(Scenario()) == "nothing changed"
    forward = ClockChange(
        at=datetime(2026, 3, 29, 1, tzinfo=UTC).astimezone(LONDON), by=timedelta(hours=1)
    )
    assert change_words(forward).startswith(
        "Clocks go forward 1 h on Sun 29 Mar at 01:00, to 02:00"
    )
    back = ClockChange(
        at=datetime(2026, 10, 25, 1, tzinfo=UTC).astimezone(LONDON), by=timedelta(hours=-1)
    )
    assert change_words(back).startswith("Clocks go back 1 h on Sun 25 Oct at 02:00, to 01:00")
