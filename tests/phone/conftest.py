"""A phone and a server, both of the test's own."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bihuan_client import Device
from bihuan_client.rules import Pace

from tests.phone.server import Server

FIRM = "01890000-0000-7000-8000-0000000000f1"
QUICK: dict[str, Any] = {"pace": Pace(base_s=0.001, cap_s=0.002), "rng": random.Random(1)}


@pytest.fixture
def server() -> Iterator[Server]:
    one = Server()
    yield one
    one.stop()


@pytest.fixture
def phone(server: Server, tmp_path: Path) -> Iterator[Device]:
    device = Device(tmp_path / "phone", server=server.url)
    device.use("good")
    yield device
    device.close()


def picture(seed: int = 1, size: int = 3000) -> bytes:
    """Return what begins like a JPEG; whoever looks deeper is not in these tests."""
    return b"\xff\xd8\xff\xe0" + random.Random(seed).randbytes(size - 4)


def report(device: Device, *photos: bytes, **more: Any) -> str:
    said = {"enterprise": FIRM, "category": "EL01", "place": "一号车间", "description": "配电箱门缺失", **more}
    return device.report(photos=photos, **said)
