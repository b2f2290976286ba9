"""Finding photos and slots, and the numbers in force. To fetch is to authorise.

A photo that may not fill a slot reads there as if it had never come.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts import queries as accounts
from accounts.models import Duty
from accounts.policy.actor import Actor
from accounts.policy.roles import BOUND_TO_ENTERPRISE, OFFICIALS, Role
from backend.kernel import policies
from backend.kernel.problems import NotFound
from media.errors import UploadExpired, UploadRefused
from media.models import Finding, Photo, PhotoUse, Upload
from media.models.upload import State
from media.policy import uses as rules
from media.policy.numbers import Numbers
from media.policy.uses import Membership, Slot, Standing, all_settled_at, blocking, missing

__all__ = [
    "all_settled_at",
    "blocking",
    "expected_by",
    "filled_by",
    "findings_for",
    "get",
    "gravest",
    "lock",
    "missing",
    "slots",
    "slots_for_update",
    "standing",
    "unjudged",
    "uses_filled",
    "uses_in_scope",
    "visible_to",
]

numbers = policies.register("photos", Numbers)
WHOLE_FIRM = BOUND_TO_ENTERPRISE - {Role.EMPLOYEE}


def slots(subject_ids: Iterable[UUID]) -> dict[UUID, list[Slot]]:
    """Return the slots of each subject, oldest first; an empty list for one without (2 queries, 3 if colleagues helped)."""
    return _slots(subject_ids, Photo.objects.all())


def slots_for_update(subject_ids: Iterable[UUID]) -> dict[UUID, list[Slot]]:
    """Return the same inside the caller's transaction, with the photos' rows locked.

    A photo that is being decoded meanwhile is then settled before (and seen as such) or after (and its entry names the
    caller's subjects), never beside it: whoever attaches and then waits for an entry asks here. Lock order: hazard, photo.
    """
    return _slots(subject_ids, Photo.objects.select_for_update(no_key=True).order_by("id"))


def _slots(subject_ids: Iterable[UUID], photos: QuerySet[Photo]) -> dict[UUID, list[Slot]]:
    wanted = list(subject_ids)
    found: dict[UUID, list[Slot]] = {subject: [] for subject in wanted}
    uses = list(PhotoUse.objects.filter(subject_id__in=wanted).order_by("named_at", "id")) if wanted else []
    for use, photo in zip(uses, fillers(uses, photos), strict=True):
        found[use.subject_id].append(_slot(use, photo))
    return found


def fillers(uses: Sequence[PhotoUse], among: QuerySet[Photo]) -> list[Photo | None]:
    """Return for each slot the photo that fills it, or None."""
    photos = {photo.id: photo for photo in among.filter(id__in={use.photo_id for use in uses})} if uses else {}
    pairs = [(use, photos.get(use.photo_id)) for use in uses]
    known = _memberships([(use, photo) for use, photo in pairs if photo is not None])
    return [photo if photo is not None and _fills(use, photo, known) else None for use, photo in pairs]


def _slot(use: PhotoUse, photo: Photo | None) -> Slot:
    status = Standing(photo.status) if photo else Standing.EXPECTED
    settled_at = photo.settled_at if photo else None
    lapsed = use.lapsed_at is not None
    return Slot(
        photo_id=use.photo_id, act_id=use.act_id, label=use.label, status=status, lapsed=lapsed,
        sha256=photo.sha256 if photo else use.sha256 or None,
        settled_at=use.lapsed_at if lapsed and status != Standing.READY else settled_at,
        code=photo.code if photo else "", findings=photo.findings_count if photo else 0,
        drawn=photo.drawn.get("key", "") if photo else "",
    )  # fmt: skip


def _fills(use: PhotoUse, photo: Photo, known: rules.Memberships) -> bool:
    return may_fill(use, photo.arrival, known) and rules.is_named(photo.arrival, sha256=use.sha256, bytes=use.bytes)


def may_fill(use: PhotoUse, arrival: rules.Arrival, known: rules.Memberships) -> bool:
    """Return whether the sender of `arrival` may fill this slot, whatever its bytes."""
    return rules.may_fill(
        arrival, author=use.author_person, enterprise_id=use.enterprise_id, named_at=use.named_at, memberships=known
    )


def _memberships(pairs: Sequence[tuple[PhotoUse, Photo]]) -> rules.Memberships:
    return memberships_for([(use, photo.identity) for use, photo in pairs])


def memberships_for(pairs: Sequence[tuple[PhotoUse, UUID]]) -> rules.Memberships:
    """Return the enterprise duties that decide (slot, sender) pairs; no query where every sender is the author."""
    asked = [(use, sender) for use, sender in pairs if sender != use.author_person and use.enterprise_id]
    if not asked:
        return {}
    people = {sender for _, sender in asked} | {use.author_person for use, _ in asked}
    firms = {use.enterprise_id for use, _ in asked}
    rows = Duty.objects.filter(role__in=list(BOUND_TO_ENTERPRISE), person__identity__in=people, enterprise_id__in=firms)
    known: dict[tuple[UUID, UUID], list[Membership]] = defaultdict(list)
    for person, firm, since, until in rows.values_list("person__identity", "enterprise_id", "since", "until"):
        if firm is not None:
            known[person, firm].append(Membership(since, until))
    return known


def uses_in_scope(actor: Actor) -> QuerySet[PhotoUse]:
    """Return the slots an actor may know of: his region's, his enterprise's, as an employee those of his own reports."""
    own = PhotoUse.objects.filter(author_person=actor.person).values("subject_id")
    firms = [duty.enterprise_id for duty in actor.duties_as(WHOLE_FIRM)]
    employers = [duty.enterprise_id for duty in actor.duties_as({Role.EMPLOYEE})]
    scope = accounts.within(actor.duties_as(OFFICIALS))
    scope |= Q(enterprise_id__in=firms) if firms else Q(pk__in=[])
    scope |= Q(enterprise_id__in=employers, subject_id__in=own) if employers else Q(pk__in=[])
    return PhotoUse.objects.filter(scope)


def visible_to(actor: Actor) -> QuerySet[Photo]:
    """Return the photos an actor may see: his own, and those that fill a slot in his scope."""
    duties = Duty.objects.filter(role__in=list(BOUND_TO_ENTERPRISE), enterprise_id=OuterRef("enterprise_id"))
    sent_at = OuterRef(OuterRef("received_at"))
    sender = duties.filter(person__identity=OuterRef(OuterRef("identity")), since__lte=sent_at)
    sender = sender.filter(Q(until=None) | Q(until__gt=sent_at))
    author = duties.filter(person__identity=OuterRef("author_person"), since__lte=OuterRef("named_at"))
    author = author.filter(Q(until=None) | Q(until__gt=OuterRef("named_at")))
    named = Q(sha256="") | Q(sha256=OuterRef("sha256"))
    filled = uses_in_scope(actor).filter(named, Q(bytes=None) | Q(bytes=OuterRef("bytes")), photo_id=OuterRef("id"))
    filled = filled.filter(Q(author_person=OuterRef("identity")) | (Exists(sender) & Exists(author)))
    return Photo.objects.filter(Q(identity=actor.person) | Exists(filled))


def get(photo_id: UUID, *, actor: Actor) -> Photo:
    """Return a photo the actor may see. Raises: NotFound."""
    photo = visible_to(actor).filter(id=photo_id).first()
    if photo is None:
        raise NotFound
    return photo


def expected_by(photo_id: UUID, *, actor: Actor) -> PhotoUse:
    """Return a slot in the actor's scope that waits for this photo. Raises: NotFound."""
    use = uses_in_scope(actor).filter(photo_id=photo_id).order_by("named_at").first()
    if use is None:
        raise NotFound
    return use


def filled_by(photo: Photo) -> list[PhotoUse]:
    """Return the slots this photo fills, oldest first."""
    return uses_filled([photo])[photo.id]


def uses_filled(photos: Iterable[Photo]) -> dict[UUID, list[PhotoUse]]:
    """Return the slots that each photo fills, oldest first (2 queries for all of them)."""
    by_id = {photo.id: photo for photo in photos}
    found: dict[UUID, list[PhotoUse]] = {id: [] for id in by_id}
    uses = list(PhotoUse.objects.filter(photo_id__in=by_id).order_by("named_at", "id")) if by_id else []
    known = _memberships([(use, by_id[use.photo_id]) for use in uses])
    for use in uses:
        if _fills(use, by_id[use.photo_id], known):
            found[use.photo_id].append(use)
    return found


def lock(photo_id: UUID, *, actor: Actor) -> Photo:
    """Return a photo the actor may see, its row locked until the transaction ends. Raises: NotFound."""
    get(photo_id, actor=actor)
    return Photo.objects.select_for_update(no_key=True).get(id=photo_id)


def standing(photo: Photo, code: str) -> list[Finding]:
    """Return the findings of `code` about a photo that nobody has overruled."""
    return list(Finding.objects.filter(photo=photo, code=code, overruling=None))


def findings_for(photo_ids: Iterable[UUID], *, actor: Actor) -> dict[UUID, list[Finding]]:
    """Return what was found about each of these photos, which the actor may see, as far as its uses are in his scope.

    Whoever sent a photo is told all of it. One query.
    """
    wanted = list(photo_ids)
    found: dict[UUID, list[Finding]] = {id: [] for id in wanted}
    scope = Q(use=None) | Q(use__in=uses_in_scope(actor)) | Q(photo__identity=actor.person)
    rows = Finding.objects.filter(scope, photo_id__in=wanted).select_related("overruling") if wanted else ()
    for row in rows:
        found[row.photo_id].append(row)
    return found


def gravest(subject_id: UUID, *, labels: Iterable[str]) -> str:
    """Return the gravest severity that stands against a photo of these labels of a subject; "" if none does."""
    uses = list(PhotoUse.objects.filter(subject_id=subject_id, label__in=list(labels)))
    photos = [photo.id for photo in fillers(uses, Photo.objects.filter(findings_count__gt=0)) if photo is not None]
    if not photos:
        return ""
    about = Q(use__in=uses) | Q(use=None)
    found = set(Finding.objects.filter(about, photo_id__in=photos, overruling=None).values_list("severity", flat=True))
    return next((severity for severity in ("strong", "warn", "info") if severity in found), "")


def unjudged(subject_id: UUID) -> list[UUID]:
    """Return the ready photos of a subject whose use by it has not been judged yet."""
    named = PhotoUse.objects.filter(subject_id=subject_id, judged_at=None).values("photo_id")
    return list(Photo.objects.filter(id__in=named, status=Standing.READY).values_list("id", flat=True))


def upload(photo_id: UUID, *, actor: Actor, at: datetime) -> Upload:
    """Return the account's upload of this photo; a photo that came whole by any door is a whole upload.

    Raises: NotFound, UploadExpired, UploadRefused with the code of the refusal as `reason`.
    """
    row = Upload.objects.filter(uploader_id=actor.id, photo_id=photo_id).first()
    if row is None or (row.state == State.OPEN and row.sha256):
        photo = Photo.objects.filter(id=photo_id, uploader_id=actor.id).first()
        if photo is not None and (row is None or row.sha256 == photo.sha256):
            return Upload.of(photo)
    if row is None:
        raise NotFound
    if row.state == State.OPEN and row.expires_at <= at:
        raise UploadExpired
    if row.state == State.REFUSED:
        raise UploadRefused(reason=row.code)
    return row
