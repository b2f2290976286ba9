"""Me, regions, receipts, people, duties and policies."""

from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from pydantic import StringConstraints

from accounts import queries
from accounts.actions import adopt, duties, people
from accounts.actions.duties import Grant
from accounts.login import doors
from accounts.models import Duty, Person, Region
from accounts.policy import actor as policy
from accounts.policy.roles import Role
from accounts.schemas import (
    DutyCreated,
    DutyEndingIn,
    DutyEndingOut,
    DutyIn,
    DutyOut,
    MeOut,
    PeopleOut,
    PersonCreated,
    PersonIn,
    PersonOut,
    PersonPatch,
    PoliciesOut,
    PolicyAdoptionIn,
    PolicyAdoptionOut,
    PolicyCreated,
    PolicyIn,
    PolicyOut,
    RegionsOut,
    effective,
    proposal,
)
from backend.kernel import clock, idempotency, pages, policies
from backend.kernel.models import PolicyVersion
from backend.kernel.problems import NotFound
from backend.kernel.web import replies, requests, versions
from backend.kernel.web.fields import Code, Cursor, Id, Limit, QueryFlag, ReceiptOut, RegionCode
from backend.kernel.web.router import Router

router = Router(tags=["accounts"])
BY_CODE = pages.Order("code", descending=False, parse=str, unique=True)
Asked = Annotated[str, StringConstraints(min_length=1, max_length=60)]
admins = doors.only(Role.ADMIN)
policy_readers = doors.only(Role.REGULATOR, Role.ADMIN)
regulators = doors.only(Role.REGULATOR)


@router.get("/me", auth=doors.before_second_factor, response=MeOut, exclude_none=True)
def read_me(request: doors.Request) -> dict[str, Any]:
    """Return who is logged in; open before the second factor is given."""
    actor = request.actor
    held = [_my_duty(duty) for duty in actor.duties]
    return {"id": actor.id, "name": actor.name, "phone": actor.phone, "duties": held, "unread": queries.unread_of(actor.id)}


def _my_duty(duty: policy.Duty) -> dict[str, Any]:
    scope = {"enterprise_id": duty.enterprise_id, "region": duty.region or None}
    return {"role": duty.role, **scope, "licence_no": duty.licence_no or None}


@router.get("/regions", auth=doors.signed_in, response=RegionsOut)
def list_regions(
    request: HttpRequest,
    parent: RegionCode | None = None,
    limit: Limit | None = None,
    cursor: Cursor | None = None,
    count: QueryFlag | None = None,
) -> dict[str, Any]:
    """Return the regions directly below `parent`, by code; without it the provinces."""
    if parent and queries.region(parent) is None:
        raise NotFound
    found = Region.objects.filter(parent_id=parent)
    rows = pages.page(found, order=BY_CODE, limit=limit, cursor=cursor)
    items = [_region(row) for row in rows.items]
    return {"items": items, "next_cursor": rows.next_cursor, "count": found.count() if count else None}


def _region(row: Region) -> dict[str, Any]:
    return {"code": row.code, "name": row.name, "level": row.level, "parent": row.parent_id, "kind": row.kind}


@router.get("/receipts/{id}", auth=doors.signed_in, response=ReceiptOut)
def read_receipt(request: doors.Request, id: Id) -> dict[str, str]:
    """Return the receipt for what the caller himself sent under this id, also when its object left his scope."""
    found = idempotency.receipt_of(id, actor_id=request.actor.id)
    if found is None:
        raise NotFound
    return found


@router.get("/people", auth=admins, response=PeopleOut)
def list_people(
    request: doors.Request,
    q: Asked | None = None,
    limit: Limit | None = None,
    cursor: Cursor | None = None,
    count: QueryFlag | None = None,
) -> dict[str, Any]:
    """Return accounts, newest first; `q` is part of a name, or at least four last digits of a phone."""
    found = queries.people(q=q)
    rows = pages.page(found, limit=limit, cursor=cursor)
    held = queries.duties_of(rows.items, at=clock.now())
    shown = [_person(row, held.get(row.id, [])) for row in rows.items]
    return {"items": shown, "next_cursor": rows.next_cursor, "count": found.count() if count else None}


@router.post("/people", auth=admins, response={200: PersonCreated, 201: PersonCreated})
def enrol_person(request: doors.Request, body: PersonIn) -> Any:
    """Enrol a person."""
    at, actor = clock.now(), request.actor
    got = requests.received(request, kind="person", id=body.id, actor_id=actor.id, at=at)
    person, given = people.receive(received=got, phone=body.phone, name=body.name, actor=actor, at=at)
    return replies.created(_person(person, []), given)


@router.get("/people/{id}", auth=admins, response=PersonOut)
def read_person(request: doors.Request, response: HttpResponse, id: Id) -> dict[str, Any]:
    """Return an account with the duties in force."""
    return _shown(response, queries.person(id))


@router.patch("/people/{id}", auth=admins, response=PersonOut)
def change_person(request: doors.Request, response: HttpResponse, id: Id, body: PersonPatch) -> dict[str, Any]:
    """Change name or phone, or disable or enable an account; needs If-Match."""
    seen, wanted = versions.expected(request), body.model_dump()
    return _shown(response, people.change(person_id=id, version=seen, actor=request.actor, at=clock.now(), **wanted))


def _shown(response: HttpResponse, person: Person) -> dict[str, Any]:
    versions.tag(response, person.version)
    return _person(person, queries.duties_of([person], at=clock.now()).get(person.id, []))


