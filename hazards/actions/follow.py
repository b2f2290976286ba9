"""What the loop does when others report to the ledger: a photo was settled or lapsed, an enterprise moved."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.policy.places import Place
from backend.kernel import ledger
from enterprises import queries as enterprises
from hazards import lifecycle
from hazards.actions import cool, judge, lots
from hazards.models import Hazard
from hazards.models.hazard import OPEN, Advance
from hazards.policy.words import ReviewMode, Status, Verb
from media.actions import carry


@transaction.atomic
def photo_lapsed(hazard_id: UUID, *, at: datetime) -> None:
    """Draw a sampled hazard whose photo never came (lifecycle.md, api.md §3), and look at its clock again."""
    hazard = Hazard.objects.select_for_update(of=("self",)).filter(id=hazard_id).first()
    if hazard is None:
        return
    sampled = hazard.review_mode == ReviewMode.SAMPLED and hazard.status == Status.AWAITING_REINSPECTION
    if sampled and not hazard.draws.filter(cause="photo_lapsed").exists():
        lots.add(hazard, cause="photo_lapsed", rate=1.0, drawn=True, at=at, made_by=None, signer=ledger.SYSTEM)
    cool.settle(hazard, at=at)


def enterprise_moved(enterprise_id: UUID, *, at: datetime) -> None:
    """Take an enterprise's open hazards along to where it stands now; published figures stay where they were."""
    place = enterprises.get_plain(enterprise_id).place
    for hazard_id in Hazard.objects.filter(enterprise_id=enterprise_id, status__in=OPEN).values_list("id", flat=True):
        _move(hazard_id, place, at=at)


@transaction.atomic
def _move(hazard_id: UUID, place: Place, *, at: datetime) -> None:
    hazard = Hazard.objects.select_for_update(of=("self",)).get(id=hazard_id)
    if hazard.status not in OPEN or hazard.place == place:
        return
    facts = judge.system_facts(hazard, at=at)
    after = lifecycle.next_status(facts.status, Verb.FOLLOW, facts)
    was = hazard.place.code
    hazard.advance(
        Verb.FOLLOW, step=Advance(status=after, signer=ledger.SYSTEM, at=at, facts={"from": was, "to": place.code}),
        **place.columns(),
    )  # fmt: skip
    carry.carry(subject_id=hazard_id, place=place)
