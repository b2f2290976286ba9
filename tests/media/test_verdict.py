"""The verdict on a photo: passed when it is ready and again in each use, shown to those who may see it, in the ledger."""

import random
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from backend.kernel import clock, ids, ledger
from backend.kernel.models import Job, LedgerEntry
from media.actions.judge import judge
from media.decode.jail import text
from media.models import DeviceClock, Finding, Photo, PhotoUse, Print
from tests.api import Api
from tests.cast import DAY, FIRMS, HOUR, NOON, Cast
from tests.loop import CATEGORY
from tests.media import scenes
from tests.media.evidence import Drain, by_phone, checks, jpeg, picture, sent, severities, shot
from tests.media.pictures import drawn

pytestmark = pytest.mark.django_db
A = FIRMS["a"]
HERE = {"latitude": A.latitude, "longitude": A.longitude, "accuracy_m": 20}


def reported(
    client: Api, frozen: Any, *, photos: list[UUID], at: Any = NOON, fixed: list[UUID] | None = None, **more: Any
) -> UUID:
    body = {
        "id": str(ids.new()), "enterprise_id": str(A.id), "source": "self_inspection" if fixed else "snapshot",
        "category": CATEGORY, "description": "配电箱门缺失", "place": "一号车间", "found_at": clock.text(at),
        "photo_ids": [str(id) for id in photos],
    } | more  # fmt: skip
    if fixed:
        body["rectification"] = {
            "measures": "已装", "responsible": "李工", "finished_at": clock.text(at), "photo_ids": [str(id) for id in fixed],
        }  # fmt: skip
    with frozen(at):
        reply = client.post("/hazards", body)
    assert reply.status_code == 201, reply.content
    return UUID(reply.json()["id"])


def confirmed(client: Api, frozen: Any, hazard: UUID, *, at: Any) -> None:
    with frozen(at):
        reply = client.post(f"/hazards/{hazard}/verifications", {"outcome": "confirm", "level": "general", "requirement": "整改"})
    assert reply.status_code == 201, reply.content


def rectified(client: Api, frozen: Any, hazard: UUID, photos: list[UUID], *, at: Any) -> None:
    body = {"measures": "已换", "responsible": "李工", "finished_at": clock.text(at), "photo_ids": [str(id) for id in photos]}
    with frozen(at):
        reply = client.post(f"/hazards/{hazard}/rectifications", body)
    assert reply.status_code == 201, reply.content


def test_an_honest_photo_has_nothing_against_it_and_its_verdict_is_in_the_ledger(officer: Api, frozen: Any, drain: Drain) -> None:
    photo = sent(officer, shot(1), drain, **HERE)
    hazard = reported(officer, frozen, photos=[photo], location=HERE)
    drain(NOON + HOUR)
    assert checks(officer, photo) == {}
    first, second = [entry for entry in ledger.of(photo) if entry.kind == "photo.judged"]
    assert ledger.read(first)["facts"] == {"subjects": [], "findings": []}
    assert ledger.read(second)["facts"] == {"subjects": [str(hazard)], "findings": []}
    assert ledger.broken_at(photo) is None
    assert PhotoUse.objects.get().judged_at == NOON + HOUR


def test_judging_again_writes_nothing_new(officer: Api, frozen: Any, drain: Drain) -> None:
    photo = sent(officer, jpeg(picture(1)), drain)
    reported(officer, frozen, photos=[photo])
    drain(NOON + HOUR)
    entries = LedgerEntry.objects.filter(subject_id=photo).count()
    for n in range(3):
        judge(photo_id=photo, at=NOON + n * DAY)
    Job.objects.filter(kind__startswith="media.tasks.judge").update(state="waiting", attempts=0, lease_until=None)
    drain(NOON + DAY)
    assert LedgerEntry.objects.filter(subject_id=photo).count() == entries
    assert Finding.objects.count() == 1
    assert DeviceClock.objects.get().samples == [0]


def test_whoever_may_not_see_the_photo_is_told_nothing_of_its_verdict(officer: Api, api: Api, cast: Cast, drain: Drain) -> None:
    photo = sent(officer, jpeg(picture(1)), drain)
    assert severities(officer, photo) == {"no_metadata": "info"}
    assert api.as_(cast.officer_b).get(f"/photos/{photo}").status_code == 404


