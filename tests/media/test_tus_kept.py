"""What an acknowledged byte is worth: races, bodies that break off, crashes at every step, limits, sweeps, both stores."""

import io
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from backend.kernel import clock, ids
from backend.kernel.models import Claim, PolicyVersion
from media import tasks
from media.actions import append, begin, discard, quota
from media.actions.begin import Asked
from media.actions.finish import finish_whole
from media.errors import OffsetMismatch
from media.models import Photo, Upload, UploadPart
from media.models.upload import State
from media.policy.told import Told
from media.storage import store as store_in_use
from media.storage.s3 import S3Store
from media.storage.spool import spooling
from tests.api import Api, problem
from tests.cable import Cable
from tests.cast import DAY, MINUTE, NOON, SECOND, Cast
from tests.media.pictures import drawn
from tests.media.sending import put, sha
from tests.media.test_parking import home
from tests.media.test_races import apart
from tests.media.tus import CHUNK, checksum, end, head, patch, stands
from tests.media.tus import begin as begun

DATA = drawn()
HALF = len(DATA) // 2


def parts(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "parts").rglob("*") if path.is_file())


def agrees(id: UUID) -> None:
    """Check that the rows of an upload are one unbroken line up to its offset, and that the store has each."""
    upload, at = Upload.objects.get(photo_id=id), 0
    for part in UploadPart.objects.filter(upload=upload).order_by("start"):
        assert part.start == at
        assert store_in_use().size(part.key) == part.bytes
        at += part.bytes
    assert at == (upload.offset if upload.state == State.OPEN else 0)


def breaking_off(client: Api, id: UUID, offset: int, data: bytes, *, after: int, **headers: str) -> Any:
    """Send a piece whose connection ends after `after` bytes."""
    meta = {"HTTP_X_SESSION_TOKEN": client.token, "wsgi.input": io.BytesIO(data[:after])}
    told = {"HTTP_TUS_RESUMABLE": "1.0.0", "HTTP_UPLOAD_OFFSET": str(offset)}
    told |= {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    return client._client.generic("PATCH", f"/api/v1/uploads/{id}", data, content_type=CHUNK, **meta, **told)


# ---- bodies that break off


@pytest.mark.django_db
def test_of_a_body_that_breaks_off_what_came_is_kept(officer: Api) -> None:
    id = ids.new()
    begun(officer, DATA, id=id)
    breaking_off(officer, id, 0, DATA, after=1234)
    assert stands(head(officer, id)) == (200, 1234, len(DATA))
    breaking_off(officer, id, 1234, DATA[1234:], after=0)
    breaking_off(officer, id, 1234, DATA[1234:], after=4000)
    agrees(id)
    assert patch(officer, id, 5234, DATA[5234:]).status_code == 204
    assert Photo.objects.get(id=id).sha256 == sha(DATA)


@pytest.mark.django_db
def test_with_a_checksum_half_a_body_is_nothing(officer: Api, store: Path) -> None:
    id = ids.new()
    begun(officer, DATA, id=id)
    reply = breaking_off(officer, id, 0, DATA, after=1234, Upload_Checksum=checksum(DATA))
    assert problem(reply) == (460, "upload.checksum_mismatch")
    assert (stands(head(officer, id))[1], parts(store)) == (0, [])


@pytest.mark.django_db
def test_a_body_without_a_length_is_refused(officer: Api) -> None:
    id = ids.new()
    begun(officer, DATA, id=id)
    headers = {"X-Session-Token": officer.token, "Tus-Resumable": "1.0.0", "Upload-Offset": "0", "Transfer-Encoding": "chunked"}
    path = f"/api/v1/uploads/{id}"
    reply = officer._client.generic("PATCH", path, b"", headers=headers, CONTENT_TYPE=CHUNK)
    assert problem(reply) == (400, "request.malformed")


# ---- several at once


@pytest.mark.usefixtures("live_db")
def test_of_pieces_sent_at_once_one_is_kept_and_never_a_mixture(api: Api, live_cast: Cast) -> None:
    client, data = api.as_(live_cast.officer_a), [bytes([n]) * 70_000 for n in range(4)]
    for _ in range(3):
        id = ids.new()
        asked = Asked(id, 140_000, "", Told(), "")
        begin.begin(asked, actor=live_cast.actor("officer_a", at=clock.now()), at=clock.now())
        barrier = threading.Barrier(len(data))

        def send(piece: bytes, id: UUID = id, barrier: threading.Barrier = barrier) -> int:
            barrier.wait(20)
            return apart(lambda: patch(client, id, 0, piece)).status_code

        with ThreadPoolExecutor(len(data)) as pool:
            answers = list(pool.map(send, data))
        # on SQLite a writer may be told to come back; it is never told that it succeeded
        assert answers.count(204) <= 1
        assert set(answers) <= {204, 409, 503, 429}
        if 204 in answers:
            part = UploadPart.objects.get(upload__photo_id=id)
            with store_in_use().open(part.key) as file:
                assert file.read() == data[answers.index(204)]
        agrees(id)


@pytest.mark.usefixtures("live_db")
def test_the_last_piece_sent_many_times_at_once_makes_one_photo(api: Api, live_cast: Cast) -> None:
    client, id = api.as_(live_cast.officer_a), ids.new()
    begun(client, DATA, id=id)
    assert patch(client, id, 0, DATA[:HALF]).status_code == 204
    with ThreadPoolExecutor(4) as pool:
        answers = Counter(
            pool.map(lambda _: apart(lambda: patch(client, id, HALF, DATA[HALF:])).status_code, range(8))
        )  # fmt: skip
    assert set(answers) <= {204, 409, 429, 503}
    for _ in range(20):
        if head(client, id).status_code == 200:
            break
    if not Photo.objects.exists():
        assert patch(client, id, HALF, DATA[HALF:]).status_code == 204
    assert (Photo.objects.count(), Claim.objects.filter(kind="photo").count()) == (1, 1)
    assert Photo.objects.get().sha256 == sha(DATA)
    agrees(id)


@pytest.mark.usefixtures("live_db")
def test_begun_many_times_at_once_it_is_one(api: Api, live_cast: Cast) -> None:
    client, id = api.as_(live_cast.officer_a), ids.new()
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: apart(lambda: begun(client, DATA, id=id)).status_code, range(8)))
    assert answers.count(201) <= 1
    assert set(answers) <= {200, 201, 409, 429, 503}
    assert Upload.objects.count() == 1 or 201 not in answers


