"""One world for all tests of a file, each of which leaves it as it was; and a WSGI application called as a server does."""

import copy
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from django.core import signals
from django.db import close_old_connections, transaction

from backend.kernel import clock
from tests.cast import Cast
from tests.fuzz.world import World, the_world


class Undone(Exception):
    """Ends a transaction of which nothing is to stay."""


@pytest.fixture(scope="module")
def first_world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Make the world once for a file: walking its hazards takes longer than most tests."""
    with django_db_blocker.unblock(), suppress(Undone), transaction.atomic():
        yield the_world(Cast(), at=clock.now())
        raise Undone


@pytest.fixture
def world(first_world: World, django_db_blocker: Any) -> Iterator[World]:
    """Give the world, and undo afterwards whatever was done in it."""
    with django_db_blocker.unblock(), suppress(Undone), transaction.atomic():
        yield copy.deepcopy(first_world)
        raise Undone


@pytest.fixture
def one_connection() -> Iterator[None]:
    """Keep the connection of the test's transaction open between requests, as Django's own test client does."""
    ends = (signals.request_started, signals.request_finished)
    for end in ends:
        end.disconnect(close_old_connections)
    yield
    for end in ends:
        end.connect(close_old_connections)
