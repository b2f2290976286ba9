"""The live code (动态码) that the app of the enterprise shows: signed, good for a minute, used up by the first who scans it."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from accounts.policy.actor import Actor
from accounts.policy.roles import MEMBERS
from backend.kernel import idempotency
from backend.kernel.idempotency import Received
from backend.kernel.problems import NotFound
from backend.kernel.receipts import Receipt
from enterprises import queries as enterprises
from enterprises.errors import Closed, NotYourMove
from enterprises.policy.words import Status
from grading.policy import tokens
from grading.policy.tokens import LiveCode
from grading.queries import codes as queries


@transaction.atomic
def show(*, enterprise_id: UUID, received: Received, actor: Actor, at: datetime) -> tuple[LiveCode, Receipt]:
    """Give out a live code. It has no row: its id is the act's, and everything else is signed into it.

    Only members of the enterprise show one: an official who could would check in from his desk.
    Raises: Replayed, SameId, NotFound, NotYourMove, Closed.
    """
    receipt = idempotency.claim(received, subject_id=enterprise_id)
    enterprise = enterprises.get(enterprise_id, actor=actor)
    if actor.duty_at(enterprise_id, MEMBERS) is None:
        raise NotYourMove
    if enterprise.status == Status.CLOSED:
        raise Closed
    return _made(received.id, enterprise_id, at), receipt


def shown(id: UUID, *, actor: Actor) -> LiveCode:
    """Return the live code that was given out under this id, to a member of its enterprise. Raises: NotFound."""
    claim = queries.claim(id)
    if actor.duty_at(claim.subject_id, MEMBERS) is None:
        raise NotFound
    return _made(id, claim.subject_id, claim.created_at)


def _made(id: UUID, enterprise_id: UUID, at: datetime) -> LiveCode:
    life = timedelta(seconds=queries.numbers(at).document.live_seconds)
    return LiveCode(id, enterprise_id, tokens.span(at, life))
