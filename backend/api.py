"""The one NinjaAPI: mounts the routers of all rooms and turns every failure into problem+json."""

from functools import cache
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.operation import Operation
from ninja.renderers import BaseRenderer

from accounts.api import router as accounts
from backend.kernel.api import READY
from backend.kernel.api import router as kernel
from backend.kernel.idempotency import Replayed
from backend.kernel.web import replies
from backend.kernel.web.body import Parser
from backend.kernel.web.errors import as_problem
from backend.kernel.web.openapi import document
from demo import ready as demo
from enterprises.api import router as enterprises
from grading.api import router as grading
from hazards.api import router as hazards
from hazards.public import router as hazards_public
from inspections.api import router as inspections
from inspections.public import router as inspections_public
from media.api import router as media
from media.uploads import router as uploads
from notifications.api import router as notifications
from oversight.api import router as oversight
from oversight.public import router as oversight_public
from sync.api import router as sync


class Renderer(BaseRenderer):
    """JSON by orjson: times in UTC with `Z`."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        """Return `data` as UTF-8 JSON."""
        return orjson.dumps(data, default=str, option=orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS)


class API(NinjaAPI):
    """Documents errors as the problem+json they are."""

    @cache  # noqa: B019 - there is one API, which lives as long as the process
    def _document(self, prefix: str) -> dict[str, Any]:
        return document(self, prefix)

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None) -> Any:
        """Return the document, made once."""
        return self._document(self.get_root_path(path_params or {}) if path_prefix is None else path_prefix)

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """Return the name of the function that serves it; two of the same name are told by a test."""
        return str(operation.view_func.__name__)

    def on_exception(self, request: HttpRequest, exc: Any) -> HttpResponse:
        """Return the answer for a replay or an anticipated failure; let Django log and answer the others."""
        if isinstance(exc, Replayed):
            return replies.replay(request, exc)
        problem = as_problem(exc)
        if problem is None:
            raise exc
        return replies.problem(request, problem)


api = API(
    title="闭环 Bihuan", version="1", description="隐患闭环 API",
    parser=Parser(), renderer=Renderer(), docs_url=None, urls_namespace="v1",
)  # fmt: skip
api.add_router("", kernel)
api.add_router("", accounts)
api.add_router("", notifications)
api.add_router("", enterprises)
api.add_router("", hazards)
api.add_router("", hazards_public)
api.add_router("", grading)
api.add_router("", oversight)
api.add_router("", oversight_public)
api.add_router("", inspections)
api.add_router("", inspections_public)
api.add_router("", media)
api.add_router("", sync)
api.add_router("", uploads)
READY.append(demo.loaded)
