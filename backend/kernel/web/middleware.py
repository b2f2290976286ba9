"""What every answer carries: a request id, safe headers, one error shape under /api/v1, one line in the log."""

import logging
import re
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from backend.kernel import ids
from backend.kernel.problems import (
    HeadersTooLarge,
    Malformed,
    MethodNotAllowed,
    NoDuty,
    NotAuthenticated,
    NotFound,
    Problem,
    TooLarge,
    Unavailable,
    Unexpected,
    UnsupportedMedia,
)
from backend.kernel.web import replies
from backend.kernel.web.errors import as_problem

log = logging.getLogger("bihuan.access")
_GOOD_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
API = "/api/v1"
_BY_STATUS: dict[int, type[Problem]] = {
    400: Malformed, 401: NotAuthenticated, 403: NoDuty, 404: NotFound, 405: MethodNotAllowed,
    413: TooLarge, 415: UnsupportedMedia, 500: Unexpected, 503: Unavailable,
}  # fmt: skip
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), camera=(), microphone=()",
}
_CSP = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"
MOST_HEADERS = 16 * 1024
HSTS = "max-age=63072000; includeSubDomains"
Answer = Callable[[HttpRequest], HttpResponseBase]


def request_id(get_response: Answer) -> Answer:
    """Accept or make `X-Request-Id`, echo it, and log one line per request without names, phones or bodies.

    A view whose address is itself a secret says by `request.logged_as` what stands in the log instead.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get("X-Request-Id", "")
        request.request_id = given if _GOOD_ID.fullmatch(given) else str(ids.new())  # type: ignore[attr-defined]  # ours
        start = time.monotonic()
        response = replies.problem(request, HeadersTooLarge()) if _heads(request) > MOST_HEADERS else get_response(request)
        response["X-Request-Id"] = request.request_id  # type: ignore[attr-defined]  # set above
        actor = getattr(request, "actor", None)
        log.info(
            "%s %s %s", request.method, getattr(request, "logged_as", request.path)[:300], response.status_code,
            extra={
                "request": request.request_id,  # type: ignore[attr-defined]  # set above
                "person": str(actor.id) if actor else "", "ms": round((time.monotonic() - start) * 1000, 1),
            },
        )  # fmt: skip
        return response

    return middleware


def one_shape(get_response: Answer) -> Answer:
    """Give every error under /api/v1 the one shape, also those that Django or a library answers by itself."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        length = request.META.get("CONTENT_LENGTH") or "0"
        # whatever reads the body below takes it for a number
        sound = length.isascii() and length.isdigit()
        response = get_response(request) if sound else replies.problem(request, Malformed())
        for name, value in _HEADERS.items():
            response.setdefault(name, value)
        if settings.PRODUCTION:
            response.setdefault("Strict-Transport-Security", HSTS)
        if not request.path.startswith(API):
            return response
        response.setdefault("Content-Security-Policy", _CSP)
        response.setdefault("Cache-Control", "no-store")
        if response.status_code >= 400 and response.get("Content-Type") != "application/problem+json":
            return _reshaped(request, response)
        return response

    return middleware


def _reshaped(request: HttpRequest, response: HttpResponseBase) -> HttpResponse:
    known = _BY_STATUS.get(response.status_code, Unexpected if response.status_code >= 500 else Malformed)
    told = replies.problem(request, known())
    for name in ("Allow", "Retry-After", "WWW-Authenticate", "RateLimit", "RateLimit-Policy"):
        if name in response:
            told[name] = response[name]
    return told


def _heads(request: HttpRequest) -> int:
    """Return how many bytes the header fields of a request take, about as they were sent."""
    return sum(len(name) + len(value) for name, value in request.META.items() if name.startswith("HTTP_"))


def head(get_response: Answer) -> Answer:
    """Answer HEAD as GET without the content, wherever an address knows GET and has no HEAD of its own (RFC 9110)."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if request.method != "HEAD" or response.status_code != MethodNotAllowed.status or "GET" not in response.get("Allow", ""):
            return response
        request.method = "GET"
        response = get_response(request)
        request.method = "HEAD"
        if not response.streaming:
            length = len(response.content)  # type: ignore[attr-defined]  # what does not stream has it
            response.content, response["Content-Length"] = b"", str(length)  # type: ignore[attr-defined]  # same
        return response

    return middleware


class Anticipated:
    """Turn failures of database and disk into 503 and 507 wherever they happen outside an operation."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if settings.PRODUCTION:
            request.get_host()  # raises DisallowedHost, a 400, for a name that is not ours
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Return the problem for an anticipated failure; others go on to Django and are logged there."""
        told = as_problem(error)
        return replies.problem(request, told) if told else None
