"""A random draw asked for over HTTP, and those who are in its drum."""

from datetime import datetime, timedelta
from typing import Any

from backend.kernel.calendar import local_day
from enterprises.queries import Filters
from inspections.actions import draw
from inspections.actions.draw_pool import Wish
from inspections.models import RandomDraw
from inspections.queries.draws import Wanted
from tests import loop
from tests.cast import NOON

TOWN, COUNTY = "330324009", "330324"
TODAY = local_day(NOON)


def a_wish(**more: Any) -> dict[str, Any]:
    """Return the body of a draw of one of the town's two enterprises, revealed the day after tomorrow."""
    told = {"pool": {"region": TOWN}, "count": 1, "inspectors": {"region": TOWN}, "reveal_on": in_days(2)}
    return {**told, **more}


def in_days(days: int) -> str:
    """Return a day from NOON's on."""
    return (TODAY + timedelta(days=days)).isoformat()


def in_the_drum(cast: Any) -> None:
    """Make the town's enterprises A and B, and its three inspectors."""
    assert all((cast.a, cast.b, cast.inspector, cast.inspector_2, cast.inspector_3))


def a_draw(cast: Any, *, at: datetime, count: int = 1, days: int = 2) -> RandomDraw:
    """Return a draw of the town's enterprises that was committed to at `at`, revealed some days later."""
    in_the_drum(cast)
    actor = cast.actor("regulator", at=at)
    wish = Wish(
        name="抽查", pool=Filters(region=TOWN, status="active"), count=count, per_enterprise=2,
        reveal_on=local_day(at) + timedelta(days=days), inspectors=Wanted(TOWN),
    )  # fmt: skip
    return draw.commit(wish, received=loop.got(actor=actor, at=at), actor=actor, at=at)[0]
