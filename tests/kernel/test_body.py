"""Bodies: every value that no field may carry is refused with 4xx, before any room sees it."""

import math

import pytest

from backend.kernel.problems import Invalid, Malformed, Problem
from backend.kernel.web import body
from tests.api import problem


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b'{"a": 1', Malformed.code),
        (b"\xff\xfe", Malformed.code),
        (b'{"a": NaN}', Malformed.code),
        (b'{"a": Infinity}', Malformed.code),
        (b'{"a": "\\ud800"}', Malformed.code),
        (b"[1]", Invalid.code),
        (b'"text"', Invalid.code),
        (b"null", Invalid.code),
        (b'{"a": "x\\u0000y"}', Invalid.code),
        (b'{"a": "\\u0007"}', Invalid.code),
        ('{"a": "e\u0301"}'.encode(), Invalid.code),
        ('{"e\u0301": 1}'.encode(), Invalid.code),
        ('{"a": "\uffff"}'.encode(), Invalid.code),
        (b'{"a": 9007199254740992}', Invalid.code),
        (b'{"a": -9007199254740993}', Invalid.code),
        (b'{"a": 1e300}', Invalid.code),
        (b'{"a": 123456789012345678901234567890}', None),
        (b'{"a":' * 17 + b"1" + b"}" * 17, Invalid.code),
        (b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}", None),
        (b'{"a": [' + b",".join([b"1"] * 25_000) + b"]}", Invalid.code),
    ],
)
def test_what_no_field_may_carry_is_refused(raw, code):
    with pytest.raises(Problem) as refused:
        body.parse(raw)
    assert refused.value.status in (400, 422)
    if code:
        assert refused.value.code == code


@pytest.mark.parametrize("raw", [b"", b"  ", b"{}", '{"名": "好\\n\\t", "n": 9007199254740991, "d": -0.5, "x": null}'.encode()])
def test_ordinary_bodies_are_taken(raw):
    assert isinstance(body.parse(raw), dict)


def test_numbers_that_json_cannot_carry_are_refused_also_inside_lists():
    with pytest.raises(Invalid):
        body.check({"a": [{"b": [math.inf]}]})


@pytest.mark.django_db
class TestOverHttp:
    PATH = "/problems"

    @pytest.mark.parametrize(
        ("method", "path", "expected"),
        [
            ("GET", "/nowhere", (404, "request.not_found")),
            ("DELETE", "/problems", (405, "request.method_not_allowed")),
            ("TRACE", "/problems", (405, "request.method_not_allowed")),
            ("GET", "/problems?surprise=1", (422, "request.invalid")),
            ("GET", "/problems?a%00=1", (422, "request.invalid")),
        ],
    )
    def test_what_django_answers_by_itself_has_the_one_shape_too(self, api, method, path, expected):
        assert problem(api.request(method, path)) == expected

    def test_every_answer_has_its_headers_and_its_request_id(self, api):
        reply = api.get("/health/live", X_Request_Id="abc-1")
        assert reply["X-Request-Id"] == "abc-1"
        assert reply["X-Content-Type-Options"] == "nosniff"
        assert reply["Cache-Control"] == "no-store"
        assert reply["Content-Security-Policy"].startswith("default-src 'none'")
        assert api.get("/health/live", X_Request_Id="bad id\u00e9")["X-Request-Id"] != "bad id"

    def test_the_words_follow_the_reader(self, api):
        assert "scope" in api.get("/nowhere", Accept_Language="en").json()["title"]
        assert "管辖" in api.get("/nowhere", Accept_Language="zh-CN,en;q=0.5").json()["title"]
