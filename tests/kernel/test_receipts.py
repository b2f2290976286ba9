"""Receipts: what a phone can check without trusting the network."""

import base64
import stat

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from backend.kernel import canonical, receipts
from tests.cast import NOON, fixed


def _verify(api, receipt):
    published = {key["key_id"]: key["public_key"] for key in api.get("/keys").json()["items"]}
    signed = {name: value for name, value in receipt.items() if name != "signature"}
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(published[receipt["key_id"]]))
    key.verify(base64.b64decode(receipt["signature"]), canonical.dumps(signed))


@pytest.mark.django_db
@pytest.mark.parametrize("member", ["id", "kind", "digest", "received_at"])
def test_a_changed_receipt_does_not_verify(api, member):
    receipt = receipts.issue(id=fixed("r"), kind="hazard", digest="a" * 64, received_at=NOON).as_dict()
    _verify(api, receipt)
    with pytest.raises(InvalidSignature):
        _verify(api, {**receipt, member: receipt[member] + "0"})


def test_the_time_of_a_receipt_is_rfc_3339_in_utc():
    assert receipts.issue(id=fixed("r"), kind="x", digest="b" * 64, received_at=NOON).received_at == "2026-09-16T04:00:00Z"


def test_the_key_file_is_private_and_made_once(tmp_path):
    file = tmp_path / "deep" / "receipt.key"
    first = receipts.key(file).key_id
    receipts.key.cache_clear()
    assert receipts.key(file).key_id == first
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