# ---- writers that were killed


@pytest.mark.django_db
def test_whoever_comes_second_leaves_nothing_behind(officer: Api, cast: Cast, store: Path) -> None:
    id = ids.new()
    begun(officer, DATA, id=id)
    late = Upload.objects.get()
    patch(officer, id, 0, DATA[:HALF])
    with spooling() as spool:
        start = append.begin_spool(late, spool)
        spool.write(DATA[:100])
        with pytest.raises(OffsetMismatch):
            append.append(late, spool=spool, start=start, at=NOON)
    assert len(parts(store)) == 1
    end(officer, id)
    with spooling() as spool:
        spool.write(DATA[:100])
        with pytest.raises(OffsetMismatch):
            append.append(late, spool=spool, start=0, at=NOON)
    assert parts(store) == []


@pytest.mark.django_db
def test_bytes_without_a_row_are_swept_after_a_day_and_no_others(officer: Api, store: Path) -> None:
    id = ids.new()
    begun(officer, DATA, id=id)
    patch(officer, id, 0, DATA[:HALF])
    orphan = store / "parts" / "aa" / f"{ids.new()}-000000000000-{ids.new().hex}"
    orphan.parent.mkdir()
    orphan.write_bytes(b"killed before its row")
    assert discard.clear_orphans(at=clock.now()) == 0
    assert discard.clear_orphans(at=clock.now() + 2 * DAY) == 1
    assert not orphan.exists()
    agrees(id)


