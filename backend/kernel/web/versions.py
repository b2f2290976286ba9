"""Concurrency by version: `ETag: "<version>"` out, `If-Match` in."""

import re

from django.http import HttpRequest, HttpResponse

from backend.kernel.problems import VersionRequired

_TAG = re.compile(r'"(\d{1,9})"', re.ASCII)


def expected(request: HttpRequest) -> int | None:
    """Return the version that If-Match names, or None for a tag that no version has (it is stale whatever stands there).

    Raises: VersionRequired without the header.
    """
    tag = request.headers.get("If-Match", "").strip()
    if not tag:
        raise VersionRequired
    found = _TAG.fullmatch(tag)
    return int(found[1]) if found else None


def tag(response: HttpResponse, version: int) -> None:
    """Say in `response` which version it shows."""
    response["ETag"] = f'"{version}"'
