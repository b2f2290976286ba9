"""The strip below the picture: drawn with it, drawn anew when the photo becomes evidence, and never over the picture."""

import io
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings as known
from PIL import Image, ImageChops

from backend.kernel import clock, ids
from backend.kernel.models import Job
from hazards.models import Hazard
from media.actions import redraw, strips
from media.actions.attach import attach
from media.actions.settle import settle
from media.decode import Order, decode
from media.models import Photo, PhotoUse
from media.policy.uses import PhotoRef
from media.storage import rendition_key
from tests.api import Api
from tests.cast import SECOND, Cast
from tests.loop import CATEGORY
from tests.media.pictures import drawn
from tests.media.sending import put, slot
from tests.media.test_decode import corners
from tests.media.test_settle import body_of, path_of
from tests.media.test_slots import use_of

Drain = Callable[..., int]
FULL = [
    ("收件", "2026-11-23 11:27:45(服务器时钟,北京时间)"), ("地点", "一号车间北侧配电房(填报)"), ("人员", "李明(安全管理员)"),
    ("隐患", "0199a3c4-7b1d-7cc2-9f30-2a1b3c4d5e6f"),
]  # fmt: skip
LONG = [("地点", "长" * 119 + "…"), ("人员", "〓" * 60), ("隐患", "x" * 100)] * 3
ADDRESS = "https://example.org/api/v1/hazards/0199a3c4-7b1d-7cc2-9f30-2a1b3c4d5e6f"


def made(data: bytes, folder: Path, items: Any = FULL, format: str = "jpeg") -> dict[str, Image.Image]:
    """Return the renditions of `data` with a strip of these items; without one where there are none."""
    folder.mkdir()
    (folder / "original").write_bytes(data)
    texts = dict.fromkeys(("large", "middle", "thumb"), items) if items else {}
    order = Order(items=texts, qr=strips.squares(ADDRESS) if items else [])
    assert decode(folder / "original", format, folder=folder, order=order).code == ""
    return {name: Image.open(io.BytesIO((folder / f"{name}.jpg").read_bytes())) for name in ("large", "middle", "thumb")}


SIZES = {"landscape": (2600, 1300), "portrait": (1300, 2600), "small": (100, 70), "narrow": (64, 3000), "flat": (3000, 64)}


@pytest.mark.parametrize("shape", SIZES)
def test_the_strip_is_below_and_leaves_the_picture_alone(tmp_path: Path, shape: str) -> None:
    data = drawn("PNG", size=SIZES[shape])
    plain, with_strip = made(data, tmp_path / "plain", items=[], format="png"), made(data, tmp_path / "strip", format="png")
    for name, bare in plain.items():
        both = with_strip[name]
        assert (both.width >= bare.width, both.height > bare.height) == (True, True)
        # where letters need more room than the picture is wide, it stands in the middle
        left = (both.width - bare.width) // 2
        # the last blocks of the encoding hold the strip's first lines as well
        whole = (left + 16, 0, left + bare.width - 16, bare.height - 16)
        if left % 16 == 0 and whole[2] > whole[0] and whole[3] > 0:
            theirs = bare.crop((16, 0, bare.width - 16, bare.height - 16))
            assert ImageChops.difference(both.crop(whole), theirs).getbbox() is None
        strip = both.crop((0, bare.height, both.width, both.height)).convert("L")
        assert sum(strip.histogram()[:90]) > 50, "nothing is written there"


def test_words_without_end_are_broken_and_end_in_an_ellipsis(tmp_path: Path) -> None:
    for name, image in made(drawn(size=(640, 480)), tmp_path / "long", items=LONG).items():
        picture = {"large": 480, "middle": 480, "thumb": 240}[name]
        assert image.height - picture < 420


@pytest.mark.parametrize("size", [(2600, 1300), (1300, 2600), (700, 500), (400, 300)])
def test_the_code_holds_the_address_of_the_record(tmp_path: Path, size: tuple[int, int]) -> None:
    rows = strips.squares(ADDRESS)
    large = made(drawn(size=size), tmp_path / "made")["large"].convert("L")
    module, found = next((m, at) for m in (4, 3, 2) if (at := _code(large, rows, m)))
    assert (module >= 2, found) == (True, rows)


