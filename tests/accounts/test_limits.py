"""Limits at RATE_SCALE 1; everybody else's tests run scaled."""

from typing import Any

import pytest

from accounts.login import guesses, limits
from accounts.login.limits import Limit
from tests.accounts.phone import APP, Phone, app_code, last_code
from tests.api import Api, problem
from tests.cast import DAY, HOUR, MINUTE, NOON, SECOND, Cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _unscaled(settings: Any) -> None:
    settings.RATE_SCALE = 1.0


def wrong() -> str:
    return "000000" if last_code()["code"] != "000000" else "000001"


def test_every_answer_says_how_the_limit_stands(cast: Cast) -> None:
    for reply in (Api().get("/problems"), Api().get("/nowhere"), Api().as_(cast.officer_a).get("/me"), Api().get("/health/live")):
        assert reply["RateLimit-Policy"].startswith('"')
        assert ";r=" in reply["RateLimit"]


def test_the_thirty_first_request_within_a_second_is_refused(cast: Cast, frozen: Any) -> None:
    with frozen(NOON):
        phone = Api().as_(cast.officer_a)
        assert {phone.get("/me").status_code for _ in range(30)} == {200}
        reply = phone.get("/me")
        assert problem(reply) == (429, "limit.exceeded")
        assert reply["Retry-After"] == "1"


def test_the_121st_request_within_a_minute_is_refused(cast: Cast, frozen: Any) -> None:
    phone = other = None
    for second in range(4):
        with frozen(NOON + second * 2 * SECOND):
            phone = phone or Api().as_(cast.officer_a)
            other = other or Api().as_(cast.officer_a)
            assert {phone.get("/me").status_code for _ in range(30)} == {200}
    assert phone is not None
    assert other is not None
    with frozen(NOON + 10 * SECOND):
        reply = phone.get("/me")
        assert problem(reply) == (429, "limit.exceeded")
        assert 1 <= int(reply["Retry-After"]) <= 60
        assert Api().as_(cast.officer_b).get("/me").status_code == 200
        other.get("/me")  # another session of the same person, new to this process
        assert problem(other.get("/me")) == (429, "limit.exceeded")
    with frozen(NOON + 61 * SECOND):
        assert phone.get("/me").status_code == 200


def test_a_person_submits_thirty_times_a_minute(cast: Cast, frozen: Any) -> None:
    with frozen(NOON):
        phone = Api().as_(cast.officer_a)
        phone.get("/me")
        for _ in range(15):
            phone.post("/nowhere")
    with frozen(NOON + 2 * SECOND):
        for _ in range(15):
            phone.post("/nowhere")
    with frozen(NOON + 4 * SECOND):
        assert problem(phone.post("/nowhere")) == (429, "limit.exceeded")
        assert phone.get("/me").status_code == 200


def test_tokens_made_up_are_limited_by_address(frozen: Any) -> None:
    with frozen(NOON):
        answers = [Api("a" * 28 + f"{n:04d}").get("/me").status_code for n in range(122)]
    assert answers[:120] == [401] * 120
    assert answers[120:] == [429] * 2


def test_a_forwarded_address_without_a_trusted_proxy_changes_nothing(settings: Any, frozen: Any) -> None:
    settings.TRUSTED_PROXIES = 0
    with frozen(NOON):
        answers = [Api().get("/problems", X_Forwarded_For=f"10.0.0.{n}").status_code for n in range(32)]
    assert answers == [200] * 30 + [429] * 2


def test_behind_one_proxy_the_last_entry_counts(settings: Any, frozen: Any) -> None:
    settings.TRUSTED_PROXIES = 1
    with frozen(NOON):
        spoofed = [Api().get("/problems", X_Forwarded_For=f"10.0.0.{n}, 192.0.2.7").status_code for n in range(31)]
        assert spoofed == [200] * 30 + [429]
        assert Api().get("/problems", X_Forwarded_For="192.0.2.7, 192.0.2.8").status_code == 200


def test_an_ipv6_client_is_its_network(settings: Any, frozen: Any) -> None:
    settings.TRUSTED_PROXIES = 1
    with frozen(NOON):
        same = [Api().get("/problems", X_Forwarded_For=f"2001:db8:1:1::{n:x}").status_code for n in range(31)]
        assert same == [200] * 30 + [429]
        assert Api().get("/problems", X_Forwarded_For="2001:db8:1:2::1").status_code == 200


