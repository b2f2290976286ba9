"""Reporting: refusals first, then every way in."""

from typing import Any

import pytest

from backend.kernel import clock, ids, ledger
from hazards.models import Hazard
from hazards.policy.words import Verb
from tests import loop
from tests.api import Api, problem
from tests.cast import DAY, HOUR, NOON, SECOND, a_hazard
from tests.loop import CATEGORY, CRITERION

pytestmark = pytest.mark.django_db
RULING = {"level": "general", "requirement": "限期整改"}
MAJOR, STOP = RULING | {"level": "major"}, RULING | {"stop_work": True}
PHOTO = {"photo_ids": [str(ids.new())]}
FIX = {"measures": "已更换", "responsible": "李工", "finished_at": "2026-09-16T12:00:00+08:00"}
FIXED = FIX | PHOTO
SOURCES = {
    "self_inspection": {"owner_a", "officer_a", "agency"}, "snapshot": {"owner_a", "officer_a", "employee_a"},
    "agency": {"agency"},
    "grid_patrol": {"grid_worker"}, "inspection": {"inspector"}, "campaign": {"inspector"},
    "remote_check": {"grid_worker", "inspector"}, "public_report": {"grid_worker", "inspector"},
}  # fmt: skip
FINDINGS = {"grid_patrol", "inspection", "campaign", "remote_check"}
REPORTERS = ["owner_a", "officer_a", "employee_a", "agency", "grid_worker", "inspector"]


@pytest.fixture
def send(cast):
    def report(who: str, source: str = "snapshot", firm: str = "a", **more: Any):
        body = {
            "id": str(ids.new()), "enterprise_id": str(getattr(cast, firm).id), "source": source, "category": CATEGORY,
            "description": "配电箱门缺失", "place": "一号车间", "found_at": clock.text(clock.now()),
        }  # fmt: skip
        return Api().as_(getattr(cast, who)).post("/hazards", body | more)

    return report


@pytest.mark.parametrize("who", ["regulator", "auditor", "admin", "stranger"])
def test_who_never_reports_is_told_before_the_form_is_read(cast, who):
    assert problem(Api().as_(getattr(cast, who)).post("/hazards", {"nonsense": 1})) == (403, "auth.no_duty")


@pytest.mark.parametrize("source", list(SOURCES))
@pytest.mark.parametrize("who", REPORTERS)
def test_a_source_belongs_to_its_roles_and_a_finding_carries_its_verification(send, who, source):
    more = {"verification": RULING} if source in FINDINGS else {}
    reply = send(who, source, **more)
    if who not in SOURCES[source]:
        assert problem(reply) == (422, "hazard.source_not_yours")
        return
    assert (reply.status_code, reply.json()["status"]) == (201, "rectifying" if more else "reported")


