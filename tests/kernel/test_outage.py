"""A database that was away for a while is used again as soon as it is back."""

import copy
import time

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.db.utils import ConnectionHandler

from tests.cable import Cable

AWAY_S, SOON_S = 8.0, 3.0


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
