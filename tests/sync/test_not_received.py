"""What the server still expects from one person's devices."""

from datetime import timedelta

import pytest

from backend.kernel import ids
from media.actions import lapse
from media.models import PhotoUse
from media.policy.uses import PhotoRef
from tests import loop
from tests.api import Api, problem
from tests.cast import DAY, NOON

pytestmark = pytest.mark.django_db


def owed(person, query: str = "") -> dict:
    reply = Api().as_(person).get(f"/me/not-received{query}")
    assert reply.status_code == 200, reply.content
    return reply.json()


def photos(person) -> list[tuple[str, str]]:
    return [(item["photo_id"], item["status"]) for item in owed(person)["photos"]]


def test_who_is_not_logged_in_is_told_nothing_and_strange_questions_are_refused(cast):
    assert problem(Api().get("/me/not-received")) == (401, "auth.required")
    assert problem(Api().as_(cast.officer_a).get("/me/not-received?cursor=x")) == (422, "request.invalid")
    assert problem(Api().as_(cast.officer_a).get("/me/not-received?who=1")) == (422, "request.invalid")


def test_it_is_open_before_the_second_factor_like_me(cast):
    assert Api().as_(cast.inspector, strong=False).get("/me/not-received").status_code == 200
    assert owed(cast.stranger) == {"photos": [], "held": [], "next_cursor": None}


def test_a_named_photo_is_expected_until_it_comes(cast, frozen):
    wanted, here = PhotoRef(ids.new(), "b" * 64, 300), loop.a_photo(cast, "officer_a", at=NOON)
    case = loop.a_walk(cast, at=NOON, photos=(here, wanted))
    with frozen(NOON):
        item = owed(cast.officer_a)["photos"][0]
    assert item == {
        "photo_id": str(wanted.id), "subject_kind": "hazard", "subject_id": str(case.id),
            "hazard_id": str(case.id), "act_id": str(case.id), "label": "report", "status": "expected",
        "code": None, "sha256": "b" * 64, "bytes": 300, "named_at": "2026-09-16T04:00:00Z",
        "lapses_at": "2026-09-23T04:00:00Z",
    }  # fmt: skip
    assert photos(cast.owner_a) == []
    loop.a_photo(cast, "officer_a", at=NOON, id=wanted.id)
    with frozen(NOON):
        assert photos(cast.officer_a) == [(str(wanted.id), "expected")]  # other bytes than were named


def test_a_refused_photo_is_asked_for_and_one_that_is_being_looked_at_is_not(cast, frozen):
    refused = loop.a_photo(cast, "officer_a", at=NOON, status="refused")
    looked_at = loop.a_photo(cast, "officer_a", at=NOON, status="received")
    loop.a_walk(cast, at=NOON, photos=(refused, looked_at))
    with frozen(NOON):
        assert photos(cast.officer_a) == [(str(refused.id), "refused")]
        assert owed(cast.officer_a)["photos"][0]["code"] == "photo.not_an_image"


def test_a_colleague_may_have_sent_it(cast, frozen):
    wanted = PhotoRef(ids.new())
    loop.a_walk(cast, at=NOON, photos=(wanted,))
    loop.a_photo(cast, "owner_b", at=NOON, id=wanted.id)
    with frozen(NOON):
        assert photos(cast.officer_a) == [(str(wanted.id), "expected")]  # of another enterprise: as if it had never come
    other = PhotoRef(ids.new())
    loop.a_walk(cast, at=NOON, photos=(other,))
    loop.a_photo(cast, "owner_a", at=NOON, id=other.id)
    with frozen(NOON):
        assert photos(cast.officer_a) == [(str(wanted.id), "expected")]


def test_a_lapsed_slot_is_shown_for_a_month(cast, frozen):
    wanted = PhotoRef(ids.new())
    loop.a_walk(cast, at=NOON, photos=(wanted,))
    lapsed_at = NOON + 8 * DAY
    lapse.lapse_due(at=lapsed_at)
    assert PhotoUse.objects.get(photo_id=wanted.id).lapsed_at == lapsed_at
    with frozen(lapsed_at + 29 * DAY):
        assert owed(cast.officer_a)["photos"][0]["lapses_at"] is None
    with frozen(lapsed_at + 30 * DAY):
        assert photos(cast.officer_a) == []


def test_it_is_paged(cast, frozen):
    refs = [PhotoRef(ids.new()) for _ in range(5)]
    for n, ref in enumerate(refs):
        loop.a_walk(cast, at=NOON + timedelta(minutes=n), photos=(ref,))
    found, cursor = [], ""
    with frozen(NOON + DAY):
        while cursor is not None:
            page = owed(cast.officer_a, f"?limit=2{f'&cursor={cursor}' if cursor else ''}")
            found += [item["photo_id"] for item in page["photos"]]
            cursor = page["next_cursor"]
    assert found == [str(ref.id) for ref in refs]


def test_acts_that_wait_are_shown_without_their_words(cast):
    hazard = ids.new()
    fix = {"id": str(ids.new()), "measures": "已更换", "responsible": "李", "finished_at": "2026-09-16T12:00:00+08:00"}
    queue = [
        {"kind": "rectification", "path": f"/hazards/{hazard}/rectifications", "body": {**fix, "photo_ids": [str(ids.new())]}}
    ]
    reply = Api().as_(cast.officer_a).post("/sync/acts", queue)
    assert reply.status_code == 200, reply.content
    held = owed(cast.officer_a)["held"]
    assert [(act["id"], act["state"], act["body"]) for act in held] == [(fix["id"], "held", None)]
    assert {"kind": "hazard", "id": str(hazard)} in held[0]["held_for"]
    assert owed(cast.owner_a)["held"] == []
