"""What is deleted when its time is over."""

from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction


@transaction.atomic
def sessions(*, at: datetime) -> int:
    """Delete sessions and pending logins that expired before `at`, and return how many."""
    gone, _ = Session.objects.filter(expire_date__lte=at).delete()
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
    return gone
