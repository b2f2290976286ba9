"""Statistics forms (统计报表): filled from the data when the period is over, then signed by the owner (主要负责人)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.policy.actor import Actor, Duty
from accounts.policy.roles import Role
from backend.kernel import canonical, idempotency, ledger
from backend.kernel.idempotency import Received
from backend.kernel.receipts import Receipt
from enterprises import queries as enterprises
from enterprises.models import Enterprise
from inspections import errors
from inspections.models import StatisticsForm
from inspections.policy import statistics as rules
from inspections.policy.statistics import Figure, FormStatus, HazardAt, Span
from inspections.queries import statistics as queries

LISTED = 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which form is to be filled, and what only people know: the area of the workplace in square metres."""

    enterprise_id: UUID
    span: Span
    area_m2: float | None = None


@transaction.atomic
def fill(wanted: Wanted, *, received: Received, actor: Actor, at: datetime) -> tuple[StatisticsForm, Receipt]:
    """Freeze the figures of a period that is over.

    Raises: Replayed, SameId; NotFound; StatisticsFormNotYourMove; StatisticsFormTooEarly.
    """
    receipt = idempotency.claim(received)
    enterprise = enterprises.get(wanted.enterprise_id, actor=actor)
    duty = _duty(enterprise.id, actor, *queries.FILLERS)
    span = wanted.span
    if at < span.ends_at:
        raise errors.StatisticsFormTooEarly(ends_on=span.last.isoformat())
    content = _content(enterprise, wanted)
    form = StatisticsForm(
        id=received.id, enterprise=enterprise, year=span.year, quarter=span.quarter, status=FormStatus.FROZEN,
        due_on=span.due_on(queries.numbers(at).document), content=content, digest=canonical.digest(content), filled_at=at,
        filled_by=actor.id, filled_name=actor.name, **enterprise.place.columns(),
    )  # fmt: skip
    signer = ledger.Signer(actor.id, duty.role.value, duty.id)
    form.enter("frozen", act_id=received.id, signer=signer, before="", request_id=received.request_id)
    form.save(force_insert=True)
    return form, receipt


def sign(*, form_id: UUID, received: Received, actor: Actor, at: datetime) -> tuple[StatisticsForm, Receipt]:
    """Sign a form; the owner alone, and one form per period.

    Raises: Replayed, SameId; NotFound; StatisticsFormNotYourMove; StatisticsFormSigned.
    """
    try:
        return _sign(form_id, received=received, actor=actor, at=at)
    except IntegrityError as error:
        raise errors.StatisticsFormSigned from error


@transaction.atomic
def _sign(form_id: UUID, *, received: Received, actor: Actor, at: datetime) -> tuple[StatisticsForm, Receipt]:
    receipt = idempotency.claim(received, subject_id=form_id)
    form = queries.lock(form_id, actor=actor)
    duty = _duty(form.enterprise_id, actor, Role.OWNER)
    if form.status != FormStatus.FROZEN:
        raise errors.StatisticsFormSigned
    form.status, form.signed_at, form.signed_by, form.signed_name = FormStatus.SIGNED, at, actor.id, actor.name
    signer = ledger.Signer(actor.id, duty.role.value, duty.id)
    columns = form.enter("signed", act_id=received.id, signer=signer, before=FormStatus.FROZEN, request_id=received.request_id)
    form.save(update_fields=["status", "signed_at", "signed_by", "signed_name", *columns])
    return form, receipt


def _duty(enterprise_id: UUID, actor: Actor, *roles: Role) -> Duty:
    duty = actor.duty_at(enterprise_id, roles)
    if duty is None:
        raise errors.StatisticsFormNotYourMove
    return duty


def _content(enterprise: Enterprise, wanted: Wanted) -> dict[str, Any]:
    hazards = rules.counted(queries.hazards_at(enterprise.id, wanted.span))
    figures = rules.figures(hazards, queries.checks_in(enterprise.id, wanted.span))
    contact = enterprise.contacts[0] if enterprise.contacts else {}
    return {
        "unit": {
            "name": enterprise.name, "uscc": enterprise.uscc, "address": enterprise.address, "industry": enterprise.industry,
            "industry_name": enterprises.divisions().get(enterprise.industry[:3], ""), "contact": contact.get("name", ""),
            "phone": contact.get("phone", ""), "area_m2": wanted.area_m2,
        },
        "figures": [_figure(figure) for figure in figures], "hazards": [_hazard(hazard) for hazard in hazards[:LISTED]],
        "hazards_left_out": max(0, len(hazards) - LISTED),
    }  # fmt: skip


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "code": figure.code, "label": figure.label, "definition": figure.definition, "count": figure.count, "of": figure.of,
        "rate": figure.rate, "hazards": [str(id) for id in figure.hazards],
    }  # fmt: skip


def _hazard(hazard: HazardAt) -> dict[str, Any]:
    return {
        "id": str(hazard.id), "description": hazard.description, "level": hazard.level.value, "status": hazard.status.value,
        "found_on": hazard.found_on.isoformat(), "closed_on": hazard.closed_on.isoformat() if hazard.closed_on else None,
    }  # fmt: skip
