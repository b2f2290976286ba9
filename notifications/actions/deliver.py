"""Sending one notice by SMS: room is reserved first and once, then the world is told, then what it said is kept."""

import logging
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from backend.kernel import calendar, clock, jobs
from notifications import channels, queries
from notifications.actions.codes import gate
from notifications.models import Delivery, DeliveryState, Quota
from notifications.policy.sending import Sending, send_at

log = logging.getLogger("bihuan.sms")


def deliver(*, delivery_id: UUID, at: datetime) -> None:
    """Send one delivery unless it is done, over a cap, or held by the quiet hours.

    Raises: jobs.Later in quiet hours, channels.Unreached for the job to try again.
    """
    rules = queries.sending(at).document
    delivery = _reserve(delivery_id=delivery_id, rules=rules, at=at)
    if delivery is None:
        return
    person = delivery.notice.person
    letter = channels.Envelope(delivery.id, person.phone, delivery.text, clock.text(at), int(at.timestamp()))
    try:
        provider_id = channels.send(letter, gate())
    except channels.Refused as refused:
        log.error("sms refused", extra={"event": str(delivery.id)})
        _settle(delivery, state=DeliveryState.REFUSED, error=str(refused)[:300])
        return
    _settle(delivery, state=DeliveryState.SENT, provider_id=provider_id, sent_at=at)


@transaction.atomic
def _reserve(*, delivery_id: UUID, rules: Sending, at: datetime) -> Delivery | None:
    """Return the delivery if it is to be sent now. A second try finds its room reserved already."""
    delivery = Delivery.objects.select_for_update(of=("self",)).select_related("notice__person").get(id=delivery_id)
    if delivery.state not in (DeliveryState.WAITING, DeliveryState.SENDING):
        return None
    urgent = delivery.notice.urgent
    if (later := send_at(at, urgent=urgent, rules=rules)) > at:
        raise jobs.Later(later)
    delivery.attempts += 1
    if not delivery.notice.person.is_active:
        delivery.state, delivery.error = DeliveryState.REFUSED, "the account is closed"
    elif delivery.state == DeliveryState.WAITING and not _room(delivery, urgent=urgent, rules=rules, at=at):
        delivery.state = DeliveryState.CAPPED
    else:
        delivery.state = DeliveryState.SENDING
    delivery.save(update_fields=["state", "attempts", "error"])
    return delivery if delivery.state == DeliveryState.SENDING else None


def _room(delivery: Delivery, *, urgent: bool, rules: Sending, at: datetime) -> bool:
    """Return whether the day has room left for this person and for all; urgent ones are counted and always pass."""
    own = _take(f"{delivery.channel}:{delivery.notice.person_id}", rules.sms_per_person, at)
    if not own and not urgent:
        log.warning("sms cap of one person reached", extra={"event": str(delivery.id)})
        return False
    everybody = _take(f"{delivery.channel}:*", rules.sms_for_all, at)
    if not everybody:
        log.error("sms cap of the day reached", extra={"event": str(delivery.id)})
    return everybody or urgent


def _take(whom: str, cap: int, at: datetime) -> bool:
    """Count one message against a cap in one conditional update; alarm when a large cap is half spent."""
    day = calendar.local_day(at)
    key = f"{day.isoformat()}:{whom}"
    Quota.objects.bulk_create([Quota(id=key, day=day)], ignore_conflicts=True)
    taken = Quota.objects.filter(id=key, used__lt=cap).update(used=F("used") + 1)
    if taken and whom.endswith("*") and Quota.objects.filter(id=key, used=cap // 2).exists():
        log.error("half of the day's sms are spent", extra={"event": key})
    return bool(taken)


def _settle(delivery: Delivery, *, state: DeliveryState, **columns: object) -> None:
    Delivery.objects.filter(id=delivery.id, state=DeliveryState.SENDING).update(state=state, **columns)