@pytest.mark.parametrize("known", [True, False])
def test_one_code_a_minute_five_an_hour_ten_a_day_for_any_number(cast: Cast, frozen: Any, known: bool) -> None:
    number = cast.officer_a.phone if known else "+8613900000000"

    def ask(at: Any) -> Any:
        limits.forget_exactly(guesses.SEND_IP, "127.0.0.1/32")
        with frozen(at):
            return Phone().ask(number)

    assert ask(NOON).status_code == 401
    refused = ask(NOON + 59 * SECOND)
    assert (refused.status_code, refused.json()) == (429, {"status": 429})
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert [ask(NOON + n * 61 * SECOND).status_code for n in range(1, 6)] == [401] * 4 + [429]
    assert [ask(NOON + 2 * HOUR + n * 61 * SECOND).status_code for n in range(6)] == [401] * 5 + [429]
    assert ask(NOON + 5 * HOUR).status_code == 429
    assert ask(NOON + DAY + HOUR).status_code == 401


def test_ten_codes_an_hour_for_one_address(frozen: Any) -> None:
    answers = []
    for n in range(11):
        with frozen(NOON + n * SECOND):
            answers.append(Phone().ask(f"1390000{n:04d}").status_code)
    assert answers == [401] * 10 + [429]


def test_ten_wrong_codes_lock_a_number_for_a_day(cast: Cast, frozen: Any) -> None:
    for start in (NOON, NOON + 2 * MINUTE):
        with frozen(start):
            phone = Phone()
            phone.ask(cast.officer_a.phone)
            assert [phone.confirm(wrong()).status_code for _ in range(5)] == [400] * 5
    with frozen(NOON + 4 * MINUTE):
        reply = Phone().ask(cast.officer_a.phone)
        assert reply.status_code == 429
        assert 23 * 3600 < int(reply["Retry-After"]) <= 24 * 3600
    with frozen(NOON + DAY + MINUTE):
        assert Phone().ask(cast.officer_a.phone).status_code == 429
    with frozen(NOON + DAY + 3 * MINUTE):
        assert Phone().log_in(cast.officer_a.phone).status_code == 200


def test_a_locked_number_refuses_the_right_code_too(cast: Cast, frozen: Any) -> None:
    with frozen(NOON):
        phone = Phone()
        phone.ask(cast.officer_a.phone)
        for _ in range(10):
            guesses.wrong_code(phone=cast.officer_a.phone, ip="10.1.1.1")
        assert phone.confirm(last_code()["code"]).status_code == 429


def test_twenty_wrong_guesses_close_an_address(cast: Cast, frozen: Any) -> None:
    with frozen(NOON):
        for n in range(20):
            guesses.wrong_code(phone=f"+861390000{n:04d}", ip="127.0.0.1")
        phone = Phone()
        phone.ask(cast.officer_a.phone)
        assert phone.confirm(last_code()["code"]).status_code == 429


def test_five_wrong_second_factors_lock_for_longer_and_longer(cast: Cast, frozen: Any) -> None:
    with frozen(NOON):
        phone = Phone()
        phone.log_in(cast.inspector.phone)
        secret = phone.enrol()
    expected = [(15, NOON + MINUTE), (30, NOON + 20 * MINUTE), (60, NOON + 55 * MINUTE)]
    for minutes, at in expected:
        with frozen(at):
            path = f"{APP}/auth/2fa/reauthenticate"
            assert [phone.post(path, {"code": "000000"}).status_code for _ in range(5)] == [400] * 5
            locked = phone.post(path, {"code": app_code(secret)})
            assert locked.status_code == 429
            assert minutes * 60 - 1 <= int(locked["Retry-After"]) <= minutes * 60
    with frozen(NOON + 3 * HOUR):
        assert phone.post(f"{APP}/auth/2fa/reauthenticate", {"code": app_code(secret)}).status_code == 200


def test_a_one_time_password_is_taken_once(cast: Cast, frozen: Any) -> None:
    with frozen(NOON):
        phone = Phone()
        phone.log_in(cast.inspector.phone)
        secret = phone.enrol()
    with frozen(NOON + MINUTE):
        code = app_code(secret, step=1)
        assert phone.post(f"{APP}/auth/2fa/reauthenticate", {"code": code}).status_code == 200
    with frozen(NOON + MINUTE + 40 * SECOND):
        assert phone.post(f"{APP}/auth/2fa/reauthenticate", {"code": code}).status_code == 400


def test_redis_that_is_down_costs_no_answer(settings: Any, cast: Cast) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert limits.take(Limit("gone", 1, 60)).ok
    assert not limits.take(Limit("gone", 1, 60)).ok
    assert Api().as_(cast.officer_a).get("/me").status_code == 200
