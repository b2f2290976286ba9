"""What a draft need not be told (预填): fields that the hazard, the enterprise or an earlier document already say."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from backend.kernel import clock
from backend.kernel.calendar import local_day
from enterprises.models import Enterprise
from hazards import queries as hazards
from hazards.models import Hazard
from inspections.models import Document, Inspection
from inspections.policy.documents import PAPERS
from inspections.policy.documents import DocumentKind as K
from inspections.queries import documents as queries

LONGEST, MOST = 500, 50
MOMENT = timedelta(milliseconds=1)


def unit(enterprise: Enterprise) -> dict[str, Any]:
    """Return the enterprise as a document names it."""
    return {"name": enterprise.name, "uscc": enterprise.uscc or ""}


def fields(
    kind: K, *, enterprise: Enterprise, hazard: Hazard | None, inspection: Inspection | None, at: datetime
) -> dict[str, Any]:  # fmt: skip
    """Return the fields of a document of this kind that are known already; what the maker says goes before them."""
    known = _party(enterprise) | (_visit(kind, inspection, at=at) if inspection else {})
    if hazard is None:
        return known
    makers = {
        K.RECTIFICATION_ORDER: _order, K.ON_SITE_MEASURES: _items, K.REINSPECTION_OPINION: _order_of, K.LISTING_NOTICE: _listing,
        K.EXTENSION_OPINION: _extension, K.ACCEPTANCE_OPINION: _described, K.RECTIFICATION_REPORT: _answering,
    }  # fmt: skip
    more = makers[kind](hazard) if kind in makers else {}
    return known | {name: value for name, value in more.items() if value}


def _party(enterprise: Enterprise) -> dict[str, Any]:
    contacts = sorted(enterprise.contacts, key=lambda contact: "负责人" not in contact.get("role", ""))
    first = contacts[0] if contacts else {}
    known = {
        "address": enterprise.address,
        "person_in_charge": first.get("name", ""),
        "post": first.get("role", ""),
        "phone": first.get("phone", ""),
    }
    return {name: value.strip() for name, value in known.items() if value.strip()}


def _visit(kind: K, inspection: Inspection, *, at: datetime) -> dict[str, Any]:
    """Return what a visit tells: who made it; on its record also when, how and what was found."""
    known: dict[str, Any] = {"officers": [str(member.account_id) for member in inspection.crew.all()]}
    found = [row.hazard for row in inspection.findings.select_related("hazard").order_by("at", "hazard_id")[:MOST]]
    texts = [f"{hazard.location_name}：{hazard.description}"[:LONGEST] for hazard in found]
    if kind in (K.RECTIFICATION_ORDER, K.ON_SITE_MEASURES):
        known["items"] = [_item(hazard) for hazard in found]
    if kind in (K.REINSPECTION_OPINION, K.RECTIFICATION_REPORT):
        order = _latest_order(Q(hazard=None, inspection_id=inspection.id))
        known |= order if kind == K.REINSPECTION_OPINION else _number_of(order)
    if kind == K.SITE_INSPECTION_RECORD:
        began, ended = inspection.arrived_at, inspection.left_at or at
        known |= {"started_at": clock.text(began) if began else None, "ended_at": clock.text(ended), "mode": inspection.mode}
        known |= {"action_code": inspection.action_code, "findings": texts}
    return {name: value for name, value in known.items() if value and (name != "officers" or PAPERS[kind].officers)}


def _item(hazard: Hazard) -> dict[str, Any]:
    said: dict[str, Any] = {"text": f"{hazard.location_name}：{hazard.description}"[:LONGEST], "major": hazard.level == "major"}
    # `due_at` is the first instant too late
    due_on = local_day(hazard.due_at - MOMENT).isoformat() if hazard.due_at else None
    known = {"due_on": due_on, "basis": _basis(hazard)[:200]}
    return said | {name: value for name, value in known.items() if value}


def _basis(hazard: Hazard) -> str:
    row = hazards.criteria().get(hazard.criterion)
    return f"{row['document_name']}{row.get('clause') or ''}" if row else ""


def _order(hazard: Hazard) -> dict[str, Any]:
    return {"items": [_item(hazard)]}


def _items(hazard: Hazard) -> dict[str, Any]:
    return {"items": [{name: value for name, value in _item(hazard).items() if name != "due_on"}]}


def _answering(hazard: Hazard) -> dict[str, Any]:
    return _number_of(_order_of(hazard))


def _order_of(hazard: Hazard) -> dict[str, Any]:
    """Return number and day of the latest order in force that names the hazard, its own or that of the whole visit."""
    return _latest_order(queries.concerning(hazard))


def _number_of(order: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in order.items() if name == "order_number"}


def _latest_order(about: Q) -> dict[str, Any]:
    rows = Document.objects.filter(about, kind=K.RECTIFICATION_ORDER, issued_at__isnull=False, voided_at=None)
    order = rows.order_by("-issued_at").first()
    if order is None or order.issued_at is None:
        return {}
    return {"order_number": order.number[:60], "order_on": local_day(order.issued_at).isoformat()}


def _described(hazard: Hazard) -> dict[str, Any]:
    return {"description": f"{hazard.location_name}：{hazard.description}"[:2000]}


def _listing(hazard: Hazard) -> dict[str, Any]:
    due = hazard.open_listing.due_on.isoformat() if hazard.open_listing and hazard.open_listing.due_on else None
    return {**_described(hazard), "basis": _basis(hazard)[:LONGEST], "finish_on": due}


def _extension(hazard: Hazard) -> dict[str, Any]:
    asked = hazard.extensions.order_by("-asked_at").first()
    if asked is None:
        return {}
    granted = asked.due_on.isoformat() if asked.outcome == "grant" else None
    return {
        "asked_on": local_day(asked.asked_at).isoformat(), "reason": asked.reason, "outcome": asked.outcome or None,
        "due_on": granted,
    }  # fmt: skip
