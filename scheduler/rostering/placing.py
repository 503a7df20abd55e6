"""Breaks in windows, placed for a whole crew at once and then given to its members.

How many members start a break at a time decides who is at work; who they are does not. Between
two breaks lies a least time at work: by every moment at least as many have been back from the
first for that long as have started the second. Then the n-th to start the first can be the n-th to
start the second, so the counts lose nothing against placing every member's breaks one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from itertools import pairwise

from ortools.sat.python import cp_model

from scheduler.rostering.breaks import Break, BreakWindow

Starting = dict[datetime, cp_model.IntVar]


class BreakPlaces:
    """How many members of a crew start each of their breaks when.

    Parameters
    ----------
    cp
        The model that gets the variables.
    windows
        The breaks of one shift, in order.
    count, most
        How many members there are, and a bound on it.
    """

    def __init__(
        self,
        cp: cp_model.CpModel,
        windows: Sequence[BreakWindow],
        *,
        count: cp_model.IntVar,
        most: int,
    ) -> None:
        self._windows = tuple(windows)
        self._starting: list[Starting] = []
        for number, window in enumerate(windows):
            if len(window.starts) == 1:
                self._starting.append({window.starts[0]: count})
                continue
            starting = {
                start: cp.new_int_var(0, most, f"{count.name}_break{number}_{start:%d%H%M}")
                for start in window.starts
            }
            cp.add(cp_model.LinearExpr.sum(list(starting.values())) == count)
            self._starting.append(starting)
        for number, (one, other) in enumerate(pairwise(self._starting)):
            self._follow(cp, self._windows[number], one, other)

    def _follow(
        self, cp: cp_model.CpModel, window: BreakWindow, one: Starting, other: Starting
    ) -> None:
        """Let nobody start the second break before they are back from the first for long enough."""
        back = window.length + window.gap
        for moment in other:
            free = [number for start, number in one.items() if start + back <= moment]
            if len(free) < len(one):
                begun = [number for start, number in other.items() if start <= moment]
                cp.add(cp_model.LinearExpr.sum(free) >= cp_model.LinearExpr.sum(begun))

    def away(self, moment: datetime) -> list[cp_model.IntVar]:
        """Return what adds up to the members who are on a break at a moment."""
        return [
            number
            for window, starting in zip(self._windows, self._starting, strict=True)
            for start, number in starting.items()
            if start <= moment < start + window.length
        ]

    def started(self, number: int, by: datetime) -> list[cp_model.IntVar]:
        """Return what adds up to the members who have started a break by a moment."""
        return [each for start, each in self._starting[number].items() if start <= by]

    def back(self, number: int, by: datetime) -> list[cp_model.IntVar]:
        """Return what adds up to the members who are back from a break by a moment."""
        return self.started(number, by - self._windows[number].length)

    def deal(
        self, members: int, day: date, value: Callable[[cp_model.IntVar], int]
    ) -> Iterator[tuple[Break, ...]]:
        """Give each member their breaks; who is early changes from day to day."""
        columns = [
            [
                window.at(start)
                for start, number in starting.items()
                for _ in range(members if len(starting) == 1 else value(number))
            ]
            for window, starting in zip(self._windows, self._starting, strict=True)
        ]
        for member in range(members):
            turn = (member + day.toordinal()) % members
            yield tuple(column[turn] for column in columns)
