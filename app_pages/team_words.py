"""What the fields of a team's set-up are called on screen, and what may stand in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app_pages.language import marked, say


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a form or column of a table.

    Attributes
    ----------
    label
        Its name on screen.
    help
        What may stand in it; empty where that is plain.
    first
        Whether most teams need it: the others stand under "More".
    """

    label: str
    help: str = ""
    first: bool = False


def _field(label: str, help: str = "", *, first: bool = False) -> Field:
    return Field(label=label, help=help, first=first)


SHEETS = {
    "case": marked("Team"),
    "queues": marked("Queues"),
    "shifts": marked("Shifts"),
    "contracts": marked("Contracts"),
    "rotations": marked("Rotations"),
    "activities": marked("Activities"),
    "shrinkage": marked("Lost time"),
    "rules": marked("Rules"),
    "capacity": marked("Plan of the year"),
    "agents": marked("People"),
    "time_off": marked("Time off"),
    "requests": marked("Wishes"),
    "availability": marked("Every week"),
    "special_days": marked("Special days"),
    "assignments": marked("Fixed and past shifts"),
    "waits": marked("Waits"),
}
_DURATION = marked("Such as 20s, 3m, 1h30m.")
_CLOCK = marked("Such as 07:30; 24:00 ends the day.")
_DATE = marked("Such as 2026-03-02.")
_NAME = marked("The key in every table.")
_DAYS = marked("Such as Mon-Fri, or Mon;Wed.")
_LIMIT = marked("Empty: no limit.")

