"""Facts for tests of the rule: short names for what an enterprise can have."""

from datetime import timedelta
from uuid import UUID

from grading.policy.document import Document
from grading.policy.facts import Dated, Facts, Lapse, Period, Verification, Weighed
from grading.policy.grade import grade
from hazards.policy.words import Level, Source, Status
from tests.cast import DAY, LONG_AGO, NOON, SECOND

V1, WEEK, MS = Document(), 7 * DAY, timedelta(milliseconds=1)
DONE, AWAITS = {"status": Status.CLOSED}, {"status": Status.AWAITING_REINSPECTION}
MAJOR, OWN = {"level": Level.MAJOR}, {"source": Source.SELF_INSPECTION}
_ids = iter(range(1, 10_000_000))


def new_id() -> UUID:
    return UUID(int=next(_ids))


def hazard(*, late=-DAY, status=Status.RECTIFYING, source=Source.INSPECTION, level=Level.GENERAL, **more) -> Weighed:
    columns = {
        "since": NOON - 30 * DAY,
        "due_at": NOON - late,
        "closed_at": NOON - DAY if status == Status.CLOSED else None,
        **more,
    }
    return Weighed(id=new_id(), level=level, source=source, status=status, **columns)


def failed(ago=DAY, *, kind="reinspection_failed", times=1) -> tuple[Lapse, ...]:
    return (Lapse(kind, NOON - ago),) * times


def fact(kind, code="", *, ago=DAY, to=None) -> Dated:
    return Dated(new_id(), kind, NOON - ago, to, code)


def period(ago=DAY, *, missed=0, late=0, of=1) -> Period:
    ids = tuple(new_id() for _ in range(of))
    return Period(NOON - ago, ids, ids[:missed], ids[missed : missed + late])


def periods(*states) -> tuple[Period, ...]:
    """The newest first: "missed", "late" or "done"."""
    return tuple(period((n + 1) * 30 * DAY, missed=s == "missed", late=s == "late") for n, s in enumerate(states))


def visit(ago=DAY, kind="on_site") -> Verification:
    return Verification(new_id(), kind, NOON - ago)


def facts(*things, rated=True, registered_at=LONG_AGO, **more) -> Facts:
    """Facts of an enterprise that has these things, whatever they are."""
    sorts = {Weighed: "hazards", Dated: "dated", Period: "periods", Verification: "verifications"}
    parts = {name: tuple(t for t in things if type(t) is sort) for sort, name in sorts.items()}
    return Facts(registered_at=registered_at, rated=rated, **{**parts, **more})


def graded(*things, at=NOON, policy=V1, **more):
    return grade(facts(*things, **more), policy, at)


def points(result):
    return {row.factor: round(row.points, 2) for row in result.rows if row.points}


def policy(**document) -> Document:
    return Document.model_validate(document)


__all__ = [
    "AWAITS", "DAY", "DONE", "LONG_AGO", "MAJOR", "MS", "NOON", "OWN", "SECOND", "V1", "WEEK", "fact", "facts", "failed",
    "graded", "hazard", "new_id", "period", "periods", "points", "policy", "visit",
]  # fmt: skip
