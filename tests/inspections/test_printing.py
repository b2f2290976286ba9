"""Documents on paper: every character is there, nothing runs off the page, and the QR is believed without us."""

import base64
import ctypes.util
import re
import socket
import subprocess
import sys
import unicodedata

import orjson
import pypdfium2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings

from backend.kernel import ledger
from inspections.actions import print_
from inspections.documents import dossiers, pages, printing, samples
from inspections.documents.fields import NEEDED
from inspections.documents.pages import Sheet
from inspections.models import Document, DocumentPrint
from inspections.policy.documents import DocumentKind as K
from tests.api import Api, problem
from tests.inspections.archive import archival_faults
from tests.inspections.paper import drafted, issued

pytestmark = pytest.mark.skipif(not printing.can_print(), reason="needs Pango")
# the widest and the rarest that anybody may enter
LONG = "龘靐" * 25
STRANGE = "王㛃珺喆 😀 \U00020000 <b>&amp;</b> {{ 7|add:7 }} عربي"


def text_of(pdf: bytes) -> str:
    """Return the text of a PDF without the white space that lines make; radicals that look like characters as these."""
    document = pypdfium2.PdfDocument(pdf)
    whole = "".join(page.get_textpage().get_text_range() for page in document)
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", whole))


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def margins(pdf: bytes) -> list[tuple[bool, bool]]:
    """Return for each page whether the outermost 10 mm on its left and right are white."""
    found = []
    for page in pypdfium2.PdfDocument(pdf):
        picture = page.render(scale=1).to_pil().convert("L")
        edges = (0, 0, 28, picture.height), (picture.width - 28, 0, picture.width, picture.height)
        found.append(tuple(picture.crop(edge).getextrema()[0] > 200 for edge in edges))
    return found


@pytest.mark.parametrize("kind", list(K))
def test_the_sample_of_each_kind_says_what_the_template_says(kind):
    """Run `python manage.py sample_documents` after changing a template, and look at docs/documents."""
    kept = (settings.BASE_DIR / "docs" / "documents" / f"{kind.value}.pdf").read_bytes()
    made = printing.printed(pages.page(samples.sheet(kind)))
    assert text_of(made) == text_of(kept)
    assert squeezed(samples.UNIT["name"]) in text_of(made)


def test_the_sample_of_a_dossier_says_what_its_template_says():
    kept = (settings.BASE_DIR / "docs" / "documents" / "dossier.pdf").read_bytes()
    made = printing.printed(dossiers.page(samples.case([samples.picture(n) for n in range(12)])))
    assert text_of(made) == text_of(kept)
    assert len(kept) < 1_500_000


@pytest.mark.parametrize("kind", list(K))
def test_a_document_that_says_only_what_it_must_has_its_page(kind):
    """An enterprise may have no address, no contact and no code; what is not said is left out or a dash."""
    said = samples.FIELDS[kind]
    least = {group[0]: said[group[0]] for group in NEEDED[kind] if group[0] in said}
    content = samples.content(kind) | {"fields": least, "unit": {"name": "甲厂", "uscc": ""}}
    found = pages.page(Sheet(kind=kind, content=content, digest="0" * 64, authority="永嘉县应急管理局"))
    assert "甲厂" in found
    assert "None" not in found


def test_the_longest_names_stay_on_the_page_and_no_character_is_a_box():
    items = [{"text": LONG * 4 + STRANGE, "due_on": "2026-10-01", "basis": "A" * 200}] * 12
    content = samples.content(K.RECTIFICATION_ORDER) | {"unit": {"name": LONG, "uscc": ""}}
    content["fields"] = content["fields"] | {"items": items, "person_in_charge": LONG}
    sheet = Sheet(kind=K.RECTIFICATION_ORDER, content=content, digest="0" * 64, authority=LONG * 2)
    made = printing.printed(pages.page(sheet))
    found = text_of(made)
    assert len(pypdfium2.PdfDocument(made)) >= 3
    assert all(white == (True, True) for white in margins(made))
    assert re.search(r"王(㛃|\[U\+36C3\])珺喆", found)
    assert squeezed("<b>&amp;</b>{{7|add:7}}") in found
    assert not re.search(r"[\u25a1\ufffd\u0000]", found)
    assert "草稿" in found
    assert archival_faults(made) == set()


