"""Finding self-inspections. To fetch is to authorise: the enterprise's own, and those in an official's regions."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts import queries as accounts
from accounts.policy.actor import Actor
from accounts.policy.roles import OFFICIALS, Role
from backend.kernel import policies
from backend.kernel.models import LedgerEntry
from backend.kernel.problems import NotFound
from inspections.models import AnswerPart, SelfInspection, Submission
from inspections.policy import answers
from inspections.policy.answers import Answer, Gap, Part, Sheet
from inspections.policy.occurrences import SelfInspections
from inspections.policy.words import SelfInspectionKind, SelfInspectionStatus

numbers = policies.register("self_inspections", SelfInspections, retired={"intervals"})
MISSED_SINCE = timedelta(days=14)
ANSWERERS = (Role.OWNER, Role.OFFICER, Role.AGENCY)


def visible_to(actor: Actor) -> QuerySet[SelfInspection]:
    """Return the self-inspections this person may read."""
    own = [duty.enterprise_id for duty in actor.duties_as(ANSWERERS) if duty.enterprise_id]
    scope = Q(enterprise_id__in=own) if own else Q()
    if officials := actor.duties_as(OFFICIALS):
        scope |= accounts.within(officials)
    return SelfInspection.objects.filter(scope or accounts.NOTHING)


def get(self_inspection_id: UUID, *, actor: Actor) -> SelfInspection:
    """Return one that `actor` may read, with its checklist and enterprise. Raises: NotFound."""
    found = visible_to(actor).select_related("checklist", "enterprise").filter(id=self_inspection_id).first()
    if found is None:
        raise NotFound
    return found


def lock(self_inspection_id: UUID, *, actor: Actor) -> SelfInspection:
    """Return one that `actor` may read, its row locked until the transaction ends. Raises: NotFound."""
    rows = visible_to(actor).select_for_update(of=("self",)).select_related("checklist", "enterprise")
    found = rows.filter(id=self_inspection_id).first()
    if found is None:
        raise NotFound
    return found


def chain_of(self_inspection_id: UUID, *, actor: Actor) -> QuerySet[LedgerEntry]:
    """Return the chain of one that `actor` may read, or that stands in an auditor's region. Raises: NotFound."""
    audited = SelfInspection.objects.filter(accounts.within(actor.duties_as([Role.AUDITOR])))
    if not (visible_to(actor).filter(id=self_inspection_id).exists() or audited.filter(id=self_inspection_id).exists()):
        raise NotFound
    return LedgerEntry.objects.filter(subject_id=self_inspection_id)


def get_plain(self_inspection_id: UUID) -> SelfInspection:
    """Return one for the system itself, with its checklist and enterprise."""
    return SelfInspection.objects.select_related("checklist", "enterprise").get(id=self_inspection_id)


def listed(*, actor: Actor, filters: Mapping[str, Any]) -> QuerySet[SelfInspection]:
    """Return those of `GET /self-inspections` in the caller's scope; None means no filter."""
    columns = {"status": "status", "enterprise_id": "enterprise_id", "checklist": "code", "kind": "kind"}
    wanted = {column: filters[name] for name, column in columns.items() if filters.get(name) is not None}
    return visible_to(actor).filter(**wanted).select_related("checklist", "enterprise")


def running(*, actor: Actor, until: datetime) -> QuerySet[SelfInspection]:
    """Return those at the caller's own enterprises that are his to work through and begin before `until`."""
    own = [duty.enterprise_id for duty in actor.duties_as(ANSWERERS) if duty.enterprise_id]
    return _waiting(SelfInspection.objects.filter(enterprise_id__in=own), until=until)


def waiting_at(firms: Iterable[UUID], *, actor: Actor, until: datetime) -> QuerySet[SelfInspection]:
    """Return those of these enterprises that wait to be worked through, as far as `actor` may read them."""
    return _waiting(visible_to(actor).filter(enterprise_id__in=list(firms)), until=until)


def _waiting(rows: QuerySet[SelfInspection], *, until: datetime) -> QuerySet[SelfInspection]:
    """Return those that begin before `until` and are not handed in, the first due first.

    Of missed ones, and of those that somebody began and let lie, only the latest: nobody is to lose sight of what is due.
    """
    waiting = Q(status__in=[SelfInspectionStatus.DUE, SelfInspectionStatus.OPEN])
    missed = Q(status=SelfInspectionStatus.MISSED, due_at__gte=until - MISSED_SINCE)
    rows = rows.filter(waiting | missed, starts_at__lt=until)
    rows = rows.exclude(kind=SelfInspectionKind.OCCASION, due_at__lt=until - MISSED_SINCE)
    return rows.select_related("checklist", "enterprise").order_by("due_at", "id")


def sheets(rows: Iterable[SelfInspection]) -> dict[UUID, Sheet]:
    """Return the answers that stand for each of these, by id (one query)."""
    parts: dict[UUID, list[Part]] = {row.id: [] for row in rows}
    for row in AnswerPart.objects.filter(self_inspection_id__in=list(parts)) if parts else ():
        parts[row.self_inspection_id].append(part(row))
    return {id: answers.merge(found) for id, found in parts.items()}


def lacking(row: SelfInspection, sheet: Sheet, *, at: datetime) -> list[Gap]:
    """Return what is lacking until it may be handed in, by the policy in force at `at`; nothing once it was."""
    if row.status == SelfInspectionStatus.SUBMITTED:
        return []
    policy = numbers(at).document
    return answers.lacking(row.asked, sheet, row.features, reasons=policy.reasons, zero_hazard_photos=policy.zero_hazard_photos)


def part(row: AnswerPart) -> Part:
    """Return a stored part as rules take it."""
    return Part(row.id, row.ranked_at, tuple(Answer.of_json(told) for told in row.items))


def submissions(rows: Iterable[SelfInspection]) -> dict[UUID, Submission]:
    """Return how those of these that were submitted were, by their ids (one query)."""
    ended = [row.id for row in rows if row.status == SelfInspectionStatus.SUBMITTED]
    return {row.self_inspection_id: row for row in Submission.objects.filter(self_inspection_id__in=ended)} if ended else {}
