"""The object store goes away and comes back: intake, decoding and reading go on, and nothing is lost on the way home."""

import io
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from backend.kernel import clock, doctor, ids, jobs, ledger
from backend.kernel.jobs import Work
from backend.kernel.models import Job
from backend.kernel.problems import Unavailable
from media import tasks
from media.actions import park
from media.models import Photo
from media.storage import original_key, parking, rendition_key, store
from media.storage.breaker import FIRST_S, LONGEST_S, Breaker
from media.storage.parking import Parking
from media.storage.s3 import S3Store
from tests.api import Api, problem
from tests.cable import Cable
from tests.cast import NOON, SECOND, Cast
from tests.media.pictures import drawn
from tests.media.sending import put, sha
from tests.media.test_settle import body_of, path_of

Drain = Callable[..., int]
ROOT = Path(__file__).resolve().parents[2]


def home(s3: S3Store, patience: float = 90.0) -> None:
    """Drain as the timetable does, again and again, until nothing is parked."""
    deadline = time.monotonic() + patience
    while list(s3.parking.entries()):
        assert time.monotonic() < deadline, "it never got home"
        try:
            s3.drain(go_on=lambda: True)
        except Unavailable:
            time.sleep(0.2)


def parked(s3: S3Store, data: bytes, folder: Path, key: str = "") -> str:
    file = folder / f"{ids.new().hex}-kept"
    file.write_bytes(data)
    key = key or original_key(sha(data))
    s3.parking.put(key, file, sha256=sha(data), content_type="image/jpeg")
    return key


# ---- the breaker


def test_after_a_failure_nobody_waits_and_one_at_a_time_tries_again() -> None:
    now = [0.0]
    breaker = Breaker(lambda: now[0])
    breaker.admit()
    breaker.failed()
    for _ in range(3):
        with pytest.raises(Unavailable):
            breaker.admit()
    now[0] += FIRST_S
    breaker.admit()
    with pytest.raises(Unavailable):
        breaker.admit()
    breaker.failed()
    now[0] += FIRST_S
    with pytest.raises(Unavailable):
        breaker.admit()
    for _ in range(20):
        breaker.failed()
    now[0] += LONGEST_S
    breaker.admit()
    assert breaker.is_open
    breaker.answered()
    breaker.admit()
    assert not breaker.is_open