def _code(image: Image.Image, rows: list[str], module: int) -> list[str] | None:
    """Return the modules of the code in the bottom right or left corner, read at their centres, if they are there."""
    side = module * (len(rows) + 8)
    for left in (image.width - side, 0):
        for top in range(max(0, image.height - side - 60), image.height - side + 1):
            first = image.crop((left + 4 * module, top + 4 * module, left + 11 * module, top + 11 * module))
            if first.resize((7, 7), Image.Resampling.BOX).point(lambda v: 0 if v < 128 else 1).tobytes() != FINDER:
                continue
            code = image.crop((left, top, left + side, top + side)).resize((len(rows) + 8,) * 2, Image.Resampling.BOX)
            dark = [["1" if code.getpixel((x + 4, y + 4)) < 128 else "0" for x in range(len(rows))] for y in range(len(rows))]
            if (read := ["".join(row) for row in dark]) == rows:
                return read
    return None


FINDER = bytes(int(c) for row in ("0000000", "0111110", "0100010", "0100010", "0100010", "0111110", "0000000") for c in row)


def test_turned_photos_stand_upright_above_it(tmp_path: Path) -> None:
    made(drawn(size=(400, 200)), tmp_path / "a")
    with Image.open(tmp_path / "a" / "large.jpg") as image:
        image.crop((0, 0, 400, 200)).save(tmp_path / "cut.jpg")
    assert corners(tmp_path / "cut.jpg") == ("red", "blue")


# ---- when it is drawn


def texts(photo_id: UUID) -> str:
    """Return what the strip of the photo says if it is drawn now."""
    return json.loads(strips.order(strips.caption_of(Photo.objects.get(id=photo_id))).as_json())["items"]["large"].__str__()


def report(client: Api, cast: Cast, *photos: UUID, **more: Any) -> UUID:
    body = {
        "id": str(ids.new()), "enterprise_id": str(cast.a.id), "source": "snapshot", "category": CATEGORY,
        "description": "配电箱门缺失", "place": "一号车间", "found_at": clock.text(clock.now()),
        "photo_ids": [str(id) for id in photos],

        **more,
    }  # fmt: skip
    reply = client.post("/hazards", body)
    assert reply.status_code == 201, reply.content
    return UUID(body["id"])


def sent(client: Api, drain: Drain, *, seed: int = 1) -> UUID:
    id = ids.new()
    assert put(client, drawn(seed=seed), id=id).status_code == 201
    drain(clock.now() + SECOND)
    return id


@pytest.mark.django_db
def test_a_photo_that_becomes_evidence_gets_its_number_and_its_addresses_go_on(
    officer: Api, api: Api, cast: Cast, drain: Drain, store: Path
) -> None:
    id = sent(officer, drain)
    before = Photo.objects.get().drawn
    old = path_of(officer.get(f"/photos/{id}").json()["urls"]["large"])
    hazard = report(officer, cast, id)
    drain(clock.now() + SECOND)
    after = Photo.objects.get().drawn
    assert (before["number"], after["number"], after["key"] != before["key"]) == ("", str(hazard), True)
    assert f"/hazards/{hazard}" in strips.caption_of(Photo.objects.get()).record
    new = path_of(officer.get(f"/photos/{id}").json()["urls"]["large"])
    assert body_of(api.get(old)) != body_of(api.get(new))
    drain(clock.now() + redraw.KEPT + timedelta(seconds=5))
    assert not (store / rendition_key(id, "large", before["key"])).exists()
    assert (store / rendition_key(id, "large", after["key"])).exists()
    assert not Job.objects.exclude(state="done").filter(kind__startswith="media").exists()


@pytest.mark.django_db
def test_a_photo_that_was_named_first_is_drawn_once(officer: Api, cast: Cast, drain: Drain) -> None:
    id = ids.new()
    hazard = report(officer, cast, id)
    put(officer, drawn(), id=id)
    drain(clock.now() + SECOND)
    assert Photo.objects.get().drawn["number"] == str(hazard)
    assert not Job.objects.filter(kind="media.tasks.drop_drawing").exists()


