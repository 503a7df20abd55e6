"""What granting a request would do, as the manager reads it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from app_pages.language import number_words, say, share
from app_pages.request_words import sentences, show_standing
from app_pages.visit import bullets
from scheduler.publishing.assessment import Assessment, ServiceChange
from scheduler.publishing.leave import LeaveStanding
from scheduler.publishing.publication import change_words
from scheduler.workflows.weighing import Weighed


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighing:
    """What a session keeps of a weighed request: what is shown, and of which versions.

    Attributes
    ----------
    assessments, changes
        Of each touched week: what it does, and its changes in sentences.
    standing
        Of leave; None for other requests.
    reasons
        Why the team's rules do not grant it by themselves.
    versions
        Number of the publication of each week, by Monday.
    """

    assessments: tuple[Assessment, ...]
    changes: tuple[str, ...]
    standing: LeaveStanding | None
    reasons: tuple[str, ...]
    versions: dict[str, int]

    @classmethod
    def of(cls, weighed: Weighed) -> Weighing:
        """Keep what is shown, not whole weeks."""
        return cls(
            assessments=weighed.assessments,
            changes=tuple(
                change_words(change, week.problem.agents)
                for week, found in zip(weighed.weeks, weighed.assessments, strict=True)
                for change in found.changes
            ),
            standing=weighed.standing,
            reasons=weighed.verdict.reasons,
            versions=weighed.versions,
        )


def show_weighing(weighing: Weighing) -> None:
    """Show rules, service, wishes, hours and days of leave, the worst first."""
    broken = [each.words for found in weighing.assessments for each in found.broken]
    if broken:
        st.error(say("It breaks rules:") + "\n" + sentences(broken))
    lost = [s for found in weighing.assessments for s in found.service if _is_lost(s)]
    if lost:
        names = ", ".join(s.queue for s in lost)
        st.warning(say("A promise is no longer kept: {queues}.", queues=names))
    if not broken and not lost:
        st.success(say("It breaks no rule, and no promise is lost."))
    if weighing.standing is not None:
        show_standing(weighing.standing)
    for found in weighing.assessments:
        _show_week(found)
    if weighing.changes:
        st.markdown(say("Who works otherwise then:"))
        bullets(weighing.changes)
    if not weighing.assessments:
        st.markdown(say("It touches no published roster; rosters to come will know it."))
    if weighing.reasons:
        st.markdown(
            say("Why the team's rules leave it to you:") + "\n" + sentences(weighing.reasons)
        )


def _show_week(found: Assessment) -> None:
    if found.service:
        st.table(service_frame(found), border="horizontal")
    for title, lines in (
        (say("Wishes that would no longer be granted:"), found.lost),
        (say("Wishes that would be granted:"), found.met),
        (say("Rules broken today that it would mend:"), [v.words for v in found.mended]),
    ):
        if lines:
            st.markdown(title)
            bullets(lines)
    before, after = found.paid_hours
    if before != after:
        st.markdown(
            say(
                "Paid hours: {before}, then {after}.",
                before=number_words(before, 1),
                after=number_words(after, 1),
            )
        )


def service_frame(found: Assessment) -> pd.DataFrame:
    """Lay every queue's service level out: promised, now, with the change."""
    rows = [
        {
            say("Queue"): each.queue,
            say("Promised"): share(each.target, 0),
            say("Now"): share(each.before),
            say("With it"): share(each.after),
            say("Promise kept"): say("yes") if each.kept_after else say("no"),
        }
        for each in found.service
    ]
    return pd.DataFrame(rows).set_index(say("Queue"))


def _is_lost(service: ServiceChange) -> bool:
    return service.kept_before and not service.kept_after
