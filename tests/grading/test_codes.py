"""Codes of an enterprise: who gives out which, what replaces what, what is printed. Refusals first."""

import struct
from xml.etree import ElementTree

import pytest

from backend.kernel import clock, ids, ledger
from grading.models import PrintedCode
from grading.queries import codes as queries
from notifications.models import Notice
from tests.api import Api, problem
from tests.cast import MINUTE, NOON, SECOND
from tests.grading.codes import given, page, printed, revoked

pytestmark = pytest.mark.django_db
MOVE, GONE, DOOR = (403, "enterprise.not_your_move"), (404, "request.not_found"), (403, "auth.no_duty")


def ask(cast, by, firm="a", **body):
    return Api().as_(getattr(cast, by)).post(f"/enterprises/{getattr(cast, firm).id}/code-tokens", body)


def poster(cast, by, kind="svg", firm="a", query=""):
    return Api().as_(getattr(cast, by)).get(f"/enterprises/{getattr(cast, firm).id}/code.{kind}{query}")


def closed_down(cast):
    path = f"/enterprises/{cast.a.id}"
    reply = Api().as_(cast.inspector).patch(path, {"status": "closed"}, If_Match='"1"')
    assert reply.status_code == 200, reply.content


def test_only_members_show_a_live_code_and_only_keepers_a_printed_one(cast):
    answers = {
        (who, kind): problem(ask(cast, who, kind=kind))
        for who, kinds in {
            "inspector": ["live"], "grid_worker": ["live"], "regulator": ["live"], "agency": ["live", "printed"],
            "employee_a": ["printed"], "officer_b": ["live", "printed"], "inspector_far": ["live", "printed"],
            "auditor": ["live", "printed"], "stranger": ["live", "printed"],
        }.items()
        for kind in kinds
    }  # fmt: skip
    assert answers == {
        ("inspector", "live"): MOVE, ("grid_worker", "live"): MOVE, ("regulator", "live"): MOVE,
        ("agency", "live"): DOOR, ("agency", "printed"): DOOR, ("employee_a", "printed"): MOVE,
        ("officer_b", "live"): GONE, ("officer_b", "printed"): GONE, ("inspector_far", "live"): GONE,
        ("inspector_far", "printed"): GONE, ("auditor", "live"): DOOR, ("auditor", "printed"): DOOR,
        ("stranger", "live"): DOOR, ("stranger", "printed"): DOOR,
    }  # fmt: skip
    assert PrintedCode.objects.count() == 0


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "nonsense"}, {"kind": "printed", "replaces": str(ids.new())}, {"kind": "printed", "reason": "破损"},
        {"kind": "live", "replaces": str(ids.new()), "reason": "破损"}, {"printed": True},
        {"kind": "printed", "replaces": str(ids.new()), "reason": "长" * 201},
        {"kind": "printed", "replaces": str(ids.new()), "reason": " "},
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(cast, body):
    assert problem(ask(cast, "owner_a", **body)) == (422, "request.invalid")


def test_a_printed_code_is_not_replaced_by_accident(cast):
    first = printed(cast)
    reply = ask(cast, "officer_a", kind="printed")
    assert (problem(reply), reply.json()["code_in_force"]) == ((409, "safety_code.in_force"), first["id"])
    other = printed(cast, "owner_b", "b")
    for strange in (str(ids.new()), other["id"]):
        assert problem(ask(cast, "owner_a", kind="printed", replaces=strange, reason="破损")) == GONE
    second = printed(cast, "officer_a", replaces=first["id"], reason="破损")
    assert problem(ask(cast, "owner_a", kind="printed", replaces=first["id"], reason="破损")) == (409, "safety_code.not_in_force")
    assert second["token"] != first["token"]
    assert [page(code).status_code for code in (first, second)] == [410, 200]


def test_a_revoked_code_is_revoked_once_by_a_keeper_and_the_reason_is_kept(cast):
    code = printed(cast, "inspector")
    path = f"/enterprises/{cast.a.id}/code-tokens/{code['id']}/revocations"
    refused = {
        who: problem(Api().as_(getattr(cast, who)).post(path, {"reason": "遗失"}))
        for who in ("employee_a", "agency", "officer_b", "inspector_far")
    }
    assert refused == {"employee_a": DOOR, "agency": DOOR, "officer_b": GONE, "inspector_far": GONE}
    live = given(cast)
    assert problem(Api().as_(cast.owner_a).post(path.replace(code["id"], live["id"]), {"reason": "遗失"})) == GONE
    act = {"id": str(ids.new()), "reason": "海报遗失"}
    done = Api().as_(cast.owner_a).post(path, act)
    assert (done.status_code, done.json()["kind"], done.json()["code_token"]["reason"]) == (201, "code_revocation", "海报遗失")
    again = Api().as_(cast.owner_a).post(path, act)
    assert (again.status_code, again.json()["receipt"]) == (200, done.json()["receipt"])
    assert problem(Api().as_(cast.regulator).post(path, {"reason": "再来"})) == (409, "safety_code.not_in_force")
    assert [entry.kind for entry in ledger.of(PrintedCode.objects.get().id)] == ["printed_code.issued", "printed_code.revoked"]
    assert "海报遗失" not in "".join(entry.body for entry in ledger.of(PrintedCode.objects.get().id))
    # it is not printed again by itself: somebody decides that
    assert problem(poster(cast, "owner_a")) == (409, "safety_code.none")
    assert printed(cast, "grid_worker")["token"] != code["token"]
    listed = Api().as_(cast.employee_a).get(f"/enterprises/{cast.a.id}/code-tokens?limit=1").json()
    assert (len(listed["items"]), listed["items"][0]["revoked_at"]) == (1, None)
    rest = Api().as_(cast.employee_a).get(f"/enterprises/{cast.a.id}/code-tokens?cursor={listed['next_cursor']}").json()
    assert [item["id"] for item in rest["items"]] == [code["id"]]


