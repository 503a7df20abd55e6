"""Signing in, changing a password, and what an administrator does, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from scheduler.access import Role, User
from scheduler.errors import AccessDenied, InputError
from scheduler.store.accounts import Person, find_account
from scheduler.store.audit import deeds, first_broken
from scheduler.store.database import Database
from scheduler.store.sessions import digest_of
from scheduler.workflows.administrator import (
    FIRST_LOGIN,
    change_person,
    first_administrator,
    invite,
    list_accounts,
    reset_password,
)
from scheduler.workflows.coming_in import (
    Policy,
    Refused,
    SignedIn,
    account_here,
    change_password,
    sign_in,
    sign_out,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
POLICY = Policy()
ADA = User(name="Ada", role=Role.ADMINISTRATOR, login="ada")
MIA = Person(login="mia", name="Mia", role=Role.MANAGER)
OWN = "tr0mbone-shelf"


def come_in(
    database: Database, password: str, login: str = "mia", *, earlier: str = "", at: datetime = NOW
) -> SignedIn | Refused:
    return sign_in(
        database, login, password, address="10.0.0.1", earlier=earlier, policy=POLICY, now=at
    )


def token_of(found: SignedIn | Refused) -> str:
    assert isinstance(found, SignedIn)
    return found.token


def here(database: Database, token: str, at: datetime = NOW) -> str | None:
    account = account_here(database, digest_of(token), policy=POLICY, now=at)
    return None if account is None else account.person.login


def mia_with_own_password(database: Database) -> str:
    """Make an account, use its one-time password, and return the token that follows."""
    given = invite(ADA, database, MIA, policy=POLICY, now=NOW)
    assert given is not None
    first = come_in(database, given)
    assert isinstance(first, SignedIn)
    chosen = change_password(
        database,
        first.account.account_id,
        given,
        OWN,
        address="10.0.0.1",
        policy=POLICY,
        now=NOW,
    )
    assert here(database, first.token) is None
    return token_of(chosen)


def told(database: Database) -> list[tuple[str, str, str]]:
    with database.reading() as connection:
        assert first_broken(connection) is None
        return [(deed.who, deed.what, deed.reason) for _, deed in deeds(connection)]


def test_the_first_administrator_is_made_once_and_has_to_choose_a_password(
    database: Database,
) -> None:
    with ThreadPoolExecutor(4) as pool:
        made = pool.map(lambda _: first_administrator(database, policy=POLICY, now=NOW), range(4))
        (password,) = [each for each in made if each is not None]
    found = come_in(database, password, FIRST_LOGIN)
    assert isinstance(found, SignedIn)
    assert found.account.user.role is Role.ADMINISTRATOR
    assert found.account.one_time_until == NOW + POLICY.one_time
    assert not any(password in str(deed) for deed in told(database))


def test_a_one_time_password_ends_with_its_time(database: Database) -> None:
    given = invite(ADA, database, MIA, policy=POLICY, now=NOW)
    assert given is not None
    assert isinstance(come_in(database, given, at=NOW + POLICY.one_time), Refused)
    assert told(database)[-1] == ("mia", "refuse sign-in", "the one-time password is too old")


def test_the_password_and_nothing_else_opens_a_session(database: Database) -> None:
    token = mia_with_own_password(database)
    assert here(database, token) == "mia"
    assert here(database, "made up") is None
    assert come_in(database, "wrong") == Refused()
    assert come_in(database, OWN, "nobody") == Refused()
    assert come_in(database, OWN + " ") == Refused()
    again = token_of(come_in(database, OWN, " MIA "))
    assert (here(database, token), here(database, again)) == ("mia", "mia")


def test_signing_in_ends_the_browsers_earlier_session_and_signing_out_this_one(
    database: Database,
) -> None:
    first = mia_with_own_password(database)
    second = token_of(come_in(database, OWN, earlier=digest_of(first)))
    assert (here(database, first), here(database, second)) == (None, "mia")
    sign_out(database, digest_of(second), now=NOW)
    sign_out(database, digest_of(second), now=NOW)
    assert here(database, second) is None
    assert [what for _, what, _ in told(database)][-2:] == ["sign in", "sign out"]


def test_after_five_wrong_passwords_the_right_one_has_to_wait(database: Database) -> None:
    mia_with_own_password(database)
    assert [come_in(database, "wrong") for _ in range(5)] == [Refused()] * 5
    refused = come_in(database, OWN)
    assert isinstance(refused, Refused)
    assert refused.wait == POLICY.limits.window
    later = NOW + POLICY.limits.window
    assert isinstance(come_in(database, OWN, at=later), SignedIn)
    assert [what for _, what, _ in told(database)].count("refuse sign-in") == 5


def test_sessions_go_idle_unless_somebody_is_there(database: Database) -> None:
    token = mia_with_own_password(database)
    idle = POLICY.lasting.idle
    for quarter in range(1, 8):
        at = NOW + quarter * idle / 4
        assert account_here(database, digest_of(token), policy=POLICY, now=at, present=True)
    end = NOW + 7 * idle / 4 + idle
    watching = end - timedelta(seconds=1)
    assert account_here(database, digest_of(token), policy=POLICY, now=watching, present=False)
    assert here(database, token, end) is None


def test_a_new_password_is_chosen_with_the_old_one(database: Database) -> None:
    token = mia_with_own_password(database)
    account = account_here(database, digest_of(token), policy=POLICY, now=NOW)
    assert account is not None

    def change(old: str, new: str) -> SignedIn | Refused:
        return change_password(
            database, account.account_id, old, new, address="::1", policy=POLICY, now=NOW
        )

    for old, new, column in (
        ("wrong", "another good one", "current password"),
        (OWN, "short", "password"),
        (OWN, "Mia12345", "password"),
        (OWN, OWN, "password"),
    ):
        with pytest.raises(InputError) as refused:
            change(old, new)
        assert [fault.column for fault in refused.value.faults] == [column]
    assert here(database, token) == "mia"
    fresh = token_of(change(OWN, "another good one"))
    assert (here(database, token), here(database, fresh)) == (None, "mia")
    assert come_in(database, OWN) == Refused()
    for _ in range(POLICY.limits.per_pair):
        with pytest.raises(InputError, match="your password so far"):
            change("wrong", "another good one")
    assert isinstance(change("another good one", "yet another"), Refused)


def test_an_account_switched_off_is_out_at_once(database: Database) -> None:
    token = mia_with_own_password(database)
    off = replace(MIA, active=False)
    invite(ADA, database, replace(ADA_PERSON, login="ada"), policy=POLICY, now=NOW)
    change_person(ADA, database, off, seen=1, now=NOW, reason="has left")
    assert here(database, token) is None
    assert come_in(database, OWN) == Refused()
    assert told(database)[-1] == ("mia", "refuse sign-in", "the account is switched off")


ADA_PERSON = Person(login="ada", name="Ada", role=Role.ADMINISTRATOR)


def test_the_last_administrator_stays(database: Database) -> None:
    invite(ADA, database, ADA_PERSON, policy=POLICY, now=NOW)
    for change in (replace(ADA_PERSON, active=False), replace(ADA_PERSON, role=Role.MANAGER)):
        with pytest.raises(InputError, match="nobody would be left"):
            change_person(ADA, database, change, seen=1, now=NOW)
    (left,) = list_accounts(ADA, database)
    assert left.person == ADA_PERSON


def test_a_reset_ends_sessions_and_waiting(database: Database) -> None:
    token = mia_with_own_password(database)
    for _ in range(5):
        come_in(database, "wrong")
    given = reset_password(ADA, database, "mia", policy=POLICY, now=NOW)
    assert here(database, token) is None
    assert come_in(database, OWN) == Refused()
    assert isinstance(come_in(database, given), SignedIn)
    with pytest.raises(InputError, match="nobody"):
        reset_password(ADA, database, "nobody", policy=POLICY, now=NOW)


def test_people_of_a_provider_have_no_password_here(database: Database) -> None:
    person = replace(MIA, subject="https://id.example#7")
    assert invite(ADA, database, person, policy=POLICY, now=NOW) is None
    for password in ("", "x" * 20):
        assert come_in(database, password) == Refused()


@pytest.mark.parametrize("role", [Role.MANAGER, Role.PLANNER, Role.AGENT])
def test_nobody_but_an_administrator_manages_accounts(database: Database, role: Role) -> None:
    user = User(name="x", role=role, agent_id="a")
    for deed in (
        lambda: list_accounts(user, database),
        lambda: invite(user, database, MIA, policy=POLICY, now=NOW),
        lambda: reset_password(user, database, "mia", policy=POLICY, now=NOW),
        lambda: change_person(user, database, MIA, seen=1, now=NOW),
    ):
        with pytest.raises(AccessDenied, match="manage accounts"):
            deed()
    with database.reading() as connection:
        assert find_account(connection, login="mia") is None
