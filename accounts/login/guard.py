"""What the login library must not be handed: bodies that would make it stumble are answered before it reads them."""

import struct
from collections.abc import Callable

from allauth.core.exceptions import RateLimited
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase

from accounts.login.views import too_many
from backend.kernel.problems import Problem
from backend.kernel.web import body

LOGIN = "/_allauth/"
MOST_BYTES = 64 * 1024
# credentials and identity tokens are data from outside that the libraries take apart without looking
UNDECODABLE = (
    ValueError, TypeError, AttributeError, LookupError, RecursionError, AssertionError, struct.error,
    ValidationError, InvalidSignature, UnsupportedAlgorithm,
)  # fmt: skip


class Guard:
    """Refuse unusable bodies under /_allauth/ in the library's own error shape, and map what it raises uncaught."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith(LOGIN):
            refused = _refused(request)
            if refused is not None:
                return refused
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Return 429 for the library's own limit, and 400 for credentials and tokens that its decoders stumble over."""
        if isinstance(error, RateLimited):
            return too_many(60)
        if request.path.startswith(LOGIN) and "/webauthn" in request.path and isinstance(error, UNDECODABLE):
            return _invalid(400, "incorrect_code")
        if request.path.endswith("/auth/provider/token") and isinstance(error, UNDECODABLE):
            return _invalid(400, "invalid_token")
        return None


def _refused(request: HttpRequest) -> HttpResponse | None:
    length = request.headers.get("Content-Length") or "0"
    if not length.isdigit() or int(length) > MOST_BYTES:
        return _invalid(413 if length.isdigit() else 400, "too_large")
    try:
        body.parse(request.body)
    except Problem as problem:
        told = problem.errors[0]["code"] if problem.errors else "invalid_json"
        return _invalid(400, told)
    return None


def _invalid(status: int, code: str) -> HttpResponse:
    return JsonResponse({"status": status, "errors": [{"code": code, "message": "请求内容有误"}]}, status=status)
