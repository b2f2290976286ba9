"""A visit from check-in to check-out: refusals first, what is flagged, what is never a dead end."""

import hashlib

import orjson
import pytest

from backend.kernel import clock, ids, ledger
from hazards.models import Hazard
from inspections.actions import code_tokens
from inspections.actions.code_tokens import Found
from inspections.models import Inspection, VisitAct, VisitFinding
from tests.api import Api, problem
from tests.cast import DAY, MINUTE
from tests.inspections.visits import AT_A, CODE, RULING, a_finding, act, administrative, ago, begun, done, planned

pytestmark = pytest.mark.django_db
MOVE = (403, "inspection.not_your_move")
MOMENT = (409, "inspection.wrong_status")


def flags(cast, visit):
    return Api().as_(cast.inspector).get(f"/inspections/{visit['id']}").json()["flags"]


@pytest.fixture
def patrol(cast):
    return planned(cast)


@pytest.fixture
def under_way(cast):
    return begun(cast)


@pytest.mark.parametrize("who", ["inspector_2", "grid_worker", "regulator", "owner_a", "officer_a", "agency"])
def test_only_those_who_make_it_act(cast, under_way, who):
    bodies = {
        "check-ins": {}, "answers": {"items": [{"code": "COM-01", "result": "ok"}]}, "findings": a_finding(), "check-outs": {},
        "cancellations": {"reason": "不去了"},
    }  # fmt: skip
    assert {noun: problem(act(cast, who, under_way, noun, **body)) for noun, body in bodies.items()} == dict.fromkeys(
        bodies, MOVE
    )
    assert Inspection.objects.get().version == 2


def test_nothing_is_answered_or_found_before_somebody_is_there(cast, patrol):
    assert problem(act(cast, "inspector", patrol, "findings", **a_finding())) == MOMENT
    reply = act(cast, "inspector", patrol, "check-outs")
    assert problem(reply) == MOMENT
    assert reply.json()["possible_now"] == ["cancel", "change", "check_in"]
    assert Hazard.objects.count() == 0


def test_an_administrative_inspection_has_its_action_code_when_it_begins(cast):
    visit = Api().as_(cast.inspector).post("/inspections", administrative(cast, action_code=None)).json()
    assert problem(act(cast, "inspector", visit, "check-ins", location=AT_A)) == (409, "inspection.action_code_required")
    shown = done(cast, "inspector", visit, "check-ins", location=AT_A, action_code=CODE)
    assert shown["inspection"]["status"] == "under_way"
    assert Inspection.objects.get().action_code == CODE


@pytest.mark.parametrize(
    ("said", "presence", "odd"),
    [
        ({"location": AT_A}, "near", []),
        ({"location": AT_A | {"latitude": 28.0407}}, "near", []),  # 178 m
        ({"location": AT_A | {"latitude": 28.0412}}, "far", ["far"]),  # 233 m
        ({"location": AT_A | {"latitude": 28.0412, "accuracy_m": 60}}, "near", []),
        ({"location": AT_A | {"latitude": 28.0432, "accuracy_m": 5000}}, "far", ["bad_accuracy", "far"]),
        ({"location": AT_A | {"accuracy_m": 5000}}, "near", ["bad_accuracy"]),
        ({"location": AT_A, "mock_location": True}, "near", ["mock_location"]),
        ({}, "unknown", ["no_location"]),
        ({"location": AT_A, "observed_at": "2020-01-01T00:00:00Z"}, "near", ["clock_skew"]),
    ],
)  # fmt: skip
def test_where_he_is_decides_nothing_and_is_told(cast, patrol, said, presence, odd):
    shown = done(cast, "inspector", patrol, "check-ins", **said)
    assert (shown["presence"], shown["flags"]) == (presence, odd)
    assert flags(cast, patrol) == odd


