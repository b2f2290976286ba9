"""Signatures on site: a drawing bound to what was signed, or a refusal before a witness."""

import pypdfium2
import pytest
from django.db import IntegrityError, transaction
from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE

from backend.kernel import ids, ledger
from inspections.documents import printing
from inspections.models import Document, DocumentSignature, VisitAct
from inspections.policy.documents import DocumentKind as K
from tests.api import problem
from tests.inspections import hands
from tests.inspections.paper import LATER, drafted, issued
from tests.inspections.test_printing import text_of
from tests.inspections.visits import a_finding, act, begun, done

pytestmark = pytest.mark.django_db
ORDER = {"items": [{"text": "配电箱门缺失", "due_on": LATER}]}


def an_order(cast, visit):
    return drafted(cast, enterprise_id=None, inspection_id=visit["id"], fields=ORDER)


def a_visit(cast):
    return begun(cast, type="administrative_inspection")


def test_only_who_makes_the_visit_takes_signatures_and_only_under_its_documents(cast, api):
    visit = a_visit(cast)
    order, elsewhere = an_order(cast, visit), drafted(cast)
    said = {"document_id": order["id"], "refused": True, "witness": "村主任"}
    assert problem(act(cast, "inspector_3", visit, "signatures", **said)) == (403, "inspection.not_your_move")
    assert problem(act(cast, "officer_b", visit, "signatures", **said)) == (404, "request.not_found")
    other = act(cast, "inspector", visit, "signatures", **said | {"document_id": elsewhere["id"]})
    assert problem(other) == (422, "document.not_of_this_visit")
    assert problem(act(cast, "inspector", visit, "signatures", **said | {"document_id": str(ids.new())}))[0] == 404
    # nor by the document's own door: a document of a visit belongs to those who make it
    del said["document_id"]
    assert problem(api.as_(cast.inspector_3).post(f"/documents/{order['id']}/signatures", said))[1] == "inspection.not_your_move"


def test_it_is_drawn_or_refused_or_nobody_was_there(cast, api):
    visit, photo = a_visit(cast), str(ids.new())
    for said in (
        {"name": "张三"}, {"refused": True, "image_photo_id": "x"}, {"refused": "yes"}, {"signer": "nobody", "refused": True},
        {"refused": False}, {"name": " ", "image_photo_id": photo}, {"name": "张" * 61, "image_photo_id": photo},
        {"image_photo_id": photo}, {"refused": True, "absent": True, "witness": "李"},
        {"name": "张三", "image_photo_id": photo, "absent": True}, {"signer": "officer", "refused": True, "witness": "李"},
        {"signer": "witness", "absent": True, "witness": "李"}, {"name": "张三", "image_photo_id": photo, "officer_id": photo},
        {"refused": True, "witness": "李", "reason": "因" * 201},
    ):  # fmt: skip
        reply = act(cast, "inspector", visit, "signatures", document_id=str(ids.new()), **said)
        assert problem(reply) == (422, "request.invalid"), said


def test_a_refusal_needs_its_witness(cast):
    visit = a_visit(cast)
    order = an_order(cast, visit)["id"]
    for how in ("refused", "absent"):
        reply = act(cast, "inspector", visit, "signatures", document_id=order, **{how: True})
        assert problem(reply) == (422, "document.witness_required")


