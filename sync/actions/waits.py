"""What becomes of an act that was not taken (等待、隔离、拒绝): it waits, nobody understands it, or it is refused."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from accounts.policy.actor import Actor
from accounts.policy.roles import BOUND_TO_ENTERPRISE, OFFICIALS
from backend.kernel.problems import NotFound, Problem, StepUpRequired
from hazards import queries as hazards
from hazards.errors import PhotoMissing
from inspections.errors import DocumentWrongStatus, SignatureExpected
from inspections.queries import documents, inspections, remote_checks, self_inspections
from media import queries as media
from sync import queries
from sync.policy.acts import Act, Awaits, Fate, Wait, is_strange, named, photos_in

ACTORS = BOUND_TO_ENTERPRISE | OFFICIALS
READERS: dict[Awaits, Callable[[Actor], Any]] = {
    Awaits.HAZARD: hazards.visible_to, Awaits.INSPECTION: inspections.visible_to, Awaits.DOCUMENT: documents.visible_to,
    Awaits.SELF_INSPECTION: self_inspections.visible_to, Awaits.REMOTE_CHECK: remote_checks.visible_to,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Verdict:
    """The fate of an act, and what it waits for if it is held.

    `came`: nothing of what it was refused for is lacking now, so it may have been committed just after that was looked for.
    """

    fate: Fate
    waits: tuple[Wait, ...] = ()
    came: bool = False


REFUSED, QUARANTINED = Verdict(Fate.REFUSED), Verdict(Fate.QUARANTINED)


def verdict(act: Act, problem: Problem, *, actor: Actor) -> Verdict:
    """Return what becomes of an act that brought `problem`. What one may not read is waited for like what does not exist."""
    if is_strange(problem.code, act.body):
        return QUARANTINED
    if act.address is None or not actor.has(*ACTORS):
        return REFUSED
    if waits := _waits(act, problem, actor):
        return Verdict(Fate.HELD, tuple(dict.fromkeys(waits)))
    lacked = isinstance(problem, (PhotoMissing, SignatureExpected)) or (isinstance(problem, NotFound) and bool(named(act)))
    return Verdict(Fate.REFUSED, came=lacked)


def _waits(act: Act, problem: Problem, actor: Actor) -> list[Wait]:
    if isinstance(problem, StepUpRequired):
        return [Wait(Awaits.STEP_UP)]
    if isinstance(problem, NotFound):
        return _not_here(act, actor)
    if isinstance(problem, DocumentWrongStatus):
        return [Wait(Awaits.ACT, id) for id in _issues(act, actor) if id != act.id]
    if isinstance(problem, SignatureExpected):
        return [Wait(Awaits.PHOTO, UUID(id)) for id in problem.extra["photo_ids"]]
    return _photos(act, actor) if isinstance(problem, PhotoMissing) else []


def _not_here(act: Act, actor: Actor) -> list[Wait]:
    referred = named(act)
    here: set[UUID] = set()
    for kind, visible_to in READERS.items():
        if wanted := {wait.id for wait in referred if wait.kind == kind and wait.id}:
            here |= set(visible_to(actor).filter(id__in=wanted).values_list("id", flat=True))
    return [wait for wait in referred if wait.id not in here]


def _issues(act: Act, actor: Actor) -> list[UUID]:
    """Return the held issues of the document that an act is about: it is served once it has its number."""
    id = act.address.ids.get("document_id") if act.address else None
    return queries.held_at(f"/documents/{id}/issues", person_id=actor.id) if id else []


def _photos(act: Act, actor: Actor) -> list[Wait]:
    """Return the photos that hold the act up: those its hazard waits for, and those it names itself."""
    hazard_id = _hazard_of(act)
    blocking = media.blocking(media.slots([hazard_id])[hazard_id]) if hazard_id else []
    return [Wait(Awaits.PHOTO, photo) for photo in [*blocking, *photos_in(act)]]


def _hazard_of(act: Act) -> UUID | None:
    first = named(act)[0] if named(act) else None
    if first is None or first.id is None:
        return None
    return first.id if first.kind == Awaits.HAZARD else hazards.hazard_of_act(first.id)
