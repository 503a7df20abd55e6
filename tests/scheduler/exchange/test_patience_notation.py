"""Patience as people write it."""

from __future__ import annotations

from datetime import timedelta
from math import inf

import pytest

from scheduler.errors import InputError
from scheduler.exchange.patience_notation import patience_words, read_patience
from scheduler.staffing.channels import Patience
from scheduler.staffing.patience_shapes import CurvePatience, MixedPatience

WRITTEN: list[tuple[str, Patience]] = [
    ("3m", timedelta(minutes=3)),
    ("history", "history"),
    ("mix 30% 20s; 70% never", MixedPatience(shares=(0.3, 0.7), means_s=(20.0, inf))),
    ("stay 95.5% 10s; 60% 2m", CurvePatience(points=((10.0, 0.955), (120.0, 0.6)))),
]


@pytest.mark.parametrize(("text", "patience"), WRITTEN)
def test_patience_is_read_and_written(text: str, patience: Patience) -> None:
    assert read_patience(text) == patience
    assert read_patience(patience_words(patience)) == patience


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("mix 30% 20s", "together 1"),
        ("mix", "pairs of a share and a time"),
        ("mix 30 20s; 70% 1m", "pairs of a share and a time"),
        ("stay 60% 2m; 95% 10s", "waits that rise"),
        ("stay 95% never", "pairs of a share and a time"),
        ("forever", "length of time"),
    ],
)
def test_what_is_none_is_refused(text: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read_patience(text)
