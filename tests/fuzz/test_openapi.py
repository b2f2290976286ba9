"""The OpenAPI document is valid, complete and true enough that clients are generated from it."""

from typing import Any

import pytest
from openapi_spec_validator import validate

from tests.api import Api
from tests.fuzz.document import DOCUMENT, OPERATIONS


def test_it_is_a_valid_openapi_document() -> None:
    validate(DOCUMENT)
    assert DOCUMENT["openapi"].startswith("3.1")


@pytest.mark.django_db
def test_it_is_served_to_anyone_as_it_is_tested_here(api: Api) -> None:
    reply = api.get("/openapi.json")
    assert reply.status_code == 200
    assert reply.json() == DOCUMENT


def test_every_operation_has_a_name_of_its_own() -> None:
    names = [details["operationId"] for _, _, details in OPERATIONS]
    assert len(set(names)) == len(names)
    assert all(name.isidentifier() and "_api_" not in name for name in names)


def test_every_refusal_is_documented_as_a_problem() -> None:
    for method, path, details in OPERATIONS:
        refusals = {code: answer for code, answer in details["responses"].items() if code >= "400"}
        assert {"400", "422", "429", "503"} <= refusals.keys(), (method, path)
        for code, answer in refusals.items():
            assert list(answer["content"]) == ["application/problem+json"], (method, path, code)
            assert ("Retry-After" in answer.get("headers", {})) == (code in ("429", "503", "507"))


def test_whoever_must_log_in_is_told_so() -> None:
    for method, path, details in OPERATIONS:
        open_to_all = details["security"] == []
        assert open_to_all == ("401" not in details["responses"]), (method, path)
        assert open_to_all == any(part in path for part in ("/public/", "/health/", "/keys", "/problems", "/c/"))


def test_creating_says_how_a_resent_request_is_answered() -> None:
    for method, path, details in OPERATIONS:
        if "201" not in details["responses"]:
            continue
        assert "Idempotency-Replayed" in details["responses"]["200"]["headers"], (method, path)
        named = {parameter["name"] for parameter in details["parameters"]}
        assert ("Idempotency-Key" in named) == (method == "post"), (method, path)
        assert "read_receipt" in details["responses"]["201"]["links"], (method, path)


def test_changing_needs_the_version_that_was_seen() -> None:
    changes = [(path, details) for method, path, details in OPERATIONS if method == "patch" and "uploads" not in path]
    assert changes
    for path, details in changes:
        header = next(parameter for parameter in details["parameters"] if parameter["name"] == "If-Match")
        assert header["required"], path
        assert {"412", "428"} <= details["responses"].keys(), path


def test_no_body_takes_members_it_does_not_know() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    taken = [name for name in schemas if name.endswith(("In", "Patch"))]
    assert len(taken) > 20
    assert [name for name in taken if schemas[name].get("additionalProperties") is not False] == []


def test_links_name_operations_and_parameters_that_exist() -> None:
    by_name: dict[str, Any] = {details["operationId"]: details for _, _, details in OPERATIONS}
    links = [link for _, _, d in OPERATIONS for answer in d["responses"].values() for link in answer.get("links", {}).values()]
    assert len(links) > 50
    for link in links:
        wanted = {parameter["name"] for parameter in by_name[link["operationId"]]["parameters"] if parameter["in"] == "path"}
        assert set(link["parameters"]) == wanted
