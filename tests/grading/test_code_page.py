"""The page behind a code: refusals first, then what whom it tells, and how light it is."""

import base64
import re

import orjson
import pytest
from django.test import Client, override_settings

from backend.kernel import clock, ids, receipts, seals
from backend.kernel.models import LedgerEntry
from enterprises.actions.grade import set_grade
from enterprises.models import Enterprise
from grading.actions.regrade import regrade
from grading.documents import page as pages
from grading.models import UsedCode
from grading.policy import tokens
from hazards.policy.words import Verb
from tests.api import Api, problem
from tests.cast import DAY, MINUTE, NOON, SECOND, a_hazard, token
from tests.fuzz.test_hostile_values import HEADER_VALUES, PATH_VALUES
from tests.grading.codes import JSON, given, page, printed, revoked, told

pytestmark = pytest.mark.django_db
UNKNOWN, USED = (404, "safety_code.unknown"), (410, "safety_code.used")
EXPIRED, REVOKED = (410, "safety_code.expired"), (410, "safety_code.revoked")


def forged(code):
    """Return tokens that look like this live code and are none of ours."""
    said, signature = code["token"].split(".")
    live = [str(ids.new().hex), str(ids.new().hex), 1, 9_999_999_999]
    last = signature[-1]
    return [
        f"{said}.{signature[:-1]}{'A' if last != 'A' else 'B'}",
        f"{said}.{signature[::-1]}",
        f"{said[:-4]}AAAA.{signature}",
        f"{said}.{'A' * 86}",
        said,
        code["token"] + "=",
        code["token"].upper(),
        seals.sealed(("bihuan-document", 1), ["a", "b", "c", "d", "e"]),
        seals.sealed(("bihuan-code", 2), live),
        seals.sealed(tokens.LIVE, live),  # signed by us, of an enterprise that there is not
        seals.sealed(tokens.PASS, [*live[:2], *live[:1], "live", 1, 9_999_999_999]),
    ]


def test_what_is_forged_reads_like_what_never_was(cast):
    code = given(cast)
    tokens_ = [*forged(code), "0123-4567-89ab-cdef-ghjk", "0" * 20, "nonsense", "x" * 5000, "%00", "%0a", "%ff%fe", "..", "'--"]
    pages_seen = {page(token).content for token in tokens_}
    assert len(pages_seen) == 1
    assert {page(token).status_code for token in tokens_} == {404}
    assert {problem(told(token)) for token in tokens_ if "%" not in token and token != ".."} == {UNKNOWN}
    assert told(code).status_code == 200


def test_what_is_over_used_or_revoked_says_so_and_nothing_else(cast, frozen):
    with frozen(NOON):
        one, other, third, poster = given(cast), given(cast), given(cast), printed(cast)
        revoked(cast, poster)
        assert page(one).status_code == 200
        seen = {"used": page(one), "revoked": page(poster)}
    with frozen(NOON + MINUTE):
        seen["expired"] = page(other)
        answers = [problem(told(code)) for code in (third, poster)]
    assert answers == [EXPIRED, REVOKED]
    assert {name: reply.status_code for name, reply in seen.items()} == dict.fromkeys(seen, 410)
    for reply, words in ((seen["used"], "已被使用"), (seen["revoked"], "已停用"), (seen["expired"], "已过期")):
        text = reply.content.decode()
        assert words in text
        assert not re.search(f"{cast.a.name}|{cast.a.id}|绿|黄码|红码|灰码|有效至|proof", text)


@pytest.mark.parametrize(
    ("at", "status"), [(NOON, 200), (NOON + MINUTE - SECOND / 1000, 200), (NOON + MINUTE, 410), (NOON + DAY, 410)]
)
def test_a_live_code_lives_for_a_minute(cast, frozen, at, status):
    with frozen(NOON):
        code = given(cast)
    with frozen(at):
        assert page(code).status_code == status


def test_a_live_code_is_used_by_a_get_that_somebody_made_and_by_nothing_else(cast):
    code = given(cast)
    for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"):
        reply = page(code, method=method)
        assert (reply.status_code, reply["Allow"]) == (405, "GET, HEAD")
    ahead = [{"Sec-Purpose": "prefetch"}, {"Sec-Purpose": "prefetch;prerender"}, {"Purpose": "prefetch"}, {"X-Moz": "prefetch"}]
    assert {page(code, **header).status_code for header in ahead} == {425}
    assert problem(told(code, Sec_Purpose="prefetch")) == (425, "safety_code.fetched_ahead")
    heads = [page(code, method="HEAD") for _ in range(3)]
    assert {(reply.status_code, reply.content) for reply in heads} == {(200, b"")}
    # a session that has ended costs nothing either: he logs in and scans the same code
    gone = Api("a" * 32)
    assert gone.request("GET", f"/c/{code['token']}").status_code == 401
    assert problem(gone.request("GET", f"/c/{code['token']}", **JSON)) == (401, "auth.required")
    weak = Api().as_(cast.inspector, strong=False)
    assert problem(weak.request("GET", f"/c/{code['token']}", **JSON)) == (403, "auth.step_up_required")
    assert UsedCode.objects.count() == 0
    assert page(code).status_code == 200
    assert page(code, method="HEAD").status_code == 410
    assert page(code).status_code == 410


