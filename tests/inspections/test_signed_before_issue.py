"""Who must sign before a document is issued, and that afterwards nobody does: what was issued never changes."""

from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Person
from backend.kernel import clock, ids, ledger, policies
from backend.kernel.models import PolicyVersion
from inspections.actions import print_
from inspections.documents import printing
from inspections.models import Document, DocumentPrint, DocumentSeries, DocumentService, DocumentSignature
from inspections.policy.documents import DocumentKind as K
from media.actions.settle import settle
from media.decode import Decoded
from media.models import PhotoUse
from tests.api import problem
from tests.cast import DAY
from tests.inspections import hands
from tests.inspections.paper import BY_TWO, drafted, issued
from tests.inspections.test_printing import text_of

pytestmark = pytest.mark.django_db
REFUSED = {"refused": True, "witness": "村主任"}


def adopted(**document):
    """Let a policy be in force since yesterday."""
    PolicyVersion.objects.create(id=ids.new(), kind="documents", version=1, effective_from=clock.now() - DAY, document=document)
    policies.forget()


def test_each_enforcement_document_waits_for_both_officers_and_the_record_for_the_enterprise_too(cast, api):
    inspector = api.as_(cast.inspector)
    for kind in BY_TWO:
        draft = drafted(cast, kind)
        path, two = f"/documents/{draft['id']}", draft["officers"]
        who = [one["signer"] for one in draft["missing_signatures"]]
        assert who == ["officer", "officer"] + ["person_in_charge"] * (kind == K.SITE_INSPECTION_RECORD)
        reply = inspector.post(f"{path}/issues", {})
        assert problem(reply) == (409, "document.signature_required")
        assert [one["name"] for one in reply.json()["missing"][:2]] == [cast.inspector.name, cast.inspector_2.name]
        assert cast.inspector_2.name in reply.json()["detail"]
        said = {"signer": "officer", "name": two[0]["name"], "image_photo_id": hands.drawn(inspector)}
        told = inspector.post(f"{path}/signatures", said).json()["document"]
        assert [one["id"] for one in told["missing_signatures"] if one["signer"] == "officer"] == [two[1]["id"]]
        said |= {"name": two[1]["name"]}
        assert inspector.post(f"{path}/signatures", said).status_code == 201
        if kind == K.SITE_INSPECTION_RECORD:
            reply = inspector.post(f"{path}/issues", {}, Accept_Language="en")
            assert (problem(reply)[1], len(reply.json()["missing"])) == ("document.signature_required", 1)
            assert "person in charge" in reply.json()["detail"]
            assert inspector.post(f"{path}/signatures", REFUSED).status_code == 201
        assert inspector.post(f"{path}/issues", {}).status_code == 201
    assert DocumentSeries.objects.count() == len(BY_TWO)  # what was refused drew no number


def test_kinds_that_no_officers_sign_are_issued_without(cast):
    assert drafted(cast, K.RISK_NOTICE)["missing_signatures"] == []
    assert issued(cast, K.RECTIFICATION_REPORT)["signatures"] == []


def test_whoever_signs_as_an_officer_is_one_the_document_names(cast, api):
    draft, inspector = drafted(cast), api.as_(cast.inspector)
    path, image = f"/documents/{draft['id']}/signatures", hands.drawn(inspector)
    said = {"signer": "officer", "image_photo_id": image}
    for who in ({"name": cast.inspector_3.name}, {"officer_id": str(cast.inspector_3.id)}, {"name": "王"}):
        assert problem(inspector.post(path, said | who)) == (422, "document.not_its_officer")
    note = drafted(cast, K.RISK_NOTICE, by="inspector")["id"]
    reply = inspector.post(f"/documents/{note}/signatures", said | {"name": cast.inspector.name})
    assert problem(reply) == (422, "document.not_its_officer")
    # two of one name are told apart by account
    Person.objects.filter(id=cast.inspector_2.id).update(name=cast.inspector.name)
    twins = drafted(cast)
    path = f"/documents/{twins['id']}/signatures"
    assert problem(inspector.post(path, said | {"name": cast.inspector.name})) == (422, "document.not_its_officer")
    assert inspector.post(path, said | {"officer_id": str(cast.inspector_2.id)}).status_code == 201


def test_the_door_of_a_document_without_a_visit_is_open_to_its_officers(cast, api):
    draft = drafted(cast)
    path = f"/documents/{draft['id']}/signatures"
    assert problem(api.as_(cast.inspector_3).post(path, REFUSED)) == (403, "document.not_your_move")
    assert problem(api.as_(cast.grid_worker).post(path, REFUSED)) == (403, "document.not_your_move")
    assert problem(api.as_(cast.owner_a).post(path, REFUSED)) == (404, "request.not_found")
    assert problem(api.as_(cast.inspector_2).post(path, {"refused": True})) == (422, "document.witness_required")
    id = str(ids.new())
    assert api.as_(cast.inspector_2).post(path, {"id": id, **REFUSED}).status_code == 201
    entry = ledger.of(UUID(draft["id"]))[-1]
    assert (entry.kind, ledger.read(entry)["facts"]["refused"], ledger.broken_at(UUID(draft["id"]))) == (
        "document.signed", True, None
    )  # fmt: skip
    # whoever makes a kind that no officers sign takes its signatures, also the receiver's under a 送达回证
    receipt = drafted(cast, K.SERVICE_RECEIPT)
    worker = api.as_(cast.grid_worker)
    said = {"signer": "receiver", "name": "张三", "image_photo_id": hands.drawn(worker)}
    assert worker.post(f"/documents/{receipt['id']}/signatures", said).status_code == 201
    assert PhotoUse.objects.get(subject_id=receipt["id"]).subject_kind == "document"


