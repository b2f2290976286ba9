"""Finding notices; a person sees his own inbox and nobody else's."""

from uuid import UUID

from django.db.models import QuerySet

from accounts import queries as accounts
from accounts.policy.actor import Actor
from backend.kernel import pages, policies
from notifications.errors import BadSince
from notifications.models import Inbox, Notice
from notifications.policy.sending import Sending

MOST_SEQ = 2**31 - 1
sending = policies.register("sending", Sending)


def visible_to(actor: Actor) -> QuerySet[Notice]:
    """Return the notices in this person's own inbox."""
    return Notice.objects.filter(person_id=actor.id)


def unread(person_id: UUID) -> int:
    """Return how many notices of this account are unread (one statement)."""
    return accounts.unread_of(person_id)


def last_seq(person_id: UUID) -> int:
    """Return the number of the last notice in this inbox, 0 for an empty one."""
    return Inbox.objects.filter(person_id=person_id).values_list("last_seq", flat=True).first() or 0


def since_seq(since: str) -> int:
    """Return the number that a `since` position stands for. Raises: BadSince."""
    if not since.isascii() or not since.isdigit() or int(since) > MOST_SEQ:
        raise BadSince(errors=[{"field": "since", "code": "inbox.bad_since", "message": "send back the `since` of an answer"}])
    return int(since)


def inbox(actor: Actor, *, since: int | None, unread: bool | None) -> tuple[QuerySet[Notice], pages.Order]:
    """Return the notices of this person, newest first, or everything after `since`, oldest first, in commit order."""
    rows = visible_to(actor)
    if unread is not None:
        rows = rows.filter(read_at__isnull=unread)
    if since is None:
        return rows, pages.Order("seq", descending=True, parse=int)
    return rows.filter(seq__gt=since), pages.Order("seq", descending=False, parse=int)
