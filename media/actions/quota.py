"""How much one person and one enterprise may send (guarantees.md A.5); a replay is never counted."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.db.models import Sum
from redis.exceptions import RedisError

from accounts.policy.actor import Actor
from accounts.policy.roles import MEMBERS
from backend.kernel import calendar
from backend.kernel.problems import TooMany
from media import queries
from media.models import Photo

# a counter that a killed process left behind stands in nobody's way for longer than this
FORGOTTEN_S = 120


def charged(actor: Actor) -> UUID | None:
    """Return the enterprise whose monthly volume an upload counts against: the sender's own, None for all others."""
    return next((duty.enterprise_id for duty in actor.duties_as(MEMBERS)), None)


def check(*, actor: Actor, bytes: int, at: datetime, announced: int = 0) -> None:
    """Refuse what goes beyond the day's count or the month's volume, in local days; `announced` photos count as sent.

    Raises: TooMany with Retry-After.
    """
    limits = queries.numbers(at).document
    today = calendar.start_of(calendar.local_day(at))
    sent_today = Photo.objects.filter(uploader_id=actor.id, received_at__gte=today).count()
    if sent_today + announced >= _most(limits.per_person_per_day):
        raise TooMany(retry_after=_seconds(at, today + timedelta(days=1)), detail="今日照片数量已达上限")
    firm = charged(actor)
    if firm is None:
        return
    month = calendar.start_of(calendar.local_day(at).replace(day=1))
    sent = Photo.objects.filter(enterprise_id=firm, received_at__gte=month).aggregate(sum=Sum("bytes"))["sum"] or 0
    if sent + bytes > _most(limits.bytes_per_enterprise_per_month):
        raise TooMany(retry_after=_seconds(at, today + timedelta(days=1)), detail="本月企业照片总量已达上限")


def _most(limit: int) -> int:
    return max(1, int(limit * settings.RATE_SCALE))


def _seconds(at: datetime, until: datetime) -> int:
    return max(1, int((until - at).total_seconds()))


@contextmanager
def turn(*, actor: Actor, at: datetime) -> Iterator[None]:
    """Hold one of the places that an account has for uploading at the same moment. Raises: TooMany.

    Counted in the shared cache; where that is down nobody is kept from sending evidence.
    """
    key = f"photo-turns:{actor.id}"
    taken = _count(key)
    try:
        if taken > _most(queries.numbers(at).document.at_once):
            raise TooMany(retry_after=2, detail="同时上传的照片过多,请稍候")
        yield
    finally:
        if taken:
            _leave(key)


def _count(key: str) -> int:
    try:
        cache.add(key, 0, FORGOTTEN_S)
        return int(cache.incr(key))
    except (RedisError, ValueError):
        return 0


def _leave(key: str) -> None:
    try:
        cache.decr(key)
    except (RedisError, ValueError):
        return
