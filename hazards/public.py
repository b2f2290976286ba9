"""What the hazards' room shows to anyone, without login: the lots of dynamic closure, so that nobody need trust them."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query

from backend.kernel import clock, pages
from backend.kernel.web.openapi import problem
from backend.kernel.web.router import Router
from hazards import queries
from hazards.schemas import published

router = Router(tags=["public"])
LATEST_DAY = pages.Order("day", parse=date.fromisoformat, unique=True)
OLDEST = pages.Order("id", descending=False, parse=UUID, unique=True)


@router.get("/public/draw-keys", auth=None, response=published.DrawKeysOut)
def list_draw_keys(request: HttpRequest, filters: Query[published.DrawKeyFilters]) -> dict[str, Any]:
    """Return the keys of one day, or of all days, the coming ones first (抽签日密钥).

    A key is 32 random bytes, drawn at least 30 days before its day; its SHA-256 is published at once as `commitment`, the
    key itself (64 hex digits) on `reveals_on`. A day whose key was not committed before it began (00:00 in Asia/Shanghai)
    draws everything. Keys marked `demo` are not secret: they belong to the history of the demo world.
    """
    at = clock.now()
    page = pages.page(queries.day_keys(filters.day), order=LATEST_DAY, limit=filters.limit, cursor=filters.cursor)
    return {"items": [published.draw_key(row, at=at) for row in page.items], "next_cursor": page.next_cursor}


@router.get("/public/sampling", auth=None, response=published.LotsOut, openapi_extra={"responses": {409: problem(409)}})
def list_lots(request: HttpRequest, filters: Query[published.SamplingFilters]) -> dict[str, Any]:
    """Return the lots of the hazards received on a day, once its key is revealed; before, 409 `sampling.not_revealed`.

    To check one: HMAC-SHA256 under the day's key (32 bytes) over the ASCII text `hazard_id|received_at`, both exactly as
    given here; the digest as a big-endian integer, divided by 2^256, is the hazard's fraction. It is drawn when that is
    less than `rate`. A hazard may have further rows: drawn by hand, over its photos, or because nobody accepted it.
    """
    rows = queries.lots_of(filters.day, at=clock.now())
    page = pages.page(rows, order=OLDEST, limit=filters.limit, cursor=filters.cursor)
    return {"items": [published.lot(row) for row in page.items], "next_cursor": page.next_cursor}
