"""The small form of `make lines`: phones on poor lines lose nothing, and nobody else waits for them."""

import random
import socket
import threading
from collections.abc import Iterator

import pytest
from bihuan_client.rules import Pace

from tests.faults.test_kills import database  # noqa: F401 - a fixture
from tests.lines.crowd import Crowd, picture, sound
from tests.lines.line import Lines, Quality

pytestmark = pytest.mark.xdist_group("lines")


def test_all_reports_arrive_once_over_lines_that_break(database: str) -> None:  # noqa: F811 - the fixture
    quality = Quality(bits=1_000_000, delay_s=0.06, jitter_s=0.03, resets=0.1)
    crowd = Crowd(
        phones=6,
        photos=2,
        photo_bytes=150_000,
        quality=quality,
        pace=Pace(0.2, 2.0),
        quiet_s=1.0,
        longest_s=240,
        database=database,
    )
    figures = crowd.run()
    assert sound(figures), figures
    assert figures["photos"] == 12
    assert figures["lines"]["resets"] > 0


def test_a_picture_has_the_size_that_was_asked_for() -> None:
    assert abs(len(picture(random.Random(1), 300_000)) - 300_000) < 8


@pytest.fixture
def echo() -> Iterator[tuple[str, int]]:
    """Give the address of a server that says back what it hears."""
    door = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                wire, _ = door.accept()
            except OSError:
                return
            threading.Thread(target=say_back, args=(wire,), daemon=True).start()

    def say_back(wire: socket.socket) -> None:
        try:
            while piece := wire.recv(65536):
                wire.sendall(piece)
        except OSError:
            return
        finally:
            wire.close()

    threading.Thread(target=serve, daemon=True).start()
    yield "127.0.0.1", door.getsockname()[1]
    door.close()


def test_a_line_carries_bytes_unchanged_at_its_rate(echo: tuple[str, int]) -> None:
    import time

    sent = random.Random(1).randbytes(60_000)
    with Lines(echo, Quality(bits=800_000, delay_s=0.1, jitter_s=0.05, resets=0), count=1, seed="a") as lines:
        with socket.create_connection(("127.0.0.1", lines.lines[0].port), timeout=60) as wire:
            began, got = time.monotonic(), b""
            threading.Thread(target=wire.sendall, args=(sent,), daemon=True).start()
            while len(got) < len(sent):
                got += wire.recv(65536)
        took = time.monotonic() - began
    assert got == sent
    assert took >= 0.6  # 60 kB at 100 kB a second


def test_a_line_resets_what_its_dice_say(echo: tuple[str, int]) -> None:
    with Lines(echo, Quality(bits=1e9, delay_s=0, jitter_s=0, resets=1.0), count=1, seed="a") as lines:
        with socket.create_connection(("127.0.0.1", lines.lines[0].port), timeout=60) as wire:
            wire.sendall(b"x" * 100)
            with pytest.raises(ConnectionResetError):
                while wire.recv(100):
                    pass
        assert lines.told()["resets"] == 1
