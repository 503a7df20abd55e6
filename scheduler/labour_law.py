"""Working-time law by country, as far as a roster can keep it.

The figures are the general statutory ones for adults; collective agreements, sectors, night work
and individual opt-outs may change them either way. They are a starting point, not legal advice.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from types import MappingProxyType

from scheduler.contract import Contract

BY_COUNTRY = "country"
_H = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """What a law demands of every contract under it.

    Attributes
    ----------
    name
        The key that contracts refer to: a country, a part of one, or ``EU``.
    source
        Where the figures stand.
    daily_rest
        Least time between two shifts.
    weekly_rest
        Least uninterrupted time free of shifts in each week.
    max_hours_week
        Hours in any one week; None for no limit.
    average_hours, average_weeks
        Hours a week on average over any so many weeks; None for no limit.
    """

    name: str
    source: str
    daily_rest: timedelta = timedelta(0)
    weekly_rest: timedelta = timedelta(0)
    max_hours_week: float | None = None
    average_hours: float | None = None
    average_weeks: int = 17


LAWS = MappingProxyType(
    {
        law.name: law
        for law in (
            Law(
                name="EU",
                source="Directive 2003/88/EC: art. 3 (11 h a day), art. 5 (24 h a week on top of "
                "these), art. 6 and 16 (48 h a week on average over at most four months)",
                daily_rest=11 * _H,
                weekly_rest=35 * _H,
                average_hours=48,
            ),
            Law(
                name="GB",
                source="Working Time Regulations 1998: reg. 10 (11 h a day), reg. 11 (24 h a week "
                "on top of these), reg. 4 (48 h a week on average over 17 weeks)",
                daily_rest=11 * _H,
                weekly_rest=35 * _H,
                average_hours=48,
            ),
            Law(
                name="FR",
                source="Code du travail: L3131-1 (11 h a day), L3132-2 (35 h a week), L3121-20 "
                "(48 h in any week), L3121-22 (44 h a week on average over 12 weeks)",
                daily_rest=11 * _H,
                weekly_rest=35 * _H,
                max_hours_week=48,
                average_hours=44,
                average_weeks=12,
            ),
            Law(
                name="ES",
                source="Estatuto de los Trabajadores: art. 34.3 (12 h a day), art. 37.1 (a day "
                "and a half a week); the average is that of Directive 2003/88/EC",
                daily_rest=12 * _H,
                weekly_rest=36 * _H,
                average_hours=48,
            ),
            Law(
                name="CA-ON",
                source="Employment Standards Act, 2000 (Ontario): s. 18 (11 h a day, 24 h a "
                "week), s. 17 (48 h in a week)",
                daily_rest=11 * _H,
                weekly_rest=24 * _H,
                max_hours_week=48,
            ),
            Law(
                name="PH",
                source="Labor Code of the Philippines: art. 91 (24 h after six days of work)",
                weekly_rest=24 * _H,
            ),
            Law(
                name="AU",
                source="Fair Work Act 2009, s. 62: 38 h a week and reasonable additional hours; "
                "rest is a matter of awards, so nothing is demanded here",
            ),
            Law(
                name="NZ",
                source="Minimum Wage Act 1983, s. 11B: 40 h a week unless the parties agree "
                "otherwise, so nothing is demanded here",
            ),
            Law(
                name="US",
                source="Fair Labor Standards Act: hours of adults are paid differently, "
                "not limited, so nothing is demanded here",
            ),
        )
    }
)
_UNION = (
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"  # as of 2026
)
KEYS = ("", BY_COUNTRY, *LAWS)


def law_for(contract: Contract, country: str) -> Law | None:
    """Find the law that a contract puts itself under; None for none, or none that is known.

    Parameters
    ----------
    contract
        ``contract.law`` names a law, or says ``country`` for that of the agent's country.
    country
        The agent's, with or without subdivision.
    """
    if contract.law != BY_COUNTRY:
        return LAWS.get(contract.law)
    for name in (country, country.partition("-")[0]):
        if name in LAWS:
            return LAWS[name]
        if name in _UNION.split():
            return LAWS["EU"]
    return None


def tightened(contract: Contract, law: Law | None) -> Contract:
    """Return the contract with each limit at least as strict as the law's.

    Raises
    ------
    InputError
        The contract demands more hours a week than the law allows.
    """
    if law is None:
        return contract
    legal = contract.max_hours_week if law.max_hours_week is None else law.max_hours_week
    return replace(
        contract,
        min_rest=max(contract.min_rest, law.daily_rest),
        weekly_rest=max(contract.weekly_rest, law.weekly_rest),
        max_hours_week=min(contract.max_hours_week, legal),
    )
