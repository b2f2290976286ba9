"""Cursors of the feed as phones carry them: opaque, signed, and good for one person alone."""

import base64
import hashlib
from uuid import UUID

from django.core import signing

from sync.errors import CursorGone, CursorInvalid
from sync.policy.feed import Cursor, Mode, Position, Task

FORMAT = 3  # since there is more than hazards, enterprises and photos: everybody begins anew


def mark_of(duty_id: UUID) -> str:
    """Return eight characters that tell one duty of a person from his others."""
    return base64.urlsafe_b64encode(hashlib.sha256(duty_id.bytes).digest()[:6]).decode()


def _signer(person_id: UUID) -> signing.Signer:
    return signing.Signer(salt=f"sync.changes:{person_id}")


def seal(cursor: Cursor, *, person_id: UUID) -> str:
    """Return `cursor` as text that only this person's next request can use."""
    task = cursor.task and [cursor.task.mode.value, cursor.task.duties, _plain(cursor.task.after)]
    told = [FORMAT, _plain(cursor.at), cursor.known, cursor.proof, cursor.held, task, cursor.torn]
    return _signer(person_id).sign_object(told, compress=True)


def unseal(text: str, *, person_id: UUID) -> Cursor:
    """Return what `seal` sealed for this person.

    Raises: CursorInvalid for a text that is forged, somebody else's or signed with a lost key; CursorGone for an old format.
    """
    try:
        told = _signer(person_id).unsign_object(text)
    except (signing.BadSignature, ValueError) as error:
        raise CursorInvalid from error
    if told[0] != FORMAT:
        raise CursorGone
    _, at, known, proof, held, task, torn = told
    under_way = Task(Mode(task[0]), tuple(task[1]), _position(task[2])) if task else None
    return Cursor(_position(at), known, proof, tuple(held), under_way, tuple(torn))


def _plain(position: Position) -> list[int | str]:
    return [position.seq, position.kind, position.subject_id.hex]


def _position(told: list[int | str]) -> Position:
    return Position(int(told[0]), int(told[1]), UUID(str(told[2])))
