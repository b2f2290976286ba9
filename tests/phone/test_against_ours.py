"""The reference client against the real server, over a line that resets."""

import random
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from bihuan_client import Device, Place
from bihuan_client.errors import Unreachable
from bihuan_client.rules import Pace

from tests.edge.server import Web, in_folder
from tests.lines.crowd import picture
from tests.lines.line import Lines, Quality

PACE: dict[str, Any] = {"pace": Pace(base_s=0.02, cap_s=0.2), "rng": random.Random(3)}
BROKEN = Quality(bits=200e6, delay_s=0.002, jitter_s=0.001, resets=0.25)


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    server = in_folder(tmp_path_factory.mktemp("web"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def line(web: Web) -> Iterator[str]:
    with Lines(("127.0.0.1", web.port), BROKEN, count=1, seed="ours") as lines:
        yield f"http://127.0.0.1:{lines.lines[0].port}"


def phone(folder: Path, web: Web, url: str = "") -> Device:
    device = Device(folder, server=url or web.url)
    while not device.account:
        with suppress(Unreachable):  # the line is what it is
            device.use(web.people[0]["token"])
    return device


def report(device: Device, web: Web, *photos: bytes) -> str:
    said = {name: value for name, value in web.report().items() if name in ("source", "category", "description", "place")}
    where = Place(27.98, 120.68, accuracy_m=8)
    return device.report(enterprise=web.people[0]["enterprise"], photos=photos, location=where, **said)


def test_large_and_small_photos_arrive_whole_over_a_line_that_resets(tmp_path: Path, web: Web, line: str) -> None:
    device, dice = phone(tmp_path, web, line), random.Random(1)
    hazard = report(device, web, picture(dice, 1_400_000), picture(dice, 300_000), picture(dice, 40_000))
    assert device.send(patience_s=240, **PACE) == 0
    device.wire.server, device.wire.client.base_url = web.url, web.url  # what there is, is asked on a good line
    shown = device.get(f"/hazards/{hazard}")
    assert shown["photos_missing"] == []
    sent = {item.id: item for item in device.items() if item.kind == "photo"}
    assert len(sent) == 3
    for id, item in sent.items():
        assert device.get(f"/photos/{id}")["sha256"] == item.digest
        assert item.state == "done"
    assert any(item.upload for item in sent.values())
    device.close()


def test_a_queue_of_acts_goes_in_one_request_and_what_is_refused_stops_alone(tmp_path: Path, web: Web) -> None:
    device = phone(tmp_path, web)
    hazards = [report(device, web) for _ in range(3)]
    for hazard in hazards:
        device.act(hazard, "withdrawal", {"note": "看错了"})
    bad = device.act(hazards[0], "acceptance", {"outcome": "accept"})
    assert device.send(patience_s=120, **PACE) == 0
    stopped = [item for item in device.items() if item.state != "done"]
    assert [item.id for item in stopped] == [bad]
    assert stopped[0].code.startswith("hazard.")
    assert {device.get(f"/hazards/{hazard}")["status"] for hazard in hazards} == {"void"}
    device.close()


def test_an_act_that_comes_before_its_hazard_is_held_with_a_receipt(tmp_path: Path, web: Web) -> None:
    early, late = phone(tmp_path / "early", web), phone(tmp_path / "late", web)
    hazard = report(late, web)
    for _ in range(2):  # two, so that they go as a queue
        early.act(hazard, "withdrawal", {"note": "看错了"})
    assert early.send(patience_s=60, **PACE) == 0
    assert [item.code for item in early.items()] == ["held", "held"]
    assert late.send(patience_s=60, **PACE) == 0
    for device in (early, late):
        device.close()


def test_a_photo_that_the_server_still_expects_is_sent_again(tmp_path: Path, web: Web) -> None:
    device = phone(tmp_path, web)
    hazard = report(device, web, picture(random.Random(5), 30_000))
    photo = next(item.id for item in device.items() if item.kind == "photo")
    device.queue.change(photo, state="stopped")
    assert device.send(patience_s=60, **PACE) == 0
    assert device.get(f"/hazards/{hazard}")["photos_missing"] == [photo]
    again, rest = device.reconcile()
    assert (again, [one for one in rest.photos if one["hazard_id"] == hazard]) == ([photo], [])
    assert device.send(patience_s=60, **PACE) == 0
    assert device.get(f"/hazards/{hazard}")["photos_missing"] == []
    device.close()


def test_changes_are_followed(tmp_path: Path, web: Web) -> None:
    device = phone(tmp_path, web)
    hazard = report(device, web)
    assert device.send(patience_s=60, **PACE) == 0
    until = time.monotonic() + 60  # it has its place in the order soon after it was received
    while hazard not in {change["id"] for change in device.changes()}:
        assert time.monotonic() < until
        time.sleep(0.1)
    device.close()
