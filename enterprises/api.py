"""Enterprises (一企一档): register, list, read, change."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query

from accounts.actions import duties
from accounts.login import doors
from accounts.policy.actor import Actor
from accounts.policy.roles import BOUND_TO_ENTERPRISE, EXCLUSIVE, OFFICIALS, Role
from backend.kernel import clock, pages
from backend.kernel.problems import NoDuty
from backend.kernel.web import replies, requests, versions
from backend.kernel.web.fields import Id
from backend.kernel.web.router import Router
from enterprises import queries
from enterprises.actions import membership, ownership
from enterprises.actions.change import change
from enterprises.actions.register import register
from enterprises.schemas.enterprise import (
    CreatedEnterpriseOut,
    EnterpriseIn,
    EnterpriseOut,
    EnterprisePatch,
    EnterpriseQuery,
    EnterprisesOut,
)
from enterprises.schemas.people import (
    ClaimDecisionIn,
    ClaimDecisionOut,
    ClaimIn,
    ClaimOut,
    ClaimsOut,
    ClaimsQuery,
    CreatedClaimOut,
    CreatedMemberOut,
    MemberEndingIn,
    MemberEndingOut,
    MemberIn,
    MembersOut,
    MembersQuery,
    claim_out,
    decision_out,
    ending_out,
    member_out,
)


class Claimants(doors.Door):
    """Open to whoever may own an enterprise: people without any duty too, but no administrator or auditor (三员分立)."""

    def __call__(self, request: HttpRequest) -> Actor | None:
        """Return the actor, None for 401; raise NoDuty or StepUpRequired."""
        actor = super().__call__(request)
        if actor is not None and actor.has(*EXCLUSIVE):
            raise NoDuty
        return actor


router = Router(tags=["enterprises"])
duties.KNOWS_ENTERPRISE.append(queries.exists)
officials = doors.only(*OFFICIALS)
claimants = Claimants()
readers = doors.only(*OFFICIALS, *BOUND_TO_ENTERPRISE)
writers = doors.only(*OFFICIALS, Role.OWNER, Role.OFFICER)
managers = doors.only(Role.OWNER, Role.OFFICER)


@router.get("/enterprises", auth=readers, response=EnterprisesOut)
def list_enterprises(request: doors.Request, query: Query[EnterpriseQuery]) -> dict[str, Any]:
    """Return the enterprises in the caller's scope, newest first."""
    rows = queries.listed(query.filters(), actor=request.actor)
    page = pages.page(rows, limit=query.limit, cursor=query.cursor)
    total = rows.count() if query.count else None
    return {"items": [queries.shown(e) for e in page.items], "next_cursor": page.next_cursor, "count": total}


@router.post("/enterprises", auth=officials, response={200: CreatedEnterpriseOut, 201: CreatedEnterpriseOut})
def register_enterprise(request: doors.Request, response: HttpResponse, body: EnterpriseIn) -> Any:
    """Register an enterprise in a region of the caller's."""
    actor, at = request.actor, clock.now()
    got = requests.received(request, kind="enterprise", id=body.id, actor_id=actor.id, at=at)
    enterprise, receipt = register(profile=body.profile(), received=got, actor=actor, at=at)
    versions.tag(response, enterprise.version)
    return replies.created(queries.shown(enterprise), receipt)


@router.get("/enterprises/{enterprise_id}", auth=readers, response=EnterpriseOut)
def read_enterprise(request: doors.Request, response: HttpResponse, enterprise_id: Id) -> dict[str, Any]:
    """Return one enterprise."""
    enterprise = queries.get(enterprise_id, actor=request.actor)
    versions.tag(response, enterprise.version)
    return queries.shown(enterprise)


@router.patch("/enterprises/{enterprise_id}", auth=writers, response=EnterpriseOut)
def change_enterprise(request: doors.Request, response: HttpResponse, enterprise_id: Id, body: EnterprisePatch) -> dict[str, Any]:
    """Change an enterprise; officials anything, owner and officer address and contacts. A new region or grid is a move."""
    enterprise = change(
        enterprise_id=enterprise_id, said=body.profile(), named=body.model_fields_set, version=versions.expected(request),
        actor=request.actor, at=clock.now(), request_id=request.request_id,
    )  # fmt: skip
    versions.tag(response, enterprise.version)
    return queries.shown(enterprise)


@replies.presents("enterprise")
def again(request: HttpRequest, id: UUID) -> dict[str, Any]:
    """Return a registered enterprise whose id was sent again."""
    return queries.shown(queries.get(id, actor=request.actor))  # type: ignore[attr-defined]  # it came through a door


@router.post("/enterprises/{enterprise_id}/claims", auth=claimants, response={200: CreatedClaimOut, 201: CreatedClaimOut})
def claim_enterprise(request: doors.Request, enterprise_id: Id, body: ClaimIn) -> Any:
    """Claim to own a registered enterprise; an official confirms."""
    actor, at = request.actor, clock.now()
    got = requests.received(request, kind="claim", id=body.id, actor_id=actor.id, at=at, path_ids={"enterprise": enterprise_id})
    made, receipt = ownership.claim(enterprise_id=enterprise_id, number=body.uscc, received=got, actor=actor, at=at)
    return replies.created(claim_out(made), receipt)


