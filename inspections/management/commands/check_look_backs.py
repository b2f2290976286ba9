"""`manage.py check_look_backs DAY [--url URL]`: casts a past day's lots of look-backs again from what was published.

Written from the published text alone (docs of /public/look-backs), sharing no code with the draw itself. Exit status 1 on
any difference.
"""

import hashlib
import hmac
from collections.abc import Iterator
from datetime import date, datetime
from fractions import Fraction
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import httpx
import orjson
from django.core.management.base import BaseCommand, CommandError

from backend.kernel import clock
from backend.kernel.problems import Problem
from inspections.queries import look_backs as queries
from inspections.schemas import look_backs as published

SHANGHAI = ZoneInfo("Asia/Shanghai")
TIMEOUT_S = 20.0


class Command(BaseCommand):
    help = "按公开的密钥与清单复核某日回头看抽签 / re-check a day's lots of look-backs from what was published"

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("day", type=date.fromisoformat, help="YYYY-MM-DD, the day of the closures")
        parser.add_argument("--url", help="a running server, e.g. http://127.0.0.1:8000; else this installation's own records")

    def handle(self, *args: Any, **options: Any) -> None:
        day, url = options["day"], options["url"]
        key, lots = fetched(url, day) if url else own(day)
        found = list(differences(day, key, lots))
        for line in found:
            self.stdout.write(line)
        drawn = sum(lot["drawn"] for lot in lots)
        self.stdout.write(f"{day}: {len(lots)} 次销号,抽中 {drawn} 次 / closures, drawn; 不符 {len(found)} / differences")
        if found:
            raise CommandError(f"抽签复核不符 {len(found)} 处 / {len(found)} difference(s)")


def own(day: date) -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
    """Return what this installation publishes of `day`. Raises: CommandError if it is not revealed yet."""
    at = clock.now()
    try:
        lots = [published.lot(row) for row in queries.lots_of(day, at=at).order_by("id")]
    except Problem as problem:
        raise CommandError(f"{problem.message} / {problem.message_en}") from problem
    key = queries.keys(day).first()
    plain: list[dict[str, Any]] = orjson.loads(orjson.dumps(lots))
    return (published.key(key, at=at) if key else None), plain


def fetched(url: str, day: date) -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
    """Return what the server at `url` publishes of `day`. Raises: CommandError."""
    if urlsplit(url).scheme not in ("http", "https"):
        raise CommandError("--url 应以 http:// 或 https:// 开头 / --url must be an http address")
    base = url.rstrip("/").removesuffix("/api/v1") + "/api/v1/public"
    try:
        with httpx.Client(timeout=TIMEOUT_S) as client:
            lots = list(_pages(client, f"{base}/look-backs", day))
            keys = list(_pages(client, f"{base}/look-back-keys", day))
    except httpx.HTTPError as error:
        raise CommandError(f"{url}: {error}") from error
    return (keys[0] if keys else None), lots


def _pages(client: httpx.Client, address: str, day: date) -> Iterator[dict[str, Any]]:
    asked = {"day": day.isoformat()}
    while True:
        reply = client.get(address, params=asked)
        if reply.status_code != 200:
            raise CommandError(f"{address}: HTTP {reply.status_code}")
        page = reply.json()
        yield from page["items"]
        if not page["next_cursor"]:
            return
        asked["cursor"] = page["next_cursor"]


def differences(day: date, key: dict[str, Any] | None, lots: list[dict[str, Any]]) -> Iterator[str]:
    """Yield a line for everything that is not as it was promised; `key` None: no key was ever published."""
    if key is not None and hashlib.sha256(bytes.fromhex(key["key"])).hexdigest() != key["commitment"]:
        yield f"{day}: 密钥与事先公布的承诺不符 / the key does not match its commitment"
    in_time = key is not None and _instant(key["committed_at"]) < datetime.combine(day, datetime.min.time(), tzinfo=SHANGHAI)
    for lot in lots:
        if _instant(lot["closed_at"]).astimezone(SHANGHAI).date() != day:
            yield f"{lot['hazard_id']}: 不是该日销号 / was not closed on that day"
        if _due(lot, key["key"] if key is not None and in_time else None) != lot["drawn"]:
            yield f"{lot['hazard_id']}: 抽签结果不符 / drawn is {lot['drawn']} and should not be"


def _due(lot: dict[str, Any], key: str | None) -> bool:
    """Return whether a lot is to be drawn; `key` None: none was committed in time, so everything is."""
    if key is None:
        return True
    text = f"look-back|{lot['hazard_id']}|{lot['closed_at']}"
    digest = hmac.new(bytes.fromhex(key), text.encode("ascii"), hashlib.sha256).digest()
    return Fraction(int.from_bytes(digest, "big"), 2**256) < Fraction(str(lot["rate"]))


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
