"""Who is at the web door: the demo mode's sign-in page and the table of sessions.

Demo mode has no passwords: whoever reaches the door picks a role. What a role may do is
decided elsewhere, and holds all the same.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape

from scheduler.access import Role, User
from scheduler.errors import InputError
from scheduler.exchange.case import Case

COOKIE = "callboard_session"
LASTS_S = 12 * 3600
_MOST = 10_000
_DESKS = {Role.MANAGER: "Manager", Role.PLANNER: "Planner"}
_SAYS = {
    Role.MANAGER: "Make the week's roster and see what service it gives.",
    Role.PLANNER: "Ask what if: more calls, fewer people, another target.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Somebody who is signed in.

    Attributes
    ----------
    user
        Who.
    case
        The case an agent belongs to; empty for the other roles.
    ends
        When it ends, on the table's clock, in seconds.
    """

    user: User
    case: str
    ends: float


class Sessions:
    """The table of sessions, in memory: a restart signs everybody out.

    It keeps hashes only, so nothing that it could give away opens a door.

    Parameters
    ----------
    clock
        Gives seconds that only rise.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._rows: dict[str, Session] = {}
        self._lock = threading.Lock()

    def open(self, user: User, case: str = "") -> str:
        """Start a session and return the token for the cookie; the oldest make room."""
        token = secrets.token_urlsafe(32)
        now = self._clock()
        with self._lock:
            self._rows = {key: row for key, row in self._rows.items() if row.ends > now}
            while len(self._rows) >= _MOST:
                del self._rows[next(iter(self._rows))]
            self._rows[key_of(token)] = Session(user=user, case=case, ends=now + LASTS_S)
        return token

    def find(self, key: str | None) -> Session | None:
        """Return the live session of a key; None if there is none."""
        row = self._rows.get(key or "")
        return row if row is not None and row.ends > self._clock() else None

    def close(self, key: str) -> None:
        """End a session; nothing happens if there is none."""
        with self._lock:
            self._rows.pop(key, None)


def key_of(token: str) -> str:
    """Return the key under which the table keeps a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def chosen(form: Mapping[str, str], open_case: Callable[[str], Case]) -> tuple[User, str] | None:
    """Return the user, and an agent's case, that a sign-in form stands for; None for neither.

    Parameters
    ----------
    form
        ``role`` is ``manager``, ``planner`` or ``agent``; for an agent ``agent`` is
        ``case/agent id``.
    open_case
        Reads a case by its name, raising InputError where it cannot.
    """
    role = form.get("role", "")
    if role in _DESKS:
        return User(name=_DESKS[Role(role)], role=Role(role)), ""
    case_name, _, agent_id = form.get("agent", "").partition("/")
    if role != Role.AGENT:
        return None
    try:
        agent = open_case(case_name).team.agent(agent_id)
    except (InputError, KeyError):
        return None
    user = User(name=agent.name, role=Role.AGENT, agent_id=agent_id, team=case_name)
    return user, case_name


def login_page(cases: Mapping[str, Case], fault: str = "") -> str:
    """Return the sign-in page as HTML.

    Parameters
    ----------
    cases
        Readable cases by name; their agents may sign in.
    fault
        What was wrong with the last try.
    """
    desks = "".join(
        f'<form method="post" action="/login"><input type="hidden" name="role" value="{role}">'
        f"<button>{name}</button><p>{_SAYS[role]}</p></form>"
        for role, name in _DESKS.items()
    )
    people = "".join(
        f'<optgroup label="{escape(name)}">'
        + "".join(
            f'<option value="{escape(f"{name}/{agent.agent_id}")}">'
            f"{escape(agent.name)} ({escape(agent.zone.key)})</option>"
            for agent in case.team.agents
        )
        + "</optgroup>"
        for name, case in cases.items()
    )
    return _PAGE.format(
        style=_STYLE,
        fault=f'<p role="alert" class="fault">{escape(fault)}</p>' if fault else "",
        desks=desks,
        people=people,
    )


_STYLE = """
:root { color-scheme: light dark; --line: #8884; --ink: #1d4ed8; --note: #fff4d6; --text: #4a3500 }
@media (prefers-color-scheme: dark) { :root { --ink: #3b67e0; --note: #4a3a10; --text: #ffeebf } }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 30rem; margin: 6vh auto; padding: 0 1rem }
h1 { margin: 0; font-size: 2rem }
form { border: 1px solid var(--line); border-radius: .6rem; padding: 1rem; margin: 1rem 0 }
form p { margin: .5rem 0 0; opacity: .85 }
label { display: block; font-weight: 600 }
button { font: inherit; font-weight: 600; width: 100%; padding: .6rem; border: 0;
  border-radius: .4rem; background: var(--ink); color: #fff; cursor: pointer }
select { font: inherit; width: 100%; padding: .5rem; margin: .3rem 0 .8rem }
.demo { background: var(--note); color: var(--text); padding: .6rem 1rem; border-radius: .6rem }
.fault { color: #b3261e; font-weight: 600 }
"""

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Callboard: sign in</title><style>{style}</style></head>
<body><main><h1>Callboard</h1>
<p>From the history of calls to a roster that keeps its promise.</p>
<p class="demo"><strong>Demo mode: no passwords.</strong> Choose who you are.
Do not put real people's data behind this door.</p>
{fault}{desks}
<form method="post" action="/login"><input type="hidden" name="role" value="agent">
<label for="agent">Agent</label><select id="agent" name="agent">{people}</select>
<button>Sign in as this agent</button>
<p>See your own shifts in your own time zone.</p></form>
</main></body></html>
"""
