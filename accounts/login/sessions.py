"""Session tokens: opaque, revocable at once, two statements to know who is asking."""

import logging
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.usersessions.models import UserSession
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import OperationalError
from django.db.models import F
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from accounts import queries
from accounts.models import Person
from accounts.policy.actor import Actor
from accounts.policy.roles import BOUND_TO_REGION, Role
from backend.kernel import rows

log = logging.getLogger("bihuan.security")
IDLE = timedelta(days=30)
IDLE_OFFICIAL = timedelta(hours=12)
ABSOLUTE = timedelta(days=180)
SEEN_EVERY = timedelta(minutes=5)
MOST, MOST_ADMIN = 5, 1
OFFICIAL = BOUND_TO_REGION | {Role.ADMIN}
KEPT = (
    "SELECT u.id, u.last_seen_at, s.session_data, p.id, p.identity, p.name, p.phone, p.password"
    " FROM usersessions_usersession u JOIN django_session s ON s.session_key = u.session_key AND s.expire_date > %s"
    " JOIN accounts_person p ON p.id = u.user_id WHERE u.session_key = %s AND u.created_at > %s AND p.is_active"
)
_TOKEN = re.compile(r"[a-z0-9]{20,40}")


@dataclass(frozen=True, slots=True)
class Kept:
    """What one session is known by: its row, its owner, and what the login library wrote into it."""

    pk: int
    last_seen_at: datetime
    person: Person
    data: dict[str, Any]


def token_of(request: HttpRequest) -> str:
    """Return the session token of a request, from `X-Session-Token` or `Authorization: Bearer`; "" for none or nonsense."""
    token = request.headers.get("X-Session-Token", "").strip()
    if not token:
        scheme, _, rest = request.headers.get("Authorization", "").partition(" ")
        token = rest.strip() if scheme.lower() == "bearer" else ""
    return token if _TOKEN.fullmatch(token) else ""


def actor_of(request: HttpRequest, *, at: datetime) -> Actor | None:
    """Return who is asking, or None for no token, an unknown, ended or expired one, or a disabled person."""
    token = token_of(request)
    return find(token, at=at) if token else None


def find(token: str, *, at: datetime) -> Actor | None:
    """Return the person behind a session token with duties and second factor as of `at` (two statements), or None."""
    kept = _kept(token, at)
    if kept is None:
        return None
    last = _last_mfa(kept.data)
    actor = queries.actor_of(kept.person, at=at, strong=last is not None, stepped_up_at=last, session_key=token)
    if at - kept.last_seen_at > _idle(actor):
        return None
    if at - kept.last_seen_at > SEEN_EVERY:
        _seen(kept.pk, at)
    return actor


def _seen(pk: int, at: datetime) -> None:
    try:
        UserSession.objects.filter(pk=pk).update(last_seen_at=at)
    except OperationalError as error:
        # a database too busy for this is no reason to refuse a reader; the next request tries again
        log.warning("last seen not written: %s", type(error).__name__)


def _kept(token: str, at: datetime) -> Kept | None:
    found = rows.fetch(KEPT, [at, token, at - ABSOLUTE])
    if not found:
        return None
    pk, seen, stored, person_id, identity, name, phone, password = found[0]
    data = SessionStore().decode(stored)
    person = Person(id=rows.uuid_of(person_id), identity=rows.uuid_of(identity), name=name, phone=phone, password=password)
    mine = data.get(SESSION_KEY) == str(person.pk)
    sound = mine and constant_time_compare(data.get(HASH_SESSION_KEY, ""), person.get_session_auth_hash())
    return Kept(pk, rows.instant_of(seen), person, data) if sound else None


def _idle(actor: Actor) -> timedelta:
    return IDLE_OFFICIAL if actor.has(*OFFICIAL) else IDLE


def _last_mfa(data: dict[str, Any]) -> datetime | None:
    """Return when a second factor was last given in this session, by the login library's own record."""
    times = [m["at"] for m in data.get(AUTHENTICATION_METHODS_SESSION_KEY, []) if m.get("method") == "mfa"]
    return datetime.fromtimestamp(max(times), UTC) if times else None


def end_beyond_limit(person_id: UUID, *, at: datetime) -> None:
    """End the oldest sessions of a person beyond five, an administrator's beyond one (最早的会话先失效)."""
    kept = list(UserSession.objects.filter(user_id=person_id).order_by(F("created_at").desc(), "-pk"))
    most = MOST_ADMIN if queries.is_admin(person_id, at=at) else MOST
    for row in kept[most:]:
        row.end()


def end_all(person_id: UUID) -> None:
    """End every session of a person, at once and everywhere."""
    for row in UserSession.objects.filter(user_id=person_id):
        row.end()