def test_a_page_fetches_nothing(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("机密")
    html = f'<p>甲<img src="{secret.as_uri()}"><link rel=attachment href="{secret.as_uri()}"><link rel=stylesheet href="http://127.0.0.1:9/">'
    made = printing.printed(html, variant="")
    assert (text_of(made), secret.name.encode() in made) == ("甲—1—", False)


@pytest.mark.django_db
def test_an_issued_document_is_printed_once_and_its_digest_stands_in_the_ledger(cast, api, drain):
    made = issued(cast)
    drain()
    officer = api.as_(cast.officer_a)
    first, second = (b"".join(officer.get(f"/documents/{made['id']}/pdf").streaming_content) for _ in range(2))
    row = DocumentPrint.objects.get()
    assert first == second
    assert (len(first), squeezed(made["number"]) in text_of(first)) == (row.bytes, True)
    entries = ledger.of(row.document_id)
    steps = ["drafted", "signed", "signed", "issued", "printed"]
    assert [entry.kind for entry in entries] == [f"document.{step}" for step in steps]
    assert ledger.read(entries[-1])["facts"]["pdf"] == row.sha256
    assert print_.print_issued(row.document_id, at=row.printed_at).sha256 == row.sha256
    shown = officer.get(f"/documents/{made['id']}").json()
    assert shown["pdf"]["sha256"] == row.sha256


@pytest.mark.django_db
def test_a_draft_and_a_void_document_say_so_across_the_page(cast, api):
    inspector, made = api.as_(cast.inspector), drafted(cast)
    page = inspector.get(f"/documents/{made['id']}/page")
    assert "草稿" in page.content.decode()
    assert "script" not in page["Content-Security-Policy"]
    number = issued(cast)
    inspector.post(f"/documents/{number['id']}/voidings", {"reason": "有误"})
    void = b"".join(inspector.get(f"/documents/{number['id']}/pdf").streaming_content)
    assert "作废" in text_of(void)


@pytest.mark.django_db
def test_the_seal_is_verified_without_us_and_a_changed_one_is_unknown(cast, api):
    made = issued(cast)
    token = made["verify_url"].rpartition("/")[2]
    said, signature = (base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in token.split("."))
    told = orjson.loads(said)
    keys = {key["key_id"]: key["public_key"] for key in api.get("/keys").json()["items"]}
    Ed25519PublicKey.from_public_bytes(base64.b64decode(keys[told[2]])).verify(signature, said)
    assert told[3:] == [made["kind"], made["number"], made["authority"], made["issued_on"], made["digest"]]
    shown = api.get(f"/public/documents/{token}").json()
    assert (shown["state"], shown["enterprise"]) == ("genuine", "永嘉******公司")
    for n in (5, 60, len(token) - 3):
        changed = token[:n] + ("A" if token[n] != "A" else "B") + token[n + 1 :]
        assert problem(api.get(f"/public/documents/{changed}"))[0] == 404
    for hostile in ("x", "a." * 20, "A" * 1201, "%00", "..", token + "."):
        assert api.get(f"/public/documents/{hostile}").status_code in (400, 404, 422)


@pytest.mark.django_db
def test_anybody_learns_that_a_document_is_void_or_superseded(cast, api):
    old, gone = issued(cast), issued(cast)
    new = issued(cast, supersedes_id=old["id"])
    Api().as_(cast.inspector).post(f"/documents/{gone['id']}/voidings", {"reason": "有误"})
    shown = [api.get(f"/public/documents/{d['verify_url'].rpartition('/')[2]}").json() for d in (old, gone, new)]
    assert [found["state"] for found in shown] == ["superseded", "void", "genuine"]
    assert shown[0]["superseded_by"] == new["number"]
    assert Document.objects.filter(status="issued").count() == 1


def test_where_the_system_has_no_pango_the_refusal_has_words(monkeypatch):
    monkeypatch.setattr(ctypes.util, "find_library", lambda name: None)  # what the linker answers there
    printing.can_print.cache_clear()
    try:
        with pytest.raises(printing.NotPrintable) as refused:
            printing.printed("<p>甲")
    finally:
        printing.can_print.cache_clear()
    assert (refused.value.status, refused.value.code) == (503, "document.not_printable")


def test_a_press_whose_pango_is_broken_says_so_and_goes_on(tmp_path):
    for name in ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libgobject-2.0.so.0"):
        (tmp_path / name).touch()  # a library of no bytes is found and cannot be loaded
    page, (line, theirs) = tmp_path / "page.html", socket.socketpair()
    page.write_text("<p>甲")
    with theirs, page.open("rb") as file, line:
        line.settimeout(30)
        environment = {"LD_LIBRARY_PATH": str(tmp_path), "LANG": "C.UTF-8"}
        command = [sys.executable, "-I", "-B", str(printing.PRESS)]
        with subprocess.Popen(command, stdin=theirs, env=environment, stderr=subprocess.DEVNULL) as press:
            for _ in range(2):
                socket.send_fds(line, [b'{"format": "", "folder": "%s"}' % bytes(tmp_path)], [file.fileno()])
                assert int(line.recv(64)) == printing.NO_PRESS
            press.kill()
    assert not (tmp_path / "out.pdf").exists()
