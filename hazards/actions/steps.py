"""How every act on a hazard is taken: claim the id, lock, judge; then act row, advance, photos. One transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.policy.actor import Actor, Duty
from accounts.policy.roles import BOUND_TO_ENTERPRISE, OFFICIALS, Role
from backend.kernel import calendar, idempotency, ledger
from backend.kernel.idempotency import Received
from backend.kernel.receipts import Receipt
from enterprises.models import Enterprise
from hazards import lifecycle, queries
from hazards.actions import judge
from hazards.models import Act, Hazard
from hazards.models.hazard import Advance
from hazards.policy import clocks, phrases
from hazards.policy.facts import Content, Facts, Hands
from hazards.policy.words import Party, ReviewMode, Status, Verb
from media import queries as media
from media.actions import attach
from media.policy.uses import PhotoRef, Use

NAMED_FIRST = frozenset({Verb.PASS, Verb.SIGN, Verb.COUNTERSIGN})
NEEDS_PHOTOS = NAMED_FIRST | {Verb.CONFIRM}


@dataclass(frozen=True, slots=True)
class Remarks:
    """What any act may carry: a note, a place (as sent), photos."""

    note: str = ""
    location: dict[str, Any] | None = None
    photos: tuple[PhotoRef, ...] = ()


@dataclass(frozen=True, slots=True)
class Done:
    """An act that was taken: its row, the hazard after it, the receipt, and what the actor may do next."""

    act: Act
    hazard: Hazard
    receipt: Receipt
    facts: Facts


@dataclass(frozen=True, slots=True)
class Step:
    """An act that may be taken: everything locked and judged, nothing written yet but the claim of the id."""

    verb: Verb
    hazard: Hazard
    after: Status
    actor: Actor
    at: datetime
    received: Received
    receipt: Receipt
    facts: Facts
    signer: ledger.Signer


def signer_for(verb: Verb, hazard: Hazard, actor: Actor, facts: Facts) -> ledger.Signer:
    """Return the actor under the one of his duties that alone permits the act; the reporter under the one he reported in."""
    place = hazard.place
    reaching = [d for d in actor.duties if d.enterprise_id == hazard.enterprise_id or d.covers(place)]
    if Party.REPORTER in lifecycle.PARTIES[verb]:
        reaching.sort(key=lambda duty: duty.role != hazard.reporter_role)
    duty = next((d for d in reaching if judge.refusal(_alone(facts, d), verb) is None), reaching[0])
    return ledger.Signer(actor.id, duty.role.value, duty.id)


def _alone(facts: Facts, duty: Duty) -> Facts:
    regulates = frozenset({duty.level} if duty.role == Role.REGULATOR else ())
    return replace(facts, roles=(facts.roles & set(Party)) | {duty.role.value}, regulates=regulates)


def begin(verb: Verb, *, received: Received, hazard_id: UUID, actor: Actor, at: datetime, content: Content) -> Step:
    """Claim the act's id, lock the hazard, judge. Raises: Replayed, SameId, NotFound, and whatever the lifecycle refuses."""
    receipt = idempotency.claim(received, subject_id=hazard_id)
    return judged(
        verb, queries.lock(hazard_id, actor=actor), received=received, receipt=receipt, actor=actor, at=at, content=content
    )


def judged(
    verb: Verb, hazard: Hazard, *, received: Received, receipt: Receipt, actor: Actor, at: datetime, content: Content
) -> Step:
    """Judge an act on a hazard that is locked already."""
    blocking = verb in NEEDS_PHOTOS and bool(media.blocking(media.slots([hazard.id]).get(hazard.id, [])))
    facts = judge.facts_of(hazard, actor=actor, at=at, blocking=blocking, content=content)
    after = lifecycle.next_status(facts.status, verb, facts)
    return Step(verb, hazard, after, actor, at, received, receipt, facts, signer_for(verb, hazard, actor, facts))


def attach_first(hazard: Hazard, *, received: Received, actor: Actor, at: datetime, remarks: Remarks) -> None:
    """Name the photos of a pass before it is judged: nobody would wait for them after the closure (photos_arrived)."""
    if remarks.photos:
        attach.attach(remarks.photos, use=use_of(hazard, actor, act_id=received.id, label="reinspection"), at=at)


