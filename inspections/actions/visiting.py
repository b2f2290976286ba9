"""How every act of an inspection is taken: claim the id, lock, judge; then act row, advance, photos. One transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from accounts.policy.actor import Actor, Duty
from accounts.policy.roles import Role
from backend.kernel import idempotency, ledger
from backend.kernel.coordinates import to_wgs84
from backend.kernel.idempotency import Received
from backend.kernel.problems import Problem
from backend.kernel.receipts import Receipt
from hazards.policy import phrases
from inspections import errors, lifecycle
from inspections.models import Inspection, InspectionOfficer, VisitAct
from inspections.models.inspection import Taken
from inspections.policy import crews
from inspections.policy.visit_facts import Open, VisitFacts
from inspections.policy.visits import NOUNS, VERB_LABELS, Type, Verb, VisitStatus
from inspections.queries import inspections as queries
from media.actions import attach
from media.policy.uses import PhotoRef, Use


@dataclass(frozen=True, slots=True)
class Remarks:
    """What any act may carry: a note, a place as the phone sent it, when it says that was, photos."""

    note: str = ""
    location: dict[str, Any] | None = None
    claimed_at: datetime | None = None
    photos: tuple[PhotoRef, ...] = ()

    @property
    def spot(self) -> tuple[float, float] | None:
        """Return where it was in WGS-84 degrees, or None."""
        if self.location is None:
            return None
        return to_wgs84(self.location["latitude"], self.location["longitude"], self.location.get("crs") or "wgs84")


@dataclass(frozen=True, slots=True)
class Step:
    """An act that was claimed and whose inspection is locked; `mine` is how the actor is named on it, if he is."""

    verb: Verb
    inspection: Inspection
    mine: InspectionOfficer | None
    actor: Actor
    at: datetime
    received: Received
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class Done:
    """An act that was taken."""

    act: VisitAct
    inspection: Inspection
    receipt: Receipt
    shown: Mapping[str, Any] = field(default_factory=dict)


def mine_of(inspection: Inspection, actor: Actor) -> InspectionOfficer | None:
    """Return how `actor` is named on the inspection, or None; also None once the duty he was named by no longer reaches it."""
    row = next((row for row in inspection.crew.all() if row.person == actor.person), None)
    if row is None:
        return None
    roles = {Role(row.role)}
    reaching = actor.duty_over(inspection.place, roles) or actor.duty_at(inspection.enterprise_id, roles)
    return row if reaching else None


def duty_to_change(inspection: Inspection, actor: Actor) -> Duty | None:
    """Return the duty by which `actor` could go on such a visit there, and so change it; an agency none where officials go."""
    roles = set(crews.ROLES[Type(inspection.type)])
    if any(row.role != Role.AGENCY for row in inspection.crew.all()):
        roles -= {Role.AGENCY}
    return actor.duty_over(inspection.place, roles) or actor.duty_at(inspection.enterprise_id, roles)


def facts_of(
    inspection: Inspection, *, actor: Actor, at: datetime, mine: InspectionOfficer | None, findings: int = 0,
    open: Open = Open(), action_code: str = "",
) -> VisitFacts:  # fmt: skip
    """Return what the guards look at."""
    ended = inspection.checked_out_at
    hours = timedelta(hours=queries.numbers(at).document.late_finding_hours)
    official = mine is None or mine.role != Role.AGENCY
    return VisitFacts(
        status=VisitStatus(inspection.status), type=Type(inspection.type), on_crew=mine is not None,
        may_change=duty_to_change(inspection, actor) is not None,
        interested=official and inspection.enterprise_id in actor.interests,
        action_code=action_code or inspection.action_code, findings=findings, late=ended is not None and at - ended > hours,
        open=open,
    )  # fmt: skip


def system_facts(inspection: Inspection) -> VisitFacts:
    """Return what the guards look at when the clock or another room acts."""
    return VisitFacts(status=VisitStatus(inspection.status), type=Type(inspection.type), on_crew=True)


def refusal(facts: VisitFacts, verb: Verb) -> Problem | None:
    """Return why `verb` is refused, or None if it may be taken."""
    try:
        lifecycle.next_status(verb, facts)
    except Problem as problem:
        return problem
    return None


def allowed(facts: VisitFacts) -> list[dict[str, Any]]:
    """Return every act, whether the actor may take it now, and else the code of the refusal."""
    shown = []
    for verb in NOUNS:
        problem = refusal(facts, verb)
        code = problem.code if problem else None
        said = {"act": verb.value, "allowed": problem is None, "why": code, "path": NOUNS[verb], "label": VERB_LABELS[verb]}
        shown.append(said)
    return shown


def begin(verb: Verb, *, received: Received, inspection_id: UUID, actor: Actor, at: datetime) -> Step:
    """Claim the act's id, lock the inspection, see that the actor makes it.

    Raises: Replayed, SameId, NotFound, InspectionNotYourMove.
    """
    receipt = idempotency.claim(received, subject_id=inspection_id)
    return enter(verb, receipt, received=received, inspection_id=inspection_id, actor=actor, at=at)


def enter(verb: Verb, receipt: Receipt, *, received: Received, inspection_id: UUID, actor: Actor, at: datetime) -> Step:
    """Do the same for an act whose id is claimed already. Raises: NotFound, InspectionNotYourMove."""
    inspection = queries.lock(inspection_id, actor=actor)
    mine = mine_of(inspection, actor)
    if mine is None:
        raise errors.InspectionNotYourMove
    return Step(verb, inspection, mine, actor, at, received, receipt)


def judge(step: Step, **known: Any) -> VisitStatus:
    """Return the status after the step; `known`: what only this act knows of the facts. Raises: what the lifecycle refuses."""
    return lifecycle.next_status(step.verb, facts_of(step.inspection, actor=step.actor, at=step.at, mine=step.mine, **known))


def finish(
    step: Step, after: VisitStatus, *, said: dict[str, Any] | None = None, remarks: Remarks = Remarks(),
    facts: Mapping[str, Any] | None = None, flags: Sequence[str] = (), **columns: Any,
) -> Done:  # fmt: skip
    """Write the act: its row, the inspection's new columns and ledger entry, its photos; return what was done."""
    act = _record(step, said=said or {}, remarks=remarks, flags=flags)
    inspection = step.inspection
    if fresh := [flag for flag in flags if flag not in inspection.flags]:
        columns["flags"] = [*inspection.flags, *fresh]
    named = [{"id": str(photo.id), "sha256": photo.sha256} for photo in remarks.photos]
    taken = Taken(
        status=after, signer=ledger.Signer(step.actor.id, act.role, act.duty_id), at=step.at, act_id=act.id, salt=act.salt,
        facts=facts or {}, said={"note": remarks.note, "said": said or {}, "flags": list(flags)}, photos=named,
        claimed_at=remarks.claimed_at, request_id=step.received.request_id,
    )  # fmt: skip
    inspection.advance(step.verb, taken, **columns)
    if remarks.photos:
        attach.attach(remarks.photos, use=use_of(step), at=step.at)
    return Done(act, inspection, step.receipt)


