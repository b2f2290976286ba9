"""Policies: versioned documents with an effective date, checked by the schema that their room registers."""

import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from backend.kernel.models import PolicyVersion

Document = TypeVar("Document", bound=BaseModel)
KINDS: dict[str, type[BaseModel]] = {}
DRAFTED: set[str] = set()
KEEP_S = 5.0
_cache: dict[str, tuple[float, list[PolicyVersion]]] = {}
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class InForce(Generic[Document]):
    """A policy document and the version number that explains what it decided; 0 is the built-in default."""

    version: int
    document: Document


def register(
    kind: str, schema: type[Document], *, retired: Collection[str] = (), drafted: bool = False
) -> Callable[[datetime], InForce[Document]]:
    """Register `schema` for policies of `kind` and return the function that gives the one in force at an instant.

    Every member of `schema` has a default, so that an empty table means the defaults of lifecycle.md. `retired` are members
    that `schema` once had: versions adopted then are kept as they are, for the ledger holds their digest, and read without.
    `drafted`: one that is sent without a day is a draft, and comes into force by an act of its own.
    """
    KINDS[kind] = schema
    if drafted:
        DRAFTED.add(kind)

    def in_force(at: datetime) -> InForce[Document]:
        return _in_force(kind, schema, frozenset(retired), at)

    return in_force


def _in_force(kind: str, schema: type[Document], retired: frozenset[str], at: datetime) -> InForce[Document]:
    current = [(row.effective_from, row.version or 0, row) for row in _versions(kind) if row.effective_from]
    begun = [one for one in current if one[0] <= at]
    if not begun:
        return InForce(0, schema())
    _, version, latest = max(begun, key=lambda one: one[:2])
    document = {name: value for name, value in latest.document.items() if name not in retired}
    return InForce(version, schema.model_validate(document))


def _versions(kind: str) -> list[PolicyVersion]:
    with _lock:
        kept = _cache.get(kind)
    if kept and time.monotonic() - kept[0] < KEEP_S:
        return kept[1]
    rows = list(PolicyVersion.objects.filter(kind=kind, version__isnull=False).order_by("version"))
    with _lock:
        _cache[kind] = (time.monotonic(), rows)
    return rows


def next_from(kind: str, at: datetime) -> datetime | None:
    """Return when the next version of `kind` comes into force after `at`, or None if none is adopted yet."""
    coming = [row.effective_from for row in _versions(kind) if row.effective_from]
    return min((start for start in coming if start > at), default=None)


def forget() -> None:
    """Drop what was kept in memory, after a policy was adopted in this process (others follow within five seconds)."""
    with _lock:
        _cache.clear()


def as_public(row: PolicyVersion) -> dict[str, Any]:
    """Return a policy version, or a draft, as the API shows it."""
    since = row.effective_from.astimezone(UTC) if row.effective_from else None
    return {
        "id": row.id, "kind": row.kind, "status": "draft" if row.is_draft else "adopted", "version": row.version,
        "document": row.document, "effective_from": since, "reason": row.reason,
    }  # fmt: skip
