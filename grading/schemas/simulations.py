"""Simulations (推演): bodies and answers."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from backend.kernel.web.fields import Body, Id, Out, ReceiptOut, RegionCode, When
from grading.actions.simulate import Asked
from grading.models import Simulation
from grading.queries import simulations as queries
from grading.schemas import trials


class SimulationIn(Body):
    """`POST /policies/{id}/simulations`: where, and from when to when; a day means from its first to its last moment."""

    id: Id | None = None
    region: RegionCode
    from_: When = Field(alias="from")
    to: When

    def asked(self, policy_id: UUID, at: datetime) -> Asked:
        """Return what is asked for."""
        return Asked(policy_id, self.region, trials.beginning(self.from_), trials.ending(self.to, at))


class SimulationOut(Out):
    """A simulation: where it stands, and how many go from which published colour to which under the draft, at `to`.

    `not_reproduced` counts enterprises whose past, put together again, does not give the colour that was published.
    """

    id: UUID
    kind: Literal["simulation"]
    policy_id: UUID
    region: str
    from_: datetime = Field(alias="from")
    to: datetime
    status: Literal["queued", "running", "done", "failed"]
    progress: trials.ProgressOut
    matrix: trials.MatrixOut
    counts: trials.TrialCountsOut
    not_reproduced: int
    asked_at: datetime
    ended_at: datetime | None


class MadeSimulationOut(SimulationOut):
    """The same, as it is answered to whoever asked for it."""

    receipt: ReceiptOut


class WholeSimulationOut(SimulationOut):
    """A simulation with the first page of those who would change."""

    changes: trials.ChangesOut


class SimulationsOut(Out):
    """A page of simulations of one policy, newest first."""

    items: list[SimulationOut]
    next_cursor: str | None
    count: int | None = None


def simulation(row: Simulation) -> dict[str, Any]:
    """Return a simulation as it stands now."""
    matrix = row.counted()
    return {
        "id": row.id, "kind": "simulation", "policy_id": row.policy_id, "region": row.region, "from": row.since, "to": row.until,
        "status": queries.status(row), "progress": {"done": row.done, "total": max(row.total, row.done)}, "matrix": matrix,
        "counts": trials.counts(matrix), "not_reproduced": row.not_reproduced, "asked_at": row.asked_at, "ended_at": row.ended_at,
    }  # fmt: skip
