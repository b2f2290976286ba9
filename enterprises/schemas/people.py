"""Claims and members in and out."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from accounts.models import Duty
from accounts.policy import phones
from backend.kernel.web.fields import Body, Cursor, Id, Limit, Name, Note, Out, ReceiptOut
from enterprises.models import ClaimState, OwnershipClaim
from enterprises.schemas.enterprise import Short


class ClaimIn(Body):
    """A claim to own an enterprise, by its USCC."""

    id: Id | None = None
    uscc: Annotated[Short, StringConstraints(min_length=1)]


class ClaimDecisionIn(Body):
    """What an official says to a claim; a refusal says why."""

    id: Id | None = None
    outcome: Literal["confirm", "refuse"]
    note: Note = ""

    @model_validator(mode="after")
    def _a_refusal_says_why(self) -> "ClaimDecisionIn":
        if self.outcome == "refuse" and not self.note.strip():
            raise PydanticCustomError("note_required", "a refusal says why")
        return self


class ClaimantOut(Out):
    """Who claims."""

    id: UUID
    name: str
    phone: str


class ClaimOut(Out):
    """A claim as it stands; `note` is what the official said."""

    id: UUID
    enterprise_id: UUID
    enterprise_name: str
    claimant: ClaimantOut
    state: Literal["pending", "confirmed", "refused"]
    made_at: datetime
    decided_at: datetime | None
    note: str


class CreatedClaimOut(ClaimOut):
    """A claim with its receipt."""

    receipt: ReceiptOut


class ClaimDecisionOut(Out):
    """A decision and the claim it made an end of."""

    id: UUID
    kind: str
    outcome: str
    note: str
    claim: ClaimOut
    receipt: ReceiptOut


class ClaimsOut(Out):
    """A page of claims, newest first."""

    items: list[ClaimOut]
    next_cursor: str | None


class ClaimsQuery(Body):
    """Filters of claims."""

    state: Literal["pending", "confirmed", "refused"] | None = None
    enterprise_id: Id | None = None
    limit: Limit | None = None
    cursor: Cursor | None = None


class MemberIn(Body):
    """A new member: an officer, an employee, or somebody of the agency under contract."""

    id: Id | None = None
    phone: Short
    name: Annotated[Name, StringConstraints(max_length=60)]
    role: Literal["officer", "employee", "agency"]


class MemberEndingIn(Body):
    """The end of a membership."""

    id: Id | None = None


class MemberOut(Out):
    """A duty at an enterprise; `phone` is masked for those who need not call."""

    id: UUID
    person_id: UUID
    name: str
    phone: str
    role: str
    since: datetime
    ended_at: datetime | None


class CreatedMemberOut(MemberOut):
    """A new member with the receipt."""

    receipt: ReceiptOut


class MemberEndingOut(Out):
    """What ended, with the receipt."""

    id: UUID
    kind: str
    ended: list[MemberOut]
    receipt: ReceiptOut


class MembersOut(Out):
    """A page of members, newest first."""

    items: list[MemberOut]
    next_cursor: str | None


class MembersQuery(Body):
    """How much of the members to show."""

    limit: Limit | None = None
    cursor: Cursor | None = None


def claim_out(claim: OwnershipClaim) -> dict[str, Any]:
    """Return a claim as every answer shows it."""
    person = claim.claimant
    return {
        "id": claim.id, "enterprise_id": claim.enterprise_id, "enterprise_name": claim.enterprise.name,
        "claimant": {"id": person.id, "name": person.name, "phone": person.phone}, "state": claim.state,
        "made_at": claim.made_at, "decided_at": claim.decided_at, "note": claim.note,
    }  # fmt: skip


def member_out(duty: Duty, *, masked: bool) -> dict[str, Any]:
    """Return a duty at an enterprise as its member; `masked` shows a phone as 138****1234."""
    phone = phones.masked(duty.person.phone) if masked else duty.person.phone
    return {
        "id": duty.id, "person_id": duty.person_id, "name": duty.person.name, "phone": phone, "role": duty.role,
        "since": duty.since, "ended_at": duty.until,
    }  # fmt: skip


def decision_out(claim: OwnershipClaim) -> dict[str, Any]:
    """Return the decision on a claim, with the claim."""
    outcome = "confirm" if claim.state == ClaimState.CONFIRMED else "refuse"
    return {"id": claim.decision_id, "kind": "claim_decision", "outcome": outcome, "note": claim.note, "claim": claim_out(claim)}


def ending_out(id: UUID, ended: list[Duty]) -> dict[str, Any]:
    """Return the duties that an ending ended."""
    return {"id": id, "kind": "member_ending", "ended": [member_out(duty, masked=True) for duty in ended]}
