"""Scenarios kept under a name, on both databases."""

import pytest
from book_week import NAME, NOW, a_team

from scheduler.access import Role, User
from scheduler.errors import AccessDenied, Conflict, InputError
from scheduler.store.audit import deeds, first_broken
from scheduler.store.database import Database
from scheduler.workflows.scenario import Scenario
from scheduler.workflows.scenarios import forget_scenario, save_scenario, saved_scenarios

PLANNER = User(name="Pia", role=Role.PLANNER, team=NAME)
OTHER = User(name="Otto", role=Role.PLANNER, team=NAME)
MORE = Scenario(volume=1.2)


@pytest.fixture
def book(database: Database) -> Database:
    a_team(database)
    return database


def save(book: Database, scenario: Scenario, user: User = PLANNER, seen: int = 0) -> int:
    return save_scenario(user, book, NAME, scenario, name="Christmas ", seen=seen, now=NOW)


def test_a_saved_scenario_is_everybodys_of_the_team(book: Database) -> None:
    assert save(book, MORE) == 1
    (found,) = saved_scenarios(OTHER, book, NAME)
    assert found.scenario == Scenario(name="Christmas", volume=1.2)
    assert (found.version, found.saved_by, found.saved_at) == (1, "Pia", NOW)


def test_the_second_of_two_who_save_is_told(book: Database) -> None:
    save(book, MORE)
    assert save(book, Scenario(volume=1.3), OTHER, seen=1) == 2
    with pytest.raises(Conflict, match="'Christmas' since you looked"):
        save(book, Scenario(volume=1.4), seen=1)
    with pytest.raises(Conflict):
        save(book, Scenario(volume=1.4))
    assert saved_scenarios(PLANNER, book, NAME)[0].scenario.volume == 1.3


def test_a_forgotten_scenario_is_gone_and_told_in_the_audit(book: Database) -> None:
    save(book, MORE)
    assert forget_scenario(OTHER, book, NAME, "Christmas", now=NOW)
    assert not forget_scenario(OTHER, book, NAME, "Christmas", now=NOW)
    assert saved_scenarios(PLANNER, book, NAME) == ()
    with book.reading() as connection:
        told = [deed for _, deed in deeds(connection) if "scenario" in deed.what]
        assert first_broken(connection) is None
    assert [(deed.who, deed.what) for deed in told] == [
        ("Pia", "save scenario"),
        ("Otto", "remove scenario"),
    ]
    assert told[1].before["volume"] == 1.2


@pytest.mark.parametrize("name", ["", "  ", "x" * 101])
def test_names_that_nobody_could_find_again_are_refused(book: Database, name: str) -> None:
    with pytest.raises(InputError, match="1 to 100 characters"):
        save_scenario(PLANNER, book, NAME, MORE, name=name, seen=0, now=NOW)


def test_a_scenario_that_does_not_fit_the_team_is_refused(book: Database) -> None:
    with pytest.raises(InputError, match="fax"):
        save(book, Scenario(service_level={"fax": 0.9}))
    with pytest.raises(InputError, match="night"):
        save(book, Scenario(without_shifts=("night",)))


def test_only_who_compares_for_the_team_may(book: Database) -> None:
    for user in (
        User(name="Ana", role=Role.AGENT, team=NAME, agent_id="ana"),
        User(name="Eve", role=Role.PLANNER, team="other"),
    ):
        with pytest.raises(AccessDenied):
            save(book, MORE, user)
        with pytest.raises(AccessDenied):
            saved_scenarios(user, book, NAME)
        with pytest.raises(AccessDenied):
            forget_scenario(user, book, NAME, "Christmas", now=NOW)
