"""Schemathesis drives every operation of the document with data that fits it and data that does not, as every role.

`make test`: 100 examples per operation on PostgreSQL, 20 on SQLite, spread over the roles. `make fuzz`: as many for each.
"""

import os
from collections import Counter
from typing import Any

import pytest
import schemathesis
from django.db import connection
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis.generation import GenerationMode

from backend.wsgi import application
from tests.cast import ROLES
from tests.fuzz import figures
from tests.fuzz.document import DOCUMENT, OPERATIONS, PREFIX, ROLES_OF
from tests.fuzz.world import NOBODY, PLAYERS, World, fit

SEED = int(os.environ.get("FUZZ_SEED", "20260916"))
EVERY_ROLE = os.environ.get("LONG_FORM") == "fuzz"
SHARE = float(os.environ.get("FUZZ_SHARE", "1"))
EXAMPLES = {"postgresql": 100, "sqlite": 20}
schema = schemathesis.openapi.from_dict(DOCUMENT)
schema.app = application
schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")
# another version of tus, and more bytes than a photo may have
schema.config.checks.negative_data_rejection.expected_statuses += ["412", "413"]
CHECKS = [
    schemathesis.checks.not_a_server_error,
    schemathesis.checks.status_code_conformance,
    schemathesis.checks.content_type_conformance,
    schemathesis.checks.response_headers_conformance,
    schemathesis.checks.response_schema_conformance,
    schemathesis.checks.negative_data_rejection,
    schemathesis.checks.ignored_auth,
]
SETTINGS: dict[str, Any] = {
    "deadline": None, "database": None, "phases": [Phase.generate, Phase.shrink],
    "suppress_health_check": list(HealthCheck), "print_blob": False,
}  # fmt: skip


def put_real_values(case: Any, world: World, draw: Any) -> None:
    """Let most ids and codes of a fitting case name what exists; one in four stays as it was made."""

    def pick(made: Any, known: list[Any]) -> Any:
        return draw(st.sampled_from(known)) if draw(st.integers(0, 3)) else made

    if case.path_parameters:
        case.path_parameters = {
            name: pick(value, world.ids[name]) if world.ids.get(name) else value for name, value in case.path_parameters.items()
        }
    if isinstance(case.body, dict):
        case.body = fit(case.body, world, pick)
    if case.query:
        case.query = fit(case.query, world, pick)


def short(part: str) -> str:
    """Return part of a test's name."""
    return part.removeprefix(PREFIX)


def players(name: str) -> st.SearchStrategy[str]:
    """Return everybody, and more often those whom the door of the operation lets through."""
    welcome = [key for key in PLAYERS if key != NOBODY and ROLES[key][0] in ROLES_OF[name]]
    return st.sampled_from(PLAYERS) if not welcome else st.sampled_from(PLAYERS) | st.sampled_from(welcome)


@pytest.mark.parametrize(("method", "path", "name"), [(m, p, d["operationId"]) for m, p, d in OPERATIONS], ids=short)
@pytest.mark.usefixtures("one_connection")
def test_an_operation_answers_as_documented(world: World, method: str, path: str, name: str) -> None:
    operation = schema[path][method]
    fitting = operation.as_strategy(GenerationMode.POSITIVE)
    hostile = operation.as_strategy(GenerationMode.NEGATIVE)
    statuses: Counter[int] = Counter()
    # in the long form everybody has all examples to himself
    drawn = [st.just(key) for key in PLAYERS] if EVERY_ROLE else [players(name)]
    examples = max(1, int(EXAMPLES[connection.vendor] * (SHARE if EVERY_ROLE else 1)))
    for player in drawn:
        drive(fitting, hostile, player, world, statuses, examples)
    figures.keep(f"{method.upper()} {path}", statuses)
    assert statuses.total() >= examples * len(drawn)
    assert not any(status >= 500 for status in statuses)


def drive(fitting: Any, hostile: Any, player: Any, world: World, statuses: Counter[int], examples: int) -> None:
    """Send `examples` requests as whom `player` draws, half of them hostile, and judge every answer."""

    @seed(SEED)
    @settings(max_examples=examples, **SETTINGS)
    @given(st.data(), player, st.booleans())
    def one(data: Any, who: str, fits: bool) -> None:
        case = data.draw(fitting if fits else hostile)
        if fits:
            put_real_values(case, world, data.draw)
        reply = case.call_and_validate(headers=world.headers(who), checks=CHECKS)
        statuses[reply.status_code] += 1

    one()
