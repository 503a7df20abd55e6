"""The curve of service against staff is the requirement's own."""

from pathlib import Path

from app_pages.staff_curve import busy_intervals, curve_frame
from scheduler.exchange.read_case import read_case
from scheduler.staffing import erlang
from scheduler.workflows.week import plan_week

TINY = Path(__file__).resolve().parents[2] / "rosters" / "tiny"


def test_the_curve_is_erlangs_around_the_requirement() -> None:
    plan = plan_week(read_case(TINY, max_bytes=10_000_000))
    found = busy_intervals(plan, "phone")
    assert len(found) == 40
    assert next(iter(found)) == "Mon 23 Feb 09:00"
    frame = curve_frame(plan, plan.requirement.queues[0], found["Mon 23 Feb 12:00"])
    load = plan.requirement.load[0, found["Mon 23 Feb 12:00"]]
    heads = frame["agents"].to_numpy()
    levels = erlang.service_level(load, heads, aht_s=300, answer_within_s=20)
    known = heads <= plan.requirement.curves[0].shape[1] - 1
    assert known.sum() >= 3
    assert abs(frame["service_level"][known] - levels[known]).max() < 1e-9
    assert (frame["gain"] >= -1e-12).all()
