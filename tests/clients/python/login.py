"""Logging in as a phone does: a code by SMS, then the second factor. Plain HTTP, by allauth's published specification."""

import base64
import hashlib
import hmac
import json
import struct
import time
from pathlib import Path
from typing import Any

import httpx

APP = "/_allauth/app/v1"
PATIENCE = 30  # seconds until the SMS has to be there


def log_in(url: str, person: dict[str, Any], *, sms: Path) -> str:
    """Return a session token of full strength for `person` (`phone`, `totp_secret`); `sms` is the file codes are written to."""
    with httpx.Client(base_url=url) as http:
        asked = _said(http.post(f"{APP}/auth/code/request", json={"phone": person["phone"]}), 401)
        http.headers["X-Session-Token"] = asked["meta"]["session_token"]
        confirmed = _said(http.post(f"{APP}/auth/code/confirm", json={"code": _code(sms, person["phone"])}), 401)
        waiting = [flow["id"] for flow in confirmed["data"]["flows"] if flow.get("is_pending")]
        assert waiting == ["mfa_authenticate"], waiting
        done = _said(http.post(f"{APP}/auth/2fa/authenticate", json={"code": totp(person["totp_secret"])}), 200)
        return str(done["meta"]["session_token"])


def _said(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    said: dict[str, Any] = answer.json()
    return said


def _code(sms: Path, phone: str) -> str:
    """Return the newest code that was sent to `phone`."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        lines = [json.loads(line) for line in sms.read_text().splitlines()] if sms.exists() else []
        codes = [line["code"] for line in lines if line["to"] == phone and line.get("code")]
        if codes:
            return str(codes[-1])
        time.sleep(0.2)
    raise AssertionError(f"no SMS for {phone} within {PATIENCE} s")


def totp(secret: str) -> str:
    """Return what an authenticator app shows now (RFC 6238, SHA-1, 30 s, six digits)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"
