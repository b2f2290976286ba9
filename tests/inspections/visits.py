"""Inspections told over HTTP, as phones send them."""

from datetime import datetime, timedelta
from typing import Any

from backend.kernel import clock, ids
from backend.kernel.calendar import local_day
from tests.api import Api
from tests.loop import CATEGORY

AT_A = {"latitude": 28.0391, "longitude": 120.6557, "accuracy_m": 15}
RULING = {"level": "general", "requirement": "限期整改"}
CODE = "ZJXZ-2026-000001"


def planning(cast: Any, *, day: Any = None, **more: Any) -> dict[str, Any]:
    """Return the plan of a patrol at A today; `more` overrides."""
    said = {
        "id": str(ids.new()), "type": "grid_patrol", "enterprise_id": str(cast.a.id),
        "planned_on": (day or local_day(clock.now())).isoformat(),
    }  # fmt: skip
    return {**said, **more}


def administrative(cast: Any, **more: Any) -> dict[str, Any]:
    """Return the plan of an administrative inspection by the cast's first two inspectors, with its action code."""
    two = [str(cast.inspector.id), str(cast.inspector_2.id)]
    said = {"type": "administrative_inspection", "inspectors": two, "action_code": CODE}
    return planning(cast, **{**said, **more})


def planned(cast: Any, by: str = "inspector", **more: Any) -> dict[str, Any]:
    """Return an inspection that was planned."""
    body = administrative(cast, **more) if more.get("type", "") == "administrative_inspection" else planning(cast, **more)
    reply = Api().as_(getattr(cast, by)).post("/inspections", body)
    assert reply.status_code == 201, reply.content
    return reply.json()


def begun(cast: Any, by: str = "inspector", **more: Any) -> dict[str, Any]:
    """Return an inspection whose first officer has checked in."""
    visit = planned(cast, by, **more)
    done(cast, by, visit, "check-ins", location=AT_A)
    return visit


def act(cast: Any, by: str, visit: dict[str, Any], noun: str, **body: Any) -> Any:
    """Return the answer to one act."""
    return Api().as_(getattr(cast, by)).post(f"/inspections/{visit['id']}/{noun}", {"id": str(ids.new()), **body})


def done(cast: Any, by: str, visit: dict[str, Any], noun: str, **body: Any) -> dict[str, Any]:
    """Return what an act that succeeds is answered."""
    reply = act(cast, by, visit, noun, **body)
    assert reply.status_code == 201, reply.content
    return reply.json()


def a_finding(**more: Any) -> dict[str, Any]:
    """Return the body of a finding with its verification."""
    said = {"category": CATEGORY, "description": "配电箱门缺失", "place": "一号车间", "found_at": clock.text(clock.now())}
    return {**said, "verification": RULING, **more}


def ago(**how: float) -> str:
    """Return an instant so long ago, as text."""
    moment: datetime = clock.now() - timedelta(**how)
    return clock.text(moment)
