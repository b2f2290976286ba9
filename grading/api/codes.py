"""Codes of an enterprise (安全码): the printed one to hang up, the live one on a phone's screen."""

from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from accounts.login import doors
from accounts.policy.actor import Actor
from accounts.policy.roles import BOUND_TO_ENTERPRISE, MEMBERS, OFFICIALS, Role
from backend.kernel import clock, pages
from backend.kernel.web import replies
from backend.kernel.web.fields import Cursor, Id, Limit
from backend.kernel.web.openapi import file
from backend.kernel.web.requests import received
from backend.kernel.web.router import Router
from grading.actions import live_codes, printed_codes
from grading.documents import as_png, as_svg
from grading.documents.poster import Poster, poster
from grading.queries import codes as queries
from grading.schemas import codes as schemas

router = Router()
readers = doors.only(*OFFICIALS, *BOUND_TO_ENTERPRISE)
showers = doors.only(*OFFICIALS, *MEMBERS)
keepers = doors.only(*OFFICIALS, Role.OWNER, Role.OFFICER)
LATEST = pages.Order("issued_at")
ISSUED = {200: schemas.IssuedCodeOut, 201: schemas.IssuedCodeOut}
REVOKED = {200: schemas.CodeRevocationOut, 201: schemas.CodeRevocationOut}
# a poster hangs on while the colour changes: `none` leaves it out
Colour = Literal["now", "none"]
ALONE = "sandbox; default-src 'none'"


@router.post("/enterprises/{enterprise_id}/code-tokens", auth=showers, response=ISSUED)
def issue_code_token(request: doors.Request, enterprise_id: Id, body: schemas.CodeTokenIn) -> Any:
    """Give out a code: a live one (动态码) to members, good for a minute and one scan; a printed one (印刷码) to keepers.

    The QR says `url`; a phone that scanned it asks there, with its session and `Accept: application/json` if it has one.
    """
    kind, actor, at = f"{body.kind}_code", request.actor, clock.now()
    got = received(request, kind=kind, id=body.id, actor_id=actor.id, at=at, path_ids={"id": enterprise_id})
    said: dict[str, Any] = {"enterprise_id": enterprise_id, "received": got, "actor": actor, "at": at}
    shown, receipt = _live(**said) if body.kind == "live" else _printed(replaces=body.replaced(), **said)
    return replies.created(shown, receipt)


def _live(**said: Any) -> tuple[dict[str, Any], Any]:
    code, receipt = live_codes.show(**said)
    return schemas.live(code), receipt


def _printed(**said: Any) -> tuple[dict[str, Any], Any]:
    row, receipt = printed_codes.issue(**said)
    return schemas.printed(row), receipt


@router.get("/enterprises/{enterprise_id}/code-tokens", auth=readers, response=schemas.CodeTokensOut)
def list_code_tokens(request: doors.Request, enterprise_id: Id, limit: Limit = 50, cursor: Cursor | None = None) -> Any:
    """Return the printed codes of an enterprise, the newest first, with those that were revoked."""
    rows = queries.printed_codes(enterprise_id, actor=request.actor)
    page = pages.page(rows, order=LATEST, limit=limit, cursor=cursor)
    return {"items": [schemas.printed(row) for row in page.items], "next_cursor": page.next_cursor}


@router.post("/enterprises/{enterprise_id}/code-tokens/{code_id}/revocations", auth=keepers, response=REVOKED)
def revoke_code_token(request: doors.Request, enterprise_id: Id, code_id: Id, body: schemas.CodeRevocationIn) -> Any:
    """Revoke a printed code (停用): from now on it says so and nothing else."""
    actor, at, ids = request.actor, clock.now(), {"id": enterprise_id, "code_id": code_id}
    got = received(request, kind="code_revocation", id=body.id, actor_id=actor.id, at=at, path_ids=ids)
    which = printed_codes.Replaced(code_id, body.reason)
    row, receipt = printed_codes.revoke(enterprise_id=enterprise_id, which=which, received=got, actor=actor, at=at)
    return replies.created({"id": got.id, "kind": got.kind, "code_token": schemas.printed(row)}, receipt)


@router.get("/enterprises/{enterprise_id}/code.svg", auth=readers, response=None, openapi_extra=file("image/svg+xml"))
def read_code_svg(request: doors.Request, enterprise_id: Id, colour: Colour = "now") -> HttpResponse:
    """Return the printed code as SVG, A6: QR, name, and the colour as of now in word and shape unless `colour=none`."""
    return _picture(as_svg.svg(_poster(request, enterprise_id, colour)), "image/svg+xml")


@router.get("/enterprises/{enterprise_id}/code.png", auth=readers, response=None, openapi_extra=file("image/png"))
def read_code_png(request: doors.Request, enterprise_id: Id, colour: Colour = "now") -> HttpResponse:
    """Return the printed code as PNG, A6 at 300 dots per inch, as `code.svg` shows it."""
    return _picture(as_png.png(_poster(request, enterprise_id, colour)), "image/png")


def _poster(request: doors.Request, enterprise_id: UUID, colour: Colour) -> Poster:
    at = clock.now()
    row = printed_codes.to_print(enterprise_id=enterprise_id, actor=request.actor, at=at)
    firm = row.enterprise
    return poster(
        name=firm.name, code=row.code, url=schemas.address(row.code), colour=firm.code_colour if colour == "now" else None, at=at
    )  # fmt: skip


def _picture(made: bytes, kind: str) -> HttpResponse:
    answer = HttpResponse(made, content_type=kind)
    answer["Content-Security-Policy"], answer["Cache-Control"] = ALONE, "no-store"
    return answer


def _actor(request: HttpRequest) -> Actor:
    found: Actor = request.actor  # type: ignore[attr-defined]  # it came through a door
    return found


@replies.presents("live_code")
def live_again(request: HttpRequest, id: UUID) -> dict[str, Any]:
    """Return a live code that was asked for again: the same one, which may be over by now."""
    return schemas.live(live_codes.shown(id, actor=_actor(request)))


@replies.presents("printed_code")
def printed_again(request: HttpRequest, id: UUID) -> dict[str, Any]:
    """Return a printed code as it is now."""
    return schemas.printed(queries.readable_printed(id, actor=_actor(request)))


@replies.presents("code_revocation")
def revocation_again(request: HttpRequest, id: UUID) -> dict[str, Any]:
    """Return a revocation that was sent again."""
    row = queries.readable_printed(queries.claim(id).subject_id, actor=_actor(request))
    return {"id": id, "kind": "code_revocation", "code_token": schemas.printed(row)}
