"""Limits on every request of the API, without a statement: who is known by his token is counted as himself, others by address."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from accounts.login import address, limits, sessions
from accounts.login.limits import Limit, Taken
from accounts.login.views import too_many
from backend.kernel.problems import TooMany
from backend.kernel.web import replies

MINUTE, HOUR, DAY = 60, 3600, 24 * 3600
API = Limit("api", 120, MINUTE)
BURST = Limit("burst", 30, 1)
SUBMIT = Limit("submit", 30, MINUTE)
SUBMIT_DAY = Limit("submit-day", 300, DAY)
STRANGE = Limit("strange-token", 120, MINUTE)
# counted by the operations they are for, beside all others
VERIFY = Limit("verify", 60, MINUTE)
EXPORT = Limit("export", 5, HOUR)
LOGIN, V1, HEALTH = "/_allauth/", "/api/v1", "/api/v1/health/"
UPLOADS = "/api/v1/uploads/"
SUBMITS = frozenset({"POST", "PUT", "PATCH"})
KEPT = 10_000
Answer = Callable[[HttpRequest], HttpResponseBase]


class Holders:
    """Whose session a token was when it was last shown here; only ever used to choose what is counted."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, str] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, token: str) -> str:
        """Return the account id behind a token seen before, or ""."""
        return self._known.get(_digest(token), "")

    def keep(self, token: str, person_id: str) -> None:
        """Remember it; the oldest of ten thousand is forgotten."""
        with self._lock:
            self._known[_digest(token)] = person_id
            while len(self._known) > KEPT:
                self._known.popitem(last=False)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


holders = Holders()


@dataclass(frozen=True, slots=True)
class Verdict:
    """The limit that answers for a request (the refusing one, else the API's) and how it stands."""

    limit: Limit
    taken: Taken


def charge(request: HttpRequest, limit: Limit, key: str = "") -> None:
    """Count one against a limit of the operation's own, by `key` or else by address; the answer says how that one stands.

    Raises: TooMany with Retry-After.
    """
    taken = limits.take(limit, key or address.network(address.of(request)))
    request.charged = Verdict(limit, taken)  # type: ignore[attr-defined]  # read below
    if not taken.ok:
        raise TooMany(retry_after=taken.reset_s, limit=limit.name)


def limited(get_response: Answer) -> Answer:
    """Count, refuse with 429 and Retry-After, and say on every answer under /api/v1 how the limit stands."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith((V1, LOGIN)):
            return get_response(request)
        token = sessions.token_of(request)
        person = holders.of(token) if token else ""
        verdict = _before(request, token, person)
        response = get_response(request) if verdict.taken.ok else _refused(request, verdict)
        if token and not person and verdict.taken.ok:
            verdict = _afterwards(request, token)
        verdict = getattr(request, "charged", verdict)
        if request.path.startswith(V1):
            response["RateLimit-Policy"] = f'"{verdict.limit.name}";q={verdict.limit.most};w={verdict.limit.seconds}'
            response["RateLimit"] = f'"{verdict.limit.name}";r={verdict.taken.left};t={verdict.taken.reset_s}'
        return response

    return middleware


def _before(request: HttpRequest, token: str, person: str) -> Verdict:
    where = address.network(address.of(request))
    if request.path.startswith(HEALTH):
        return Verdict(API, limits.state(API, where))
    if person:
        return _take(request, person)
    if token:
        return Verdict(STRANGE, limits.state(STRANGE, where))
    return _take(request, where)


def _afterwards(request: HttpRequest, token: str) -> Verdict:
    """Count a request whose token was new to this process: as its holder's if a door knew him, else as a strange one."""
    actor = getattr(request, "actor", None)
    if actor is None:
        where = address.network(address.of(request))
        return Verdict(STRANGE, limits.take(STRANGE, where))
    holders.keep(token, str(actor.id))
    return _take(request, str(actor.id))


def _take(request: HttpRequest, key: str) -> Verdict:
    own = Verdict(API, limits.take(API, key))
    others = [BURST]
    # a chunk of an upload is no submission of its own, its creation was
    chunk = request.method == "PATCH" and request.path.startswith(UPLOADS)
    if request.method in SUBMITS and "/" not in key and not chunk:
        others += [SUBMIT, SUBMIT_DAY]
    for limit in others if own.taken.ok else []:
        taken = limits.take(limit, key)
        if not taken.ok:
            return Verdict(limit, taken)
    return own


def _refused(request: HttpRequest, verdict: Verdict) -> HttpResponse:
    if request.path.startswith(LOGIN):
        return too_many(verdict.taken.reset_s)
    return replies.problem(request, TooMany(retry_after=verdict.taken.reset_s, limit=verdict.limit.name))
