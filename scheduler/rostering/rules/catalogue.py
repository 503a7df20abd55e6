"""Every rule of the house, in the order in which they are reported."""

from __future__ import annotations

from scheduler.rostering.rules.activities import Activities
from scheduler.rostering.rules.activities_held import ActivitiesHeld
from scheduler.rostering.rules.activity_times import ActivityTimes
from scheduler.rostering.rules.allowed_shifts import AllowedShifts
from scheduler.rostering.rules.availability import Availability
from scheduler.rostering.rules.away import Away
from scheduler.rostering.rules.breaks import Breaks
from scheduler.rostering.rules.budget import Budget
from scheduler.rostering.rules.changes import Changes
from scheduler.rostering.rules.consecutive_days import ConsecutiveDays
from scheduler.rostering.rules.coverage_floor import Coverage
from scheduler.rostering.rules.days_off import MinConsecutiveDaysOff, PairedDaysOff
from scheduler.rostering.rules.days_week import DaysAWeek
from scheduler.rostering.rules.deferred import DeferredWork
from scheduler.rostering.rules.employment import Employment
from scheduler.rostering.rules.fairness import Fairness
from scheduler.rostering.rules.freeze_line import FreezeLine
from scheduler.rostering.rules.holidays_worked import HolidaysWorked
from scheduler.rostering.rules.hours_of_day import HoursOfDay
from scheduler.rostering.rules.hours_period import HoursAPeriod
from scheduler.rostering.rules.hours_week import HoursAWeek
from scheduler.rostering.rules.languages import Languages
from scheduler.rostering.rules.lead_present import LeadPresent
from scheduler.rostering.rules.least_on_shift import LeastOnShift
from scheduler.rostering.rules.lieu_days import LieuDays
from scheduler.rostering.rules.local_window import LocalWindow
from scheduler.rostering.rules.min_consecutive_days import MinConsecutiveDays
from scheduler.rostering.rules.min_rest import MinRest
from scheduler.rostering.rules.one_queue_at_a_time import OneQueueAtATime
from scheduler.rostering.rules.one_shift_a_day import OneShiftADay
from scheduler.rostering.rules.open_end import OpenEnd
from scheduler.rostering.rules.overtime import Overtime, OvertimeConsent
from scheduler.rostering.rules.paid_time import PaidTime
from scheduler.rostering.rules.people_on_shift import PeopleOnShift
from scheduler.rostering.rules.people_wanted import WantedOnShift
from scheduler.rostering.rules.pins import Pins
from scheduler.rostering.rules.promise import PromiseKept
from scheduler.rostering.rules.public_holidays import PublicHolidaysFree
from scheduler.rostering.rules.requests import Requests
from scheduler.rostering.rules.rhythm import Rhythm
from scheduler.rostering.rules.rotation import RotationKept
from scheduler.rostering.rules.rule import HardRule, PricedRule
from scheduler.rostering.rules.seats import Seats
from scheduler.rostering.rules.service import BestService
from scheduler.rostering.rules.shift_caps import ShiftCaps
from scheduler.rostering.rules.shift_caps_period import ShiftCapsOfPeriod
from scheduler.rostering.rules.skills import Skills
from scheduler.rostering.rules.successions import ForbiddenSuccessions
from scheduler.rostering.rules.time_off import NoShiftInTimeOff
from scheduler.rostering.rules.weekdays import ContractWeekdays
from scheduler.rostering.rules.weekends import CompleteWeekends, MaxWeekends
from scheduler.rostering.rules.weekly_rest import WeeklyRest

HARD: tuple[HardRule, ...] = (
    OneShiftADay(),
    Skills(),
    OneQueueAtATime(),
    Breaks(),
    ActivityTimes(),
    ActivitiesHeld(),
    AllowedShifts(),
    ContractWeekdays(),
    RotationKept(),
    LocalWindow(),
    Availability(),
    Employment(),
    NoShiftInTimeOff(),
    PublicHolidaysFree(),
    LieuDays(),
    MinRest(),
    WeeklyRest(),
    ForbiddenSuccessions(),
    ConsecutiveDays(),
    MinConsecutiveDays(),
    MinConsecutiveDaysOff(),
    PairedDaysOff(),
    MaxWeekends(),
    CompleteWeekends(),
    Rhythm(),
    HoursOfDay(),
    ShiftCaps(),
    ShiftCapsOfPeriod(),
    DaysAWeek(),
    HoursAWeek(),
    HoursAPeriod(),
    OvertimeConsent(),
    PeopleOnShift(),
    Seats(),
    Budget(),
    Pins(),
    FreezeLine(),
)

PRICED: tuple[PricedRule, ...] = (
    PromiseKept(),
    Coverage(),
    DeferredWork(),
    WantedOnShift(),
    Languages(),
    LeadPresent(),
    LeastOnShift(),
    Activities(),
    Changes(),
    Requests(),
    Away(),
    Fairness(),
    OpenEnd(),
    Overtime(),
    HolidaysWorked(),
    PaidTime(),
    BestService(),
)
