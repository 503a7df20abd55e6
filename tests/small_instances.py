"""Small instances in the format of the Curtois–Qu benchmark, made for these tests."""

from __future__ import annotations

import itertools
import random

from scheduler.exchange.curtois_qu import Instance

WEEK = """# made for the tests
SECTION_HORIZON
# days
7

SECTION_SHIFTS
E,480,
L,480,E

SECTION_STAFF
ann,E=7|L=2,2400,960,4,2,2,1
bob,E=7|L=7,2400,960,5,1,1,1
cyd,E=0|L=7,1920,480,3,2,2,0

SECTION_DAYS_OFF
ann,2
bob,0,6

SECTION_SHIFT_ON_REQUESTS
ann,0,E,2
bob,3,L,3
cyd,5,L,1

SECTION_SHIFT_OFF_REQUESTS
bob,1,L,2
cyd,0,L,1

SECTION_COVER
# Day, ShiftID, Requirement, WeightUnder, WeightOver
0,E,1,100,1
0,L,1,100,1
1,E,1,100,1
1,L,2,100,1
2,E,1,100,1
2,L,0,100,1
3,E,1,100,1
3,L,1,100,1
4,E,1,100,1
4,L,1,100,1
5,E,0,100,1
5,L,1,100,1
6,E,1,100,1
6,L,0,100,1
"""


def made_up(seed: int, *, staff: int = 6, weeks: int = 2, shifts: int = 3, free: int = 1) -> str:
    """The text of a random instance in the benchmark's manner; the same for the same seed.

    ``free`` is the days off of each person.
    """
    draw = random.Random(seed)  # noqa: S311  # a test's data, no secret
    days = 7 * weeks
    names = "EDLN"[:shifts]
    people = [f"p{n}" for n in range(staff)]
    lines = ["SECTION_HORIZON", str(days), "", "SECTION_SHIFTS"]
    lines += [
        f"{name},{480 + 120 * (name == 'N')},{'|'.join(names[:at])}"
        for at, name in enumerate(names)
    ]
    lines += ["", "SECTION_STAFF"]
    for person in people:
        caps = "|".join(
            f"{n}={draw.choice([0, days, days]) if n in 'DL' else draw.choice([weeks, days])}"
            for n in names
        )
        most, least = draw.randint(4, 6), draw.randint(1, 3)
        high = 480 * draw.randint(3, 4) * weeks
        off, weekends = draw.randint(1, 2), draw.randint(1, weeks)
        lines.append(f"{person},{caps},{high},{high - 960},{most},{least},{off},{weekends}")
    lines += ["", "SECTION_DAYS_OFF"]
    for person in people:
        off = sorted(draw.sample(range(days), free))
        lines.append(",".join([person, *map(str, off)]))
    for section in ("ON", "OFF"):
        lines += ["", f"SECTION_SHIFT_{section}_REQUESTS"]
        wishes = {(draw.choice(people), draw.randrange(days)) for _ in range(staff * weeks)}
        lines += [
            f"{person},{day},{draw.choice(names)},{draw.randint(1, 3)}"
            for person, day in sorted(wishes)
        ]
    lines += ["", "SECTION_COVER"]
    lines += [
        f"{day},{name},{draw.randint(0, max(1, staff // shifts))},100,1"
        for day in range(days)
        for name in names
    ]
    return "\n".join(lines) + "\n"


def naive_objective(instance: Instance, cells: list[list[str]]) -> int:
    """The site's objective of a table of shifts, people by days, from its own definition."""
    row = {person.name: at for at, person in enumerate(instance.staff)}
    total = 0
    for wish in instance.on_requests:
        total += wish.weight * (cells[row[wish.staff]][wish.day] != wish.shift)
    for wish in instance.off_requests:
        total += wish.weight * (cells[row[wish.staff]][wish.day] == wish.shift)
    for cover in instance.cover:
        there = sum(line[cover.day] == cover.shift for line in cells)
        total += cover.under * max(0, cover.people - there)
        total += cover.over * max(0, there - cover.people)
    return total


def naive_faults(instance: Instance, cells: list[list[str]]) -> set[tuple[str, str]]:
    """Person and name of every hard rule that a table breaks, from the site's definitions."""
    length = {shift.name: shift.minutes for shift in instance.shifts}
    never = {(shift.name, after) for shift in instance.shifts for after in shift.forbidden_after}
    found = set()
    for person, line in zip(instance.staff, cells, strict=True):
        worked = [bool(cell) for cell in line]
        minutes = sum(length[cell] for cell in line if cell)
        runs = "".join("x" if on else "-" for on in worked)
        work = [part for part in runs.split("-") if part]
        inner = [part for part in runs.strip("-").split("x") if part]
        closed = [part for part in ("|" + runs + "|").split("-") if part and "|" not in part]
        weekends = sum(worked[day] or worked[day + 1] for day in range(5, instance.days, 7))
        off = [day for name, day in instance.days_off if name == person.name]
        checks = {
            "hours_period": not person.min_minutes <= minutes <= person.max_minutes,
            "consecutive_days": any(len(part) > person.max_consecutive for part in work),
            "min_consecutive_days": any(len(part) < person.min_consecutive for part in closed),
            "min_consecutive_days_off": any(len(part) < person.min_days_off for part in inner),
            "max_weekends": weekends > person.max_weekends,
            "availability": any(worked[day] for day in off),
            "most_of_shift": any(line.count(name) > person.most_of.get(name, 0) for name in length),
            "forbidden_successions": any(
                (one, other) in never for one, other in itertools.pairwise(line)
            ),
        }
        found |= {(person.name, rule) for rule, broken in checks.items() if broken}
    return found
