"""What every request may carry and how it is read, whatever the operation."""

import pytest

from backend.kernel.web.words import in_chinese
from tests.api import Api, problem
from tests.loop import CATEGORY

pytestmark = pytest.mark.django_db


def a_body(cast, **more) -> dict:
    """Return what a phone sends to report a hazard of enterprise A."""
    said = {
        "enterprise_id": str(cast.a.id), "source": "self_inspection", "category": CATEGORY, "description": "配电箱门缺失",
        "place": "一号车间", "found_at": "2026-09-16T04:00:00Z",
    }  # fmt: skip
    return said | more


def test_header_fields_end_at_sixteen_kibibytes(api: Api, cast) -> None:
    assert problem(api.as_(cast.officer_a).get("/me", X_Big="x" * 17_000)) == (431, "request.headers_too_large")
    assert api.as_(cast.officer_a).get("/me", X_Big="x" * 9_000).status_code == 200


def test_a_member_named_twice_is_refused_and_named(api: Api, cast) -> None:
    raw = b'{"enterprise_id": "x", "place": "a", "place": "b"}'
    reply = api.as_(cast.officer_a).post("/hazards", raw)
    assert problem(reply) == (422, "request.invalid")
    assert [found["code"] for found in reply.json()["errors"]] == ["repeated"]


def test_a_member_named_twice_within_another_is_refused_there(api: Api, cast) -> None:
    raw = b'{"location": {"latitude": 1, "latitude": 2, "longitude": 3}}'
    assert [found["field"] for found in api.as_(cast.officer_a).post("/hazards", raw).json()["errors"]] == ["location"]


def test_a_query_parameter_that_takes_one_value_is_refused_twice(api: Api, cast) -> None:
    assert problem(api.as_(cast.inspector).get("/hazards?status=reported&status=closed")) == (422, "request.invalid")


def test_an_address_that_is_no_utf_8_is_refused(api: Api, cast) -> None:
    assert problem(api.as_(cast.inspector).get("/hazards?q=%FF%FE")) == (422, "request.invalid")


def test_field_errors_are_told_in_the_reader_s_language(api: Api, cast) -> None:
    client = api.as_(cast.officer_a)
    body = a_body(cast, description="", found_at="yesterday")
    chinese = {found["field"]: found["message"] for found in client.post("/hazards", body).json()["errors"]}
    english = {found["field"]: found["message"] for found in client.post("/hazards", body, Accept_Language="en").json()["errors"]}
    assert chinese == {"description": "至少 1 个字符", "found_at": "应为带时区的 RFC 3339 时间"}
    assert english["found_at"] == "must be an RFC 3339 time with offset"


def test_a_code_without_words_of_its_own_has_the_general_ones() -> None:
    assert in_chinese("never.heard_of") == "内容不符合要求"
    assert in_chinese("string_too_long") == "最多 规定 个字符"


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("zh;q=0.1,en;q=0.9", "en"),
        ("en;q=0, zh", "zh-CN"),
        ("fr, en-GB;q=0.5", "en"),
        ("fr", "zh-CN"),
        (";;;", "zh-CN"),
        ("", "zh-CN"),
    ],
)
def test_the_language_is_the_one_wanted_most(api: Api, said: str, language: str) -> None:
    assert api.get("/me", Accept_Language=said)["Content-Language"] == language


def test_head_is_answered_as_get_without_content(api: Api, cast) -> None:
    reply = api.request("HEAD", "/health/live")
    assert (reply.status_code, reply.content) == (200, b"")
    assert api.as_(cast.officer_a).request("HEAD", "/me").status_code == 200
    assert api.request("HEAD", "/me").status_code == 401
    assert api.as_(cast.officer_a).request("HEAD", f"/hazards/{cast.a.id}/withdrawals").status_code == 405


@pytest.mark.parametrize("found_at", ["2100-06-01T00:00:00Z", "2000-01-01T07:00:00+08:00", "2100-12-31T23:59:59-12:00"])
def test_a_claimed_time_between_2000_and_2100_is_never_refused(api: Api, cast, found_at: str) -> None:
    reply = api.as_(cast.officer_a).post("/hazards", a_body(cast, found_at=found_at))
    assert reply.status_code == 201
    assert "clock_skew" in reply.json()["flags"]


def test_the_address_of_a_problem_leads_to_the_list_of_problems(api: Api) -> None:
    told = api.get("/me").json()["type"]
    assert told.endswith("/api/v1/problems#auth.required")


def test_where_deadlines_sort_those_without_one_come_last_and_none_is_missing(api: Api, cast) -> None:
    officer, inspector = api.as_(cast.officer_a), Api().as_(cast.inspector)
    made = [officer.post("/hazards", a_body(cast)).json()["id"] for _ in range(5)]
    for n, id in enumerate(made[:2]):
        ruling = {"outcome": "confirm", "level": "general", "requirement": "改", "due_on": f"2027-01-1{n}"}
        assert inspector.post(f"/hazards/{id}/verifications", ruling).status_code == 201
    found, cursor = [], ""
    while cursor is not None:
        page = inspector.get("/hazards?sort=due_at&limit=2" + (f"&cursor={cursor}" if cursor else "")).json()
        found, cursor = found + [row["id"] for row in page["items"]], page["next_cursor"]
    assert found[:2] == made[:2]
    assert sorted(found[2:]) == sorted(made[2:])
