"""What tells two problems apart: a digest over everything that decides a roster."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from scheduler.rostering.problem import Problem


def fingerprint_of(problem: Problem) -> str:
    """Return the SHA-256 over everything that decides a problem's roster."""
    digest = hashlib.sha256()
    for part in fields(problem):
        if part.name != "requirement":
            digest.update(repr((part.name, _canonical(getattr(problem, part.name)))).encode())
    need = problem.requirement
    digest.update(repr((need.grid.start, need.grid.interval, need.grid.zone.key)).encode())
    digest.update(repr(need.queues).encode())
    arrays = (need.offered, need.required, need.floor, need.due_s, need.arrived_s)
    for array in (*arrays, *need.curves):
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def _canonical(value: object) -> object:
    """Order what has no order of its own, so that equal problems print alike."""
    if isinstance(value, Mapping):
        return sorted((repr(k), _canonical(v)) for k, v in value.items())
    if isinstance(value, frozenset):
        return sorted(map(repr, value))
    if isinstance(value, tuple):
        return [_canonical(each) for each in value]
    if hasattr(value, "__dataclass_fields__"):
        return [(f.name, _canonical(getattr(value, f.name))) for f in fields(value)]  # type: ignore[arg-type]  # it has fields, so it is a dataclass
    return value
