"""What goes in and comes out of this room's operations."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, StringConstraints

from accounts.policy.roles import Role
from backend.kernel.web.fields import Body, Code, Flag, Id, Instant, Name, Out, ReceiptOut, RegionCode, Text


def _one_line(value: str) -> str:
    if len(value) > 60 or any(c in value for c in "\n\r\t"):
        raise ValueError("a name is one line of at most 60 characters")
    return value.strip()


PersonName = Annotated[Name, AfterValidator(_one_line)]


class MyDutyOut(Out):
    """A duty as its holder sees it; what does not apply is left out."""

    role: str
    enterprise_id: UUID | None = None
    region: str | None = None
    licence_no: str | None = None


class MeOut(Out):
    """Who is logged in, with duties in force and the number of unread messages."""

    id: UUID
    name: str
    phone: str
    duties: list[MyDutyOut]
    unread: int


class RegionOut(Out):
    """A region or grid; its level is its own and never guessed from its digits."""

    code: str
    name: str
    level: str
    parent: str | None
    kind: str


class RegionsOut(Out):
    """One page of regions."""

    items: list[RegionOut]
    next_cursor: str | None
    count: int | None = None


class PersonIn(Body):
    """Somebody to be enrolled."""

    id: Id | None = None
    phone: Name
    name: PersonName


class PersonPatch(Body):
    """What is changed; what is left out stays. `active: false` disables the account at once."""

    name: PersonName | None = None
    phone: Name | None = None
    active: Flag | None = None


class DutyIn(Body):
    """A duty to be granted, for an enterprise or for a region."""

    id: Id | None = None
    person_id: Id
    role: Role
    enterprise_id: Id | None = None
    region: RegionCode | None = None
    licence_no: Annotated[str, StringConstraints(max_length=40, strip_whitespace=True)] | None = None


class DutyEndingIn(Body):
    """The end of a duty, now."""

    id: Id | None = None


class DutyOut(Out):
    """A duty; `until` is null while it is in force."""

    id: UUID
    person_id: UUID
    role: str
    enterprise_id: UUID | None
    region: str | None
    licence_no: str
    since: datetime
    until: datetime | None


class DutyCreated(DutyOut):
    """A duty with the receipt of its grant."""

    receipt: ReceiptOut


class PersonOut(Out):
    """An account as administrators see it, with the duties in force."""

    id: UUID
    name: str
    phone: str
    active: bool
    version: int
    duties: list[DutyOut]


class PersonCreated(PersonOut):
    """An account with the receipt of its enrolment."""

    receipt: ReceiptOut


class PeopleOut(Out):
    """One page of accounts."""

    items: list[PersonOut]
    next_cursor: str | None
    count: int | None = None


class DutyEndingOut(Out):
    """The end of a duty, with its receipt."""

    id: UUID
    kind: str
    duty: DutyOut
    receipt: ReceiptOut


class PolicyIn(Body):
    """A policy to be adopted; members of `document` left out take their defaults. Earliest from now on."""

    id: Id | None = None
    kind: Code
    effective_from: Instant | None = None
    document: dict[str, Any]
    reason: Text


class PolicyOut(Out):
    """A version of a policy."""

    id: UUID
    kind: str
    version: int
    document: dict[str, Any]
    effective_from: datetime
    reason: str


class PolicyCreated(PolicyOut):
    """A version of a policy with the receipt of its adoption."""

    receipt: ReceiptOut


class PoliciesOut(Out):
    """One page of policy versions, newest first, and the kinds there are."""

    items: list[PolicyOut]
    next_cursor: str | None
    count: int | None = None
    kinds: list[str]
