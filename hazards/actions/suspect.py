"""What the verdict on its photos does to a sampled hazard (照片存疑): strong draws it, odd doubles its rate (api.md §3)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from backend.kernel import ledger
from hazards.actions import cool, lots
from hazards.models import Hazard
from hazards.policy.words import ReviewMode, Status
from media import queries as media
from media.actions import judge

# the photos by which an enterprise, or who accepts for it, shows what was done; an official's own draw nothing
EVIDENCE = ("report", "resubmission", "rectification", "acceptance")


def weigh(hazard: Hazard, *, at: datetime) -> None:
    """Draw a locked hazard, or raise its rate, by the gravest finding that stands against its photos; once each."""
    if hazard.status != Status.AWAITING_REINSPECTION or hazard.review_mode != ReviewMode.SAMPLED:
        return
    found = media.gravest(hazard.id, labels=EVIDENCE)
    if found == "strong" and not hazard.draws.filter(cause="photo", drawn=True).exists():
        lots.add(hazard, cause="photo", rate=1.0, drawn=True, at=at, made_by=None, signer=ledger.SYSTEM)
    elif found == "warn":
        lots.raise_rate(hazard, at=at)


def weigh_before_closing(hazard: Hazard, *, at: datetime) -> None:
    """See to it that no hazard closes by the clock before the verdict on its photos: what no job has judged is judged here."""
    for photo_id in media.unjudged(hazard.id):
        judge.judge(photo_id=photo_id, at=at)
    weigh(hazard, at=at)


@transaction.atomic
def photo_judged(hazard_id: UUID, *, at: datetime) -> None:
    """Weigh what was found about a photo of a hazard, and look at its clock again."""
    hazard = Hazard.objects.select_for_update(of=("self",)).filter(id=hazard_id).first()
    if hazard is not None:
        weigh(hazard, at=at)
        cool.settle(hazard, at=at)
