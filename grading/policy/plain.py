"""Facts as canonical JSON and back: what is kept of an enterprise, and what the API hands out so that anyone can recompute."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from grading.policy.facts import (
    Dated,
    Decision,
    Facts,
    Lapse,
    Override,
    Period,
    Strike,
    Verification,
    Weighed,
)
from hazards.policy.words import Level, Source, Status


def as_plain(facts: Facts) -> dict[str, Any]:
    """Return facts as JSON; what stands in a list is in the order of ids, so that equal facts are equal JSON."""
    return {
        "registered_at": instant(facts.registered_at),
        "rated": facts.rated,
        "hazards": [_hazard(hazard) for hazard in sorted(facts.hazards, key=lambda x: x.id)],
        "self_checks": [_period(period) for period in sorted(facts.periods, key=lambda x: (x.due_at, x.ids))],
        "facts": [_dated(fact) for fact in sorted(facts.dated, key=lambda x: (x.kind, x.id, x.code))],
        "verifications": [
            {"id": str(visit.id), "kind": visit.kind, "at": instant(visit.at)}
            for visit in sorted(facts.verifications, key=lambda x: x.id)
        ],
        "overrides": [_override(override) for override in sorted(facts.overrides, key=lambda x: x.id)],
        "decisions": [
            {"id": str(one.id), "at": instant(one.at)} for one in sorted(facts.decisions, key=lambda x: x.id)
        ],
        "strikes": [
            {"factor": strike.factor, "evidence": str(strike.evidence)}
            for strike in sorted(facts.strikes, key=lambda x: (x.factor, x.evidence))
        ],
    }  # fmt: skip


def from_plain(plain: Mapping[str, Any]) -> Facts:
    """Return the facts that `as_plain` wrote."""
    return Facts(
        registered_at=_at(plain["registered_at"]),
        rated=plain["rated"],
        hazards=tuple(hazard_from(row) for row in plain["hazards"]),
        periods=tuple(
            Period(_at(p["due_at"]), _ids(p["ids"]), _ids(p["missed"]), _ids(p["late"])) for p in plain["self_checks"]
        ),
        dated=tuple(
            Dated(UUID(f["id"]), f["kind"], _at(f["from"]), _maybe(f["to"]), f["code"]) for f in plain["facts"]
        ),
        verifications=tuple(Verification(UUID(v["id"]), v["kind"], _at(v["at"])) for v in plain["verifications"]),
        overrides=tuple(
            Override(UUID(o["id"]), o["grade"], _at(o["at"]), _at(o["until"])) for o in plain["overrides"]
        ),
        decisions=tuple(Decision(UUID(d["id"]), _at(d["at"])) for d in plain["decisions"]),
        strikes=tuple(Strike(s["factor"], UUID(s["evidence"])) for s in plain["strikes"]),
    )  # fmt: skip


def instant(at: datetime) -> str:
    """Return an instant as RFC 3339 in UTC."""
    return at.astimezone(UTC).isoformat()


def hazard_from(row: Mapping[str, Any]) -> Weighed:
    """Return one hazard as the rules see it."""
    return Weighed(
        id=UUID(row["id"]), level=Level(row["level"]), source=Source(row["source"]), status=Status(row["status"]),
        since=_at(row["since"]), due_at=_maybe(row["due_at"]), submitted_at=_maybe(row["submitted_at"]),
        closed_at=_maybe(row["closed_at"]), listed=row["listed"], stop_work=row["stop_work"], recurrence=row["recurrence"],
        lapses=tuple(Lapse(lapse["kind"], _at(lapse["at"])) for lapse in row["lapses"]),
    )  # fmt: skip


def _hazard(hazard: Weighed) -> dict[str, Any]:
    return {
        "id": str(hazard.id), "level": hazard.level.value, "source": hazard.source.value, "self_found": hazard.self_found,
        "status": hazard.status.value, "since": instant(hazard.since), "due_at": _said(hazard.due_at),
        "submitted_at": _said(hazard.submitted_at), "closed_at": _said(hazard.closed_at), "listed": hazard.listed,
        "stop_work": hazard.stop_work, "recurrence": hazard.recurrence,
        "lapses": [{"kind": x.kind, "at": instant(x.at)} for x in sorted(hazard.lapses, key=lambda x: (x.at, x.kind))],
    }  # fmt: skip


def _period(period: Period) -> dict[str, Any]:
    ids = {name: [str(id) for id in getattr(period, name)] for name in ("ids", "missed", "late")}
    return {"due_at": instant(period.due_at), **ids}


def _dated(fact: Dated) -> dict[str, Any]:
    dates = {"from": instant(fact.valid_from), "to": _said(fact.valid_to)}
    return {"id": str(fact.id), "kind": fact.kind, **dates, "code": fact.code}


def _override(override: Override) -> dict[str, Any]:
    return {"id": str(override.id), "grade": override.grade, "at": instant(override.at), "until": instant(override.until)}


def _said(at: datetime | None) -> str | None:
    return instant(at) if at else None


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _maybe(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _ids(texts: list[str]) -> tuple[UUID, ...]:
    return tuple(UUID(text) for text in texts)
