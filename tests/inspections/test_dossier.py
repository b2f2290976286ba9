"""The dossier of a hazard: everything its reader may know, with proofs that hold without us."""

import base64
import hashlib
import io
import json
import zipfile

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from backend.kernel import clock, ids, ledger
from hazards.policy.words import Verb
from inspections.documents import dossiers, printing, samples
from inspections.policy.documents import DocumentKind as K
from tests.api import problem
from tests.cast import HOUR, a_hazard
from tests.inspections.paper import drafted, issued
from tests.inspections.test_printing import margins, text_of
from tests.media import pictures

pytestmark = [pytest.mark.django_db, pytest.mark.skipif(not printing.can_print(), reason="needs Pango")]


def body_of(reply):
    assert reply.status_code == 200, reply.content
    return b"".join(reply.streaming_content) if reply.streaming else reply.content


def photographed(cast, api, drain):
    """Return the id of a hazard that the officer reported with two photos, and their bytes by id."""
    officer, sent = api.as_(cast.officer_a), {}
    for seed in (1, 2):
        id, data = str(ids.new()), pictures.drawn(seed=seed)
        assert officer.put(f"/photos/{id}", data, Content_Type="image/jpeg").status_code == 201
        sent[id] = data
    said = {
        "enterprise_id": str(cast.a.id), "source": "snapshot", "category": "EL01", "description": "配电箱门缺失",
        "place": "一号车间", "found_at": clock.text(clock.now() - HOUR), "level_claimed": "general", "photo_ids": list(sent),
    }  # fmt: skip
    reply = officer.post("/hazards", said)
    assert reply.status_code == 201, reply.content
    drain(clock.now() + HOUR)
    return reply.json()["id"], sent


def test_it_shows_what_was_done_and_nothing_of_drafts_to_the_enterprise(cast, api):
    hazard = a_hazard(cast, Verb.PASS)
    number, draft = issued(cast, hazard_id=str(hazard.id))["number"], drafted(cast, K.ON_SITE_MEASURES, hazard_id=str(hazard.id))
    whole = text_of(body_of(api.as_(cast.owner_a).get(f"/hazards/{hazard.id}/dossier")))
    for words in ("核查确认", "提交整改", "复查通过", "一号车间", cast.a.name, number.replace("（", "(").replace("）", ")")):
        assert words in whole
    assert draft["digest"] not in whole
    assert hazard.ledger_head in whole
    assert problem(api.as_(cast.owner_b).get(f"/hazards/{hazard.id}/dossier")) == (404, "request.not_found")
    assert problem(api.as_(cast.employee_a).get(f"/hazards/{hazard.id}/dossier")) == (403, "auth.no_duty")
    assert problem(api.as_(cast.owner_a).get(f"/hazards/{hazard.id}/dossier?format=docx")) == (422, "request.invalid")


def test_a_draw_by_hand_stays_unknown_to_the_enterprise(cast, api):
    hazard = a_hazard(cast, Verb.DRAW)
    reply = body_of(api.as_(cast.owner_a).get(f"/hazards/{hazard.id}/dossier"))
    assert "人工抽查" not in text_of(reply)
    assert "人工抽查" in text_of(body_of(api.as_(cast.inspector).get(f"/hazards/{hazard.id}/dossier")))


def test_the_zip_brings_originals_digests_and_proofs_and_each_look_is_an_entry(cast, api, drain):
    hazard_id, sent = photographed(cast, api, drain)
    raw = body_of(api.as_(cast.inspector).get(f"/hazards/{hazard_id}/dossier?format=zip"))
    found = zipfile.ZipFile(io.BytesIO(raw))
    assert found.testzip() is None
    sums = dict(reversed(line.split("  ")) for line in found.read("SHA256SUMS").decode().splitlines())
    assert {name: hashlib.sha256(found.read(name)).hexdigest() for name in found.namelist() if name in sums} == sums
    originals = {name.split("-", 1)[1].removesuffix(".jpeg"): found.read(name) for name in sums if name.startswith("photos/")}
    assert originals == sent
    keys = {key["key_id"]: base64.b64decode(key["public_key"]) for key in json.loads(found.read("keys.json"))}
    receipts = json.loads(found.read("receipts.json"))
    for receipt in receipts:
        signature = base64.b64decode(receipt.pop("signature"))
        Ed25519PublicKey.from_public_bytes(keys[receipt["key_id"]]).verify(signature, rfc8785.dumps(receipt))
    assert {receipt["id"] for receipt in receipts} == {hazard_id, *sent}
    for entry in json.loads(found.read("ledger.json")):
        assert hashlib.sha256(entry["body"].encode()).hexdigest() == entry["hash"]
    assert [ledger.of(id)[-1].kind for id in sent] == ["photo.viewed"] * 2
    assert len(text_of(found.read("dossier.pdf"))) > 300


def test_twelve_photos_and_long_names_stay_on_the_page():
    case = samples.case([samples.picture(n) for n in range(12)])
    made = printing.printed(dossiers.page(case))
    assert all(white == (True, True) for white in margins(made))
    assert "12.复查" in text_of(made)
