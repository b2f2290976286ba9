"""Documents: who may draft and issue them, how they are numbered, and that they never change."""

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Duty
from backend.kernel import clock, ids, ledger
from hazards.policy.words import Level, Verb
from inspections.models import Document, DocumentSeries, DocumentService
from inspections.policy.documents import DocumentKind as K
from tests.api import problem
from tests.cast import DAY, a_hazard
from tests.inspections import hands
from tests.inspections.paper import FIELDS, body, drafted, issued

pytestmark = pytest.mark.django_db


def test_an_order_needs_two_different_licensed_officers_the_maker_among_them(cast, api):
    me, other = str(cast.inspector.id), str(cast.inspector_2.id)
    for officers in (
        [me],
        [me, me],
        [other, str(cast.inspector_3.id)],
        [me, str(cast.grid_worker.id)],
        [me, str(cast.inspector_far.id)],
    ):
        reply = api.as_(cast.inspector).post("/documents", body(cast, fields={"officers": officers}))
        assert problem(reply) == (422, "document.officers_required")
    assert drafted(cast, fields={"officers": [me, other]})["officers"][1]["licence_no"] == "浙C0001"


def test_a_grid_worker_recommends_and_never_orders(cast, api):
    reply = api.as_(cast.grid_worker).post("/documents", body(cast))
    assert problem(reply) == (403, "document.not_your_move")
    assert drafted(cast, K.RISK_NOTICE, by="grid_worker")["status"] == "draft"


def test_an_extension_of_a_major_hazard_is_a_regulators_of_a_general_one_an_inspectors(cast, api):
    for level, right, wrong in ((Level.MAJOR, "regulator", "inspector"), (Level.GENERAL, "inspector", "regulator")):
        hazard = a_hazard(cast, Verb.CONFIRM, level=level)
        said = {"hazard_id": str(hazard.id)}
        assert problem(api.as_(getattr(cast, wrong)).post("/documents", body(cast, K.EXTENSION_OPINION, **said)))[0] == 403
        assert drafted(cast, K.EXTENSION_OPINION, by=right, **said)["hazard_id"] == str(hazard.id)


def test_nobody_with_a_duty_at_the_enterprise_writes_as_its_official(cast, api):
    Duty.objects.create(person=cast.inspector, role="officer", enterprise_id=cast.a.id, since=clock.now() - DAY)
    reply = api.as_(cast.inspector).post(
        "/documents", body(cast, K.ACCEPTANCE_OPINION, hazard_id=str(a_hazard(cast, Verb.CONFIRM).id))
    )
    assert problem(reply) == (409, "document.same_person")


@pytest.mark.parametrize(
    ("kind", "fields", "field"),
    [
        (K.RECTIFICATION_ORDER, {"items": []}, "fields.items"),
        (K.RECTIFICATION_ORDER, {"items": [{"text": "无期限"}]}, "fields.items.0.due_on"),
        (K.EXTENSION_OPINION, {"due_on": None}, "fields.due_on"),
        (K.REINSPECTION_OPINION, {"passed": [], "failed": []}, "fields.passed"),
    ],
)
def test_what_a_document_lacks_is_named(cast, api, kind, fields, field):
    more = {"hazard_id": str(a_hazard(cast, Verb.CONFIRM).id)} if kind == K.EXTENSION_OPINION else {}
    reply = api.as_(cast.inspector).post("/documents", body(cast, kind, fields=fields, **more))
    assert problem(reply) == (422, "document.incomplete")
    assert field in [error["field"] for error in reply.json()["errors"]]


@pytest.mark.parametrize(
    "fields",
    [
        {"colour": "red"}, {"items": "一项"}, {"items": [{"text": "x" * 501}]},
        {"items": [{"text": "x", "due_on": "9999-01-01"}]},
        {"items": [{"text": " "}]}, {"items": [{"text": "x"}] * 51}, {"officers": ["me"]}, {"phone": 5}, {"cost_cny": 1},
        {"address": ["x"]},
    ],
)  # fmt: skip
def test_fields_are_taken_strictly_by_kind(cast, api, fields):
    reply = api.as_(cast.inspector).post("/documents", body(cast, fields=fields))
    assert problem(reply) == (422, "request.invalid")
    assert reply.json()["errors"][0]["field"].startswith("fields.")


