"""Keys of look-backs (回头看抽签密钥): committed 30 days ahead, revealed when every window that they opened is over.

As with the keys of dynamic closure, the key stands in its row alone until then: no ledger entry, no log and no answer
carries it before. It is a key of its own: the day's other key is revealed when these windows only begin (docs/adr).
"""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction

from backend.kernel import ledger
from backend.kernel.calendar import local_day, start_of
from hazards.policy import sampling
from inspections.models import LookBackKey
from inspections.queries import look_backs

AHEAD = 30


def subject_of(day: date) -> UUID:
    """Return the id under which the ledger keeps the key of `day`."""
    return uuid5(NAMESPACE_URL, f"bihuan:look-back-key:{day.isoformat()}")


@transaction.atomic
def commit_ahead(*, at: datetime) -> int:
    """Commit (公布承诺) the keys of today and the coming 30 days that have none yet; return how many."""
    days = [local_day(at) + timedelta(days=n) for n in range(AHEAD + 1)]
    return len(_commit(_key(day, secrets.token_hex(32), committed_at=at) for day in _missing(days)))


@transaction.atomic
def reveal_due(*, at: datetime) -> int:
    """Reveal (公开密钥) every key of whose day all windows are over and all tasks ended; return how many."""
    rows = LookBackKey.objects.select_for_update().filter(revealed_at=None, day__lt=local_day(at)).order_by("day")
    due = [row for row in rows if look_backs.reveal_day(row.day, at=at) <= local_day(at) and not look_backs.unfinished(row.day)]
    for row in due:
        _reveal(row, at=at)
    return len(due)


@transaction.atomic
def commit_demo(*, first_day: date, last_day: date, seed: str, at: datetime) -> int:
    """Commit the keys of past days of the demo world from its seed, marked `demo`; return how many were missing."""
    last = min(last_day, local_day(at) - timedelta(days=1))
    days = _missing(first_day + timedelta(days=n) for n in range((last - first_day).days + 1))
    keys = {day: hashlib.sha256(f"{seed}|look-back|{day.isoformat()}".encode()).hexdigest() for day in days}
    ahead = timedelta(days=AHEAD)
    return len(_commit(_key(day, key, committed_at=start_of(day - ahead), demo=True) for day, key in keys.items()))


def _missing(days: Iterable[date]) -> list[date]:
    wanted = list(days)
    known = set(LookBackKey.objects.filter(day__in=wanted).values_list("day", flat=True))
    return [day for day in wanted if day not in known]


def _key(day: date, key: str, *, committed_at: datetime, demo: bool = False) -> LookBackKey:
    return LookBackKey(day=day, key=key, commitment=sampling.commitment(key), committed_at=committed_at, demo=demo)


def _commit(rows: Iterable[LookBackKey]) -> list[LookBackKey]:
    """Insert keys and their ledger entries; a day that somebody else committed first keeps what it has."""
    offered = {row.day: row for row in rows}
    if not offered:
        return []
    LookBackKey.objects.bulk_create(offered.values(), ignore_conflicts=True)
    kept = LookBackKey.objects.filter(day__in=offered).order_by("day")
    made = [row for row in kept if row.commitment == offered[row.day].commitment]
    ledger.append_many([(_entry("committed", row, at=row.committed_at), ledger.Head()) for row in made])
    return made


def _reveal(row: LookBackKey, *, at: datetime) -> None:
    row.revealed_at = at
    row.save(update_fields=["revealed_at"])
    ledger.append(_entry("revealed", row, at=at, key=row.key))


def _entry(verb: str, row: LookBackKey, *, at: datetime, **more: str) -> ledger.Step:
    facts = {"day": row.day, "commitment": row.commitment, "demo": row.demo, **more}
    return ledger.Step(
        kind=f"look_back_key.{verb}", subject_kind="look_back_key", subject_id=subject_of(row.day), signer=ledger.SYSTEM, at=at,
        facts=facts,
    )  # fmt: skip
