"""Finding checklists. Published and retired versions are everybody's to read, drafts the regulators'."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any
from uuid import UUID

import yaml
from django.conf import settings
from django.db.models import QuerySet

from accounts.policy.actor import Actor
from accounts.policy.roles import Role
from backend.kernel.models import LedgerEntry
from backend.kernel.problems import NotFound
from enterprises.policy import words
from hazards import queries as hazards
from inspections.errors import ChecklistUnknown
from inspections.models import ChecklistVersion
from inspections.policy.templates import ChecklistStatus, Known

FEATURE_SETS = {
    "涉爆粉尘": "combustible_dust", "喷涂": "spraying", "有限空间": "confined_space", "涉氨": "ammonia_refrigeration",
}  # fmt: skip


def visible_to(actor: Actor) -> QuerySet[ChecklistVersion]:
    """Return the versions this person may read."""
    rows = ChecklistVersion.objects.all()
    return rows if actor.has(Role.REGULATOR) else rows.exclude(status=ChecklistStatus.DRAFT)


def in_force(code: str) -> ChecklistVersion:
    """Return the version of a checklist that is in force. Raises: NotFound."""
    found = ChecklistVersion.objects.filter(code=code, status=ChecklistStatus.PUBLISHED).first()
    if found is None:
        raise NotFound
    return found


def ids_in_force() -> list[UUID]:
    """Return the ids of the versions in force, by code."""
    return list(ChecklistVersion.objects.filter(status=ChecklistStatus.PUBLISHED).order_by("code").values_list("id", flat=True))


def versions(ids: Iterable[UUID]) -> list[ChecklistVersion]:
    """Return these versions, by code."""
    return list(ChecklistVersion.objects.filter(id__in=list(ids)).order_by("code"))


def version(code: str, number: int, *, actor: Actor) -> ChecklistVersion:
    """Return one version that `actor` may read. Raises: NotFound."""
    found = visible_to(actor).filter(code=code, version=number).first()
    if found is None:
        raise NotFound
    return found


def get(version_id: UUID, *, actor: Actor) -> ChecklistVersion:
    """Return one version by its id that `actor` may read. Raises: NotFound."""
    found = visible_to(actor).filter(id=version_id).first()
    if found is None:
        raise NotFound
    return found


def chain_of(version_id: UUID, *, actor: Actor) -> QuerySet[LedgerEntry]:
    """Return the chain of one version that `actor` may read; drafts are the regulators' and auditors'. Raises: NotFound."""
    if not (actor.has(Role.AUDITOR) and ChecklistVersion.objects.filter(id=version_id).exists()):
        get(version_id, actor=actor)
    return LedgerEntry.objects.filter(subject_id=version_id)


def lock(version_id: UUID, *, actor: Actor) -> tuple[ChecklistVersion, list[ChecklistVersion]]:
    """Return one version that `actor` may read and all of its code, their rows locked in one order. Raises: NotFound."""
    code = get(version_id, actor=actor).code
    rows = list(ChecklistVersion.objects.select_for_update().filter(code=code).order_by("version"))
    return next(row for row in rows if row.id == version_id), rows


def pin(codes: Iterable[str]) -> list[ChecklistVersion]:
    """Return the versions in force of these checklists, in their order: what an occurrence that begins now is held to.

    Raises: ChecklistUnknown, with the codes of which none is in force.
    """
    wanted = list(dict.fromkeys(codes))
    rows = {row.code: row for row in ChecklistVersion.objects.filter(code__in=wanted, status=ChecklistStatus.PUBLISHED)}
    if lacking := [code for code in wanted if code not in rows]:
        raise ChecklistUnknown(codes=lacking)
    return [rows[code] for code in wanted]


def pins(codes: Iterable[str]) -> list[dict[str, Any]]:
    """Return the versions in force of these checklists as an inspection keeps them. Raises: ChecklistUnknown."""
    return [{"id": str(row.id), "code": row.code, "version": row.version} for row in pin(codes)]


def listed(*, status: str, industry: str | None, actor: Actor) -> QuerySet[ChecklistVersion]:
    """Return the versions of `GET /checklists`; `industry` is a set of the catalogue (泵阀)."""
    rows = visible_to(actor).filter(status=status)
    if industry is None:
        return rows
    # the sets are few and short: as text, because SQLite has no containment for JSON
    fitting = [row.id for row in rows.only("id", "industries") if industry in row.industries]
    return rows.filter(id__in=fitting)


def known(versions: Iterable[ChecklistVersion]) -> Known:
    """Return what a new version may refer to, given all of its code so far."""
    public = [row for row in versions if row.status != ChecklistStatus.DRAFT]
    current = next((row for row in public if row.status == ChecklistStatus.PUBLISHED), None)
    return Known(
        categories=hazards.categories(), criteria=hazards.criteria(), features=words.RISK_FEATURES,
        in_force={item["code"]: item["category"] for item in current.items} if current else {},
        ever={item["code"] for row in public for item in row.items},
    )  # fmt: skip


@lru_cache(maxsize=1)
def catalogue() -> dict[str, Any]:
    """Return the catalogue's checklists, read once: `templates`, and `industry_sets` (which of them a firm gets)."""
    document: dict[str, Any] = yaml.safe_load((settings.CATALOGUE_DIR / "checklists.yaml").read_text(encoding="utf-8"))
    return document


def industry_sets() -> dict[str, list[str]]:
    """Return the catalogue's sets: name -> codes of the checklists."""
    found: dict[str, list[str]] = catalogue()["industry_sets"]
    return found