@pytest.mark.django_db
def test_a_whole_upload_that_a_crash_left_is_finished_by_the_next_question_or_by_the_sweep(officer: Api, cast: Cast) -> None:
    for ask in (True, False):
        id = ids.new()
        begun(officer, drawn(seed=4), id=id)
        # everything but the reception: as if the process had been killed just then
        upload = Upload.objects.get(photo_id=id)
        with spooling() as spool:
            spool.write(drawn(seed=4))
            append.append(upload, spool=spool, start=0, at=clock.now())
        assert not Photo.objects.filter(id=id).exists()
        if ask:
            assert stands(head(officer, id))[1] == len(drawn(seed=4))
        else:
            assert finish_whole(at=clock.now()) == 0  # somebody may be about to
            assert finish_whole(at=clock.now() + 3 * MINUTE) == 1
        assert Photo.objects.get(id=id).sha256 == sha(drawn(seed=4))
        agrees(id)


@pytest.mark.django_db
def test_a_part_that_is_not_at_hand_is_waited_for(officer: Api, store: Path) -> None:
    id = ids.new()
    begun(officer, DATA * 9, id=id)
    patch(officer, id, 0, (DATA * 9)[:70_000])
    blob = next(path for path in (store / "parts").rglob("*") if path.is_file())
    elsewhere = blob.rename(store / "elsewhere")
    reply = patch(officer, id, 70_000, (DATA * 9)[70_000:])
    assert problem(reply) == (503, "server.unavailable")
    assert head(officer, id).status_code == 503
    elsewhere.rename(blob)
    assert patch(officer, id, len(DATA) * 9, b"").status_code == 204
    assert Photo.objects.get(id=id).sha256 == sha(DATA * 9)


# ---- time and room


@pytest.mark.django_db
def test_what_has_expired_is_forgotten_with_its_bytes(officer: Api, store: Path, frozen: Any) -> None:
    kept, gone = ids.new(), ids.new()
    with frozen(NOON):
        begun(officer, DATA, id=gone)
        patch(officer, gone, 0, DATA[:HALF])
    with frozen(NOON + 3 * DAY):
        begun(officer, DATA, id=kept)
        patch(officer, kept, 0, DATA[:HALF])
    tasks.tend_uploads(at=NOON + 7 * DAY - SECOND, job_id=ids.new())
    assert Upload.objects.count() == 2
    tasks.tend_uploads(at=NOON + 7 * DAY, job_id=ids.new())
    assert [upload.photo_id for upload in Upload.objects.all()] == [kept]
    assert len(parts(store)) == 1
    agrees(kept)


@pytest.mark.django_db
def test_of_one_account_three_pieces_come_at_a_time(officer: Api, cast: Cast, settings: Any) -> None:
    settings.RATE_SCALE, id, actor = 1.0, ids.new(), cast.actor("officer_a")
    begun(officer, DATA, id=id)
    with quota.turn(actor=actor, at=NOON), quota.turn(actor=actor, at=NOON), quota.turn(actor=actor, at=NOON):
        reply = patch(officer, id, 0, DATA)
        assert (problem(reply), reply["Retry-After"]) == ((429, "limit.exceeded"), "2")
        assert stands(head(officer, id))[1] == 0
    assert patch(officer, id, 0, DATA).status_code == 204


@pytest.mark.django_db
def test_an_upload_that_was_overtaken_counts_no_more_and_is_forgotten(officer: Api, store: Path, settings: Any) -> None:
    settings.RATE_SCALE, overtaken, going_on = 1.0, ids.new(), ids.new()
    PolicyVersion.objects.create(
        id=ids.new(), kind="photos", version=1, effective_from=clock.now() - DAY, document={"unfinished_uploads": 2}
    )
    for id in (overtaken, going_on):
        begun(officer, DATA, id=id)
        patch(officer, id, 0, DATA[:HALF])
    assert put(officer, DATA, id=overtaken).status_code == 201
    assert begun(officer, DATA, id=ids.new()).status_code == 201
    tasks.tend_uploads(at=clock.now(), job_id=ids.new())
    assert not Upload.objects.filter(photo_id=overtaken).exists()
    assert len(parts(store)) == 1
    assert stands(head(officer, overtaken)) == (200, len(DATA), len(DATA))
    agrees(going_on)


