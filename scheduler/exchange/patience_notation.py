"""How patience is written: a mean, a mix of customers, a survival curve, or ``history``."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from math import inf

from scheduler.errors import InputError
from scheduler.exchange.notation import Notation, read_duration
from scheduler.exchange.refusal import refuse
from scheduler.staffing.channels import HISTORY, Patience
from scheduler.staffing.deadline import format_duration
from scheduler.staffing.patience_shapes import CurvePatience, MixedPatience

_SHARE_TIME = re.compile(r"(\d{1,3}(?:\.\d{1,12})?)% +(\S+)", re.ASCII)


def read_patience(raw: object) -> Patience:
    """Read patience: ``3m``, ``history``, ``mix 30% 20s; 70% 5m`` or ``stay 95% 10s; 60% 2m``."""
    word, _, rest = raw.partition(" ") if isinstance(raw, str) else ("", "", "")
    if raw == HISTORY:
        return HISTORY
    if word not in ("mix", "stay"):
        return read_duration(raw)
    expected = "pairs of a share and a time, such as mix 30% 20s; 70% never or stay 95% 10s; 60% 2m"
    pairs = []
    for part in rest.split(";"):
        match = _SHARE_TIME.fullmatch(part.strip())
        if match is None or (match[2] == "never" and word == "stay"):
            refuse(expected, raw)
        time_s = inf if match[2] == "never" else read_duration(match[2]).total_seconds()
        pairs.append((float(Decimal(match[1]) / 100), time_s))
    try:
        if word == "mix":
            shares, means = zip(*pairs, strict=True)
            return MixedPatience(shares=shares, means_s=means)
        return CurvePatience(points=tuple((time_s, share) for share, time_s in pairs))
    except InputError as error:
        refuse(f"{word} with {error.faults[0].expected}", raw)


def patience_words(patience: Patience) -> str:
    """Write patience as :func:`read_patience` reads it."""
    if isinstance(patience, str):
        return patience
    if isinstance(patience, timedelta):
        return format_duration(patience)
    if isinstance(patience, MixedPatience):
        word, pairs = "mix", list(zip(patience.shares, patience.means_s, strict=True))
    else:
        word, pairs = "stay", [(share, time_s) for time_s, share in patience.points]
    times = (
        f"{Decimal(repr(share)) * 100:f}% "
        f"{'never' if time_s == inf else format_duration(timedelta(seconds=time_s))}"
        for share, time_s in pairs
    )
    return f"{word} {'; '.join(times)}"


PATIENCE = Notation(parse=read_patience, plain=patience_words, cell=patience_words)
