"""What goes in and comes out of this room's operations."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, StringConstraints

from accounts.actions.adopt import Proposal
from accounts.policy.roles import Role
from backend.kernel import calendar, policies
from backend.kernel.problems import Invalid
from backend.kernel.web.fields import Body, Code, Flag, Id, Name, Note, Out, ReceiptOut, RegionCode, Text, When


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
    """A policy to be drafted or adopted; members of `document` left out take their defaults. Earliest from now on.

    With `?kind=` the members of the document may stand here in the place of `document`.
    """

    # told to machines in the one form only: a generated client names what it sends
    model_config = ConfigDict(extra="allow", json_schema_extra={"additionalProperties": False})

    id: Id | None = None
    kind: Code | None = None
    effective_from: When | None = None
    document: dict[str, Any] | None = None
    reason: Text | None = None

    @property
    def bare(self) -> dict[str, Any]:
        """Return the members that have no name of ours: those of a document that was sent as it is."""
        return self.model_extra or {}


class PolicyAdoptionIn(Body):
    """From when on a draft is in force: an instant, or a day (from its first moment; today: from now on)."""

    id: Id | None = None
    effective_from: When
    reason: Note = ""


class PolicyOut(Out):
    """A version of a policy, or a draft of one (`status` `draft`, without version and `effective_from`)."""

    id: UUID
    kind: str
    status: Literal["draft", "adopted"]
    version: int | None
    document: dict[str, Any]
    effective_from: datetime | None
    reason: str


class PolicyCreated(PolicyOut):
    """A version of a policy with the receipt of its adoption, or a draft with that of its making."""

    receipt: ReceiptOut


class PolicyAdoptionOut(Out):
    """The adoption of a draft, with its receipt."""

    id: UUID
    kind: str
    effective_from: datetime
    policy: PolicyOut
    receipt: ReceiptOut


class PoliciesOut(Out):
    """One page of policy versions, newest first, and the kinds there are."""

    items: list[PolicyOut]
    next_cursor: str | None
    count: int | None = None
    kinds: list[str]


def proposal(body: PolicyIn, kind: str | None) -> Proposal:
    """Return what is proposed: the kind from body or query, the document from its member or, with `?kind=`, the body itself.

    Raises: Invalid.
    """
    wrong: list[tuple[str, str, str]] = []
    bare = kind is not None and body.document is None and body.bare
    if body.kind and kind and body.kind != kind:
        wrong.append(("kind", "unfit", "other than in the query"))
    if body.document is None and not bare:
        wrong.append(("document", "missing", "Field required"))
    if not (body.kind or kind):
        wrong.append(("kind", "missing", "Field required"))
    if not bare:
        wrong += [(name[:60], "extra_forbidden", "Extra inputs are not permitted") for name in sorted(body.bare)[:20]]
    told = (body.kind or kind or "") in policies.DRAFTED and body.effective_from is None
    if body.reason is None and not told:
        wrong.append(("reason", "missing", "Field required"))
    if wrong:
        raise Invalid(errors=[{"field": field, "code": code, "message": said} for field, code, said in wrong])
    return Proposal(kind=body.kind or kind or "", document=bare or body.document or {}, reason=body.reason or "")


def effective(said: datetime | date, at: datetime) -> datetime:
    """Return the instant from which something holds: of a day its first moment in Asia/Shanghai, of today now."""
    if isinstance(said, datetime):
        return said
    return at if said == calendar.local_day(at) else calendar.start_of(said)
