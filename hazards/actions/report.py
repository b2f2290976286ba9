"""Report (上报): a hazard enters the loop."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from accounts.policy.actor import Actor, Duty
from backend.kernel import calendar, idempotency, rows
from backend.kernel.idempotency import Received
from backend.kernel.problems import NotFound, Problem
from backend.kernel.receipts import Receipt
from enterprises import queries as enterprises
from enterprises.models import Enterprise
from hazards import errors, queries
from hazards.actions import judge, open_
from hazards.actions.parts import Fix, Report, Ruling
from hazards.models import Hazard
from hazards.policy import recurrence, reporting
from hazards.policy.facts import Content, Facts
from hazards.policy.powers import confirms_within_power, criterion_if_major, due_not_past
from hazards.policy.words import BY_ENTERPRISE, ReviewMode, Source, Status

TRACES = (
    "SELECT id, checklist_item, location_name, latitude, longitude FROM hazards_hazard WHERE enterprise_id = %s"
    " AND category = %s AND closed_at >= %s AND status <> 'void' ORDER BY closed_at DESC LIMIT 50"
)


@dataclass(frozen=True, slots=True)
class Reported:
    """A hazard that was opened, with its receipt and what its reporter may do next."""

    hazard: Hazard
    receipt: Receipt
    facts: Facts
    bare: bool = False  # no photos named and no act inside: nothing more to read for the answer


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was looked up before the transaction begins, so that it stays short; judged only after the id is claimed."""

    enterprise: Enterprise | None
    duties: tuple[Duty, ...] = ()
    related: bool = True
    interested: bool = False
    traces: list[recurrence.Trace] = field(default_factory=list)


def report(report: Report, *, received: Received, actor: Actor, at: datetime) -> Reported:
    """Open a hazard (隐患上报). `at` is the instant of receipt.

    Raises: Replayed, SameId; NotFound for an enterprise or relation out of scope; the 422s of the form's meaning.
    """
    return _open(report, seen=_look(report, actor=actor, at=at), received=received, actor=actor, at=at)


def _look(report: Report, *, actor: Actor, at: datetime) -> _Seen:
    enterprise = enterprises.visible_to(actor).filter(id=report.enterprise_id).first()
    if enterprise is None:
        return _Seen(None)
    related = report.related_to is None or queries.visible_to(actor).filter(id=report.related_to).exists()
    return _seen(report, enterprise, traces=_traces(report, at=at), related=related, actor=actor)


def _seen(report: Report, enterprise: Enterprise | None, *, traces: list[recurrence.Trace], related: bool, actor: Actor) -> _Seen:
    if enterprise is None:
        return _Seen(None)
    place = enterprise.place
    duties = tuple(d for d in actor.duties if d.enterprise_id == enterprise.id or d.covers(place))
    interested = report.source not in BY_ENTERPRISE and enterprise.id in actor.interests
    return _Seen(enterprise, duties, related, interested, traces)


def _traces(report: Report, *, at: datetime) -> list[recurrence.Trace]:
    since = at - timedelta(days=queries.numbers(at).document.recurrence_days)
    found = rows.fetch(TRACES, [report.enterprise_id, report.category, since])
    return [recurrence.Trace(rows.uuid_of(i), item, place, _pair(lat, lng)) for i, item, place, lat, lng in found]


def _pair(latitude: float | None, longitude: float | None) -> tuple[float, float] | None:
    return None if latitude is None or longitude is None else (latitude, longitude)


def report_within(report: Report, *, receipt: Receipt, received: Received, actor: Actor, at: datetime) -> Reported:
    """Open a hazard inside the transaction of an act of a higher room, which has claimed the id already.

    Raises: as `report`, but for the id.
    """
    seen = _look(report, actor=actor, at=at)
    opening = _judged(report, seen=seen, received=received, actor=actor, at=at)
    return _reported(opening, open_.open_(opening), receipt)


@transaction.atomic
def _open(report: Report, *, seen: _Seen, received: Received, actor: Actor, at: datetime) -> Reported:
    receipt = idempotency.claim(received)
    opening = _judged(report, seen=seen, received=received, actor=actor, at=at)
    return _reported(opening, open_.open_(opening), receipt)