def finish(
    step: Step, *, kind: str, said: dict[str, Any] | None = None, remarks: Remarks = Remarks(),
    facts: dict[str, Any] | None = None, hands: Hands | None = None, subject_id: UUID | None = None, label: str = "",
    **columns: Any,
) -> Done:  # fmt: skip
    """Write the act: its row, the hazard's new columns and ledger entry, its photos; return what was done.

    `said` is the act's own content as shown again, `facts` its codes and numbers for the ledger, `columns` the hazard's.
    """
    hazard, signer = step.hazard, step.signer
    act = record(step, kind=kind, said=said or {}, remarks=remarks, subject_id=subject_id)
    if hands is not None:
        columns["hands"] = hands.as_json()
    columns = {**columns, **timing(hazard, step.after, columns, at=step.at)}
    hazard.advance(
        step.verb,
        step=Advance(
            status=step.after, signer=signer, at=step.at, act_id=act.id, salt=act.salt, facts=facts or {},
            said={"note": remarks.note, "said": said or {}}, photos=named(remarks.photos), request_id=step.received.request_id,
        ),
        **columns,
    )  # fmt: skip
    if remarks.photos and step.verb not in NAMED_FIRST:
        attach.attach(remarks.photos, use=use_of(hazard, step.actor, act_id=act.id, label=label or kind), at=step.at)
    return Done(act, hazard, step.receipt, step.facts)


def record(step: Step, *, kind: str, said: dict[str, Any], remarks: Remarks, subject_id: UUID | None = None) -> Act:
    """Insert the row of an act; the database checks the separation of duties once more."""
    signer = step.signer
    return Act.objects.create(
        id=step.received.id, hazard=step.hazard, kind=kind, verb=step.verb, round=step.hazard.round, actor_id=step.actor.id,
        actor_name=step.actor.name, person=step.actor.person, role=signer.role, duty_id=signer.duty_id, at=step.at,
        note=remarks.note, location=remarks.location, said=said, photo_ids=[str(photo.id) for photo in remarks.photos],
        salt=ledger.salt(), subject_id=subject_id,
    )  # fmt: skip


def named(photos: Sequence[PhotoRef]) -> list[dict[str, Any]]:
    """Return photos as a ledger entry names them."""
    return [{"id": str(photo.id), "sha256": photo.sha256} for photo in photos]


def use_of(hazard: Hazard, actor: Actor, *, act_id: UUID, label: str) -> Use:
    """Return what the photo room keeps of the photos of this act."""
    return Use(
        subject_id=hazard.id, subject_kind="hazard", act_id=act_id, label=label, author_id=actor.id,
        author_person=actor.person, enterprise_id=hazard.enterprise_id, place=hazard.place,
        not_before=hazard.found_at, caption=hazard.location_name, person=_signed(hazard, actor),
        spot=spot_of(hazard), firm_spot=spot_of(hazard.enterprise),
    )  # fmt: skip


def spot_of(row: Hazard | Enterprise) -> tuple[float, float] | None:
    """Return where a hazard or an enterprise is, latitude and longitude in WGS-84 degrees, or None."""
    return None if row.latitude is None or row.longitude is None else (row.latitude, row.longitude)


def _signed(hazard: Hazard, actor: Actor) -> str:
    duty = actor.duty_at(hazard.enterprise_id, BOUND_TO_ENTERPRISE) or actor.duty_over(hazard.place, OFFICIALS)
    return phrases.signed(actor.name, duty.role if duty else None)


def timing(hazard: Hazard, after: Status, columns: dict[str, Any], *, at: datetime) -> dict[str, Any]:
    """Return the ladder and the next due instant after a step; a ladder that goes on keeps the rungs it has told."""
    mode = columns.get("review_mode", hazard.review_mode)
    if after == Status.AWAITING_REINSPECTION and mode == ReviewMode.SAMPLED and hazard.drawn_at is None:
        return {}  # it cools; its photos decide when (actions/cool.py)
    base = base_of(hazard, after, columns)
    if base is None:
        return {"escalation": {}, "next_step_at": None}
    days, told = calendar.current(), 0
    if hazard.status == Status.RETURNED and after == Status.REPORTED and hazard.returned_at:
        # the clock stood while the report was returned and runs on: what was told before is not told again
        told = clocks.passed(status=after, base=hazard.clock_from, until=hazard.returned_at, calendar=days)
    ladder = clocks.climb(status=after, base=base, since=at, calendar=days, told=told)
    kept = hazard.escalation
    if kept.get("key") == ladder.key:
        ladder = replace(ladder, told=kept["told"])
    return {"escalation": {"key": ladder.key, "told": ladder.told}, "next_step_at": clocks.next_at(ladder, days)}


def base_of(hazard: Hazard, after: Status, columns: dict[str, Any]) -> datetime | None:
    """Return the instant from which the ladder of `after` counts, or None where no ladder runs."""
    value: dict[str, Any] = {**hazard.__dict__, **columns}
    if after == Status.AWAITING_REINSPECTION:
        instants: list[datetime] = [i for i in (value["submitted_at"], value["drawn_at"]) if i]
        return max(instants)
    bases = {Status.REPORTED: "clock_from", Status.RETURNED: "returned_at", Status.RECTIFYING: "due_at"}
    base: datetime | None = value[bases[after]] if after in bases else None
    return base


def with_hands(hazard: Hazard, **known: Any) -> Hands:
    """Return who had a hand in the hazard, with what this act adds or clears."""
    return replace(hazard.who, **known)