def test_a_printed_code_is_read_as_often_as_one_likes_and_as_it_is_typed(cast):
    code = printed(cast)
    typed = tokens.spelled(code["token"]).upper().replace("0", "O").replace("1", "l")
    assert [page(one).status_code for one in (code, code, typed, code["token"].upper())] == [200] * 4


def test_whoever_scans_sees_name_colour_times_and_nothing_about_hazards(cast, frozen):
    a_hazard(cast, Verb.CONFIRM, at=NOON - DAY)
    with frozen(NOON):
        poster, live = printed(cast), given(cast)
        seen, live_seen = told(poster).json(), told(live).json()
        text = page(poster).content.decode()
    assert seen.keys() == {"kind", "name", "address", "code_colour", "as_of", "valid_until", "statement", "proof"}
    assert (seen["kind"], seen["name"], seen["code_colour"]) == ("printed", cast.a.name, "grey")
    assert (seen["as_of"], seen["valid_until"]) == (clock.text(NOON), clock.text(NOON + DAY))
    assert (live_seen["kind"], live_seen["valid_until"]) == ("live", clock.text(NOON + 10 * MINUTE))
    assert re.findall(r"<dd>.*?</dd>", text) == [
        '<dd><time datetime="2026-09-16T04:00:00Z">2026年9月16日 12:00</time></dd>',
        '<dd><time datetime="2026-09-17T04:00:00Z">2026年9月17日 12:00</time></dd>', "<dd>印刷码</dd>",
    ]  # fmt: skip
    assert str(cast.a.id) not in text
    assert "隐患" not in text


def test_the_colour_that_was_shown_can_be_proved(cast, frozen):
    with frozen(NOON):
        proof = told(printed(cast)).json()["proof"]
    assert seals.opened(proof, tokens.COLOUR, members=4) == [
        cast.a.name, "grey", int(NOON.timestamp()), int((NOON + DAY).timestamp()),
    ]  # fmt: skip
    assert seals.opened(proof, tokens.LIVE, members=4) is None
    said = orjson.loads(base64.urlsafe_b64decode(proof.split(".")[0] + "=="))
    assert said[:3] == ["bihuan-colour", 1, receipts.key().key_id]


@pytest.mark.parametrize(
    ("grade", "word", "shape"),
    [("green", "绿码", "disc"), ("blue", "绿码", "disc"), ("yellow", "黄码", "triangle"), ("orange", "黄码", "triangle"),
     ("red", "红码", "octagon"), ("grey", "灰码", "square")],
)  # fmt: skip
def test_each_colour_is_a_word_and_a_shape_too(cast, grade, word, shape):
    code = printed(cast)
    Enterprise.objects.filter(id=cast.a.id).update(grade=grade)
    text = page(code).content.decode()
    assert f'class="colour {shape}"' in text
    assert f"<b>{word}</b>" in text
    assert ("<polygon" in text) == (shape != "disc")
    english = page(code, Accept_Language="en")
    assert (english["Content-Language"], '<html lang="en">' in english.content.decode()) == ("en", True)


def test_officials_of_the_place_see_the_grade_its_reasons_and_where_to_go_on(cast, frozen):
    with frozen(NOON):
        a_hazard(cast, Verb.CONFIRM, at=NOON - DAY)
        regrade(cast.a.id, at=NOON)
        set_grade(
            enterprise_id=cast.a.id, grade="blue", score=82.5, policy_version=0, as_of=NOON, cause="calendar", at=NOON
        )  # fmt: skip
        code = printed(cast)
        seen = {who: told(code, getattr(cast, who)).json() for who in ("inspector", "grid_worker", "regulator", "agency")}
        text = page(code, cast.inspector).content.decode()
        english = page(code, cast.inspector, Accept_Language="en").content.decode()
    inspector = seen["inspector"]
    assert (inspector["grade"], inspector["score"], inspector["open_hazards"]) == ("blue", 82.5, 1)
    assert (inspector["rows"][0]["factor"], inspector["rows"][0]["points"]) == ("spared", 0)
    assert {who: one["check_in"] is None for who, one in seen.items()} == {
        "inspector": False, "grid_worker": False, "regulator": True, "agency": False,
    }  # fmt: skip
    assert re.search(r"五色等级</dt><dd>蓝色 · 82.5分", text)
    assert not re.search("[\u4e00-\u9fff]", re.sub(r"<h1.*?</h1>|<title.*?</title>", "", english))
    assert re.search(r"未销号隐患</dt><dd>1<", text)
    assert "自己查出、还在期限内的隐患" in text
    assert f"bihuan:enterprise?enterprise_id={cast.a.id}" in text
    assert "bihuan:check-in?" in text


