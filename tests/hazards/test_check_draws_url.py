"""check_draws against a running server: over HTTP, page by page, with nothing of ours but what was published."""

import threading
from io import StringIO
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
import time_machine
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from backend.wsgi import application
from hazards.actions import day_keys
from hazards.models import Draw
from tests.cast import DAY, NOON, SECOND
from tests.loop import Walk, a_fix

TODAY = "2026-09-16"


@pytest.fixture
def a_past_day(live_cast):
    day_keys.commit_ahead(at=NOON - DAY)
    for n in range(6):
        at = NOON + n * SECOND
        Walk(live_cast, at).report(fix=a_fix(live_cast, at=at))


class Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Keep the test output quiet."""


@pytest.fixture
def url():
    """Give the address of a real server of the whole application."""

    def serve() -> None:
        server.serve_forever(0.02)
        connection.close()

    with make_server("127.0.0.1", 0, application, handler_class=Quiet) as server:
        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def check(url: str) -> str:
    out = StringIO()
    call_command("check_draws", TODAY, "--url", url, stdout=out)
    return out.getvalue()


def test_a_day_is_checked_over_http_and_a_turned_lot_is_found(a_past_day, url):
    with time_machine.travel(NOON + 5 * DAY), pytest.raises(CommandError, match="409"):
        check(url)
    day_keys.reveal_due(at=NOON + 30 * DAY)
    with time_machine.travel(NOON + 30 * DAY):
        assert "6 条隐患" in check(url)
        lot = Draw.objects.first()
        Draw.objects.filter(id=lot.id).update(drawn=not lot.drawn)
        with pytest.raises(CommandError, match="1 difference"):
            check(f"{url}/api/v1/")