def test_a_store_that_hangs_costs_one_bounded_wait_and_then_none(
    s3: S3Store, wire: Cable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire.freeze()
    began = time.monotonic()
    file = tmp_path / "a-kept"
    file.write_bytes(b"picture")
    s3.put("k/a", file, sha256=sha(b"picture"), content_type="image/jpeg")
    assert time.monotonic() - began < 40
    assert s3.is_parked("k/a")
    began = time.monotonic()
    file.write_bytes(b"another")
    s3.put("k/b", file, sha256=sha(b"another"), content_type="image/jpeg")
    assert s3.url("k/x", filename="x", content_type="image/jpeg", inline=True, life=timedelta(minutes=1)) is None
    assert time.monotonic() - began < 2
    assert s3.is_parked("k/b")


# ---- the parking place


def test_the_last_content_of_a_key_counts_and_what_is_gone_is_not_there(s3: S3Store, tmp_path: Path) -> None:
    parked(s3, b"first", tmp_path, "renditions/a/b.jpg")
    os.utime(next(s3.parking.entries()).path, (1, 1))
    parked(s3, b"second", tmp_path, "renditions/a/b.jpg")
    parked(s3, b"second", tmp_path, "renditions/a/b.jpg")
    assert (s3.open("renditions/a/b.jpg").read(), s3.size("renditions/a/b.jpg")) == (b"second", 6)
    assert [found.key for found in s3.parking.keys("renditions/")] == ["renditions/a/b.jpg"]
    assert list(s3.parking.keys("originals/")) == []
    assert s3.parking.delete("renditions/a/b.jpg", before=clock.now() - timedelta(days=1)) is False
    assert s3.delete("renditions/a/b.jpg", before=clock.now() + timedelta(days=1)) is True
    assert s3.is_parked("renditions/a/b.jpg") is False
    assert s3.delete("renditions/a/b.jpg", before=clock.now() + timedelta(days=1)) is False


def test_processes_that_share_a_disk_share_the_place(tmp_path: Path) -> None:
    assert Parking(tmp_path / "p").place == Parking(tmp_path / "p").place
    assert Parking(tmp_path / "p").place != Parking(tmp_path / "q").place


def test_a_newer_content_does_not_overtake_the_parked_one(s3: S3Store, tmp_path: Path) -> None:
    key = parked(s3, b"older", tmp_path, "renditions/a/b.jpg")
    file = tmp_path / "x-kept"
    file.write_bytes(b"newer")
    s3.put(key, file, sha256=sha(b"newer"), content_type="image/jpeg")
    assert (s3.is_parked(key), s3.bucket.size(key)) == (True, None)
    home(s3)
    assert (s3.is_parked(key), s3.open(key).read()) == (False, b"newer")


def test_what_was_replaced_while_it_was_moved_stays_parked(s3: S3Store, tmp_path: Path) -> None:
    key = parked(s3, b"older", tmp_path, "renditions/a/b.jpg")
    before = s3.parking.find(key)
    assert before is not None
    os.utime(before.path, (1, 1))
    parked(s3, b"newer", tmp_path, key)
    s3.parking.leave(before)
    assert s3.parking.open(key).read() == b"newer"


def test_one_process_at_a_time_drains(s3: S3Store, tmp_path: Path) -> None:
    key = parked(s3, b"picture", tmp_path)
    with s3.parking.alone() as first, s3.parking.alone() as second:
        assert (first, second) == (True, False)
        assert s3.drain(go_on=lambda: True) is True
        assert s3.is_parked(key)


def test_bytes_that_the_disk_damaged_are_set_aside_and_never_called_the_photo(s3: S3Store, tmp_path: Path) -> None:
    key = parked(s3, b"picture", tmp_path)
    next(s3.parking.entries()).path.write_bytes(b"pictur3")
    assert s3.drain(go_on=lambda: True) is True
    assert (s3.is_parked(key), s3.bucket.size(key), s3.parking.damaged()) == (False, None, 1)


MOVER = """
import sys
from pathlib import Path
import django
django.setup()
from backend.kernel.problems import Unavailable
from media.storage.s3 import make
print("begun", flush=True)
for _ in range(200):
    try:
        make(sys.argv[1], Path(sys.argv[2])).drain(go_on=lambda: True)
    except Unavailable:
        continue
    break
"""


def test_a_mover_that_is_killed_at_any_point_loses_nothing(s3: S3Store, s3_url: str, wire: Cable, tmp_path: Path) -> None:
    blobs = {parked(s3, os.urandom(200_000) + bytes([n]), tmp_path): n for n in range(40)}
    sums = {key: key.rpartition("/")[2] for key in blobs}
    dice = random.Random(7)
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "backend.settings",
        "VAR_DIR": str(tmp_path / "var"),
        "DATABASE_URL": "",
    }
    for round in range(6):
        mover = subprocess.Popen(
            [sys.executable, "-c", MOVER, s3_url, str(tmp_path)], cwd=ROOT, env=environment, stdout=subprocess.PIPE
        )
        assert mover.stdout is not None
        assert mover.stdout.readline() == b"begun\n"
        time.sleep(dice.uniform(0.2, 0.8))
        if round % 2:
            wire.cut()
            wire.join()
        mover.send_signal(signal.SIGKILL)
        mover.wait()
        mover.stdout.close()
        assert all(sha(s3.parking.open(key).read() if s3.is_parked(key) else whole(s3, key)) == sums[key] for key in blobs)
    home(s3)
    assert {key: sha(whole(s3, key)) for key in blobs} == sums
    assert (list(s3.parking.entries()), s3.parking.damaged()) == ([], 0)


