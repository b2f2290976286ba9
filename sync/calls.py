"""One act of a queue, called as if it had come alone: the same operation, judgement, receipt, replay and problem.

The operations are those of the rooms' own routers that `sync.policy.acts.QUEUED` names, bound to an API without an address:
a queue cannot call anything else. Who is asking is found once for all acts; each still passes its operation's own door.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from types import SimpleNamespace
from typing import Any

import orjson
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.operation import Operation
from ninja.renderers import BaseRenderer

from accounts.policy.actor import Actor
from backend.kernel import canonical, idempotency
from backend.kernel.idempotency import Received, Replayed
from backend.kernel.problems import Problem, Unexpected
from backend.kernel.web import replies
from backend.kernel.web.body import Parser
from backend.kernel.web.errors import as_problem
from backend.kernel.web.requests import Sent
from hazards.api import router as hazards
from hazards.api.together import report_hazards
from inspections.api import router as inspections
from sync.errors import NotUnderstood
from sync.policy.acts import PREFIX, QUEUED, Act, uuid_in

log = logging.getLogger("bihuan.sync")
COPIED = ("HTTP_HOST", "SERVER_NAME", "SERVER_PORT", "wsgi.url_scheme", "HTTP_ACCEPT_LANGUAGE")
KNOWN_AS = "act"


class Renderer(BaseRenderer):
    """JSON as every answer has it."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        """Return `data` as UTF-8 JSON."""
        return replies.render(data)


class Queue(NinjaAPI):
    """Raises what an operation raises, for the caller of this module to judge."""

    def on_exception(self, request: HttpRequest, exc: Any) -> HttpResponse:
        """Pass it on."""
        raise exc


queue = Queue(parser=Parser(), renderer=Renderer(), docs_url=None, openapi_url=None, urls_namespace="queue")


@dataclass(frozen=True, slots=True)
class Asker:
    """Who hands in a queue, and of his request what the answer to an act depends on."""

    actor: Actor
    meta: dict[str, Any]
    request_id: str = ""

    @classmethod
    def of(cls, request: HttpRequest) -> "Asker":
        """Return who is behind a request that came through a door."""
        meta = {name: request.META[name] for name in COPIED if name in request.META}
        return cls(request.actor, meta, request.request_id)  # type: ignore[attr-defined]  # it came through a door


@dataclass(frozen=True, slots=True)
class Answer:
    """What an act brought: status, the JSON it is answered, seconds to wait; `problem` where it was not taken."""

    status: int
    content: bytes
    problem: Problem | None = None
    got: Received | None = None
    retry_after: int | None = None


@cache
def operations() -> dict[str, Operation]:
    """Return the operation behind each address of `QUEUED`."""
    found = {}
    for path, operation in _posts():
        if path in QUEUED:
            bound = operation.clone()
            bound.api, bound.auth_callbacks = queue, []  # the door is asked below, without looking for the session again
            found[path] = bound
    return found


def _posts() -> Iterator[tuple[str, Operation]]:
    for mount in [*hazards.build_routers(""), *inspections.build_routers("")]:
        for path, view in mount.template.path_operations.items():
            yield from ((path, operation) for operation in view.operations if "POST" in operation.methods)


def route_of(act: Act) -> str:
    """Return the route of an act as a request of its own would have it."""
    template = act.address.template if act.address else ""
    return f"{PREFIX}{template}".lstrip("/").replace("{", "<").replace("}", ">")


def unread(act: Act, *, asker: Asker, at: datetime) -> Received:
    """Return an act that never reached its operation as something received; the same as there, where that is known."""
    digest = canonical.digest(act.body)
    route, path_ids = f"POST {PREFIX}/sync/acts", {"path": act.path}
    if act.address is not None:
        ids = [uuid_in(text) for text in act.address.ids.values()]
        route, path_ids = f"POST {route_of(act)}", {"id": str(ids[0])} if ids else {}
    same = idempotency.sameness(route, path_ids, digest)
    kind = act.address.kind if act.address else KNOWN_AS
    return Received(id=act.id, kind=kind, digest=digest, sameness=same, actor_id=asker.actor.id, at=at)


def call(act: Act, *, asker: Asker, at: datetime, kept: bool) -> Answer:
    """Judge one act as its operation does, and return what that answers. `at`: when it was received.

    A failure of ours is logged and answered as a 500 of this act alone. Raises: Replayed for an act that is kept already.
    """
    request = _request(act, asker, Sent(act.id, at, kept))
    try:
        answer = _run(act, request)
    except Replayed as replayed:
        if replayed.claim.kind == idempotency.HELD:
            raise
        answer = replies.replay(request, replayed)
    except Exception as error:  # noqa: BLE001 - one bad act never stops the rest
        return refusal(request, error, got=request.sent.got)  # type: ignore[attr-defined]  # set by _request
    return Answer(answer.status_code, answer.content, got=request.sent.got)  # type: ignore[attr-defined]  # same


def _run(act: Act, request: HttpRequest) -> HttpResponse:
    if act.address is None:
        raise NotUnderstood
    if not isinstance(act.body, dict):
        raise NotUnderstood(detail="操作内容不是 JSON 对象", detail_en="The body of the act is not a JSON object")
    operation = operations()[act.address.template]
    operation.auth_param.admit(request.actor)  # type: ignore[attr-defined]  # a Door, a guard test sees to it
    answer: HttpResponse = operation.run(request, **act.address.ids)  # type: ignore[assignment]  # no operation of these streams
    return answer


def reports(acts: Sequence[Act], *, asker: Asker, at: datetime) -> dict[int, Answer]:
    """Return the answers, by place, of those reports that could be opened together; the others are called one by one.

    Raises: nothing; where opening them together fails none was opened.
    """
    requests: Any = [_request(act, asker, Sent(act.id, at)) for act in acts]
    try:
        done = report_hazards(requests)
    except DatabaseError as error:
        log.warning("reports of a queue are opened one by one: %s", type(error).__name__)
        database_answers()
        return {}
    return {act.place: Answer(201, replies.render(done[act.id])) for act in acts if act.id in done}


def database_answers() -> bool:
    """Return whether the database can be asked; a connection that died is replaced."""
    if connection.in_atomic_block:
        return True  # somebody's transaction is around this: he will see
    try:
        connection.close_if_unusable_or_obsolete()
        connection.ensure_connection()
    except DatabaseError:
        return False
    return True


def refusal(request: HttpRequest, error: Exception, *, got: Received | None = None) -> Answer:
    """Return the problem that `error` stands for, as an answer; what nobody anticipated is logged."""
    problem = as_problem(error)
    if problem is None:
        log.error("an act of a queue failed", exc_info=error, extra={"request": getattr(request, "request_id", "")})
        problem = Unexpected()
    told = replies.problem(request, problem)
    return Answer(told.status_code, told.content, problem, got, problem.retry_after)


def _request(act: Act, asker: Asker, sent: Sent) -> HttpRequest:
    request: Any = HttpRequest()
    request.method, request.META = "POST", {**asker.meta, "CONTENT_TYPE": "application/json"}
    request.path = request.path_info = PREFIX + act.path.removeprefix(PREFIX)
    request._body = b"{}"  # ninja asks whether there is a body; what is in it was parsed with the queue
    request.resolver_match = SimpleNamespace(route=route_of(act))
    request.actor, request.request_id, request.received_json, request.sent = asker.actor, asker.request_id, act.body, sent
    made: HttpRequest = request
    return made


def refused(act: Act, error: Exception, *, asker: Asker, at: datetime) -> Answer:
    """Return the refusal of an act over something beside its operation: a limit, or a failure of what surrounds it."""
    return refusal(_request(act, asker, Sent(act.id, at)), error)


def as_json(answer: Answer) -> dict[str, Any]:
    """Return an answer's content read back."""
    told: dict[str, Any] = orjson.loads(answer.content)
    return told
