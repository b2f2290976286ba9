"""Statistics forms (统计报表): frozen from the data, signed by the owner, as PDF and XLSX."""

from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query

from accounts import queries as accounts
from accounts.login import doors
from accounts.policy.roles import OFFICIALS, Role
from backend.kernel import clock, pages
from backend.kernel.web import replies, requests
from backend.kernel.web.fields import Id
from backend.kernel.web.router import Router
from inspections.actions import statistics_forms as actions
from inspections.documents import printing
from inspections.models import StatisticsForm
from inspections.queries import statistics as queries
from inspections.schemas import statistics_forms as schemas
from inspections.schemas.checklist_files import XLSX_TYPE, answers_with

router = Router()
readers = doors.only(*queries.READERS, *sorted(OFFICIALS))
fillers = doors.only(*queries.FILLERS)
owners = doors.only(Role.OWNER)
LATEST = pages.Order("filled_at")
PDF = "application/pdf"
MADE = {200: schemas.StatisticsFormCreated, 201: schemas.StatisticsFormCreated}
SIGNED = {200: schemas.FormSignatureOut, 201: schemas.FormSignatureOut}


@router.get("/statistics-forms", auth=readers, response=schemas.StatisticsFormsOut)
def list_statistics_forms(request: doors.Request, filters: Query[schemas.StatisticsFormFilters]) -> dict[str, Any]:
    """Return the statistics forms in the caller's scope, newest first."""
    rows = queries.listed(filters.model_dump(exclude={"count", "limit", "cursor"}), actor=request.actor)
    page = pages.page(rows, order=LATEST, limit=filters.limit, cursor=filters.cursor)
    items, total = [schemas.shown(form) for form in page.items], rows.count() if filters.count else None
    return {"items": items, "next_cursor": page.next_cursor, "count": total}


@router.post("/statistics-forms", auth=fillers, response=MADE)
def fill_statistics_form(request: doors.Request, body: schemas.StatisticsFormIn) -> Any:
    """Freeze the figures of a quarter or a year that is over, cumulative from 1 January."""
    at, actor = clock.now(), request.actor
    got = requests.received(request, kind="statistics_form", id=body.id, actor_id=actor.id, at=at)
    form, receipt = actions.fill(body.wanted(), received=got, actor=actor, at=at)
    return replies.created(schemas.shown(form), receipt)


@router.get("/statistics-forms/{statistics_form_id}", auth=readers, response=schemas.StatisticsFormOut)
def read_statistics_form(request: doors.Request, statistics_form_id: Id) -> dict[str, Any]:
    """Return one form with every figure explained."""
    return schemas.shown(queries.get(statistics_form_id, actor=request.actor))


@router.post("/statistics-forms/{statistics_form_id}/signatures", auth=owners, response=SIGNED)
def sign_statistics_form(request: doors.Request, statistics_form_id: Id, body: schemas.FormSignatureIn) -> Any:
    """Sign a form, as the owner (主要负责人)."""
    at, actor, path = clock.now(), request.actor, {"id": statistics_form_id}
    got = requests.received(request, kind="statistics_form_signature", id=body.id, actor_id=actor.id, at=at, path_ids=path)
    form, receipt = actions.sign(form_id=statistics_form_id, received=got, actor=actor, at=at)
    return replies.created(schemas.signature_shown(got.id, form), receipt)


@router.get("/statistics-forms/{statistics_form_id}/pdf", auth=readers, response={200: None}, openapi_extra=answers_with(PDF))
def read_statistics_form_pdf(request: doors.Request, statistics_form_id: Id) -> HttpResponse:
    """Return a form as PDF/A-3u; one that nobody has signed says so across the page."""
    form = queries.get(statistics_form_id, actor=request.actor)
    return _file(form, printing.printed(schemas.page(form)), PDF, "pdf")


@router.get(
    "/statistics-forms/{statistics_form_id}/xlsx", auth=readers, response={200: None}, openapi_extra=answers_with(XLSX_TYPE)
)
def read_statistics_form_xlsx(request: doors.Request, statistics_form_id: Id) -> HttpResponse:
    """Return a form as a workbook."""
    form = queries.get(statistics_form_id, actor=request.actor)
    return _file(form, schemas.workbook(form), XLSX_TYPE, "xlsx")


def _file(form: StatisticsForm, made: bytes, kind: str, ending: str) -> HttpResponse:
    answer = HttpResponse(made, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{form.year}-Q{form.quarter or 0}-{form.id}.{ending}"'
    answer["Content-Security-Policy"], answer["Cache-Control"] = "sandbox; default-src 'none'", "no-store"
    return answer


@replies.presents("statistics_form")
def _form_again(request: HttpRequest, id: UUID) -> dict[str, Any]:
    return schemas.shown(queries.get(id, actor=cast(doors.Request, request).actor))


@replies.presents("statistics_form_signature")
def _signature_again(request: HttpRequest, id: UUID) -> dict[str, Any]:
    form = queries.get(accounts.subject_of(id), actor=cast(doors.Request, request).actor)
    return schemas.signature_shown(id, form)