CASE = {
    "name": _field(marked("Name"), first=True),
    "about": _field(marked("In one sentence"), first=True),
    "timezone": _field(marked("Time zone of the service"), first=True),
    "interval_minutes": _field(marked("Length of an interval, minutes"), first=True),
    "country": _field(
        marked("Country"),
        marked("ISO code, with a subdivision where holidays differ: GB, AU-WA."),
        first=True,
    ),
    "week": _field(
        marked("Week to roster"), marked("Empty: the week after the history."), first=True
    ),
    "weeks": _field(marked("Weeks rostered together"), marked("1 to 13."), first=True),
}
QUEUES = {
    "name": _field(marked("Name"), _NAME, first=True),
    "channel": _field(marked("Channel"), first=True),
    "service_level": _field(marked("Share to answer in time"), marked("0.8 for 80 %."), first=True),
    "answer_within": _field(
        marked("Answer within"), marked("Such as 20s, 24h; 1bd is a business day."), first=True
    ),
    "aht": _field(
        marked("Mean handling time"),
        marked("Talk, hold and after-call work, such as 4m; where the forecast knows none."),
        first=True,
    ),
    "opening": _field(
        marked("Opening hours"),
        marked("Such as Mon-Fri 07:00-21:00; Sat 09:00-13:00, or always."),
        first=True,
    ),
    "promise": _field(marked("Kept every"), first=True),
    "floor": _field(
        marked("Least share in every interval"),
        marked("A share such as 0.6, or stable."),
        first=True,
    ),
    "patience": _field(
        marked("Patience"),
        marked("When a waiting customer gives up, such as 3m, or history; empty: never."),
        first=True,
    ),
    "definition": _field(marked("How contacts that give up count")),
    "short_abandon": _field(marked("A short abandon is up to"), _DURATION),
    "clock": _field(
        marked("The deadline runs in"), marked("wall: always; business: opening hours only.")
    ),
    "max_occupancy": _field(
        marked("Largest occupancy"), marked("A share such as 0.85; empty: no limit.")
    ),
    "staff_for": _field(
        marked("Staffed for"), marked("mean: the forecast's mean; range: all it may bring.")
    ),
    "concurrency": _field(marked("Chats at a time")),
    "slowdown": _field(marked("Slowdown by each further chat")),
    "volume": _field(
        marked("Contacts of a usual week"),
        marked("While there are less than four weeks of history."),
    ),
    "like": _field(
        marked("Resembles the queue"),
        marked("While there is little history; empty: the most alike."),
    ),
}
SHIFTS = {
    "name": _field(marked("Name"), _NAME, first=True),
    "start": _field(marked("Start"), _CLOCK, first=True),
    "end": _field(marked("End"), marked("At or before the start: the next day."), first=True),
    "weekdays": _field(marked("Weekdays"), _DAYS, first=True),
    "zone": _field(marked("By whose clock"), first=True),
    "dst": _field(
        marked("When clocks change"),
        marked("Empty: a shift that meets a change is refused."),
        first=True,
    ),
    "breaks": _field(
        marked("Breaks"),
        marked("12:00-12:30;15:00-15:15 paid, or windows: 30m from 11:00 to 14:00."),
        first=True,
    ),
    "latest_start": _field(
        marked("Latest start"), marked("To choose starts from; empty: one start.")
    ),
    "start_step": _field(marked("Steps between starts"), _DURATION),
    "other_lengths": _field(marked("Other lengths"), marked("Such as 6h;10h.")),
    "break_gap": _field(marked("Least work between breaks"), _DURATION),
    "break_step": _field(marked("Steps between breaks"), _DURATION),
    "on_call_paid": _field(marked("On call: per cent paid"), marked("Empty: a shift at work.")),
}
CONTRACTS = {
    "name": _field(marked("Name"), _NAME, first=True),
    "min_hours_week": _field(marked("Hours a week, least"), first=True),
    "max_hours_week": _field(marked("Hours a week, most"), first=True),
    "max_days_week": _field(marked("Days a week, most"), first=True),
    "max_consecutive_days": _field(marked("Days in a row, most"), first=True),
    "min_rest": _field(marked("Rest between shifts"), marked("Such as 11h."), first=True),
    "weekdays": _field(marked("Weekdays"), _DAYS, first=True),
    "works_public_holidays": _field(marked("Works public holidays"), first=True),
    "law": _field(
        marked("Working-time law"),
        marked("country: that of each person's country; empty: none."),
        first=True,
    ),
    "weekly_rest": _field(marked("Weekly rest"), marked("Such as 35h; empty: none.")),
    "normal_hours_week": _field(
        marked("Hours a week before overtime"), marked("Empty: no overtime.")
    ),
    "period_weeks": _field(marked("Weeks of a period")),
    "min_hours_period": _field(marked("Hours a period, least")),
    "max_hours_period": _field(marked("Hours a period, most"), _LIMIT),
    "min_consecutive_days": _field(marked("Days in a row, least")),
    "min_consecutive_days_off": _field(marked("Days off in a row, least")),
    "paired_days_off": _field(marked("Two days off together each week")),
    "max_weekends": _field(marked("Weekends, most"), _LIMIT),
    "of_weekends": _field(marked("Of so many weekends")),
    "complete_weekends": _field(marked("Weekends whole or not at all")),
    "forbidden_successions": _field(
        marked("Shifts that must not follow"), marked("Such as late>early;night>early.")
    ),
    "start_tolerance": _field(
        marked("Starts of a week apart, most"), marked("Such as 30m; empty: no limit.")
    ),
    "max_early_week": _field(marked("Early shifts a week, most"), _LIMIT),
    "max_late_week": _field(marked("Late shifts a week, most"), _LIMIT),
    "max_unsocial_week": _field(marked("Unsocial-hour shifts a week, most"), _LIMIT),
    "most_of_shift": _field(
        marked("Certain shifts a week, most"), marked("Such as night=2;late=3.")
    ),
    "lieu_weeks": _field(
        marked("Weeks to give a free day for a holiday worked"), marked("0: not by the roster.")
    ),
}
ROTATIONS = {
    "name": _field(marked("Name"), _NAME, first=True),
    "weeks": _field(
        marked("Weeks"),
        marked(
            "Seven words a week: a shift, off or any, such as early;early;off;off;any;off;off. "
            "Weeks are joined by >."
        ),
        first=True,
    ),
}
ACTIVITIES = {
    "name": _field(marked("Name"), _NAME, first=True),
    "kind": _field(
        marked("Kind"),
        marked("together: all at one time; each: everybody alone; shared: hours by whomever."),
        first=True,
    ),
    "length": _field(marked("Length"), marked("For together and each, such as 1h."), first=True),
    "times_week": _field(marked("Times a week"), first=True),
    "hours_week": _field(
        marked("Hours a week of all"), marked("For shared only; else empty."), first=True
    ),
    "windows": _field(
        marked("When it may be"), marked("Such as Tue-Thu 09:00-11:00, or always."), first=True
    ),
    "agents": _field(
        marked("These people"), marked("Ids joined by semicolons; empty: everybody."), first=True
    ),
    "skills": _field(marked("People with these skills"), marked("Empty: everybody."), first=True),
    "contracts": _field(
        marked("People under these contracts"), marked("Empty: everybody."), first=True
    ),
    "zone": _field(marked("By whose clock")),
    "min_block": _field(marked("Shortest stretch"), _DURATION),
    "max_block": _field(marked("Longest stretch"), _DURATION),
    "step": _field(marked("Steps between starts"), _DURATION),
    "at_once": _field(marked("People at one time, most"), _LIMIT),
    "price": _field(marked("Price of a minute not found"), marked("In paid minutes, 0 to 1000.")),
    "must": _field(marked("Must be held in full")),
}
SHRINKAGE = {
    "cause": _field(marked("Cause"), marked("Breaks, training, sickness …"), first=True),
    "share": _field(
        marked("Share of the time"),
        marked("Such as 0.08; 0.02 unplanned where the name does not say."),
        first=True,
    ),
}
LIMITS = {
    "limits.early_before": _field(marked("Early is a start before"), _CLOCK),
    "limits.late_after": _field(marked("Late is an end after"), _CLOCK),
    "limits.unsocial_from": _field(marked("Unsocial hours from"), _CLOCK),
    "limits.unsocial_until": _field(marked("Unsocial hours until"), _CLOCK),
    "limits.people_on_shift": _field(
        marked("People on certain shifts, most"), marked("Such as early=5.")
    ),
    "limits.least_on_shift": _field(
        marked("People on certain shifts, least"), marked("As on call: night=1.")
    ),
    "limits.seats": _field(marked("Seats at each site"), marked("Such as Leeds=12.")),
    "limits.most_away": _field(marked("People away on a date, most"), _LIMIT),
    "limits.budget": _field(
        marked("Wages, most"), marked("In the currency of the hourly costs; empty: no limit.")
    ),
    "limits.lead_seniority": _field(
        marked("Seniority from which one leads"), marked("Empty: nobody need lead.")
    ),
    "limits.languages": _field(
        marked("Speakers on shift while open"), marked("Such as zh=1 for the skill lang:zh.")
    ),
    "limits.points": _field(marked("Points of unpopular shifts"), marked("Such as night=3.")),
    "limits.weekend_points": _field(marked("Points of a weekend day on top")),
}
PRICES = {
    "prices.promise": _field(marked("A thousandth of a contact late")),
    "prices.coverage": _field(marked("A minute of an agent missing")),
    "prices.deferred": _field(marked("A minute of mail work late")),
    "prices.language": _field(marked("A minute without a wanted speaker")),
    "prices.lead": _field(marked("A minute without anybody who leads")),
    "prices.least_on_shift": _field(marked("A person missing from a shift")),
    "prices.change": _field(marked("A changed day of one person")),
    "prices.request": _field(marked("A wish not granted, per weight")),
    "prices.away": _field(marked("A person too many away")),
    "prices.fairness": _field(marked("A point above the fair share")),
    "prices.open_end": _field(marked("A day owed to the next roster")),
    "prices.overtime": _field(marked("A minute of overtime")),
    "prices.holidays_worked": _field(marked("A minute on a public holiday")),
    "prices.paid_time": _field(marked("A paid minute")),
    "prices.service": _field(marked("A contact late, all else equal")),
}
CAPACITY = {
    "headcount": _field(marked("People at the start"), marked("Empty: the people of the table.")),
    "hours_week": _field(
        marked("Paid hours of a person a week"), marked("Empty: what contracts allow.")
    ),
    "attrition_year": _field(marked("Share who leave in a year"), marked("Such as 0.25.")),
    "ramp": _field(marked("Worth of a new person by week"), marked("Such as 0;0;0.5;0.75.")),
    "first_start": _field(marked("Weeks until somebody new can start")),
    "max_hires_week": _field(marked("People who can start in a week, most"), _LIMIT),
    "schedule_fit": _field(
        marked("Share of queue time that shifts put right"), marked("Such as 0.9.")
    ),
    "hiring_cost": _field(marked("Cost of finding and training a person")),
    "hourly_cost": _field(marked("Cost of a paid hour"), marked("Empty: the team's mean.")),
    "shortfall_factor": _field(marked("Cost of a missing hour, in paid hours")),
}
AGENTS = {
    "id": _field(marked("Id"), _NAME, first=True),
    "name": _field(marked("Name"), first=True),
    "timezone": _field(marked("Time zone"), first=True),
    "country": _field(marked("Country"), marked("Whose public holidays, such as GB or AU-WA.")),
    "contract": _field(marked("Contract"), first=True),
    "skills": _field(
        marked("Skills"), marked("Queues, and languages such as lang:zh."), first=True
    ),
    "shifts": _field(marked("Only these shifts"), marked("Empty: all.")),
    "earliest_local": _field(marked("Not before"), marked("By the person's own clock.")),
    "latest_local": _field(marked("Not after"), marked("By the person's own clock.")),
    "hourly_cost": _field(marked("Cost an hour")),
    "joined": _field(marked("Employed from"), _DATE),
    "left": _field(marked("Employed until"), _DATE),
    "contract_changes": _field(
        marked("Contract changes"), marked("Such as 2026-04-01=part-time;2026-07-01=full.")
    ),
    "overtime_hours": _field(marked("Overtime agreed, hours a week")),
    "seniority": _field(marked("Seniority")),
    "site": _field(marked("Site"), marked("Where a seat is needed; empty at home.")),
    "points": _field(marked("Points so far")),
    "rotation": _field(marked("Rotation")),
    "rotation_start": _field(marked("A date in its first week"), _DATE),
}
TIME_OFF = {
    "agent_id": _field(marked("Person"), first=True),
    "start": _field(
        marked("From"), marked("A date, or a time such as 2026-03-26T12:00."), first=True
    ),
    "end": _field(marked("Until"), marked("A date is still off."), first=True),
    "kind": _field(marked("Kind"), marked("leave if empty."), first=True),
}
REQUESTS = {
    "agent_id": _field(marked("Person"), first=True),
    "date": _field(marked("Date"), _DATE, first=True),
    "shift": _field(marked("Shift"), marked("Empty: any."), first=True),
    "kind": _field(marked("Kind"), marked("cannot is no wish but a fact."), first=True),
    "weight": _field(marked("Weight"), first=True),
    "from": _field(marked("From"), _CLOCK),
    "until": _field(marked("Until"), _CLOCK),
}
AVAILABILITY = {
    "agent_id": _field(marked("Person"), first=True),
    "weekdays": _field(marked("Weekdays"), _DAYS, first=True),
    "kind": _field(marked("Kind"), marked("cannot is no wish but a fact."), first=True),
    "from": _field(marked("From"), _CLOCK, first=True),
    "until": _field(marked("Until"), _CLOCK, first=True),
    "weight": _field(marked("Weight")),
    "first": _field(marked("First date"), _DATE),
    "last": _field(marked("Last date"), _DATE),
}
SPECIAL_DAYS = {
    "date": _field(marked("Date"), _DATE, first=True),
    "queue": _field(marked("Queue"), marked("Empty: all."), first=True),
    "kind": _field(marked("Kind"), first=True),
    "factor": _field(
        marked("Contacts as a multiple"), marked("1.5 is half as many again."), first=True
    ),
    "opens": _field(marked("Opens"), _CLOCK),
    "closes": _field(marked("Closes"), _CLOCK),
    "name": _field(marked("Name"), first=True),
}
ASSIGNMENTS = {
    "agent_id": _field(marked("Person"), first=True),
    "date": _field(marked("Date"), _DATE, first=True),
    "shift": _field(marked("Shift"), marked("Empty: a day off."), first=True),
    "start": _field(marked("Start"), marked("Where the shift offers several; empty: any.")),
    "end": _field(marked("End"), marked("Where the shift offers several; empty: any.")),
    "kind": _field(marked("Kind"), marked("pinned: it stays; past: it was worked."), first=True),
}
WAITS = {
    "queue": _field(marked("Queue"), first=True),
    "wait_s": _field(marked("Wait, s"), first=True),
    "answered": _field(marked("Answered after it"), first=True),
    "abandoned": _field(marked("Gave up after it"), first=True),
    "sent_on": _field(marked("Left otherwise"), first=True),
}
FIELDS: Mapping[str, Mapping[str, Field]] = {
    "case": CASE,
    "queues": QUEUES,
    "shifts": SHIFTS,
    "contracts": CONTRACTS,
    "rotations": ROTATIONS,
    "activities": ACTIVITIES,
    "shrinkage": SHRINKAGE,
    "rules": {**LIMITS, **PRICES},
    "capacity": CAPACITY,
    "agents": AGENTS,
    "time_off": TIME_OFF,
    "requests": REQUESTS,
    "availability": AVAILABILITY,
    "special_days": SPECIAL_DAYS,
    "assignments": ASSIGNMENTS,
    "waits": WAITS,
}


def sheet_words(sheet: str) -> str:
    """Say what a sheet is called; a file keeps its name."""
    return say(SHEETS[sheet]) if sheet in SHEETS else sheet


def field_words(sheet: str, key: str) -> str:
    """Say what a field is called; what has no name of its own is shown as it is."""
    # Faults of settings name their section as well: "rules, order", "limits, budget".
    last = key.rpartition(", ")[2]
    known = FIELDS.get(sheet, {})
    found = known.get(last) or known.get(f"limits.{last}") or known.get(f"prices.{last}")
    return say(found.label) if found else key
