"""Claiming an enterprise: nobody learns of one he may not read, nobody decides his own, and an owner comes of it."""

import uuid

import pytest

from accounts.models import Duty, Person
from backend.kernel import ledger
from enterprises.models import Enterprise, OwnershipClaim
from tests.api import problem
from tests.cast import LONG_AGO

pytestmark = pytest.mark.django_db


@pytest.fixture
def claim(api, cast):
    def send(role="stranger", firm="a", uscc=None, **more):
        one = getattr(cast, firm)
        return api.as_(getattr(cast, role)).post(f"/enterprises/{one.id}/claims", {"uscc": uscc or one.uscc, **more})

    return send


@pytest.fixture
def decide(api, cast):
    def send(role, claim_id, outcome="confirm", **more):
        return api.as_(getattr(cast, role)).post(f"/claims/{claim_id}/decisions", {"outcome": outcome, **more})

    return send


def test_nobody_claims_or_decides_without_logging_in(api):
    assert problem(api.post(f"/enterprises/{uuid.uuid4()}/claims", {})) == (401, "auth.required")
    assert problem(api.post(f"/claims/{uuid.uuid4()}/decisions", {})) == (401, "auth.required")
    assert problem(api.get("/claims")) == (401, "auth.required")
    assert problem(api.get(f"/claims/{uuid.uuid4()}")) == (401, "auth.required")


@pytest.mark.parametrize("role", ["auditor", "admin"])
def test_those_who_may_own_nothing_never_claim(claim, api, cast, role):
    assert problem(claim(role, nonsense=1)) == (403, "auth.no_duty")
    assert problem(api.as_(getattr(cast, role)).get("/claims")) == (403, "auth.no_duty")


def test_a_stranger_cannot_find_out_which_enterprises_exist(claim, api, cast):
    wrong = claim(uscc=cast.b.uscc)
    nowhere = api.as_(cast.stranger).post(f"/enterprises/{uuid.uuid4()}/claims", {"uscc": cast.b.uscc})
    assert problem(wrong) == problem(nowhere) == (404, "request.not_found")
    assert {**wrong.json(), "instance": "", "request_id": ""} == {**nowhere.json(), "instance": "", "request_id": ""}


@pytest.mark.parametrize("uscc", ["91330324MATE5T017Y", "x", "1" * 40])
def test_what_is_no_uscc_is_told_apart_nowhere(claim, api, cast, uscc):
    nowhere = api.as_(cast.stranger).post(f"/enterprises/{uuid.uuid4()}/claims", {"uscc": uscc})
    assert problem(claim(uscc=uscc)) == problem(nowhere) == (422, "enterprise.bad_uscc")


def test_who_may_read_it_is_told_that_the_uscc_is_another_ones(claim, cast):
    assert problem(claim("employee_a", uscc=cast.b.uscc)) == (422, "enterprise.uscc_mismatch")


def test_an_owner_does_not_claim_what_he_has(claim):
    assert problem(claim("owner_a")) == (409, "enterprise.already_owner")


def test_one_claim_at_a_time(claim):
    assert claim().status_code == 201
    assert problem(claim()) == (409, "enterprise.already_claimed")
    assert OwnershipClaim.objects.count() == 1


def test_what_has_closed_down_is_claimed_no_more(claim, cast):
    Enterprise.objects.filter(id=cast.a.id).update(status="closed")
    assert problem(claim()) == (409, "enterprise.closed")


@pytest.mark.parametrize("role", ["owner_a", "officer_a", "employee_a", "agency", "stranger", "auditor", "admin"])
def test_only_officials_decide(claim, decide, role):
    made = claim("owner_b").json()["id"]
    assert problem(decide(role, made)) == (403, "auth.no_duty")


@pytest.mark.parametrize("role", ["inspector_far", "inspector_alike", "grid_worker_far", "regulator_far"])
def test_a_claim_out_of_scope_does_not_exist(claim, decide, api, cast, role):
    made = claim().json()["id"]
    assert problem(decide(role, made)) == problem(decide(role, uuid.uuid4())) == (404, "request.not_found")
    assert problem(api.as_(getattr(cast, role)).get(f"/claims/{made}")) == (404, "request.not_found")
    assert api.as_(getattr(cast, role)).get("/claims").json()["items"] == []


