"""What tus 1.0.0 asks of every answer about uploads, and of requests from where PATCH and DELETE cannot be sent."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from media.policy.tus import VERSION

UPLOADS = "/api/v1/uploads"
OVERRIDES = frozenset({"PATCH", "DELETE", "HEAD"})
Answer = Callable[[HttpRequest], HttpResponseBase]


def resumable(get_response: Answer) -> Answer:
    """Say the version on every answer below /uploads, refusals of others included, and follow X-HTTP-Method-Override there."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.path != UPLOADS and not request.path.startswith(f"{UPLOADS}/"):
            return get_response(request)
        meant = request.headers.get("X-HTTP-Method-Override", "")
        if request.method == "POST" and request.path != UPLOADS and meant in OVERRIDES:
            request.method = meant
        response = get_response(request)
        response["Tus-Resumable"] = VERSION
        if response.status_code == 412:
            response["Tus-Version"] = VERSION
        return response

    return middleware