def test_what_is_odd_about_a_check_in_is_kept_from_the_enterprise_and_the_chain_commits_to_it(cast, patrol):
    done(cast, "inspector", patrol, "check-ins", location=AT_A | {"latitude": 28.0432})
    taken = VisitAct.objects.get()
    seen = {}
    for who in ("officer_a", "agency", "grid_worker", "regulator", "auditor"):
        reply = Api().as_(getattr(cast, who)).get(f"/inspections/{patrol['id']}/events")
        _, event = seen[who] = reply.json()["items"]
        assert hashlib.sha256(event["body"].encode()).hexdigest() == event["hash"]
        assert "far" not in event["body"]
        odd = event["flags"], event["presence"], event["metres"]
        assert odd == ((["far"], "far", 456) if who in ("grid_worker", "regulator", "auditor") else (None, None, None))
    said = {"note": "", "said": {"presence": "far", "metres": 456}, "flags": ["far"]}
    assert orjson.loads(event["body"])["said_h"] == ledger.commitment(said, taken.salt)
    acts = Api().as_(cast.officer_a).get(f"/inspections/{patrol['id']}").json()["acts"]
    assert [(act["presence"], act["metres"], act["flags"]) for act in acts] == [(None, None, None)]
    assert ledger.broken_at(taken.inspection_id) is None


def test_an_entry_of_before_that_tells_of_it_is_shown_to_the_enterprise_without_its_body(cast, patrol):
    row = Inspection.objects.get()
    facts = {"type": "grid_patrol", "flags": ["far"], "presence": "far", "metres": 456}
    step = ledger.Step(
        kind="inspection.checked_in",
        subject_kind="inspection",
        subject_id=row.id,
        signer=ledger.SYSTEM,
        at=clock.now(),
        facts=facts,
    )
    entry = ledger.append(step)
    for who, told in [("officer_a", {"type": "grid_patrol"}), ("inspector", facts)]:
        event = Api().as_(getattr(cast, who)).get(f"/inspections/{row.id}/events").json()["items"][-1]
        assert (event["facts"], event["hash"], event["body"]) == (told, entry.hash, entry.body if told == facts else "")


def test_coordinates_of_another_datum_are_converted_first(cast, patrol):
    gcj = {"latitude": 28.0364, "longitude": 120.6604, "accuracy_m": 10, "crs": "gcj02"}
    assert done(cast, "inspector", patrol, "check-ins", location=gcj)["metres"] < 300


def test_a_code_that_nobody_knows_is_refused_and_a_true_one_shows_that_he_was_there(cast, patrol):
    assert problem(act(cast, "inspector", patrol, "check-ins", code="abc")) == (422, "inspection.bad_code")

    def verifier(scan):
        return Found() if (scan.token, scan.enterprise_id, scan.account_id) == ("abc", cast.a.id, cast.inspector.id) else None

    code_tokens.register(verifier)
    try:
        assert problem(act(cast, "inspector", patrol, "check-ins", code="abd")) == (422, "inspection.bad_code")
        shown = done(cast, "inspector", patrol, "check-ins", code="abc")
    finally:
        code_tokens.forget(verifier)
    assert (shown["presence"], shown["flags"]) == ("code", [])


def test_the_second_inspector_joins_and_the_first_arrival_stands(cast):
    visit = planned(cast, type="administrative_inspection")
    done(cast, "inspector", visit, "check-ins", location=AT_A, observed_at=ago(minutes=20))
    done(cast, "inspector_2", visit, "check-ins", location=AT_A, observed_at=ago(minutes=30))
    row = Inspection.objects.get()
    assert clock.now() - row.arrived_at > 29 * MINUTE
    assert VisitAct.objects.filter(verb="check_in").count() == 2


def test_a_finding_is_a_hazard_by_the_only_way_there_is(cast, under_way):
    body = a_finding(checklist_item="COM-01")
    reply = act(cast, "inspector", under_way, "findings", **body, id=(id := str(ids.new())))
    hazard = reply.json()
    assert (reply.status_code, hazard["id"], hazard["status"], hazard["source"]) == (201, id, "rectifying", "inspection")
    assert hazard["checklist_item"] == "COM-01"
    assert [entry.kind for entry in ledger.of(Hazard.objects.get().id)] == ["hazard.reported"]
    chain = ledger.of(Inspection.objects.get().id)
    assert [entry.kind for entry in chain] == ["inspection.planned", "inspection.checked_in", "inspection.found"]
    assert ledger.broken_at(Inspection.objects.get().id) is None
    again = act(cast, "inspector", under_way, "findings", **body, id=id)
    assert (again.status_code, again.json()["receipt"]) == (200, hazard["receipt"])
    assert VisitFinding.objects.count() == Hazard.objects.count() == 1
    shown = Api().as_(cast.officer_a).get(f"/inspections/{under_way['id']}").json()
    assert [(row["hazard_id"], row["checklist_item"]) for row in shown["findings"]] == [(id, "COM-01")]


