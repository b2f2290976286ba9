"""Claims (认领): ledger entry → who is told → in which words."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from accounts import queries as accounts
from accounts.policy.roles import Role
from backend.kernel.models import LedgerEntry
from enterprises.models import OwnershipClaim
from notifications.policy.message import Message, Words

Readers = Callable[[OwnershipClaim, datetime], list[UUID]]


def _officials(claim: OwnershipClaim, at: datetime) -> list[UUID]:
    """Return the grid workers there, or the inspectors where no grid worker is on duty; never the claimant."""
    place = claim.enterprise.place
    found = accounts.on_duty(role=Role.GRID_WORKER, place=place, at=at) or accounts.on_duty(
        role=Role.INSPECTOR, place=place, at=at
    )
    return [person for person in found if person != claim.claimant_id]


def _claimant(claim: OwnershipClaim, at: datetime) -> list[UUID]:
    return [claim.claimant_id]


TOLD: dict[str, tuple[Readers, Words, Words]] = {
    "enterprise.claimed": (
        _officials,
        Words("企业认领待审核", "An enterprise is claimed"),
        Words("{name}有人申请认领,请核对后确认或驳回", "{name} is claimed; confirm or refuse"),
    ),
    "enterprise.claim_confirmed": (
        _claimant,
        Words("企业认领已确认", "Your claim is confirmed"),
        Words("您已成为{name}的主要负责人", "You are now an owner of {name}"),
    ),
    "enterprise.claim_refused": (
        _claimant,
        Words("企业认领被驳回", "Your claim is refused"),
        Words("您对{name}的认领未通过,原因见认领详情", "Your claim to {name} was refused; the claim says why"),
    ),
}


def of(entry: LedgerEntry, claim: OwnershipClaim, *, at: datetime) -> list[Message]:
    """Return the messages that one ledger entry of a claim brings."""
    readers, title, body = TOLD[entry.kind]
    words = Words(body.zh.format(name=claim.enterprise.name), body.en.format(name=claim.enterprise.name))
    return [
        Message(
            to=person, kind=entry.kind, title=title, body=words, subject_kind="claim", subject_id=claim.id,
            dedupe_key=f"{entry.kind}:{entry.id}",
        )
        for person in readers(claim, at)
    ]  # fmt: skip
