"""Registering an enterprise (企业登记)."""

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.policy.actor import Actor, Duty
from accounts.policy.roles import OFFICIALS
from backend.kernel import idempotency, ledger
from backend.kernel.idempotency import Received
from backend.kernel.models import LedgerEntry
from backend.kernel.receipts import Receipt
from enterprises import queries
from enterprises.errors import NotYourMove, UsccTaken
from enterprises.models import Enterprise
from enterprises.policy.profile import EVERYTHING, Profile, columns


def register(*, profile: Profile, received: Received, actor: Actor, at: datetime) -> tuple[Enterprise, Receipt]:
    """Register one enterprise within the actor's scope; its grade is grey until it is rated.

    Raises: Replayed, SameId, UnknownRegion, NotYourMove (outside the scope), BadUscc, BadIndustry, PhoneInvalid, UsccTaken.
    """
    try:
        return _register(profile=profile, received=received, actor=actor, at=at)
    except IntegrityError as error:
        if not profile.uscc:
            raise
        raise UsccTaken from error


@transaction.atomic
def _register(*, profile: Profile, received: Received, actor: Actor, at: datetime) -> tuple[Enterprise, Receipt]:
    receipt = idempotency.claim(received)
    place = queries.placed(profile.region, profile.grid)
    duty = actor.duty_over(place, OFFICIALS)
    if duty is None:
        raise NotYourMove(detail="该区域不在您的管辖范围内", detail_en="That region is outside your scope")
    checked = columns(profile, EVERYTHING, divisions=queries.divisions())
    if queries.uscc_taken(checked["uscc"]):
        raise UsccTaken
    enterprise = Enterprise(
        id=received.id, registered_at=at, registered_by=actor.id, version=1, **checked, **place.columns()
    )  # fmt: skip
    enterprise.ledger_head = _entry(enterprise, actor=actor, duty=duty, received=received, at=at).hash
    enterprise.save(force_insert=True)
    return enterprise, receipt


def _entry(enterprise: Enterprise, *, actor: Actor, duty: Duty, received: Received, at: datetime) -> LedgerEntry:
    return ledger.append(
        ledger.Step(
            kind="enterprise.registered", subject_kind="enterprise", subject_id=enterprise.id, act_id=received.id, at=at,
            signer=ledger.Signer(actor.id, duty.role, duty.id), place=enterprise.place.code, enterprise_id=enterprise.id,
            after=enterprise.status, facts={"industry": enterprise.industry}, request_id=received.request_id,
        ),
        ledger.Head(),
    )  # fmt: skip
