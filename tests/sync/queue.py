"""What a phone's queue is made of in tests."""

from typing import Any
from uuid import UUID

from backend.kernel import clock, ids
from tests.loop import CATEGORY

URL = "/sync/acts"


def member(kind: str, path: str, **body: Any) -> dict[str, Any]:
    """Return one act of a queue, with an id unless it has one."""
    return {"kind": kind, "path": path, "body": {"id": str(ids.new()), **body}}


def report(cast: Any, **more: Any) -> dict[str, Any]:
    """Return a snapshot of enterprise A."""
    said = {
        "enterprise_id": str(cast.a.id), "source": "snapshot", "category": CATEGORY, "description": "配电箱门缺失",
        "place": "一号车间", "found_at": clock.text(clock.now()),
    }  # fmt: skip
    return member("hazard", "/hazards", **{**said, **more})


def finding(cast: Any, **more: Any) -> dict[str, Any]:
    """Return an inspector's finding at enterprise A, with its verification."""
    ruling = {"level": "general", "requirement": "限期整改"}
    return report(cast, **{"source": "inspection", "verification": ruling, **more})


def fix(hazard_id: UUID | str, **more: Any) -> dict[str, Any]:
    """Return a rectification."""
    said = {"measures": "已加装箱门", "responsible": "李工", "finished_at": clock.text(clock.now())}
    return member("rectification", f"/hazards/{hazard_id}/rectifications", **{**said, **more})


def withdrawal(hazard_id: UUID | str, **more: Any) -> dict[str, Any]:
    """Return a withdrawal."""
    return member("withdrawal", f"/hazards/{hazard_id}/withdrawals", **more)


def id_of(act: dict[str, Any]) -> str:
    """Return the id of a member."""
    return str(act["body"]["id"])
