"""What the fields of the team as a whole, its rules and the plan of its year are called."""

from __future__ import annotations

from app_pages.field import CLOCK, LIMIT, field
from app_pages.language import marked

CASE = {
    "name": field(marked("Name"), first=True),
    "about": field(marked("In one sentence"), first=True),
    "timezone": field(marked("Time zone of the service"), first=True),
    "interval_minutes": field(marked("Length of an interval, minutes"), first=True),
    "country": field(
        marked("Country"),
        marked("ISO code, with a subdivision where holidays differ: GB, AU-WA."),
        first=True,
    ),
    "week": field(
        marked("Week to roster"), marked("Empty: the week after the history."), first=True
    ),
    "weeks": field(marked("Weeks rostered together"), marked("1 to 13."), first=True),
}
SHRINKAGE = {
    "cause": field(marked("Cause"), marked("Breaks, training, sickness …"), first=True),
    "share": field(
        marked("Share of the time"),
        marked("Such as 0.08; 0.02 unplanned where the name does not say."),
        first=True,
    ),
}
LIMITS = {
    "limits.early_before": field(marked("Early is a start before"), CLOCK),
    "limits.late_after": field(marked("Late is an end after"), CLOCK),
    "limits.unsocial_from": field(marked("Unsocial hours from"), CLOCK),
    "limits.unsocial_until": field(marked("Unsocial hours until"), CLOCK),
    "limits.people_on_shift": field(
        marked("People on certain shifts, most"), marked("Such as early=5.")
    ),
    "limits.least_on_shift": field(
        marked("People on certain shifts, least"), marked("As on call: night=1.")
    ),
    "limits.seats": field(marked("Seats at each site"), marked("Such as Leeds=12.")),
    "limits.most_away": field(marked("People away on a date, most"), LIMIT),
    "limits.budget": field(
        marked("Wages, most"), marked("In the currency of the hourly costs; empty: no limit.")
    ),
    "limits.lead_seniority": field(
        marked("Seniority from which one leads"), marked("Empty: nobody need lead.")
    ),
    "limits.languages": field(
        marked("Speakers on shift while open"), marked("Such as zh=1 for the skill lang:zh.")
    ),
    "limits.points": field(marked("Points of unpopular shifts"), marked("Such as night=3.")),
    "limits.weekend_points": field(marked("Points of a weekend day on top")),
}
PRICES = {
    "prices.promise": field(marked("A thousandth of a contact late")),
    "prices.coverage": field(marked("A minute of an agent missing")),
    "prices.people_wanted": field(marked("A person missing or too many, per weight")),
    "prices.deferred": field(marked("A minute of mail work late")),
    "prices.language": field(marked("A minute without a wanted speaker")),
    "prices.lead": field(marked("A minute without anybody who leads")),
    "prices.least_on_shift": field(marked("A person missing from a shift")),
    "prices.change": field(marked("A changed day of one person")),
    "prices.request": field(marked("A wish not granted, per weight")),
    "prices.away": field(marked("A person too many away")),
    "prices.fairness": field(marked("A point above the fair share")),
    "prices.open_end": field(marked("A day owed to the next roster")),
    "prices.overtime": field(marked("A minute of overtime")),
    "prices.holidays_worked": field(marked("A minute on a public holiday")),
    "prices.paid_time": field(marked("A paid minute")),
    "prices.service": field(marked("A contact late, all else equal")),
}
CAPACITY = {
    "headcount": field(marked("People at the start"), marked("Empty: the people of the table.")),
    "hours_week": field(
        marked("Paid hours of a person a week"), marked("Empty: what contracts allow.")
    ),
    "attrition_year": field(marked("Share who leave in a year"), marked("Such as 0.25.")),
    "ramp": field(marked("Worth of a new person by week"), marked("Such as 0;0;0.5;0.75.")),
    "first_start": field(marked("Weeks until somebody new can start")),
    "max_hires_week": field(marked("People who can start in a week, most"), LIMIT),
    "schedule_fit": field(
        marked("Share of queue time that shifts put right"), marked("Such as 0.9.")
    ),
    "hiring_cost": field(marked("Cost of finding and training a person")),
    "hourly_cost": field(marked("Cost of a paid hour"), marked("Empty: the team's mean.")),
    "shortfall_factor": field(marked("Cost of a missing hour, in paid hours")),
}
