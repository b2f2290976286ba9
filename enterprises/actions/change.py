"""Changing what is registered of an enterprise (变更), its move to another place (迁移) included."""

from collections.abc import Callable, Collection
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.policy.actor import Actor, Duty
from accounts.policy.places import Place
from accounts.policy.roles import OFFICIALS, Role
from backend.kernel import ledger
from backend.kernel.problems import StaleVersion
from enterprises import queries
from enterprises.errors import Closed, NotYourMove, UsccTaken
from enterprises.models import Enterprise
from enterprises.policy.profile import Columns, Profile, columns
from enterprises.policy.words import Status

BY_MEMBERS = frozenset({"address", "contacts"})
# rooms above add what must be settled before an enterprise may close down (注销); each raises its own Problem
BEFORE_CLOSING: list[Callable[[UUID], None]] = []


def change(
    *,
    enterprise_id: UUID,
    said: Profile,
    named: Collection[str],
    version: int | None,
    actor: Actor,
    at: datetime,
    request_id: str = "",
) -> Enterprise:
    """Change the `named` members to what was `said`; what is the same already leaves no trace and no new version.

    An official of the place may change everything and hand the enterprise over to any region; owner and officer may change
    address and contacts. Raises: NotFound, NotYourMove, StaleVersion (with the present object as `current`), UnknownRegion,
    BadUscc, BadIndustry, PhoneInvalid, UsccTaken, Closed, and what BEFORE_CLOSING raises.
    """
    try:
        with transaction.atomic():
            enterprise = queries.lock(enterprise_id, actor=actor)
            duty = _duty(enterprise, named, actor)
            if enterprise.version != version:
                raise StaleVersion(current=queries.shown(enterprise))
            _apply(enterprise, said=said, named=named, duty=duty, actor=actor, at=at, request_id=request_id)
            return enterprise
    except IntegrityError as error:
        if "uscc" not in named:
            raise
        raise UsccTaken from error


def _duty(enterprise: Enterprise, named: Collection[str], actor: Actor) -> Duty:
    duty = actor.duty_over(enterprise.place, OFFICIALS)
    if duty is None and set(named) <= BY_MEMBERS:
        duty = actor.duty_at(enterprise.id, {Role.OWNER, Role.OFFICER})
    if duty is None:
        raise NotYourMove
    return duty


def _apply(
    enterprise: Enterprise, *, said: Profile, named: Collection[str], duty: Duty, actor: Actor, at: datetime, request_id: str
) -> None:
    if enterprise.status == Status.CLOSED:
        raise Closed
    old_place, old_status = enterprise.place, enterprise.status
    changed = _set(enterprise, columns(said, named, divisions=queries.divisions()) | _place(enterprise, said, named).columns())
    if not changed:
        return
    if "uscc" in changed and queries.uscc_taken(enterprise.uscc):
        raise UsccTaken
    if "status" in changed and enterprise.status == Status.CLOSED:
        for check in BEFORE_CLOSING:
            check(enterprise.id)
    moved = {"from": old_place.code, "to": enterprise.place.code} if enterprise.place != old_place else {}
    entry = ledger.append(
        ledger.Step(
            kind="enterprise.moved" if moved else "enterprise.changed", subject_kind="enterprise", subject_id=enterprise.id,
            signer=ledger.Signer(actor.id, duty.role, duty.id), at=at, before=old_status, after=enterprise.status,
            place=enterprise.place.code, enterprise_id=enterprise.id, facts={"fields": changed, **moved}, request_id=request_id,
        ),
        ledger.Head(enterprise.version, enterprise.ledger_head),
    )  # fmt: skip
    enterprise.version, enterprise.ledger_head = entry.seq, entry.hash
    enterprise.save(update_fields=[*changed, "version", "ledger_head"])


def _set(enterprise: Enterprise, new: Columns) -> list[str]:
    changed = sorted(name for name, value in new.items() if getattr(enterprise, name) != value)
    for name in changed:
        setattr(enterprise, name, new[name])
    return changed


def _place(enterprise: Enterprise, said: Profile, named: Collection[str]) -> Place:
    """Return where the enterprise is to stand; a new region without a grid leaves the old grid behind."""
    if not {"region", "grid"} & set(named):
        return enterprise.place
    region = said.region if "region" in named else enterprise.region
    grid = said.grid if "grid" in named else (enterprise.grid if region == enterprise.region else "")
    return queries.placed(region, grid)