@pytest.mark.parametrize(
    ("by", "plan", "more", "source"),
    [
        ("inspector", {"type": "administrative_inspection"}, {}, "inspection"),
        ("inspector", {"type": "administrative_inspection", "mode": "special_campaign"}, {}, "campaign"),
        ("grid_worker", {"type": "grid_patrol"}, {}, "grid_patrol"),
        ("grid_worker", {"type": "service_visit"}, {}, "grid_patrol"),
        ("inspector", {"type": "service_visit"}, {}, "inspection"),
        ("inspector", {"type": "remote_check"}, {}, "remote_check"),
        ("agency", {"type": "service_visit"}, {"verification": None}, "agency"),
    ],
)  # fmt: skip
def test_the_source_of_a_finding_follows_from_the_visit(cast, by, plan, more, source):
    visit = begun(cast, by, **plan)
    assert done(cast, by, visit, "findings", **a_finding(**more))["source"] == source


@pytest.mark.parametrize(
    ("by", "plan", "more", "refusal"),
    [
        ("inspector", {}, {"verification": RULING | {"stop_work": True, "due_in_hours": 2}}, (422, "inspection.order_not_here")),
        (
            "grid_worker", {}, {"verification": RULING | {"stop_work": True, "due_in_hours": 2}},
            (403, "hazard.not_your_move"),
        ),
        ("agency", {"type": "service_visit"}, {}, (422, "hazard.verification_not_yours")),
        ("inspector", {}, {"verification": None}, (422, "hazard.verification_required")),
        ("inspector", {}, {"source": "campaign"}, (422, "inspection.finding_elsewhere")),
        ("inspector", {}, {"enterprise_id": str(ids.new())}, (422, "inspection.finding_elsewhere")),
        ("inspector", {}, {"category": "NOPE"}, (422, "hazard.unknown_category")),
    ],
)  # fmt: skip
def test_a_finding_says_what_the_visit_may_say(cast, by, plan, more, refusal):
    visit = begun(cast, by, **plan)
    assert problem(act(cast, by, visit, "findings", **a_finding(**more))) == refusal
    assert Hazard.objects.count() == 0


def test_two_inspectors_stop_work_at_once(cast):
    visit = begun(cast, type="administrative_inspection")
    ruling = RULING | {"stop_work": True, "due_in_hours": 2}
    assert done(cast, "inspector", visit, "findings", **a_finding(verification=ruling))["stop_work"] is True


def test_nobody_checks_out_before_everything_is_answered_and_every_problem_is_found(cast):
    visit = begun(cast, checklists=["AMM"])
    items = [item["code"] for item in Api().as_(cast.inspector).get("/checklists/AMM/versions/1").json()["items"]]
    refused = act(cast, "inspector", visit, "check-outs")
    assert problem(refused) == (409, "inspection.incomplete")
    assert refused.json()["unanswered"] == items
    answers = [{"code": code, "result": "ok"} for code in items]
    done(cast, "inspector", visit, "answers", items=[*answers[1:], {"code": items[0], "result": "problem", "note": "无报警"}])
    refused = act(cast, "inspector", visit, "check-outs").json()
    assert (refused["unanswered"], refused["without_finding"]) == ([], [items[0]])
    done(cast, "inspector", visit, "findings", **a_finding(checklist_item=items[0]))
    shown = done(cast, "inspector", visit, "check-outs", observed_at=ago(seconds=1))
    assert shown["inspection"]["status"] == "finished"


