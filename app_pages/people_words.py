"""What the columns of people and of their calendar are called."""

from __future__ import annotations

from app_pages.field import CLOCK, DATE, DAYS, NAME, field
from app_pages.language import marked

AGENTS = {
    "id": field(marked("Id"), NAME, first=True),
    "name": field(marked("Name"), first=True),
    "timezone": field(marked("Time zone"), first=True),
    "country": field(marked("Country"), marked("Whose public holidays, such as GB or AU-WA.")),
    "contract": field(marked("Contract"), first=True),
    "skills": field(marked("Skills"), marked("Queues, and languages such as lang:zh."), first=True),
    "shifts": field(marked("Only these shifts"), marked("Empty: all.")),
    "earliest_local": field(marked("Not before"), marked("By the person's own clock.")),
    "latest_local": field(marked("Not after"), marked("By the person's own clock.")),
    "hourly_cost": field(marked("Cost an hour")),
    "joined": field(marked("Employed from"), DATE),
    "left": field(marked("Employed until"), DATE),
    "contract_changes": field(
        marked("Contract changes"), marked("Such as 2026-04-01=part-time;2026-07-01=full.")
    ),
    "overtime_hours": field(marked("Overtime agreed, hours a week")),
    "seniority": field(marked("Seniority")),
    "site": field(marked("Site"), marked("Where a seat is needed; empty at home.")),
    "points": field(marked("Points so far")),
    "rotation": field(marked("Rotation")),
    "rotation_start": field(marked("A date in its first week"), DATE),
}
TIME_OFF = {
    "agent_id": field(marked("Person"), first=True),
    "start": field(
        marked("From"), marked("A date, or a time such as 2026-03-26T12:00."), first=True
    ),
    "end": field(marked("Until"), marked("A date is still off."), first=True),
    "kind": field(marked("Kind"), marked("leave if empty."), first=True),
}
REQUESTS = {
    "agent_id": field(marked("Person"), first=True),
    "date": field(marked("Date"), DATE, first=True),
    "shift": field(marked("Shift"), marked("Empty: any."), first=True),
    "kind": field(marked("Kind"), marked("cannot is no wish but a fact."), first=True),
    "weight": field(marked("Weight"), first=True),
    "from": field(marked("From"), CLOCK),
    "until": field(marked("Until"), CLOCK),
}
AVAILABILITY = {
    "agent_id": field(marked("Person"), first=True),
    "weekdays": field(marked("Weekdays"), DAYS, first=True),
    "kind": field(marked("Kind"), marked("cannot is no wish but a fact."), first=True),
    "from": field(marked("From"), CLOCK, first=True),
    "until": field(marked("Until"), CLOCK, first=True),
    "weight": field(marked("Weight")),
    "first": field(marked("First date"), DATE),
    "last": field(marked("Last date"), DATE),
}
SPECIAL_DAYS = {
    "date": field(marked("Date"), DATE, first=True),
    "queue": field(marked("Queue"), marked("Empty: all."), first=True),
    "kind": field(marked("Kind"), first=True),
    "factor": field(
        marked("Contacts as a multiple"), marked("1.5 is half as many again."), first=True
    ),
    "opens": field(marked("Opens"), CLOCK),
    "closes": field(marked("Closes"), CLOCK),
    "name": field(marked("Name"), first=True),
}
ASSIGNMENTS = {
    "agent_id": field(marked("Person"), first=True),
    "date": field(marked("Date"), DATE, first=True),
    "shift": field(marked("Shift"), marked("Empty: a day off."), first=True),
    "kind": field(marked("Kind"), marked("pinned: it stays; past: it was worked."), first=True),
    "start": field(marked("Start"), marked("Where the shift offers several; empty: any.")),
    "end": field(marked("End"), marked("Where the shift offers several; empty: any.")),
}
WAITS = {
    "queue": field(marked("Queue"), first=True),
    "wait_s": field(marked("Wait, s"), first=True),
    "answered": field(marked("Answered after it"), first=True),
    "abandoned": field(marked("Gave up after it"), first=True),
    "sent_on": field(marked("Left otherwise"), first=True),
}
