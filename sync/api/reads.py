"""What a phone reads to be up to date, to work without a network, and to know what it still owes."""

import hashlib
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.http import parse_etags
from ninja import Query
from ninja.responses import Status

from accounts.login import doors
from accounts.policy.roles import BOUND_TO_ENTERPRISE, OFFICIALS
from backend.kernel import clock
from backend.kernel.web import openapi, replies
from backend.kernel.web.router import Router
from inspections.actions import reading
from sync import queries
from sync.queries import changes, cursors, day, day_pack, not_received
from sync.schemas import acts, feed, reads, today

router = Router()
# auditors and administrators see no object (三员分立)
phones = doors.only(*sorted(BOUND_TO_ENTERPRISE | OFFICIALS))
GONE: dict[str, Any] = {"responses": {410: openapi.problem(410)}}
UNCHANGED: dict[str, Any] = {
    "parameters": [
        {
            "name": "If-None-Match", "in": "header", "required": False, "schema": {"type": "string"},
            "description": "the ETag of the pack that the phone has: 304 without a body while it holds",
        }
    ],
}  # fmt: skip


@router.get("/sync/changes", auth=phones, response=feed.ChangesOut, openapi_extra=GONE)
def list_changes(request: doors.Request, asked: Query[feed.ChangesIn]) -> dict[str, Any]:
    """Return what changed in the caller's scope since `cursor`, in commit order; without one, everything there is."""
    actor = request.actor
    cursor = cursors.unseal(asked.cursor, person_id=actor.id) if asked.cursor else None
    page = changes.since(cursor, actor=actor, at=(at := clock.now()), limit=asked.limit)
    reading.note(changes.plans(page, actor=actor), actor=actor, at=at)
    shown = [feed.change(row) for row in page.changes]
    return {"changes": shown, "cursor": cursors.seal(page.cursor, person_id=actor.id), "more": page.more}


@router.get("/sync/day-pack", auth=phones, response={200: reads.PackOut, 304: None}, openapi_extra=UNCHANGED)
def read_day_pack(request: doors.Request, response: HttpResponse, asked: Query[reads.PackIn]) -> Any:
    """Return what the caller needs today where there is no network: his cases, their enterprises and pictures, catalogues."""
    at, actor = clock.now(), request.actor
    found = day_pack.pack(actor=actor, at=at, language=replies.language(request))
    reading.note(found.visits, actor=actor, at=at)
    shown = reads.pack(found, actor=actor, at=at, known=asked.catalogues)
    response["ETag"] = tag = f'"{hashlib.sha256(replies.render(shown)).hexdigest()}"'
    if {tag, "*"} & set(parse_etags(request.headers.get("If-None-Match", ""))):
        return Status(304, None)
    # addresses are new each time and stand for the same pictures
    return {**shown, "thumbs": reads.thumbs(found, actor=actor, base=_base(request), at=at)}


def _base(request: HttpRequest) -> str:
    """Return scheme and host for addresses: the public ones in production, else those by which we were asked."""
    return settings.PUBLIC_URL if settings.PRODUCTION else request.build_absolute_uri("/").rstrip("/")


@router.get("/me/today", auth=phones, response=today.TodayOut)
def read_today(request: doors.Request) -> dict[str, Any]:
    """Return what the caller has to do today, without what is needed only where there is no network."""
    at, actor = clock.now(), request.actor
    found = day.of(actor, at=at)
    reading.note(found.visits, actor=actor, at=at)
    return today.shown(found, day.questions(actor, at=at), actor=actor, at=at)


@router.get("/me/not-received", auth=doors.before_second_factor, response=reads.NotReceivedOut)
def list_not_received(request: doors.Request, asked: Query[reads.NotReceivedIn]) -> dict[str, Any]:
    """Return what the server still expects from the caller's devices; open before the second factor is given."""
    at, actor = clock.now(), request.actor
    found, following = not_received.photos(actor=actor, at=at, limit=asked.limit, cursor=asked.cursor)
    held = [] if asked.cursor else queries.held_of(actor.id)
    shown = acts.shown(held, actor=actor, language=replies.language(request))
    # what they say is at GET /sync/acts/{id}, behind the second factor
    waiting = [{**row, "body": None} for row in shown]
    return {"photos": [reads.expected(row) for row in found], "held": waiting, "next_cursor": following}
