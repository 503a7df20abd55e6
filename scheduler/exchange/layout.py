"""The columns of every file of a case: one table that reading, writing and the tests share."""

from __future__ import annotations

from dataclasses import fields
from typing import Literal, get_args, get_origin, get_type_hints

from forecasting.special_days import SpecialDay
from scheduler.exchange.break_notation import BREAKS
from scheduler.exchange.notation import (
    AMOUNT,
    CHANGES,
    CLOCK,
    COUNTRY,
    COUNTS,
    DAY,
    DEADLINE,
    DURATION,
    DURATIONS,
    FLOOR,
    NAME_SET,
    NAMES,
    NUMBER,
    NUMBERS,
    OPENING,
    SUCCESSIONS,
    TEXT,
    WEEKDAY_SET,
    WEEKS,
    WHOLE,
    YES,
    ZONE,
    Notation,
    one_of,
)
from scheduler.exchange.patience_notation import PATIENCE
from scheduler.exchange.record import Column, layout_of
from scheduler.labour_law import KEYS
from scheduler.rostering.activities import Activity
from scheduler.rostering.problem import Prices, Request
from scheduler.rostering.shifts import ShiftTemplate
from scheduler.rostering.wishes import WeeklyRequest
from scheduler.staffing.channels import Channel, Clock, Promise, StaffFor
from scheduler.staffing.definitions import DEFINITIONS


def _choices(kind: type, field: str) -> Notation[str]:
    """Make the notation of a field whose type lists the words it may hold."""
    hint = get_type_hints(kind)[field]
    literals = [hint] if get_origin(hint) is Literal else get_args(hint)
    return one_of(*(word for each in literals for word in get_args(each)))


CASE = layout_of(
    name=TEXT,
    about=Column(field="sentence", notation=TEXT),
    timezone=Column(field="zone", notation=ZONE),
    interval_minutes=Column(field="minutes", notation=WHOLE),
    country=COUNTRY,
    week=DAY,
    weeks=WHOLE,
    history_timezone=Column(field="history_zone", notation=ZONE),
)
QUEUES = layout_of(
    name=TEXT,
    channel=one_of(*get_args(Channel)),
    service_level=NUMBER,
    answer_within=DEADLINE,
    aht=DURATION,
    opening=OPENING,
    definition=one_of(*DEFINITIONS),
    short_abandon=DURATION,
    promise=one_of(*get_args(Promise)),
    floor=FLOOR,
    clock=one_of(*get_args(Clock)),
    patience=PATIENCE,
    max_occupancy=NUMBER,
    staff_for=one_of(*get_args(StaffFor)),
    concurrency=WHOLE,
    slowdown=NUMBER,
    volume=NUMBER,
    like=TEXT,
)
SHIFTS = layout_of(
    name=TEXT,
    start=CLOCK,
    end=CLOCK,
    weekdays=WEEKDAY_SET,
    zone=_choices(ShiftTemplate, "zone"),
    dst=_choices(ShiftTemplate, "dst"),
    breaks=BREAKS,
    break_gap=DURATION,
    break_step=DURATION,
    latest_start=CLOCK,
    start_step=DURATION,
    other_lengths=DURATIONS,
    on_call_paid=WHOLE,
)
CONTRACTS = layout_of(
    name=TEXT,
    min_hours_week=NUMBER,
    max_hours_week=NUMBER,
    period_weeks=WHOLE,
    min_hours_period=NUMBER,
    max_hours_period=NUMBER,
    normal_hours_week=NUMBER,
    max_days_week=WHOLE,
    max_consecutive_days=WHOLE,
    min_consecutive_days=WHOLE,
    min_consecutive_days_off=WHOLE,
    paired_days_off=YES,
    max_weekends=WHOLE,
    of_weekends=WHOLE,
    complete_weekends=YES,
    forbidden_successions=SUCCESSIONS,
    start_tolerance=DURATION,
    max_early_week=WHOLE,
    max_late_week=WHOLE,
    max_unsocial_week=WHOLE,
    most_of_shift=COUNTS,
    most_of_shift_period=COUNTS,
    min_rest=DURATION,
    weekly_rest=DURATION,
    law=one_of(*KEYS),
    weekdays=WEEKDAY_SET,
    works_public_holidays=YES,
    lieu_weeks=WHOLE,
)
PRICES = layout_of(**{each.name: WHOLE for each in fields(Prices)})
LIMITS = layout_of(
    early_before=CLOCK,
    late_after=CLOCK,
    unsocial_from=CLOCK,
    unsocial_until=CLOCK,
    people_on_shift=COUNTS,
    least_on_shift=COUNTS,
    seats=COUNTS,
    most_away=WHOLE,
    budget=AMOUNT,
    lead_seniority=WHOLE,
    languages=COUNTS,
    points=COUNTS,
    weekend_points=WHOLE,
)
CAPACITY = layout_of(
    headcount=WHOLE,
    hours_week=NUMBER,
    attrition_year=NUMBER,
    ramp=NUMBERS,
    first_start=WHOLE,
    max_hires_week=WHOLE,
    schedule_fit=NUMBER,
    hiring_cost=NUMBER,
    hourly_cost=NUMBER,
    shortfall_factor=NUMBER,
)
ROTATIONS = layout_of(name=TEXT, weeks=WEEKS)
ACTIVITIES = layout_of(
    name=TEXT,
    kind=_choices(Activity, "kind"),
    agents=NAME_SET,
    skills=NAME_SET,
    contracts=NAME_SET,
    windows=OPENING,
    zone=_choices(Activity, "zone"),
    length=DURATION,
    times_week=WHOLE,
    hours_week=NUMBER,
    min_block=DURATION,
    max_block=DURATION,
    step=DURATION,
    at_once=WHOLE,
    price=WHOLE,
    must=YES,
)
RULES = layout_of(order=NAMES, waived=NAME_SET, tolerance=COUNTS)

