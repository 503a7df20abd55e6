"""The service a roster will give: the certificate as a table, and where it is short."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from app_pages.language import say, share
from app_pages.visit import bullets, plain


def service_frame(numbers: dict[str, Any]) -> pd.DataFrame:
    """Lay out the certificate, one queue a row, everything in words."""
    return pd.DataFrame(
        [
            {
                say("queue"): name,
                say("promise"): share(queue["target"]),
                say("predicted"): share(queue["predicted"]),
                say("simulated"): share(queue["simulated"]),
                say("95 % interval"): _between(queue["ci95"]),
                say("ASA"): _mean(queue["asa_s"], "{:.0f} s"),
                say("abandoned"): _mean(queue["abandon_rate"], "{:.1%}"),
                say("occupancy"): _mean(queue["occupancy"], "{:.0%}"),
                say("kept"): say("yes") if queue["kept"] else say("NO"),
            }
            for name, queue in numbers["service_level"].items()
        ]
    )


def show_service(numbers: dict[str, Any]) -> None:
    """Show the certificate."""
    frame = service_frame(numbers)
    colours = {say("yes"): "background-color: #bbf7d0; color: #111827", say("NO"): _BROKEN}
    st.dataframe(
        frame.style.map(lambda text: colours.get(text, ""), subset=[say("kept")]),
        hide_index=True,
        alt=say("Service level promised, predicted and simulated, per queue"),
    )
    st.caption(
        say(
            "Predicted by the curves the roster was optimised with. Phone and chat are simulated "
            "independently, with a 95 % interval; email and social are worked out from their "
            "backlog, without spread."
        )
    )


_BROKEN = "background-color: #fecaca; color: #7f1d1d; font-weight: bold"


def show_shortages(numbers: dict[str, Any]) -> None:
    """Show where the roster stays below the promise, and what would mend it."""
    shortages = numbers.get("shortages") or []
    if not shortages:
        st.markdown(say("Nowhere: every stretch of the week has the agents its promise needs."))
        return
    names = {
        "queue": say("queue"),
        "day": say("day"),
        "from": say("from"),
        "to": say("to"),
        "wanted": say("wanted"),
        "there": say("there"),
        "missing": say("missing"),
    }
    frame = pd.DataFrame(shortages).rename(columns=names)
    st.dataframe(frame, hide_index=True, alt=say("Stretches with too few agents"))
    if numbers.get("hires"):
        st.markdown(say("**What would mend it:** {hires}", hires=plain(numbers["hires"])))


def show_clash(numbers: dict[str, Any]) -> None:
    """Say which demands contradict each other, or that time ran out."""
    if numbers["status"] != "infeasible":
        st.warning(say("No roster was found in the time given. Give the search more seconds."))
        return
    st.error(say("No roster can keep these together:"))
    bullets(clause["words"] for clause in numbers["clash"])
    st.markdown(say("**The smallest change that lets a roster exist: waive**"))
    bullets(clause["words"] for clause in numbers["mend"])


def _between(ci95: list[float | None]) -> str:
    low, high = ci95
    return "–" if low is None or high is None else f"{low:.1%} – {high:.1%}"


def _mean(figure: dict[str, Any] | None, pattern: str) -> str:
    mean = None if figure is None else figure["mean"]
    return "–" if mean is None else pattern.format(mean)
