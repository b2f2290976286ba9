"""What holds for every operation, also for the one that is written next."""

import re
from collections import Counter

import pytest

from backend import env as environment
from backend.api import api as the_api
from backend.kernel import pages_of_docs
from backend.kernel.problems import CATALOGUE
from tests.architecture.source import ROOT

# operations that anybody may call; every other one stands behind a door
PUBLIC = {
    "GET /api/v1/keys", "GET /api/v1/problems", "GET /api/v1/health/live", "GET /api/v1/health/ready",
    "GET /api/v1/photos/{photo_id}/content",  # its address is signed and expires
    "OPTIONS /api/v1/uploads",  # what is spoken here
}  # fmt: skip


def operations():
    for prefix, router in the_api._routers:
        for path, view in router.path_operations.items():
            for operation in view.operations:
                for method in operation.methods:
                    yield f"{method} /api/v1{prefix}{path}", operation


OPERATIONS = dict(operations())


def test_there_are_operations():
    assert len(OPERATIONS) > 10


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_an_operation_says_who_may_knock(name):
    operation = OPERATIONS[name]
    closed = bool(operation.auth_callbacks)
    assert closed or name in PUBLIC or "/public/" in name


def test_operation_ids_are_unique():
    ids = [the_api.get_openapi_operation_id(operation) for operation in OPERATIONS.values()]
    assert [name for name, count in Counter(ids).items() if count > 1] == []


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_a_problem_has_a_code_of_its_form_and_words_in_two_languages(code):
    kind = CATALOGUE[code]
    assert re.fullmatch(r"[a-z_]+(\.[a-z0-9_]+)+", code)
    assert 400 <= kind.status <= 599
    assert re.search(r"[\u4e00-\u9fff]", kind.message)
    assert re.search(r"[A-Za-z]", kind.message_en)
    assert not re.search(r"[\u4e00-\u9fff]", kind.message_en)


@pytest.mark.parametrize("name", sorted(pages_of_docs.rendered()))
def test_generated_pages_are_fresh(name):
    assert (ROOT / "docs" / name).read_text() == pages_of_docs.rendered()[name], "run `make docs`"


def test_every_setting_is_in_the_readme():
    text = (ROOT / "README.md").read_text()
    assert [name for name in environment.Env.model_fields if f"`{name}`" not in text] == []


def test_every_error_in_the_openapi_file_is_problem_json():
    schema = the_api.get_openapi_schema()
    wrong = []
    for path, operations_at in schema["paths"].items():
        for method, operation in operations_at.items():
            for status, answer in operation.get("responses", {}).items():
                if int(status) >= 400 and list(answer.get("content", {"application/problem+json": {}})) != [
                    "application/problem+json"
                ]:
                    wrong.append(f"{method} {path} {status}")
    assert wrong == []