def _judged(report: Report, *, seen: _Seen, received: Received, actor: Actor, at: datetime) -> open_.Opened:
    """Return a report that may enter. Raises: NotFound, and the refusals of what it means."""
    if seen.enterprise is None or not seen.related:
        raise NotFound
    duty = _duty(report, seen, actor=actor, at=at)
    if seen.interested:
        raise errors.SamePerson(
            detail="在该企业任职的人员不得以监管身份上报其隐患", detail_en="You hold a duty at this enterprise"
        )
    again = recurrence.recurrence_of(
        report.trace(received.id), seen.traces, metres=queries.numbers(at).document.recurrence_metres
    )
    return open_.Opened(report, seen.enterprise, duty, again, received, actor, at)


def _reported(given: open_.Opened, hazard: Hazard, receipt: Receipt) -> Reported:
    report = given.report
    bare = not report.photos and report.fix is None and report.ruling is None
    return Reported(hazard, receipt, judge.facts_of(hazard, actor=given.actor, at=given.at, blocking=not bare), bare)


def report_many(sent: Sequence[tuple[Report, Received]], *, actor: Actor, at: datetime) -> list[Reported]:
    """Open those of many reports that may be opened together: one transaction, one statement per table, each judged alone.

    Left out, for `report` to judge: self-fixed ones (a lot is cast for each), those with a relation, those whose id is
    known, and those that are refused. Raises: django.db.Error if not all of the others went in; then none did.
    """
    known = idempotency.known(received.id for _, received in sent)
    plain = [(r, got) for r, got in sent if r.fix is None and r.related_to is None and got.id not in known]
    firms = enterprises.visible_to(actor).in_bulk({report.enterprise_id for report, _ in plain})
    traces: dict[tuple[UUID, str], list[recurrence.Trace]] = {}
    openings = []
    for report, received in plain:
        key = (report.enterprise_id, report.category)
        if key not in traces:
            traces[key] = _traces(report, at=at)
        seen = _seen(report, firms.get(report.enterprise_id), traces=traces[key], related=True, actor=actor)
        with suppress(Problem):
            openings.append(_judged(report, seen=seen, received=received, actor=actor, at=at))
    return _open_many(openings) if openings else []


@transaction.atomic
def _open_many(openings: list[open_.Opened]) -> list[Reported]:
    given = idempotency.claim_many([opening.received for opening in openings])
    hazards = open_.open_many(openings)
    return [_reported(one, hazard, given[hazard.id]) for one, hazard in zip(openings, hazards, strict=True)]


def _duty(report: Report, seen: _Seen, *, actor: Actor, at: datetime) -> Duty:
    """Return the duty that permits the report as it is; of several refusals the first duty's is told."""
    refusals: list[Problem] = []
    for duty in _duties(report, seen):
        try:
            _meaning(report, duty=duty, actor=actor, at=at)
        except Problem as refusal:
            refusals.append(refusal)
        else:
            return duty
    raise refusals[0] if refusals else errors.SourceNotYours()


def _duties(report: Report, seen: _Seen) -> Iterator[Duty]:
    allowed = reporting.SOURCES[report.source]
    yield from (duty for duty in seen.duties if duty.role in allowed)


def _meaning(report: Report, *, duty: Duty, actor: Actor, at: datetime) -> None:
    """Refuse what cannot be meant: verification and rectification where they do not belong, unknown codes (422)."""
    if report.ruling is not None:
        _judge_ruling(report.ruling, duty=duty, actor=actor, at=at)
    reporting.check_parts(
        source=report.source, role=duty.role, level_claimed=report.level_claimed,
        has_ruling=report.ruling is not None, has_fix=report.fix is not None,
    )  # fmt: skip
    if report.category not in queries.categories():
        raise errors.UnknownCategory
    if report.fix is not None and not report.fix.photos:
        raise errors.PhotoRequired


def _judge_ruling(ruling: Ruling, *, duty: Duty, actor: Actor, at: datetime) -> None:
    content = Content(
        level=ruling.level, criterion_in_force=queries.criterion_in_force(ruling.criterion, at=at),
        due_on=ruling.due_on, stop_work=ruling.stop_work,
    )  # fmt: skip
    facts = Facts(
        at=at, today=calendar.local_day(at), status=Status.REPORTED, level=ruling.level, level_claimed=ruling.level,
        source=Source.INSPECTION, review_mode=ReviewMode.FULL, roles=frozenset({duty.role.value}), actor=actor.id,
        person=actor.person, reporter=actor.person, content=content,
    )  # fmt: skip
    for guard in (confirms_within_power, criterion_if_major, due_not_past):
        guard(facts)


__all__ = ["Fix", "Report", "Reported", "Ruling", "report", "report_many"]