def test_a_signature_is_bound_to_what_was_signed_and_kept(cast, api):
    visit = a_visit(cast)
    order, photo = an_order(cast, visit), str(ids.new())
    done(cast, "inspector", visit, "signatures", document_id=order["id"], name="张三", image_photo_id=photo)
    shown = api.as_(cast.inspector).get(f"/documents/{order['id']}").json()
    assert [(s["signer"], s["name"], s["digest"], s["refused"], s["image"]) for s in shown["signatures"]] == [
        ("person_in_charge", "张三", order["digest"], False, "expected")
    ]
    assert photo in api.as_(cast.inspector).get(f"/photos/{photo}").json()["id"]
    entries = [(entry.kind, ledger.read(entry)["facts"].get("digest")) for entry in ledger.of(Document.objects.get().id)]
    assert entries[-1] == ("document.signed", order["digest"])
    for change in (lambda rows: rows.update(name="李四"), lambda rows: rows.delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            change(DocumentSignature.objects.all())
    # once the picture is there and the officers have signed as well, what is issued is what was signed
    assert api.as_(cast.inspector).put(f"/photos/{photo}", hands.line(), Content_Type="image/png").status_code == 201
    hands.looked_at(photo)
    hands.everybody_signs(cast, "inspector", order)
    assert api.as_(cast.inspector).post(f"/documents/{order['id']}/issues", {}).json()["document"]["digest"] == order["digest"]


@pytest.mark.skipif(not printing.can_print(), reason="needs Pango")
def test_every_drawing_stands_on_the_page_without_the_strip_below_it(cast, api):
    visit, inspector = a_visit(cast), api.as_(cast.inspector)
    order, photo = an_order(cast, visit), hands.drawn(inspector)
    done(cast, "inspector", visit, "signatures", document_id=order["id"], name="张三", image_photo_id=photo)
    hands.everybody_signs(cast, "inspector", order)
    assert inspector.post(f"/documents/{order['id']}/issues", {}).status_code == 201
    page = b"".join(inspector.get(f"/documents/{order['id']}/pdf").streaming_content)
    pictures = [found for sheet in pypdfium2.PdfDocument(page) for found in sheet.get_objects(filter=[FPDF_PAGEOBJ_IMAGE])]
    assert [found.get_px_size() for found in pictures] == [(600, 200)] * 3
    assert "张三" in text_of(page)


def test_a_document_of_a_visit_is_signed_as_its_act_by_whichever_door(cast, api):
    visit = a_visit(cast)
    order, id = an_order(cast, visit), str(ids.new())
    said = {"id": id, "absent": True, "reason": "老板在外地", "witness": "村主任"}
    replies = [api.as_(cast.inspector_2).post(f"/documents/{order['id']}/signatures", said) for _ in range(2)]
    assert [(reply.status_code, reply.json()["kind"]) for reply in replies] == [
        (201, "document_signature"), (200, "document_signature")
    ]  # fmt: skip
    assert replies[0].json()["receipt"] == replies[1].json()["receipt"]
    row = VisitAct.objects.get(id=id)
    assert (str(row.inspection_id), row.verb, row.said["absent"]) == (visit["id"], "sign", True)
    [signature] = replies[1].json()["document"]["signatures"]
    assert (signature["absent"], signature["refused"], signature["reason"]) == (True, False, "老板在外地")
    assert signature["recorded_by"] == str(cast.inspector_2.id)


def test_a_record_is_filled_from_its_visit_and_orders_come_of_administrative_ones_alone(cast, api):
    visit = a_visit(cast)
    done(cast, "inspector", visit, "findings", **a_finding())
    body = {"kind": "site_inspection_record", "inspection_id": visit["id"], "fields": {"places": "一号车间"}}
    made = api.as_(cast.inspector).post("/documents", body).json()
    assert made["fields"]["findings"] == ["一号车间：配电箱门缺失"]
    assert {officer["name"] for officer in made["officers"]} == {cast.inspector.name, cast.inspector_2.name}
    assert made["fields"]["action_code"]
    patrol = begun(cast, "inspector")
    order = {"kind": "rectification_order", "inspection_id": patrol["id"], "fields": {"items": [{"text": "x", "due_on": LATER}]}}
    assert problem(api.as_(cast.inspector).post("/documents", order)) == (422, "document.no_enforcement")
    assert issued(cast, K.RISK_NOTICE, by="inspector", inspection_id=patrol["id"])["inspection_id"] == patrol["id"]
