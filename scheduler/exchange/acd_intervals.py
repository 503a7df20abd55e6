"""Exports that already count by interval: rows read, doubles dropped, parts of a queue summed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scheduler.errors import Fault
from scheduler.exchange.acd_chunk import Chunk, read_span
from scheduler.exchange.acd_contacts import Hashes, Reason
from scheduler.exchange.acd_left_out import LeftOutCount
from scheduler.exchange.acd_plan import ImportPlan
from scheduler.exchange.acd_queues import UNWANTED
from scheduler.exchange.acd_variant import IntervalColumns
from scheduler.exchange.interval_rows import (
    MOST_ALIKE,
    Cells,
    Floats,
    IntervalRows,
    Mask,
    Place,
    count,
    is_total,
)
from scheduler.exchange.record import Findings
from scheduler.exchange.refusal import refuse

_LENGTH = re.compile(r"(\d{1,3}) ?min(ute)?s?", re.ASCII)
_FIGURES = ["offered", "handled", "abandoned", "aht_s"]
_SAME_ROW = ["start", "queue", "medium", "part"]


def read_interval_rows(
    chunk: Chunk, columns: IntervalColumns, *, without_short: bool
) -> pd.DataFrame:
    """Read rows that count the contacts of an interval.

    Parameters
    ----------
    chunk
        The rows; faults are noted at its place.
    columns
        Which columns are read.
    without_short
        Whether contacts that gave up at once are taken off those offered and abandoned.

    Returns
    -------
    DataFrame
        A line for each row that was understood: ``start`` in seconds since 1970 in UTC,
        ``length_s``, ``queue``, ``medium``, ``part``, ``offered``, ``handled``, ``abandoned``,
        ``aht_s``, ``over`` and ``row``; NaN for what is unknown.
    """
    starts, understood = _starts(chunk, columns)
    ends, ended = chunk.instants(*columns.end, utc=columns.utc, optional=True)
    _, usable = chunk.amounts(_usable_length, *columns.length)
    counted = _count_or_zero if columns.blank_is_zero else count
    span = _span_reader(columns.unit_s)
    figures = [
        *(chunk.amounts(counted, *names) for names in (columns.offered, columns.handled)),
        *(chunk.amounts(counted, *names) for names in (columns.abandoned, columns.short)),
        *(chunk.amounts(span, *names) for names in (columns.aht, columns.handled_s)),
    ]
    (offered, handled, abandoned, short, aht, handled_s) = (values for values, _ in figures)
    understood &= ended & usable & np.logical_and.reduce([fine for _, fine in figures])
    at_once = np.nan_to_num(short) if without_short else 0.0
    with np.errstate(invalid="ignore", divide="ignore"):
        aht = np.where(np.isnan(aht), handled_s / handled, aht)
    rows = pd.DataFrame(
        {
            "start": np.floor(np.where(understood, starts, 0.0)).astype(np.int64),
            "length_s": ends - starts,
            "queue": _texts(chunk.cells(chunk.queue)),
            "medium": _texts(chunk.cells(*columns.medium)),
            "part": _parts(chunk, columns),
            "offered": np.maximum(offered - at_once, 0.0),
            "handled": handled,
            "abandoned": np.maximum(abandoned - at_once, 0.0),
            # No contact takes no time: exports write 0 where there was nothing to measure.
            "aht_s": np.where((aht > 0) & np.isfinite(aht), aht, np.nan),
            "over": ~chunk.is_one_of(("false", "no", "0"), *columns.complete),
            "row": chunk.place.numbers,
        }
    )
    return rows[understood]


def _starts(chunk: Chunk, columns: IntervalColumns) -> tuple[Floats, Mask]:
    if not columns.clock:
        return chunk.instants(*columns.start, utc=columns.utc)
    return chunk.instants_apart(chunk.first_of(*columns.start), chunk.first_of(*columns.clock))


def _texts(cells: Cells) -> NDArray[np.object_]:
    return np.array(cells.texts, dtype=object)[cells.codes]


def _parts(chunk: Chunk, columns: IntervalColumns) -> Hashes:
    hashes = chunk.hashes(*columns.parts)
    return np.zeros(len(chunk), dtype=np.uint64) if hashes is None else hashes


def _count_or_zero(text: str) -> float:
    return count(text) if text else 0.0


def _usable_length(text: str) -> float:
    match = _LENGTH.fullmatch(text)
    if match is None:
        refuse("an interval of minutes such as 15mins: days cannot be divided", text)
    return int(match[1]) * 60.0


def _span_reader(unit_s: float) -> Callable[[str], float]:
    return lambda text: read_span(text) * (1.0 if ":" in text else unit_s)


@dataclass(slots=True)
class IntervalTally:
    """Gathers the rows of an export that counts by interval.

    Attributes
    ----------
    plan
        What is left out.
    file
        Name of the file.
    findings
        Where faults are noted.
    left_out
        What is not counted.
    found, counted
        How many rows there were, and how many of them are counted.
    unwanted
        Names in the file of queues that are left out.
    """

    plan: ImportPlan
    file: str
    findings: Findings
    left_out: LeftOutCount = field(default_factory=LeftOutCount)
    found: int = 0
    counted: int = 0
    unwanted: tuple[str, ...] = ()
    _frames: list[pd.DataFrame] = field(default_factory=list)

    def add(self, rows: pd.DataFrame) -> None:
        """Gather rows as :func:`read_interval_rows` gives them."""
        self._frames.append(rows)
        self.found += len(rows)

    def finish(self) -> IntervalRows | None:
        """Return one row for every interval and queue; None where none is left."""
        rows = pd.concat(self._frames, ignore_index=True) if self._frames else pd.DataFrame()
        if rows.empty:
            return None
        rows = self._without(rows, Reason.INCOMPLETE, ~rows["over"])
        rows = self._without(rows, Reason.TOTAL, self._sums(rows))
        rows = self._without(rows, Reason.DUPLICATE, self._again(rows))
        names = self.plan.queue_names()
        place = Place(file=self.file, numbers=rows["row"].to_numpy(), findings=self.findings)
        queue, fine = names.read(Cells.of("queue", self._labels(rows)), place)
        self.unwanted = names.unwanted
        rows = rows.assign(number=queue)[fine]
        rows = self._without(rows, Reason.UNWANTED_QUEUE, rows["number"] == UNWANTED)
        self.counted = len(rows)
        return _summed(rows, tuple(names.names)) if len(rows) else None

    def _without(self, rows: pd.DataFrame, reason: Reason, mask: pd.Series) -> pd.DataFrame:
        self.left_out.add_all(reason, rows.loc[mask, "row"].to_numpy())
        return rows[~mask]

    def _sums(self, rows: pd.DataFrame) -> pd.Series:
        """Find the rows that sum up others: of longer time, of all media, of several queues."""
        usual = rows["length_s"].mode()
        longer = rows["length_s"] > usual.iloc[0] if len(usual) else rows["over"] & False
        split = rows[rows["medium"] != ""].groupby("queue")["medium"].nunique()
        all_media = (rows["medium"] == "") & rows["queue"].isin(split.index)
        single = set(rows["queue"])
        several = {
            name
            for name in single
            if ";" in name and {part.strip() for part in name.split(";")} <= single
        }
        named = {name for name in single if is_total(name) and name not in self.plan.queue_map}
        return longer | all_media | rows["queue"].isin(several | named)

    def _again(self, rows: pd.DataFrame) -> pd.Series:
        """Find the rows that stand in the file again; the same with other figures is a fault."""
        again = rows.duplicated(_SAME_ROW)
        same = rows.duplicated([*_SAME_ROW, *_FIGURES])
        first = rows.drop_duplicates(_SAME_ROW).set_index(_SAME_ROW)["row"]
        for _, row in rows[again & ~same].head(MOST_ALIKE).iterrows():
            twin = first[tuple(row[_SAME_ROW])]
            self.findings.add(
                Fault(
                    file=self.file,
                    row=int(row["row"]),
                    expected="one row for an interval and queue",
                    found=f"other figures than in row {twin}",
                )
            )
        return again

    def _labels(self, rows: pd.DataFrame) -> list[str]:
        """Name the queues; where one has several media, each of them is a queue of its own."""
        media = rows.groupby("queue")["medium"].nunique()
        mixed = set(media[media > 1].index)
        labels = {
            (queue, medium): f"{queue} ({medium.casefold()})" if queue in mixed else queue
            for queue, medium in zip(rows["queue"], rows["medium"], strict=True)
        }
        mapped = self.plan.queue_map
        named = {
            key: key[0] if key[0] in mapped and label not in mapped else label
            for key, label in labels.items()
        }
        return [named[key] for key in zip(rows["queue"], rows["medium"], strict=True)]


def _summed(rows: pd.DataFrame, names: tuple[str, ...]) -> IntervalRows:
    """Sum the parts of every queue; handling times count as often as contacts were handled."""
    number, start = rows["number"].to_numpy(), rows["start"].to_numpy()
    _, first, which = np.unique(
        np.stack([start, number]), axis=1, return_index=True, return_inverse=True
    )
    which = which.reshape(-1)

    def total(values: Floats) -> Floats:
        return np.bincount(which, weights=values).astype(np.float64)

    values = {name: total(rows[name].to_numpy()) for name in _FIGURES[:3]}
    aht = rows["aht_s"].to_numpy()
    contacts = np.nan_to_num(rows["handled"].fillna(rows["offered"]).to_numpy())
    weight = np.where(total(np.ones(len(rows)))[which] == 1, 1.0, contacts) * ~np.isnan(aht)
    with np.errstate(invalid="ignore"):
        values["aht_s"] = total(weight * np.nan_to_num(aht)) / total(weight)
    values = {name: each for name, each in values.items() if not np.isnan(each).all()}
    return IntervalRows(
        starts=start[first],
        queue=number[first],
        values=values,
        numbers=rows["row"].to_numpy()[first],
        queues=names,
    )
