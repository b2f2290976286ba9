"""Checklists (检查表): read by everybody who inspects or is inspected, written by regulators."""

import hashlib
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query

from accounts import queries as accounts
from accounts.login import doors
from accounts.policy.roles import BOUND_TO_ENTERPRISE, OFFICIALS, Role
from backend.kernel import clock, idempotency, pages
from backend.kernel.web import replies, requests
from backend.kernel.web.fields import Id
from backend.kernel.web.router import Router
from inspections.actions import author_checklist
from inspections.queries import checklists
from inspections.schemas import checklist_files
from inspections.schemas import checklists as schemas

router = Router()
readers = doors.only(*sorted(BOUND_TO_ENTERPRISE | OFFICIALS))
regulators = doors.only(Role.REGULATOR)
BY_CODE = pages.Order("code", descending=False, parse=str)
BOTH = {200: schemas.ChecklistCreated, 201: schemas.ChecklistCreated}
FILES = checklist_files.answers_with(*checklist_files.CONTENT_TYPES.values())
ACT = {200: schemas.ChecklistActOut, 201: schemas.ChecklistActOut}


@router.get("/checklists", auth=readers, response=schemas.ChecklistsOut)
def list_checklists(request: doors.Request, filters: Query[schemas.ChecklistFilters]) -> dict[str, Any]:
    """Return the checklists in force, or versions of another status; drafts are the regulators'."""
    rows = checklists.listed(status=filters.status, industry=filters.industry, actor=request.actor)
    page = pages.page(rows, order=BY_CODE, limit=filters.limit, cursor=filters.cursor)
    count = rows.count() if filters.count else None
    return {"items": [schemas.shown(row) for row in page.items], "next_cursor": page.next_cursor, "count": count}


@router.post("/checklists", auth=regulators, response=BOTH, exclude_none=True)
def draft_checklist(request: doors.Request, body: schemas.ChecklistIn) -> Any:
    """Draft the next version of a checklist; a regulator of a county or above."""
    at, actor = clock.now(), request.actor
    got = requests.received(request, kind="checklist", id=body.id, actor_id=actor.id, at=at)
    row, receipt = author_checklist.draft(body.as_draft(), received=got, actor=actor, at=at)
    return replies.created(schemas.shown(row), receipt)


# before the paths with a code, or `imports` would be taken for one
@router.post("/checklists/imports", auth=regulators, response=BOTH, exclude_none=True, openapi_extra=checklist_files.FILE)
def import_checklist(request: doors.Request, told: Query[schemas.ImportIn]) -> Any:
    """Draft the next version of a checklist from a file, YAML or XLSX, as it is exported; faults are told by row."""
    at, actor, wanted = clock.now(), request.actor, checklist_files.read(request)
    digest, key = hashlib.sha256(request.body).hexdigest(), requests.key_of(request)
    got = idempotency.received_bytes(id=told.id, kind="checklist", digest=digest, actor_id=actor.id, at=at, key=key)
    row, receipt = author_checklist.draft(wanted.as_draft(), received=got, actor=actor, at=at)
    return replies.created(schemas.shown(row), receipt)


@router.get("/checklists/{code}", auth=readers, response=schemas.ChecklistOut, exclude_none=True)
def read_checklist(request: doors.Request, code: schemas.ChecklistCode) -> dict[str, Any]:
    """Return the version of a checklist that is in force."""
    return schemas.shown(checklists.in_force(code))


@router.get("/checklists/{code}/versions/{number}", auth=readers, response=schemas.ChecklistOut, exclude_none=True)
def read_checklist_version(request: doors.Request, code: schemas.ChecklistCode, number: schemas.VersionNumber) -> dict[str, Any]:
    """Return one version of a checklist: what was begun with it is held to it for ever."""
    return schemas.shown(checklists.version(code, number, actor=request.actor))


@router.get("/checklists/{code}/versions/{number}/export", auth=readers, response={200: None}, openapi_extra=FILES)
def export_checklist(
    request: doors.Request, code: schemas.ChecklistCode, number: schemas.VersionNumber, wanted: Query[schemas.ExportIn]
) -> HttpResponse:
    """Return one version as a file that can be imported again."""
    row = checklists.version(code, number, actor=request.actor)
    made = checklist_files.as_yaml(row) if wanted.format == "yaml" else checklist_files.as_xlsx(row)
    answer = HttpResponse(made, content_type=checklist_files.CONTENT_TYPES[wanted.format])
    answer["Content-Disposition"] = f'attachment; filename="{row.code}-{row.version}.{wanted.format}"'
    return answer


@router.post("/checklists/{checklist_id}/publications", auth=regulators, response=ACT, exclude_none=True)
def publish_checklist(request: doors.Request, checklist_id: Id, body: schemas.ChecklistActIn) -> Any:
    """Put a draft in force; the version before it is retired."""
    return _act(request, "checklist_publication", checklist_id, body, author_checklist.publish)


@router.post("/checklists/{checklist_id}/retirements", auth=regulators, response=ACT, exclude_none=True)
def retire_checklist(request: doors.Request, checklist_id: Id, body: schemas.ChecklistActIn) -> Any:
    """Take a checklist out of force without a successor; its code is never used again."""
    return _act(request, "checklist_retirement", checklist_id, body, author_checklist.retire)


def _act(request: doors.Request, kind: str, checklist_id: UUID, body: schemas.ChecklistActIn, verb: Any) -> Any:
    at, actor = clock.now(), request.actor
    path = {"checklist": checklist_id}
    got = requests.received(request, kind=kind, id=body.id, actor_id=actor.id, at=at, path_ids=path)
    row, receipt = verb(version_id=checklist_id, received=got, actor=actor, at=at)
    return replies.created(schemas.act_shown(got.id, kind, row), receipt)


@replies.presents("checklist")
def _draft_again(request: HttpRequest, id: UUID) -> dict[str, Any]:
    return schemas.shown(checklists.get(id, actor=request.actor))  # type: ignore[attr-defined]  # came through a door


@replies.presents("checklist_publication")
def _publication_again(request: HttpRequest, id: UUID) -> dict[str, Any]:
    row = checklists.get(accounts.subject_of(id), actor=request.actor)  # type: ignore[attr-defined]  # came through a door
    return schemas.act_shown(id, "checklist_publication", row)


@replies.presents("checklist_retirement")
def _retirement_again(request: HttpRequest, id: UUID) -> dict[str, Any]:
    row = checklists.get(accounts.subject_of(id), actor=request.actor)  # type: ignore[attr-defined]  # came through a door
    return schemas.act_shown(id, "checklist_retirement", row)
