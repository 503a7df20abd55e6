"""What the fields of queues, shifts, contracts, rotations and activities are called."""

from __future__ import annotations

from app_pages.field import CLOCK, DAYS, DURATION, LIMIT, NAME, field
from app_pages.language import marked

QUEUES = {
    "name": field(marked("Name"), NAME, first=True),
    "channel": field(marked("Channel"), first=True),
    "service_level": field(marked("Share to answer in time"), marked("0.8 for 80 %."), first=True),
    "answer_within": field(
        marked("Answer within"), marked("Such as 20s, 24h; 1bd is a business day."), first=True
    ),
    "aht": field(
        marked("Mean handling time"),
        marked("Talk, hold and after-call work, such as 4m; where the forecast knows none."),
        first=True,
    ),
    "opening": field(
        marked("Opening hours"),
        marked("Such as Mon-Fri 07:00-21:00; Sat 09:00-13:00, or always."),
        first=True,
    ),
    "promise": field(marked("Kept every"), first=True),
    "floor": field(
        marked("Least share in every interval"),
        marked("A share such as 0.6, or stable."),
        first=True,
    ),
    "patience": field(
        marked("Patience"),
        marked("When a waiting customer gives up, such as 3m, or history; empty: never."),
        first=True,
    ),
    "definition": field(marked("How contacts that give up count")),
    "short_abandon": field(marked("A short abandon is up to"), DURATION),
    "clock": field(
        marked("The deadline runs in"), marked("wall: always; business: opening hours only.")
    ),
    "max_occupancy": field(
        marked("Largest occupancy"), marked("A share such as 0.85; empty: no limit.")
    ),
    "staff_for": field(
        marked("Staffed for"), marked("mean: the forecast's mean; range: all it may bring.")
    ),
    "concurrency": field(marked("Chats at a time")),
    "slowdown": field(marked("Slowdown by each further chat")),
    "volume": field(
        marked("Contacts of a usual week"),
        marked("While there are less than four weeks of history."),
    ),
    "like": field(
        marked("Resembles the queue"),
        marked("While there is little history; empty: the most alike."),
    ),
}
SHIFTS = {
    "name": field(marked("Name"), NAME, first=True),
    "start": field(marked("Start"), CLOCK, first=True),
    "end": field(marked("End"), marked("At or before the start: the next day."), first=True),
    "weekdays": field(marked("Weekdays"), DAYS, first=True),
    "zone": field(marked("By whose clock"), first=True),
    "dst": field(
        marked("When clocks change"),
        marked("Empty: a shift that meets a change is refused."),
        first=True,
    ),
    "breaks": field(
        marked("Breaks"),
        marked("12:00-12:30;15:00-15:15 paid, or windows: 30m from 11:00 to 14:00."),
        first=True,
    ),
    "latest_start": field(
        marked("Latest start"), marked("To choose starts from; empty: one start.")
    ),
    "start_step": field(marked("Steps between starts"), DURATION),
    "other_lengths": field(marked("Other lengths"), marked("Such as 6h;10h.")),
    "break_gap": field(marked("Least work between breaks"), DURATION),
    "break_step": field(marked("Steps between breaks"), DURATION),
    "on_call_paid": field(marked("On call: per cent paid"), marked("Empty: a shift at work.")),
}
CONTRACTS = {
    "name": field(marked("Name"), NAME, first=True),
    "min_hours_week": field(marked("Hours a week, least"), first=True),
    "max_hours_week": field(marked("Hours a week, most"), first=True),
    "max_days_week": field(marked("Days a week, most"), first=True),
    "max_consecutive_days": field(marked("Days in a row, most"), first=True),
    "min_rest": field(marked("Rest between shifts"), marked("Such as 11h."), first=True),
    "weekdays": field(marked("Weekdays"), DAYS, first=True),
    "works_public_holidays": field(marked("Works public holidays"), first=True),
    "law": field(
        marked("Working-time law"),
        marked("country: that of each person's country; empty: none."),
        first=True,
    ),
    "weekly_rest": field(marked("Weekly rest"), marked("Such as 35h; empty: none.")),
    "normal_hours_week": field(
        marked("Hours a week before overtime"), marked("Empty: no overtime.")
    ),
    "period_weeks": field(marked("Weeks of a period")),
    "min_hours_period": field(marked("Hours a period, least")),
    "max_hours_period": field(marked("Hours a period, most"), LIMIT),
    "min_consecutive_days": field(marked("Days in a row, least")),
    "min_consecutive_days_off": field(marked("Days off in a row, least")),
    "paired_days_off": field(marked("Two days off together each week")),
    "max_weekends": field(marked("Weekends, most"), LIMIT),
    "of_weekends": field(marked("Of so many weekends")),
    "complete_weekends": field(marked("Weekends whole or not at all")),
    "forbidden_successions": field(
        marked("Shifts that must not follow"), marked("Such as late>early;night>early.")
    ),
    "start_tolerance": field(
        marked("Starts of a week apart, most"), marked("Such as 30m; empty: no limit.")
    ),
    "max_early_week": field(marked("Early shifts a week, most"), LIMIT),
    "max_late_week": field(marked("Late shifts a week, most"), LIMIT),
    "max_unsocial_week": field(marked("Unsocial-hour shifts a week, most"), LIMIT),
    "most_of_shift": field(
        marked("Certain shifts a week, most"), marked("Such as night=2;late=3.")
    ),
    "most_of_shift_period": field(
        marked("Certain shifts a period, most"), marked("Such as night=6.")
    ),
    "lieu_weeks": field(
        marked("Weeks to give a free day for a holiday worked"), marked("0: not by the roster.")
    ),
}
ROTATIONS = {
    "name": field(marked("Name"), NAME, first=True),
    "weeks": field(
        marked("Weeks"),
        marked(
            "Seven words a week: a shift, off or any, such as early;early;off;off;any;off;off. "
            "Weeks are joined by >."
        ),
        first=True,
    ),
}
ACTIVITIES = {
    "name": field(marked("Name"), NAME, first=True),
    "kind": field(
        marked("Kind"),
        marked("together: all at one time; each: everybody alone; shared: hours by whomever."),
        first=True,
    ),
    "length": field(marked("Length"), marked("For together and each, such as 1h."), first=True),
    "times_week": field(marked("Times a week"), first=True),
    "hours_week": field(
        marked("Hours a week of all"), marked("For shared only; else empty."), first=True
    ),
    "windows": field(
        marked("When it may be"), marked("Such as Tue-Thu 09:00-11:00, or always."), first=True
    ),
    "agents": field(
        marked("These people"), marked("Ids joined by semicolons; empty: everybody."), first=True
    ),
    "skills": field(marked("People with these skills"), marked("Empty: everybody."), first=True),
    "contracts": field(
        marked("People under these contracts"), marked("Empty: everybody."), first=True
    ),
    "zone": field(marked("By whose clock")),
    "min_block": field(marked("Shortest stretch"), DURATION),
    "max_block": field(marked("Longest stretch"), DURATION),
    "step": field(marked("Steps between starts"), DURATION),
    "at_once": field(marked("People at one time, most"), LIMIT),
    "price": field(marked("Price of a minute not found"), marked("In paid minutes, 0 to 1000.")),
    "must": field(marked("Must be held in full")),
}
