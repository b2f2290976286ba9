"""The small form of `make faults`: kill -9 under eight clients loses nothing and doubles nothing, on both engines."""

import os
import uuid
from collections.abc import Iterator

import psycopg
import pytest
from django.db import connection

from tests.faults.campaign import Campaign, Plan, sound

pytestmark = pytest.mark.xdist_group("faults")


@pytest.fixture
def database() -> Iterator[str]:
    """Give the address of an empty database of the engine this run is on; "" is SQLite."""
    if connection.vendor != "postgresql":
        yield ""
        return
    server = os.environ["TEST_POSTGRESQL_URL"]
    name = f"bihuan_faults_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
        yield _renamed(server, name)
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _renamed(server: str, name: str) -> str:
    address, _, query = server.partition("?")
    return address.rpartition("/")[0] + f"/{name}" + (f"?{query}" if query else "")


def test_nothing_acknowledged_is_lost_or_doubled_when_web_and_worker_are_killed(database):
    figures = Campaign([Plan(web=3, worker=2)], database=database, pause=0.5, longest_pause=1.0).run(patient=False)
    assert sound(figures), {name: figures[name] for name in ("found", "complaints", "not_acknowledged", "answers")}
    assert figures["killed"] == {"web": 3, "worker": 2}