def test_the_verdict_is_told_in_the_readers_language(officer: Api, drain: Drain) -> None:
    photo = sent(officer, jpeg(picture(1), exif=by_phone(software="Adobe Photoshop CC 2024")), drain)
    said = {tongue: checks(officer, photo, Accept_Language=tongue)["edited"]["detail"] for tongue in ("zh", "en")}
    assert said == {
        "zh": "文件由图像软件写成:Adobe Photoshop CC 2024",
        "en": "The file was written by a program that changes pictures: Adobe Photoshop CC 2024",
    }


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (lambda: drawn(size=(120, 90)), "too_small_to_judge"),
        (lambda: jpeg(picture(1).point(lambda value: 3), exif=by_phone(NOON)), "too_small_to_judge"),
        (lambda: jpeg(picture(1)), "no_metadata"),
        (lambda: jpeg(picture(1), exif=by_phone(NOON, software="Snapseed 2.0")), "edited"),
    ],
    ids=["small", "empty", "bare", "edited"],
)
def test_what_a_file_says_of_itself(officer: Api, drain: Drain, data: Any, code: str) -> None:
    assert code in severities(officer, sent(officer, data(), drain))


@pytest.mark.parametrize("software", ["HarmonyOS 4.2", "MIUI V14", "17.5.1", "OPPO Camera", "SECRET-SOFTWARE"])
def test_what_cameras_write_of_themselves_is_no_editor(officer: Api, drain: Drain, software: str) -> None:
    photo = sent(officer, jpeg(picture(2), exif=by_phone(NOON, software=software)), drain)
    assert checks(officer, photo) == {}


def test_a_name_in_chinese_is_read_as_it_was_written() -> None:
    assert text("美图秀秀".encode().decode("latin-1")) == "美图秀秀"
    assert text("caf\xe9 \x00") == "café"


# ---- the same picture again


def test_the_same_bytes_at_another_enterprise_are_strong_and_the_other_photo_is_named_where_both_are_seen(
    officer: Api, api: Api, cast: Cast, frozen: Any, drain: Drain
) -> None:
    other = api.as_(cast.officer_b)
    theirs = sent(other, shot(5), drain)
    reported(other, frozen, photos=[theirs], enterprise_id=str(cast.b.id))
    later = NOON + 700 * DAY
    with frozen(later):
        officer = api.as_(cast.officer_a)
    ours = sent(officer, shot(5), drain, at=later)
    reported(officer, frozen, photos=[ours], at=later)
    drain(later + DAY)
    inspector, officer = api.as_(cast.inspector), api.as_(cast.officer_a)
    assert checks(inspector, ours)["reused_exact"]["severity"] == "strong"
    assert checks(inspector, ours)["reused_exact"]["other_photo_id"] == str(theirs)
    assert "2026-09-16 12:00" in checks(inspector, ours)["reused_exact"]["detail"]
    mine = checks(officer, ours)["reused_exact"]
    assert (mine["severity"], mine["other_photo_id"]) == ("strong", None)
    assert "2026" not in mine["detail"]
    assert checks(other, theirs) == {}  # who came first repeats nobody


@pytest.mark.parametrize("how", ["recompressed", "resized", "brighter", "mirrored", "turned", "cropped", "screenshot"])
def test_the_same_picture_in_other_bytes_is_found_at_another_enterprise(
    officer: Api, api: Api, cast: Cast, frozen: Any, drain: Drain, how: str
) -> None:
    other = api.as_(cast.officer_b)
    theirs = sent(other, shot(7), drain)
    reported(other, frozen, photos=[theirs], enterprise_id=str(cast.b.id))
    changed = scenes.TRANSFORMS[how](picture(7), random.Random(1))
    ours = sent(officer, jpeg(changed, exif=by_phone(NOON + DAY)), drain, at=NOON + DAY)
    reported(officer, frozen, photos=[ours], at=NOON + DAY)
    drain(NOON + 2 * DAY)
    found = checks(api.as_(cast.inspector), ours)["reused_similar"]
    assert found["severity"] == ("warn" if how in ("cropped", "screenshot") else "strong")
    assert found["other_photo_id"] == str(theirs)
    assert ("旋转" in found["detail"]) is (how in ("mirrored", "turned"))


def test_an_honest_second_photo_of_the_same_room_is_no_repetition(officer: Api, frozen: Any, drain: Drain) -> None:
    first = sent(officer, shot(7), drain)
    reported(officer, frozen, photos=[first])
    second = sent(officer, jpeg(scenes.sibling(7), exif=by_phone(NOON + DAY)), drain, at=NOON + DAY)
    reported(officer, frozen, photos=[second], at=NOON + DAY)
    drain(NOON + 2 * DAY)
    assert (checks(officer, first), checks(officer, second)) == ({}, {})


def test_one_photo_for_two_hazards_found_on_one_walk_is_a_note(officer: Api, frozen: Any, drain: Drain) -> None:
    photo = sent(officer, shot(3), drain)
    for n in range(2):
        reported(officer, frozen, photos=[photo], at=NOON + n * HOUR)
    drain(NOON + DAY)
    assert severities(officer, photo) == {"reused_exact": "info"}


