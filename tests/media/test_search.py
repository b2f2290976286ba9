"""The prints in memory: nothing that was committed stays unseen, nothing that is gone is believed, numpy comes late."""

import subprocess
import sys
import threading
from collections.abc import Iterable
from datetime import timedelta

import numpy as np
import pytest
from django.db import connection, transaction

from backend.kernel import ids
from media.decode.prints import prints
from media.likeness import search, vectors
from media.models import Photo, Print
from media.policy.evidence import Alike
from tests.cast import DAY, NOON, Cast
from tests.media.evidence import picture

RNG = np.random.default_rng(7)


def a_print(cast: Cast, seed: int, *, at: object = NOON) -> Print:
    part = prints(picture(seed))["whole"]
    photo = Photo.objects.create(
        id=ids.new(), uploader=cast.officer_a, identity=cast.officer_a.identity, sha256="a" * 64, bytes=10, format="jpeg",
        width=640, height=480, received_at=at, settled_at=at, status="ready",
    )  # fmt: skip
    bits, sketch = bytes.fromhex(part["bits"]), bytes.fromhex(part["sketch"])
    return Print.objects.create(photo=photo, bits=bits, sketch=sketch, received_at=at)


def seen(of: Print, *, at: object = NOON + DAY, years: int = 2) -> list[object]:
    return [near.photo_id for near in search.similar(of.photo_id, at=at, years=years)]


def held(bits: bytes) -> Iterable[bytes]:
    """Yield the print of a picture held in each of the eight ways, signs worked out one by one."""
    grid = np.zeros((17, 17), int)
    marks = [int(bit) for byte in bits for bit in f"{byte:08b}"]
    groups = ((2, 2), (2, 1), (1, 2), (1, 1))
    places = [(v, u) for at_v, at_u in groups for v in range(at_v, 17, 2) for u in range(at_u, 17, 2)]
    for (v, u), mark in zip(places, marks, strict=True):
        grid[v, u] = mark
    for way in (grid, grid.T):
        for across in (0, 1):
            for down in (0, 1):
                signs = [way[v, u] ^ (across & u & 1) ^ (down & v & 1) for v, u in places]
                yield int("".join(map(str, signs)), 2).to_bytes(32, "big")


def test_a_print_is_found_whichever_way_its_picture_is_held() -> None:
    known, bits = vectors.Vectors(), RNG.bytes(32)
    known.append(range(5), [RNG.bytes(32), bits, RNG.bytes(32), RNG.bytes(32), RNG.bytes(32)])
    assert [known.near(way, within=0, most=9) for way in held(bits)] == [[(1, 0)]] * 8


def test_distances_are_those_of_the_nearest_way_and_come_nearest_first() -> None:
    bits, known = RNG.bytes(32), vectors.Vectors()
    worn = [bytes([bits[0] ^ (1 << n) - 1]) + bits[1:] for n in (5, 1, 3, 0)]
    known.append([10, 20, 30, 40], worn)
    assert known.near(bits, within=4, most=9) == [(40, 0), (20, 1), (30, 3)]
    assert known.near(bits, within=4, most=1) == [(40, 0)]
    assert vectors.Vectors().near(bits, within=256, most=9) == []


def test_a_million_prints_take_forty_megabytes() -> None:
    known = vectors.Vectors()
    for start in range(0, 1_000_000, 100_000):
        raw = RNG.bytes(3_200_000)
        known.append(range(start, start + 100_000), [raw[at : at + 32] for at in range(0, len(raw), 32)])
    assert known.size_bytes <= 50_000_000
    assert known.near(raw[-32:], within=0, most=2) == [(999_999, 0)]


@pytest.mark.django_db
def test_what_was_committed_since_the_last_look_is_seen(cast: Cast) -> None:
    first = a_print(cast, 1)
    assert seen(first) == []
    second = a_print(cast, 1)
    assert (seen(first), seen(second)) == ([second.photo_id], [first.photo_id])
    assert search.similar(first.photo_id, at=NOON, years=2)[0].alike == Alike.EQUAL


@pytest.mark.django_db
def test_a_number_that_was_passed_over_is_seen_when_it_is_committed(cast: Cast) -> None:
    first = a_print(cast, 1)
    late = Print(photo=a_print(cast, 2).photo, inner=True, bits=first.bits, sketch=first.sketch, received_at=NOON)
    late.id = first.id + 5  # begun before the next one, committed after it
    after = a_print(cast, 3)
    Print.objects.filter(id=after.id).update(id=first.id + 9)
    assert seen(first) == []
    late.save(force_insert=True)
    assert seen(first) == [late.photo_id]


@pytest.mark.django_db
def test_it_is_even_where_it_was_passed_over_in_the_first_look_of_all(cast: Cast) -> None:
    early, first = Print(photo=a_print(cast, 3).photo, inner=True, received_at=NOON), a_print(cast, 2)
    early.id, early.bits, early.sketch = first.id + 6, first.bits, first.sketch
    Print.objects.filter(id=first.id).update(id=first.id + 7)
    assert seen(first) == []
    early.save(force_insert=True)
    assert seen(first) == [early.photo_id]


@pytest.mark.django_db
def test_what_is_gone_from_the_database_is_not_believed(cast: Cast) -> None:
    first, second = a_print(cast, 1), a_print(cast, 1)
    assert seen(first) == [second.photo_id]
    second.delete()
    assert seen(first) == []


@pytest.mark.django_db
def test_photos_older_than_the_years_of_the_policy_are_not_compared(cast: Cast) -> None:
    old, new = a_print(cast, 1, at=NOON - 3 * 366 * DAY), a_print(cast, 1)
    assert seen(new) == []
    search.forget()
    assert seen(new) == []
    search.forget()
    assert seen(new, years=4) == [old.photo_id]


def test_another_process_sees_what_this_one_commits(live_cast: Cast, on_postgresql: None) -> None:
    first = a_print(live_cast, 1)
    assert seen(first) == []
    begun, commit = threading.Event(), threading.Event()

    def slowly() -> None:
        with transaction.atomic():
            slow.append(a_print(live_cast, 1))
            begun.set()
            commit.wait(20)
        connection.close()

    slow: list[Print] = []
    thread = threading.Thread(target=slowly)
    thread.start()
    assert begun.wait(20)
    fast = a_print(live_cast, 1)
    assert seen(first) == [fast.photo_id]
    commit.set()
    thread.join(20)
    assert set(seen(first)) == {fast.photo_id, slow[0].photo_id}


def test_a_process_that_judges_no_photo_never_loads_numpy() -> None:
    code = (
        "import os, sys; os.environ['DJANGO_SETTINGS_MODULE'] = 'tests.settings'; import django; django.setup();"
        "import media.tasks, hazards.tasks, backend.urls; sys.exit('numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=120).returncode == 0


def test_memory_is_read_page_by_page(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    monkeypatch.setattr(search, "PAGE", 2)
    cast = Cast()
    known = [a_print(cast, 1) for _ in range(5)]
    assert set(seen(known[0])) == {other.photo_id for other in known[1:]}
    assert timedelta(seconds=search.GAP_S) >= timedelta(minutes=1)