def _person(row: Person, held: list[Duty]) -> dict[str, Any]:
    own = {"id": row.id, "name": row.name, "phone": row.phone, "active": row.is_active, "version": row.version}
    return {**own, "duties": [_duty(duty) for duty in held]}


def _duty(row: Duty) -> dict[str, Any]:
    return {
        "id": row.id, "person_id": row.person_id, "role": row.role, "enterprise_id": row.enterprise_id,
        "region": row.region_id, "licence_no": row.licence_no, "since": row.since, "until": row.until,
    }  # fmt: skip


@router.post("/duties", auth=admins, response={200: DutyCreated, 201: DutyCreated})
def grant_duty(request: doors.Request, body: DutyIn) -> Any:
    """Grant a duty; needs a fresh step-up."""
    at, actor = clock.now(), request.actor
    got = requests.received(request, kind="duty", id=body.id, actor_id=actor.id, at=at)
    wanted = Grant(body.person_id, body.role, body.enterprise_id, body.region or "", body.licence_no or "")
    duty, given = duties.receive(received=got, wanted=wanted, actor=actor, at=at)
    return replies.created(_duty(duty), given)


@router.get("/duties/{id}", auth=admins, response=DutyOut)
def read_duty(request: doors.Request, id: Id) -> dict[str, Any]:
    """Return a duty, also one that has ended."""
    return _duty(queries.duty(id))


@router.post("/duties/{id}/endings", auth=admins, response={200: DutyEndingOut, 201: DutyEndingOut})
def end_duty(request: doors.Request, id: Id, body: DutyEndingIn) -> Any:
    """End a duty now; needs a fresh step-up."""
    at, actor = clock.now(), request.actor
    got = requests.received(request, kind="duty_ending", id=body.id, actor_id=actor.id, at=at, path_ids={"id": id})
    duty, given = duties.receive_end(received=got, duty_id=id, actor=actor, at=at)
    return replies.created({"id": got.id, "kind": "ending", "duty": _duty(duty)}, given)


@router.get("/policies", auth=policy_readers, response=PoliciesOut)
def list_policies(
    request: doors.Request,
    kind: Code | None = None,
    status: Literal["draft", "adopted"] | None = None,
    limit: Limit | None = None,
    cursor: Cursor | None = None,
    count: QueryFlag | None = None,
) -> dict[str, Any]:
    """Return policy versions and drafts, newest first; `kinds` names all there are, adopted or built in."""
    found = queries.policies_of(kind, status)
    rows = pages.page(found, limit=limit, cursor=cursor)
    page = {"items": [policies.as_public(row) for row in rows.items], "next_cursor": rows.next_cursor}
    return {**page, "kinds": sorted(policies.KINDS), "count": found.count() if count else None}


@router.post("/policies", auth=regulators, response={200: PolicyCreated, 201: PolicyCreated})
def adopt_policy(request: doors.Request, body: PolicyIn, kind: Code | None = None) -> Any:
    """Adopt a new version of a policy at once; of a kind that is drafted (`grading`), without a day, make a draft of it.

    A regulator of a county or above.
    """
    at, actor, wanted = clock.now(), request.actor, proposal(body, kind)
    ids = {"kind": kind} if kind else {}
    got = requests.received(request, kind="policy", id=body.id, actor_id=actor.id, at=at, path_ids=ids)
    since = effective(body.effective_from, at) if body.effective_from else None
    row, given = adopt.receive(received=got, proposal=wanted, effective_from=since, actor=actor, at=at)
    return replies.created(policies.as_public(row), given)


@router.post("/policies/{id}/adoptions", auth=regulators, response={200: PolicyAdoptionOut, 201: PolicyAdoptionOut})
def adopt_draft(request: doors.Request, id: Id, body: PolicyAdoptionIn) -> Any:
    """Adopt a draft as the next version, from a day on; a regulator of a county or above."""
    at, actor = clock.now(), request.actor
    got = requests.received(request, kind="policy_adoption", id=body.id, actor_id=actor.id, at=at, path_ids={"id": id})
    since = effective(body.effective_from, at)
    row, given = adopt.adopt_draft(received=got, policy_id=id, effective_from=since, reason=body.reason, actor=actor, at=at)
    return replies.created(_adoption(got.id, row), given)


@router.get("/policies/{id}", auth=policy_readers, response=PolicyOut)
def read_policy(request: doors.Request, id: Id) -> dict[str, Any]:
    """Return one version of a policy."""
    return _policy(id)


def _policy(id: UUID) -> dict[str, Any]:
    return policies.as_public(queries.policy_row(id))


def _adoption(id: UUID, row: PolicyVersion) -> dict[str, Any]:
    shown = policies.as_public(row)
    return {"id": id, "kind": "adoption", "effective_from": shown["effective_from"], "policy": shown}


@replies.presents("person")
def _person_again(request: HttpRequest, id: UUID) -> dict[str, Any]:
    person = queries.person(id)
    return _person(person, queries.duties_of([person], at=clock.now()).get(id, []))


@replies.presents("duty")
def _duty_again(request: HttpRequest, id: UUID) -> dict[str, Any]:
    return _duty(queries.duty(id))


@replies.presents("duty_ending")
def _ending_again(request: HttpRequest, id: UUID) -> dict[str, Any]:
    return {"id": id, "kind": "ending", "duty": _duty(queries.duty(queries.subject_of(id)))}


@replies.presents("policy")
def _policy_again(request: HttpRequest, id: UUID) -> dict[str, Any]:
    return _policy(id)


@replies.presents("policy_adoption")
def _adoption_again(request: HttpRequest, id: UUID) -> dict[str, Any]:
    return _adoption(id, queries.policy_row(queries.subject_of(id)))