@pytest.mark.parametrize("body", [{"outcome": "maybe"}, {"outcome": "refuse"}, {"outcome": "refuse", "note": " "}, {"why": "x"}])
def test_a_decision_that_makes_no_sense_is_refused(claim, api, cast, body):
    made = claim().json()["id"]
    assert problem(api.as_(cast.inspector).post(f"/claims/{made}/decisions", body)) == (422, "request.invalid")


def test_nobody_decides_his_own_claim_by_whatever_account(claim, decide, cast):
    made = claim("inspector").json()["id"]
    assert problem(decide("inspector", made)) == (409, "enterprise.same_person")
    Person.objects.filter(id=cast.inspector_2.id).update(identity=cast.inspector.identity)
    assert problem(decide("inspector_2", made)) == (409, "enterprise.same_person")
    assert decide("inspector_3", made).status_code == 201


def test_nobody_with_a_duty_there_decides_as_an_official(claim, decide, cast):
    made = claim().json()["id"]
    Duty.objects.create(person=cast.inspector, role="employee", enterprise_id=cast.a.id, since=LONG_AGO)
    assert problem(decide("inspector", made)) == (409, "enterprise.same_person")


def test_a_claim_is_decided_once(claim, decide):
    made = claim().json()["id"]
    assert decide("inspector", made, "refuse", note="材料不符").status_code == 201
    again = decide("grid_worker", made)
    assert problem(again) == (409, "enterprise.claim_decided")
    assert again.json()["state"] == "refused"
    assert claim().status_code == 201  # he may try again


def test_a_confirmed_claimant_owns_the_enterprise_from_the_next_request_on(claim, decide, api, cast):
    made = claim()
    assert (made.status_code, made.json()["state"], made.json()["receipt"]["kind"]) == (201, "pending", "claim")
    id, owner = made.json()["id"], api.as_(cast.stranger)
    assert problem(owner.get(f"/enterprises/{cast.a.id}")) == (403, "auth.no_duty")
    assert [c["id"] for c in api.as_(cast.inspector).get("/claims?state=pending").json()["items"]] == [id]
    decided = decide("inspector", id, note="营业执照已核对")
    assert (decided.json()["outcome"], decided.json()["claim"]["state"]) == ("confirm", "confirmed")
    assert owner.get(f"/enterprises/{cast.a.id}").status_code == 200
    assert owner.get(f"/claims/{id}").json()["note"] == "营业执照已核对"
    assert {"role": "owner", "enterprise_id": str(cast.a.id)} in owner.get("/me").json()["duties"]
    assert problem(claim()) == (409, "enterprise.already_owner")


def test_claim_and_decision_sent_again_are_answered_as_they_were(claim, decide, cast):
    key, act = str(uuid.uuid4()), str(uuid.uuid4())
    first, again = claim(id=key), claim(id=key)
    assert (first.status_code, again.status_code, first.json() == again.json()) == (201, 200, True)
    first, again = decide("inspector", key, id=act), decide("inspector", key, id=act)
    assert (first.status_code, again.status_code, first.json() == again.json()) == (201, 200, True)
    assert Duty.objects.filter(person=cast.stranger, role="owner").count() == 1


def test_the_chain_of_a_claim_says_who_decided_and_keeps_the_words_out(claim, decide, cast):
    id = uuid.UUID(claim().json()["id"])
    decide("inspector", id, "refuse", note="材料不符")
    first, second = ledger.of(id)
    assert (first.kind, second.kind) == ("enterprise.claimed", "enterprise.claim_refused")
    assert (ledger.read(second)["actor"]["role"], second.enterprise_id) == ("inspector", cast.a.id)
    row = OwnershipClaim.objects.get(id=id)
    assert ledger.read(second)["said_h"] == ledger.commitment({"note": "材料不符"}, row.salt)
    assert ("材料" in second.body, ledger.broken_at(id)) == (False, None)
    assert Enterprise.objects.get(id=cast.a.id).version == 1