def test_what_is_known_need_not_be_filled_in(cast):
    hazard = a_hazard(cast, Verb.CONFIRM, level=Level.MAJOR)
    officers = [str(cast.inspector.id), str(cast.inspector_2.id)]
    made = drafted(cast, enterprise_id=None, hazard_id=str(hazard.id), fields={"items": None, "officers": officers})
    item = made["fields"]["items"][0]
    assert (item["text"], item["major"], bool(item["basis"])) == ("一号车间：配电箱门缺失", True, True)
    assert made["enterprise_name"] == cast.a.name


def test_an_enterprise_sees_what_was_issued_and_no_draft(cast, api):
    made = drafted(cast)
    officer = api.as_(cast.officer_a)
    assert problem(officer.get(f"/documents/{made['id']}")) == (404, "request.not_found")
    hands.everybody_signs(cast, "inspector", made)
    api.as_(cast.inspector_2).post(f"/documents/{made['id']}/issues", {})
    assert officer.get(f"/documents/{made['id']}").json()["status"] == "issued"
    assert [row["id"] for row in officer.get("/documents").json()["items"]] == [made["id"]]
    assert api.as_(cast.officer_b).get("/documents").json()["items"] == []
    report = drafted(cast, K.RECTIFICATION_REPORT)
    assert problem(api.as_(cast.inspector).get(f"/documents/{report['id']}")) == (404, "request.not_found")


def test_documents_are_listed_newest_first_whatever_ids_phones_chose_and_counted_when_asked(cast, api):
    made = [drafted(cast, id=f"{digit}9e8d7c6-b5a4-4f3e-8d2c-1b0a99887766")["id"] for digit in "f0a"]
    inspector = api.as_(cast.inspector)
    page = inspector.get("/documents?limit=2&count=true").json()
    rest = inspector.get(f"/documents?limit=2&cursor={page['next_cursor']}").json()
    assert [row["id"] for row in page["items"] + rest["items"]] == made[::-1]
    assert (page["count"], rest["count"], rest["next_cursor"]) == (3, None, None)


def test_numbers_run_by_authority_kind_and_year_and_a_void_one_is_kept(cast, api, frozen):
    first, second, other = issued(cast), issued(cast), issued(cast, K.ON_SITE_MEASURES)
    year = clock.now().astimezone().year
    assert (first["number"], second["number"][-3:]) == (f"（永）应急责改〔{year}〕1号", "〕2号")
    assert other["number"] == f"（永）应急现决〔{year}〕1号"
    voided = api.as_(cast.inspector).post(f"/documents/{second['id']}/voidings", {"reason": "对象有误"})
    assert (voided.json()["document"]["status"], voided.json()["document"]["number"]) == ("void", second["number"])
    assert issued(cast)["number"].endswith("〕3号")
    drafted(cast)
    assert DocumentSeries.objects.get(kind=K.RECTIFICATION_ORDER).last == 3


def test_issuing_twice_is_one_issue_and_a_void_document_is_not_issued(cast, api):
    made, inspector, act = drafted(cast), api.as_(cast.inspector), {"id": str(ids.new())}
    hands.everybody_signs(cast, "inspector", made)
    first = inspector.post(f"/documents/{made['id']}/issues", act)
    again = inspector.post(f"/documents/{made['id']}/issues", act)
    assert (first.status_code, again.status_code, again["Idempotency-Replayed"]) == (201, 200, "true")
    assert again.json()["document"]["number"] == first.json()["document"]["number"]
    assert again.json()["receipt"] == first.json()["receipt"]
    assert problem(inspector.post(f"/documents/{made['id']}/issues", {})) == (409, "document.wrong_status")
    draft = drafted(cast)
    inspector.post(f"/documents/{draft['id']}/voidings", {"reason": "重做"})
    assert problem(inspector.post(f"/documents/{draft['id']}/issues", {})) == (409, "document.wrong_status")
    kinds = [entry.kind for entry in ledger.of(Document.objects.get(id=made["id"]).id)]
    assert kinds == ["document.drafted", "document.signed", "document.signed", "document.issued"]


def test_a_licence_that_ended_since_the_draft_stops_the_issue(cast, api):
    made = drafted(cast)
    Duty.objects.filter(person=cast.inspector_2).update(until=clock.now())
    assert problem(api.as_(cast.inspector).post(f"/documents/{made['id']}/issues", {})) == (422, "document.officers_required")
    assert not DocumentSeries.objects.exists()


