"""Marking own notices as read (已读)."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.actions import unread
from accounts.policy.actor import Actor
from backend.kernel.problems import NotFound
from notifications import queries
from notifications.models import Inbox


@transaction.atomic
def mark_read(*, notice_ids: Collection[UUID], actor: Actor, at: datetime) -> tuple[int, int]:
    """Mark notices of the actor's own inbox; those read before keep their time. Return how many now, and how many are left.

    Raises: NotFound if one of them is not in his inbox; then none is marked.
    """
    wanted = set(notice_ids)
    Inbox.objects.select_for_update().filter(person_id=actor.id).first()  # in turn with those who add
    own = queries.visible_to(actor).filter(id__in=wanted)
    if own.count() != len(wanted):
        raise NotFound
    marked = own.filter(read_at=None).update(read_at=at)
    unread.add(counts={actor.id: -marked})
    return marked, queries.unread(actor.id)
