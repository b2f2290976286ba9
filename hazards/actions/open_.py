"""The rows of a report (上报) that has been judged: the hazard with its first entry, acts inside it, photos, lot."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.policy.actor import Actor, Duty
from backend.kernel import calendar, ids, ledger
from backend.kernel.idempotency import Received
from enterprises.models import Enterprise
from hazards import queries
from hazards.actions import cool, lots, steps
from hazards.actions.parts import Report, ruled_columns, said_of
from hazards.models import Act, Hazard
from hazards.models.hazard import Opening
from hazards.policy import clocks, phrases, reporting
from hazards.policy.facts import Hands
from hazards.policy.words import BY_ENTERPRISE, Level, ReviewMode, Source, Status, Verb
from media.actions import attach
from media.policy.uses import PhotoRef, Use


@dataclass(frozen=True, slots=True)
class Opened:
    """A report that may enter: what it says, where, under which duty, what it repeats, who sent it when."""

    report: Report
    enterprise: Enterprise
    duty: Duty
    recurrence_of: UUID | None
    received: Received
    actor: Actor
    at: datetime


def open_(given: Opened) -> Hazard:
    """Write everything a report brings, inside the caller's transaction, and return the hazard."""
    (hazard,) = open_many([given])
    if hazard.review_mode == ReviewMode.SAMPLED:
        lots.cast(hazard, grade=given.enterprise.grade, at=given.at)
        cool.settle(hazard, at=given.at)
    return hazard


def open_many(given: Sequence[Opened]) -> list[Hazard]:
    """Write all that reports bring but the lots of sampled ones, inside the caller's transaction, a statement per table."""
    hazards = Hazard.open(_row(one) for one in given)
    pairs = list(zip(given, hazards, strict=True))
    acts = [act for one, hazard in pairs for act in _nested_acts(one, hazard=hazard)]
    if acts:
        Act.objects.bulk_create(acts)
    named = [photos for one, hazard in pairs for photos in _named(one, hazard=hazard)]
    if named:
        attach.attach_all(named, at=given[0].at)
    return hazards


def _row(given: Opened) -> tuple[Opening, dict[str, Any]]:
    status, columns, hands = _way_in(given)
    columns = {**_columns(given), **columns, "hands": hands.as_json()}
    columns |= _ladder(status, columns, at=given.at)
    return _opening(given, status=status, flags=columns["flags"]), columns


def _columns(given: Opened) -> dict[str, Any]:
    report, enterprise, actor, at = given.report, given.enterprise, given.actor, given.at
    spot = report.spot or (None, None)
    return {
        "id": given.received.id, "enterprise": enterprise, "industry": enterprise.industry, "source": report.source,
        "category": report.category, "title": report.title, "description": report.description, "location_name": report.place,
        "latitude": spot[0], "longitude": spot[1], "location": report.location, "checklist_item": report.checklist_item,
        "related_to_id": report.related_to, "level": report.level_claimed, "level_claimed": report.level_claimed,
        "recurrence_of_id": given.recurrence_of,
        "flags": reporting.flags(found_at=report.found_at, at=at, numbers=queries.numbers(at).document),
        "reporter_id": actor.id, "reporter_person": actor.person, "reporter_role": given.duty.role.value,
        "found_at": report.found_at, "received_at": at, "clock_from": at, **enterprise.place.columns(),
    }  # fmt: skip


def _opening(given: Opened, *, status: Status, flags: list[str]) -> Opening:
    report, duty = given.report, given.duty
    return Opening(
        status=status, signer=ledger.Signer(given.actor.id, duty.role.value, duty.id), at=given.at, claimed_at=report.found_at,
        facts={"level_claimed": report.level_claimed, "flags": flags, "self_fixed": report.fix is not None},
        said={"title": report.title, "description": report.description, "place": report.place},
        photos=steps.named((*report.photos, *(report.fix.photos if report.fix else ()))), request_id=given.received.request_id,
    )  # fmt: skip


def _way_in(given: Opened) -> tuple[Status, dict[str, Any], Hands]:
    """Return the status a report enters in, its further columns, and whose hands are known already."""
    report, person, at = given.report, given.actor.person, given.at
    if report.ruling is not None:
        columns = ruled_columns(report.ruling, category=report.category, at=at)
        return Status.RECTIFYING, columns, Hands(found=person, verified=person)
    if report.fix is None:
        return Status.REPORTED, {}, Hands(found=None if report.source in BY_ENTERPRISE else person)
    hands = Hands(rectified=frozenset({person}))
    if report.level_claimed == Level.MAJOR:
        return Status.REPORTED, {}, hands
    columns = {"review_mode": ReviewMode.SAMPLED, "submitted_at": at, "rectified_at": at}
    return Status.AWAITING_REINSPECTION, columns, hands


def _ladder(status: Status, columns: dict[str, Any], *, at: datetime) -> dict[str, Any]:
    base = {Status.REPORTED: at, Status.RECTIFYING: columns.get("due_at")}.get(status)
    if base is None:
        return {"escalation": {}, "next_step_at": None}
    days = calendar.current()
    ladder = clocks.climb(status=status, base=base, since=at, calendar=days)
    return {"escalation": {"key": ladder.key, "told": ladder.told}, "next_step_at": clocks.next_at(ladder, days)}


def _nested_acts(given: Opened, *, hazard: Hazard) -> Iterator[Act]:
    """Make the acts that came inside the report: its verification or its rectification."""
    report, actor, duty = given.report, given.actor, given.duty
    common = {
        "hazard": hazard, "round": 1, "actor_id": actor.id, "actor_name": actor.name, "person": actor.person,
        "role": duty.role.value, "duty_id": duty.id, "at": given.at,
    }  # fmt: skip
    if report.ruling is not None:
        said = said_of(report.ruling, due_at=hazard.due_at)
        yield Act(id=ids.new(), kind="verification", verb=Verb.CONFIRM, said=said, salt=ledger.salt(), **common)
    if report.fix is not None:
        names = [str(photo.id) for photo in report.fix.photos]
        yield Act(
            id=ids.new(), kind="rectification", verb=Verb.SUBMIT, said=report.fix.said(), photo_ids=names, salt=ledger.salt(),
            **common,
        )  # fmt: skip


def _named(given: Opened, *, hazard: Hazard) -> Iterator[tuple[Sequence[PhotoRef], Use]]:
    report, actor = given.report, given.actor
    use = Use(
        subject_id=hazard.id, subject_kind="hazard", act_id=hazard.id, label="report", author_id=actor.id,
        author_person=actor.person, enterprise_id=hazard.enterprise_id, place=hazard.place,
        not_before=reporting.photo_not_before(report.found_at, numbers=queries.numbers(given.at).document),
        caption=hazard.location_name, person=phrases.signed(actor.name, given.duty.role),
        spot=report.spot, firm_spot=steps.spot_of(given.enterprise),
    )  # fmt: skip
    if report.photos:
        # whoever passes on what somebody told him has not seen it, and who told him is not to be named
        teller = "" if report.source == Source.PUBLIC_REPORT else use.person
        yield report.photos, replace(use, person=teller)
    if report.fix is not None and report.fix.photos:
        yield report.fix.photos, replace(use, label="rectification", not_before=report.found_at)
