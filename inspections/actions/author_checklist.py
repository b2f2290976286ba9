"""Authoring checklists (检查表管理): draft, publish, retire; a regulator of the county or above.

Nothing that was published is ever changed: a change is a new version, which retires the one before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts import queries as accounts
from accounts.policy.actor import Actor
from accounts.policy.roles import Role
from backend.kernel import canonical, idempotency, ledger
from backend.kernel.idempotency import Received
from backend.kernel.problems import InProgress, NoDuty, SameId
from backend.kernel.receipts import Receipt
from inspections import errors
from inspections.models import ChecklistVersion
from inspections.policy import templates
from inspections.policy.templates import ChecklistStatus, Frequency, Item
from inspections.queries import checklists

AUTHORING_LEVELS = frozenset({"county", "city", "province"})


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody wants a checklist to be."""

    code: str
    name: str
    items: Sequence[Item]
    applies: str = ""
    industries: Sequence[str] = ()
    features: Sequence[str] = ()
    frequency: Frequency = Frequency.MONTHLY


def draft(wanted: Draft, *, received: Received, actor: Actor, at: datetime) -> tuple[ChecklistVersion, Receipt]:
    """Keep a draft (起草) as the next version of its code.

    Raises: Replayed, SameId; NoDuty below the county; ChecklistInvalid by row; ChecklistCodeRetired; InProgress.
    """
    try:
        return _draft(wanted, received=received, actor=actor, at=at)
    except IntegrityError as error:
        raise SameId if idempotency.is_taken_id(error) else InProgress from error


@transaction.atomic
def _draft(wanted: Draft, *, received: Received, actor: Actor, at: datetime) -> tuple[ChecklistVersion, Receipt]:
    receipt = idempotency.claim(received)
    _may_author(actor)
    versions = list(ChecklistVersion.objects.filter(code=wanted.code).order_by("version"))
    _sound(wanted.code, wanted.items, versions)
    row = ChecklistVersion.objects.create(
        id=received.id, code=wanted.code, version=versions[-1].version + 1 if versions else 1, name=wanted.name,
        applies=wanted.applies, status=ChecklistStatus.DRAFT, industries=list(wanted.industries), features=list(wanted.features),
        frequency=wanted.frequency, items=[item.as_json() for item in wanted.items], created_at=at, author_id=actor.id,
    )  # fmt: skip
    _enter(row, "drafted", received=received, actor=actor, at=at, before="")
    return row, receipt


@transaction.atomic
def publish(*, version_id: UUID, received: Received, actor: Actor, at: datetime) -> tuple[ChecklistVersion, Receipt]:
    """Put a draft in force (发布); the version before it is retired at the same instant.

    Raises: Replayed, SameId; NotFound; NoDuty; ChecklistWrongStatus, ChecklistSuperseded; ChecklistInvalid, as the rules and
    the version in force are now.
    """
    receipt = idempotency.claim(received, subject_id=version_id)
    row, versions = checklists.lock(version_id, actor=actor)
    _may_author(actor)
    if row.status != ChecklistStatus.DRAFT:
        raise errors.ChecklistWrongStatus(current=row.status)
    if any(other.version > row.version for other in versions if other.status != ChecklistStatus.DRAFT):
        raise errors.ChecklistSuperseded
    _sound(row.code, row.asked, versions)
    for other in versions:
        if other.status == ChecklistStatus.PUBLISHED:
            _enter(other.retire(at=at), "retired", received=received, actor=actor, at=at, before=ChecklistStatus.PUBLISHED)
    _enter(row.publish(by=actor.id, at=at), "published", received=received, actor=actor, at=at, before=ChecklistStatus.DRAFT)
    return row, receipt


@transaction.atomic
def retire(*, version_id: UUID, received: Received, actor: Actor, at: datetime) -> tuple[ChecklistVersion, Receipt]:
    """Take a checklist out of force (废止) without a successor: its code is never used again.

    Raises: Replayed, SameId; NotFound; NoDuty; ChecklistWrongStatus.
    """
    receipt = idempotency.claim(received, subject_id=version_id)
    row, _ = checklists.lock(version_id, actor=actor)
    _may_author(actor)
    if row.status != ChecklistStatus.PUBLISHED:
        raise errors.ChecklistWrongStatus(current=row.status)
    _enter(row.retire(at=at), "retired", received=received, actor=actor, at=at, before=ChecklistStatus.PUBLISHED)
    return row, receipt


def _may_author(actor: Actor) -> None:
    if not any(duty.level in AUTHORING_LEVELS for duty in actor.duties_as({Role.REGULATOR})):
        raise NoDuty


def _sound(code: str, items: Sequence[Item], versions: Sequence[ChecklistVersion]) -> None:
    public = {row.status for row in versions} - {ChecklistStatus.DRAFT}
    if public and ChecklistStatus.PUBLISHED not in public:
        raise errors.ChecklistCodeRetired
    if faults := templates.faults(code, items, checklists.known(versions)):
        raise errors.ChecklistInvalid(errors=faults[:200])


def _enter(row: ChecklistVersion, verb: str, *, received: Received, actor: Actor, at: datetime, before: str) -> None:
    facts = {"code": row.code, "version": row.version, "items": len(row.items), "items_sha256": canonical.digest(row.items)}
    ledger.append(
        ledger.Step(
            kind=f"checklist.{verb}", subject_kind="checklist", subject_id=row.id,
            signer=accounts.signer(actor, Role.REGULATOR), at=at, before=before, after=row.status, act_id=received.id,
            facts=facts, request_id=received.request_id,
        )
    )  # fmt: skip
