"""From received to ready or refused, what is then served to whom, and what sweeps do."""

import io
import os
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.http import HttpResponse
from PIL import Image

from backend.kernel import clock, ids, ledger
from backend.kernel.models import Job, LedgerEntry
from media import queries
from media.actions import lapse, sweep
from media.actions.attach import attach
from media.decode import run
from media.models import Photo, PhotoUse
from media.policy.uses import PhotoRef
from media.storage import original_key
from tests.api import Api, problem
from tests.cast import DAY, HOUR, NOON, SECOND, Cast
from tests.media.jails import jail
from tests.media.pictures import drawn, exif, heic, png
from tests.media.sending import put, sha, slot
from tests.media.test_decode import segments
from tests.media.test_slots import use_of

pytestmark = pytest.mark.django_db
Drain = Callable[..., int]


def body_of(reply: HttpResponse) -> bytes:
    return b"".join(reply.streaming_content) if reply.streaming else reply.content


def path_of(url: str) -> str:
    return re.sub(r"^https?://[^/]+", "", url)


def settled(client: Api, data: bytes, drain: Drain, *, id: UUID | None = None) -> dict[str, Any]:
    id = id or ids.new()
    assert put(client, data, id=id).status_code == 201
    drain(Photo.objects.get(id=id).received_at + SECOND)
    return dict(client.get(f"/photos/{id}").json())


def test_a_photo_becomes_ready_and_its_hazards_are_named(officer: Api, cast: Cast, drain: Drain) -> None:
    ref = PhotoRef(ids.new())
    hazard = slot(cast.actor("officer_a"), ref)
    foreign = slot(cast.actor("officer_b"), ref)
    body = settled(officer, drawn(), drain, id=ref.id)
    assert body["status"] == "ready"
    kinds = [entry.kind for entry in ledger.of(ref.id)]
    assert (kinds, ledger.broken_at(ref.id)) == (["photo.received", "photo.ready", "photo.judged"], None)
    subjects = ledger.read(ledger.of(ref.id)[1])["facts"]["subjects"]
    assert str(hazard) in subjects
    found = queries.slots([hazard, foreign])
    assert (found[hazard][0].status, found[hazard][0].settled_at) == ("ready", Photo.objects.get().settled_at)


@pytest.mark.parametrize(("data", "code"), [(png(800, 800), "photo.truncated"), (heic(), "photo.not_an_image")])
def test_what_cannot_be_decoded_becomes_refused(officer: Api, cast: Cast, drain: Drain, data: bytes, code: str) -> None:
    ref = PhotoRef(ids.new())
    hazard = slot(cast.actor("officer_a"), ref)
    body = settled(officer, data, drain, id=ref.id)
    assert (body["status"], body["code"]) == ("refused", code)
    assert body["urls"] == {"thumb": None, "large": None, "original": None}
    assert ledger.of(ref.id)[1].kind == "photo.refused"
    slots = queries.slots([hazard])[hazard]
    assert (queries.missing(slots), slots[0].code) == ([ref.id], code)


def test_settling_twice_leaves_one_entry(officer: Api, drain: Drain) -> None:
    body = settled(officer, drawn(), drain)
    Job.objects.update(state="waiting", attempts=0, lease_until=None)
    drain(Photo.objects.get().received_at + HOUR)
    assert [entry.kind for entry in ledger.of(UUID(body["id"]))] == ["photo.received", "photo.ready", "photo.judged"]