def test_two_photos_in_one_report_may_be_the_same(officer: Api, frozen: Any, drain: Drain) -> None:
    photos = [sent(officer, shot(3), drain, at=NOON + n * timedelta(minutes=1), taken_at=clock.text(NOON)) for n in range(2)]
    reported(officer, frozen, photos=photos, at=NOON + HOUR)
    drain(NOON + DAY)
    uses = Finding.objects.exclude(use=None)
    assert list(uses) == []


def test_of_two_that_arrive_at_once_the_later_is_found_whichever_is_judged_first(
    officer: Api, api: Api, cast: Cast, frozen: Any, drain: Drain
) -> None:
    other = api.as_(cast.officer_b)
    first, second = ids.new(), ids.new()
    hers = reported(officer, frozen, photos=[first])
    his = reported(other, frozen, photos=[second], at=NOON + timedelta(minutes=1), enterprise_id=str(cast.b.id))
    # the later slot is filled and judged first
    sent(other, jpeg(picture(9), quality=60), drain, id=second, at=NOON + HOUR)
    assert "reused_similar" not in severities(other, second)
    sent(officer, jpeg(picture(9), quality=90), drain, id=first, at=NOON + 2 * HOUR)
    drain(NOON + 3 * HOUR)
    assert severities(other, second)["reused_similar"] == "strong"
    assert "reused_similar" not in severities(officer, first)
    assert {str(use.subject_id) for use in PhotoUse.objects.all()} == {str(hers), str(his)}


def test_a_photo_sent_without_a_name_matches_nobody(officer: Api, api: Api, cast: Cast, frozen: Any, drain: Drain) -> None:
    other = api.as_(cast.officer_b)
    tip = sent(other, shot(4))
    Photo.objects.filter(id=tip).update(anonymous=True)
    drain(NOON + timedelta(seconds=1))
    assert not Print.objects.filter(photo_id=tip).exists()
    for data in (shot(4), jpeg(picture(4), quality=70, exif=by_phone(NOON))):
        photo = sent(officer, data, drain, at=NOON + HOUR)
        found = Finding.objects.filter(photo_id=photo).exclude(other_photo_id=None)
        assert [row.other_photo_id for row in found if row.other_photo_id == tip] == []
    judge(photo_id=tip, at=NOON + DAY)
    assert not Finding.objects.filter(photo_id=tip).exists()


# ---- before and after


def test_the_photo_before_sent_again_as_the_photo_after_is_strong(
    officer: Api, api: Api, cast: Cast, frozen: Any, drain: Drain
) -> None:
    inspector = api.as_(cast.inspector)
    before = sent(officer, shot(11), drain)
    hazard = reported(officer, frozen, photos=[before])
    confirmed(inspector, frozen, hazard, at=NOON + HOUR)
    for data in (shot(11), jpeg(scenes.mirrored(picture(11), random.Random(2)))):
        sent(officer, data, drain, at=NOON + DAY)
    after = list(Photo.objects.exclude(id=before).values_list("id", flat=True))
    rectified(officer, frozen, hazard, after, at=NOON + DAY)
    drain(NOON + 2 * DAY)
    with frozen(NOON + 2 * DAY):
        shown = inspector.get(f"/hazards/{hazard}").json()["photos"]
    by_label = {photo["label"]: {check["code"]: check["severity"] for check in photo["checks"]} for photo in shown}
    assert by_label["report"] == {}
    assert by_label["rectification"]["same_as_before"] == "strong"
    assert sum("same_as_before" in [check["code"] for check in photo["checks"]] for photo in shown) == 2


def test_the_very_photo_of_the_report_named_again_as_the_cure_is_strong(
    officer: Api, api: Api, cast: Cast, frozen: Any, drain: Drain
) -> None:
    photo = sent(officer, shot(12), drain)
    hazard = reported(officer, frozen, photos=[photo])
    confirmed(api.as_(cast.inspector), frozen, hazard, at=NOON + HOUR)
    rectified(officer, frozen, hazard, [photo], at=NOON + 2 * HOUR)
    drain(NOON + DAY)
    assert severities(officer, photo) == {"same_as_before": "strong"}


def test_an_honest_cure_seen_from_the_same_spot_is_not_the_photo_before(officer: Api, frozen: Any, drain: Drain) -> None:
    before = sent(officer, shot(13), drain)
    after = sent(officer, jpeg(scenes.scene(13, moved=0.01, again=1), exif=by_phone(NOON)), drain, at=NOON + HOUR)
    reported(officer, frozen, photos=[before], fixed=[after], at=NOON)
    drain(NOON + DAY)
    assert severities(officer, after) == {}


# ---- when and where


