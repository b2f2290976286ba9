"""Slots go where their subject goes (随案移转): who may see a photo is read off the slot's place (media/queries.py)."""

from uuid import UUID

from accounts.policy.places import Place
from media.models import PhotoUse


def carry(*, subject_id: UUID, place: Place) -> None:
    """Move every slot of a subject to `place`, in one statement of the caller's transaction, who has the subject locked."""
    PhotoUse.objects.filter(subject_id=subject_id).update(**place.columns())
