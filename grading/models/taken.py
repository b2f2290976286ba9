"""What every act of this room hands to the ledger."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from backend.kernel import ledger
from enterprises.models import Enterprise


@dataclass(frozen=True, slots=True)
class Taken:
    """Who acted, when, under which duty. `said` is committed to under `salt`, `facts` stand in the ledger."""

    signer: ledger.Signer
    at: datetime
    act_id: UUID | None = None
    salt: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    said: Mapping[str, Any] = field(default_factory=dict)
    photos: Sequence[Mapping[str, Any]] = ()
    request_id: str = ""

    def step(
        self, kind: str, subject_kind: str, subject_id: UUID, enterprise: Enterprise, *, before: str, after: str,
        facts: Mapping[str, Any] | None = None,
    ) -> ledger.Step:  # fmt: skip
        """Return the ledger entry about a subject at an enterprise; `facts` take the place of the act's own."""
        return ledger.Step(
            kind=kind, subject_kind=subject_kind, subject_id=subject_id, signer=self.signer, at=self.at, before=before,
            after=after, place=enterprise.place.code, enterprise_id=enterprise.id, act_id=self.act_id,
            facts=self.facts if facts is None else facts, said=self.said, salt=self.salt, photos=self.photos,
            request_id=self.request_id,
        )  # fmt: skip