def test_a_picture_that_kills_the_decoder_three_times_is_refused(
    officer: Api, drain: Drain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jail(monkeypatch, tmp_path, "import os; os.kill(os.getpid(), 9)")
    body = settled(officer, drawn(), drain)
    assert body["status"] == "received"
    for day in (1, 2):
        drain(Photo.objects.get().received_at + day * DAY)
    photo = Photo.objects.get()
    assert (photo.status, photo.code, photo.tries) == ("refused", "photo.not_an_image", 3)


def test_a_busy_machine_refuses_no_photo(officer: Api, drain: Drain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as slow:
        jail(slow, tmp_path, "import time; time.sleep(9)")
        slow.setattr(run, "WALL_S", 0.1)
        settled(officer, drawn(), drain)
        for day in range(1, 5):
            drain(Photo.objects.get().received_at + day * DAY)
    assert (Photo.objects.get().status, Photo.objects.get().tries) == ("received", 0)
    drain(Photo.objects.get().received_at + 6 * DAY)
    assert Photo.objects.get().status == "ready"


# ---- serving


def test_renditions_are_served_by_their_address_alone(officer: Api, api: Api, drain: Drain) -> None:
    out = io.BytesIO()
    with Image.open(io.BytesIO(drawn(size=(900, 600)))) as image:
        image.save(out, "JPEG", exif=exif(6))
    body = settled(officer, out.getvalue() + b"<script>APPENDED</script>", drain)
    for name, size in (("thumb", (213, 320)), ("large", (600, 900))):
        reply = api.get(path_of(body["urls"][name]))
        data = body_of(reply)
        assert (reply.status_code, reply["Content-Type"], reply["X-Content-Type-Options"]) == (200, "image/jpeg", "nosniff")
        assert "sandbox" in reply["Content-Security-Policy"]
        assert reply["Content-Disposition"] == f'inline; filename="{body["id"]}-{name}.jpg"'
        assert b"APPENDED" not in data
        assert b"SECRET" not in data
        assert 0xE1 not in segments(data)
        with Image.open(io.BytesIO(data)) as image:
            assert (image.width, image.height > size[1]) == (size[0], True)  # the strip stands below


def test_an_original_is_a_download_whole_and_written_down(officer: Api, api: Api, cast: Cast, drain: Drain) -> None:
    data = drawn() + b"<script>alert(1)</script>"
    ref = PhotoRef(ids.new())
    slot(cast.actor("officer_a"), ref)
    settled(officer, data, drain, id=ref.id)
    url = path_of(api.as_(cast.inspector).get(f"/photos/{ref.id}").json()["urls"]["original"])
    for _ in range(2):
        reply = api.get(url)
        assert body_of(reply) == data
    assert reply["Content-Disposition"] == f'attachment; filename="{ref.id}.jpg"'
    assert reply["Content-Type"] == "image/jpeg"
    viewed = [entry for entry in ledger.of(ref.id) if entry.kind == "photo.viewed"]
    assert [(entry.actor_id, ledger.read(entry)["actor"]["role"]) for entry in viewed] == [(cast.inspector.id, "inspector")] * 2
    assert ledger.broken_at(ref.id) is None


def test_forged_and_expired_addresses_open_nothing(officer: Api, api: Api, drain: Drain, frozen: Any) -> None:
    body = settled(officer, drawn(), drain)
    other = settled(officer, drawn(seed=5), drain)
    with frozen(NOON):
        url = path_of(officer.get(f"/photos/{body['id']}").json()["urls"]["large"])
    with frozen(NOON + timedelta(minutes=5) - SECOND):
        assert api.get(url).status_code == 200
    with frozen(NOON + timedelta(minutes=5)):
        assert problem(api.get(url)) == (403, "photo.link_expired")
    with frozen(NOON):
        signed = url.partition("signed=")[2]
        forged = [
            url[:-1] + ("A" if url[-1] != "A" else "B"), url.replace(body["id"], other["id"]),
            url.partition("?")[0] + "?signed=x",
            url.partition("?")[0] + "?signed=" + signed.partition("%3A")[0], url.partition("?")[0] + "?signed=%00",
        ]  # fmt: skip
        codes = [problem(api.get(wrong)) for wrong in forged]
        assert codes[:4] == [(403, "photo.link_invalid")] * 4
        assert codes[4][0] == 422
        assert problem(api.get(url.partition("?")[0])) == (422, "request.invalid")
        assert problem(api.get(url + "&x=1")) == (422, "request.invalid")
    assert not LedgerEntry.objects.filter(kind="photo.viewed").exists()


@pytest.mark.parametrize("who", ["officer_b", "officer_far", "inspector_far", "grid_worker_alike", "regulator_far"])
def test_who_may_not_see_a_photo_is_told_that_there_is_none(officer: Api, api: Api, cast: Cast, drain: Drain, who: str) -> None:
    ref = PhotoRef(ids.new())
    slot(cast.actor("officer_a"), ref)
    settled(officer, drawn(), drain, id=ref.id)
    assert problem(api.as_(getattr(cast, who)).get(f"/photos/{ref.id}")) == (404, "request.not_found")


def test_a_photo_whose_bytes_are_gone_is_noticed(officer: Api, api: Api, drain: Drain, store: Path) -> None:
    body = settled(officer, drawn(), drain)
    assert sweep.without_file() == []
    (store / original_key(sha(drawn()))).unlink()
    assert sweep.without_file() == [UUID(body["id"])]
    assert problem(api.get(path_of(body["urls"]["original"]))) == (404, "request.not_found")


# ---- sweeps


def test_an_empty_slot_lapses_after_seven_days_and_once(cast: Cast) -> None:
    ref = PhotoRef(ids.new())
    hazard = slot(cast.actor("officer_a"), ref)
    assert lapse.lapse_due(at=NOON + 7 * DAY - SECOND) == 0
    assert lapse.lapse_due(at=NOON + 7 * DAY) == 1
    assert lapse.lapse_due(at=NOON + 8 * DAY) == 0
    use = PhotoUse.objects.get()
    entry = ledger.of(use.id)[0]
    assert (entry.kind, entry.subject_kind, entry.place) == ("photo.lapsed", "photo_slot", "330324009000001")
    assert ledger.read(entry)["facts"] == {"subject": str(hazard), "photo_id": str(ref.id)}
    slots = queries.slots([hazard])[hazard]
    assert (slots[0].lapsed, queries.missing(slots), queries.blocking(slots)) == (True, [ref.id], [])


def test_filled_slots_do_not_lapse_refused_and_foreign_ones_do(officer: Api, api: Api, cast: Cast, drain: Drain) -> None:
    good, bad, foreign, waiting = (PhotoRef(ids.new()) for _ in range(4))
    use = use_of(cast.officer_a)
    attach([good, bad, foreign, waiting], use=use, at=NOON)
    settled(officer, drawn(), drain, id=good.id)
    settled(officer, png(800, 800), drain, id=bad.id)
    put(api.as_(cast.officer_b), drawn(), id=foreign.id)
    put(officer, drawn(), id=waiting.id)
    assert lapse.lapse_due(at=NOON + 7 * DAY) == 2
    lapsed = set(PhotoUse.objects.exclude(lapsed_at=None).values_list("photo_id", flat=True))
    assert lapsed == {bad.id, foreign.id}
    assert lapse.lapse_due(at=NOON + 7 * DAY + HOUR) == 0
    assert PhotoUse.objects.filter(open_since__isnull=False).get().photo_id == waiting.id


def test_a_photo_that_comes_after_its_slot_lapsed_is_shown_all_the_same(officer: Api, cast: Cast, drain: Drain) -> None:
    ref = PhotoRef(ids.new())
    hazard = slot(cast.actor("officer_a"), ref)
    lapse.lapse_due(at=NOON + 7 * DAY)
    settled(officer, drawn(), drain, id=ref.id)
    slots = queries.slots([hazard])[hazard]
    assert (slots[0].status, slots[0].lapsed, queries.missing(slots)) == ("ready", True, [])


def test_hundreds_of_slots_lapse_in_batches(cast: Cast) -> None:
    use = use_of(cast.officer_a)
    attach([PhotoRef(ids.new()) for _ in range(450)], use=use, at=NOON)
    assert lapse.lapse_due(at=NOON + 8 * DAY) == 450
    assert LedgerEntry.objects.filter(kind="photo.lapsed").count() == 450


def test_orphans_and_old_temp_files_are_cleared_and_nothing_else(officer: Api, cast: Cast, drain: Drain, store: Path) -> None:
    settled(officer, drawn(), drain)
    now = clock.now()
    kept, orphan, fresh = (store / original_key(digest) for digest in (sha(drawn()), "b" * 64, "c" * 64))
    for path in (orphan, fresh, store / "spool" / "in-old", store / "spool" / "in-new-kept"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    (store / "spool" / "out-old").mkdir()
    week_ago = (now - 8 * DAY).timestamp()
    for path in (kept, orphan, store / "spool" / "in-old", store / "spool" / "out-old"):
        os.utime(path, (week_ago, week_ago))
    assert (sweep.clear_orphans(at=now), sweep.clear_spool(at=now)) == (1, 2)
    assert (kept.exists(), orphan.exists(), fresh.exists()) == (True, False, True)
    assert [path.name for path in (store / "spool").iterdir()] == ["in-new-kept"]


def test_sending_the_bytes_of_an_orphan_again_saves_it(officer: Api, store: Path) -> None:
    orphan = store / original_key(sha(drawn()))
    orphan.parent.mkdir(parents=True)
    orphan.write_bytes(drawn())
    old = (clock.now() - 8 * DAY).timestamp()
    os.utime(orphan, (old, old))
    put(officer, drawn())
    Photo.objects.update(sha256="d" * 64)  # as if the sweep had looked just before the row was committed
    assert sweep.clear_orphans(at=clock.now()) == 0
    assert orphan.read_bytes() == drawn()
