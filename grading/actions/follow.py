"""Follow (跟进): what one ledger entry changes in the facts that are kept of an enterprise. Only its part is read again."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from backend.kernel.models import LedgerEntry
from grading.models import Fact
from grading.policy.document import Document
from grading.policy.facts import Facts, Verification
from grading.queries import looks, sources

# acts on a hazard that change nothing a grade rests on
QUIET = frozenset(
    f"hazard.{verb}"
    for verb in (
        "escalated", "planned", "extension_asked", "extension_refused", "listing_proposed", "transferred", "ruled", "moved",
        "signed", "drawn", "accepted",
    )
)  # fmt: skip


def changed(facts: Facts, entry: LedgerEntry, policy: Document, at: datetime) -> Facts:
    """Return the facts after what `entry` speaks of, read as it is now; the same entry again changes nothing."""
    reader = READERS.get(entry.subject_kind)
    return reader(facts, entry, policy, at) if reader else facts


def _hazard(facts: Facts, entry: LedgerEntry, _policy: Document, _at: datetime) -> Facts:
    found, visits = sources.hazard(entry.subject_id)
    others = tuple(hazard for hazard in facts.hazards if hazard.id != found.id)
    return replace(facts, hazards=(*others, found), verifications=_with(facts, visits))


def _self_inspection(facts: Facts, entry: LedgerEntry, policy: Document, _at: datetime) -> Facts:
    return replace(facts, periods=tuple(looks.periods(_firm(entry), policy)))


def _inspection(facts: Facts, entry: LedgerEntry, _policy: Document, _at: datetime) -> Facts:
    return replace(facts, verifications=_with(facts, looks.visit(entry.subject_id), without=entry.subject_id))


def _remote_check(facts: Facts, entry: LedgerEntry, _policy: Document, _at: datetime) -> Facts:
    return replace(facts, verifications=_with(facts, looks.remote_check(entry.subject_id), without=entry.subject_id))


def _fact(facts: Facts, entry: LedgerEntry, _policy: Document, _at: datetime) -> Facts:
    others = tuple(fact for fact in facts.dated if fact.id != entry.subject_id)
    rows = Fact.objects.filter(id=entry.subject_id, voided_at=None)
    return replace(facts, dated=(*others, *(sources.dated(row) for row in rows)))


def _override(facts: Facts, entry: LedgerEntry, _policy: Document, at: datetime) -> Facts:
    firm = _firm(entry)
    return replace(facts, overrides=tuple(sources.overrides_of([firm], at).get(firm, ())))


def _improvement(facts: Facts, entry: LedgerEntry, _policy: Document, _at: datetime) -> Facts:
    firm = _firm(entry)
    return replace(facts, decisions=tuple(sources.decisions_of([firm]).get(firm, ())))


def _appeal(facts: Facts, entry: LedgerEntry, _policy: Document, _at: datetime) -> Facts:
    firm = _firm(entry)
    return replace(facts, strikes=tuple(sources.strikes_of([firm]).get(firm, ())))


def _firm(entry: LedgerEntry) -> UUID:
    if entry.enterprise_id is None:
        raise ValueError("an entry that grading follows names its enterprise")
    return entry.enterprise_id


def _with(facts: Facts, visits: Iterable[Verification], *, without: UUID | None = None) -> tuple[Verification, ...]:
    known = {visit.id: visit for visit in facts.verifications if visit.id != without}
    return tuple({**known, **{visit.id: visit for visit in visits}}.values())


READERS: dict[str, Callable[[Facts, LedgerEntry, Document, datetime], Facts]] = {
    "hazard": _hazard, "self_inspection": _self_inspection, "inspection": _inspection, "remote_check": _remote_check,
    "fact": _fact, "override": _override, "improvement": _improvement, "appeal": _appeal,
}  # fmt: skip
FOLLOWED = (*READERS, "enterprise")
