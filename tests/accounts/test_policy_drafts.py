"""Policies are drafted first and adopted by an act, with a day; the order of their numbers is the order of time."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from backend.kernel import clock, ledger, policies
from backend.kernel.calendar import local_day, start_of
from backend.kernel.models import PolicyVersion
from backend.kernel.web.words import GENERAL
from grading import queries as grading
from tests.api import Api, problem
from tests.cast import DAY, Cast, token
from tests.races.phones import once, together

pytestmark = pytest.mark.django_db
DEARER = {"factors": {"open_general": {"points": 3}}}


def a_draft(api: Api, **document: Any) -> str:
    reply = api.post("/policies", {"kind": "grading", "document": document or DEARER})
    assert reply.status_code == 201, reply.content
    return str(reply.json()["id"])


def adopt(api: Api, draft: str, since: Any = None, **more: Any) -> Any:
    return api.post(f"/policies/{draft}/adoptions", {"effective_from": since or clock.text(clock.now() + DAY), **more})


WRONG = [
    ({"factors": {"open_general": {"points": -1}}}, "document.factors.open_general.points"),
    ({"factors": {"open_general": {"points": "2"}}}, "document.factors.open_general.points"),
    ({"factors": {"open_generals": {"points": 2}}}, "document.factors.open_generals"),
    ({"thresholds": {"blue": 95}}, "document.thresholds.blue"),
    ({"vetoes": {"major_open": {"grade_at_best": "purple"}}}, "document.vetoes.major_open.grade_at_best"),
    ({"improving": {"wait_days": 0}}, "document.improving.wait_days"),
    ({"windows_days": 3}, "document.windows_days"),
    ({"spared": ["everything"]}, "document.spared.0"),
    ({"groups": None}, "document.groups"),
    ({"hysteresis": 11}, "document.hysteresis"),
    ({"vetoes": {"fatal_past": {"days": 100}}}, "document.vetoes.fatal_past"),
]


def test_a_bad_document_is_refused_with_the_place_at_fault_however_it_is_sent(cast: Cast) -> None:
    api = Api().as_(cast.regulator)
    for document, field in WRONG:
        for path, body in (("/policies", {"kind": "grading", "document": document}), ("/policies?kind=grading", document)):
            reply = api.post(path, body)
            assert problem(reply) == (422, "request.invalid")
            assert [e["field"] for e in reply.json()["errors"]] == [field], document
            assert reply.json()["errors"][0]["message"] != GENERAL, document
    assert not PolicyVersion.objects.exists()


def test_what_is_neither_a_document_nor_a_policy_is_refused(cast: Cast) -> None:
    api, document = Api().as_(cast.regulator), {"window_days": 90}
    for path, body, fields in [
        ("/policies", document, ["document", "kind", "window_days", "reason"]),
        ("/policies?kind=grading", {}, ["document"]),
        ("/policies?kind=grading", {"kind": "photos", "document": document}, ["kind", "reason"]),
        ("/policies?kind=grading", {"document": document, "window_days": 3}, ["window_days"]),
        ("/policies", {"kind": "grading", "document": document, "effective_from": "2030-01-01"}, ["reason"]),
        ("/policies", {"kind": "grading", "document": document, "effective_from": "2030-02-31"}, ["effective_from"]),
        ("/policies?kind=photos", {"prefix": 1}, ["reason"]),
    ]:
        reply = api.post(path, body)
        assert problem(reply) == (422, "request.invalid")
        assert [e["field"] for e in reply.json()["errors"]] == fields, body
    assert problem(api.post("/policies?kind=nonsense", {"a": 1, "reason": "x"})) == (422, "policy.unknown_kind")


def test_a_draft_is_adopted_once_by_a_county_and_not_for_the_past(cast: Cast) -> None:
    api = Api().as_(cast.regulator)
    draft = a_draft(api)
    now = clock.now()
    for since in (clock.text(now - DAY), (local_day(now) - timedelta(days=1)).isoformat()):
        assert problem(adopt(api, draft, since)) == (422, "policy.in_past")
    for bad in ("soon", 3, None, "2030-13-01", "1999-01-01", clock.text(now)[:19]):
        assert problem(api.post(f"/policies/{draft}/adoptions", {"effective_from": bad})) == (422, "request.invalid")
    assert problem(api.post(f"/policies/{draft}/adoptions", {})) == (422, "request.invalid")
    assert problem(adopt(api, str(uuid4()))) == (404, "request.not_found")
    assert problem(adopt(Api().as_(cast.auditor), draft)) == (403, "auth.no_duty")
    assert adopt(api, draft).status_code == 201
    again = adopt(Api().as_(cast.regulator_city), draft)
    assert problem(again) == (409, "policy.already_adopted")
    assert again.json()["version"] == 1
    assert [e.kind for e in ledger.of(UUID(draft))] == ["policy.drafted", "policy.adopted"]
    assert ledger.broken_at(UUID(draft)) is None


def test_no_version_comes_before_one_that_is_adopted_but_one_may_take_its_place(cast: Cast) -> None:
    api = Api().as_(cast.regulator)
    later, now = start_of(local_day(clock.now())) + 10 * DAY, clock.now()
    assert adopt(api, a_draft(api), clock.text(later)).status_code == 201
    hasty = a_draft(api, window_days=90)
    reply = adopt(api, hasty, clock.text(now + DAY))
    assert problem(reply) == (409, "policy.before_another")
    assert reply.json()["effective_from"] == clock.text(later)
    at_once = {"kind": "grading", "document": {}, "reason": "试行", "effective_from": clock.text(now + DAY)}
    assert problem(api.post("/policies", at_once)) == (409, "policy.before_another")
    day = local_day(later).isoformat()
    assert adopt(api, hasty, day).json()["policy"]["version"] == 2
    assert (grading.numbers(later).version, grading.numbers(later).document.window_days) == (2, 90)
    assert grading.numbers(later - timedelta(seconds=1)).version == 0


def test_a_draft_is_read_and_listed_and_never_in_force(cast: Cast) -> None:
    api, sent = Api().as_(cast.regulator), {"id": str(uuid4()), **DEARER}
    first = api.post("/policies?kind=grading", sent)
    told = first.json()
    assert (first.status_code, told["status"], told["version"], told["effective_from"]) == (201, "draft", None, None)
    assert told["document"]["factors"]["open_general"]["points"] == 3
    assert told["document"]["thresholds"]["green"] == 90
    assert api.post("/policies?kind=grading", sent)["Idempotency-Replayed"] == "true"
    assert api.get(f"/policies/{sent['id']}").json()["status"] == "draft"
    adopted = adopt(api, a_draft(api), "2099-01-01", id=str(uuid4()), reason="县里商定")
    assert adopted.json()["effective_from"] == "2098-12-31T16:00:00Z"
    lists = {s: api.get(f"/policies?kind=grading&status={s}").json()["items"] for s in ("draft", "adopted")}
    assert [row["id"] for row in lists["draft"]] == [sent["id"]]
    assert [row["version"] for row in lists["adopted"]] == [1]
    policies.forget()
    assert grading.numbers(clock.now() + 20 * DAY).version == 0


def test_who_adopts_again_under_the_same_id_gets_the_same_answer(cast: Cast) -> None:
    api = Api().as_(cast.regulator)
    draft, body = a_draft(api), {"id": str(uuid4()), "effective_from": clock.text(clock.now() + DAY)}
    first, again = (api.post(f"/policies/{draft}/adoptions", body) for _ in range(2))
    assert (first.status_code, again.status_code, again["Idempotency-Replayed"]) == (201, 200, "true")
    assert first.json() == again.json()
    assert first.json()["kind"] == "adoption"
    assert problem(api.post(f"/policies/{a_draft(api)}/adoptions", body)) == (409, "conflict.same_id")


def test_today_means_from_now_on(cast: Cast) -> None:
    api = Api().as_(cast.regulator)
    assert adopt(api, a_draft(api), local_day(clock.now()).isoformat()).status_code == 201
    assert grading.numbers(clock.now()).version == 1


@pytest.mark.usefixtures("live_db", "on_postgresql")
def test_of_two_regulators_who_adopt_at_once_one_wins_and_no_number_is_left_out(live_cast: Cast) -> None:
    one, two = token(live_cast.regulator), token(live_cast.regulator_city)
    since = clock.text(clock.now() + DAY)

    def draft() -> str:
        return once(one, "POST", "/policies?kind=grading", DEARER).body["id"]

    same, others = draft(), (draft(), draft())
    asked = [(one, same), (two, same), (one, others[0]), (two, others[1])]
    found = together(
        [lambda who=who, id=id: once(who, "POST", f"/policies/{id}/adoptions", {"effective_from": since}) for who, id in asked]
    )
    assert sorted(reply.status for reply in found[:2])[0] in (201, 409)
    assert {r.code for r in found if r.status == 409} <= {"policy.already_adopted", "conflict.in_progress"}
    for who, id in asked:
        once(who, "POST", f"/policies/{id}/adoptions", {"effective_from": since})
    versions = PolicyVersion.objects.filter(kind="grading").order_by("version").values_list("version", flat=True)
    assert list(versions) == [1, 2, 3]
