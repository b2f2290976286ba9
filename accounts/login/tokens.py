"""Sessions made without a login: for operators, scripts and the demo."""

from datetime import datetime
from typing import Any

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.internal.flows.login import _AUTHENTICATION_METHODS_USER_SESSION_KEY
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction

from accounts.login import sessions
from accounts.models import Person


@transaction.atomic
def issue(person: Person, *, at: datetime, strong: bool = True, agent: str = "operator token") -> str:
    """Return the token of a new session of `person` that began at `at`; `strong`: second factor given just then."""
    methods: list[dict[str, Any]] = [{"method": "code", "at": at.timestamp(), "phone": person.phone}]
    if strong:
        methods.append({"method": "mfa", "at": at.timestamp(), "type": "totp", "reauthenticated": True})
    store = SessionStore()
    store[SESSION_KEY] = str(person.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = person.get_session_auth_hash()
    store[AUTHENTICATION_METHODS_SESSION_KEY] = methods
    store[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(person.pk)
    store.save()
    key = str(store.session_key)
    UserSession.objects.create(user=person, session_key=key, ip="127.0.0.1", user_agent=agent, created_at=at, last_seen_at=at)
    sessions.end_beyond_limit(person.pk, at=at)
    return key
