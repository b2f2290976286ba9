"""Anybody verifies a document's QR with the script of docs/ and public keys alone; one changed character is found out."""

import json
import subprocess
import sys

import pytest
from django.conf import settings

from inspections.documents import samples
from inspections.documents.samples import KEY
from inspections.policy.documents import DocumentKind as K
from tests.architecture.source import ROOT
from tests.inspections.paper import issued

SCRIPT, KEPT = ROOT / "docs" / "check_document_seal.py", settings.BASE_DIR / "docs" / "documents" / "keys.json"


def checked(token, keys):
    """Return exit status and words of the script, run without anything of ours."""
    command = [sys.executable, "-I", str(SCRIPT), token, str(keys)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
    return done.returncode, done.stdout + done.stderr


def test_the_script_stands_alone():
    text = SCRIPT.read_text()
    assert not any(word in text for word in ("import inspections", "django", "cryptography", "backend"))


@pytest.mark.django_db
def test_a_document_is_believed_by_its_qr_and_the_published_keys_and_no_other(cast, api, tmp_path):
    made, keys = issued(cast), tmp_path / "keys.json"
    keys.write_text(json.dumps(api.get("/keys").json()))
    status, said = checked(made["verify_url"], keys)
    assert (status, "签名相符" in said) == (0, True)
    assert all(made[name] in said for name in ("number", "authority", "issued_on", "digest"))
    token = made["verify_url"].rpartition("/")[2]
    short = len(token) - 86
    for n in (3, short // 2, short - 3, short + 5, len(token) - 3):
        changed = token[:n] + ("A" if token[n] != "A" else "B") + token[n + 1 :]
        assert checked(changed, keys)[0] == 1, n
    for hostile in ("x", ".", "a.b", token + ".x"):
        status, said = checked(hostile, keys)
        assert (status, "Traceback" in said) == (1, False)
    assert checked(token, KEPT)[0] == 1  # an unknown key says nothing


def test_the_samples_are_checked_by_the_key_beside_them():
    kept = json.loads(KEPT.read_text())
    assert kept == samples.checking()
    for kind in (K.RECTIFICATION_ORDER, K.SERVICE_RECEIPT):
        status, said = checked(kept["tokens"][kind.value], KEPT)
        assert (status, samples.sealed(kind).number in said) == (0, True)


@pytest.mark.django_db
def test_the_product_does_not_take_the_key_of_the_samples_for_its_own(api):
    token = samples.checking()["tokens"]["risk_notice"]
    assert api.get(f"/public/documents/{token}").status_code == 404
    assert KEY.key_id not in {key["key_id"] for key in api.get("/keys").json()["items"]}
