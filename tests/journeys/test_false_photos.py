"""Four stories of photos that are not what they say, each over HTTP from the phone to the official's screen."""

import random
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from backend.kernel import clock, ids
from hazards.actions import escalate
from hazards.models import Draw
from tests.api import Api
from tests.cast import DAY, FIRMS, HOUR, NOON, Cast
from tests.loop import CATEGORY, an_id
from tests.media import scenes
from tests.media.evidence import Drain, by_phone, checks, jpeg, picture, sent, severities, shot

pytestmark = pytest.mark.django_db
A = FIRMS["a"]
HERE = {"latitude": A.latitude, "longitude": A.longitude, "accuracy_m": 15}
COOLED = NOON + 6 * DAY


@pytest.fixture(autouse=True)
def store(tmp_path: Any, settings: Any) -> None:
    """Keep the photos of a story in a folder of its own."""
    settings.STORAGE_URL = f"file://{tmp_path / 'media'}"


def self_fixed(client: Api, frozen: Any, *, before: UUID, after: UUID, id: UUID | None = None, at: datetime = NOON) -> UUID:
    """Report what was found and fixed at once; its lot is not drawn."""
    body = {
        "id": str(id or an_id(at, drawn=False)), "enterprise_id": str(A.id), "source": "self_inspection", "category": CATEGORY,
        "description": "配电箱门缺失", "place": "一号车间", "location": HERE, "found_at": clock.text(at),
        "photo_ids": [str(before)],
        "rectification": {
            "measures": "已加装箱门", "responsible": "李工", "finished_at": clock.text(at), "photo_ids": [str(after)],
        },
    }  # fmt: skip
    with frozen(at):
        reply = client.post("/hazards", body)
    assert (reply.status_code, reply.json()["review_mode"]) == (201, "sampled"), reply.content
    return UUID(body["id"])


def accepted(client: Api, frozen: Any, hazard: UUID) -> None:
    with frozen(NOON + 2 * HOUR):
        assert client.post(f"/hazards/{hazard}/acceptances", {"outcome": "accept"}).status_code == 201


def after_cooling(client: Api, hazard: UUID, frozen: Any, drain: Drain) -> dict[str, Any]:
    with frozen(NOON + 3 * HOUR):
        drain(NOON + 3 * HOUR)
    escalate.sweep(at=COOLED)
    drain(COOLED)
    return dict(client.get(f"/hazards/{hazard}").json())


def causes(hazard: UUID) -> list[tuple[str, bool]]:
    return list(Draw.objects.filter(hazard=hazard).order_by("id").values_list("cause", "drawn"))


def test_honest_photos_let_a_small_hazard_close_by_the_clock(api: Api, cast: Cast, frozen: Any, drain: Drain) -> None:
    officer = api.as_(cast.officer_a)
    before = sent(officer, shot(40), **HERE)
    after = sent(officer, jpeg(scenes.scene(40, moved=0.02, again=1), exif=by_phone(NOON)), **HERE)
    hazard = self_fixed(officer, frozen, before=before, after=after)
    accepted(api.as_(cast.owner_a), frozen, hazard)
    shown = after_cooling(api.as_(cast.grid_worker), hazard, frozen, drain)
    assert (shown["status"], shown["closed_by"], causes(hazard)) == ("closed", "clock", [("lot", False)])
    assert [photo["checks"] for photo in shown["photos"]] == [[], []]


def test_the_photo_before_sent_again_as_the_photo_after_brings_an_official(
    api: Api, cast: Cast, frozen: Any, drain: Drain
) -> None:
    officer, grid_worker = api.as_(cast.officer_a), api.as_(cast.grid_worker)
    before = sent(officer, shot(41), **HERE)
    again = scenes.mirrored(picture(41), random.Random(1))
    after = sent(officer, jpeg(again, quality=60, exif=by_phone(NOON)), **HERE)
    hazard = self_fixed(officer, frozen, before=before, after=after)
    accepted(api.as_(cast.owner_a), frozen, hazard)
    shown = after_cooling(grid_worker, hazard, frozen, drain)
    assert (shown["status"], shown["drawn"]) == ("awaiting_reinspection", True)
    assert causes(hazard) == [("lot", False), ("photo", True)]
    [check] = next(photo["checks"] for photo in shown["photos"] if photo["id"] == str(after))
    assert (check["code"], check["severity"], check["other_photo_id"]) == ("same_as_before", "strong", str(before))
    assert officer.get(f"/hazards/{hazard}").json()["drawn"] is None
    with frozen(COOLED + HOUR):
        body = {"outcome": "fail", "note": "箱门仍缺失", "due_on": "2026-09-29", "on_site": True}
        assert grid_worker.post(f"/hazards/{hazard}/reinspections", body).status_code == 201
    assert officer.get(f"/hazards/{hazard}").json()["status"] == "rectifying"


