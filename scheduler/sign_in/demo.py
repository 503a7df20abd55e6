"""The demo mode's sign-in: no passwords, whoever reaches the door picks a role.

What a role may do is decided elsewhere, and holds all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from scheduler.access import Role, User
from scheduler.errors import InputError
from scheduler.exchange.case import Case
from scheduler.language.words import Words
from scheduler.sign_in.forms import FORM, LOGIN, enter, frame, read_form, session_key, show
from scheduler.sign_in.sessions import DemoSessions
from scheduler.sign_in.speaking import words_for
from scheduler.store.database import Database
from scheduler.workflows.book import opened
from scheduler.workflows.samples import readable_cases

_DESKS = {Role.MANAGER: "Manager", Role.PLANNER: "Planner"}


class DemoDesk:
    """Answers the demo mode's sign-in page.

    Parameters
    ----------
    database
        The demo mode's book: the agents of its teams may sign in.
    sessions
        Where whoever comes in is noted.
    refresh
        Brings the book up to date with its case folders.
    """

    def __init__(
        self, database: Database, sessions: DemoSessions, refresh: Callable[[], None]
    ) -> None:
        self._database = database
        self._sessions = sessions
        self._refresh = refresh

    def routes(self) -> list[Route]:
        """Return the pages this desk answers, all of them open to everybody."""
        return [
            Route(LOGIN, self.ask, methods=["GET"]),
            Route(LOGIN, self.sign_in, methods=["POST"]),
        ]

    def ask(self, request: Request) -> Response:
        """Show the sign-in page."""
        return show(request, login_page(words_for(request), self._cases()))

    async def sign_in(self, request: Request) -> Response:
        """Open a session for whoever was chosen."""
        form = await read_form(request)
        if isinstance(form, Response):
            return form
        user = await run_in_threadpool(chosen, form, self._case)
        if user is None:
            say = words_for(request)
            fault = say("There is nobody of that name. Please choose again.")
            return show(request, login_page(say, self._cases(), fault), 400)
        self._sessions.close(session_key(request.scope))
        return enter(request, self._sessions.open(user))

    def _cases(self) -> dict[str, Case]:
        """Return the cases that can be read; the manager's desk shows the faults of the others."""
        self._refresh()
        return readable_cases(self._database)

    def _case(self, name: str) -> Case:
        return opened(self._database, name).case


def chosen(form: Mapping[str, str], open_case: Callable[[str], Case]) -> User | None:
    """Return the user that a sign-in form stands for; None for nobody.

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
        return User(name=_DESKS[Role(role)], role=Role(role))
    case_name, _, agent_id = form.get("agent", "").partition("/")
    if role != Role.AGENT:
        return None
    try:
        agent = open_case(case_name).team.agent(agent_id)
    except (InputError, KeyError):
        return None
    return User(name=agent.name, role=Role.AGENT, agent_id=agent_id, team=case_name)


def login_page(say: Words, cases: Mapping[str, Case], fault: str = "") -> str:
    """Return the sign-in page as HTML.

    Parameters
    ----------
    say
        The words of its language.
    cases
        Readable cases by name; their agents may sign in.
    fault
        What was wrong with the last try.
    """
    desks = {
        Role.MANAGER: (
            say("Manager"),
            say("Make the week's roster and see what service it gives."),
        ),
        Role.PLANNER: (
            say("Planner"),
            say("Ask what if: more calls, fewer people, another target."),
        ),
    }
    body = _PAGE.format(
        form=FORM,
        welcome=say("From the history of calls to a roster that keeps its promise."),
        demo=say("Demo mode: no passwords."),
        choose=say("Choose who you are."),
        warning=say("Do not put real people's data behind this door."),
        desks="".join(
            f'<form method="post" action="/login">{FORM}'
            f'<input type="hidden" name="role" value="{role}">'
            f"<button>{name}</button><p>{what}</p></form>"
            for role, (name, what) in desks.items()
        ),
        people="".join(_people(name, case) for name, case in cases.items()),
        agent=say("Agent"),
        enter=say("Sign in as this agent"),
        own=say("See your own shifts in your own time zone."),
    )
    return frame(say, say("sign in"), body, fault)


def _people(name: str, case: Case) -> str:
    """Return the agents of a case as choices."""
    choices = "".join(
        f'<option value="{escape(f"{name}/{agent.agent_id}")}">'
        f"{escape(agent.name)} ({escape(agent.zone.key)})</option>"
        for agent in case.team.agents
    )
    return f'<optgroup label="{escape(name)}">{choices}</optgroup>'


_PAGE = """<p>{welcome}</p>
<p class="demo"><strong>{demo}</strong> {choose}
{warning}</p>
{desks}
<form method="post" action="/login">{form}<input type="hidden" name="role" value="agent">
<label for="agent">{agent}</label><select id="agent" name="agent">{people}</select>
<button>{enter}</button>
<p>{own}</p></form>"""
