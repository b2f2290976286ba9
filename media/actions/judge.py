"""A ready photo is judged (核验): its findings and one ledger entry in one transaction; again whenever a use is new.

The search comes first and outside of it. Of two equal photos that arrive at once the judgement that searches later sees
both; whichever of the two it finds to be the repetition, that one is judged again.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any
from uuid import UUID

from django.db import transaction

from backend.kernel import jobs, ledger
from backend.kernel.ledger import SYSTEM, Head, Step
from media import checks, queries
from media.actions import dossier
from media.actions.dossier import Matches
from media.models import DeviceClock, Finding, Photo, PhotoUse
from media.models.photo import Status
from media.policy import clocks
from media.policy.evidence import GRAVITY, Case, Severity
from media.policy.evidence import Finding as Found

AGAIN = "media.tasks.judge_again"
FARTHEST_S = int(timedelta(days=3650).total_seconds())


def judge(*, photo_id: UUID, at: datetime) -> None:
    """Pass the verdict on a photo; one that is not ready, or about which nothing is new, is left alone."""
    photo = Photo.objects.filter(id=photo_id, status=Status.READY).first()
    if photo is not None:
        _record(photo_id, _near(photo, at=at), at=at)


def judge_named(*, photo_ids: Sequence[UUID], at: datetime) -> None:
    """Judge those of the photos that an act named and that nobody has judged in that use yet."""
    for photo_id in photo_ids:
        if PhotoUse.objects.filter(photo_id=photo_id, judged_at=None).exists():
            judge(photo_id=photo_id, at=at)


def _near(photo: Photo, *, at: datetime) -> Matches:
    if photo.anonymous:
        return {}
    # by name: numpy is loaded when the first photo is judged, and by no process that judges none
    search: Any = import_module("media.likeness.search")
    years = queries.numbers(at).document.similar_years
    return {near.photo_id: (near.alike, near.likeness, near.turned) for near in search.similar(photo.id, at=at, years=years)}


@transaction.atomic
def _record(photo_id: UUID, near: Matches, *, at: datetime) -> None:
    photo = Photo.objects.select_for_update(no_key=True).get(id=photo_id)
    uses = queries.filled_by(photo)
    if photo.judged_at is None:
        _time(photo, at=at)
    whole, each = dossier.cases(photo, uses, near)
    numbers = queries.numbers(at).document
    found: list[tuple[UUID | None, Found]] = [(None, finding) for finding in checks.run(checks.OF_THE_PHOTO, whole, numbers)]
    found += [(case.use.id if case.use else None, f) for case in each for f in checks.run(checks.OF_ITS_USE, case, numbers)]
    fresh = _write(photo, found, at=at)
    new = [use for use in uses if use.judged_at is None]
    if photo.judged_at is not None and not fresh and not new:
        return
    _enter(photo, uses, fresh, at=at)
    PhotoUse.objects.filter(id__in=[use.id for use in new]).update(judged_at=at)
    jobs.enqueue(_again(photo, each, at=at))


def _time(photo: Photo, *, at: datetime) -> None:
    """Take one more sample of the clock of the sender's phone."""
    if photo.taken_at is None:
        return
    sample = round((photo.taken_at - photo.received_at).total_seconds())
    DeviceClock.objects.get_or_create(uploader_id=photo.uploader_id, defaults={"at": at})
    clock = DeviceClock.objects.select_for_update().get(uploader_id=photo.uploader_id)
    clock.samples = clocks.with_sample(clock.samples, max(-FARTHEST_S, min(FARTHEST_S, sample)))
    clock.skew_s, clock.at = clocks.skew(clock.samples), at
    clock.save()


def _write(photo: Photo, found: Sequence[tuple[UUID | None, Found]], *, at: datetime) -> list[Finding]:
    """Write what was not found before, or less gravely; nothing that was found is taken back."""
    known = {(row.use_id, row.code): row for row in Finding.objects.filter(photo=photo)}
    fresh = []
    for use_id, finding in found:
        row = known.get((use_id, finding.code.value))
        if row is not None and GRAVITY[Severity(row.severity)] >= GRAVITY[finding.severity]:
            continue
        row = row or Finding(photo=photo, use_id=use_id, code=finding.code.value)
        row.severity, row.facts, row.other_photo_id = finding.severity.value, dict(finding.facts), finding.other_photo_id
        row.found_at, row.overruling = at, None
        row.save()
        fresh.append(row)
    photo.findings_count = len(known.keys() | {(use_id, finding.code.value) for use_id, finding in found})
    return fresh


def _enter(photo: Photo, uses: Sequence[PhotoUse], fresh: Sequence[Finding], *, at: datetime) -> None:
    subjects = list(dict.fromkeys(str(use.subject_id) for use in uses))
    entry = ledger.append(
        Step(
            kind="photo.judged", subject_kind="photo", subject_id=photo.id, signer=SYSTEM, at=at, before=photo.status,
            after=photo.status, enterprise_id=photo.enterprise_id, photos=[{"id": photo.id, "sha256": photo.sha256}],
            facts={"subjects": subjects, "findings": [_told(row) for row in fresh]},
        ),
        Head(photo.version, photo.ledger_head),
    )  # fmt: skip
    photo.judged_at, photo.version, photo.ledger_head = at, entry.seq, entry.hash
    photo.save(update_fields=["judged_at", "findings_count", "version", "ledger_head"])


def _told(row: Finding) -> dict[str, Any]:
    return {
        "id": row.id, "use": row.use_id, "code": row.code, "severity": row.severity, "facts": row.facts,
        "other_photo_id": row.other_photo_id,
    }  # fmt: skip


def _again(photo: Photo, each: Sequence[Case], *, at: datetime) -> list[jobs.Work]:
    """Return the work of judging those again that this photo, or this use of it, came before."""
    later = {kin.id for case in each for kin in case.kin if kin.id != photo.id and _came_later(case, kin)}
    return [
        jobs.Work(AGAIN, f"{AGAIN}:{other}:{photo.id}:{photo.version}", {"photo_id": str(other)}, at) for other in sorted(later)
    ]


def _came_later(case: Case, kin: Any) -> bool:
    if case.use is None or not kin.purposes:
        return (kin.received_at, kin.id) > (case.shot.received_at, case.shot.id)
    return any((other.named_at, other.id) > (case.use.named_at, case.use.id) for other in kin.purposes)
