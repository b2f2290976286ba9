"""Numbers that a regulator changes without a release."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import BaseModel, Field

from backend.kernel import clock, ledger, policies
from tests.api import Api, problem
from tests.cast import DAY, Cast

pytestmark = pytest.mark.django_db


class Document(BaseModel):
    days: int = Field(15, ge=1, le=90)
    rates: dict[str, float] = {"green": 0.1}


@pytest.fixture(autouse=True)
def in_force() -> Iterator[Any]:
    yield policies.register("test_days", Document)
    policies.KINDS.pop("test_days")


def body(**more: Any) -> dict[str, Any]:
    return {"id": str(uuid4()), "kind": "test_days", "document": {"days": 10}, "reason": "试行", **more}


@pytest.mark.parametrize("who", ["officer_a", "inspector", "grid_worker", "auditor", "agency", "admin"])
def test_only_regulators_adopt(cast: Cast, who: str) -> None:
    assert problem(Api().as_(getattr(cast, who)).post("/policies", body())) == (403, "auth.no_duty")


@pytest.mark.parametrize(
    "document", [{"days": 0}, {"days": "many"}, {"dayz": 3}, {"days": 1e9}, {"rates": {"green": "x"}}, {"days": None}]
)
def test_a_document_that_does_not_fit_is_refused(cast: Cast, document: dict[str, Any]) -> None:
    reply = Api().as_(cast.regulator).post("/policies", body(document=document))
    assert problem(reply) == (422, "request.invalid")
    assert reply.json()["errors"]


def test_an_unknown_kind_is_refused(cast: Cast) -> None:
    assert problem(Api().as_(cast.regulator).post("/policies", body(kind="nonsense"))) == (422, "policy.unknown_kind")


def test_no_policy_begins_in_the_past(cast: Cast) -> None:
    past = clock.text(clock.now() - DAY)
    assert problem(Api().as_(cast.regulator).post("/policies", body(effective_from=past))) == (422, "policy.in_past")


def test_a_version_is_adopted_once_and_in_force_from_its_day_on(cast: Cast, in_force: Any) -> None:
    api, sent = Api().as_(cast.regulator), body(effective_from=clock.text(clock.now() + DAY))
    first = api.post("/policies", sent)
    assert (first.status_code, first.json()["version"]) == (201, 1)
    assert api.post("/policies", sent)["Idempotency-Replayed"] == "true"
    assert in_force(clock.now()).document.days == 15
    later = in_force(clock.now() + 2 * DAY)
    assert (later.version, later.document.days) == (1, 10)
    assert api.post("/policies", body(document={"days": 20})).json()["version"] == 2
    assert [e.kind for e in ledger.of(UUID(sent["id"]))] == ["policy.adopted"]


def test_regulators_and_administrators_read_them(cast: Cast) -> None:
    for n in range(3):
        Api().as_(cast.regulator).post("/policies", body(document={"days": n + 1}))
    for who in ("regulator", "admin"):
        page = Api().as_(getattr(cast, who)).get("/policies?kind=test_days&limit=2").json()
        assert [row["version"] for row in page["items"]] == [3, 2] or len(page["items"]) == 2
        assert "test_days" in page["kinds"]
    assert problem(Api().as_(cast.officer_a).get("/policies")) == (403, "auth.no_duty")
    assert problem(Api().as_(cast.regulator).get(f"/policies/{uuid4()}")) == (404, "request.not_found")


def test_a_policy_takes_effect_soon_after_midnight_too(cast: Cast, in_force: Any) -> None:
    Api().as_(cast.regulator).post("/policies", body())
    assert in_force(clock.now() + timedelta(seconds=1)).document.days == 10
