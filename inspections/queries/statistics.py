"""The statistics forms of enterprises, and from what their figures are read: hazard rows and their chains in the ledger."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts import queries as accounts
from accounts.policy.actor import Actor
from accounts.policy.roles import OFFICIALS, Role
from backend.kernel import ledger, policies
from backend.kernel.calendar import local_day
from backend.kernel.models import LedgerEntry
from backend.kernel.problems import NotFound
from hazards.models import Act, Hazard
from hazards.policy.words import Level, Source, Status
from inspections.models import SelfInspection, StatisticsForm
from inspections.policy.statistics import Checks, HazardAt, Span, StatisticsForms
from inspections.policy.words import SelfInspectionKind

numbers = policies.register("statistics_forms", StatisticsForms)
READERS = (Role.OWNER, Role.OFFICER, Role.AGENCY)
FILLERS = (Role.OWNER, Role.OFFICER)
MOST = 5_000


def visible_to(actor: Actor) -> QuerySet[StatisticsForm]:
    """Return the forms this person may read: of his own enterprise, or in an official's regions."""
    own = [duty.enterprise_id for duty in actor.duties_as(READERS) if duty.enterprise_id]
    scope = Q(enterprise_id__in=own) if own else Q()
    if officials := actor.duties_as(OFFICIALS):
        scope |= accounts.within(officials)
    return StatisticsForm.objects.filter(scope or accounts.NOTHING).select_related("enterprise")


def get(form_id: UUID, *, actor: Actor) -> StatisticsForm:
    """Return one form that `actor` may read. Raises: NotFound."""
    found = visible_to(actor).filter(id=form_id).first()
    if found is None:
        raise NotFound
    return found


def chain_of(form_id: UUID, *, actor: Actor) -> QuerySet[LedgerEntry]:
    """Return the chain of a form that `actor` may read, or that stands in an auditor's region. Raises: NotFound."""
    audited = StatisticsForm.objects.filter(accounts.within(actor.duties_as([Role.AUDITOR])))
    if not (visible_to(actor).filter(id=form_id).exists() or audited.filter(id=form_id).exists()):
        raise NotFound
    return LedgerEntry.objects.filter(subject_id=form_id)


def lock(form_id: UUID, *, actor: Actor) -> StatisticsForm:
    """Return one form that `actor` may read, its row locked until the transaction ends. Raises: NotFound."""
    found = visible_to(actor).select_for_update(of=("self",)).filter(id=form_id).first()
    if found is None:
        raise NotFound
    return found


def listed(filters: Mapping[str, Any], *, actor: Actor) -> QuerySet[StatisticsForm]:
    """Return the forms of `GET /statistics-forms`; None means no filter."""
    return visible_to(actor).filter(**{name: value for name, value in filters.items() if value is not None})


@dataclass(slots=True)
class _Chain:
    """What the chain of one hazard says up to an instant."""

    status: str = ""
    facts: Mapping[str, Any] | None = None
    planned: bool = False


def hazards_at(enterprise_id: UUID, span: Span) -> list[HazardAt]:
    """Return the enterprise's hazards of that time, each as the ledger has it at the end of it (three queries)."""
    rows = Hazard.objects.filter(enterprise_id=enterprise_id, received_at__gte=span.starts_at, received_at__lt=span.ends_at)
    hazards = list(rows.order_by("received_at", "id")[:MOST])
    chains = {hazard.id: _Chain() for hazard in hazards}
    entries = LedgerEntry.objects.filter(subject_id__in=list(chains), at__lt=span.ends_at).order_by("subject_id", "seq")
    for entry in entries.iterator():
        body, chain = ledger.read(entry), chains[entry.subject_id]
        chain.status, chain.facts = body["after"], body["facts"]
        chain.planned |= entry.kind == "hazard.planned"
    costs = _costs(list(chains), span.ends_at)
    return [_at(hazard, chains[hazard.id], costs.get(hazard.id, 0.0)) for hazard in hazards]


def _costs(hazard_ids: list[UUID], before: datetime) -> dict[UUID, float]:
    found: dict[UUID, float] = {}
    acts = Act.objects.filter(hazard_id__in=hazard_ids, kind="rectification", at__lt=before)
    for hazard_id, said in acts.values_list("hazard_id", "said"):
        found[hazard_id] = found.get(hazard_id, 0.0) + (said.get("cost_cny") or 0.0)
    return found


def _at(hazard: Hazard, chain: _Chain, cost: float) -> HazardAt:
    facts = chain.facts or {}
    closed_at = facts.get("closed_at") if chain.status == Status.CLOSED else None
    return HazardAt(
        id=hazard.id, description=hazard.description, source=Source(hazard.source), level=Level(facts.get("level", hazard.level)),
        status=Status(chain.status or hazard.status), found_on=local_day(hazard.found_at), planned=chain.planned, cost_cny=cost,
        closed_on=local_day(datetime.fromisoformat(closed_at)) if closed_at else None,
    )  # fmt: skip


def checks_in(enterprise_id: UUID, span: Span) -> Checks:
    """Return how the self-inspections that were due in that time stood at its end; begun by hand none is due."""
    rows = SelfInspection.objects.filter(enterprise_id=enterprise_id, due_at__gt=span.starts_at, due_at__lte=span.ends_at)
    rows = rows.exclude(kind=SelfInspectionKind.OCCASION)
    return Checks(
        due=rows.count(), submitted=rows.filter(submitted_at__lt=span.ends_at).count(),
        missed=rows.filter(missed_at__lt=span.ends_at).count(),
    )  # fmt: skip
