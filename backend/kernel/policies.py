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
KEEP_S = 5.0
_cache: dict[str, tuple[float, list[PolicyVersion]]] = {}
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class InForce(Generic[Document]):
    """A policy document and the version number that explains what it decided; 0 is the built-in default."""

    version: int
    document: Document


def register(kind: str, schema: type[Document], *, retired: Collection[str] = ()) -> Callable[[datetime], InForce[Document]]:
    """Register `schema` for policies of `kind` and return the function that gives the one in force at an instant.

    Every member of `schema` has a default, so that an empty table means the defaults of lifecycle.md. `retired` are members
    that `schema` once had: versions adopted then are kept as they are, for the ledger holds their digest, and read without.
    """
    KINDS[kind] = schema

    def in_force(at: datetime) -> InForce[Document]:
        return _in_force(kind, schema, frozenset(retired), at)

    return in_force


def _in_force(kind: str, schema: type[Document], retired: frozenset[str], at: datetime) -> InForce[Document]:
    current = [row for row in _versions(kind) if row.effective_from <= at]
    if not current:
        return InForce(0, schema())
    latest = max(current, key=lambda row: (row.effective_from, row.version))
    document = {name: value for name, value in latest.document.items() if name not in retired}
    return InForce(latest.version, schema.model_validate(document))


def _versions(kind: str) -> list[PolicyVersion]:
    with _lock:
        kept = _cache.get(kind)
    if kept and time.monotonic() - kept[0] < KEEP_S:
        return kept[1]
    rows = list(PolicyVersion.objects.filter(kind=kind).order_by("version"))
    with _lock:
        _cache[kind] = (time.monotonic(), rows)
    return rows


def forget() -> None:
    """Drop what was kept in memory, after a policy was adopted in this process (others follow within five seconds)."""
    with _lock:
        _cache.clear()


def as_public(row: PolicyVersion) -> dict[str, Any]:
    """Return a policy version as the API shows it."""
    return {
        "id": row.id, "kind": row.kind, "version": row.version, "document": row.document,
        "effective_from": row.effective_from.astimezone(UTC), "reason": row.reason,
    }  # fmt: skip
