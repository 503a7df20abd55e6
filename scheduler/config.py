"""Settings, read once at a door and passed in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from scheduler.errors import Fault, InputError

# As the table of roles spells them, which this room may not ask.
ROLES = ("administrator", "manager", "planner", "agent")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What an installation may set.

    Attributes
    ----------
    rosters
        Folder that holds the case folders.
    out
        Folder for what the program writes: exports, jobs of the app.
    host, port
        Where the web door listens.
    max_upload_mb
        Largest case file, workbook or upload that is read, in megabytes.
    workers
        Search workers of one solve, and how many solves of a book run at once.
    nice
        How far solves stand back behind everything else the machine does, 0 to 19.
    """

    rosters: Path
    out: Path
    host: str = "127.0.0.1"
    port: int = 8501
    max_upload_mb: int = 50
    workers: int = 2
    nice: int = 10


def read_settings(environment: Mapping[str, str], here: Path) -> Settings:
    """Build settings from ``CALLBOARD_*`` variables.

    Parameters
    ----------
    environment
        The variables, usually ``os.environ``.
    here
        Folder against which defaults are resolved: the current folder where it has
        ``rosters/``, else the one that holds this program.

    Raises
    ------
    InputError
        A variable is not what it should be; all of them are reported.
    """
    home = here if (here / "rosters").is_dir() else Path(__file__).resolve().parent.parent
    faults: list[Fault] = []

    rosters = Path(environment.get("CALLBOARD_ROSTERS", home / "rosters"))
    settings = Settings(
        rosters=rosters,
        out=Path(environment.get("CALLBOARD_OUT", rosters / "out")),
        host=environment.get("CALLBOARD_HOST", "127.0.0.1"),
        port=_whole(environment, "CALLBOARD_PORT", 8501, 1, 65535, faults),
        max_upload_mb=_whole(environment, "CALLBOARD_MAX_UPLOAD_MB", 50, 1, 2000, faults),
        workers=_whole(environment, "CALLBOARD_WORKERS", 2, 1, 64, faults),
        nice=_whole(environment, "CALLBOARD_NICE", 10, 0, 19, faults),
    )
    if faults:
        raise InputError(faults)
    return settings


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenIdSettings:
    """An OpenID provider at which people may sign in.

    Attributes
    ----------
    issuer
        Its address, exactly as it calls itself.
    client_id, client_secret
        What we are to it.
    name
        What people call it.
    groups
        Its groups with the role and the team of their members, the weightiest first; an empty
        team stands for every team.
    groups_claim, agent_claim
        Where its answer names a person's groups, and an agent's id in the team.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    name: str
    groups: tuple[tuple[str, str, str], ...]
    groups_claim: str = "groups"
    agent_claim: str = "preferred_username"


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorSettings:
    """How the web door lets people in.

    They are kept apart from :class:`Settings`, which jobs write down: the address of a book may
    hold a password.

    Attributes
    ----------
    book
        Address of the roster book, see :class:`scheduler.store.database.Database`; empty for the
        demo mode.
    mail_server, mail_from
        Where notices are handed in (``smtp://user:password@host:587``, ``smtps://…``), and who
        sends them; empty for no mail.
    deliver_seconds
        How often the server sends the notices that wait; 0 for never, where a timer does it.
    hosts
        Names under which the site is asked for, besides this machine's own.
    idle_minutes, session_hours
        How long a session lasts without a sign of the person, and at most.
    openid
        Where people may sign in instead of with a password; None for nowhere.
    """

    book: str = field(default="", repr=False)
    mail_server: str = field(default="", repr=False)
    mail_from: str = ""
    deliver_seconds: int = 30
    hosts: tuple[str, ...] = ()
    idle_minutes: int = 60
    session_hours: int = 12
    openid: OpenIdSettings | None = None


def read_door_settings(environment: Mapping[str, str]) -> DoorSettings:
    """Build the door's settings from ``CALLBOARD_*`` variables.

    Raises
    ------
    InputError
        A variable is not what it should be; all of them are reported.
    """
    faults: list[Fault] = []
    door = DoorSettings(
        book=_book(environment, faults),
        mail_server=_mail_server(environment, faults),
        mail_from=environment.get("CALLBOARD_MAIL_FROM", ""),
        deliver_seconds=_whole(environment, "CALLBOARD_DELIVER_SECONDS", 30, 0, 86_400, faults),
        hosts=tuple(environment.get("CALLBOARD_HOSTS", "").replace(",", " ").split()),
        idle_minutes=_whole(environment, "CALLBOARD_IDLE_MINUTES", 60, 1, 1440, faults),
        session_hours=_whole(environment, "CALLBOARD_SESSION_HOURS", 12, 1, 168, faults),
        openid=_openid(environment, faults),
    )
    if faults:
        raise InputError(faults)
    return door


def _book(environment: Mapping[str, str], faults: list[Fault]) -> str:
    """Return the book's address: a server's, or that of a file by its path."""
    url = environment.get("CALLBOARD_DATABASE_URL", "")
    path = environment.get("CALLBOARD_BOOK", "")
    if url and path:
        expected = "one of CALLBOARD_BOOK and CALLBOARD_DATABASE_URL"
        faults.append(Fault(file="environment", expected=expected, found="both"))
    if url and not url.startswith(("postgresql://", "sqlite:///")):
        expected = "postgresql://… or sqlite:///…"
        name = "CALLBOARD_DATABASE_URL"
        faults.append(
            Fault(file="environment", column=name, expected=expected, found="another address")
        )
    return url or (f"sqlite:///{Path(path).resolve()}" if path else "")


def _openid(environment: Mapping[str, str], faults: list[Fault]) -> OpenIdSettings | None:
    """Return the provider that is named; None for none."""
    prefix = "CALLBOARD_OIDC_"
    named = {key.removeprefix(prefix): text for key, text in environment.items() if text}
    issuer = environment.get(f"{prefix}ISSUER", "")
    if not issuer:
        return None
    host = urlsplit(issuer).hostname or ""
    if not issuer.startswith("https://") and host not in ("localhost", "127.0.0.1", "::1"):
        faults.append(_wrong(f"{prefix}ISSUER", "an address that begins with https://", issuer))
    for name in ("CLIENT_ID", "CLIENT_SECRET", "GROUPS"):
        if name not in named:
            faults.append(_wrong(prefix + name, "a value, for there is a provider", "none"))
    return OpenIdSettings(
        issuer=issuer,
        client_id=named.get("CLIENT_ID", ""),
        client_secret=named.get("CLIENT_SECRET", ""),
        name=named.get("NAME", host),
        groups=tuple(_groups(named.get("GROUPS", ""), f"{prefix}GROUPS", faults)),
        groups_claim=named.get("GROUPS_CLAIM", "groups"),
        agent_claim=named.get("AGENT_CLAIM", "preferred_username"),
    )


def _groups(text: str, name: str, faults: list[Fault]) -> Iterator[tuple[str, str, str]]:
    """Read ``their group=role:team; …``; a role without a team holds for every team."""
    for part in filter(None, (each.strip() for each in text.split(";"))):
        group, _, seat = part.rpartition("=")
        role, _, team = seat.partition(":")
        if group and role in ROLES and (team or role != "agent"):
            yield group, role, team
        else:
            expected = f"group=role or group=role:team, with a role of {', '.join(ROLES)}"
            faults.append(_wrong(name, expected, part))


def _wrong(name: str, expected: str, found: str) -> Fault:
    return Fault(file="environment", column=name, expected=expected, found=found)


def _mail_server(environment: Mapping[str, str], faults: list[Fault]) -> str:
    server = environment.get("CALLBOARD_SMTP", "")
    if server and not server.startswith(("smtp://", "smtps://")):
        expected = "smtp://user:password@host:587 or smtps://…"
        faults.append(_wrong("CALLBOARD_SMTP", expected, "another address"))
    if server and not environment.get("CALLBOARD_MAIL_FROM"):
        expected = "the address that notices come from, beside CALLBOARD_SMTP"
        faults.append(_wrong("CALLBOARD_MAIL_FROM", expected, "nothing"))
    return server


def _whole(
    environment: Mapping[str, str],
    name: str,
    default: int,
    low: int,
    high: int,
    faults: list[Fault],
) -> int:
    text = environment.get(name, str(default))
    if text.isdecimal() and low <= int(text) <= high:
        return int(text)
    faults.append(
        Fault(file="environment", column=name, expected=f"{low} … {high}", found=repr(text))
    )
    return default