def whole(s3: S3Store, key: str) -> bytes:
    """Return what the bucket itself holds."""
    deadline = time.monotonic() + 90
    while True:
        try:
            return b"".join(s3.bucket.read(key))
        except Unavailable:
            assert time.monotonic() < deadline
            time.sleep(0.1)


# ---- the product meanwhile


def states() -> set[str]:
    """Return where the jobs stand that decode photos."""
    return set(Job.objects.filter(kind="media.tasks.settle").values_list("state", flat=True))


@pytest.fixture
def away(s3: S3Store, wire: Cable) -> Cable:
    """Take the object store away before the first call."""
    wire.cut()
    return wire


@pytest.mark.django_db
def test_photos_are_taken_decoded_and_read_while_the_store_is_away(
    s3: S3Store, away: Cable, officer: Api, api: Api, drain: Drain
) -> None:
    sent = {ids.new(): drawn(seed=n) for n in range(5)}
    for id, data in sent.items():
        reply = put(officer, data, id=id)
        assert (reply.status_code, reply.json()["receipt"]["digest"]) == (201, sha(data))
        assert ledger.read(ledger.of(id)[0])["facts"]["parked"] is True
        assert put(officer, data, id=id)["Idempotency-Replayed"] == "true"
    drain(clock.now() + SECOND)
    assert set(Photo.objects.values_list("status", "parked_in")) == {("ready", store().place)}
    for id, data in sent.items():
        urls = officer.get(f"/photos/{id}").json()["urls"]
        original = api.get(path_of(urls["original"]))
        assert (original.status_code, body_of(original)) == (200, data)
        assert original["Content-Disposition"].startswith("attachment")
        thumb = api.get(path_of(urls["thumb"]))
        assert (thumb.status_code, thumb["X-Content-Type-Options"]) == (200, "nosniff")
        assert "sandbox" in thumb["Content-Security-Policy"]
    assert [(there.place, there.photos) for there in park.standing()] == [(store().place, 5)]

    away.join()
    home(s3)
    assert park.drain(now=clock.now, within=timedelta(seconds=30)) is True
    assert (park.standing(), Photo.objects.filter(parked_in__isnull=False).count()) == ([], 0)
    for id, data in sent.items():
        assert sha(whole(s3, original_key(sha(data)))) == sha(data)
        drawn_as = Photo.objects.get(id=id).drawn["key"]
        assert all(s3.bucket.size(rendition_key(id, name, drawn_as)) for name in ("thumb", "middle", "large"))
        url = officer.get(f"/photos/{id}").json()["urls"]["thumb"]
        assert api.get(path_of(url)).status_code == 302


@pytest.mark.django_db
def test_the_timetable_moves_what_is_parked_and_waits_while_the_store_is_away(
    s3: S3Store, away: Cable, officer: Api, drain: Drain
) -> None:
    assert put(officer, drawn()).status_code == 201
    for _ in range(3):
        tasks.drain_parked(at=clock.now(), job_id=ids.new())
    assert Photo.objects.get().parked_in == store().place
    away.join()
    deadline = time.monotonic() + 90
    while Photo.objects.get().parked_in:
        assert time.monotonic() < deadline
        tasks.drain_parked(at=clock.now(), job_id=ids.new())
        time.sleep(0.2)
    assert s3.bucket.size(original_key(sha(drawn()))) == len(drawn())