AGENTS = layout_of(
    id=Column(field="agent_id", notation=TEXT),
    name=TEXT,
    timezone=Column(field="zone", notation=ZONE),
    country=COUNTRY,
    contract=TEXT,
    skills=NAME_SET,
    shifts=NAME_SET,
    earliest_local=CLOCK,
    latest_local=CLOCK,
    hourly_cost=AMOUNT,
    joined=DAY,
    left=DAY,
    contract_changes=CHANGES,
    overtime_hours=AMOUNT,
    seniority=WHOLE,
    site=TEXT,
    points=WHOLE,
    rotation=TEXT,
    rotation_start=DAY,
)
TIME_OFF = ("agent_id", "start", "end", "kind")
REQUESTS = layout_of(
    agent_id=TEXT,
    date=Column(field="day", notation=DAY),
    shift=TEXT,
    kind=_choices(Request, "kind"),
    weight=WHOLE,
    **{
        "from": Column(field="window_from", notation=CLOCK),
        "until": Column(field="window_until", notation=CLOCK),
    },
)
AVAILABILITY = layout_of(
    agent_id=TEXT,
    weekdays=WEEKDAY_SET,
    kind=_choices(WeeklyRequest, "kind"),
    weight=WHOLE,
    first=DAY,
    last=DAY,
    **{
        "from": Column(field="window_from", notation=CLOCK),
        "until": Column(field="window_until", notation=CLOCK),
    },
)
SPECIAL_DAYS = layout_of(
    date=Column(field="day", notation=DAY),
    queue=TEXT,
    kind=_choices(SpecialDay, "kind"),
    factor=AMOUNT,
    opens=CLOCK,
    closes=CLOCK,
    name=TEXT,
)
PINS = layout_of(
    agent_id=TEXT,
    date=Column(field="day", notation=DAY),
    shift=TEXT,
    start=CLOCK,
    end=CLOCK,
)
ASSIGNMENT_KIND = one_of("pinned", "past")
ASSIGNMENTS = (*PINS, "kind")
WAITS = layout_of(queue=TEXT, wait_s=AMOUNT, answered=WHOLE, abandoned=WHOLE, sent_on=WHOLE)
HISTORY = (
    "interval_start",
    "queue",
    "offered",
    "handled",
    "abandoned",
    "aht_s",
    "calls",
    "replaced",
)

# Columns that must be there; all others of a table may be left out.
REQUIRED = {
    "agents": ("id", "name", "timezone", "contract", "skills"),
    "time_off": ("agent_id", "start", "end"),
    "requests": ("agent_id", "date", "kind"),
    "availability": ("agent_id", "weekdays", "kind"),
    "special_days": ("date", "kind"),
    "assignments": ("agent_id", "date", "shift", "kind"),
    "history": ("interval_start",),
    "waits": ("queue", "wait_s", "abandoned"),
}
TABLES = {
    "history": HISTORY,
    "agents": tuple(AGENTS),
    "time_off": TIME_OFF,
    "requests": tuple(REQUESTS),
    "availability": tuple(AVAILABILITY),
    "special_days": tuple(SPECIAL_DAYS),
    "assignments": ASSIGNMENTS,
    "waits": tuple(WAITS),
}
SETTINGS = (
    "case",
    "queues",
    "shifts",
    "contracts",
    "rotations",
    "activities",
    "shrinkage",
    "rules",
    "capacity",
)
