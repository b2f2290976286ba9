"""`manage.py check_random_draw ID [--url URL]`: draws a published draw again, byte for byte, from what was published.

docs/check_random_draw.py does the same with nothing of ours. Exit status 1 on any difference.
"""

import hashlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import httpx
import orjson
from django.core.management.base import BaseCommand, CommandError

from backend.kernel import canonical
from backend.kernel.problems import NotFound
from inspections.policy import lottery
from inspections.queries import draws
from inspections.schemas import draws as schemas

TIMEOUT_S = 60.0
Published = dict[str, Any]


class Command(BaseCommand):
    help = "按公开的种子和名录复核一次双随机抽签 / draw a published random draw again from what was published"

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("draw", type=UUID, help="the id of the draw")
        parser.add_argument("--url", help="a running server, e.g. http://127.0.0.1:8000; else this installation's own records")

    def handle(self, *args: Any, **options: Any) -> None:
        told = fetched(options["url"], options["draw"]) if options["url"] else own(options["draw"])
        if told["seed"] is None:
            raise CommandError(f"尚未公开,{told['reveal_on']}公开 / not revealed before {told['reveal_on']}")
        found = list(differences(told))
        for line in found:
            self.stdout.write(line)
        drawn = len(told["results"])
        self.stdout.write(f"{told['id']}: {told['pool_size']}家中抽{drawn}家 / drawn; 不符 {len(found)} / differences")
        if found:
            raise CommandError(f"抽签复核不符 {len(found)} 处 / {len(found)} difference(s)")


def own(draw_id: UUID) -> Published:
    """Return what this installation publishes of a draw. Raises: CommandError."""
    try:
        row = draws.get_plain(draw_id)
    except NotFound as problem:
        raise CommandError(f"{problem.message} / {problem.message_en}") from problem
    found: Published = orjson.loads(schemas.whole(row, public=True))
    return found


def fetched(url: str, draw_id: UUID) -> Published:
    """Return what the server at `url` publishes of a draw. Raises: CommandError."""
    if urlsplit(url).scheme not in ("http", "https"):
        raise CommandError("--url 应以 http:// 或 https:// 开头 / --url must be an http address")
    address = f"{url.rstrip('/').removesuffix('/api/v1')}/api/v1/public/draws/{draw_id}"
    try:
        reply = httpx.get(address, timeout=TIMEOUT_S)
    except httpx.HTTPError as error:
        raise CommandError(f"{url}: {error}") from error
    if reply.status_code != 200:
        raise CommandError(f"{address}: HTTP {reply.status_code}")
    found: Published = reply.json()
    return found


def differences(told: Published) -> Iterator[str]:
    """Yield a line for everything that is not as it was promised."""
    inputs, seed = told["inputs"], told["seed"]
    if lottery.commitment(seed) != told["commitment"]:
        yield "种子与事先公布的承诺不符 / the seed does not match its commitment"
    if hashlib.sha256(canonical.dumps(inputs)).hexdigest() != told["inputs_digest"]:
        yield "名录与事先公布的摘要不符 / the inputs do not match their digest"
        return
    due = lottery.named(lottery.result(seed, lottery.Inputs.of_json(inputs)), inputs)
    if canonical.dumps(due) != canonical.dumps(told["results"]):
        yield f"结果不符,应为 / another result is due: {canonical.dumps(due).decode()}"
    if inputs["draw"] != told["id"]:
        yield "名录属于另一次抽签 / the inputs belong to another draw"
