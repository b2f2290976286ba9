"""The order of judgement (api.md §1), and acts that are sent again: every kind, whoever asks."""

import pytest

from backend.kernel import ids, ledger
from hazards.models import Act, Hazard
from tests.api import Api, problem
from tests.architecture.callers import Caller
from tests.architecture.matrix import ACTS, Row
from tests.architecture.test_permission_matrix import World

pytestmark = pytest.mark.django_db
# who takes the act of a row in its situation; those whose row lets nobody in are the reporter's and the named second's
TAKES = {
    "verifications": "inspector", "resubmissions": "officer_a", "withdrawals": "officer_a", "plans": "owner_a",
    "rectifications": "owner_a", "acceptances": "owner_a", "reinspections": "inspector", "draws": "grid_worker",
    "extensions": "owner_a", "listings": "regulator", "look-backs": "inspector_3", "annulments": "regulator",
    "transfers": "inspector", "rulings": "regulator", "countersignatures": "inspector_2", "lifts": "regulator",
}  # fmt: skip


def taker(row: Row, body: dict) -> str:
    noun = row.operation.rsplit("/", 1)[1]
    if noun == "decisions":
        return "regulator" if row.situation == "major_asked" else "inspector"
    if noun == "reclassifications":
        return "inspector" if body["level"] == "major" else "regulator"
    if noun == "listings" and body.get("authority") == "city":
        return "regulator_city"
    if noun == "listings" and "authority" not in body:
        return "inspector"
    return TAKES[noun]


def knock(cast, row: Row):
    """Return the API of who takes the row's act, its path, and its body with an id."""
    world = World(cast, row.situation)
    probe = row.body(world, Caller("", "", cast.inspector)) if callable(row.body) else row.body
    who = getattr(cast, taker(row, probe))
    body = row.body(world, Caller("", "", who)) if callable(row.body) else row.body
    return Api().as_(who), row.operation.split(" ")[1].format(**world.paths), {"id": str(ids.new()), **body}


@pytest.mark.parametrize("row", ACTS, ids=[f"{n:02d} {row.name}" for n, row in enumerate(ACTS)])
def test_an_act_sent_again_is_answered_with_its_first_receipt(cast, row):
    api, path, body = knock(cast, row)
    first = api.post(path, body)
    assert first.status_code == 201, first.content
    answer, version = first.json(), Hazard.objects.get().version
    again = api.post(path, body)
    assert (again.status_code, again["Idempotency-Replayed"]) == (200, "true")
    assert again.json()["receipt"] == answer["receipt"]
    assert answer["receipt"].items() <= api.get(f"/receipts/{body['id']}").json().items()
    assert answer["receipt"].keys() == {"id", "kind", "digest", "received_at", "key_id", "signature"}
    assert {"id", "kind", "hazard", "receipt"} <= answer.keys()
    assert {"id", "status", "version", "round", "due_at", "allowed"} <= answer["hazard"].keys()
    other = api.post(path, body | {"note": "别的说法"})
    assert problem(other) == (409, "conflict.same_id")
    assert other.json()["digests"].keys() == {"first", "this"}
    stranger = Api().as_(cast.officer_far).post(path, body)
    assert problem(stranger) == (409, "conflict.same_id")
    assert "digests" not in stranger.json()
    assert (Act.objects.filter(id=body["id"]).count(), Hazard.objects.get().version) == (1, version)
    assert ledger.broken_at(Hazard.objects.get().id) is None


def act(noun: str) -> Row:
    return next(row for row in ACTS if row.operation.endswith(f"/{noun}"))


def test_out_of_scope_the_author_gets_the_receipt_alone(cast):
    api, path, body = knock(cast, act("transfers"))
    receipt = api.post(path, body).json()["receipt"]
    again = api.post(path, body)
    assert again.status_code == 200
    assert again.json() == {"id": body["id"], "kind": "transfer", "receipt": receipt}


