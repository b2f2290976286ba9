"""An unannounced visit (四不两直): planned in secret, begun at the gate, and only then there for the enterprise."""

import pytest

from backend.kernel import clock, ids, ledger
from hazards.models import Hazard
from inspections.models import Inspection, PlanReading
from notifications.models import Notice
from tests.api import Api
from tests.cast import DAY, HOUR, MINUTE
from tests.inspections.visits import AT_A, a_finding, act, administrative, done
from tests.sync.queue import URL, member

pytestmark = pytest.mark.django_db
INSIDERS = ("owner_a", "officer_a", "employee_a", "agency")


def everything_seen(cast, who, visit_id):
    """Return the text of every answer that one of the enterprise can get and that might speak of a visit."""
    client = Api().as_(getattr(cast, who))
    paths = [
        "/inspections?count=true", f"/inspections?enterprise_id={cast.a.id}", f"/inspections/{visit_id}",
        f"/inspections/{visit_id}/events", "/hazards", "/sync/changes", "/sync/day-pack", "/inbox", "/me/not-received",
        f"/enterprises/{cast.a.id}", f"/enterprises/{cast.a.id}/safety-code", "/remote-checks", f"/receipts/{visit_id}",
    ]  # fmt: skip
    answers = [client.get(path) for path in paths]
    answers += [client.post(f"/inspections/{visit_id}/{noun}", {}) for noun in ("check-ins", "check-outs")]
    return answers


def told_of(answers, needle):
    instance = {"instance", "request_id"}
    told = []
    for reply in answers:
        body = reply.json()
        told.append(str({k: v for k, v in body.items() if k not in instance} if isinstance(body, dict) else body))
    return [text for text in told if needle in text]


def test_nothing_tells_the_enterprise_before_the_inspectors_are_at_the_gate(cast, frozen, drain):
    at = clock.now() - DAY
    for who in INSIDERS:
        getattr(cast, who)
    with frozen(at):
        body = administrative(cast, mode="unannounced", checklists=["AMM"], day=(at + DAY / 3 + DAY).date())
        plan = Api().as_(cast.inspector).post("/inspections", body).json()
        drain(at)
    assert Notice.objects.filter(person=cast.inspector_2, kind="inspection.planned").exists()
    # the same questions about a visit that does not exist are answered the same
    with frozen(at + HOUR):
        for who in INSIDERS:
            about, about_none = (everything_seen(cast, who, id) for id in (plan["id"], str(ids.new())))
            assert [reply.status_code for reply in about] == [reply.status_code for reply in about_none]
            assert told_of(about, plan["id"]) == []
            early = member("check_in", f"/inspections/{plan['id']}/check-ins")
            held = Api().as_(getattr(cast, who)).post(URL, [early]).json()[0]
            assert held["status"] == 202
        assert Api().as_(cast.regulator).get("/inspections").json()["items"][0]["hidden"] is True
    assert {row.account_id for row in PlanReading.objects.all()} >= {cast.regulator.id}

    with frozen(at + DAY):
        done(cast, "inspector", plan, "check-ins", location=AT_A)
        done(cast, "inspector_2", plan, "check-ins", location=AT_A)
        drain(clock.now())
        assert Api().as_(cast.owner_a).get(f"/inspections/{plan['id']}").json()["status"] == "under_way"
        assert Notice.objects.filter(person=cast.owner_a, kind="inspection.checked_in").exists()
        items = [item["code"] for item in Api().as_(cast.inspector).get("/checklists/AMM/versions/1").json()["items"]]
        answers = [{"code": code, "result": "ok"} for code in items[1:]]
        done(cast, "inspector", plan, "answers", items=[{"code": items[0], "result": "problem"}, *answers])
        found = done(cast, "inspector", plan, "findings", **a_finding(checklist_item=items[0], photo_ids=[str(ids.new())]))
    with frozen(at + DAY + 40 * MINUTE):
        done(cast, "inspector", plan, "check-outs")
        drain(clock.now())
        seen = Api().as_(cast.owner_a).get(f"/inspections/{plan['id']}").json()
        assert Api().as_(cast.regulator).get(f"/inspections/{plan['id']}").json()["flags"] == []
    assert (seen["status"], seen["findings"][0]["hazard_id"]) == ("finished", found["id"])
    assert Hazard.objects.get(id=found["id"]).status == "rectifying"
    row = Inspection.objects.get()
    assert [entry.kind.partition(".")[2] for entry in ledger.of(row.id)] == [
        "planned", "checked_in", "checked_in", "answered", "found", "checked_out",
    ]  # fmt: skip
    assert ledger.broken_at(row.id) is None
    # whoever has nothing to do with it acts as little now as before
    assert act(cast, "owner_a", plan, "check-ins").status_code == 403
