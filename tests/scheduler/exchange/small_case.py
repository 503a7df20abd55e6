"""One small valid case, as text, that tests change in one place at a time."""

from __future__ import annotations

TOML = """\
name = "Small"
about = "Two people, two queues, one clock change."
timezone = "Europe/London"
interval_minutes = 30
country = "GB"
week = 2026-03-25

[[queues]]
name = "phone"
channel = "phone"
service_level = 0.8
answer_within = "20s"
aht = "5m"
patience = "2m"
opening = "Mon-Fri 07:00-21:00; Sat 09:00-13:00"

[[queues]]
name = "email"
channel = "email"
service_level = 0.9
answer_within = "24h"
clock = "business"
promise = "week"
floor = 0.0
aht = "8m"
opening = "Mon-Fri 07:00-21:00"

[[shifts]]
name = "early"
start = "06:00"
end = "14:00"
weekdays = "Mon-Fri"
dst = "keep_end"
breaks = [{start="10:00", end="10:30", paid=false}, {start="12:00", end="12:10", paid=true}]

[[shifts]]
name = "night"
start = "22:00"
end = "06:00"
zone = "service"
dst = "keep_duration"

[[contracts]]
name = "full"
min_hours_week = 20
max_hours_week = 37.5
max_days_week = 4
max_consecutive_days = 4
min_rest = "11h"
weekdays = ["Mon", "Tue", "Wed", "Fri"]

[shrinkage]
breaks = 0.08
training = 0.02

[rules]
order = ["promise", "coverage"]
waived = ["min_rest"]

[rules.prices]
promise = 2
"""

FILES: dict[str, str] = {
    "case.toml": TOML,
    "agents.csv": (
        "id,name,timezone,country,contract,skills,shifts,earliest_local,latest_local,hourly_cost\n"
        "a1,Amy Ash,Europe/London,GB,full,phone;email;lang:zh,,07:00,21:00,18.5\n"
        "b2,Bea Birch,Australia/Perth,AU-WA,full,phone,night,,,\n"
    ),
    "time_off.csv": (
        "agent_id,start,end,kind\n"
        "a1,2026-03-26,2026-03-27,leave\n"
        "b2,2026-03-25T12:00:00+00:00,2026-03-25T18:00:00+00:00,training\n"
    ),
    "requests.csv": (
        "agent_id,date,shift,kind,weight\na1,2026-03-25,early,want,2\nb2,2026-03-24,,avoid,\n"
    ),
    "special_days.csv": (
        "date,queue,kind,factor,opens,closes,name\n"
        "2026-03-24,,closed,,,,Founders' day\n"
        "2026-03-23,phone,short,1.5,09:00,12:00,Half day\n"
    ),
    "assignments.csv": (
        "agent_id,date,shift,kind\na1,2026-03-23,early,pinned\nb2,2026-03-27,,pinned\n"
        "b2,2026-03-22,night,past\n"
    ),
    "history.csv": (
        "interval_start,queue,offered,handled,abandoned,aht_s\n"
        "2026-03-16T09:00:00+00:00,phone,12,11,1,301.5\n"
        "2026-03-16T09:30:00+00:00,phone,10,10,0,290\n"
        "2026-03-16T09:00:00+00:00,email,4,4,0,480\n"
        "2026-03-17T09:00:00+00:00,phone,14,12,2,310\n"
    ),
}
MAX_BYTES = 5_000_000
