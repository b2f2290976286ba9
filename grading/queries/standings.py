"""How enterprises stand, as rows: locked for a look, found when the calendar asks for one, with the facts that are kept."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from backend.kernel.models import LedgerEntry
from backend.kernel.problems import NotFound
from enterprises.models import Enterprise
from grading.models import Standing
from grading.policy import plain
from grading.policy.document import Document
from grading.policy.fact_kinds import KINDS
from grading.policy.facts import Facts
from grading.policy.standing import Standing as Track
from grading.queries import sources


def lock(enterprise_id: UUID) -> Standing:
    """Return how an enterprise stands, with the enterprise, its row locked until the transaction ends; made if there is none.

    Raises: NotFound.
    """
    found = _locked(enterprise_id)
    if found is None:
        if not Enterprise.objects.filter(id=enterprise_id).exists():
            raise NotFound
        Standing.objects.bulk_create([Standing(enterprise_id=enterprise_id)], ignore_conflicts=True)
        found = _locked(enterprise_id)
    if found is None:
        raise NotFound
    return found


def _locked(enterprise_id: UUID) -> Standing | None:
    rows = Standing.objects.select_for_update(of=("self",), no_key=True).select_related("enterprise")
    return rows.filter(enterprise_id=enterprise_id).first()


def of(enterprise_id: UUID) -> Standing:
    """Return how an enterprise stands, a fresh one if it was never looked at."""
    return Standing.objects.filter(enterprise_id=enterprise_id).first() or Standing(enterprise_id=enterprise_id)


def track(row: Standing) -> Track:
    """Return the stepped track of a row."""
    return Track(row.stepped, row.improved_at, row.worsened_at)


def facts(row: Standing) -> Facts | None:
    """Return the facts that are kept, with what the enterprise's file says now; None if they have to be read anew."""
    if row.facts is None:
        return None
    kept = plain.from_plain(row.facts)
    stored = tuple(fact for fact in kept.dated if KINDS[fact.kind].stored)
    enterprise = row.enterprise
    return replace(kept, dated=(*stored, *sources.of_enterprise(enterprise)), registered_at=enterprise.registered_at)


def facts_anew(row: Standing, policy: Document, at: datetime) -> Facts:
    """Return the facts of one enterprise, read from where they come from."""
    enterprise = row.enterprise
    return sources.facts_of([enterprise], {enterprise.id: row.stepped != "grey"}, policy, at)[enterprise.id]


def due(at: datetime, *, most: int) -> list[UUID]:
    """Return the enterprises whose grade the calendar may have changed, longest waiting first."""
    rows = Standing.objects.filter(next_at__lte=at).order_by("next_at")
    return list(rows.values_list("enterprise_id", flat=True)[:most])


def entries_since(enterprise_id: UUID, since: datetime | None, until: datetime, kinds: Collection[str]) -> list[LedgerEntry]:
    """Return the ledger entries about an enterprise after `since`, of subjects of these kinds, oldest first."""
    rows = LedgerEntry.objects.filter(enterprise_id=enterprise_id, at__lte=until, subject_kind__in=kinds)
    return list((rows.filter(at__gt=since) if since else rows).order_by("at", "seq"))
