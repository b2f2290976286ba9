"""Shadow runs (并行试算): bodies and answers."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from backend.kernel.web.fields import Body, Id, Out, ReceiptOut, RegionCode, When
from grading.actions.shadow import Wish
from grading.models import Shadow
from grading.queries import shadows as queries
from grading.schemas import trials


class ShadowIn(Body):
    """`POST /policies/{id}/shadows`: where, and until when (90 days unless said, 180 at most)."""

    id: Id | None = None
    region: RegionCode
    until: When | None = None

    def wish(self, policy_id: UUID, at: datetime) -> Wish:
        """Return what is wished for."""
        return Wish(policy_id, self.region, trials.ending(self.until, at) if self.until else None)


class ShadowEndingIn(Body):
    """`POST /shadows/{id}/endings`."""

    id: Id | None = None


class ShadowOut(Out):
    """A shadow run: how many stand where under the draft, beside what was published, as of the last pass (`looked_at`).

    `progress` is that of the pass under way, `filling` before the first one is whole.
    """

    id: UUID
    kind: Literal["shadow"]
    policy_id: UUID
    region: str
    status: Literal["filling", "running", "ended"]
    began_at: datetime
    until: datetime
    ended_at: datetime | None
    looked_at: datetime | None
    progress: trials.ProgressOut


class MadeShadowOut(ShadowOut):
    """The same, as it is answered to whoever switched it on."""

    receipt: ReceiptOut


class WholeShadowOut(ShadowOut):
    """A shadow run with its matrix and the first page of those who stand otherwise."""

    matrix: trials.MatrixOut
    counts: trials.TrialCountsOut
    changes: trials.ChangesOut


class ShadowsOut(Out):
    """A page of shadow runs of one policy, newest first."""

    items: list[ShadowOut]
    next_cursor: str | None
    count: int | None = None


class ShadowEndingOut(Out):
    """The end of a shadow run, with its receipt."""

    id: UUID
    kind: Literal["ending"]
    shadow: ShadowOut
    receipt: ReceiptOut


def shadow(row: Shadow) -> dict[str, Any]:
    """Return a shadow run as it stands now, without its matrix."""
    return {
        "id": row.id, "kind": "shadow", "policy_id": row.policy_id, "region": row.region, "status": queries.status(row),
        "began_at": row.began_at, "until": row.until, "ended_at": row.ended_at, "looked_at": row.looked_at,
        "progress": {"done": row.done, "total": max(row.total, row.done)},
    }  # fmt: skip


def matrix(row: Shadow) -> dict[str, Any]:
    """Return how many stand where, and what that adds up to."""
    counted = row.counted()
    return {"matrix": counted, "counts": trials.counts(counted)}