@pytest.mark.django_db
def test_a_photo_whose_bytes_are_out_of_reach_waits_and_its_job_does_not_die(
    s3: S3Store, wire: Cable, officer: Api, api: Api, drain: Drain
) -> None:
    id = ids.new()
    assert put(officer, drawn(), id=id).status_code == 201
    url = path_of(officer.get(f"/photos/{id}").json()["urls"]["original"])
    wire.cut()
    at = clock.now() + SECOND
    for minute in range(20):
        drain(at + timedelta(minutes=minute))
    assert (Photo.objects.get().status, states()) == ("received", {"waiting"})
    assert problem(api.get(url)) == (503, "server.unavailable")
    wire.join()
    deadline = time.monotonic() + 90
    while Photo.objects.get().status != "ready":
        assert time.monotonic() < deadline
        Job.objects.update(run_at=clock.now())
        drain(clock.now())
        time.sleep(0.2)
    assert Photo.objects.get().status == "ready"


@pytest.mark.django_db
def test_periodic_work_waits_for_the_store_and_never_dies_of_its_absence(s3: S3Store, away: Cable, drain: Drain) -> None:
    names = ["clear_orphans", "clear_incoming", "drain_parked", "tend_uploads"]
    jobs.enqueue(Work(f"media.tasks.{name}", name, {}, NOON) for name in names)
    for hour in range(1, 20):
        drain(NOON + timedelta(hours=hour))
    assert set(Job.objects.values_list("state", "attempts", "kind")) == {
        ("waiting", 0, "media.tasks.clear_orphans"), ("waiting", 0, "media.tasks.clear_incoming"),
        ("done", 1, "media.tasks.drain_parked"), ("done", 1, "media.tasks.tend_uploads"),
    }  # fmt: skip


@pytest.mark.django_db
def test_another_host_says_that_the_bytes_wait_elsewhere_and_leaves_them_to_it(
    s3: S3Store, s3_url: str, away: Cable, officer: Api, api: Api, drain: Drain, settings: Any, tmp_path: Path
) -> None:
    id = ids.new()
    assert put(officer, drawn(), id=id).status_code == 201
    here, settings.VAR_DIR = store().place, tmp_path / "other-host"
    there = store().place
    assert there not in (None, here)
    away.join()
    url = path_of(officer.get(f"/photos/{id}").json()["urls"]["original"])
    assert problem(api.get(url)) == (503, "server.unavailable")
    drain(clock.now() + SECOND)
    assert (Photo.objects.get().status, states()) == ("received", {"waiting"})
    tasks.drain_parked(at=clock.now(), job_id=ids.new())
    asked = Job.objects.get(kind="media.tasks.drain_parked")
    assert (asked.payload, Photo.objects.get().parked_in) == ({"place": str(here)}, here)
    drain(clock.now() + SECOND)
    asked.refresh_from_db()
    assert (asked.state, asked.attempts) == ("waiting", 0)
    drain(clock.now() + timedelta(minutes=11))
    asked.refresh_from_db()
    assert asked.state == "done"


# ---- what operators see


def told(at: Any = None) -> dict[str, tuple[str, str]]:
    return {finding.name: (finding.state, finding.said) for finding in park.findings(at or clock.now())}


@pytest.mark.django_db
def test_doctor_says_what_is_parked_where_and_for_how_long(
    s3: S3Store, away: Cable, officer: Api, settings: Any, tmp_path: Path
) -> None:
    assert put(officer, drawn()).status_code == 201
    there = store().place
    assert told()["bucket"][0] == doctor.FAILURE
    state, said = told()["parked photos"]
    assert (state, "1 (0." in said) == (doctor.WARNING, True)
    assert told(clock.now() + timedelta(hours=25))["parked photos"][0] == doctor.FAILURE
    settings.VAR_DIR = tmp_path / "other-host"
    away.join()
    state, said = told()["parked photos"]
    assert (state, str(there) in said, told()["bucket"][0]) == (doctor.WARNING, True, doctor.OK)
    Photo.objects.update(parked_in=None)
    assert told()["parked photos"] == (doctor.OK, "无 / none")
    (tmp_path / "other-host" / "parked" / "damaged").mkdir(parents=True)
    (tmp_path / "other-host" / "parked" / "damaged" / "x").write_bytes(b"x")
    assert told()["parked photos"][0] == doctor.FAILURE