@pytest.mark.parametrize(
    ("who", "source", "more", "refusal"),
    [
        ("inspector", "inspection", {}, (422, "hazard.verification_required")),
        ("inspector", "inspection", {"level_claimed": "major"}, (422, "hazard.verification_required")),
        ("grid_worker", "grid_patrol", {}, (422, "hazard.verification_required")),
        ("grid_worker", "grid_patrol", {"verification": MAJOR | {"criterion": CRITERION}}, (403, "hazard.not_your_move")),
        ("grid_worker", "grid_patrol", {"verification": STOP | {"due_in_hours": 2}}, (403, "hazard.not_your_move")),
        ("inspector", "inspection", {"verification": MAJOR}, (422, "hazard.criterion_required")),
        ("inspector", "inspection", {"verification": MAJOR | {"criterion": "GM-99"}}, (422, "hazard.criterion_required")),
        ("inspector", "inspection", {"verification": RULING | {"due_on": "2026-01-01"}}, (422, "hazard.deadline_in_past")),
        ("inspector", "inspection", {"verification": STOP}, (422, "request.invalid")),
        ("inspector", "inspection", {"verification": RULING | {"due_in_hours": 3}}, (422, "request.invalid")),
        ("inspector", "inspection", {"verification": STOP | {"due_in_hours": 73}}, (422, "request.invalid")),
        ("inspector", "inspection", {"verification": RULING, "rectification": FIXED}, (422, "hazard.rectification_not_yours")),
        ("officer_a", "snapshot", {"verification": RULING}, (422, "hazard.verification_not_yours")),
        ("inspector", "public_report", {"verification": RULING}, (422, "hazard.verification_not_yours")),
        ("officer_a", "snapshot", {"rectification": FIX}, (422, "hazard.photo_required")),
        ("officer_a", "snapshot", {"category": "NOPE"}, (422, "hazard.unknown_category")),
        ("officer_a", "snapshot", {"photo_ids": PHOTO["photo_ids"] * 2}, (422, "request.invalid")),
        ("officer_a", "snapshot", {"rectification": FIX | PHOTO} | PHOTO, (422, "request.invalid")),
        ("officer_a", "snapshot", {"photo_ids": [str(ids.new()) for _ in range(10)]}, (422, "request.invalid")),
        ("officer_a", "snapshot", {"related_to": str(ids.new())}, (404, "request.not_found")),
        ("officer_a", "snapshot", {"enterprise_id": str(ids.new())}, (404, "request.not_found")),
        ("officer_a", "snapshot", {"found_at": "1999-12-31T23:59:59Z"}, (422, "request.invalid")),
        ("officer_a", "snapshot", {"surprise": 1}, (422, "request.invalid")),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_by_its_code_and_nothing_is_kept(send, who, source, more, refusal):
    assert problem(send(who, source, **more)) == refusal
    assert Hazard.objects.count() == 0


@pytest.mark.parametrize("firm", ["b", "c", "alike"])
def test_nobody_reports_for_an_enterprise_he_cannot_read(send, firm):
    assert problem(send("officer_a", firm=firm)) == (404, "request.not_found")


def test_nobody_with_a_duty_there_reports_as_an_official(send, cast):
    cast.inspector.duties.create(person=cast.inspector, role="employee", enterprise_id=cast.a.id, since=NOON - 99 * DAY)
    assert problem(send("inspector", "inspection", verification=RULING)) == (409, "hazard.same_person")


def test_a_grid_worker_sends_up_what_he_holds_to_be_major(send):
    hazard = send("grid_worker", "grid_patrol", level_claimed="major").json()
    assert (hazard["status"], hazard["level_claimed"], hazard["due_at"]) == ("reported", "major", None)


def test_self_found_and_self_fixed_waits_without_a_deadline(send):
    hazard = send("officer_a", rectification=FIX | PHOTO).json()
    assert (hazard["status"], hazard["review_mode"]) == ("awaiting_reinspection", "sampled")
    assert (hazard["due_at"], hazard["original_due_at"], hazard["drawn"]) == (None, None, None)
    assert [act["kind"] for act in hazard["acts"]] == ["rectification"]
    assert hazard["photos_missing"] == PHOTO["photo_ids"]


def test_self_fixed_but_claimed_major_is_verified_first(send):
    hazard = send("officer_a", rectification=FIX | PHOTO, level_claimed="major").json()
    assert (hazard["status"], hazard["review_mode"], len(hazard["acts"])) == ("reported", "full", 1)


def test_work_is_stopped_for_hours(send):
    hazard = send("inspector", "inspection", verification=RULING | {"stop_work": True, "due_in_hours": 2}).json()
    received = clock.datetime.fromisoformat(hazard["received_at"])
    assert clock.datetime.fromisoformat(hazard["due_at"]) - received == 2 * HOUR


def test_a_report_says_who_when_and_what_and_is_one_entry_of_its_chain(send, cast):
    reply = send("officer_a", **PHOTO)
    hazard, entries = reply.json(), ledger.of(Hazard.objects.get().id)
    body = ledger.read(entries[0])
    assert (len(entries), body["act"], body["after"], hazard["version"]) == (1, "hazard.reported", "reported", 1)
    assert body["actor"]["id"] == str(cast.officer_a.id)
    assert body["media"][0]["id"] == PHOTO["photo_ids"][0]
    assert "配电箱" not in entries[0].body
    again = Api().as_(cast.officer_a).get(f"/hazards/{hazard['id']}").json()
    assert again | {"receipt": None} == hazard | {"receipt": None}


def test_sent_again_it_is_answered_with_the_first_receipt(send, cast):
    id, found_at = str(ids.new()), clock.text(clock.now())
    first, again = (send("officer_a", id=id, found_at=found_at) for _ in range(2))
    assert (first.status_code, again.status_code, again["Idempotency-Replayed"]) == (201, 200, "true")
    assert first.json() == again.json()
    other = send("officer_a", id=id, found_at=found_at, description="别的")
    assert problem(other) == (409, "conflict.same_id")
    assert other.json()["digests"].keys() == {"first", "this"}
    stranger = send("officer_b", firm="b", id=id)
    assert problem(stranger) == (409, "conflict.same_id")
    assert "digests" not in stranger.json()
    assert Hazard.objects.count() == 1


@pytest.mark.parametrize(
    ("after", "where", "repeats"),
    [
        (180 * DAY, {}, True), (180 * DAY + SECOND, {}, False), (DAY, {"place": "二号车间"}, False),
        (DAY, {"category": "EL02"}, False),
        (DAY, {"place": "二号车间", "checklist_item": "A-1"}, False),
    ],
)  # fmt: skip
def test_the_same_trouble_within_180_days_of_a_closure_is_a_recurrence(cast, after, where, repeats):
    old = a_hazard(cast, Verb.PASS)
    walk = loop.Walk(cast, old.closed_at + after).report("owner_a", **where)
    assert walk.hazard.recurrence_of_id == (old.id if repeats else None)


def test_the_same_checklist_item_elsewhere_is_a_recurrence(cast):
    old = a_hazard(cast, Verb.PASS, checklist_item="A-1")
    walk = loop.Walk(cast, old.closed_at + DAY).report("owner_a", place="二号车间", checklist_item="A-1")
    assert walk.hazard.recurrence_of_id == old.id
