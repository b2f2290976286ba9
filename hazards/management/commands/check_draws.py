"""`manage.py check_draws DAY [--url URL]`: casts a past day's lots again from nothing but what was published.

The check is written from the published text alone (docs of /public/draw-keys and /public/sampling) and shares no code
with the draw itself, so that a mistake there cannot hide here. Exit status 1 on any difference.
"""

import hashlib
import hmac
from collections import Counter
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
from hazards import queries
from hazards.schemas import published

SHANGHAI = ZoneInfo("Asia/Shanghai")
TIMEOUT_S = 20.0


class Command(BaseCommand):
    help = "按公开的密钥与抽签清单复核某日抽签 / re-check a day's sampling from what was published"

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("day", type=date.fromisoformat, help="YYYY-MM-DD")
        parser.add_argument("--url", help="a running server, e.g. http://127.0.0.1:8000; else this installation's own records")

    def handle(self, *args: Any, **options: Any) -> None:
        day, url = options["day"], options["url"]
        key, lots = fetched(url, day) if url else own(day)
        found = list(differences(day, key, lots))
        for line in found:
            self.stdout.write(line)
        drawn = len({lot["hazard_id"] for lot in lots if lot["drawn"]})
        mark = "(演示密钥 / demo key)" if key and key["demo"] else ""
        hazards = len({lot["hazard_id"] for lot in lots})
        self.stdout.write(f"{day}{mark}: {hazards} 条隐患,抽中 {drawn} 条 / hazards, drawn; 不符 {len(found)} / differences")
        if found:
            raise CommandError(f"抽签复核不符 {len(found)} 处 / {len(found)} difference(s)")


def own(day: date) -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
    """Return what this installation publishes of `day`: its key and its lots. Raises: CommandError if not revealed yet."""
    at = clock.now()
    try:
        lots = [published.lot(row) for row in queries.lots_of(day, at=at).order_by("id")]
    except Problem as problem:
        raise CommandError(f"{problem.message} / {problem.message_en}") from problem
    key = queries.day_keys(day).first()
    return (published.draw_key(key, at=at) if key else None), plain(lots)


def plain(lots: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the lots as they would come over the wire."""
    found: list[dict[str, Any]] = orjson.loads(orjson.dumps(lots))
    return found


def fetched(url: str, day: date) -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
    """Return what the server at `url` publishes of `day`. Raises: CommandError."""
    if urlsplit(url).scheme not in ("http", "https"):
        raise CommandError("--url 应以 http:// 或 https:// 开头 / --url must be an http address")
    base = url.rstrip("/").removesuffix("/api/v1") + "/api/v1/public"
    try:
        with httpx.Client(timeout=TIMEOUT_S) as client:
            lots = list(_pages(client, f"{base}/sampling", day))
            keys = list(_pages(client, f"{base}/draw-keys", day))
    except httpx.HTTPError as error:
        raise CommandError(f"{url}: {error}") from error
    return (keys[0] if keys else None), lots


def _pages(client: httpx.Client, address: str, day: date) -> Iterator[dict[str, Any]]:
    asked: dict[str, str] = {"day": day.isoformat()}
    while True:
        reply = client.get(address, params=asked)
        if reply.status_code != 200:
            said = reply.json().get("detail", "") if "json" in reply.headers.get("content-type", "") else ""
            raise CommandError(f"{address}: HTTP {reply.status_code} {said}")
        page = reply.json()
        yield from page["items"]
        if not page.get("next_cursor"):
            return
        asked["cursor"] = page["next_cursor"]


def differences(day: date, key: dict[str, Any] | None, lots: list[dict[str, Any]]) -> Iterator[str]:
    """Yield a line for everything that is not as it was promised; `key` None: no key was ever published."""
    yield from _of_the_key(key)
    in_time = key is not None and _instant(key["committed_at"]) < _start_of(day)
    for lot in lots:
        yield from _of_the_lot(day, lot, key["key"] if key is not None and in_time else None)
    cast = Counter(lot["hazard_id"] for lot in lots if lot["cause"] == "lot")
    for hazard in sorted({lot["hazard_id"] for lot in lots}):
        if cast[hazard] != 1:
            yield f"{hazard}: 应有且只有一次抽签,实有 {cast[hazard]} 次 / one lot is due, {cast[hazard]} found"


def _of_the_key(key: dict[str, Any] | None) -> Iterator[str]:
    if key is None:
        return
    if not key["key"]:
        yield f"{key['day']}: 密钥未公开 / the key is not revealed"
    elif hashlib.sha256(bytes.fromhex(key["key"])).hexdigest() != key["commitment"]:
        yield f"{key['day']}: 密钥与事先公布的承诺不符 / the key does not match its commitment"


def _of_the_lot(day: date, lot: dict[str, Any], key: str | None) -> Iterator[str]:
    """Yield what is wrong with one lot; `key` None: none was committed in time, so everything is drawn."""
    name = f"{lot['hazard_id']} ({lot['cause']})"
    if _instant(lot["received_at"]).astimezone(SHANGHAI).date() != day:
        yield f"{name}: 接收时间不在该日 / was not received on that day"
    if key is None:
        if not lot["drawn"]:
            yield f"{name}: 密钥未在当日之前公布,却未抽中 / no key was committed in time, yet it was not drawn"
        return
    text = f"{lot['hazard_id']}|{lot['received_at']}"
    digest = hmac.new(bytes.fromhex(key), text.encode("ascii"), hashlib.sha256).digest()
    fraction = Fraction(int.from_bytes(digest, "big"), 2**256)
    due = fraction < Fraction(str(lot["rate"]))
    if due != lot["drawn"]:
        yield f"{name}: 数值 {float(fraction):.6f},抽查率 {lot['rate']},应{'抽中' if due else '不抽中'} / drawn is {lot['drawn']}"


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def _start_of(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), tzinfo=SHANGHAI)