@pytest.mark.parametrize("who", ["owner_a", "employee_a", "officer_b", "inspector_far", "auditor", "admin", "stranger"])
def test_everybody_else_who_is_logged_in_sees_what_anybody_sees(cast, who):
    code = printed(cast)
    seen = told(code, getattr(cast, who))
    assert seen.json().keys() == told(code).json().keys()


def test_a_page_is_light_closed_and_works_without_a_script(cast):
    Enterprise.objects.filter(id=cast.a.id).update(name="长" * 100, address="址" * 200)
    live, poster = given(cast), printed(cast)
    for reply in (page(live), page(poster), page(poster, cast.inspector), page("nonsense"), page(poster, Accept="*/*")):
        text = reply.content.decode()
        assert len(reply.content) < 12_000
        assert not re.search(
            r"<script|<link(?! rel=\"icon\" href=\"data:,\")|<img|<iframe|\son\w+=|javascript:|https?://|@import|url\(", text
        )
        assert re.search(r'<html lang="zh-CN">.*<meta name="viewport" content="width=device-width', text, re.S)
        assert reply["Content-Type"] == "text/html; charset=utf-8"
        assert reply["Content-Security-Policy"] == pages.CSP
        assert (reply["Cache-Control"], reply["X-Content-Type-Options"]) == ("no-store", "nosniff")
        assert (reply["Referrer-Policy"], reply["X-Robots-Tag"]) == ("no-referrer", "noindex, nofollow")
        assert {"Accept", "X-Session-Token"} <= set(reply["Vary"].split(", "))
    assert "'unsafe" not in pages.CSP


def test_what_was_typed_stays_text(cast):
    nasty = "<script>alert(1)</script>\"'&\u202eevil\u2066\x00".replace("\x00", "")
    Enterprise.objects.filter(id=cast.a.id).update(name=nasty, address="</title><b>x")
    poster = printed(cast)
    for reply in (page(poster), page(poster, cast.inspector)):
        text = reply.content.decode()
        assert "<script" not in text
        assert "<b>x" not in text
        assert not re.search("[\u202a-\u202e\u2066-\u2069]", text)
        assert "&lt;script&gt;" in text
    for kind in ("svg", "png"):
        answer = Api().as_(cast.owner_a).get(f"/enterprises/{cast.a.id}/code.{kind}")
        assert answer.status_code == 200
        assert b"<script" not in answer.content


@override_settings(RATE_SCALE=0.05)
def test_whoever_scans_too_often_waits(cast):
    code = printed(cast)
    answers = [page(code) for _ in range(4)]
    assert [reply.status_code for reply in answers] == [200, 200, 200, 429]
    assert int(answers[-1]["Retry-After"]) >= 1
    assert answers[0]["RateLimit-Policy"] == '"qr";q=3;w=60'
    assert "Too many" in page(code, Accept_Language="en").content.decode()
    assert problem(told(code)) == (429, "limit.exceeded")


def test_a_scan_leaves_no_trace_of_who_scanned(cast, caplog):
    code, before = printed(cast), LedgerEntry.objects.count()
    live = given(cast)
    with caplog.at_level("INFO"):
        assert [page(code).status_code, page(live).status_code, page(live, cast.inspector).status_code] == [200, 200, 410]
    assert not any(one["token"] in caplog.text for one in (code, live))
    assert LedgerEntry.objects.count() == before
    assert {field.name for field in UsedCode._meta.get_fields()} == {"id", "used_at", "forget_at"}


def test_a_look_costs_few_statements(cast, statements):
    poster, live = printed(cast), given(cast)
    with statements() as looked:
        page(poster)
    with statements() as used:
        page(live)
    assert (len(looked), len(used)) == (2, 7)


def test_nothing_that_stands_in_a_header_or_an_address_breaks_the_page(cast):
    code, session = printed(cast), token(cast.inspector)
    client, wrong = Client(raise_request_exception=False), []
    for name in ("Accept", "Accept-Language", "X-Session-Token", "Authorization", "Sec-Purpose", "X-Forwarded-For", "Cookie"):
        for value in HEADER_VALUES:
            said = {"X-Session-Token": session} | {name: value}
            wrong += [(name, value, reply.status_code) for reply in [client.get(f"/c/{code['token']}", headers=said)]
                      if reply.status_code >= 500]  # fmt: skip
    for value in PATH_VALUES:
        reply = client.get(f"/c/{value}")
        wrong += [] if reply.status_code in (404, 200) else [("path", value, reply.status_code)]
    assert wrong == []
    assert client.get(f"/c/{code['token']}?from=singlemessage&x=%00").status_code == 200
