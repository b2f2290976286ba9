"""A database that was away for a while is used again as soon as it is back."""

import copy
import socket
import threading
import time
from contextlib import suppress

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.db.utils import ConnectionHandler

AWAY_S, SOON_S = 8.0, 3.0


class Cable:
    """A wire to the database that can be cut and joined: passes bytes on between a port of its own and the real one."""

    def __init__(self, real: tuple[str, int] | str) -> None:
        self.real = real
        self.port = 0
        self._ends: list[socket.socket] = []
        self.join()

    def join(self) -> None:
        self._door = socket.create_server(("127.0.0.1", self.port))
        self.port, self._whole = self._door.getsockname()[1], True
        threading.Thread(target=self._accept, args=(self._door,), daemon=True).start()

    def cut(self) -> None:
        self._whole = False
        for end in [self._door, *self._ends]:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self._ends.clear()

    def _accept(self, door: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _ = door.accept()
                far = self._far()
                self._ends += [near, far]
                if not self._whole:
                    self.cut()
                for pair in ((near, far), (far, near)):
                    threading.Thread(target=self._pass_on, args=pair, daemon=True).start()

    def _far(self) -> socket.socket:
        if isinstance(self.real, str):
            end = socket.socket(socket.AF_UNIX)
            end.connect(self.real)
            return end
        return socket.create_connection(self.real)

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while piece := source.recv(65536):
                target.sendall(piece)


@pytest.fixture
def cable(on_postgresql, db):
    with connection.cursor() as cursor:
        info = cursor.connection.info
        wire = Cable(f"{info.host}/.s.PGSQL.{info.port}" if info.host.startswith("/") else (info.host, info.port))
    yield wire
    wire.cut()


def _answers(database) -> bool:
    try:
        with database.cursor() as cursor:
            cursor.execute("SELECT 1")
            return bool(cursor.fetchone())
    except OperationalError:
        return False
    finally:
        database.close()


def test_after_an_outage_nobody_waits_for_the_pauses_of_the_pool(cable):
    config = copy.deepcopy(settings.DATABASES["default"]) | {
        "NAME": connection.settings_dict["NAME"], "HOST": "127.0.0.1", "PORT": cable.port,
    }  # fmt: skip
    # an alias of its own: the pools of a process are kept by alias
    database = ConnectionHandler({"default": {}, "cabled": config})["cabled"]
    try:
        assert _answers(database)
        cable.cut()
        until = time.monotonic() + AWAY_S
        while time.monotonic() < until:
            assert not _answers(database)
        cable.join()
        back = time.monotonic()
        while not _answers(database):
            assert time.monotonic() - back < 30
        assert time.monotonic() - back < SOON_S
    finally:
        database.close_pool()