@pytest.mark.django_db
def test_one_person_and_all_together_may_leave_only_so_much_unfinished(officer: Api, api: Api, cast: Cast, settings: Any) -> None:
    settings.RATE_SCALE, first = 1.0, ids.new()
    numbers = {"unfinished_uploads": 2, "unfinished_bytes": 3 * len(DATA)}
    PolicyVersion.objects.create(
        id=ids.new(), kind="photos", version=1, effective_from=clock.now() - DAY, document=numbers
    )  # fmt: skip
    assert [begun(officer, DATA, id=id).status_code for id in (first, ids.new())] == [201, 201]
    reply = begun(officer, DATA, id=ids.new())
    assert (problem(reply), int(reply["Retry-After"]) > 0) == ((429, "limit.exceeded"), True)
    assert begun(officer, DATA, id=first).status_code == 200
    other = api.as_(cast.officer_b)
    assert begun(other, DATA).status_code == 201
    assert problem(begun(other, DATA, Upload_Metadata="")) == (507, "server.disk_full")
    assert patch(officer, first, 0, DATA).status_code == 204
    assert begun(other, DATA, Upload_Metadata="").status_code == 201


@pytest.mark.django_db
def test_a_photo_beyond_the_day_waits_whole_and_is_taken_the_day_after(officer: Api, settings: Any, frozen: Any) -> None:
    settings.RATE_SCALE, id, one = 1.0, ids.new(), {"per_person_per_day": 1}
    PolicyVersion.objects.create(id=ids.new(), kind="photos", version=1, effective_from=NOON - DAY, document=one)
    with frozen(NOON):
        assert begun(officer, DATA, id=id).status_code == 201
        assert put(officer, drawn(seed=9)).status_code == 201
        assert problem(patch(officer, id, 0, DATA)) == (429, "limit.exceeded")
        reply = head(officer, id)
        assert (reply.status_code, 0 < int(reply["Retry-After"]) <= DAY.total_seconds()) == (429, True)
    with frozen(NOON + DAY):
        assert stands(head(officer, id)) == (200, len(DATA), len(DATA))
    assert Photo.objects.get(id=id).sha256 == sha(DATA)


# ---- the object store


@pytest.mark.django_db
def test_pieces_go_by_the_object_store_too(s3: S3Store, officer: Api) -> None:
    id = ids.new()
    data = drawn(size=(1600, 1200))
    begun(officer, data, id=id)
    for start in range(0, len(data), 10_000):
        assert patch(officer, id, start, data[start : start + 10_000]).status_code == 204
        agrees(id)
    assert Photo.objects.get(id=id).sha256 == sha(data)
    assert list(s3.keys("parts/")) == []
    assert s3.size(f"originals/{sha(data)[:2]}/{sha(data)[2:4]}/{sha(data)}") == len(data)


@pytest.mark.django_db
def test_while_the_object_store_is_away_pieces_are_parked_and_make_a_photo(s3: S3Store, wire: Cable, officer: Api) -> None:
    id = ids.new()
    begun(officer, DATA, id=id)
    patch(officer, id, 0, DATA[:HALF])
    wire.cut()
    begun_meanwhile = ids.new()
    assert begun(officer, DATA, id=begun_meanwhile).status_code == 201
    assert patch(officer, begun_meanwhile, 0, DATA[:HALF]).status_code == 204
    assert patch(officer, begun_meanwhile, HALF, DATA[HALF:]).status_code == 204
    assert Photo.objects.get(id=begun_meanwhile).parked_in
    # the first piece of the other lies beyond the cut, the second is kept all the same
    assert patch(officer, id, HALF, DATA[HALF:]).status_code == 503
    assert Upload.objects.get(photo_id=id).is_whole
    wire.join()
    home(s3)
    assert stands(head(officer, id)) == (200, len(DATA), len(DATA))
    assert Photo.objects.get(id=id).sha256 == sha(DATA)


@pytest.mark.usefixtures("live_db")
def test_pieces_of_a_store_are_swept_by_the_night(s3: S3Store, live_cast: Cast) -> None:
    assert connection.vendor
    file = store_in_use().spool
    file.mkdir(parents=True, exist_ok=True)
    (file / "x-kept").write_bytes(b"orphan")
    s3.put("parts/aa/x", file / "x-kept", sha256=sha(b"orphan"), content_type="application/octet-stream")
    tasks.clear_orphans(at=clock.now() + 2 * DAY, job_id=ids.new())
    assert list(s3.keys("parts/")) == []
