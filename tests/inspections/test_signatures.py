"""Signatures on site: a drawing bound to what was signed, or a refusal before a witness."""

import io

import pypdfium2
import pytest
from django.db import IntegrityError, transaction
from PIL import Image, ImageDraw
from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE

from backend.kernel import clock, ids, ledger, policies
from backend.kernel.models import PolicyVersion
from inspections.documents import printing
from inspections.models import Document, DocumentSignature
from inspections.policy.documents import DocumentKind as K
from tests.api import problem
from tests.cast import DAY, HOUR
from tests.inspections.paper import LATER, drafted, issued
from tests.inspections.test_printing import text_of
from tests.inspections.visits import a_finding, act, begun, done

pytestmark = pytest.mark.django_db


def an_order(cast, visit):
    fields = {"items": [{"text": "配电箱门缺失", "due_on": LATER}]}
    return drafted(cast, enterprise_id=None, inspection_id=visit["id"], fields=fields)


def a_visit(cast):
    return begun(cast, type="administrative_inspection")


def test_only_who_makes_the_visit_takes_signatures_and_only_under_its_documents(cast):
    visit = a_visit(cast)
    order, elsewhere = an_order(cast, visit), drafted(cast)
    said = {"document_id": order["id"], "refused": True, "witness": "村主任"}
    assert problem(act(cast, "inspector_3", visit, "signatures", **said)) == (403, "inspection.not_your_move")
    assert problem(act(cast, "officer_b", visit, "signatures", **said)) == (404, "request.not_found")
    for other in (elsewhere["id"], str(ids.new())):
        assert problem(act(cast, "inspector", visit, "signatures", **said | {"document_id": other})) == (404, "request.not_found")


@pytest.mark.parametrize(
    "said",
    [
        {"name": "张三"}, {"refused": True, "image_photo_id": "x"}, {"refused": "yes"}, {"signer": "nobody", "refused": True},
        {"refused": False}, {"name": " ", "image_photo_id": str(ids.new())},
        {"name": "张" * 61, "image_photo_id": str(ids.new())},
    ],
)  # fmt: skip
def test_it_is_either_drawn_or_refused(cast, said):
    visit = a_visit(cast)
    reply = act(cast, "inspector", visit, "signatures", document_id=str(ids.new()), **said)
    assert problem(reply) == (422, "request.invalid")


def test_a_refusal_needs_its_witness(cast):
    visit = a_visit(cast)
    reply = act(cast, "inspector", visit, "signatures", document_id=an_order(cast, visit)["id"], refused=True)
    assert problem(reply) == (422, "document.witness_required")


def test_a_signature_is_bound_to_what_was_signed_and_kept(cast, api):
    visit = a_visit(cast)
    order, photo = an_order(cast, visit), str(ids.new())
    done(cast, "inspector", visit, "signatures", document_id=order["id"], name="张三", image_photo_id=photo)
    shown = api.as_(cast.inspector).get(f"/documents/{order['id']}").json()
    assert [(s["signer"], s["name"], s["digest"], s["refused"]) for s in shown["signatures"]] == [
        ("person_in_charge", "张三", order["digest"], False)
    ]
    assert photo in api.as_(cast.inspector).get(f"/photos/{photo}").json()["id"]
    entries = [(entry.kind, ledger.read(entry)["facts"].get("digest")) for entry in ledger.of(Document.objects.get().id)]
    assert entries[-1] == ("document.signed", order["digest"])
    for change in (lambda rows: rows.update(name="李四"), lambda rows: rows.delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            change(DocumentSignature.objects.all())
    assert api.as_(cast.inspector).post(f"/documents/{order['id']}/issues", {}).json()["document"]["digest"] == order["digest"]


@pytest.mark.skipif(not printing.can_print(), reason="needs Pango")
def test_the_drawing_stands_on_the_page_without_the_strip_below_it(cast, api, drain):
    visit, inspector, photo = a_visit(cast), api.as_(cast.inspector), str(ids.new())
    order, out = an_order(cast, visit), io.BytesIO()
    image = Image.new("RGB", (600, 200), "white")
    ImageDraw.Draw(image).line([(40, 150), (200, 40), (330, 160), (560, 60)], fill="black", width=12)
    image.save(out, "PNG")
    done(cast, "inspector", visit, "signatures", document_id=order["id"], name="张三", image_photo_id=photo)
    assert inspector.put(f"/photos/{photo}", out.getvalue(), Content_Type="image/png").status_code == 201
    drain(clock.now() + HOUR)
    inspector.post(f"/documents/{order['id']}/issues", {})
    page = b"".join(inspector.get(f"/documents/{order['id']}/pdf").streaming_content)
    pictures = [found for sheet in pypdfium2.PdfDocument(page) for found in sheet.get_objects(filter=[FPDF_PAGEOBJ_IMAGE])]
    assert [found.get_px_size() for found in pictures] == [(600, 200)]
    assert "张三" in text_of(page)


def test_what_needs_a_signature_by_policy_is_not_issued_without(cast, api):
    PolicyVersion.objects.create(
        id=ids.new(), kind="documents", version=1, effective_from=clock.now() - DAY,
        document={"signed_before_issue": ["rectification_order"]},
    )  # fmt: skip
    policies.forget()
    visit = a_visit(cast)
    order, inspector = an_order(cast, visit), api.as_(cast.inspector)
    assert problem(inspector.post(f"/documents/{order['id']}/issues", {})) == (409, "document.signature_required")
    done(cast, "inspector", visit, "signatures", document_id=order["id"], refused=True, witness="村主任")
    assert inspector.post(f"/documents/{order['id']}/issues", {}).status_code == 201


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