def test_a_picture_that_has_not_come_holds_back_the_issue_and_one_that_is_none_does_not_count(cast, api):
    draft, inspector = drafted(cast), api.as_(cast.inspector)
    path, image = f"/documents/{draft['id']}", hands.drawn(inspector)
    late, other = str(ids.new()), hands.drawn(api.as_(cast.inspector_3))
    first, second = (one["id"] for one in draft["officers"])
    said = {"signer": "officer", "officer_id": first, "image_photo_id": late}
    assert inspector.post(f"{path}/signatures", said).status_code == 201
    assert problem(inspector.post(f"{path}/signatures", said | {"image_photo_id": image})) == (409, "document.already_signed")
    said = {"signer": "officer", "officer_id": second, "image_photo_id": image}
    assert inspector.post(f"{path}/signatures", said).status_code == 201
    reply = inspector.post(f"{path}/issues", {})
    assert (problem(reply), reply.json()["photo_ids"], reply["Retry-After"]) == ((409, "document.photo_missing"), [late], "5")
    inspector.put(f"/photos/{late}", hands.line((500, 180)), Content_Type="image/png")
    assert problem(inspector.post(f"{path}/issues", {}))[1] == "document.photo_missing"  # not looked at yet
    settle(photo_id=UUID(late), decoded=Decoded(code="photo.not_an_image"), at=clock.now())
    assert problem(inspector.post(f"{path}/issues", {}))[1] == "document.signature_required"
    # somebody else's picture is as if it never came, until its slot lapses
    said = {"signer": "officer", "officer_id": first, "image_photo_id": other}
    assert inspector.post(f"{path}/signatures", said).status_code == 201
    assert problem(inspector.post(f"{path}/issues", {}))[1] == "document.photo_missing"
    assert "data:image/jpeg" in inspector.get(f"{path}/page").content.decode()  # the one that did come
    PhotoUse.objects.filter(photo_id=other).update(lapsed_at=clock.now(), open_since=None)
    assert problem(inspector.post(f"{path}/issues", {}))[1] == "document.signature_required"
    assert inspector.post(f"{path}/signatures", said | {"image_photo_id": image}).status_code == 201
    assert inspector.post(f"{path}/issues", {}).status_code == 201


@pytest.mark.skipif(not printing.can_print(), reason="needs Pango")
def test_what_was_issued_takes_no_signature_and_its_pdf_stays(cast, api):
    made, inspector = issued(cast, K.SITE_INSPECTION_RECORD), api.as_(cast.inspector)
    row = print_.print_issued(UUID(made["id"]), at=clock.now())
    for said in (REFUSED, {"name": "张三", "image_photo_id": hands.drawn(inspector)}):
        reply = inspector.post(f"/documents/{made['id']}/signatures", said)
        assert problem(reply) == (409, "document.signed_after_issue")
    document = Document.objects.get(id=made["id"])
    late = DocumentSignature(
        id=ids.new(), document=document, signer="person_in_charge", witness="李", digest=document.digest,
        signed_at=clock.now(), recorded_by=cast.inspector.id,
    )  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        late.save(force_insert=True)
    page = b"".join(inspector.get(f"/documents/{made['id']}/pdf").streaming_content)
    assert (DocumentPrint.objects.get().sha256, len(page)) == (row.sha256, row.bytes)
    assert len(made["signatures"]) == 3
    assert "张三" in text_of(page)
    inspector.post(f"/documents/{made['id']}/voidings", {"reason": "有误"})
    assert problem(inspector.post(f"/documents/{made['id']}/signatures", REFUSED)) == (409, "document.wrong_status")


def test_whoever_receives_it_signs_with_the_service(cast, api):
    made, worker = issued(cast), api.as_(cast.grid_worker)
    photo = hands.drawn(worker)
    said = {"how": "direct", "at": clock.text(clock.now()), "receiver": "张三", "outcome": "signed", "signature_photo_id": photo}
    path = f"/documents/{made['id']}/services"
    for outcome in ("refused", "opened"):
        assert problem(worker.post(path, said | {"outcome": outcome, "witness": "李"})) == (422, "request.invalid")
    told = worker.post(path, said).json()["document"]
    assert [one["signature_photo_id"] for one in told["services"]] == [photo]
    assert api.as_(cast.officer_a).get(f"/photos/{photo}").status_code == 200  # it stands in their scope now
    with pytest.raises(IntegrityError), transaction.atomic():
        DocumentService.objects.update(photo_id=None)


def test_who_must_sign_is_policy_and_cannot_be_asked_of_a_kind_without_officers(cast, api):
    adopted(officers_sign_before_issue=[], signed_before_issue=["rectification_order"])
    order, record = drafted(cast), drafted(cast, K.SITE_INSPECTION_RECORD)
    inspector = api.as_(cast.inspector)
    assert [one["signer"] for one in order["missing_signatures"]] == ["person_in_charge"]
    assert problem(inspector.post(f"/documents/{order['id']}/issues", {})) == (409, "document.signature_required")
    assert inspector.post(f"/documents/{order['id']}/signatures", REFUSED).status_code == 201
    for id in (order["id"], record["id"]):
        assert inspector.post(f"/documents/{id}/issues", {}).status_code == 201
    said = {"kind": "documents", "document": {"officers_sign_before_issue": ["risk_notice"]}, "reason": "试行"}
    assert problem(api.as_(cast.regulator).post("/policies", said))[0] == 422