@pytest.mark.django_db
def test_a_second_use_changes_nothing_and_one_elsewhere_takes_number_and_place_away(
    officer: Api, cast: Cast, drain: Drain
) -> None:
    id = sent(officer, drain)
    first = report(officer, cast, id)
    drain(clock.now() + SECOND)
    drawn_then = Photo.objects.get().drawn
    report(officer, cast, id, place="二号车间")
    drain(clock.now() + SECOND)
    assert Photo.objects.get().drawn == drawn_then
    attach([PhotoRef(id)], use=use_of(cast.officer_a, firm="b"), at=clock.now())
    redraw.redraw(photo_id=id, at=clock.now())
    assert Photo.objects.get().drawn["shared"] is True
    assert [secret for secret in (str(first), "一号车间") if secret in texts(id)] == []


@pytest.mark.django_db
def test_one_named_while_it_is_being_decoded_is_drawn_again(officer: Api, cast: Cast, drain: Drain) -> None:
    from media.actions.render import render

    id = ids.new()
    put(officer, drawn(), id=id)
    decoded = render(photo_id=id)
    assert decoded is not None
    hazard = slot(cast.actor("officer_a"), PhotoRef(id))
    settle(photo_id=id, decoded=decoded, at=clock.now())
    drain(clock.now() + SECOND)
    assert Photo.objects.get().drawn["number"] == str(hazard)


@pytest.mark.django_db
def test_a_strip_says_what_was_true_when_it_was_drawn(officer: Api, cast: Cast, drain: Drain) -> None:
    id = sent(officer, drain)
    hazard = report(officer, cast, id)
    drain(clock.now() + SECOND)
    was = Photo.objects.get().drawn
    cast.officer_a.name = "改名"
    cast.officer_a.save(update_fields=["name"])
    Hazard.objects.filter(id=hazard).update(location_name="别处")
    redraw.redraw(photo_id=id, at=clock.now())
    assert Photo.objects.get().drawn == was


@pytest.mark.django_db
def test_a_tip_names_neither_teller_nor_official(api: Api, cast: Cast, drain: Drain) -> None:
    official = api.as_(cast.grid_worker)
    id = sent(official, drain)
    report(official, cast, id, source="public_report")
    assert PhotoUse.objects.get().person == ""
    assert (cast.grid_worker.name in texts(id), "不具名" in texts(id)) == (False, True)


@pytest.mark.django_db
def test_a_draw_by_hand_is_not_told_by_a_strip(officer: Api, cast: Cast, drain: Drain) -> None:
    from dataclasses import replace

    id = sent(officer, drain)
    attach([PhotoRef(id)], use=replace(use_of(cast.officer_a), label="draw"), at=clock.now())
    redraw.redraw(photo_id=id, at=clock.now())
    assert Photo.objects.get().drawn["number"] == ""


# ---- for poor lines


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("headers", "width"),
    [
        ({}, 2048), ({"Save-Data": "on"}, 1024), ({"ECT": "2g"}, 1024), ({"ECT": "slow-2g"}, 1024), ({"ECT": "3g"}, 1024),
        ({"ECT": "4g"}, 2048), ({"Save-Data": "off", "ECT": "<script>"}, 2048), ({"Save-Data": "on", "ECT": "4g"}, 1024),
    ],
)  # fmt: skip
def test_a_poor_line_gets_a_smaller_large_rendition(
    officer: Api, api: Api, drain: Drain, headers: dict[str, str], width: int
) -> None:
    id = ids.new()
    put(officer, drawn(size=(2600, 1300)), id=id)
    drain(clock.now() + SECOND)
    named = {name.replace("-", "_"): value for name, value in headers.items()}
    reply = officer.get(f"/photos/{id}", **named)
    assert {"Save-Data", "ECT"} <= {name.strip() for name in reply["Vary"].split(",")}
    with Image.open(io.BytesIO(body_of(api.get(path_of(reply.json()["urls"]["large"]))))) as image:
        assert image.width == width


@pytest.mark.django_db
def test_renditions_drawn_before_there_were_strips_are_still_served(officer: Api, api: Api, drain: Drain, store: Path) -> None:
    id = sent(officer, drain)
    photo = Photo.objects.get()
    for name in ("large", "thumb"):
        (store / rendition_key(id, name, photo.drawn["key"])).rename(store / rendition_key(id, name, ""))
    Photo.objects.update(drawn={})
    for headers in ({}, {"Save_Data": "on"}):
        urls = officer.get(f"/photos/{id}", **headers).json()["urls"]
        assert [api.get(path_of(urls[name])).status_code for name in ("thumb", "large")] == [200, 200]
    assert known.PUBLIC_URL
