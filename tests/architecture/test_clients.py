"""What generators of clients need of us, checked without any of them: `make clients` is where they really run."""

import json
import re

import pytest

from tests.architecture.source import ROOT
from tests.fuzz.document import DOCUMENT, OPERATIONS

BODIES = {"application/json", "multipart/form-data", "image/*", "application/offset+octet-stream", "application/octet-stream"}
SCHEMAS = DOCUMENT["components"]["schemas"]


@pytest.mark.parametrize("operation", [pytest.param(o, id=o["operationId"]) for _, _, o in OPERATIONS])
def test_an_operation_is_called_by_a_short_verb(operation):
    assert re.fullmatch(r"[a-z]+(_[a-z]+){0,3}", operation["operationId"])
    assert operation["tags"]
    assert operation["description"]


def test_a_body_has_one_content_type():
    """With two, some generators send the wrong one, and some drop the operation."""
    bodies = {o["operationId"]: list(o["requestBody"]["content"]) for _, _, o in OPERATIONS if "requestBody" in o}
    assert {name: kinds for name, kinds in bodies.items() if len(kinds) != 1 or kinds[0] not in BODIES} == {}


def test_a_schema_has_one_name():
    """Some generators go by the key, some by the title; a name with a module in it stands for two of the same name."""
    assert {name: schema.get("title", name) for name, schema in SCHEMAS.items() if schema.get("title", name) != name} == {}
    assert [name for name in SCHEMAS if "__" in name] == []


def test_no_member_that_is_an_object_has_a_default():
    """openapi-python-client drops the whole schema then, and every operation that answers with it."""
    wrong = [
        f"{name}.{member}"
        for name, schema in SCHEMAS.items()
        for member, kind in schema.get("properties", {}).items()
        if isinstance(kind.get("default"), dict)
    ]
    assert wrong == []


def test_words_with_a_fixed_set_are_told_as_such():
    for name, member in (("HazardOut", "status"), ("HazardOut", "level"), ("HazardBrief", "status"), ("PhotoOut", "status")):
        kind = SCHEMAS[name]["properties"][member]
        assert "enum" in (SCHEMAS[kind["$ref"].rsplit("/", 1)[-1]] if "$ref" in kind else kind), name


def test_the_generators_are_pinned_by_hash_and_by_no_address():
    lines = (ROOT / "requirements-clients.lock").read_text().splitlines()
    pinned = [number for number, line in enumerate(lines) if re.match(r"[a-z0-9.-]+==[0-9]", line)]
    assert [lines[number] for number in pinned if "--hash=sha256:" not in lines[number + 1]] == []
    assert [line for line in lines if not re.match(r"[a-z0-9.-]+==[0-9]| +--hash=sha256:[0-9a-f]{64}", line)] == []
    for folder in ("typescript", "tus"):
        packages = json.loads((ROOT / "tests" / "clients" / folder / "package-lock.json").read_text())["packages"]
        assert [name for name, package in packages.items() if name and not package["integrity"].startswith("sha512-")] == []
        assert [name for name, package in packages.items() if "resolved" in package] == []