@pytest.mark.parametrize(
    ("early", "severity"), [(HOUR, None), (2 * HOUR, "warn"), (24 * HOUR, "warn"), (25 * HOUR, "strong"), (4000 * DAY, "strong")]
)
def test_a_cure_photographed_before_the_hazard_was_found(
    officer: Api, frozen: Any, drain: Drain, early: timedelta, severity: str | None
) -> None:
    taken = NOON - early
    photo = sent(officer, jpeg(picture(14), exif=by_phone(taken)), drain, taken_at=clock.text(taken))
    reported(officer, frozen, photos=[], fixed=[photo])
    drain(NOON + DAY)
    assert severities(officer, photo).get("taken_before_hazard") == severity


def test_the_files_own_time_counts_where_it_is_worse_than_what_the_phone_says(officer: Api, frozen: Any, drain: Drain) -> None:
    photo = sent(officer, jpeg(picture(14), exif=by_phone(NOON - 90 * DAY)), drain)
    reported(officer, frozen, photos=[photo])
    drain(NOON + DAY)
    found = checks(officer, photo)
    assert found["taken_before_hazard"]["severity"] == "strong"
    assert "87 天" in found["taken_before_hazard"]["detail"]


def test_a_photo_of_the_future_is_odd_and_its_phones_clock_is_named(officer: Api, drain: Drain) -> None:
    photo = sent(officer, jpeg(picture(15), exif=by_phone(NOON + 6 * HOUR)), drain, taken_at=clock.text(NOON + 6 * HOUR))
    assert severities(officer, photo) == {"taken_before_hazard": "warn", "clock_skew": "info"}


def test_a_phone_whose_clock_runs_fast_is_known_by_its_history_and_its_times_are_read_accordingly(
    officer: Api, frozen: Any, drain: Drain
) -> None:
    for n in range(4):
        at = NOON + n * HOUR
        photo = sent(officer, jpeg(picture(20 + n), exif=by_phone(at)), drain, at=at, taken_at=clock.text(at + 2 * HOUR))
    assert DeviceClock.objects.get().skew_s == 2 * 3600
    found = checks(officer, photo)
    assert found.keys() == {"clock_skew"}
    assert "快 2 小时" in found["clock_skew"]["detail"]


@pytest.mark.parametrize(
    ("north", "severity"),
    [(0.003, None), (0.01, "info"), (0.04, "warn"), (0.5, "strong")],
    ids=["near", "grounds", "far", "away"],
)
def test_a_photo_taken_elsewhere(officer: Api, frozen: Any, drain: Drain, north: float, severity: str | None) -> None:
    there = HERE | {"latitude": A.latitude + north}
    photo = sent(officer, shot(16), drain, **there)
    reported(officer, frozen, photos=[photo], location=HERE)
    drain(NOON + DAY)
    assert severities(officer, photo).get("taken_elsewhere") == severity


def test_a_place_in_a_chinese_datum_is_converted_before_it_is_measured(officer: Api, frozen: Any, drain: Drain) -> None:
    # what a Baidu map says of the place of A: more than a kilometre off by the numbers alone
    shifted = {"latitude": 28.0413658, "longitude": 120.666247, "accuracy_m": 5}
    told, silent = sent(officer, shot(17), drain, crs="bd09", **shifted), sent(officer, shot(18), drain, **shifted)
    reported(officer, frozen, photos=[told, silent], location=HERE | {"accuracy_m": 5})
    drain(NOON + DAY)
    assert checks(officer, told) == {}
    assert checks(officer, silent)["taken_elsewhere"]["severity"] == "info"


def test_the_files_own_place_counts_whatever_the_phone_says(officer: Api, frozen: Any, drain: Drain) -> None:
    photo = sent(officer, jpeg(picture(19), exif=by_phone(NOON, gps=(43.46, 11.88))), drain, **HERE)
    reported(officer, frozen, photos=[photo], location=HERE)
    drain(NOON + DAY)
    found = checks(officer, photo)
    assert found["taken_elsewhere"]["severity"] == "strong"
    assert "公里" in found["taken_elsewhere"]["detail"]


def test_a_mock_position_is_strong_and_frozen_or_flying_ones_are_odd(officer: Api, drain: Drain) -> None:
    assert severities(officer, sent(officer, shot(30), drain, **HERE, mock_location="true")) == {"mock_location": "strong"}
    for n in range(1, 4):
        last = sent(officer, shot(30 + n, NOON + n * DAY), drain, at=NOON + n * DAY, **HERE)
    assert severities(officer, last) == {"mock_location": "warn"}
    later = NOON + 3 * DAY + HOUR
    flown = sent(officer, shot(35, later), drain, at=later, latitude=A.latitude + 4, longitude=A.longitude)
    assert "公里" in checks(officer, flown)["mock_location"]["detail"]
