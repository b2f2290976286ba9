"""What every test may ask for. Fakes stand at the wire only; our own functions are never patched."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.kernel import jobs
from tests import engines
from tests.api import Api
from tests.cast import NOON, Cast
from tests.gateway import RecordingGateway

pytest_plugins = ["tests.allowed_skips", "tests.garbage", "tests.once", "tests.traced"]


@pytest.fixture(scope="session", autouse=True)
def _engines() -> Iterator[None]:
    """Let the database be emptied between live tests, although the ledger refuses it, and load the catalogue again."""
    with engines.prepared():
        yield


@pytest.fixture(autouse=True)
def _nothing_kept_in_memory() -> Iterator[None]:
    """Forget what processes keep for seconds: policies, the calendar, and the cache where limits are counted."""
    engines.forget()
    yield
    engines.forget()


@pytest.fixture
def api() -> Api:
    """Return a client nobody is logged in with; `.as_(person)` returns one for a person."""
    return Api()


@pytest.fixture
def cast(db: None) -> Cast:
    """Return the people and enterprises of operations.md; each is made when it is first asked for."""
    return Cast()


@pytest.fixture
def live_db(transactional_db: None) -> Iterator[None]:
    """Give a database with real transactions, for threads and races; emptied afterwards."""
    yield
    connection.close()


@pytest.fixture
def live_cast(live_db: None) -> Cast:
    """Return the cast in a database with real transactions."""
    return Cast()


@pytest.fixture
def drain() -> Callable[..., int]:
    """Return a function that runs due jobs at the given instant, and those they queue, until none is left."""

    def run(at: datetime = NOON, *, most: int = 1000) -> int:
        return jobs.drain(now=lambda: at, most=most)

    return run


@pytest.fixture
def frozen() -> Callable[[datetime], AbstractContextManager[Any]]:
    """Return a context manager in which the clock stands at an instant: `with frozen(NOON): api.get(…)`."""
    return lambda at: time_machine.travel(at, tick=False)


@pytest.fixture
def gateway() -> Iterator[RecordingGateway]:
    """Give a real HTTP server that stands for the SMS gateway and keeps what it was sent."""
    with RecordingGateway() as server:
        yield server


@pytest.fixture
def statements() -> Callable[[], CaptureQueriesContext]:
    """Return a context manager that keeps the SQL statements run inside it: `with statements() as ran: …; len(ran)`."""
    return lambda: CaptureQueriesContext(connection)


@pytest.fixture
def on_postgresql() -> None:
    """Skip on SQLite, for what only PostgreSQL can show."""
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
