"""Government accounts: matched by a verified phone, never enrolled."""

from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.totp.internal import auth as totp
from allauth.socialaccount.models import SocialAccount

from accounts.models import Person
from tests.accounts.phone import APP, Phone, app_code
from tests.accounts.provider import CLIENT, OTHER_KEY, Provider
from tests.api import problem
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def gov(settings: Any) -> Iterator[Provider]:
    with Provider() as provider:
        app = {
            "provider_id": "gov",
            "name": "政务账号",
            "client_id": CLIENT,
            "secret": "x",
            "settings": {"server_url": provider.url},
        }
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
        yield provider


def enter(token: Any) -> tuple[int, Phone]:
    phone = Phone()
    body = {"provider": "gov", "process": "login", "token": {"client_id": CLIENT, "id_token": token}}
    reply = phone.post(f"{APP}/auth/provider/token", body)
    phone.token = (reply.json().get("meta", {}) if reply.content else {}).get("session_token", "")
    return reply.status_code, phone


def said(person: Person, **more: Any) -> dict[str, Any]:
    return {"phone_number": person.phone, "phone_number_verified": True, "name": person.name, **more}


def test_a_verified_phone_logs_in_whoever_has_it(cast: Cast, gov: Provider) -> None:
    status, phone = enter(gov.token(**said(cast.officer_a)))
    assert status == 200
    assert phone.get("/me").json()["id"] == str(cast.officer_a.id)
    assert SocialAccount.objects.get().extra_data == {}
    again, phone = enter(gov.token(**said(cast.officer_a)))
    assert again == 200
    assert SocialAccount.objects.get().extra_data == {}


UNMATCHED: list[dict[str, Any]] = [
    {"phone_number_verified": False}, {"phone_number_verified": None}, {"phone_number_verified": "true"},
    {"phone_number": None}, {"phone_number": "13900000000"}, {"phone_number": 13800138000}, {"phone_number": "x"},
]  # fmt: skip


@pytest.mark.parametrize("more", UNMATCHED)
def test_who_is_not_matched_is_not_enrolled(cast: Cast, gov: Provider, more: dict[str, Any]) -> None:
    cast.officer_a  # noqa: B018 - made by being named
    people = Person.objects.count()
    status, phone = enter(gov.token(**said(cast.officer_a, **more)))
    assert status == 403
    assert problem(phone.get("/me")) == (401, "auth.required")
    assert (Person.objects.count(), SocialAccount.objects.count()) == (people, 0)


def test_a_disabled_person_stays_out(cast: Cast, gov: Provider) -> None:
    assert enter(gov.token(**said(cast.officer_a)))[0] == 200
    Person.objects.filter(id=cast.officer_a.id).update(is_active=False)
    status, phone = enter(gov.token(**said(cast.officer_a)))
    assert status in (401, 403)
    assert problem(phone.get("/me")) == (401, "auth.required")


def test_a_linked_account_whose_phone_is_now_somebody_elses_is_refused(cast: Cast, gov: Provider) -> None:
    assert enter(gov.token(**said(cast.officer_a)))[0] == 200
    assert enter(gov.token(**said(cast.officer_b)))[0] == 403


def test_the_second_factor_is_still_asked_for(cast: Cast, gov: Provider) -> None:
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(cast.inspector, secret)
    status, phone = enter(gov.token(**said(cast.inspector)))
    assert status == 401
    assert phone.second(app_code(secret)).status_code == 200
    assert phone.get("/regions").status_code == 200


def bad_tokens(gov: Provider, person: Person) -> list[Any]:
    return [
        gov.token(key=OTHER_KEY, **said(person)), gov.token(aud="another", **said(person)),
        gov.token(iss="http://x", **said(person)),
        gov.token(exp=1, **said(person)), gov.token(headers={}, **said(person)), gov.token(headers={"kid": "2"}, **said(person)),
        gov.token(sub=None, **said(person)), gov.token(sub=5, **said(person)), gov.token(exp="x", **said(person)),
        "a.b.c", "", "x" * 2000, ".", "..", "eyJhbGciOiJub25lIn0.e30.",
    ]  # fmt: skip


def test_a_token_that_is_not_sound_is_refused(cast: Cast, gov: Provider) -> None:
    answers = [enter(token)[0] for token in bad_tokens(gov, cast.officer_a)]
    assert set(answers) == {400}, answers
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize("answer", [b"", b"nope", b"[]", b"{}", b'{"issuer": 1, "jwks_uri": 2}', b'{"keys": 3}'])
def test_a_provider_that_talks_nonsense_logs_nobody_in(cast: Cast, gov: Provider, answer: bytes) -> None:
    token = gov.token(**said(cast.officer_a))
    gov.broken = answer
    assert enter(token)[0] == 400


def test_a_provider_that_is_down_logs_nobody_in(cast: Cast, gov: Provider) -> None:
    token = gov.token(**said(cast.officer_a))
    gov.server.shutdown()
    gov.server.server_close()
    assert enter(token)[0] == 400