def test_an_enterprise_that_closed_down_has_no_code(cast):
    code, live = printed(cast), given(cast)
    closed_down(cast)
    for refused in (ask(cast, "owner_a"), ask(cast, "owner_a", kind="printed"), poster(cast, "owner_a")):
        assert problem(refused) == (409, "enterprise.closed")
    assert [page(one).status_code for one in (code, live)] == [410, 410]
    assert cast.a.name not in page(code).content.decode()


def test_a_live_code_is_signed_short_lived_and_the_same_when_asked_for_again(cast, frozen):
    act = {"id": str(ids.new())}
    with frozen(NOON + SECOND / 2):
        reply = ask(cast, "employee_a", **act)
        code = reply.json()
        assert (reply.status_code, code["kind"], code["expires_at"]) == (201, "live", clock.text(NOON + MINUTE))
        again = ask(cast, "employee_a", **act)
    assert (again.status_code, again["Idempotency-Replayed"]) == (200, "true")
    assert again.json() == code
    assert code["url"].endswith(f"/c/{code['token']}")
    assert len(code["url"]) < 400
    told = queries.live(code["token"])
    assert (str(told.id), told.enterprise_id, told.span.expires_at) == (act["id"], cast.a.id, NOON + MINUTE)
    with frozen(NOON + MINUTE):
        assert ask(cast, "officer_a", **act).status_code == 409


def test_whoever_left_gets_the_receipt_of_his_code_and_not_the_code(cast):
    act = {"id": str(ids.new())}
    first = ask(cast, "employee_a", **act).json()
    cast.employee_a.duties.update(until=clock.now())
    again = Api().as_(cast.employee_a).post(f"/enterprises/{cast.a.id}/code-tokens", act)
    assert problem(again) == DOOR
    cast.employee_a.duties.update(until=None, enterprise_id=cast.b.id)
    again = ask(cast, "employee_a", **act).json()
    assert (again.keys(), again["receipt"]) == ({"id", "kind", "receipt"}, first["receipt"])


def test_whoever_prints_first_gets_the_first_code_and_everybody_after_him_the_same(cast):
    first = poster(cast, "employee_a")
    assert (first.status_code, first["Content-Type"]) == (200, "image/svg+xml")
    row = PrintedCode.objects.get()
    assert [entry.kind for entry in ledger.of(row.id)] == ["printed_code.issued"]
    assert (row.issued_by, ledger.read(ledger.of(row.id)[0])["actor"]["role"]) == (cast.employee_a.id, "employee")
    assert poster(cast, "regulator").content == first.content
    assert PrintedCode.objects.count() == 1
    listed = Api().as_(cast.agency).get(f"/enterprises/{cast.a.id}/code-tokens").json()["items"]
    assert [item["token"] for item in listed] == [row.code]


def test_what_is_printed_says_name_and_colour_in_words_and_shape_and_nothing_active(cast):
    from_words = ElementTree.fromstring(poster(cast, "owner_a").content)
    said = "".join(from_words.itertext())
    assert cast.a.name in said
    assert "灰码,方形问号,尚未评级" in said
    assert {element.tag.rpartition("}")[2] for element in from_words.iter()} <= {
        "svg", "title", "desc", "rect", "path", "polygon", "circle", "g",
    }  # fmt: skip
    plain = poster(cast, "owner_a", query="?colour=none").content.decode()
    assert "灰码" not in plain
    assert problem(poster(cast, "owner_a", query="?colour=red")) == (422, "request.invalid")
    assert problem(poster(cast, "owner_a", query="?color=none")) == (422, "request.invalid")
    picture = poster(cast, "owner_a", "png")
    assert (picture["Content-Type"], struct.unpack(">II", picture.content[16:24])) == ("image/png", (1240, 1754))
    assert picture["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert len(picture.content) < 100_000


def test_whoever_keeps_the_code_is_told_when_somebody_else_revokes_it(cast, drain):
    assert all((cast.owner_a, cast.officer_a, cast.employee_a, cast.owner_b))
    revoked(cast, printed(cast), by="regulator")
    drain(clock.now())
    told = Notice.objects.filter(kind="printed_code.revoked")
    assert {row.person_id for row in told} == {cast.owner_a.id, cast.officer_a.id}
    new = printed(cast, "officer_a")
    printed(cast, "officer_a", replaces=new["id"], reason="破损")
    drain(clock.now())
    assert Notice.objects.filter(kind="printed_code.revoked", person=cast.officer_a).count() == 1
    assert Notice.objects.filter(kind="printed_code.revoked", person=cast.owner_a).count() == 2
