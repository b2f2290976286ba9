"""Drawn photos for a tale: decoded and stored before its transaction begins, so that the transaction stays short."""

import hashlib
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from accounts.policy.actor import Actor
from backend.kernel import idempotency
from demo import pictures
from demo.cast import fixed
from demo.history.plan import Tale
from media.actions.receive import receive
from media.actions.settle import settle
from media.decode import Decoded, decode
from media.policy.told import Told
from media.policy.uses import PhotoRef
from media.storage import original_key, rendition_key, store
from media.storage.spool import spooling

DECODED_AFTER = timedelta(seconds=4)


@dataclass(frozen=True, slots=True)
class Print:
    """A picture that is drawn and decoded already: its bytes, and what the decoder made of them."""

    id: UUID
    picture: bytes
    decoded: Decoded


def prepare(tale: Tale) -> list[Print]:
    """Draw and decode the photos that a tale needs, and keep originals and renditions in the store."""
    prints = [_print(fixed(f"tale-{tale.number}-photo-{nth}"), tale) for nth in range(tale.photos)]
    return prints + [_print(fixed(f"tale-{tale.number}-hand-{nth}"), tale, hand=True) for nth in range(tale.signatures)]


def _print(photo_id: UUID, tale: Tale, *, hand: bool = False) -> Print:
    """Return a picture of something, or of a signature."""
    name = str(photo_id)
    picture = pictures.hand(name) if hand else pictures.draw(name, taken_at=tale.start, fixed=True, dated=False)
    digest = hashlib.sha256(picture).hexdigest()
    spool = store().spool
    spool.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=spool, prefix="demo-") as made:
        folder = Path(made)
        (folder / "original").write_bytes(picture)
        decoded = decode(folder / "original", "jpeg", folder=folder)
        for name in () if decoded.code else ("large", "thumb"):
            file = folder / f"{name}.jpg"
            own = hashlib.sha256(file.read_bytes()).hexdigest()
            store().put(rendition_key(photo_id, name, ""), file, sha256=own, content_type="image/jpeg")
        store().put(original_key(digest), folder / "original", sha256=digest, content_type="image/jpeg")
    return Print(photo_id, picture, decoded)


def take_in(photo: Print, *, actor: Actor, told: Told, at: datetime) -> PhotoRef:
    """Receive a photo by the real action, and settle it seconds later as its decoding found."""
    with spooling() as spool:
        spool.write(photo.picture)
        got = idempotency.received_bytes(id=photo.id, kind="photo", digest=spool.sha256, actor_id=actor.id, at=at)
        receive(spool=spool, got=got, told=told, actor=actor, at=at)
    settle(photo_id=photo.id, decoded=photo.decoded, at=at + DECODED_AFTER)
    return PhotoRef(photo.id)
