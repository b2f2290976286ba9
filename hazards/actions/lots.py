"""Lots (抽查): cast when a sampled hazard is received, added for other causes later; nothing removes one.

Draws are ledger entries of their own subject and do not raise the hazard's version (lifecycle.md §3).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from backend.kernel import clock, ids, ledger
from backend.kernel.calendar import local_day, start_of
from enterprises import queries as enterprises
from hazards.models import DayKey, Draw, Hazard
from hazards.policy import sampling


def cast(hazard: Hazard, *, grade: str, at: datetime) -> Draw:
    """Cast the lot of a sampled hazard with the key of its day; a day without a key committed before it draws all."""
    key = _key_of(hazard)
    rate = enterprises.consequences(at).document.of(grade).sampling if key else 1.0
    return add(hazard, cause="lot", rate=rate, drawn=_falls(hazard, key, rate), at=at, made_by=None, signer=ledger.SYSTEM)


def raise_rate(hazard: Hazard, *, at: datetime) -> Draw | None:
    """Double the rate of a locked, sampled hazard whose photos call for a closer look; the same fraction is compared again.

    Returns the new draw, or None where the rate was raised before or was whole already. The caller looks at the clock again.
    """
    lot = hazard.draws.filter(cause="lot").first()
    if lot is None or lot.rate >= 1 or hazard.draws.filter(cause="photo").exists():
        return None
    rate = min(1.0, 2 * lot.rate)
    drawn = _falls(hazard, _key_of(hazard), rate)
    return add(hazard, cause="photo", rate=rate, drawn=drawn, at=at, made_by=None, signer=ledger.SYSTEM)


def _key_of(hazard: Hazard) -> DayKey | None:
    """Return the key of the day the hazard was received on, unless it was committed only when that day had begun."""
    day = local_day(hazard.received_at)
    return DayKey.objects.filter(day=day, committed_at__lt=start_of(day)).first()


def _falls(hazard: Hazard, key: DayKey | None, rate: float) -> bool:
    if key is None:
        return True
    return sampling.drawn(key=key.key, hazard_id=hazard.id, received_at=clock.text(hazard.received_at), rate=rate)


def add(
    hazard: Hazard, *, cause: str, rate: float, drawn: bool, at: datetime, made_by: UUID | None, signer: ledger.Signer,
    draw_id: UUID | None = None, photos: Sequence[Mapping[str, Any]] = (),
) -> Draw:  # fmt: skip
    """Write a draw and its ledger entry; a hazard that is drawn for the first time becomes an official's move."""
    draw = Draw.objects.create(
        id=draw_id or ids.new(), hazard=hazard, cause=cause, day=local_day(hazard.received_at), received_at=hazard.received_at,
        rate=rate, drawn=drawn, at=at, made_by=made_by,
    )  # fmt: skip
    ledger.append(
        ledger.Step(
            kind="draw.made", subject_kind="draw", subject_id=draw.id, signer=signer, at=at, place=hazard.place.code,
            enterprise_id=hazard.enterprise_id,
            photos=photos,
            facts={"hazard": hazard.id, "cause": cause, "rate": rate, "drawn": drawn, "received_at": hazard.received_at},
        ),
        ledger.Head(),
    )  # fmt: skip
    if drawn and hazard.drawn_at is None:
        hazard.drawn_at = at
        Hazard.objects.filter(id=hazard.id).update(drawn_at=at)
    return draw
