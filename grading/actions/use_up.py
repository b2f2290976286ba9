"""Using up (一码一用): of two who come with the same code at the same instant the database lets one in."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from grading.errors import CodeUsed
from grading.models import UsedCode
from grading.policy.tokens import Span
from grading.queries import codes as queries

MOST = 5000


def use_up(id: UUID, *, good: Span, at: datetime) -> None:
    """Use up a live code or a pass inside the caller's transaction. Raises: CodeUsed."""
    numbers = queries.numbers(at).document
    forget_at = good.expires_at + timedelta(hours=numbers.late_hours, minutes=numbers.skew_minutes)
    try:
        with transaction.atomic():
            UsedCode(id=id, used_at=at, forget_at=max(forget_at, at)).save(force_insert=True)
    except IntegrityError as error:
        raise CodeUsed from error


def forget(*, at: datetime) -> int:
    """Delete used codes that nobody would take any more anyway, a batch at a time; return how many."""
    over = UsedCode.objects.filter(forget_at__lte=at).order_by("forget_at").values_list("id", flat=True)[:MOST]
    deleted, _ = UsedCode.objects.filter(id__in=list(over)).delete()
    return deleted
