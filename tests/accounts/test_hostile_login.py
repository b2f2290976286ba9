"""Nothing under /_allauth/ stumbles over what a client can send."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.urls import get_resolver

from accounts.login import tokens
from accounts.login.urls import CLOSED
from backend.kernel import clock
from tests.accounts.phone import APP, Phone
from tests.cast import Cast

pytestmark = pytest.mark.django_db
FIELDS = [
    "phone", "code", "email", "password", "sessions", "authenticators", "credential", "id", "name", "provider", "process",
    "token", "account", "key", "passwordless", "generate", "username",
]  # fmt: skip
VALUES: list[Any] = [
    None, True, 0, -1, 10**15, 1.5, "", "x", "a" * 60_000, "1" * 5000, "a\\b", "' OR 1=1 --", "é", [], [[]], [{}], [1, None],
    {},
    {"a": {"b": []}}, ["00000000-0000-0000-0000-000000000000"], {"client_id": 1}, {"client_id": "x", "id_token": "a.b.c"},
    {"id": "x", "rawId": [], "response": 3, "type": {}}, {"client_id": "gov", "id_token": {}},
]  # fmt: skip
RAW = [
    b"{", b"nope", b"[]", b"null", b'"x"', b"1", b"\xff\xfe", b'{"phone": NaN}', b'{"phone": Infinity}',
    b'{"code": ' + b"1" * 6000 + b"}", b'{"phone": "\\u0000"}', b'{"phone": "\\ud800"}', b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
    b"[" * 50_000, b'{"phone": 1e999}', b'{"phone": "' + b"9" * 300_000 + b'"}', b'{"phone":1,"phone":2}',
]  # fmt: skip


def paths() -> list[str]:
    found: set[str] = set()

    def walk(patterns: Any, prefix: str) -> None:
        for pattern in patterns:
            here = prefix + str(pattern.pattern)
            if hasattr(pattern, "url_patterns"):
                walk(pattern.url_patterns, here)
            elif here.startswith("_allauth/"):
                found.add("/" + here)

    walk(get_resolver().url_patterns, "")
    return sorted(found)


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "BREW"])
def test_no_method_stumbles(cast: Cast, method: str) -> None:
    assert len(paths()) > 20
    for person in ("", cast.officer_a, cast.inspector):
        for path in paths():
            phone = Phone(tokens.issue(person, at=clock.now()) if person else "")
            assert phone.request(method, path, {}).status_code < 500, (method, path)


@pytest.mark.parametrize("raw", RAW, ids=range(len(RAW)))
def test_no_body_stumbles(cast: Cast, raw: bytes) -> None:
    token = tokens.issue(cast.inspector, at=clock.now())
    for path in paths():
        for method in ("POST", "PUT", "DELETE"):
            for session in ("", token):
                reply = Phone(session).request(method, path, raw)
                assert reply.status_code < 500, (method, path, raw[:40], reply.content[:200])


def pending(cast: Cast, stage: str) -> Phone:
    phone = Phone()
    if stage == "in":
        phone.token = tokens.issue(cast.inspector, at=clock.now())
    elif stage == "code":
        phone.ask(cast.officer_a.phone)
    elif stage == "factor":
        if not Authenticator.objects.exists():
            totp.TOTP.activate(cast.regulator, totp.generate_totp_secret())
        assert phone.log_in(cast.regulator.phone).status_code == 401
    return phone


STAGES = [("in", p) for p in paths()] + [(s, p) for s in ("code", "factor") for p in paths() if "/auth/" in p]


@pytest.mark.parametrize(("stage", "path"), [pair for pair in STAGES if pair[1].partition("/v1/")[2] not in CLOSED])
def test_no_field_stumbles(cast: Cast, path: str, stage: str) -> None:
    for value in VALUES:
        phone = pending(cast, stage)
        reply = phone.request("POST", path, dict.fromkeys(FIELDS, value))
        assert reply.status_code < 500, (path, str(value)[:60], reply.content[:200])


@pytest.mark.parametrize("path", ["auth/sessions", "account/authenticators/webauthn", "account/providers"])
def test_no_selection_stumbles(cast: Cast, path: str) -> None:
    for value in VALUES:
        for method in ("DELETE", "PUT", "PATCH"):
            reply = pending(cast, "in").request(method, f"{APP}/{path}", dict.fromkeys(FIELDS, value))
            assert reply.status_code < 500, (method, path, str(value)[:60], reply.content[:200])


@pytest.mark.parametrize("token", ["", "x", "\x00", "a" * 5000, "é", "' OR 1=1", "a" * 32, "Bearer x"])
def test_no_token_stumbles(db: None, token: str) -> None:
    for path in (f"{APP}/auth/session", "/me"):
        for name in ("X_Session_Token", "Authorization"):
            for value in (token, f"Bearer {token}"):
                assert Phone().get(path, **{name: value}).status_code in (400, 401, 410)
