"""Signatures as phones send them: a line drawn with a finger, sent like any photo, and looked at by the decoder."""

import io
from typing import Any
from uuid import UUID

from PIL import Image, ImageDraw

from backend.kernel import clock, ids
from media.actions.render import render
from media.actions.settle import settle
from tests.api import Api
from tests.cast import Cast

Missing = dict[str, Any]


def line(size: tuple[int, int] = (600, 200)) -> bytes:
    """Return a drawn line as PNG."""
    image, out = Image.new("RGB", size, "white"), io.BytesIO()
    ImageDraw.Draw(image).line([(40, 150), (200, 40), (330, 160), (560, 60)], fill="black", width=12)
    image.save(out, "PNG")
    return out.getvalue()


def looked_at(photo_id: str) -> None:
    """Let the decoder settle this one photo, as its job does."""
    decoded = render(photo_id=UUID(photo_id))
    assert decoded is not None
    settle(photo_id=UUID(photo_id), decoded=decoded, at=clock.now())


def drawn(client: Api, *, ready: bool = True) -> str:
    """Send a drawing and return its photo's id; it is ready unless told otherwise."""
    id = str(ids.new())
    reply = client.put(f"/photos/{id}", line(), Content_Type="image/png")
    assert reply.status_code == 201, reply.content
    if ready:
        looked_at(id)
    return id


def body(missing: Missing, *, image: str, name: str = "张三") -> dict[str, Any]:
    """Return what is sent when somebody who was still missing signs."""
    who = {"officer_id": missing["id"]} if missing["signer"] == "officer" else {"name": name}
    return {"id": str(ids.new()), "signer": missing["signer"], "image_photo_id": image, **who}


def everybody_signs(cast: Cast, by: str, document: dict[str, Any]) -> None:
    """Let all who must sign a draft do so on the phone of `by`, whose drawings are sent once a test."""
    client, kept = Api().as_(getattr(cast, by)), vars(cast).setdefault("_drawings", {})
    for one in client.get(f"/documents/{document['id']}").json()["missing_signatures"]:
        kept[by] = kept.get(by) or drawn(client)
        reply = client.post(f"/documents/{document['id']}/signatures", body(one, image=kept[by]))
        assert reply.status_code == 201, reply.content.decode()
