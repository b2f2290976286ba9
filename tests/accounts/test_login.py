"""Logging in by phone and code."""

import pytest

from backend.kernel.models import Job
from tests.accounts.phone import APP, Phone, app_code, last_code
from tests.api import problem
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def spellings(phone: str) -> list[str]:
    n = phone.removeprefix("+86")
    return [
        n, phone, f"+86 {n}", f"0086{n}", f"86{n}", f"{n[:3]} {n[3:7]} {n[7:]}", f"{n[:3]}-{n[3:7]}-{n[7:]}",
        f"(+86) {n[:3]}-{n[3:]}", f" {n} ", n.translate(str.maketrans("0123456789", "0123456789")),
    ]  # fmt: skip


@pytest.mark.parametrize("number", ["", "12345", "057767890123", "+1 202 555 0123", "13800", "abc", "138001380001380013800", "1️⃣"])
def test_what_is_no_chinese_mobile_number_is_refused(number: str) -> None:
    assert Phone().ask(number).status_code == 400
    assert Job.objects.count() == 0


@pytest.mark.parametrize("nth", range(10))
def test_a_number_is_taken_in_every_spelling(cast: Cast, nth: int) -> None:
    phone = Phone()
    assert phone.log_in(spellings(cast.officer_a.phone)[nth]).status_code == 200
    assert phone.get("/me").json()["phone"] == cast.officer_a.phone


def test_an_unknown_number_gets_the_answer_of_a_known_one_and_no_sms(cast: Cast) -> None:
    known, unknown = Phone(), Phone()
    a, b = known.ask(cast.officer_a.phone), unknown.ask("13900000000")
    assert (a.status_code, b.status_code) == (401, 401)
    assert {**a.json(), "meta": ""} == {**b.json(), "meta": ""}
    assert a.json()["meta"].keys() == b.json()["meta"].keys()
    assert Job.objects.filter(kind="notifications.tasks.send_code").count() == 1
    assert Job.objects.count() == 2
    wrong = "000000" if last_code()["code"] != "000000" else "000001"
    assert [known.confirm(wrong).content for _ in range(6)] == [unknown.confirm(wrong).content for _ in range(6)]


def test_a_disabled_account_reads_as_an_unknown_number(cast: Cast) -> None:
    person = cast.officer_a
    person.is_active = False
    person.save()
    assert Phone().ask(person.phone).status_code == 401
    assert not Job.objects.filter(kind="notifications.tasks.send_code").exists()


def test_five_wrong_codes_end_the_pending_login(cast: Cast) -> None:
    phone = Phone()
    phone.ask(cast.officer_a.phone)
    right = last_code()["code"]
    wrong = "000000" if right != "000000" else "000001"
    assert [phone.confirm(wrong).status_code for _ in range(5)] == [400] * 5
    assert phone.confirm(right).status_code == 409


def test_a_code_works_once(cast: Cast) -> None:
    phone = Phone()
    phone.ask(cast.officer_a.phone)
    pending, code = phone.token, last_code()["code"]
    assert phone.confirm(code).status_code == 200
    again = Phone(pending)
    assert again.confirm(code).status_code in (401, 409, 410)


def test_nobody_signs_up(cast: Cast) -> None:
    reply = Phone().post(f"{APP}/auth/signup", {"phone": "13900000000"})
    assert reply.status_code == 403


def test_an_official_without_second_factor_sees_me_alone(cast: Cast) -> None:
    phone = Phone()
    phone.log_in(cast.inspector.phone)
    assert phone.get("/me").json()["duties"] == [{"role": "inspector", "region": "330324009", "licence_no": "浙C0001"}]
    assert problem(phone.get("/regions")) == (403, "auth.step_up_required")


def test_enrolling_a_second_factor_makes_the_session_strong(cast: Cast) -> None:
    phone = Phone()
    phone.log_in(cast.inspector.phone)
    phone.enrol()
    assert phone.get("/regions").status_code == 200


def test_the_next_login_asks_for_the_second_factor(cast: Cast) -> None:
    first = Phone()
    first.log_in(cast.inspector.phone)
    secret = first.enrol()
    phone = Phone()
    reply = phone.log_in(cast.inspector.phone)
    assert reply.status_code == 401
    assert {
        k: v for f in reply.json()["data"]["flows"] if f["id"] == "mfa_authenticate" for k, v in f.items() if k != "types"
    } == {"id": "mfa_authenticate", "is_pending": True}
    assert problem(phone.get("/me")) == (401, "auth.required")
    assert phone.second("000000").status_code == 400
    assert phone.second(app_code(secret, step=1)).status_code == 200
    assert phone.get("/regions").status_code == 200


def test_a_revoked_session_ends_at_once(cast: Cast) -> None:
    here, there = Phone(), Phone()
    here.log_in(cast.officer_a.phone)
    there.log_in(cast.officer_a.phone)
    listed = here.get(f"{APP}/auth/sessions").json()["data"]
    other = [s["id"] for s in listed if not s["is_current"]]
    assert here.request("DELETE", f"{APP}/auth/sessions", {"sessions": other}).status_code == 200
    assert problem(there.get("/me")) == (401, "auth.required")
    assert here.get("/me").status_code == 200


def test_logging_out_ends_the_session(cast: Cast) -> None:
    phone = Phone()
    phone.log_in(cast.officer_a.phone)
    assert phone.delete(f"{APP}/auth/session").status_code == 401
    assert problem(phone.get("/me")) == (401, "auth.required")
