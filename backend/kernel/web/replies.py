"""How answers are made: objects with their receipt, problems in one shape, in the reader's language."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation.trans_real import parse_accept_lang_header
from ninja.responses import Status

from backend.kernel import receipts
from backend.kernel.idempotency import Replayed
from backend.kernel.problems import NotFound, Problem
from backend.kernel.web import words

Presenter = Callable[[HttpRequest, UUID], dict[str, Any]]
_presenters: dict[str, Presenter] = {}


def render(data: Any) -> bytes:
    """Return `data` as JSON: times in UTC with `Z`, ids as text."""
    return orjson.dumps(data, default=str, option=orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS)


def language(request: HttpRequest) -> str:
    """Return `en` if the reader prefers English to Chinese, else `zh`."""
    for tag, weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        if weight and tag[:2] in ("zh", "en"):
            return tag[:2]
    return "zh"


def created(body: dict[str, Any], receipt: receipts.Receipt) -> Status[Any]:
    """Return 201 with `body` and its receipt."""
    return Status(201, {**body, "receipt": receipt.as_dict()})


def presents(kind: str) -> Callable[[Presenter], Presenter]:
    """Register how an object of claim `kind` is shown when its id is sent again: `(request, subject id) -> body`.

    The presenter raises NotFound when the caller may no longer read it; then the receipt is answered alone.
    """

    def keep(presenter: Presenter) -> Presenter:
        _presenters[kind] = presenter
        return presenter

    return keep


def replay(request: HttpRequest, replayed: Replayed) -> HttpResponse:
    """Return 200 with the original receipt and the object as it is now."""
    claim = replayed.claim
    try:
        body = _presenters[claim.kind](request, claim.id)
    except NotFound:
        body = {"id": claim.id, "kind": claim.kind}
    answer = HttpResponse(render({**body, "receipt": claim.receipt}), content_type="application/json")
    answer["Idempotency-Replayed"] = "true"
    return answer


def member(found: dict[str, str], tongue: str) -> dict[str, str]:
    """Return one entry of `errors` in the reader's language."""
    said = found["message"] if tongue == "en" else found.get("zh") or words.in_chinese(found["code"])
    return {"field": found["field"], "code": found["code"], "message": said}


def problem(request: HttpRequest, error: Problem) -> HttpResponse:
    """Return `error` as application/problem+json (RFC 9457), with Retry-After where one is due."""
    tongue = language(request)
    body: dict[str, Any] = {
        "type": f"{settings.PUBLIC_URL}/api/v1/problems#{error.code}",
        "title": error.title(tongue),
        "status": error.status,
        "code": error.code,
        "detail": error.words(tongue),
        "instance": request.path,
        "request_id": getattr(request, "request_id", ""),
    }
    if error.errors:
        body["errors"] = [member(found, tongue) for found in error.errors]
    answer = HttpResponse(render({**error.extra, **body}), status=error.status, content_type="application/problem+json")
    answer["Content-Language"] = "en" if tongue == "en" else "zh-CN"
    answer["Cache-Control"] = "no-store"
    if error.retry_after is not None:
        answer["Retry-After"] = str(error.retry_after)
    return answer
