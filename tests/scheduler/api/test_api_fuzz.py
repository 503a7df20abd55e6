"""Whatever a program sends, the door answers as its document says, and never with a 5xx."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from api_book import a_published_book, application, bearer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduler.api.endpoints import endpoints
from scheduler.store.database import Database
from scheduler.store.migrate import upgrade

with warnings.catch_warnings():
    # Its own dependencies warn of each other; that is not ours to mend.
    warnings.simplefilter("ignore")
    import schemathesis
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi.checks import (
        content_type_conformance,
        response_schema_conformance,
        status_code_conformance,
    )

EXAMPLES = int(os.environ.get("CALLBOARD_FUZZ", "8"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
OURS: dict[str, Any] = {
    "team": "tiny",
    "request_id": 1,
    "version": 1,
    "agent_id": "ana",
    "other_id": "cleo",
    "day": "2026-02-23",
    "other_day": "2026-02-26",
    "shift": "day",
    "other_shift": "day",
}


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Database, dict[str, str]]]:
    """One book for all calls; what they change stays."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('fuzz')}/book.sqlite")
    upgrade(database)
    yield database, a_published_book(database)
    database.close()


@pytest.fixture(scope="module")
def api(keys: tuple[Database, dict[str, str]]) -> Any:
    return schemathesis.openapi.from_asgi("/api/openapi.json", application(keys[0]))


@pytest.mark.parametrize(
    ("method", "path"), [(each.method, each.path) for each in endpoints()], ids=str
)
def test_the_door_keeps_its_word(
    api: Any, keys: tuple[Database, dict[str, str]], method: str, path: str
) -> None:
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(
        case=api[path][method].as_strategy(),
        who=st.sampled_from(["ada", "ana"]),
        ours=st.booleans(),
    )
    def ask(case: Any, who: str, ours: bool) -> None:
        # Half of the calls say what there is, so that they come past the first refusal.
        if ours:
            case.path_parameters.update(
                {name: OURS[name] for name in case.path_parameters if name in OURS}
            )
        if ours and isinstance(case.body, dict):
            case.body.update({name: OURS[name] for name in case.body if name in OURS})
        case.call_and_validate(headers=bearer(keys[1][who]), checks=CHECKS)

    ask()
