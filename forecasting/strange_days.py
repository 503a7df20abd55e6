"""What tells a strange day or a strange part of a day from chance.

All tests ask for more than a queue of Poisson arrivals at a steady level would show once in a
hundred histories, and for more again where days or intervals vary more than Poisson counts do.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.special import gammainc, gammaincc

from forecasting.finding import Finding, Floats, Mask, Record
from forecasting.level_shifts import level_shifts, sides
from forecasting.usual_days import UsualDays, usual_days

# Chance that a queue of nothing but Poisson arrivals yields any finding of one kind.
FALSE_ALARM = 0.01
# So many robust standard deviations away, a day is one in many years.
_OUTLIER_SCALES = 5.0
# Where days usually have so many contacts, one of none does not say what is usual.
_BUSY_DAY = 10.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Judged:
    """Records of a queue with what was usual there.

    Attributes
    ----------
    record
        The records.
    usual
        Usual contacts by interval and day.
    shifts
        Calendar days that begin a new level.
    """

    record: Record
    usual: UsualDays
    shifts: tuple[int, ...]

    @classmethod
    def of(cls, record: Record) -> Judged:
        """Find the levels of a queue and what was usual at each."""
        plain = _plain_days(record)
        which = np.flatnonzero(plain)
        weekday = (record.grid.weekdays[0] + np.arange(plain.size)) % 7
        at = level_shifts(record.totals[which], weekday[which], FALSE_ALARM)
        shifts = tuple(int(which[position]) for position in at)
        segment = np.searchsorted(np.array(shifts, dtype=np.int64), np.arange(plain.size), "right")
        among = record.known & plain[record.day]
        usual = usual_days(record.grid, record.offered, among, segment.astype(np.int64))
        return cls(record=record, usual=usual, shifts=shifts)

    def usual_in(self, where: Mask) -> Floats:
        """Sum the usual contacts of some intervals over calendar days."""
        return self.record.by_day(np.nan_to_num(self.usual.interval), where)


def gaps(judged: Judged) -> list[Finding]:
    """Find open days without any record; those with only closed days between are one gap."""
    record = judged.record
    days = np.flatnonzero(record.by_day(record.is_open, record.is_open) > 0)
    missing = ~record.has_record[days]
    edges = np.flatnonzero(np.diff(missing, prepend=False, append=False)).reshape(-1, 2)
    found = []
    for first, last in edges.tolist():
        at = slice(record.day_at(days[first]).start, record.day_at(days[last - 1]).stop)
        usual = judged.usual.interval[at]
        known = record.is_open[at] & ~np.isnan(usual)
        total = float(usual[known].sum()) if known.any() else float("nan")
        found.append(record.finding("gap", at, found=np.nan, usual=total, replacement=usual))
    return found


def closures(judged: Judged) -> list[Finding]:
    """Find open days with records but without a contact, on a queue that is usually busy."""
    record = judged.record
    expected = judged.usual_in(record.known)
    enough = silence(_variation(record.totals, expected, _plain_days(record)), record.totals.size)
    empty = record.has_record & (record.totals == 0) & (expected >= enough)
    return [
        record.finding(
            "closure",
            record.day_at(day),
            found=0.0,
            usual=float(expected[day]),
            replacement=judged.usual.interval[record.day_at(day)],
        )
        for day in np.flatnonzero(empty).tolist()
    ]


def outages(judged: Judged) -> list[Finding]:
    """Find parts of days without a contact that their own days make unlikely.

    What is usual is brought to the level of the rest of the day first.
    """
    record = judged.record
    usual = np.nan_to_num(judged.usual.interval)
    enough = silence(
        _variation(record.offered, judged.usual.interval, record.known), int(record.known.sum())
    )
    known = np.flatnonzero(record.known)
    found = []
    for run in _silent_runs(record):
        day = int(record.day[run.start])
        outside = run.start < known[0] or run.stop > known[-1] + 1
        if record.described[day] or outside or usual[run].sum() < enough:
            continue
        level = _level_of_the_rest(record, usual, run)
        if usual[run].sum() * min(level, 1.0) >= enough:
            instead = usual[run] * level
            expected = float(instead.sum())
            found.append(
                record.finding("outage", run, found=0.0, usual=expected, replacement=instead)
            )
    return found


def outliers(judged: Judged, without: Mask) -> list[Finding]:
    """Find days far from usual that no special day describes.

    Parameters
    ----------
    judged
        The queue.
    without
        Intervals that something else explains, such as an outage.
    """
    record = judged.record
    looked_at = record.known & ~without & ~np.isnan(judged.usual.interval)
    total, expected = record.by_day(record.offered, looked_at), judged.usual_in(looked_at)
    among = (record.by_day(looked_at, looked_at) > 0) & (expected > 0) & ~record.described
    far = _far_off(total, expected, among)
    return [
        record.finding(
            "outlier",
            record.day_at(day),
            found=float(total[day]),
            usual=float(expected[day]),
            replacement=judged.usual.interval[record.day_at(day)],
        )
        for day in np.flatnonzero(far).tolist()
    ]


def shifts(judged: Judged) -> list[Finding]:
    """Describe the days that begin a new level; a replacement brings days before to the last."""
    record = judged.record
    which = np.flatnonzero(_plain_days(record))
    edges = [0, *(int(np.searchsorted(which, day)) for day in judged.shifts), which.size]
    found = []
    for number, day in enumerate(judged.shifts):
        first, at, last = edges[number : number + 3]
        before, after = (float(record.totals[which[s]].mean()) for s in sides(at, first, last))
        final = float(record.totals[which[edges[-2] :]].mean())
        own = float(record.totals[which[first:at]].mean())
        start = record.day_at(judged.shifts[number - 1]).start if number else 0
        stretch = slice(start, record.day_at(day).start)
        shift = record.finding(
            "level_shift",
            stretch,
            found=after,
            usual=before,
            replacement=record.offered[stretch] * (final / own if own > 0 else 1.0),
        )
        found.append(shift.beginning(record.moment(stretch.stop)))
    return found


def out_of_hours(judged: Judged) -> list[Finding]:
    """Find days with contacts while the queue should have been closed."""
    record = judged.record
    shut = ~record.is_open & (np.nan_to_num(record.offered) > 0)
    late = record.by_day(record.offered, shut)
    return [
        record.finding(
            "out_of_hours",
            record.day_at(day),
            found=float(late[day]),
            usual=0.0,
            replacement=np.full(record.day_at(day).stop - record.day_at(day).start, np.nan),
        )
        for day in np.flatnonzero(late > 0).tolist()
    ]


def silence(variation: float, chances: int) -> float:
    """Return from how many usual contacts on a stretch without any is no chance.

    A count of mean *m* with variance *v m* is zero with probability exp(−m) for v = 1 (Poisson)
    and v^(−m / (v − 1)) for v > 1 (negative binomial). Among so many places where a stretch may
    begin, one of them is silent by chance with probability 0.01 at most.

    Parameters
    ----------
    variation
        Variance over mean, 1 or more.
    chances
        Places where a stretch may begin.
    """
    excess = (variation - 1) / np.log(variation) if variation > 1 + 1e-9 else 1.0
    return float(np.log(max(chances, 1) / FALSE_ALARM) * excess)


def _plain_days(record: Record) -> Mask:
    """Tell which days say what is usual: with a record, not described, not strangely empty."""
    totals, has_record = record.totals, record.has_record & ~record.described
    weekday = (record.grid.weekdays[0] + np.arange(totals.size)) % 7
    plain = has_record.copy()
    for each in range(7):
        today = has_record & (weekday == each)
        if today.any() and np.median(totals[today]) > _BUSY_DAY:
            plain &= ~(today & (totals == 0))
    return plain


def _silent_runs(record: Record) -> list[slice]:
    """List the longest stretches of open intervals of one day without a contact.

    Days without any contact are left to closures and gaps.
    """
    busy = (record.totals > 0)[record.day]
    silent = record.is_open & busy & (np.nan_to_num(record.offered) == 0)
    number = np.where(silent, record.day, -1)
    edges = np.flatnonzero(np.diff(number, prepend=-1, append=-1))
    return [slice(int(first), int(last)) for first, last in pairwise(edges) if silent[first]]


def _level_of_the_rest(record: Record, usual: Floats, run: slice) -> float:
    """Return contacts over usual contacts in the rest of the day of a stretch, 2 at most."""
    rest = record.known.copy()
    rest[run] = False
    rest &= record.day == record.day[run.start]
    came, expected = float(record.offered[rest].sum()), float(usual[rest].sum())
    return min(came / expected, 2.0) if expected > 0 else 1.0


def _variation(values: Floats, expected: Floats, among: Mask) -> float:
    """Return variance over mean, 1 or more, without the hundredth part that is farthest off."""
    with np.errstate(invalid="ignore", divide="ignore"):
        squares = (values - expected) ** 2 / expected
    squares = np.sort(squares[among & (np.nan_to_num(expected) > 0)])
    kept = squares[: max(int(0.99 * squares.size), 1)]
    return max(float(kept.mean()), 1.0) if kept.size else 1.0


def _far_off(total: Floats, usual: Floats, among: Mask) -> Mask:
    """Tell which days lie far from usual, by a robust measure and by Poisson's own."""
    if not among.any():
        return among
    deviation = np.sqrt(total) - np.sqrt(usual)
    middle = np.median(deviation[among])
    # 1.4826 median absolute deviations are a normal standard deviation; Poisson noise is 1/2.
    scale = max(1.4826 * float(np.median(np.abs(deviation[among] - middle))), 0.5)
    mean = np.where(among, usual, 1.0)
    # P(X ≥ x) and P(X ≤ x) of a Poisson count, by the incomplete gamma functions.
    above = np.where(total > 0, gammainc(np.maximum(total, 1.0), mean), 1.0)
    below = gammaincc(total + 1.0, mean)
    rare = 2 * np.minimum(above, below) < FALSE_ALARM / int(among.sum())
    far: Mask = among & rare & (np.abs(deviation - middle) > _OUTLIER_SCALES * scale)
    return far
