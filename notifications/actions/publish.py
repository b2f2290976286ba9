"""Telling people (通知): inbox rows at once, other channels by jobs of the same transaction, each exactly once."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Case, F, PositiveIntegerField, Value, When

from accounts.actions import unread
from accounts.models import Person
from backend.kernel import ids, jobs
from notifications import queries
from notifications.models import Delivery, Inbox, Notice
from notifications.policy.message import Message
from notifications.policy.sending import send_at, sms_text

TITLE, KIND, SMS = 200, 60, "sms"


@transaction.atomic
def publish(messages: Sequence[Message], *, at: datetime) -> list[UUID]:
    """Put each message into its reader's inbox and queue its SMS; return the ids of the notices that are new.

    A message whose (person, dedupe key) is known is left alone, accounts that are closed or unknown are passed over.
    The number of statements does not depend on the number of messages.
    """
    wanted = {(m.to, m.dedupe_key): m for m in messages}
    if not wanted:
        return []
    readers = {p.id: p for p in Person.objects.filter(id__in={to for to, _ in wanted}, is_active=True)}
    inboxes = _lock(sorted(readers))
    known = set(
        Notice.objects.filter(person_id__in=readers, dedupe_key__in={key for _, key in wanted}).values_list(
            "person_id", "dedupe_key"
        )
    )
    fresh = [m for pair, m in wanted.items() if m.to in readers and pair not in known]
    if fresh:
        notices = _insert(fresh, inboxes, at=at)
        _deliver(fresh, notices, readers, at=at)
        return [notice.id for notice in notices]
    return []


def _lock(people: list[UUID]) -> dict[UUID, int]:
    """Return the last number of every inbox, each made if missing and locked, always in one order."""
    Inbox.objects.bulk_create([Inbox(person_id=person) for person in people], ignore_conflicts=True)
    rows = Inbox.objects.select_for_update().filter(person_id__in=people).order_by("person_id")
    return dict(rows.values_list("person_id", "last_seq"))


def _insert(fresh: list[Message], last: dict[UUID, int], *, at: datetime) -> list[Notice]:
    notices = []
    for m in fresh:
        last[m.to] += 1
        notices.append(
            Notice(
                id=ids.new(), person_id=m.to, seq=last[m.to], kind=m.kind[:KIND], urgent=m.urgent, created_at=at,
                title_zh=m.title.zh[:TITLE], title_en=m.title.en[:TITLE], body_zh=m.body.zh, body_en=m.body.en,
                subject_kind=m.subject_kind, subject_id=m.subject_id, dedupe_key=m.dedupe_key,
            )
        )  # fmt: skip
    Notice.objects.bulk_create(notices)
    added = Counter(m.to for m in fresh)
    plus = Case(*[When(person_id=p, then=Value(n)) for p, n in added.items()], output_field=PositiveIntegerField())
    Inbox.objects.filter(person_id__in=added).update(last_seq=F("last_seq") + plus)
    unread.add(counts=added)
    return notices


def _deliver(fresh: list[Message], notices: list[Notice], readers: dict[UUID, Person], *, at: datetime) -> None:
    rules = queries.sending(at).document
    deliveries, work = [], []
    for m, notice in zip(fresh, notices, strict=True):
        if not m.sms:
            continue
        tongue = readers[m.to].language
        text = sms_text(m.title.within(tongue), m.body.within(tongue))
        delivery = Delivery(id=ids.new(), notice=notice, channel=SMS, text=text)
        deliveries.append(delivery)
        run_at = send_at(at, urgent=m.urgent, rules=rules)
        payload = {"delivery_id": str(delivery.id)}
        work.append(jobs.Work("notifications.tasks.deliver", f"delivery:{delivery.id}", payload, run_at))
    Delivery.objects.bulk_create(deliveries)
    jobs.enqueue(work)