def _record(step: Step, *, said: dict[str, Any], remarks: Remarks, flags: Sequence[str]) -> VisitAct:
    spot = remarks.spot or (None, None)
    mine = step.mine
    return VisitAct.objects.create(
        id=step.received.id, inspection=step.inspection, verb=step.verb, actor_id=step.actor.id, actor_name=step.actor.name,
        person=step.actor.person, role=mine.role if mine else "", duty_id=mine.duty_id if mine else None, at=step.at,
        claimed_at=remarks.claimed_at, note=remarks.note, location=remarks.location, latitude=spot[0], longitude=spot[1],
        said=said, flags=list(flags), photo_ids=[str(photo.id) for photo in remarks.photos], salt=ledger.salt(),
    )  # fmt: skip


def use_of(step: Step) -> Use:
    """Return what the photo room keeps of the photos of this act."""
    inspection, actor = step.inspection, step.actor
    firm = inspection.enterprise
    spot = None if firm.latitude is None or firm.longitude is None else (firm.latitude, firm.longitude)
    role = Role(step.mine.role) if step.mine else None
    return Use(
        subject_id=inspection.id, subject_kind="inspection", act_id=step.received.id, label=step.verb.value,
        author_id=actor.id, author_person=actor.person, enterprise_id=inspection.enterprise_id, place=inspection.place,
        caption=firm.name, person=phrases.signed(actor.name, role), firm_spot=spot,
    )  # fmt: skip