def test_the_photo_of_another_firm_is_found_and_named_only_to_those_who_see_both(
    api: Api, cast: Cast, frozen: Any, drain: Drain
) -> None:
    far, officer = api.as_(cast.officer_far), api.as_(cast.officer_a)
    theirs = sent(far, shot(42), drain)
    body = {
        "enterprise_id": str(cast.c.id), "source": "snapshot", "category": CATEGORY, "description": "已清理", "place": "仓库",
        "found_at": clock.text(NOON), "photo_ids": [str(theirs)],
    }  # fmt: skip
    with frozen(NOON):
        assert far.post("/hazards", body).status_code == 201
    before = sent(officer, shot(43), at=NOON + HOUR, **HERE)
    after = sent(officer, jpeg(picture(42), quality=70, exif=by_phone(NOON + HOUR)), at=NOON + HOUR, **HERE)
    hazard = self_fixed(officer, frozen, before=before, after=after, at=NOON + HOUR)
    drain(NOON + 3 * HOUR)
    assert causes(hazard) == [("lot", False), ("photo", True)]
    for who, other in (("grid_worker", None), ("regulator_city", str(theirs)), ("officer_a", None)):
        found = checks(api.as_(getattr(cast, who)), after)["reused_similar"]
        assert (found["severity"], found["other_photo_id"]) == ("strong", other)
        assert ("2026" in found["detail"]) is (other is not None)
    assert severities(far, theirs) == {}


def test_a_photo_taken_far_away_brings_an_official(api: Api, cast: Cast, frozen: Any, drain: Drain) -> None:
    officer = api.as_(cast.officer_a)
    before = sent(officer, shot(44), **HERE)
    after = sent(officer, shot(45), latitude=27.5784, longitude=120.5523, accuracy_m=30, crs="gcj02")
    hazard = self_fixed(officer, frozen, before=before, after=after)
    accepted(api.as_(cast.owner_a), frozen, hazard)
    shown = after_cooling(api.as_(cast.inspector), hazard, frozen, drain)
    assert (shown["status"], shown["drawn"]) == ("awaiting_reinspection", True)
    found = checks(api.as_(cast.inspector), after, Accept_Language="en")["taken_elsewhere"]
    assert found["severity"] == "strong"
    assert "51.9 km" in found["detail"]


def test_an_official_who_has_looked_overrules_and_the_next_hazard_is_not_drawn_for_it(
    api: Api, cast: Cast, frozen: Any, drain: Drain
) -> None:
    officer, inspector = api.as_(cast.officer_a), api.as_(cast.inspector)
    edited = sent(officer, jpeg(picture(46), exif=by_phone(NOON, software="Snapseed 2.0")), drain, mock_location="true", **HERE)
    assert severities(officer, edited) == {"edited": "warn", "mock_location": "strong"}
    body = {
        "enterprise_id": str(A.id), "source": "snapshot", "category": CATEGORY, "description": "线缆破损", "place": "二号车间",
        "found_at": clock.text(NOON), "photo_ids": [str(edited)],
    }  # fmt: skip
    with frozen(NOON):
        assert officer.post("/hazards", body).status_code == 201
    with frozen(NOON + 2 * HOUR):
        for code in ("edited", "mock_location"):
            reply = inspector.post(
                f"/photos/{edited}/overrulings", {"id": str(ids.new()), "code": code, "note": "现场核实:测试手机,照片属实"}
            )
            assert reply.status_code == 201, reply.content
    shown = checks(officer, edited)
    assert {(code, check["overruled"]["role"]) for code, check in shown.items()} == {(code, "inspector") for code in shown}
    fresh = sent(officer, shot(48, NOON + 3 * HOUR), at=NOON + 3 * HOUR, **HERE)
    second = self_fixed(officer, frozen, before=edited, after=fresh, at=NOON + 3 * HOUR)
    drain(NOON + 4 * HOUR)
    assert causes(second) == [("lot", False)]
