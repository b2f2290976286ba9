"""The chains that auditors read (审计): of checklists, statistics forms, yearly plans and campaigns; the objects they do not."""

import pytest

from backend.kernel import clock, ids, ledger
from tests.api import Api, problem
from tests.inspections.sheets import drafted
from tests.inspections.test_programmes import a_campaign, a_plan, made

pytestmark = pytest.mark.django_db
GONE, NO_DUTY = (404, "request.not_found"), (403, "auth.no_duty")


def kinds(cast, who, path):
    reply = Api().as_(getattr(cast, who)).get(f"{path}/events")
    assert reply.status_code == 200, reply.content
    return [entry["kind"] for entry in reply.json()["items"]]


def test_an_auditor_reads_each_chain_and_none_of_the_objects(cast):
    checklist = drafted(cast, at=clock.now())
    plan, campaign = made(cast, "/inspection-plans", a_plan()), made(cast, "/campaigns", a_campaign())
    filled = {"id": str(ids.new()), "enterprise_id": str(cast.a.id), "year": 2025, "quarter": 3}
    form = Api().as_(cast.officer_a).post("/statistics-forms", filled).json()
    signed = Api().as_(cast.owner_a).post(f"/statistics-forms/{form['id']}/signatures", {"id": str(ids.new())})
    assert signed.status_code == 201
    for path, who, told in [
        (f"/checklists/{checklist.id}", "regulator", ["checklist.drafted"]),
        (f"/statistics-forms/{form['id']}", "officer_a", ["statistics_form.frozen", "statistics_form.signed"]),
        (f"/inspection-plans/{plan['id']}", "grid_worker", ["inspection_plan.set"]),
        (f"/campaigns/{campaign['id']}", "grid_worker", ["campaign.launched"]),
    ]:
        assert kinds(cast, who, path) == kinds(cast, "auditor", path) == told, path
        if "checklists" not in path:
            assert problem(Api().as_(cast.auditor).get(path)) == NO_DUTY, path
    assert ledger.broken_at(checklist.id) is None


def test_what_one_may_not_read_has_no_chain(cast):
    checklist, form = drafted(cast, at=clock.now()), str(ids.new())
    for who, path in [
        ("officer_a", f"/checklists/{checklist.id}"), ("inspector", f"/checklists/{checklist.id}"),
        ("auditor", f"/checklists/{ids.new()}"), ("auditor", f"/statistics-forms/{form}"),
        ("auditor", f"/inspection-plans/{form}"), ("auditor", f"/campaigns/{form}"),
    ]:  # fmt: skip
        assert problem(Api().as_(getattr(cast, who)).get(f"{path}/events")) == GONE, path
    for who, path in [("admin", "checklists"), ("employee_a", "statistics-forms"), ("owner_a", "campaigns")]:
        assert problem(Api().as_(getattr(cast, who)).get(f"/{path}/{form}/events")) == NO_DUTY, path
