"""An official overrules a finding: with a note, in the ledger, once; it stays to be seen and counts no more."""

from typing import Any
from uuid import UUID

import pytest

from accounts.models import Duty
from backend.kernel import ids, ledger
from backend.kernel.models import Job
from hazards.models import Draw
from media.actions.judge import judge
from media.models import Finding, Overruling, Photo
from tests.api import Api, problem
from tests.cast import DAY, HOUR, NOON, Cast
from tests.loop import a_photo, a_walk

pytestmark = pytest.mark.django_db
SAID = {"code": "edited", "note": "现场核实:仅为遮挡人脸"}


@pytest.fixture
def photo(cast: Cast) -> UUID:
    """Give the photo of a hazard of A against which something was found."""
    ref = a_photo(cast, "officer_a", at=NOON)
    a_walk(cast, at=NOON, photos=(ref,))
    Finding.objects.create(photo_id=ref.id, code="edited", severity="strong", facts={"software": "GIMP"}, found_at=NOON)
    Photo.objects.update(findings_count=1)
    Job.objects.all().delete()
    return ref.id


def posted(client: Api, photo: UUID, **more: Any) -> Any:
    return client.post(f"/photos/{photo}/overrulings", SAID | more)


@pytest.mark.parametrize("who", ["officer_a", "owner_a", "agency", "officer_b", "auditor", "admin"])
def test_no_enterprise_and_no_administrator_overrules(api: Api, cast: Cast, photo: UUID, who: str) -> None:
    assert problem(posted(api.as_(getattr(cast, who)), photo)) == (403, "auth.no_duty")


@pytest.mark.parametrize("who", ["inspector_far", "grid_worker_far", "grid_worker_alike", "regulator_far"])
def test_an_official_of_another_place_finds_no_such_photo(api: Api, cast: Cast, photo: UUID, who: str) -> None:
    assert problem(posted(api.as_(getattr(cast, who)), photo)) == (404, "request.not_found")
    assert problem(posted(api.as_(cast.inspector), ids.new())) == (404, "request.not_found")


def test_an_official_with_a_duty_at_the_enterprise_does_not_overrule_for_it(api: Api, cast: Cast, photo: UUID) -> None:
    Duty.objects.create(person=cast.inspector, role="employee", enterprise_id=cast.a.id, since=NOON - DAY)
    assert problem(posted(api.as_(cast.inspector), photo)) == (403, "photo.not_your_move")


def test_whoever_sent_the_photo_does_not_overrule_what_was_found_about_it(api: Api, cast: Cast, photo: UUID) -> None:
    mine = a_photo(cast, "inspector", at=NOON)
    Finding.objects.create(photo_id=mine.id, code="edited", severity="warn", found_at=NOON)
    assert problem(posted(api.as_(cast.inspector), mine.id)) == (403, "photo.not_your_move")


@pytest.mark.parametrize(
    "body",
    [
        {"code": "edited"}, {"note": "x"}, {"code": "ugly", "note": "x"}, {"code": "edited", "note": ""},
        {"code": "edited", "note": "   "}, {"code": "edited", "note": "x" * 2001}, {"code": "edited", "note": "a\u0000b"},
        {"code": "edited", "note": "x", "severity": "info"}, {"code": ["edited"], "note": "x"}, {"code": "edited", "note": None},
        {"code": "edited", "note": "x", "id": "1"},
    ],
)  # fmt: skip
def test_what_is_not_understood_is_refused(api: Api, cast: Cast, photo: UUID, body: dict[str, Any]) -> None:
    assert problem(api.as_(cast.inspector).post(f"/photos/{photo}/overrulings", body))[0] == 422
    assert not Overruling.objects.exists()


def test_what_does_not_stand_cannot_be_overruled(api: Api, cast: Cast, photo: UUID) -> None:
    inspector = api.as_(cast.inspector)
    assert problem(posted(inspector, photo, code="mock_location")) == (409, "photo.nothing_to_overrule")
    assert posted(inspector, photo).status_code == 201
    assert problem(posted(inspector, photo)) == (409, "photo.nothing_to_overrule")
    assert Overruling.objects.count() == 1


@pytest.mark.parametrize("who", ["inspector", "grid_worker", "regulator"])
def test_an_official_in_scope_overrules_and_all_may_see_why(api: Api, cast: Cast, photo: UUID, frozen: Any, who: str) -> None:
    with frozen(NOON + HOUR):
        official = api.as_(getattr(cast, who))
        reply = posted(official, photo)
    body = reply.json()
    assert (reply.status_code, body["kind"], body["code"], body["note"]) == (201, "overruling", "edited", SAID["note"])
    assert body["receipt"]["id"] == body["id"]
    [check] = body["photo"]["checks"]
    expected = {"id": body["id"], "at": "2026-09-16T05:00:00Z", "role": who, "note": SAID["note"]}
    assert (check["severity"], check["overruled"]) == ("strong", expected)
    shown = api.as_(cast.officer_a).get(f"/photos/{photo}").json()
    assert shown["checks"] == [check]
    assert shown["version"] == body["photo"]["version"] == 1


def test_it_is_in_the_ledger_and_its_words_are_not(api: Api, cast: Cast, photo: UUID) -> None:
    posted(api.as_(cast.inspector), photo)
    [entry] = ledger.of(photo)
    body = ledger.read(entry)
    assert (entry.kind, entry.actor_id, body["facts"]["code"]) == ("photo.overruled", cast.inspector.id, "edited")
    assert SAID["note"] not in entry.body
    row = Overruling.objects.get()
    assert body["said_h"] == ledger.commitment({"note": SAID["note"]}, row.salt)
    assert body["facts"]["findings"] == [str(Finding.objects.get().id)]
    assert ledger.broken_at(photo) is None


def test_sent_again_it_is_the_same_overruling(api: Api, cast: Cast, photo: UUID) -> None:
    inspector, id = api.as_(cast.inspector), str(ids.new())
    first, again = posted(inspector, photo, id=id), posted(inspector, photo, id=id)
    assert (first.status_code, again.status_code, again["Idempotency-Replayed"]) == (201, 200, "true")
    assert again.json()["receipt"] == first.json()["receipt"]
    assert (again.json()["code"], again.json()["photo"]["checks"]) == ("edited", first.json()["photo"]["checks"])
    assert problem(posted(inspector, photo, id=id, note="另一说法")) == (409, "conflict.same_id")
    assert len(ledger.of(photo)) == 1


def test_what_was_overruled_draws_no_hazard_any_more(api: Api, cast: Cast, drain: Any) -> None:
    walk = a_walk(cast, at=NOON, fixed=True)
    photo = Photo.objects.get()
    Finding.objects.create(photo=photo, code="edited", severity="strong", facts={"software": "GIMP"}, found_at=NOON)
    Photo.objects.update(findings_count=1)
    assert posted(api.as_(cast.inspector), photo.id).status_code == 201
    drain(NOON + HOUR)
    assert list(Draw.objects.values_list("cause", "drawn")) == [("lot", False)]
    assert walk.hazard.drawn_at is None


def test_a_graver_finding_of_the_same_kind_stands_anew(api: Api, cast: Cast, photo: UUID) -> None:
    Finding.objects.update(severity="info")
    posted(api.as_(cast.inspector), photo)
    Photo.objects.update(exif={"software": "Photoshop"})
    judge(photo_id=photo, at=NOON + HOUR)
    finding = Finding.objects.get(code="edited")
    assert (finding.severity, finding.overruling) == ("warn", None)
