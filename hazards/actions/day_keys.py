"""Day keys (抽签日密钥): committed 30 days ahead, revealed after their day. The key itself stands in its row alone
until it is revealed: no ledger entry, no log and no answer carries it before.
"""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction

from backend.kernel import ledger
from backend.kernel.calendar import local_day, start_of
from hazards import queries
from hazards.models import DayKey
from hazards.policy import sampling

AHEAD = 30


def subject_of(day: date) -> UUID:
    """Return the id under which the ledger keeps the key of `day`."""
    return uuid5(NAMESPACE_URL, f"bihuan:draw-key:{day.isoformat()}")


@transaction.atomic
def commit_ahead(*, at: datetime) -> int:
    """Commit (公布承诺) the keys of today and the coming 30 days that have none yet; return how many.

    The key of a day that has begun comes too late to decide anything: such a day draws everything.
    """
    wanted = [local_day(at) + timedelta(days=n) for n in range(AHEAD + 1)]
    return len(_commit(_key(day, secrets.token_hex(32), committed_at=at) for day in _missing(wanted)))


@transaction.atomic
def reveal_due(*, at: datetime) -> int:
    """Reveal (公开密钥) the key of every day that lies the policy's number of days back; return how many."""
    until = local_day(at) - timedelta(days=queries.numbers(at).document.reveal_after_days)
    due = DayKey.objects.select_for_update().filter(revealed_at=None, day__lte=until).order_by("day")
    return _reveal(list(due), at=at)


@transaction.atomic
def commit_demo(*, first_day: date, last_day: date, seed: str, at: datetime) -> int:
    """Commit the keys of past days of the demo world from its seed, marked `demo`; return how many were missing.

    Each counts as committed 30 days before its day, and is revealed if that is due at `at`. Today and what comes have
    secret keys of their own.
    """
    last = min(last_day, local_day(at) - timedelta(days=1))
    days = _missing(first_day + timedelta(days=n) for n in range((last - first_day).days + 1))
    made = _commit(_key(day, _of_seed(seed, day), committed_at=start_of(day - timedelta(days=AHEAD)), demo=True) for day in days)
    after = timedelta(days=queries.numbers(at).document.reveal_after_days)
    for row in made:
        if row.day + after <= local_day(at):
            _reveal([row], at=start_of(row.day + after))
    return len(made)


def _of_seed(seed: str, day: date) -> str:
    return hashlib.sha256(f"{seed}|{day.isoformat()}".encode()).hexdigest()


def _missing(days: Iterable[date]) -> list[date]:
    wanted = list(days)
    known = set(DayKey.objects.filter(day__in=wanted).values_list("day", flat=True))
    return [day for day in wanted if day not in known]


def _key(day: date, key: str, *, committed_at: datetime, demo: bool = False) -> DayKey:
    return DayKey(day=day, key=key, commitment=sampling.commitment(key), committed_at=committed_at, demo=demo)


def _commit(rows: Iterable[DayKey]) -> list[DayKey]:
    """Insert keys and their ledger entries; a day that somebody else committed first keeps what it has."""
    offered = {row.day: row for row in rows}
    if not offered:
        return []
    DayKey.objects.bulk_create(offered.values(), ignore_conflicts=True)
    kept = DayKey.objects.filter(day__in=offered).order_by("day")
    made = [row for row in kept if row.commitment == offered[row.day].commitment]
    ledger.append_many([(_entry("draw_key.committed", row, at=row.committed_at), ledger.Head()) for row in made])
    return made


def _reveal(rows: list[DayKey], *, at: datetime) -> int:
    for row in rows:
        row.revealed_at = at
        row.save(update_fields=["revealed_at"])
        ledger.append(_entry("draw_key.revealed", row, at=at, key=row.key))
    return len(rows)


def _entry(kind: str, row: DayKey, *, at: datetime, **more: str) -> ledger.Step:
    facts = {"day": row.day, "commitment": row.commitment, "demo": row.demo, **more}
    return ledger.Step(
        kind=kind, subject_kind="draw_key", subject_id=subject_of(row.day), signer=ledger.SYSTEM, at=at, facts=facts
    )