def test_a_step_is_judged_in_the_order_of_the_contract(cast):
    world = World(cast, "reported")
    path, id = f"/hazards/{world.walk.id}/verifications", str(ids.new())
    good = {"outcome": "confirm", "level": "general", "requirement": "整改"}
    major = {"outcome": "confirm", "level": "major", "requirement": "整改"}
    assert problem(Api().post(path, {"nonsense": 1})) == (401, "auth.required")
    assert problem(Api().as_(cast.inspector, strong=False).post(path, {"nonsense": 1})) == (403, "auth.step_up_required")
    assert problem(Api().as_(cast.officer_far).post(path, {"nonsense": 1})) == (422, "request.invalid")
    assert problem(Api().as_(cast.officer_far).post(path, good)) == (404, "request.not_found")
    assert problem(Api().as_(cast.admin).post(path, good)) == (404, "request.not_found")
    assert problem(Api().as_(cast.officer_a).post(path, major)) == (403, "hazard.not_your_move")
    assert problem(Api().as_(cast.grid_worker).post(path, major)) == (403, "hazard.not_your_move")
    assert problem(Api().as_(cast.inspector).post(path, major)) == (422, "hazard.criterion_required")
    assert Api().as_(cast.inspector).post(path, good | {"id": id}).status_code == 201
    assert problem(Api().as_(cast.inspector).post(path, major)) == (422, "hazard.criterion_required")
    late = Api().as_(cast.inspector).post(path, good)
    assert problem(late) == (409, "hazard.wrong_status")
    assert late.json()["hazard_status"] == "rectifying"
    assert "submit" in late.json()["possible_now"]
    assert Api().as_(cast.inspector).post(path, good | {"id": id}).status_code == 200


@pytest.mark.parametrize(
    ("noun", "body"),
    [
        ("verifications", {"outcome": "confirm", "level": "general"}), ("verifications", {"outcome": "return"}),
        ("verifications", {"outcome": "dismiss"}), ("verifications", {"outcome": "dismiss", "reason": "duplicate"}),
        ("verifications", {"outcome": "shrug"}), ("reinspections", {"outcome": "pass"}), ("reinspections", {"outcome": "fail"}),
        ("reinspections", {"outcome": "fail", "due_on": "2026-12-01"}), ("look-backs", {"outcome": "recurred"}),
        ("plans", {"goal": "消除"}), ("rectifications", {"measures": " "}), ("extensions", {"reason": "备件"}),
        ("listings", {"authority": "county"}), ("listings", {"document_no": "督1"}), ("annulments", {}),
        ("transfers", {"to_region": "33032400900", "reason": "外"}),
        ("transfers", {"to_region": "330324000000000000", "reason": "外"}),
        ("reclassifications", {"level": "minor", "reason": "无"}), ("acceptances", {"outcome": "maybe"}), ("draws", {"why": "?"}),
        ("verifications", {"outcome": "confirm", "level": "general", "requirement": "改", "reason": "duplicate"}),
        ("verifications", {"outcome": "return", "note": "补拍", "level": "major", "stop_work": True}),
        ("verifications", {"outcome": "dismiss", "reason": "not_a_hazard", "criterion": "D10-04"}),
        ("reinspections", {"outcome": "pass", "on_site": True, "due_on": "2026-12-01"}),
        ("look-backs", {"outcome": "holds", "due_on": "2026-12-01"}),
        ("reclassifications", {"level": "general", "criterion": "D10-04", "reason": "复核"}),
    ],
)  # fmt: skip
def test_a_form_that_does_not_fit_its_outcome_is_refused_before_the_hazard_is_looked_for(cast, noun, body):
    assert problem(Api().as_(cast.inspector).post(f"/hazards/{ids.new()}/{noun}", body)) == (422, "request.invalid")


def test_null_and_false_say_nothing_and_so_contradict_nothing(cast):
    world = World(cast, "reported")
    body = {"outcome": "dismiss", "reason": "not_a_hazard", "level": None, "due_on": None, "stop_work": False, "note": "误报"}
    assert Api().as_(cast.inspector).post(f"/hazards/{world.walk.id}/verifications", body).status_code == 201
