"""A re-inspection that names the visit on which it was made (到场复查, guarantees.md T10): only a visit of one's own counts."""

from datetime import timedelta

import pytest

from backend.kernel import clock, ids, ledger
from hazards.policy.words import Level, Verb
from inspections.models import VisitAct
from tests import loop
from tests.api import Api, problem
from tests.cast import HOUR
from tests.inspections.visits import AT_A, begun, done, planned

pytestmark = pytest.mark.django_db
UNFIT, GONE = (422, "hazard.visit_unfit"), (404, "request.not_found")


@pytest.fixture
def hazard(cast):
    return loop.a_walk(cast, Verb.SUBMIT, at=clock.now() - 9 * HOUR).hazard


def reinspect(cast, hazard, who, visit, **more):
    said = {"id": str(ids.new()), "outcome": "pass", "on_site": True, "inspection_id": visit["id"]}
    return Api().as_(getattr(cast, who)).post(f"/hazards/{hazard.id}/reinspections", said | more)


def test_a_visit_that_is_not_there_and_then_his_own_is_refused(cast, hazard):
    visit = begun(cast)
    assert problem(reinspect(cast, hazard, "inspector", {"id": str(ids.new())})) == GONE
    assert problem(reinspect(cast, hazard, "inspector_2", visit)) == UNFIT  # somebody else's
    assert problem(reinspect(cast, hazard, "inspector", planned(cast))) == UNFIT  # nobody was there yet
    elsewhere = planned(cast, enterprise_id=str(cast.b.id))
    done(cast, "inspector", elsewhere, "check-ins", location=AT_A)
    assert problem(reinspect(cast, hazard, "inspector", elsewhere)) == UNFIT
    assert problem(reinspect(cast, hazard, "inspector", visit, on_site=False)) == (422, "request.invalid")
    late = {"outcome": "fail", "note": "未整改", "due_on": "2000-01-01"}
    assert problem(reinspect(cast, hazard, "inspector", planned(cast), **late)) == UNFIT
    VisitAct.objects.filter(inspection_id=visit["id"]).update(at=clock.now() - timedelta(hours=12))
    assert problem(reinspect(cast, hazard, "inspector", visit)) == UNFIT
    hazard.refresh_from_db()
    assert hazard.status == "awaiting_reinspection"


def test_a_pass_on_his_own_visit_is_kept_with_it(cast, hazard):
    visit = begun(cast)
    reply = reinspect(cast, hazard, "inspector", visit)
    assert (reply.status_code, reply.json()["inspection_id"]) == (201, visit["id"]), reply.content
    entry = ledger.of(hazard.id)[-1]
    assert (entry.kind, ledger.read(entry)["facts"]["inspection"]) == ("hazard.passed", visit["id"])


def test_so_are_a_fail_and_the_first_signature_under_a_major_one(cast, hazard):
    visit = begun(cast, type="administrative_inspection")
    major = loop.a_walk(cast, Verb.SUBMIT, at=clock.now() - 9 * HOUR, level=Level.MAJOR).hazard
    two = [str(cast.inspector.id), str(cast.inspector_2.id)]
    assert reinspect(cast, major, "inspector", visit, inspectors=two).status_code == 201
    tomorrow = (clock.now() + timedelta(days=1)).date().isoformat()
    failed = reinspect(cast, hazard, "inspector", visit, outcome="fail", note="箱门仍缺失", due_on=tomorrow)
    assert (failed.status_code, failed.json()["inspection_id"]) == (201, visit["id"])
    for subject, kind in ((major, "hazard.signed"), (hazard, "hazard.failed")):
        entry = ledger.of(subject.id)[-1]
        assert (entry.kind, ledger.read(entry)["facts"]["inspection"]) == (kind, visit["id"])


def test_a_pass_without_one_is_a_pass_as_before(cast, hazard):
    body = {"id": str(ids.new()), "outcome": "pass", "on_site": True}
    reply = Api().as_(cast.inspector).post(f"/hazards/{hazard.id}/reinspections", body)
    assert reply.status_code == 201
    assert "inspection" not in ledger.read(ledger.of(hazard.id)[-1])["facts"]