def test_a_visit_without_checklists_gets_those_that_the_first_who_names_any_names(cast):
    visit = planned(cast, type="administrative_inspection")
    refused = act(cast, "inspector", visit, "check-ins", location=AT_A, checklists=["COM", "NONE"])
    assert (problem(refused), refused.json()["codes"]) == ((422, "checklist.unknown"), ["NONE"])
    done(cast, "inspector", visit, "check-ins", location=AT_A)
    for name, codes in (("inspector_2", ["AMM"]), ("inspector", ["COM"])):
        done(cast, name, visit, "check-ins", location=AT_A, checklists=codes)
    shown = Api().as_(cast.inspector).get(f"/inspections/{visit['id']}").json()
    assert [pin["code"] for pin in shown["checklists"]] == ["AMM"]
    assert [entry.kind for entry in ledger.of(visit["id"])].count("inspection.checked_in") == 3


def test_answers_in_parts_twice_and_out_of_order_make_one_sheet(cast):
    visit = begun(cast, checklists=["AMM"])
    late = {"items": [{"code": "AMM-01", "result": "ok"}], "answered_at": ago(minutes=1), "id": str(ids.new())}
    early = {"items": [{"code": "AMM-01", "result": "problem"}], "answered_at": ago(minutes=9), "id": str(ids.new())}
    for part in (late, early, late, early):
        assert act(cast, "inspector", visit, "answers", **part).status_code in (200, 201)
    shown = Api().as_(cast.inspector).get(f"/inspections/{visit['id']}").json()
    assert [(one["code"], one["result"]) for one in shown["answers"]] == [("AMM-01", "ok")]
    assert problem(act(cast, "inspector", visit, "answers", items=[{"code": "COM-01", "result": "ok"}])) == (
        422, "inspection.item_unknown",
    )  # fmt: skip


def test_what_is_odd_about_a_visit_is_told_to_officials_alone(cast, under_way):
    done(cast, "inspector", under_way, "check-outs")
    assert flags(cast, under_way) == ["too_short", "no_photo"]
    assert Api().as_(cast.owner_a).get(f"/inspections/{under_way['id']}").json()["flags"] is None


def test_a_visit_that_was_offline_is_measured_by_the_phone(cast, patrol):
    done(cast, "inspector", patrol, "check-ins", location=AT_A, observed_at=ago(hours=5), photo_ids=[str(ids.new())])
    done(cast, "inspector", patrol, "check-outs", observed_at=ago(hours=4))
    assert set(flags(cast, patrol)) <= {"other_day"}  # five hours ago may have been yesterday


def test_a_finding_from_a_phone_without_a_network_still_arrives_after_the_check_out(cast, under_way):
    done(cast, "inspector", under_way, "check-outs")
    done(cast, "inspector", under_way, "findings", **a_finding())
    assert "found_late" in flags(cast, under_way)
    Inspection.objects.update(checked_out_at=clock.now() - 4 * DAY)
    assert problem(act(cast, "inspector", under_way, "findings", **a_finding())) == MOMENT


def test_a_visit_where_nobody_opened_is_cancelled_and_one_with_a_finding_is_not(cast, under_way):
    other = begun(cast)
    done(cast, "inspector", other, "findings", **a_finding())
    assert problem(act(cast, "inspector", other, "cancellations", reason="算了")) == MOMENT
    shown = done(cast, "inspector", under_way, "cancellations", reason="门卫不在,无人应门")
    assert (shown["inspection"]["status"], shown["reason"]) == ("cancelled", "门卫不在,无人应门")
    assert problem(act(cast, "inspector", under_way, "check-ins")) == MOMENT


def test_whoever_loses_the_duty_he_was_named_by_acts_no_more(cast, under_way):
    cast.inspector.duties.all().update(until=clock.now())
    assert problem(act(cast, "inspector", under_way, "check-outs")) == (404, "request.not_found")


def test_an_act_is_replayed_and_never_taken_twice(cast, patrol):
    body = {"id": str(ids.new()), "location": AT_A}
    first, again = (act(cast, "inspector", patrol, "check-ins", **body) for _ in range(2))
    assert (first.status_code, again.status_code, again.json()) == (201, 200, first.json())
    assert problem(act(cast, "inspector", patrol, "check-ins", **body | {"note": "别的"})) == (409, "conflict.same_id")