def test_an_issued_document_is_superseded_by_another_and_by_one_only(cast, api):
    old = issued(cast)
    rival = drafted(cast, supersedes_id=old["id"])
    hands.everybody_signs(cast, "inspector", rival)
    new = issued(cast, supersedes_id=old["id"])
    shown = api.as_(cast.officer_a).get(f"/documents/{old['id']}").json()
    assert (shown["status"], shown["superseded_by"], shown["number"]) == ("superseded", new["id"], old["number"])
    assert problem(api.as_(cast.inspector).post(f"/documents/{rival['id']}/issues", {})) == (409, "document.wrong_status")
    wrong = body(cast, K.ON_SITE_MEASURES, supersedes_id=new["id"])
    assert problem(api.as_(cast.inspector).post("/documents", wrong)) == (422, "document.supersedes_other")


@pytest.mark.parametrize(
    "change",
    [
        {"content": {}}, {"digest": "0" * 64}, {"number": "（永）应急责改〔2026〕99号"}, {"serial": 99}, {"token": ""},
        {"status": "draft"},
        {"issued_at": None}, {"authority": "330383"},
    ],
)  # fmt: skip
def test_the_database_refuses_to_change_what_was_issued(cast, change):
    row = Document.objects.filter(id=issued(cast)["id"])
    with pytest.raises(IntegrityError), transaction.atomic():
        row.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.delete()
    assert row.get().status == "issued"


def test_the_periods_count_from_the_first_service_that_counts(cast, api, frozen):
    made, worker = issued(cast), api.as_(cast.grid_worker)
    at = Document.objects.get(id=made["id"]).issued_at
    said = {"how": "direct", "at": clock.text(at), "receiver": "张三", "outcome": "signed"}
    path = f"/documents/{made['id']}/services"
    assert problem(worker.post(path, said | {"outcome": "refused"})) == (422, "document.witness_required")
    assert problem(worker.post(path, said | {"at": clock.text(at - DAY)})) == (422, "document.served_before_issue")
    assert problem(worker.post(path, said | {"at": clock.text(at + DAY)})) == (422, "document.served_before_issue")
    opened = worker.post(path, said | {"how": "electronic", "outcome": "opened"}).json()["document"]
    assert "periods" not in opened or opened["periods"] is None
    served = worker.post(path, said).json()["document"]
    assert (len(served["services"]), served["periods"]["counted_from"]) == (2, served["issued_on"])
    with pytest.raises(IntegrityError), transaction.atomic():
        DocumentService.objects.update(receiver="李四")


def test_every_kind_is_drafted_and_issued(cast):
    major = str(a_hazard(cast, Verb.CONFIRM, level=Level.MAJOR).id)
    for kind in FIELDS:
        of_hazard = {"hazard_id": major} if kind in (K.LISTING_NOTICE, K.EXTENSION_OPINION, K.ACCEPTANCE_OPINION) else {}
        by = "regulator" if kind in (K.LISTING_NOTICE, K.EXTENSION_OPINION) else ""
        assert issued(cast, kind, by=by, **of_hazard)["status"] == "issued"


@pytest.mark.parametrize(
    "document",
    [
        {"number": "没有序号"}, {"number": "{region}{word}{year}{serial}{serial}"}, {"regions": {"330324": "{serial}"}},
        {"regions": {"330324": "永" * 11}}, {"regions": {"永嘉": "永"}}, {"authorities": {"330324": "局" * 61}},
        {"review_days": 0}, {"public_name": "all"}, {"words": {"order": "令"}},
    ],
)  # fmt: skip
def test_a_policy_that_would_spoil_numbers_is_refused(cast, api, document):
    said = {"kind": "documents", "document": document, "reason": "试行"}
    assert problem(api.as_(cast.regulator).post("/policies", said))[0] == 422


def test_a_policy_names_the_bracket_word_and_the_authority(cast, api, frozen):
    document = {
        "number": "{region}安委督字〔{year}〕第{serial}号",
        "regions": {"330324": "永安"},
        "authorities": {"330324": "永嘉县安委会"},
    }
    reply = api.as_(cast.regulator).post("/policies", {"kind": "documents", "document": document, "reason": "试行"})
    assert reply.status_code == 422  # the form has no word
    document["number"] = "{region}{word}字〔{year}〕第{serial}号"
    assert (
        api.as_(cast.regulator).post("/policies", {"kind": "documents", "document": document, "reason": "试行"}).status_code
        == 201
    )
    made = issued(cast)
    year = clock.now().astimezone().year
    assert (made["number"], made["authority"]) == (f"永安责改字〔{year}〕第1号", "永嘉县安委会")