@pytest.mark.django_db
def test_on_a_disk_there_is_nothing_to_say(cast: Cast) -> None:
    assert told() == {}
    call_command("prepare_storage", stdout=io.StringIO())
    assert store().waiting().blobs == 0


@pytest.mark.django_db
def test_the_bucket_is_made_where_it_is_missing(s3_url: str, settings: Any, tmp_path: Path, wire: Cable) -> None:
    settings.STORAGE_URL, settings.VAR_DIR = s3_url.replace("/photos-", "/new-"), tmp_path
    assert told()["bucket"] == (doctor.FAILURE, "对象存储不可用 / the object store refuses: NoSuchBucket")
    for _ in range(2):
        call_command("prepare_storage", stdout=io.StringIO())
    assert told()["bucket"][0] == doctor.OK
    wire.cut()
    said = io.StringIO()
    call_command("prepare_storage", stdout=io.StringIO(), stderr=said)
    assert "run this again" in said.getvalue()


@pytest.mark.django_db
def test_a_bucket_that_is_missing_costs_no_photo(s3_url: str, settings: Any, tmp_path: Path, officer: Api) -> None:
    settings.STORAGE_URL, settings.VAR_DIR = s3_url.replace("/photos-", "/new-"), tmp_path
    assert put(officer, drawn()).status_code == 201
    assert Photo.objects.get().parked_in == store().place
    call_command("prepare_storage", stdout=io.StringIO())
    assert park.drain(now=clock.now, within=timedelta(seconds=30)) is True
    assert Photo.objects.get().parked_in is None


@pytest.mark.django_db
def test_where_too_little_room_is_left_the_phone_is_told_to_wait(
    s3: S3Store, away: Cable, officer: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parking, "LEAST_FREE", 2**62)
    assert problem(put(officer, drawn())) == (507, "server.disk_full")
    assert (Photo.objects.count(), list(s3.parking.entries())) == (0, [])


@pytest.mark.django_db
def test_an_operator_may_have_it_moved_at_once(s3: S3Store, away: Cable, officer: Api) -> None:
    assert put(officer, drawn()).status_code == 201
    with pytest.raises(CommandError, match="1 left"):
        call_command("drain_parked", stdout=io.StringIO())
    away.join()
    said, deadline = io.StringIO(), time.monotonic() + 90
    while not said.getvalue():
        assert time.monotonic() < deadline
        with suppress(CommandError):
            call_command("drain_parked", stdout=said)
        time.sleep(0.2)
    assert said.getvalue().endswith("0 left\n")
    assert Photo.objects.get().parked_in is None


@pytest.mark.django_db
def test_of_a_disk_that_is_gone_only_what_is_lost_stays_marked(
    s3: S3Store, away: Cable, officer: Api, api: Api, settings: Any, tmp_path: Path
) -> None:
    lost, saved, gone = ids.new(), ids.new(), store().place
    for id, seed in ((lost, 1), (saved, 2)):
        assert put(officer, drawn(seed=seed), id=id).status_code == 201
    settings.VAR_DIR = tmp_path / "other-host"
    away.join()
    # the other disk had moved one of them and died before it could say so
    file = tmp_path / "x-kept"
    file.write_bytes(drawn(seed=2))
    store().put(original_key(sha(drawn(seed=2))), file, sha256=sha(drawn(seed=2)), content_type="image/jpeg")
    urls = {id: path_of(officer.get(f"/photos/{id}").json()["urls"]["original"]) for id in (lost, saved)}
    assert problem(api.get(urls[lost])) == (503, "server.unavailable")
    assert api.get(urls[saved]).status_code == 302
    said = io.StringIO()
    call_command("drain_parked", lost=gone, stdout=said)
    assert said.getvalue().split() == [str(lost)]
    assert list(Photo.objects.filter(parked_in__isnull=False).values_list("id", flat=True)) == [lost]
    with pytest.raises(CommandError):
        call_command("drain_parked", lost=store().place)