@router.get("/claims", auth=claimants, response=ClaimsOut)
def list_claims(request: doors.Request, query: Query[ClaimsQuery]) -> dict[str, Any]:
    """Return own claims, and for officials those on enterprises in their regions, newest first."""
    exact = query.model_dump(include={"state", "enterprise_id"}, exclude_none=True)
    page = pages.page(queries.claims_visible_to(request.actor).filter(**exact), limit=query.limit, cursor=query.cursor)
    return {"items": [claim_out(made) for made in page.items], "next_cursor": page.next_cursor}


@router.get("/claims/{claim_id}", auth=claimants, response=ClaimOut)
def read_claim(request: doors.Request, claim_id: Id) -> dict[str, Any]:
    """Return one claim."""
    return claim_out(queries.claim(claim_id, actor=request.actor))


@router.post("/claims/{claim_id}/decisions", auth=officials, response={200: ClaimDecisionOut, 201: ClaimDecisionOut})
def decide_claim(request: doors.Request, claim_id: Id, body: ClaimDecisionIn) -> Any:
    """Confirm a claim, which makes its claimant an owner, or refuse it."""
    actor, at = request.actor, clock.now()
    got = requests.received(request, kind="claim_decision", id=body.id, actor_id=actor.id, at=at, path_ids={"claim": claim_id})
    act = ownership.confirm if body.outcome == "confirm" else ownership.refuse
    made, receipt = act(claim_id=claim_id, note=body.note, received=got, actor=actor, at=at)
    return replies.created(decision_out(made), receipt)


@router.get("/enterprises/{enterprise_id}/members", auth=readers, response=MembersOut)
def list_members(request: doors.Request, enterprise_id: Id, query: Query[MembersQuery]) -> dict[str, Any]:
    """Return who holds a duty at the enterprise; employees and agencies see phones masked."""
    enterprise = queries.get(enterprise_id, actor=request.actor)
    page = pages.page(queries.members(enterprise.id, at=clock.now()), limit=query.limit, cursor=query.cursor)
    masked = not queries.may_call(enterprise, request.actor)
    return {"items": [member_out(duty, masked=masked) for duty in page.items], "next_cursor": page.next_cursor}


@router.post("/enterprises/{enterprise_id}/members", auth=managers, response={200: CreatedMemberOut, 201: CreatedMemberOut})
def add_member(request: doors.Request, enterprise_id: Id, body: MemberIn) -> Any:
    """Bring somebody in: the owner anybody, an officer employees."""
    actor, at = request.actor, clock.now()
    got = requests.received(request, kind="member", id=body.id, actor_id=actor.id, at=at, path_ids={"enterprise": enterprise_id})
    who = membership.Newcomer(phone=body.phone, name=body.name, role=Role(body.role))
    duty, receipt = membership.add(enterprise_id=enterprise_id, who=who, received=got, actor=actor, at=at)
    return replies.created(member_out(duty, masked=False), receipt)


@router.post(
    "/enterprises/{enterprise_id}/members/{person_id}/endings",
    auth=readers,
    response={200: MemberEndingOut, 201: MemberEndingOut},
)
def end_member(request: doors.Request, enterprise_id: Id, person_id: Id, body: MemberEndingIn) -> Any:
    """End somebody's membership, or one's own."""
    actor, at, path = request.actor, clock.now(), {"enterprise": enterprise_id, "person": person_id}
    got = requests.received(request, kind="member_ending", id=body.id, actor_id=actor.id, at=at, path_ids=path)
    ended, receipt = membership.end(enterprise_id=enterprise_id, person_id=person_id, received=got, actor=actor, at=at)
    return replies.created(ending_out(got.id, ended), receipt)


@replies.presents("claim")
def claim_again(request: HttpRequest, id: UUID) -> dict[str, Any]:
    """Return a claim whose id was sent again."""
    return claim_out(queries.claim(id, actor=request.actor))  # type: ignore[attr-defined]  # it came through a door


@replies.presents("claim_decision")
def decision_again(request: HttpRequest, id: UUID) -> dict[str, Any]:
    """Return a decision whose id was sent again, with the claim as it is."""
    return decision_out(queries.decided(id, actor=request.actor))  # type: ignore[attr-defined]  # it came through a door


@replies.presents("member")
def member_again(request: HttpRequest, id: UUID) -> dict[str, Any]:
    """Return a member whose id was sent again."""
    return member_out(queries.duty(id, actor=request.actor), masked=False)  # type: ignore[attr-defined]  # through a door


@replies.presents("member_ending")
def ending_again(request: HttpRequest, id: UUID) -> dict[str, Any]:
    """Return what an ending ended whose id was sent again."""
    return ending_out(id, queries.ending(id))
