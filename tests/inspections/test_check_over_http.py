"""The checks against a running server: over HTTP, with nothing of ours but what was published."""

import subprocess
import sys
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.core.management.base import CommandError

from inspections import tasks
from inspections.actions import look_back_keys
from inspections.models import LookBackLot
from tests.cast import DAY, NOON
from tests.hazards.test_check_draws_url import url  # noqa: F401 - a fixture: a real server of the whole application
from tests.inspections.lots import a_draw
from tests.inspections.test_check_random_draw import SCRIPT
from tests.inspections.test_draws import CLOCK
from tests.inspections.test_look_backs import DUE, TODAY, closed
from tests.inspections.test_look_backs import drain as jobs_of_the_room

drain = jobs_of_the_room


def check(command: str, what: object, url: str) -> str:  # noqa: F811 - the fixture's value
    out = StringIO()
    call_command(command, str(what), "--url", url, stdout=out)
    return out.getvalue()


def test_a_draw_is_drawn_again_over_http_by_both(live_cast, url):  # noqa: F811
    draw = a_draw(live_cast, at=NOON, count=2)
    address = f"{url}/api/v1/public/draws/{draw.id}"
    with pytest.raises(CommandError, match="not revealed"):
        check("check_random_draw", draw.id, url)
    tasks.reveal_draws(at=CLOCK)
    assert "不符 0" in check("check_random_draw", draw.id, f"{url}/api/v1")
    done = subprocess.run([sys.executable, "-I", str(SCRIPT), address], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.count("ok")) == (0, 4)


def test_a_day_of_look_backs_is_checked_over_http_and_a_turned_lot_is_found(live_cast, drain, url):  # noqa: F811
    look_back_keys.commit_ahead(at=NOON - DAY)
    closed(live_cast, drain)
    with time_machine.travel(DUE - DAY), pytest.raises(CommandError, match="409"):
        check("check_look_backs", TODAY, url)
    after = DUE + DAY
    tasks.sweep_look_backs(at=after)
    tasks.keep_look_back_keys(at=after)
    with time_machine.travel(after):
        assert "1 次销号" in check("check_look_backs", TODAY, url)
        lot = LookBackLot.objects.get()
        LookBackLot.objects.filter(id=lot.id).update(drawn=not lot.drawn)
        with pytest.raises(CommandError, match="1"):
            check("check_look_backs", TODAY, url)
