"""The seal in a document's QR (防伪码): what it says, signed, so that a phone can check it without a network.

It is a seal of the kernel (backend/kernel/seals.py) over the list
`["bihuan-document", 1, key_id, kind, number, authority, issued_on, digest]`.
"""

from dataclasses import astuple, dataclass

import segno
from django.conf import settings

from backend.kernel import seals

HEAD = ("bihuan-document", 1)


@dataclass(frozen=True, slots=True)
class Seal:
    """What the QR says: kind, number, issuing authority, day of issue, digest (hex SHA-256) of what the document says."""

    kind: str
    number: str
    authority: str
    issued_on: str
    digest: str


def token(seal: Seal) -> str:
    """Return the seal signed with the key of this installation."""
    return seals.sealed(HEAD, astuple(seal))


def opened(token: str) -> Seal | None:
    """Return what a token says if one of our published keys signed it, else None."""
    told = seals.opened(token, HEAD, members=5)
    return Seal(*told) if told is not None else None


def address(token: str) -> str:
    """Return where anybody may ask whether the document is genuine."""
    return f"{settings.PUBLIC_URL}/api/v1/public/documents/{token}"


def picture(text: str) -> str:
    """Return the QR of `text` as SVG in a data: address."""
    found: str = segno.make(text, error="l", micro=False, boost_error=True).svg_data_uri(border=2, xmldecl=False)
    return found
